"""What is predicted of a customer, for the customer to read."""

from odoo import api, models
from odoo.addons.customer_segmentation.report.privacy_sheet import Line


class PrivacySheet(models.AbstractModel):
    _inherit = "report.customer_segmentation.privacy_sheet"

    @api.model
    def _rhythm(self, profile, policy):
        """What follows from the rhythm stands below it."""
        yield from super()._rhythm(profile, policy)
        if profile.churn_band:
            yield Line(
                self.env._("Risk that you stay away"),
                self.env._(
                    "%(share)s %% (%(band)s)",
                    share=round(100 * profile.churn_risk),
                    band=self._label(profile, "churn_band"),
                ),
                self.env._(
                    "How likely you do not order within %(days)s days. It is an estimate. %(basis)s",
                    days=policy.churn_horizon_days,
                    basis=profile.prediction_reason or "",
                ).strip(),
            )
        if profile.prediction_basis in ("model", "rhythm"):
            yield Line(
                self.env._("Expected purchases"),
                self._money(profile, profile.predicted_clv),
                self.env._(
                    "What you may buy in the next %(months)s months. It is an estimate from when and for how much you "
                    "bought. %(basis)s",
                    months=policy.clv_horizon_months,
                    basis=profile.prediction_reason or "",
                ).strip(),
            )
