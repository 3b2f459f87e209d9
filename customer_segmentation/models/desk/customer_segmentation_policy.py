from odoo import fields, models


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    desk_rows = fields.Integer(
        string="Rows of My Day",
        default=15,
        required=True,
        help="So many customers stand on a person's desk each day; the others wait. A person may choose fewer.",
    )

    _desk_rows_at_least = models.Constraint(
        "CHECK(desk_rows BETWEEN 1 AND 100)", "Rows of My Day: 1 to 100 customers stand on a desk."
    )
