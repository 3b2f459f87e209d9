from datetime import date

from odoo import api, fields, models
from odoo.addons.customer_segmentation.scoring import periods
from odoo.exceptions import ValidationError

PERIODS_OFFERED = {"month": 13, "quarter": 6}


class CustomerReport(models.TransientModel):
    """Which month or quarter, and which company, the customer report is about."""

    _name = "customer.report"
    _description = "Customer Report: Choose the Month or Quarter"
    _inherit = ["customer.report.wizard"]

    _report_action = "customer_segmentation_dashboard.action_print_customer_report"

    period = fields.Selection(
        selection="_selection_period",
        required=True,
        default=lambda self: self._default_period(),
        help="A period that is not over ends today.",
    )

    @api.model
    def _selection_period(self):
        """The latest months and quarters, the running ones first."""
        today = fields.Date.context_today(self)
        return [
            (f"{kind}:{period.start}", self._label(kind, period, today))
            for kind, count in PERIODS_OFFERED.items()
            for period in periods.latest_periods(kind, today, count)
        ]

    @api.model
    def _label(self, kind, period, today):
        label = self.env["customer.segmentation.dashboard"]._period_label(kind, period)
        return self.env._("%s, until today", label) if period.end >= today else label

    @api.model
    def _default_period(self):
        """The last month that is over."""
        return f"month:{periods.latest_periods('month', fields.Date.context_today(self), 2)[1].start}"

    @api.constrains("period")
    def _check_period(self):
        """A selection made by a method is not checked by Odoo."""
        for wizard in self:
            wizard._chosen()

    @api.depends("period", "company_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._("Customer Report")

    def _chosen(self):
        """Kind of period, and the period."""
        kind, _separator, day = (self.period or "").partition(":")
        try:
            start = date.fromisoformat(day)
            period = periods.period_at(kind, start)
            if kind not in PERIODS_OFFERED or period.start != start:
                raise ValueError(self.period)
        except ValueError as error:
            raise ValidationError(
                self.env._("%s is no month or quarter; write month:2026-04-01 or quarter:2026-04-01.", self.period)
            ) from error
        return kind, period

    def _statement(self):
        """The report's content."""
        self._scored_policy()
        kind, period = self._chosen()
        return self.env["report.customer_segmentation_dashboard.customer_report"]._statement(
            self.company_id, kind, period
        )

    def _workbook(self, statement):
        from ..report.customer_report_xlsx import workbook

        return workbook(self.env, statement)

    def _file_name(self):
        kind, period = self._chosen()
        label = self.env["customer.segmentation.dashboard"]._period_label(kind, period)
        if kind == "quarter":
            return self.env._("Quarterly Customer Report (%s)", label)
        return self.env._("Monthly Customer Report (%s)", label)
