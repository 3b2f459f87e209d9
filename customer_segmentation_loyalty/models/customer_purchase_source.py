from odoo import api, models
from odoo.tools import SQL

# Programs whose rewards pay, as `loyalty.program.is_payment_program` says.
PAYMENT_PROGRAMS = ["gift_card", "ewallet"]


class CustomerPurchaseSource(models.AbstractModel):
    _inherit = "customer.purchase.source"

    @api.model
    def _payment_lines(self):
        """A gift card or an eWallet pays for the goods; any other reward makes them cheaper.

        The card itself, or what an eWallet is filled up with, is money paid in advance: what it buys will count.
        """
        return SQL(
            """SELECT paying.id FROM sale_order_line paying
                 JOIN loyalty_reward reward ON reward.id = paying.reward_id
                 JOIN loyalty_program program ON program.id = reward.program_id
                WHERE program.program_type = ANY(%(payments)s)
                UNION
               SELECT advance.id FROM sale_order_line advance
                 JOIN loyalty_rule_product_product_rel sold ON sold.product_product_id = advance.product_id
                 JOIN loyalty_rule rule ON rule.id = sold.loyalty_rule_id
                 JOIN loyalty_program program ON program.id = rule.program_id
                WHERE program.program_type = ANY(%(payments)s) AND advance.reward_id IS NULL""",
            payments=PAYMENT_PROGRAMS,
        )
