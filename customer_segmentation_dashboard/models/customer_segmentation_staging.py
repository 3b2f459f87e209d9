from odoo import api, fields, models
from odoo.addons.customer_segmentation.scoring import calendar
from odoo.addons.customer_segmentation.tools.staged import POSTGRES_EPOCH
from odoo.tools import SQL


class CustomerSegmentationStaging(models.Model):
    """Rows of a month-end of a replay, which goes on from those of the month-end before."""

    _inherit = "customer.segmentation.staging"

    month_end = fields.Date()

    @api.model
    def _stage_month(self, run_id, month_end, earlier, scoring):
        """Append the computed rows of a month-end of a replay.

        :param earlier: the month-end before; who had a purchase then and has none any more gets an empty row
        """
        self._stage_scores(run_id, scoring, month_end=calendar.day_of(month_end) - POSTGRES_EPOCH)
        self.env.cr.execute(
            SQL(
                """INSERT INTO customer_segmentation_staging (run_id, month_end, partner_id)
                   SELECT run_id, %(month_end)s, partner_id FROM customer_segmentation_staging
                    WHERE run_id = %(run)s AND month_end = %(earlier)s
                   EXCEPT
                   SELECT run_id, month_end, partner_id FROM customer_segmentation_staging
                    WHERE run_id = %(run)s AND month_end = %(month_end)s""",
                run=run_id,
                month_end=month_end,
                earlier=earlier or None,
            )
        )

    @api.model
    def _drop_before(self, run_id, month_end):
        """Forget the month-ends of a replay before one."""
        self.env.cr.execute(
            SQL("DELETE FROM customer_segmentation_staging WHERE run_id = %s AND month_end < %s", run_id, month_end)
        )
