from odoo import api, models
from odoo.addons.customer_segmentation.scoring.growth import growth_percent
from odoo.addons.customer_segmentation.tools.measures import Measure, read_in


class CustomerSegmentationMeasure(models.AbstractModel):
    _inherit = "customer.segmentation.measure"

    @api.model
    def _declared(self):
        paid = ("customer.payment.behaviour", "_read")  # who has no invoice was never late
        return super()._declared() | {
            "days_paid_late": read_in("days", *paid, "days_late", higher_is_better=False),
            "overdue_share": read_in("percentage", *paid, "overdue_percent", higher_is_better=False),
            # Who is not scored is below all others.
            "value_score": Measure(
                "score",
                lambda scoring: scoring.scores["value_score"].clip(lower=0),
                lambda profile: profile.value_score,
            ),
            "revenue_growth": Measure(
                "percentage",
                _revenue_growth,
                None,
                read_in=("customer.transaction", "_revenue_growth", "percent"),
                fact="revenue_before",
            ),
            "category_count": read_in("categories", "customer.transaction", "_category_breadth", "count"),
        }

    @api.model
    def _maximum(self, bands):
        return super()._maximum(bands) | {"value_score": 100}


def _revenue_growth(scoring):
    before = scoring.facts["revenue_before"]
    return growth_percent(scoring.facts["revenue"], before.where(before > 0))
