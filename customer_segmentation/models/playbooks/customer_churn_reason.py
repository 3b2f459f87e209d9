from odoo import fields, models


class CustomerChurnReason(models.Model):
    """Why a customer buys elsewhere, or not any more: what a salesperson chooses when answering a playbook."""

    _name = "customer.churn.reason"
    _inherit = ["customer.shared"]
    _description = "Churn Reason"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(
        default=True, help="Archive a reason that is no longer to be chosen: the answers given with it are kept."
    )
