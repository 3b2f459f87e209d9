from odoo import api, fields, models
from odoo.exceptions import ValidationError

MOST_ROWS = 100


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    desk_rows = fields.Integer(
        string="Rows of My Day",
        default=15,
        required=True,
        help="So many customers stand on a person's desk each day; the others wait. A person may choose fewer.",
    )

    @api.constrains("desk_rows")
    def _check_desk_rows(self):
        for policy in self:
            if not 1 <= policy.desk_rows <= MOST_ROWS:
                raise ValidationError(
                    self.env._(
                        "Rows of My Day: %(rows)s; it must be 1 to %(most)s.", rows=policy.desk_rows, most=MOST_ROWS
                    )
                )
