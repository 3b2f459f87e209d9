from odoo import fields, models


class CustomerPlaybook(models.Model):
    _inherit = "customer.playbook"

    trigger = fields.Selection(
        selection_add=[("holiday",), ("low_satisfaction", "Is dissatisfied (1 or 2 stars)"), ("stage_enter",)],
        ondelete={"low_satisfaction": lambda playbooks: playbooks._remove_with_trigger()},
    )
