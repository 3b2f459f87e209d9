"""What a replay reads of staged rows and writes into profiles."""

from odoo import api, models
from odoo.tools import SQL


class CustomerSegmentationWriter(models.AbstractModel):
    _inherit = "customer.segmentation.writer"

    @api.model
    def _sql_staged_month(self, run_id, month_end):
        """All staged rows of a month-end of a replay, as profiles store them."""
        return SQL(
            "SELECT partner_id, %s FROM customer_segmentation_staging WHERE run_id = %s AND month_end = %s",
            self._sql_stored(),
            run_id,
            month_end or None,
        )


class CustomerSegmentationProfile(models.Model):
    _inherit = "customer.segmentation.profile"

    @api.model
    def _date_back(self, policy):
        """Since when the customers of a company are in their segment and stage, by their whole history."""
        self.env.flush_all()
        for label, since in (("segment_id", "segment_since"), ("lifecycle_stage", "stage_since")):
            self.env.cr.execute(
                SQL(
                    """UPDATE customer_segmentation_profile profile SET %(since)s = entered.date
                         FROM (SELECT DISTINCT ON (change.profile_id) change.profile_id, change.date,
                                      change.%(to)s AS label
                                 FROM customer_segmentation_transition change
                                 JOIN customer_segmentation_run run
                                   ON run.id = change.run_id AND run.policy_id = %(policy)s
                                WHERE change.%(from)s IS DISTINCT FROM change.%(to)s
                                ORDER BY change.profile_id, change.date DESC, change.id DESC) entered
                        WHERE profile.id = entered.profile_id AND profile.%(label)s = entered.label
                          AND profile.%(since)s IS DISTINCT FROM entered.date""",
                    since=SQL.identifier(since),
                    label=SQL.identifier(label),
                    policy=policy.id,
                    **{end: SQL.identifier(f"{end}_{label}") for end in ("from", "to")},
                )
            )
        self.env.invalidate_all(flush=False)
