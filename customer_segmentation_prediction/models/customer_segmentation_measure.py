from odoo import api, models
from odoo.addons.customer_segmentation.tools.measures import STAGE_RANKS, Measure, stored


class CustomerSegmentationMeasure(models.AbstractModel):
    _inherit = "customer.segmentation.measure"

    @api.model
    def _declared(self):
        """Of whom nothing is predicted has no risk and no value to come; who is lost has nothing but risk."""
        return super()._declared() | {
            "churn_risk": Measure(
                "percentage",
                _churn_risk,
                lambda profile: 100 if profile.lifecycle_stage == "lost" else 100 * profile.churn_risk,
                higher_is_better=False,
            ),
            "predicted_clv": stored("amount", "predicted_clv", of_scores=True),
            "clv_total": stored("amount", "clv_total", of_scores=True, ever=True),
        }

    @api.model
    def _maximum(self, bands):
        return super()._maximum(bands) | {"churn_risk": 100}


def _churn_risk(scoring):
    scores = scoring.scores
    return (100 * scores["churn_risk"]).mask(scores["lifecycle_stage"] == STAGE_RANKS["lost"], 100)
