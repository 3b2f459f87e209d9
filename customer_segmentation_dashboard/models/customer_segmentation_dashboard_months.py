"""The line of the dashboard: the twelve months up to the end of a period, each with the customers behind it."""

from odoo import api, models
from odoo.addons.customer_segmentation.scoring import periods
from odoo.addons.customer_segmentation.tools.context import by_code
from odoo.addons.customer_segmentation.tools.words import period_in_words
from odoo.tools import SQL, format_date

from .customer_segmentation_dashboard_flows import LINE_MONTHS


class CustomerSegmentationDashboard(models.AbstractModel):
    _inherit = "customer.segmentation.dashboard"

    @api.readonly
    @api.model
    def read_months(self, company_id, start, end, scope=None):
        """Revenue, active customers and what was at stake, month by month, the oldest first."""
        selection = self._select(company_id, start, end, scope)
        return {"months": self._months(selection), "currency_id": selection.company.currency_id.id}

    @api.model
    def _months(self, selection):
        """Twelve months; one that is not over ends today. What was at stake is None where no month-end was kept."""
        last = periods.latest_periods("month", selection.passed.end, LINE_MONTHS)
        months = [periods.up_to(month, selection.today) for month in reversed(last)]
        revenue, at_stake = self._revenue_by_month(selection, months), self._at_stake_by_month(selection, months)
        return [
            {
                "label": period_in_words(self.env, "month", month.start),
                "short": format_date(self.env, month.start, date_format="MMM yy"),
                "revenue": revenue[month],
                "revenue_domain": self._dealt(selection, month),
                "revenue_opens": self._opens_period(selection, month),
                "active": self._bought(selection, month),
                "active_domain": self._buyers(selection, month),
                "active_opens": self._opens_period(selection, month),
                "at_stake": at_stake.get(month.end),
                "running": month.end >= selection.today,
            }
            for month in months
        ]

    @api.model
    def _opens_period(self, selection, period):
        """What a list shows of what customers did in a period: what they bought in it."""
        days = {"since": str(period.start), "until": str(period.end)}
        return self._opens(selection, period, "period_revenue") | days

    @api.model
    def _dealt(self, selection, period):
        """A domain: customers who bought or gave back in a period."""
        return self._of_customers(selection, ("dealt_between", "=", period.text))

    @api.model
    def _revenue_by_month(self, selection, months):
        """As the last run counted it; what it did not count is summed up from the documents, once for all months."""
        found = {month: self._run_figure(selection, "revenue", month) for month in months}
        missing = [month for month, revenue in found.items() if revenue is None]
        return found | (self._read_revenue(selection, missing) if missing else {})

    @api.model
    def _read_revenue(self, selection, months):
        self.env.flush_all()
        asked = {"only_company_id": selection.company.id}
        if selection.owners is not None:
            profiles = self.env["customer.segmentation.profile"].search(self._of_customers(selection))
            asked["only_customer_ids"] = profiles.sudo().partner_id.ids
        sums = self.env["customer.purchase.sums"].sudo().with_context(**by_code(**asked))
        rows = self.env.execute_query(
            SQL(
                """SELECT summed.month, SUM(summed.month_revenue)::float8
                     FROM (%s) customer
                     JOIN (%s) summed ON (summed.partner_id, summed.company_id)
                                       = (customer.partner_id, customer.company_id) GROUP BY 1""",
                self._columns(selection, "partner_id", "company_id"),
                sums._sql_month_sums(months[0].start, months[-1].end),
            )
        )
        found = dict(rows)
        return {month: found.get(month.start, 0) for month in months}

    @api.model
    def _at_stake_by_month(self, selection, months):
        """From the month-ends, and for today from the profiles; of some customers only nobody kept their part."""
        days = [month.end for month in months if month.end < selection.today]
        kept = [("company_id", "=", selection.company.id), ("date", "in", days)]
        rows = self.env["customer.segmentation.snapshot"]._read_group(kept, ["date:day"], ["at_stake:sum"])
        found = dict(rows) if selection.of_everybody else {}
        if months[-1].end >= selection.today:
            now = self._of_customers(selection, ("at_stake", ">", 0))
            found[months[-1].end] = self._sum_at_stake("customer.segmentation.profile", now) or 0
        return found
