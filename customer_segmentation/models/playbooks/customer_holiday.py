from odoo import api, fields, models


class CustomerHoliday(models.Model):
    """A day to greet customers on. Days that move with the moon are listed one by one, so the list ends some day."""

    _name = "customer.holiday"
    _inherit = ["customer.shared"]
    _description = "Holiday"
    _order = "date, id"

    name = fields.Char(required=True, translate=True)
    date = fields.Date(required=True, index=True, help="The day itself. Playbooks start their days before it.")
    country_id = fields.Many2one(
        "res.country",
        ondelete="restrict",
        help="Whose holiday it is: only customers of this country are greeted. Leave empty for every customer.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """A day greets the customers of every company."""
        holidays = super().create(vals_list)
        holidays._check_may_change()
        return holidays

    @api.depends("name", "date")
    def _compute_display_name(self):
        """With the year, because the same holiday comes every year."""
        for holiday in self:
            holiday.display_name = f"{holiday.name} {holiday.date.year}" if holiday.date else holiday.name
