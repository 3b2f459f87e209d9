"""The monthly and quarterly report: one page a manager forwards.

customer.segmentation.dashboard._figures()     tiles, segments and movement, as the dashboard shows them
_tiers(), _at_risk(), _gained(), _lost()       tiers before and after, and customers by name
_sources(), _to_call()                         where the change of revenue comes from, and whose customers are slipping
    ▼
customer_report_words                          the same in sentences; kept, printed, exported and e-mailed
"""

from odoo import api, models
from odoo.addons.customer_segmentation.scoring import periods
from odoo.addons.customer_segmentation.tools.context import by_code
from odoo.tools import SQL

CUSTOMERS_SHOWN = 10


class CustomerReport(models.AbstractModel):
    _name = "report.customer_segmentation_dashboard.customer_report"
    _inherit = ["customer.period.report"]
    _description = "Customer Report"

    @api.model
    def _read(self, policy, period):
        dashboard = self.env["customer.segmentation.dashboard"]
        company = policy.sudo().company_id.with_env(self.env)
        selection = dashboard._select_everybody(company.id, period.start, period.end)
        return {
            "months": dashboard._months(selection),
            "sources": self._sources(selection),
            "to_call": self._to_call(selection),
            **dashboard._figures(company, period.start, period.end),
            "running": selection.running,
            "tiers": self._tiers(selection),
            "at_risk": self._at_risk(selection),
            "gained": self._gained(selection),
            "lost": self._lost(selection),
            "quality": selection.policy.with_env(self.env).sudo()._prediction_quality(),
        }

    # ------------------------------------------------------------------ tiers

    @api.model
    def _tiers(self, selection):
        """Customers on each tier at both ends, and how many came and left; nothing without a ladder."""
        if not selection.policy.tier_ids:
            return []
        dashboard = self.env["customer.segmentation.dashboard"]
        before, after = dashboard._sums(selection, "tier_id")
        table = dashboard._movement_table(selection, "tier_id")
        keys = {key for sums in (before, after) for key in sums or ()} - {"none"}
        return [
            {
                "name": group["label"] if group["key"] else self.env._("No tier"),
                "before": before and before.get(group["key"], 0),
                "after": after and after.get(group["key"], 0),
                "came": self._passed(table, "after", "before", group["key"]) if table["known"] else None,
                "left": self._passed(table, "before", "after", group["key"]) if table["known"] else None,
            }
            for group in dashboard._groups(selection.policy, "tier_id", keys)
        ]

    @api.model
    def _passed(self, table, side, other, key):
        return sum(cell["customers"] for cell in table["cells"] if cell[side] == key != cell[other])

    # ------------------------------------------------------------------ what happened, and why

    @api.model
    def _sources(self, selection):
        """Revenue of the period and of the one it is compared with, by what customers did in both.

        {kind: (customers, revenue, revenue before)}: `new`, `returned` (not in the period before), `away` (only in the
        period before), `both`.
        """
        passed, compared = selection.passed, periods.compared_with(selection.period, selection.today)
        dashboard = self.env["customer.segmentation.dashboard"]
        self.env.flush_all()
        customers = dashboard._columns(selection, "partner_id", "company_id", "first_order_date")
        asked = by_code(only_company_id=selection.company.id)
        sums = self.env["customer.purchase.sums"].sudo().with_context(**asked)
        rows = self.env.execute_query(
            SQL(
                """SELECT CASE WHEN now.partner_id IS NULL THEN 'away'
                               WHEN customer.first_order_date BETWEEN %(start)s AND %(end)s THEN 'new'
                               WHEN before.partner_id IS NULL THEN 'returned' ELSE 'both' END,
                          count(*)::int, COALESCE(sum(now.period_revenue), 0)::float8,
                          COALESCE(sum(before.period_revenue), 0)::float8
                     FROM (%(customers)s) customer
                     LEFT JOIN (%(now)s) now ON (now.partner_id, now.company_id)
                                              = (customer.partner_id, customer.company_id)
                     LEFT JOIN (%(before)s) before ON (before.partner_id, before.company_id)
                                                    = (customer.partner_id, customer.company_id)
                    WHERE now.partner_id IS NOT NULL OR before.partner_id IS NOT NULL GROUP BY 1""",
                customers=customers,
                start=passed.start,
                end=passed.end,
                now=sums._sql_period_sums(*passed),
                before=sums._sql_period_sums(*compared),
            )
        )
        return {kind: numbers for kind, *numbers in rows}

    @api.model
    def _to_call(self, selection):
        """Salespeople with slipping customers: (name, customers, amount), the largest amount first.

        The amount is what is at stake, and for a period that is over, of which nobody knows it, the revenue ever.
        """
        dashboard, day = self.env["customer.segmentation.dashboard"], selection.passed.end
        amount = "at_stake:sum" if selection.running else "lifetime_revenue_then:sum"
        rows = dashboard._profiles_on(selection, day)._read_group(
            dashboard._standing(selection, day, "lifecycle_stage", "at_risk"), ["user_id"], ["__count", amount]
        )
        people = [(user.sudo().name or "", count, amount or 0) for user, count, amount in rows]
        return sorted(people, key=lambda person: -person[2])

    # ------------------------------------------------------------------ customers by name

    @api.model
    def _at_risk(self, selection):
        """Who was slipping at the end: the most at stake today first, of a period that is over the largest then."""
        domain = self.env["customer.segmentation.dashboard"]._standing(
            selection, selection.passed.end, "lifecycle_stage", "at_risk"
        )
        at_stake = "at_stake desc, " if selection.running else ""
        return self._customers(selection, domain, f"{at_stake}lifetime_revenue_then desc, id")

    @api.model
    def _gained(self, selection):
        """Whose first purchase lies in the period, the most revenue first."""
        domain = [
            ("company_id", "=", selection.company.id),
            ("first_order_date", ">=", str(selection.passed.start)),
            ("first_order_date", "<=", str(selection.passed.end)),
        ]
        return self._customers(selection, domain, "lifetime_revenue_then desc, id")

    @api.model
    def _lost(self, selection):
        """Who is gone at the end and was not before, as far as that is known; the most revenue first."""
        dashboard = self.env["customer.segmentation.dashboard"]
        since = dashboard._history_since(selection)
        if not since or selection.before.end < since:
            return []
        then, now = (
            dashboard._standing(selection, day, "lifecycle_stage", "lost")
            for day in (selection.before.end, selection.passed.end)
        )
        # Two terms on one searched field would be taken for one.
        before = ("id", "not in", self.env["customer.segmentation.profile"]._search(then))
        domain = [*now, before, ("first_order_date", "<=", str(selection.before.end))]
        return self._customers(selection, domain, "lifetime_revenue_then desc, id")

    @api.model
    def _customers(self, selection, domain, order):
        """The first customers in an order, with their figures of the end of the period and none of later."""
        profiles = self.env["customer.segmentation.dashboard"]._profiles_on(selection, selection.passed.end)
        return [
            {
                "partner_id": profile.sudo().partner_id.id,
                "name": profile.sudo().partner_id.display_name,
                "salesperson": profile.sudo().user_id.name or "",
                "segment": profile.segment_then_id.name or "",
                "first": profile.first_order_date,
                "last": profile.last_order_date_then,
                "revenue": profile.revenue_then,
                "lifetime_revenue": profile.lifetime_revenue_then,
                "at_stake": (selection.running and profile.at_stake) or None,
            }
            for profile in profiles.search(domain, order=order, limit=CUSTOMERS_SHOWN)
        ]
