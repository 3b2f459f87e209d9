"""What reports about a month or quarter share; each addon makes its own of it.

    _make(policy, kind, period)        the report as it is today, kept (`customer.segmentation.report`)
    _statement(policy, kind, period)   who may read it, and everything it says
      _read(policy, period)              the numbers ┐
      _in_words(statement)               sentences   ├ of each report its own
    _workbook(statement)               the same for Excel, from what was kept
      _sheets(statement)                 the tables  ┘

The dialog is a `customer.report.wizard`; Odoo finds the report by the name of what is printed.
"""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ..scoring import periods
from ..tools.words import period_in_words
from . import xlsx


class CustomerPeriodReport(models.AbstractModel):
    _name = "customer.period.report"
    _description = "Report about Customers in a Month or Quarter"

    _readers = "customer_segmentation.group_user"

    @api.model
    def _get_report_values(self, docids, data=None):
        made = self.env["customer.segmentation.report"].browse(docids)
        return {"docs": made, "statements": {report.id: report._statement() for report in made}}

    @api.model
    def _make(self, policy, kind, period, name):
        """Keep the report as it is now.

        :param name: what it and its files are called
        """
        company, run = policy.sudo().company_id, policy.sudo().last_run_id
        return self.env["customer.segmentation.report"]._keep(
            self._statement(policy, kind, period),
            name=name,
            report=self._name.removeprefix("report."),
            company_id=company.id,
            kind=kind,
            period_start=period.start,
            period_end=period.end,
            is_final=bool(run.as_of and run.as_of > period.end),
            for_managers=self._readers == "customer_segmentation.group_manager",
        )

    @api.model
    def _statement(self, policy, kind, period):
        """Everything the report says about a company and a period.

        :param kind: "month" or "quarter"
        :param period: its first and last day; a period that is not over ends today
        """
        self._check_reader()
        passed = periods.up_to(period, policy.sudo()._today())
        company = policy.sudo().company_id  # whoever works in a branch may not read its root
        statement = {
            "company": company,
            "currency": company.currency_id.with_env(self.env),
            "start": passed.start,
            "end": passed.end,
            "title": self._title(kind, passed),
            "company_name": company.name,
            "currency_name": company.currency_id.name,
        }
        return self._in_words(statement | self._read(policy, period))

    @api.model
    def _check_reader(self):
        if not self.env.su and not self.env.user.has_group(self._readers):
            right = self.env.ref(self._readers).sudo().full_name
            raise AccessError(self.env._("Only people with the right “%s” read this report.", right))

    @api.model
    def _workbook(self, statement):
        """The bytes of an Excel file: the tables of the report, and above the first one what it says in sentences."""
        heading = f"{statement['company_name']}: {statement['title']}"
        return xlsx.workbook(heading, statement["summary"], self._sheets(statement))

    # ------------------------------------------------------------------ words

    @api.model
    def _title(self, kind, passed):
        return self.env._(
            "%(period)s (%(start)s to %(end)s)",
            period=period_in_words(self.env, kind, passed.start),
            start=format_date(self.env, passed.start),
            end=format_date(self.env, passed.end),
        )

    @api.model
    def _money(self, amount, currency):
        return formatLang(self.env, amount, currency_obj=currency)

    @api.model
    def _short_money(self, amount):
        """Whole units, in thousands where there are many: there is little room above a bar."""
        if abs(amount) >= 1_000_000:
            return self.env._("%s k", self._count(amount / 1000))
        return self._count(amount)

    @api.model
    def _percent(self, share):
        return formatLang(self.env, share, digits=1)

    @api.model
    def _count(self, count):
        return formatLang(self.env, count, digits=0)
