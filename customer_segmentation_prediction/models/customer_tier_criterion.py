from odoo import fields, models


class CustomerTierCriterion(models.Model):
    _inherit = "customer.tier.criterion"

    measure = fields.Selection(
        selection_add=[
            ("months_since_last_order",),
            ("churn_risk", "Churn risk (%)"),
            ("predicted_clv", "Predicted value"),
            ("clv_total", "Lifetime value"),
            ("overdue_ratio",),
        ],
        ondelete=dict.fromkeys(
            ("churn_risk", "predicted_clv", "clv_total"), lambda criteria: criteria._remove_with_measure()
        ),
    )
