from odoo import api, models


class CustomerSegmentationProfile(models.Model):
    _inherit = "customer.segmentation.profile"

    @api.model
    def _comparable_facts(self, policy):
        """The customers of a company who ever bought, as stored, and their facts as `scoring.similarity` takes them."""
        bought = [
            ("company_id", "=", policy.company_id.id),
            ("lifetime_order_count", ">", 0),
            ("partner_id.active", "=", True),
        ]
        today = policy._today()
        stored = self.env["customer.segmentation.reader"]._read(bought, today)
        facts = stored[["recency_days", "order_count", "revenue"]].assign(
            average_order=stored["lifetime_revenue"] / stored["lifetime_order_count"],
            tenure_days=stored["recency_days"] + stored["last_order_day"] - stored["first_order_day"],
        )
        return stored, facts
