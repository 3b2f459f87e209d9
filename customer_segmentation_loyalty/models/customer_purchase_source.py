from odoo import api, models
from odoo.tools import SQL

# Programs whose rewards pay, as `loyalty.program.is_payment_program` says.
PAYMENT_PROGRAMS = ["gift_card", "ewallet"]


class CustomerPurchaseSource(models.AbstractModel):
    _inherit = "customer.purchase.source"

    @api.model
    def _payment_lines(self):
        """A gift card or an eWallet pays for the goods; any other reward makes them cheaper.

        The card itself, or what an eWallet is filled up with, is money paid in advance: what it buys will count. That
        is so where the order put money on a card; else the same product is bought, also of a program that another
        company or a later day has.
        """
        return SQL(
            """SELECT paying.id FROM sale_order_line paying
                 JOIN loyalty_reward reward ON reward.id = paying.reward_id
                 JOIN loyalty_program program ON program.id = reward.program_id
                WHERE program.program_type = ANY(%(payments)s)
                UNION
               SELECT advance.id FROM sale_order_coupon_points given
                 JOIN loyalty_card card ON card.id = given.coupon_id
                 JOIN loyalty_program program ON program.id = card.program_id
                 JOIN loyalty_rule rule ON rule.program_id = program.id
                 JOIN loyalty_rule_product_product_rel sold ON sold.loyalty_rule_id = rule.id
                 JOIN sale_order_line advance ON advance.order_id = given.order_id
                  AND advance.product_id = sold.product_product_id
                WHERE program.program_type = ANY(%(payments)s) AND given.points > 0 AND advance.reward_id IS NULL""",
            payments=PAYMENT_PROGRAMS,
        )
