from odoo import fields, models
from odoo.tools import SQL


class CustomerSegmentationRun(models.Model):
    """What a run keeps for the dashboard: the month-end before it, and who bought when."""

    _inherit = "customer.segmentation.run"

    figures = fields.Json(readonly=True, prefetch=False, help="Who bought when, counted: what the dashboard reads.")

    def _seen_count(self):
        """How many of these runs kept figures: those since this addon is there. The figures of a year are not read."""
        self.flush_recordset(["figures"])
        self.env.cr.execute(
            SQL("SELECT count(*) FROM customer_segmentation_run WHERE id = ANY(%s) AND figures IS NOT NULL", self.ids)
        )
        return self.env.cr.fetchone()[0]

    def _before_scoring(self):
        self.env["customer.segmentation.snapshot"]._write_last_month(self)
        return super()._before_scoring()

    def _scored(self, scoring):
        figures = self.policy_id._activity_figures(scoring.transactions, scoring.as_of)
        return super()._scored(scoring) | {"figures": figures}
