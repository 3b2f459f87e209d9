from odoo import api, fields, models
from odoo.exceptions import ValidationError

MOST_ROWS = 100  # as a company may say at most


class ResUsers(models.Model):
    _inherit = "res.users"

    customer_desk_rows = fields.Integer(
        string="Rows of My Day",
        help="So many customers stand on your desk each day. 0: as many as your company says.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return [*super().SELF_READABLE_FIELDS, "customer_desk_rows"]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return [*super().SELF_WRITEABLE_FIELDS, "customer_desk_rows"]

    @api.constrains("customer_desk_rows")
    def _check_customer_desk_rows(self):
        for user in self:
            if not 0 <= user.customer_desk_rows <= MOST_ROWS:
                raise ValidationError(
                    self.env._(
                        "Rows of My Day: %(rows)s; it must be 0 to %(most)s.",
                        rows=user.customer_desk_rows,
                        most=MOST_ROWS,
                    )
                )
