"""One automated answer to a change of a customer: when, for whom, and what is done by whom.

What the other files of the model say:

    customer_playbook_triggers.py    the open list of triggers: who enters, and whether the reason still holds
    customer_playbook_templates.py   what a manager may type: audiences and placeholders
    customer_playbook_engine.py      the scheduled action: close, enter, fill free places, tell people
    customer_playbook_actions.py     activities, plans, e-mails and tags of the customers whose turn it is
"""

import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain

from ...tools.labels import ABC_CLASSES, HEALTH
from ...tools.triggers import TRIGGERS

NUMBER = "customer_segmentation.group_user"


class CustomerPlaybook(models.Model):
    _name = "customer.playbook"
    _inherit = ["customer.condition"]
    _description = "Playbook"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, help="An archived playbook does nothing; what was open is cancelled.")
    description = fields.Text(translate=True, help="What the playbook is for, in one sentence.")
    company_id = fields.Many2one(
        "res.company",
        domain="[('parent_id', '=', False)]",
        ondelete="cascade",
        help="Only this company, its branches included, may use the playbook. Empty: every company.",
    )
    started_company_ids = fields.Many2many(
        "res.company",
        "customer_playbook_started_company_rel",
        string="Started in",
        copy=False,
        domain="[('parent_id', '=', False)]",
        groups="customer_segmentation.group_manager",
        help="The companies in which the playbook is switched on.",
    )
    started_dates = fields.Json(
        copy=False,
        readonly=True,
        engine_only=True,
        groups="base.group_system",
        help="Since when it is switched on, by company.",
    )
    started_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        engine_only=True,
        copy=False,
        ondelete="set null",
        help="Who switched the playbook on; responsible when nobody else can be.",
    )
    is_started = fields.Boolean(
        compute="_compute_is_started",
        search="_search_is_started",
        string="Started",
        help="Switched on in the company you work in.",
    )
    runs_elsewhere = fields.Boolean(
        compute="_compute_runs_elsewhere",
        help="The playbook is switched on in a company in which you may not work, so you cannot change it.",
    )
    problem = fields.Char(readonly=True, engine_only=True, copy=False, help="Why the playbook could not do its work.")

    # When
    trigger = fields.Selection(TRIGGERS, required=True, default="segment_enter", help="What brings a customer in.")
    trigger_takes_days = fields.Boolean(compute="_compute_trigger_takes_days")
    trigger_days = fields.Integer(
        string="Days",
        help="For how many days the customer must stay, how often the visit is repeated, how long there was no "
        "contact, or how many days before the date.",
    )
    visits_by_tier = fields.Boolean(
        string="As Often as the Tier Promises",
        help="Customers whose tier promises visits come in as often as it says; the days above are for all others.",
    )
    segment_ids = fields.Many2many(
        "customer.segment", string="Segments", help="Only these segments. Empty: every segment."
    )
    health = fields.Selection(HEALTH, help="Only segments of this health. Empty: every health.")
    tier_ids = fields.Many2many(
        "customer.tier",
        string="Tiers",
        help="Only customers on these tiers; when a customer falls, the tiers it falls from. Empty: every tier.",
    )
    abc_class = fields.Selection(
        ABC_CLASSES,
        string="ABC Class",
        help="Only customers of this class; when the class drops, the class before. Empty: every class.",
    )
    audience_domain = fields.Char(
        string="Audience", default="[]", help="Only customers whose contact meets these conditions."
    )

    # What
    action_kind = fields.Selection(
        [("activity", "One activity"), ("plan", "An activity plan"), ("none", "No activity: e-mail or tag only")],
        string="Action",
        required=True,
        default="activity",
    )
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        ondelete="restrict",
        domain="[('res_model', 'in', (False, 'res.partner'))]",
        default=lambda self: self.env.ref("mail.mail_activity_data_todo", raise_if_not_found=False),
    )
    summary = fields.Char(
        translate=True, help="The title of the activity. {{ object.partner_id.name }} stands for the customer's name."
    )
    note = fields.Html(
        translate=True,
        help="What to do, with the customer's own numbers: {{ object.explanation }}, {{ object.segment_id.advice }}.",
    )
    due_days = fields.Integer(string="Due in (Days)", default=3, help="Days until the activity is due.")
    plan_id = fields.Many2one(
        "mail.activity.plan", string="Activity Plan", ondelete="restrict", domain="[('res_model', '=', 'res.partner')]"
    )
    responsible = fields.Selection(
        [
            ("salesperson", "The customer's salesperson"),
            ("service_contact", "The dedicated service contact"),
            ("team_leader", "The leader of the sales team"),
            ("person", "A certain person"),
        ],
        required=True,
        default="salesperson",
        help="Who gets the activity. Whoever is missing, archived or not in the company is replaced: by the "
        "salesperson, the team leader, the substitute, then who started the playbook.",
    )
    responsible_user_id = fields.Many2one(
        "res.users", string="Person", domain="[('share', '=', False)]", ondelete="set null"
    )
    fallback_user_id = fields.Many2one(
        "res.users",
        string="Substitute",
        domain="[('share', '=', False)]",
        ondelete="set null",
        help="Gets the activities for which nobody else is responsible.",
    )
    send_mail = fields.Boolean(
        string="Send E-mail", help="Sends this e-mail to the customer. Nobody on the blacklist gets it."
    )
    mail_template_id = fields.Many2one(
        "mail.template",
        string="E-mail Template",
        ondelete="restrict",
        domain="[('model', 'in', ('customer.segmentation.profile', 'res.partner'))]",
    )
    mail_pause_days = fields.Integer(
        string="At Most One E-mail in (Days)",
        default=30,
        help="No e-mail to a customer who got one from any playbook within so many days.",
    )
    tag_id = fields.Many2one("res.partner.category", ondelete="set null", help="Set on the contact.")

    # Again, and the end
    reentry = fields.Selection(
        [("always", "Every time"), ("once", "Once"), ("pause", "Not again for some days")],
        string="Again",
        required=True,
        default="always",
        help="Whether a customer comes in again after the first time.",
    )
    reentry_days = fields.Integer(string="Pause (Days)", default=90, help="Days after the last time came in.")
    closes_on_order = fields.Boolean(
        help="The activity is done as soon as any contact of the customer confirms an order."
    )
    success_days = fields.Integer(
        string="Success within (Days)", default=30, help="An order within so many days counts as a success."
    )
    control_share = fields.Float(
        string="Control Group (%)",
        help="This part of the customers gets no action, so that the effect can be measured. 10 % is usual.",
    )
    seed = fields.Char(
        readonly=True,
        engine_only=True,
        copy=False,
        groups="base.group_system",
        default=lambda self: secrets.token_hex(8),
        help="Decides, together with the customer, who belongs to the control group.",
    )

    # What came of it
    entry_ids = fields.One2many(
        "customer.playbook.entry", "playbook_id", string="Entries", readonly=True, engine_only=True
    )
    entry_count = fields.Integer(compute="_compute_entry_counts", string="Customers Entered", groups=NUMBER)
    open_count = fields.Integer(compute="_compute_entry_counts", string="Open", groups=NUMBER)
    waiting_count = fields.Integer(compute="_compute_entry_counts", string="Waiting", groups=NUMBER)
    control_count = fields.Integer(compute="_compute_entry_counts", string="Control", groups=NUMBER)
    who_would_enter = fields.Integer(
        compute="_compute_who_would_enter",
        string="Customers Today",
        groups=NUMBER,
        help="Customers of the company you work in who are in this state now and could come in.",
    )

    # ------------------------------------------------------------------ computed

    @api.depends("started_company_ids")
    @api.depends_context("company")
    def _compute_is_started(self):
        root = self.env.company.sudo().root_id
        for playbook in self.sudo():
            playbook.is_started = root in playbook.started_company_ids

    @api.model
    def _search_is_started(self, operator, value):
        if operator != "in":
            return NotImplemented
        root = self.env.company.sudo().root_id
        started = Domain("id", "in", self.sudo()._search([("started_company_ids", "in", root.ids)]))
        return Domain.OR(started if wanted else ~started for wanted in value)

    @api.depends("started_company_ids")
    @api.depends_context("uid")
    def _compute_runs_elsewhere(self):
        mine = self.env.user.sudo().company_ids.root_id
        for playbook in self:
            playbook.runs_elsewhere = bool(playbook.sudo().started_company_ids - mine)

    @api.depends("trigger")
    def _compute_trigger_takes_days(self):
        triggers = self._triggers()
        for playbook in self:
            playbook.trigger_takes_days = playbook.trigger in triggers and triggers[playbook.trigger].takes_days

    @api.depends("entry_ids.state")
    @api.depends_context("company")
    def _compute_entry_counts(self):
        """Of the company the user works in."""
        root = self.env.company.sudo().root_id
        rows = self.env["customer.playbook.entry"]._read_group(
            [("playbook_id", "in", self.ids), ("company_id", "=", root.id)], ["playbook_id", "state"], ["__count"]
        )
        counts = {(playbook.id, state): count for playbook, state, count in rows}
        states = [state for state, _label in self.env["customer.playbook.entry"]._fields["state"].selection]
        for playbook in self:
            playbook.entry_count = sum(counts.get((playbook.id, state), 0) for state in states)
            playbook.open_count = counts.get((playbook.id, "open"), 0)
            playbook.waiting_count = counts.get((playbook.id, "waiting"), 0)
            playbook.control_count = counts.get((playbook.id, "control"), 0)

    # ------------------------------------------------------------------ checks

    @api.constrains("trigger", "trigger_days")
    def _check_trigger(self):
        triggers = self._triggers()
        for playbook in self:
            if playbook.trigger not in triggers:
                raise ValidationError(self.env._("The trigger %s does not exist any more.", playbook.trigger))
            least = triggers[playbook.trigger].least_days
            if not least <= playbook.trigger_days <= 3650:
                raise ValidationError(
                    self.env._(
                        "%(trigger)s: %(days)s days; it must be %(least)s to 3650 days.",
                        trigger=playbook._label_of("trigger", playbook.trigger),
                        days=playbook.trigger_days,
                        least=least,
                    )
                )

    @api.constrains("due_days", "reentry_days", "mail_pause_days", "success_days", "control_share")
    def _check_numbers(self):
        for playbook in self:
            for name, least in (("due_days", 0), ("reentry_days", 0), ("mail_pause_days", 0), ("success_days", 1)):
                if not least <= playbook[name] <= 3650:
                    label = playbook._fields[name]._description_string(self.env)
                    raise ValidationError(
                        self.env._(
                            "%(label)s: %(days)s; it must be %(least)s to 3650 days.",
                            label=label,
                            days=playbook[name],
                            least=least,
                        )
                    )
            if not 0 <= playbook.control_share <= 50:
                raise ValidationError(
                    self.env._("The control group is %s %%; it must be 0 to 50 %%.", playbook.control_share)
                )

    @api.constrains(
        "action_kind",
        "activity_type_id",
        "plan_id",
        "responsible",
        "responsible_user_id",
        "send_mail",
        "mail_template_id",
    )
    def _check_action(self):
        for playbook in self:
            if playbook.action_kind == "activity" and not playbook.activity_type_id:
                raise ValidationError(self.env._("Choose the type of the activity."))
            if playbook.action_kind == "plan" and playbook.plan_id.res_model != "res.partner":
                raise ValidationError(self.env._("Choose an activity plan that is made for contacts."))
            if playbook.activity_type_id.res_model not in (False, "res.partner"):
                raise ValidationError(self.env._("Choose a type of activity that is possible on contacts."))
            if playbook.responsible == "person" and not playbook.responsible_user_id:
                raise ValidationError(self.env._("Choose the person who is responsible."))
            if playbook.send_mail and not playbook.mail_template_id:
                raise ValidationError(self.env._("Choose the template of the e-mail, or switch the e-mail off."))
            if playbook.mail_template_id.model not in (False, "customer.segmentation.profile", "res.partner"):
                raise ValidationError(self.env._("Choose an e-mail template that is made for contacts or profiles."))

    @api.constrains("company_id", "started_company_ids")
    def _check_companies(self):
        for playbook in self.sudo():
            if playbook.company_id.parent_id or playbook.started_company_ids.parent_id:
                raise ValidationError(self.env._("Playbooks belong to whole companies, branches are part of them."))
            if playbook.company_id and playbook.started_company_ids - playbook.company_id:
                raise ValidationError(
                    self.env._(
                        "The playbook %(name)s is made for %(company)s only.",
                        name=playbook.name,
                        company=playbook.company_id.name,
                    )
                )

    # ------------------------------------------------------------------ start and stop

    def _check_manager(self):
        if not self.env.su and not self.env.user.has_group("customer_segmentation.group_manager"):
            raise AccessError(self.env._("Only managers of Customer Segmentation start and stop playbooks."))
        self.check_access("write")

    def action_start(self):
        """Show what starting would bring about today, and ask."""
        self.ensure_one()
        self._check_manager()
        policy = self.env["customer.segmentation.policy"]._of_action()
        self.env["customer.segmentation.queue"].sudo()._refresh_waiting(policy)  # so that it shows who would come in
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Start Playbook"),
            "target": "new",
            "res_model": "customer.playbook.start",
            "views": [(False, "form")],
            "context": {"default_playbook_id": self.id},
        }

    def _start(self, company, include_now=False):
        """Switch the playbooks on in a root company; only what happens from now on brings customers in.

        :raise UserError: when one would do nothing, or its conditions cannot be asked in that company
        """
        policy = self.env["customer.segmentation.policy"]._of_action(company)
        if not policy:
            raise UserError(self.env._("%s has no policy, so its customers are not scored.", company.name))
        for playbook in self:
            if playbook.action_kind == "none" and not (playbook.send_mail or playbook.tag_id):
                raise UserError(
                    self.env._("%s would do nothing: switch its e-mail on, choose a tag or an activity.", playbook.name)
                )
            playbook._check_audience_in(company)
        self.sudo().write(
            {
                "started_company_ids": [Command.link(policy.company_id.id)],
                "started_by_id": self.env.uid,
                "active": True,
                "problem": False,
            }
        )
        if include_now:
            self._check_nobody_waits(policy)
            for playbook in self:
                policy.env["customer.playbook"].browse(playbook.id)._enter_now(policy)

    def _check_nobody_waits(self, policy):
        """Who waits to be scored comes into no playbook; whoever starts one with all of today means them, too."""
        if not self.env["customer.segmentation.queue"].sudo()._refresh_waiting(policy):
            raise UserError(
                self.env._(
                    "Customers of %s are being scored at the moment, so it is not known yet who is in this state. "
                    "Start the playbook again in a few minutes, or without those who are in it now.",
                    policy.company_id.name,
                )
            )

    def action_stop(self):
        """Switch the playbooks off in the company the user works in; what is open is cancelled."""
        self._check_manager()
        policy = self.env["customer.segmentation.policy"]._of_action()
        self.sudo().write({"started_company_ids": [Command.unlink(policy.company_id.id)]})

    def _check_may_change(self, vals=()):
        """Managers change only what runs in their own companies, and switch it on and off with the buttons."""
        if self.env.su:
            return
        if "started_company_ids" in vals:
            raise AccessError(self.env._("Playbooks are switched on and off with Start and Stop."))
        for playbook in self.filtered("runs_elsewhere"):
            raise UserError(
                self.env._(
                    "%s also runs in a company in which you may not work. Copy it, and change and start the copy.",
                    playbook.name,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self.browse()._check_may_change(vals)
        playbooks = super().create(vals_list)
        playbooks._note_starts()
        return playbooks

    def write(self, vals):
        if vals.keys() - {"sequence"}:
            self._check_may_change(vals)
        result = super().write(vals)
        if "started_company_ids" in vals:
            self._note_starts()
        if vals.keys() & {"started_company_ids", "active"}:
            self._trigger_engine()
        if vals.keys() - {"problem", "started_dates"} and "problem" not in vals:
            self.sudo().filtered("problem").problem = False
        return result

    def _note_starts(self):
        """Remember the day for companies in which a playbook is new, and forget those in which it is stopped."""
        for playbook in self.sudo():
            known = playbook.started_dates or {}
            dates = {
                str(company.id): known.get(str(company.id)) or str(playbook._today_in(company))
                for company in playbook.started_company_ids
            }
            if dates != known:
                playbook.started_dates = dates

    @api.model
    def _today_in(self, company):
        policy = self.env["customer.segmentation.policy"]._of_company(company)
        return policy._today() if policy else fields.Date.today()

    def unlink(self):
        """Nobody shall be left with an activity of a playbook that does not exist any more."""
        self.check_access("unlink")
        self._check_may_change()
        self.sudo().entry_ids._close("cancelled", self.env._("The playbook was deleted."))
        return super().unlink()

    def _remove_with_trigger(self):
        """The addon that declares the trigger of these goes: they bring nobody in any more.

        Those that never did are deleted. Of the others everything that was done, and what came of it, stays on record
        in a playbook that is archived, by the trigger that every database knows; what is open is cancelled.
        """
        playbooks = self.sudo()
        used = playbooks.filtered("entry_ids")
        (playbooks - used).unlink()
        used.write({"active": False, "trigger": "segment_enter"})
        names = [("model", "=", self._name), ("res_id", "in", used.ids)]
        self.env["ir.model.data"].sudo().search(names).unlink()  # by which Odoo would delete them as well

    @api.model
    def _trigger_engine(self):
        """Have the playbooks looked through within a minute."""
        self.env.ref("customer_segmentation.ir_cron_playbooks").sudo()._trigger()
