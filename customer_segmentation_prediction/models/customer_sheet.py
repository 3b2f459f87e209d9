from odoo import api, models
from odoo.addons.customer_segmentation.tools.sheet import FIRM, Section


class CustomerSheet(models.AbstractModel):
    """Churn risk and lifetime value, with how far to trust them."""

    _inherit = "customer.sheet"

    @api.model
    def _sections(self, subject, audience):
        told = self._prediction if audience == FIRM else self._prediction_and_its_basis
        return [*super()._sections(subject, audience), Section(60, "outlook", told(subject.profile, subject.policy))]

    @api.model
    def _prediction(self, profile, policy):
        if not profile.lifetime_order_count:
            return []
        churn = profile.churn_in_words or ""
        if profile.churn_band:
            churn = self.env._("%(band)s. %(words)s", band=self._label(profile, "churn_band"), words=churn).strip()
        return self._lines(
            (self.env._("Churn Risk"), churn),
            (self.env._("Predicted Value"), profile.predicted_clv and self._money(profile, "predicted_clv")),
            (self.env._("Basis"), profile.prediction_reason),
            (self.env._("Reliability"), profile.prediction_quality),
        )

    @api.model
    def _prediction_and_its_basis(self, profile, policy):
        return self._lines(
            (
                self.env._("Risk that you stay away"),
                profile.churn_band and self._risk(profile),
                self.env._(
                    "How likely you do not order within %(days)s days. It is an estimate. %(basis)s",
                    days=policy.churn_horizon_days,
                    basis=profile.prediction_reason or "",
                ).strip(),
            ),
            (
                self.env._("Expected purchases"),
                profile.prediction_basis in ("model", "rhythm") and self._money(profile, "predicted_clv"),
                self.env._(
                    "What you may buy in the next %(months)s months. It is an estimate from when and for how much you "
                    "bought. %(basis)s",
                    months=policy.clv_horizon_months,
                    basis=profile.prediction_reason or "",
                ).strip(),
            ),
        )

    @api.model
    def _risk(self, profile):
        band = self._label(profile, "churn_band")
        return self.env._("%(share)s%% (%(band)s)", share=round(100 * profile.churn_risk), band=band)
