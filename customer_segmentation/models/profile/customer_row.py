from odoo import models
from odoo.tools import SQL

FIGURES = {"integer", "float", "monetary", "date"}  # types of fields that are empty where nothing is known


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

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Figures that are not known come last, whichever way a list is sorted."""
        field = self._fields.get(field_name)
        if not nulls.code and field and field.type in FIGURES and field_name != "id":
            nulls = SQL("NULLS LAST")
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)
