from odoo import models


class CustomerTransaction(models.Model):
    _inherit = "customer.transaction"
    _depends = {
        "sale.order.line": ["reward_id"],
        "sale.order.coupon.points": ["order_id", "coupon_id", "points"],
        "loyalty.card": ["program_id"],
        "loyalty.reward": ["program_id"],
        "loyalty.program": ["program_type"],
        "loyalty.rule": ["program_id", "product_ids"],
    }
