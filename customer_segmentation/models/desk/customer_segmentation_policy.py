from odoo import fields, models

MOST_ROWS = 100


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    desk_rows = fields.Integer(
        string="Rows of My Day",
        default=15,
        required=True,
        bounds=(1, MOST_ROWS),
        help="So many customers stand on a person's desk each day; the others wait. A person may choose fewer.",
    )
