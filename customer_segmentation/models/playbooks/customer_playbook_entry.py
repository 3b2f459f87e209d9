from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount, format_date

from ...tools.context import told
from ...tools.words import headed

OPEN = ("waiting", "open")
TREATMENTS = [("treated", "Treated"), ("control", "Control Group")]
ENTRY_STATES = [
    ("waiting", "Waiting"),
    ("open", "Open"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
    ("control", "Control Group"),
]
ANSWERS = [
    ("helped", "It helped"),
    ("wrong_label", "Wrong label"),
    ("snooze", "Not now, remind me later"),
    ("elsewhere", "Buys elsewhere"),
    ("other", "Other reason"),
]
ANSWERABLE = ("waiting", "open", "done")


class CustomerPlaybookEntry(models.Model):
    """One customer who entered a playbook, what was done and what came of it."""

    _name = "customer.playbook.entry"
    _inherit = ["customer.row"]
    _description = "Playbook Entry"
    _order = "entered_on desc, id desc"
    _rec_name = "playbook_id"
    _customer_path = "partner_id"

    playbook_id = fields.Many2one("customer.playbook", required=True, readonly=True, ondelete="cascade", index=True)
    # Empty when the customer was excluded from profiling or archived since: what was done stays on record.
    profile_id = fields.Many2one("customer.segmentation.profile", readonly=True, ondelete="set null", index=True)
    partner_id = fields.Many2one(
        related="profile_id.partner_id", string="Customer", store=True, index=True, precompute=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="profile_id.company_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    entered_on = fields.Date(required=True, readonly=True, index=True, help="The day the customer came in.")
    entered_at = fields.Datetime(
        required=True, readonly=True, default=fields.Datetime.now, help="Orders after this moment count."
    )
    cause = fields.Char(required=True, readonly=True, help="What brought the customer in; the same never does twice.")
    transition_id = fields.Many2one(
        "customer.segmentation.transition", string="Change", readonly=True, ondelete="set null", index="btree_not_null"
    )
    user_id = fields.Many2one(
        "res.users", string="Responsible", readonly=True, index="btree_not_null", ondelete="set null"
    )
    value = fields.Float(
        readonly=True,
        help="Of customers with as much at stake the highest gets a place first: revenue of the customer in the "
        "window, or revenue ever of who bought nothing in the window.",
    )
    at_stake = fields.Monetary(related="profile_id.at_stake", aggregator=None)
    why = fields.Char(related="profile_id.why", help="In short: how late the next order is, and how often they come.")
    phone = fields.Char(related="partner_id.phone", string="Phone")
    treatment = fields.Selection(
        TREATMENTS,
        required=True,
        readonly=True,
        default="treated",
        help="Customers of the control group get no action.",
    )
    state = fields.Selection(
        ENTRY_STATES,
        required=True,
        readonly=True,
        default="waiting",
        index=True,
        group_expand=True,  # the columns of the board in their order
        help="Waiting: the desk of the responsible is full. Open: an activity is on the desk.",
    )
    activity_ids = fields.One2many("mail.activity", "customer_playbook_entry_id", string="Activities", readonly=True)
    opened_on = fields.Date(readonly=True, help="The day the activity came on the desk.")
    announced_on = fields.Date(readonly=True, index="btree_not_null", help="The day the responsible was told.")
    mailed_on = fields.Date(
        readonly=True, index="btree_not_null", help="The day the e-mail to the customer was queued."
    )
    mail_id = fields.Many2one(
        "mail.mail",
        string="E-mail",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_system",
        help="What was queued, as long as Odoo keeps it.",
    )
    closed_on = fields.Date(readonly=True)
    closing_reason = fields.Char(readonly=True, help="Why the entry was closed.")
    answer = fields.Selection(
        ANSWERS,
        readonly=True,
        copy=False,
        help="What the salesperson said came of it. Wrong label: the customer does not belong in this segment or tier.",
    )
    answered_on = fields.Date(readonly=True, copy=False)
    answered_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="set null")
    answer_note = fields.Char(string="Note", readonly=True, copy=False)
    snoozed_until = fields.Date(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Until this day the playbook leaves the customer alone.",
    )
    promised_on = fields.Date(
        readonly=True,
        copy=False,
        help="The day for which the salesperson moved it: from then on it is due before everything else.",
    )
    churn_reason_id = fields.Many2one(
        "customer.churn.reason",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Why the customer buys elsewhere, or nothing any more.",
    )
    segment_id = fields.Many2one(related="profile_id.segment_id", string="Segment Today")

    _cause_unique = models.Constraint(
        "UNIQUE(playbook_id, cause, profile_id)", "A customer enters a playbook once for each cause."
    )
    _one_open = models.UniqueIndex(
        "(playbook_id, profile_id) WHERE state IN ('waiting', 'open')",
        "A customer has one open entry in each playbook.",
    )
    _places = models.Index("(company_id, user_id, state) WHERE state IN ('waiting', 'open')")

    @api.depends("playbook_id", "partner_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        """Of what its user may read only: Odoo shows the name of whatever record a request names, a draft of an e-mail
        about it for example."""
        for entry in self:
            playbook, customer = entry.playbook_id.sudo(), entry.partner_id.sudo()
            entry.display_name = headed(self.env, [playbook.name, customer.name or ""])

    # ------------------------------------------------------------------ the end

    def _close(self, state, reason, feedback=None):
        """Close open entries and take their activities off the desks.

        :param state: "done" keeps the activities as done, with the reason as feedback; "cancelled" removes them
        :param reason: in words
        :param feedback: the same as every employee may read it, default `reason`: it is posted on the contact
        """
        entries = self.sudo().filtered(lambda entry: entry.state in OPEN)
        if not entries:
            return
        activities = entries.activity_ids.filtered("active")
        for company, closed in entries.grouped("company_id").items():
            today = self.env["customer.playbook.engine"]._today_in(company)
            closed.write({"state": state, "closed_on": today, "closing_reason": reason})
        if state == "done":
            activities.action_feedback(feedback=feedback or reason)
        else:
            activities.unlink()
        self._places_became_free()

    def _release(self):
        """Put open entries back among the waiting, for whoever is responsible then; their activities are removed."""
        entries = self.sudo().filtered(lambda entry: entry.state == "open")
        activities = entries.activity_ids.filtered("active")
        entries.write({"state": "waiting", "opened_on": False, "announced_on": False, "promised_on": False})
        activities.unlink()
        self._places_became_free()

    def _activities_done(self, reason=None):
        """The activities of open entries were done; an entry is when none is left."""
        for entry in self.sudo():
            if entry.state == "open" and not entry.activity_ids.filtered("active"):
                today = self.env["customer.playbook.engine"]._today_in(entry.company_id)
                entry.write({"state": "done", "closed_on": today})
            if reason and entry.state == "done":
                entry.closing_reason = reason
        self._places_became_free()

    def _activities_deleted(self):
        """The activities of open entries were deleted, by a person or with the person they were for."""
        left = self.sudo().filtered(lambda entry: entry.state == "open" and not entry.activity_ids.filtered("active"))
        if told(self.env, "playbook_person_leaves"):
            left._release()
        else:
            left._close("cancelled", self.env._("The activity was deleted."))

    def _places_became_free(self):
        if self and not told(self.env, "playbook_engine"):
            self.env["customer.playbook.engine"]._wake()

    def _ordered_in_words(self, document):
        """ "Ordered S00123, 2,300 €"."""
        amount = format_amount(self.env, document._purchase_amount(), document.currency_id, trailing_zeroes=False)
        return self.env._("Ordered %(order)s, %(amount)s", order=document[document._rec_name], amount=amount)

    # ------------------------------------------------------------------ what came of it, and what follows

    def action_open_follow_ups(self):
        """The customers to follow up now: the user's own, or, for who has none, as most managers, everybody's."""
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation.action_playbook_entries")
        own = self.search_count([("user_id", "=", self.env.uid)], limit=1)
        return dict(action, context={"search_default_open": 1, **({"search_default_mine": 1} if own else {})})

    def _check_may_answer(self):
        """Managers, who is responsible, and who has one of the activities on the desk; if they may see the contact."""
        unseen = self.env._("Somebody else answers this; whom it is about is not for you to see.")
        if not self.sudo().partner_id.with_env(self.env).has_access("read"):
            raise AccessError(unseen)
        if self.env.su or self.env.user.has_group("customer_segmentation.group_manager"):
            return self.check_access("read")
        for entry in self.sudo():
            if self.env.user not in entry.user_id | entry.activity_ids.user_id:
                if not entry.with_env(self.env).has_access("read"):
                    raise AccessError(unseen)
                raise AccessError(
                    self.env._(
                        "%(playbook)s for %(customer)s is on the desk of %(responsible)s, who answers it.",
                        playbook=entry.playbook_id.name,
                        customer=entry.partner_id.name,
                        responsible=entry.user_id.name or self.env._("nobody"),
                    )
                )

    def _check_answerable(self):
        """
        :raise UserError: when there is nothing of which anything could be said
        """
        self._check_may_answer()
        if self.sudo().state not in ANSWERABLE or not self.sudo().partner_id:
            raise UserError(self.env._("Nothing was done here that could have helped: the entry is not open any more."))

    def _answer(self, answer, note=None, until=None, reason=None, step=None):
        """Keep what the salesperson says of one entry, and close it or take it off the desk until a day.

        :param step: the activity that was done; one of a plan that helped leaves the following ones where they are
        """
        self.ensure_one()
        self._check_answerable()
        entry = self.sudo()
        entry.write(
            {
                "answer": answer,
                "answered_on": fields.Date.context_today(self),
                "answered_by_id": self.env.uid,
                "answer_note": note,
                "snoozed_until": until,
                "churn_reason_id": reason and reason.id,
            }
        )
        if entry.state != "done":
            entry._after_answer(answer, note, until, step or entry.activity_ids.browse())

    def _after_answer(self, answer, note, until, step):
        words = self._answer_in_words(answer, note, until)
        others = self.activity_ids.filtered("active") - step
        if answer == "helped" and step in self.activity_ids and others:
            step.sudo().action_feedback(feedback=words)
        else:
            self._close("cancelled" if answer in ("wrong_label", "snooze") else "done", words)

    @api.model
    def _answer_in_words(self, answer, note, until):
        label = dict(self._fields["answer"]._description_selection(self.env))[answer]
        parts = [label, self.churn_reason_id.name, note]
        if until:
            parts[0] = self.env._("Not now, again on %s", format_date(self.env, until))
        return headed(self.env, filter(None, parts))

    # ------------------------------------------------------------------ contacts that are merged

    @api.model
    def _move_to_survivor(self, losers, survivor):
        """Give the entries of merged contacts to the profile that will survive, with one open entry per playbook."""
        profiles = self.env["customer.segmentation.profile"].sudo()
        found = profiles.search([("partner_id", "in", (losers | survivor).ids)], order="id")
        for of_company in found.grouped("company_id").values():
            kept = of_company.filtered(lambda profile: profile.partner_id == survivor) or of_company[:1]
            kept._adopt_playbook_entries(of_company - kept, survivor)

    def _order_by_progress(self):
        """Open ones before waiting ones, then the oldest."""
        return self.sorted(lambda entry: (entry.state != "open", entry.id))
