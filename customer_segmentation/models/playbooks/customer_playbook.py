"""One automated answer to a change of a customer: when, for whom, and what is done by whom.

The record keeps fields, checks and buttons. The work is done by models of their own, which are told the playbook:

    customer.playbook.trigger       the open list of triggers: who enters, and whether the reason still holds
    customer.playbook.entrance      who may come in, whatever the trigger
    customer.playbook.consistency   what a playbook contradicts
    customer.playbook.engine        the scheduled action: close, enter, fill free places, tell people
    customer.playbook.responsible   who gets the activity
    customer.playbook.action        activities, plans, e-mails and tags of the customers whose turn it is
    customer.playbook.text          the placeholders of what a manager types, filled in
    customer.playbook.words         a playbook in plain words
    customer.playbook.report        what it did, and whether it earned anything
"""

import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain

from ...tools.labels import ABC_CLASSES, LIFECYCLE_STAGES
from ...tools.rights import NUMBER
from ...tools.triggers import TRIGGERS

PURPOSES = [
    ("keep", "Keep and win back"),
    ("grow", "Welcome and grow"),
    ("tier", "Tiers and visits"),
    ("care", "Greetings and news"),
]


class CustomerPlaybook(models.Model):
    _name = "customer.playbook"
    _inherit = ["customer.condition"]
    _description = "Playbook"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    purpose = fields.Selection(
        PURPOSES, required=True, default="keep", group_expand=True, help="Where the playbook stands in the list."
    )
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
    running = fields.Selection([("off", "Off"), ("on", "Running")], compute="_compute_is_started", string="State")
    runs_elsewhere = fields.Boolean(
        compute="_compute_runs_elsewhere",
        help="The playbook is switched on in a company in which you may not work, so you cannot change it.",
    )
    problem = fields.Char(readonly=True, engine_only=True, copy=False, help="Why the playbook could not do its work.")

    # When
    trigger = fields.Selection(TRIGGERS, required=True, default="segment_enter", help="What brings a customer in.")
    trigger_takes_days = fields.Boolean(compute="_compute_takes")
    takes_segments = fields.Boolean(compute="_compute_takes")
    takes_tiers = fields.Boolean(compute="_compute_takes")
    takes_class = fields.Boolean(compute="_compute_takes")
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
    lifecycle_stage = fields.Selection(
        [stage for stage in LIFECYCLE_STAGES if stage[0] != "prospect"],
        help="The stage that brings a customer in. Empty: every stage.",
    )
    overdue_ratio = fields.Float(
        string="Overdue (× Usual Gap)",
        default=2.0,
        digits=(5, 1),
        help="How many times its usual gap a customer has let pass since the last order: 2 = twice as long as usual.",
    )
    audience_domain = fields.Char(
        string="Audience", default="[]", help="Only customers whose contact meets these conditions."
    )
    audience_problem = fields.Char(
        compute="_compute_audience_problem",
        string="Why the Audience Cannot Be Asked",
        help="In the company you work in, and who can repair it.",
    )
    when_in_words = fields.Char(compute="_compute_in_words", string="When")

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
    what_in_words = fields.Char(compute="_compute_in_words", string="What")
    preview_title = fields.Char(compute="_compute_preview", groups=NUMBER)
    preview_summary = fields.Char(compute="_compute_preview", groups=NUMBER)
    preview_note = fields.Html(compute="_compute_preview", groups=NUMBER)

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
        help="This part of the customers gets no action, so that the effect can be measured. 10% is usual.",
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
    candidates_in_words = fields.Text(
        compute="_compute_candidates_in_words",
        string="For Whom Today",
        groups=NUMBER,
        help="How many activities starting it for those in this state now would make, and for whom.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_results", groups=NUMBER)
    treated_count = fields.Integer(
        compute="_compute_results",
        string="Treated",
        groups=NUMBER,
        help="Times a customer came in and was not control.",
    )
    ordered_count = fields.Integer(
        compute="_compute_results",
        string="Ordered",
        groups=NUMBER,
        help="How many of the treated ordered within the days of the playbook.",
    )
    revenue_after = fields.Monetary(
        compute="_compute_results",
        groups=NUMBER,
        help="Purchases less refunds of the treated customers within the days of the playbook.",
    )
    wrong_label_count = fields.Integer(
        compute="_compute_results",
        string="Wrong Labels",
        groups=NUMBER,
        help="How often a salesperson answered that the customer does not belong in this segment or tier.",
    )
    uplift_verdict = fields.Selection(
        [
            ("no_control", "No control group"),
            ("too_few", "Too few to tell"),
            ("unclear", "No difference shown"),
            ("more", "It helps"),
            ("less", "It does harm"),
        ],
        compute="_compute_uplift",
        string="Proof",
        groups=NUMBER,
    )
    uplift_in_words = fields.Text(compute="_compute_uplift", string="Effect", groups=NUMBER)

    # ------------------------------------------------------------------ computed

    @api.depends("started_company_ids")
    @api.depends_context("company")
    def _compute_is_started(self):
        root = self.env.company.sudo().root_id
        for playbook in self.sudo():
            playbook.is_started = root in playbook.started_company_ids
            playbook.running = "on" if playbook.is_started else "off"

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
    def _compute_takes(self):
        triggers = self.env["customer.playbook.trigger"]._triggers()
        for playbook in self:
            trigger = triggers.get(playbook.trigger)
            playbook.trigger_takes_days = bool(trigger) and trigger.takes_days
            about = trigger.about if trigger else ()
            playbook.takes_segments = "segment" in about
            playbook.takes_tiers = "tier" in about
            playbook.takes_class = "abc" in about

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

    @api.depends("audience_domain", "author_id")
    @api.depends_context("company", "lang")
    def _compute_audience_problem(self):
        entrance = self.env["customer.playbook.entrance"]
        company = self.env.company.sudo().root_id
        for playbook in self:
            playbook.audience_problem = entrance._audience_refusal(playbook, company)

    @api.depends(
        "trigger",
        "trigger_days",
        "visits_by_tier",
        "segment_ids",
        "tier_ids",
        "abc_class",
        "audience_domain",
        "action_kind",
        "reentry",
        "reentry_days",
        "success_days",
        "company_id",
        "lifecycle_stage",
        "overdue_ratio",
    )
    @api.depends_context("company")
    def _compute_who_would_enter(self):
        for playbook in self:
            playbook.who_would_enter = len(self.env["customer.playbook.entrance"]._candidates_now(playbook))

    @api.depends("entry_ids.state", "success_days")
    @api.depends_context("company")
    def _compute_results(self):
        root = self.env.company.sudo().root_id
        figures = self.env["customer.playbook.report"]._figures(self, root)
        for playbook in self:
            count, ordered, revenue, wrong = figures.get(playbook.id, (0, 0, 0, 0))
            playbook.currency_id = root.currency_id
            playbook.treated_count, playbook.ordered_count, playbook.revenue_after = count, ordered, revenue
            playbook.wrong_label_count = wrong

    @api.depends("entry_ids.state", "success_days", "control_share")
    @api.depends_context("company", "lang")
    def _compute_uplift(self):
        report, words = self.env["customer.playbook.report"], self.env["customer.playbook.words"]
        compared = report._compared(self, self.env.company.sudo().root_id)
        for playbook in self:
            playbook.uplift_verdict, *numbers = compared[playbook.id]
            said = [words._uplift_in_words(playbook, playbook.uplift_verdict, *numbers)]
            said.append(words._contacted_anyway_in_words(report._contacted_anyway(playbook)))
            playbook.uplift_in_words = "\n".join(filter(None, said))

    # ------------------------------------------------------------------ in words

    @api.depends(
        "trigger",
        "trigger_days",
        "visits_by_tier",
        "segment_ids",
        "tier_ids",
        "abc_class",
        "audience_domain",
        "action_kind",
        "activity_type_id",
        "plan_id",
        "due_days",
        "responsible",
        "responsible_user_id",
        "send_mail",
        "tag_id",
        "lifecycle_stage",
        "overdue_ratio",
    )
    @api.depends_context("lang")
    def _compute_in_words(self):
        words = self.env["customer.playbook.words"]
        for playbook in self:
            playbook.when_in_words = words._when_in_words(playbook)
            playbook.what_in_words = words._what_in_words(playbook)

    @api.depends("trigger", "action_kind", "responsible", "send_mail", "mail_template_id", "who_would_enter")
    @api.depends_context("company", "lang")
    def _compute_candidates_in_words(self):
        words, entrance = self.env["customer.playbook.words"], self.env["customer.playbook.entrance"]
        consistency = self.env["customer.playbook.consistency"]
        policy = self.env["customer.segmentation.policy"]._of_company(self.env.company)
        for playbook in self:
            customers = entrance._candidates_now(playbook)
            if entrance._writes_as_well(playbook):
                customers = consistency._worth_a_call(policy, customers)
            gone = consistency._count_held_back(playbook, policy, "gone")
            said = words._candidates_by_person(playbook, policy, customers)
            playbook.candidates_in_words = words._with_gone(playbook, said, gone)

    @api.depends("summary", "note", "trigger", "action_kind")
    @api.depends_context("company", "lang")
    def _compute_preview(self):
        """What the salesperson of one customer would read: of one who would come in today, or of the best customer."""
        for playbook in self:
            title, summary, note = self.env["customer.playbook.text"]._preview(playbook)
            playbook.preview_title, playbook.preview_summary, playbook.preview_note = title, summary, note

    # ------------------------------------------------------------------ who typed the conditions and texts

    @api.model
    def _typed_fields(self):
        return ("audience_domain", "mail_template_id", "summary", "note")

    @api.model
    def _known_people(self):
        """The engine writes as OdooBot what went wrong: who started a playbook comes before it."""
        return [*super()._known_people(), "started_by_id"]

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=""):
        """Translations pass by `write` and the constraints."""
        self._check_may_change()
        result = super()._update_field_translations(field_name, translations, digest, source_lang)
        if field_name in ("summary", "note"):
            self.write({"author_id": self.env.uid})
            for language in translations:
                self.with_context(lang=language)._check_texts()
        return result

    # ------------------------------------------------------------------ checks

    @api.constrains("trigger", "trigger_days", "overdue_ratio")
    def _check_trigger(self):
        for playbook in self:
            self.env["customer.playbook.trigger"]._check(playbook)

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
                    self.env._("The control group is %s%%; it must be 0 to 50%%.", playbook.control_share)
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

    @api.constrains("audience_domain", "mail_template_id", "summary", "note")
    def _check_audience(self):
        """Whoever types any of it is the author of all of it, so must be able to ask for the audience, too."""
        for playbook in self:
            company = playbook.company_id or self.env.company.sudo().root_id
            self.env["customer.playbook.entrance"]._check_audience(playbook, company)

    @api.constrains("summary", "note")
    def _check_texts(self):
        for playbook in self:
            self.env["customer.playbook.text"]._check(playbook)

    # ------------------------------------------------------------------ start and stop

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
            self.env["customer.playbook.entrance"]._check_audience(playbook, company)
        self.sudo().write(
            {
                "started_company_ids": [Command.link(policy.company_id.id)],
                "started_by_id": self.env.uid,
                "active": True,
                "problem": False,
            }
        )
        if include_now:
            self.env["customer.playbook.engine"]._enter_now(self, policy)

    def action_stop(self):
        """Switch the playbooks off in the company the user works in; what is open is cancelled."""
        self._check_manager()
        policy = self.env["customer.segmentation.policy"]._of_action()
        self.sudo().write({"started_company_ids": [Command.unlink(policy.company_id.id)]})

    def _note_starts(self):
        """Remember the day for companies in which a playbook is new, and forget those in which it is stopped."""
        engine = self.env["customer.playbook.engine"]
        for playbook in self.sudo():
            known = playbook.started_dates or {}
            dates = {
                str(company.id): known.get(str(company.id)) or str(engine._today_in(company))
                for company in playbook.started_company_ids
            }
            if dates != known:
                playbook.started_dates = dates

    # ------------------------------------------------------------------ who may change it

    def _check_manager(self):
        if not self.env.su and not self.env.user.has_group("customer_segmentation.group_manager"):
            raise AccessError(self.env._("Only managers of Customer Segmentation start and stop playbooks."))
        self.check_access("write")

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

    # ------------------------------------------------------------------ records

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
            self.env["customer.playbook.engine"]._wake()
        if vals.keys() - {"problem", "started_dates"} and "problem" not in vals:
            self.sudo().filtered("problem").problem = False
        return result

    def copy_data(self, default=None):
        """A copy says that it is one: it does the same until it is changed."""
        named = "name" in (default or {})
        return [
            values if named else dict(values, name=self.env._("%s (copy)", playbook.name))
            for playbook, values in zip(self, super().copy_data(default), strict=True)
        ]

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
        used.entry_ids._close("cancelled", self.env._("What the playbook asks for is not known any more."))
        used.write({"active": False, "trigger": "segment_enter"})
        names = [("model", "=", self._name), ("res_id", "in", used.ids)]
        self.env["ir.model.data"].sudo().search(names).unlink()  # by which Odoo would delete them as well

    # ------------------------------------------------------------------ what users click

    @api.model
    def action_count_offered(self):
        """How many playbooks a manager could start, as long as customers are scored and none is started; else 0."""
        policy = self.env["customer.segmentation.policy"]._of_action()
        manager = self.env.user.has_group("customer_segmentation.group_manager")
        if not manager or not policy.last_run_id or self.search_count([("is_started", "=", True)], limit=1):
            return 0
        return self.search_count([])

    def action_open_entries(self):
        return self.env["customer.playbook.report"]._action_on(
            self, "action_playbook_entries", search_default_group_state=1
        )

    def action_open_waiting(self):
        return self.env["customer.playbook.report"]._action_on(
            self, "action_playbook_entries", search_default_waiting=1
        )

    def action_open_wrong_labels(self):
        return self.env["customer.playbook.report"]._action_on(
            self, "action_playbook_entries", search_default_wrong_label=1
        )

    def action_open_results(self):
        return self.env["customer.playbook.report"]._action_on(self, "action_playbook_results")

    def action_open_candidates(self):
        """The customers who would come in today."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation.action_customers")
        customers = self.env["customer.playbook.entrance"]._candidates_now(self)
        domain = [("id", "in", customers.ids)]
        return dict(action, domain=domain, context={}, display_name=self.env._("%s: Who Would Enter", self.name))
