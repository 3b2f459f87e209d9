from odoo import fields, models


class CustomerTierCriterion(models.Model):
    _inherit = "customer.tier.criterion"

    measure = fields.Selection(
        selection_add=[
            ("months_since_last_order",),
            ("days_paid_late", "Days paid late"),
            ("overdue_ratio",),
            ("lifecycle_rank",),
            ("value_score", "Value score"),
            ("revenue_growth", "Growth against the window before (%)"),
            ("category_count", "Product categories bought"),
            ("overdue_share", "Overdue share of what is open (%)"),
            ("days_since_contact",),
        ],
        ondelete=dict.fromkeys(
            ("days_paid_late", "value_score", "revenue_growth", "category_count", "overdue_share"),
            lambda criteria: criteria._remove_with_measure(),
        ),
    )
