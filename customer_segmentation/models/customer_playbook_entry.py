from odoo import api, fields, models

OPEN = ("waiting", "open")


class CustomerPlaybookEntry(models.Model):
    """One customer who entered a playbook, what was done and what came of it."""

    _name = "customer.playbook.entry"
    _description = "Playbook Entry"
    _order = "entered_on desc, id desc"
    _rec_name = "playbook_id"

    playbook_id = fields.Many2one("customer.playbook", required=True, readonly=True, ondelete="cascade", index=True)
    profile_id = fields.Many2one(
        "customer.segmentation.profile", required=True, readonly=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(
        related="profile_id.partner_id", string="Customer", store=True, index=True, precompute=True
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
    value = fields.Float(readonly=True, help="Revenue of the customer in the window: the highest gets a place first.")
    treatment = fields.Selection(
        [("treated", "Treated"), ("control", "Control Group")], required=True, readonly=True, default="treated",
        help="Customers of the control group get no action.",
    )  # fmt: skip
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("open", "Open"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
            ("control", "Control Group"),
        ],
        required=True, readonly=True, default="waiting", index=True,
        help="Waiting: the desk of the responsible is full. Open: an activity is on the desk.",
    )  # fmt: skip
    activity_ids = fields.One2many("mail.activity", "customer_playbook_entry_id", string="Activities", readonly=True)
    opened_on = fields.Date(readonly=True, help="The day the activity came on the desk.")
    announced_on = fields.Date(readonly=True, help="The day the responsible was told.")
    mailed_on = fields.Date(readonly=True, help="The day the e-mail to the customer was queued.")
    closed_on = fields.Date(readonly=True)
    closing_reason = fields.Char(readonly=True, help="Why the entry was closed.")

    _cause_unique = models.Constraint(
        "UNIQUE(playbook_id, cause, profile_id)", "A customer enters a playbook once for each cause."
    )
    _one_open = models.UniqueIndex(
        "(playbook_id, profile_id) WHERE state IN ('waiting', 'open')",
        "A customer has one open entry in each playbook.",
    )
    _waiting = models.Index("(company_id, user_id, value DESC, id) WHERE state = 'waiting'")

    @api.depends("playbook_id", "partner_id")
    def _compute_display_name(self):
        for entry in self.sudo():
            entry.display_name = f"{entry.playbook_id.name}: {entry.partner_id.name or ''}"

    def _close(self, state, reason):
        """Close open entries as done or cancelled, with the reason, and take their activities off the desks."""

    def _release(self):
        """Put open entries back among the waiting; their activities are taken off the desks."""
