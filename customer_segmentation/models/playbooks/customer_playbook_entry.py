from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.context import told

OPEN = ("waiting", "open")


class CustomerPlaybookEntry(models.Model):
    """One customer who entered a playbook, what was done and what came of it."""

    _name = "customer.playbook.entry"
    _inherit = ["customer.row"]
    _description = "Playbook Entry"
    _order = "entered_on desc, id desc"
    _rec_name = "playbook_id"

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
        help="The highest gets a place first: revenue of the customer in the window, or revenue ever of who bought "
        "nothing in the window.",
    )
    treatment = fields.Selection(
        [("treated", "Treated"), ("control", "Control Group")],
        required=True,
        readonly=True,
        default="treated",
        help="Customers of the control group get no action.",
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("open", "Open"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
            ("control", "Control Group"),
        ],
        required=True,
        readonly=True,
        default="waiting",
        index=True,
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

    _cause_unique = models.Constraint(
        "UNIQUE(playbook_id, cause, profile_id)", "A customer enters a playbook once for each cause."
    )
    _one_open = models.UniqueIndex(
        "(playbook_id, profile_id) WHERE state IN ('waiting', 'open')",
        "A customer has one open entry in each playbook.",
    )
    _places = models.Index("(company_id, user_id, state) WHERE state IN ('waiting', 'open')")

    @api.depends("playbook_id", "partner_id")
    def _compute_display_name(self):
        for entry in self.sudo():
            entry.display_name = f"{entry.playbook_id.name}: {entry.partner_id.name or ''}"

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
            today = self.env["customer.playbook"]._today_in(company)
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
        entries.write({"state": "waiting", "opened_on": False, "announced_on": False})
        activities.unlink()
        self._places_became_free()

    def _activities_done(self, reason=None):
        """The activities of open entries were done; an entry is when none is left."""
        for entry in self.sudo():
            if entry.state == "open" and not entry.activity_ids.filtered("active"):
                today = self.env["customer.playbook"]._today_in(entry.company_id)
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
            self.env["customer.playbook"]._trigger_engine()

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


class CustomerSegmentationProfile(models.Model):
    _inherit = "customer.segmentation.profile"

    playbook_entry_ids = fields.One2many("customer.playbook.entry", "profile_id", string="Playbooks", readonly=True)

    def _adopt_playbook_entries(self, others, survivor):
        """Take over the entries of profiles that are about to be merged into this one."""
        self.ensure_one()
        entries = (self | others).playbook_entry_ids
        open_entries = entries.filtered(lambda entry: entry.state in OPEN)
        for same in open_entries.grouped("playbook_id").values():
            reason = self.env._("The contact was merged into %s.", survivor.display_name)
            same._order_by_progress()[1:]._close("cancelled", reason)
        self.env.flush_all()
        if self.partner_id != survivor:
            self.env.cr.execute(
                SQL("UPDATE %s SET partner_id = %s WHERE id = %s", SQL.identifier(self._table), survivor.id, self.id)
            )
        # The same cause may have brought in both: what happened stays on record under another name.
        self.env.cr.execute(
            SQL(
                """UPDATE customer_playbook_entry entry
                      SET profile_id = %(kept)s, partner_id = %(survivor)s,
                          cause = CASE WHEN EXISTS (SELECT FROM customer_playbook_entry other
                                                     WHERE other.playbook_id = entry.playbook_id
                                                       AND other.cause = entry.cause AND other.id <> entry.id
                                                       AND other.profile_id = ANY(%(all)s))
                                       THEN entry.cause || ':merged:' || entry.id ELSE entry.cause END
                    WHERE entry.profile_id = ANY(%(others)s)""",
                kept=self.id,
                survivor=survivor.id,
                others=others.ids,
                all=(self | others).ids,
            )
        )
        self.env.invalidate_all()
