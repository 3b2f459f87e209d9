from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

ATTITUDES = [("positive", "Positive"), ("neutral", "Neutral"), ("negative", "Negative")]
CHANNELS = [("call", "Call"), ("chat", "Chat"), ("text", "Text Message"), ("visit", "Visit"), ("email", "E-mail")]
ROW_STATES = [
    ("waiting", "Waiting"),  # promised, but the day was full when it was fixed
    ("open", "Open"),
    ("done", "Done"),
    ("ordered", "Ordered"),
    ("settled", "Settled Elsewhere"),
]


class CustomerDeskRow(models.Model):
    """A customer on a person's desk on one day, and what came of it. Written by My Day only."""

    _name = "customer.desk.row"
    _inherit = ["customer.row"]
    _description = "Row of My Day"
    _order = "day desc, sequence, id"
    _rec_name = "partner_id"
    _customer_path = "partner_id"

    user_id = fields.Many2one("res.users", string="Person", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade", index=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, ondelete="cascade", index=True
    )
    day = fields.Date(required=True, readonly=True)
    sequence = fields.Integer(
        readonly=True,
        help="Where it stood: the order is fixed when the day is opened first. 0: something was said of it elsewhere.",
    )
    state = fields.Selection(ROW_STATES, required=True, readonly=True, default="open")
    done_at = fields.Datetime(readonly=True)
    outcome = fields.Selection(
        lambda self: self.env["customer.desk.outcome"]._selection(), readonly=True, help="What came of it."
    )
    channel = fields.Selection(CHANNELS, readonly=True, help="How the customer was turned to.")
    attitude = fields.Selection(ATTITUDES, readonly=True, help="How the customer took it.")
    note = fields.Char(readonly=True)
    churn_reason_id = fields.Many2one(
        "customer.churn.reason", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    wrong_label = fields.Boolean(
        readonly=True, help="The salesperson says that the customer does not belong in its segment or tier."
    )
    held_back = fields.Boolean(
        string="Held Back but Contacted",
        readonly=True,
        help="A control group held the customer back; somebody turned to it anyway.",
    )
    next_activity_id = fields.Many2one(
        "mail.activity",
        string="What Follows",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="What was planned then.",
    )
    next_day = fields.Date(readonly=True, help="The day it comes back.")
    rests_until = fields.Date(
        readonly=True, index="btree_not_null", help="Until this day nobody is asked to call the customer."
    )

    # A constraint, not a unique index: merging contacts in Odoo looks for constraints only.
    _one_a_day = models.Constraint(
        "UNIQUE(user_id, company_id, day, partner_id)", "A customer stands on a desk once a day."
    )

    def _profile(self):
        """The customer's profile in the company, as superuser; empty for who has none."""
        return (
            self.env["customer.segmentation.profile"]
            .sudo()
            .search([("partner_id", "=", self.partner_id.id), ("company_id", "=", self.company_id.id)])
        )

    def _who_may_have_bought(self):
        """The rows whose customer's last order is not older, or not scored yet: asking the documents takes longer."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM customer_desk_row stood WHERE id = ANY(%s)
                      AND (EXISTS (SELECT FROM customer_segmentation_profile profile
                                    WHERE profile.partner_id = stood.partner_id
                                      AND profile.company_id = stood.company_id
                                      AND profile.last_order_date >= stood.day)
                           OR EXISTS (SELECT FROM customer_segmentation_queue queued
                                       WHERE queued.partner_id = stood.partner_id
                                         AND queued.company_id = stood.company_id))""",
                self.ids,
            )
        )
        return self.browse([row_id for (row_id,) in rows])

    def _of_the_list(self):
        """Those that were fixed when the day was opened, or joined since; not what was said elsewhere before."""
        return self.filtered("sequence")

    def _beginnings(self):
        """`id, partner_id, day, moment` of these rows, for whoever looks for purchases since they stand there, or since
        something was said of them."""
        return SQL(
            """SELECT id, partner_id, day, COALESCE(done_at, create_date) AS moment
                 FROM customer_desk_row WHERE id = ANY(%s)""",
            self.ids,
        )

    def _check_own(self):
        """Refuse who looks at the desk of somebody else."""
        self.check_access("read")
        if self.user_id - self.env.user:
            raise AccessError(self.env._("Only %s says what came of this.", self.user_id.name))

    def action_tell(self, outcome, told=None):
        """Keep what came of turning to the customer, and do what follows.

        :param outcome: one of the outcomes, by its technical name
        :param told: what else is said of it: channel, note, attitude, day, reason_id, wrong_label
        :return: the day as it is then
        """
        self.ensure_one()
        self._check_own()
        if self.state != "open":
            raise UserError(self.env._("%s is done already: reload the page.", self.partner_id.name))
        outcomes = self.env["customer.desk.outcome"]
        outcomes._tell(self, outcomes._checked(self, outcome, told))
        return self.env["customer.desk"].action_open_day()

    def action_quote(self):
        """A new quotation for the customer."""
        self.ensure_one()
        self._check_own()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "views": [(False, "form")],
            "context": {"default_partner_id": self.partner_id.id},
        }
