from odoo import api, models
from odoo.tools import SQL

# Programs whose rewards pay, as `loyalty.program.is_payment_program` says.
PAYMENT_PROGRAMS = ["gift_card", "ewallet"]


class CustomerTransaction(models.Model):
    _inherit = "customer.transaction"
    _depends = {
        "sale.order.line": ["reward_id"],
        "loyalty.reward": ["program_id"],
        "loyalty.program": ["program_type"],
    }

    @api.model
    def _payment_lines(self):
        """A gift card or an eWallet pays for the goods; any other reward makes them cheaper."""
        return SQL(
            """SELECT paying.id FROM sale_order_line paying
                 JOIN loyalty_reward reward ON reward.id = paying.reward_id
                 JOIN loyalty_program program ON program.id = reward.program_id
                WHERE program.program_type = ANY(%s)""",
            PAYMENT_PROGRAMS,
        )
