import base64
import json
import re
from datetime import date
from urllib.parse import urlencode

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

QUARTERS_OFFERED = 12


class CustomerTierReport(models.TransientModel):
    """Which quarter and company the tier report is about."""

    _name = "customer.tier.report"
    _description = "Quarterly Tier Report: Choose the Quarter"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False), ('id', 'parent_of', allowed_company_ids)]",
    )  # fmt: skip
    quarter = fields.Selection(
        selection="_selection_quarter", required=True, default=lambda self: self._default_quarter(),
        help="The quarter that is still running ends today.",
    )  # fmt: skip
    file = fields.Binary(readonly=True, attachment=False)
    file_name = fields.Char(readonly=True)

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
        policy = self.env["customer.segmentation.policy"].search([("company_id", "=", self.company_id.id)], limit=1)
        if not policy.last_run_id:
            raise UserError(
                self.env._(
                    "%s has no scored customers you may see yet. Recompute the policy of the company first.",
                    self.company_id.sudo().name,
                )
            )
        start = fields.Date.to_date(self.quarter)
        end = start + relativedelta(months=3, days=-1)
        report = self.env["report.customer_segmentation.tier_report"]
        return report._statement(policy, start, min(end, policy._today()))

    def action_print(self):
        """The report as a PDF."""
        self._statement()  # what cannot be printed is said here, not on a broken page
        return self.env.ref("customer_segmentation.action_print_tier_report").report_action(self)

    def action_show(self):
        """The report in the browser, to read or to print from there."""
        self._statement()
        # Odoo chooses the language of such a page by the browser, not by the user.
        context = urlencode({"context": json.dumps({"lang": self.env.lang})})
        return {
            "type": "ir.actions.act_url",
            "url": f"/report/html/customer_segmentation.tier_report/{self.id}?{context}",
            "target": "new",
        }

    def action_export(self):
        """The report as an Excel file."""
        from ..report.tier_report_xlsx import workbook

        content = workbook(self.env, self._statement())
        self.write({"file": base64.b64encode(content), "file_name": f"{self._file_name()}.xlsx"})
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file?download=true&filename_field=file_name",
            "target": "download",
        }

    def _file_name(self):
        start = fields.Date.to_date(self.quarter)
        return f"tiers-{start.year}-Q{(start.month + 2) // 3}"
