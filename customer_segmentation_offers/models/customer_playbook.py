from odoo import fields, models


class CustomerPlaybook(models.Model):
    _inherit = "customer.playbook"

    trigger = fields.Selection(
        selection_add=[("product_lost", "No longer buys a product")],
        ondelete={"product_lost": lambda playbooks: playbooks._remove_with_trigger()},
    )
