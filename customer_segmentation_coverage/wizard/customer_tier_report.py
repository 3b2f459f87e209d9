import re
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.days import day_given
from odoo.exceptions import ValidationError

QUARTERS_OFFERED = 12


class CustomerTierReport(models.TransientModel):
    """Which quarter and company the tier report is about."""

    _name = "customer.tier.report"
    _description = "Quarterly Tier Report: Choose the Quarter"
    _inherit = ["customer.report.wizard"]

    _report_action = "customer_segmentation_coverage.action_print_tier_report"

    quarter = fields.Selection(
        selection="_selection_quarter",
        required=True,
        default=lambda self: self._default_quarter(),
        help="The quarter that is still running ends today.",
    )

    @api.model
    def _selection_quarter(self):
        """This quarter and those before it."""
        return [(start.isoformat(), self._quarter_in_words(start)) for start in self._quarter_starts()]

    @api.model
    def _quarter_starts(self):
        today = fields.Date.context_today(self)
        first = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
        return [first - relativedelta(months=3 * number) for number in range(QUARTERS_OFFERED)]

    @api.model
    def _quarter_in_words(self, start):
        number = (start.month + 2) // 3
        if start == self._quarter_starts()[0]:
            return self.env._("Quarter %(number)s of %(year)s, until today", number=number, year=start.year)
        return self.env._("Quarter %(number)s of %(year)s", number=number, year=start.year)

    @api.model
    def _default_quarter(self):
        """The last complete one."""
        return self._quarter_starts()[1].isoformat()

    @api.constrains("quarter")
    def _check_quarter(self):
        """A selection made by a method is not checked by Odoo."""
        for wizard in self:
            if not re.fullmatch(r"[0-9]{4}-(01|04|07|10)-01", wizard.quarter):
                raise ValidationError(
                    self.env._("%s is not the first day of a quarter, such as 2026-04-01.", wizard.quarter)
                )

    @api.depends("quarter", "company_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._("Tier Report")

    def _statement(self):
        """The report's content."""
        self.ensure_one()
        policy = self._scored_policy()
        start = day_given(self.env, self.quarter)
        end = start + relativedelta(months=3, days=-1)
        report = self.env["report.customer_segmentation_coverage.tier_report"]
        return report._statement(policy, start, min(end, policy._today()))

    def _workbook(self, statement):
        from ..report.tier_report_xlsx import workbook

        return workbook(self.env, statement)

    def _file_name(self):
        start = day_given(self.env, self.quarter)
        number = (start.month + 2) // 3
        return self.env._("Tier Report (quarter %(number)s of %(year)s)", number=number, year=start.year)
