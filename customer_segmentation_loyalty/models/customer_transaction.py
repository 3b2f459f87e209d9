from odoo import models


class CustomerTransaction(models.Model):
    _inherit = "customer.transaction"
    _depends = {
        "sale.order.line": ["reward_id"],
        "loyalty.reward": ["program_id"],
        "loyalty.program": ["program_type"],
        "loyalty.rule": ["program_id", "product_ids"],
    }
