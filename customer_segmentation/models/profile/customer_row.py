from odoo import models


class CustomerRow(models.AbstractModel):
    """What lists about customers share: opening a row opens the contact."""

    _name = "customer.row"
    _inherit = ["customer.badges", "customer.activities", "customer.one.record"]
    _description = "Row about a Customer"

    def action_open_customer(self):
        """The contact's own form, where the page Segmentation explains the scores."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(False, "form")],
        }
