"""The quarterly tier report: what each tier was worth, who moved, and where the work went.

    _read_customers()   one row per customer of the company: tier before and at the end, revenue, contacts, effort
        ▼
    _read()             the numbers of each tier, the movements and the mismatches by name
        ▼
    tier_report_words   the same in sentences; printed by the template, exported as `tier_report_sheets`

Tiers of a day in the past are read from the history of changes, revenue and contacts from the documents themselves.
"""

from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from odoo import api, models
from odoo.addons.customer_segmentation.scoring import periods
from odoo.tools import SQL

MISMATCHES_SHOWN = 10
MOVEMENTS = ("down", "up", "first")  # in this order shown


class Customer(NamedTuple):
    """One customer in the quarter; `effort` is the contacts weighed by the policy.

    `revenue` is that of the quarter, `revenue_before` and `revenue_after` that of the policy's window up to its eve and
    up to its last day.
    """

    partner_id: int
    user_id: int | None
    from_tier: int | None
    tier: int | None
    revenue: float
    contacts: int
    effort: float
    revenue_before: float
    revenue_after: float


class TierReport(models.AbstractModel):
    _name = "report.customer_segmentation_coverage.tier_report"
    _inherit = ["customer.period.report"]
    _description = "Quarterly Tier Report"

    _readers = "customer_segmentation.group_manager"

    @api.model
    def _read(self, policy, period):
        policy.check_access("read")
        start, end = periods.up_to(period, policy._today())
        customers = self._read_customers(policy, start, end)
        ladder = [*policy.tier_ids.sorted(), self.env["customer.tier"]]  # the last: no tier
        tiers = self._tiers(ladder, customers, (end - start).days + 1)
        return {
            "has_ladder": len(ladder) > 1,
            "tiers": [tier for tier in tiers if tier["tier"] or tier["customers"]],
            "customers": len(customers),
            "revenue": sum(customer.revenue for customer in customers),
            "contacts": sum(customer.contacts for customer in customers),
            "effort": sum(customer.effort for customer in customers),
            "movements": self._movements(ladder, customers),
            **self._mismatches(customers),
        }

    # ------------------------------------------------------------------ numbers

    @api.model
    def _tiers(self, ladder, customers, days):
        """The numbers of each tier, best first."""
        from odoo.addons.customer_segmentation.scoring import effort

        revenue_shares = effort.shares([customer.revenue for customer in customers])
        effort_shares = effort.shares([customer.effort for customer in customers])
        contacts = sum(customer.contacts for customer in customers)
        groups = defaultdict(list)
        for position, customer in enumerate(customers):
            groups[customer.tier or False].append(position)
        found = [
            {
                "tier": tier,
                "customers": len(groups[tier.id]),
                "customer_share": 100 * len(groups[tier.id]) / max(len(customers), 1),
                "revenue": sum(customers[position].revenue for position in groups[tier.id]),
                "revenue_share": float(revenue_shares[groups[tier.id]].sum()),
                "contacts": sum(customers[position].contacts for position in groups[tier.id]),
                "effort": sum(customers[position].effort for position in groups[tier.id]),
                "effort_share": float(effort_shares[groups[tier.id]].sum()),
                "owners": self._owner_shares([customers[position] for position in groups[tier.id]]),
            }
            for tier in ladder
        ]
        both = [[row[name] for row in found] for name in ("effort_share", "revenue_share")]
        for row, ratio, direction in zip(found, effort.index(*both), effort.directions(*both), strict=True):
            deserved = contacts * row["revenue_share"] / 100
            row.update(
                ratio=float(ratio),
                direction=str(direction),
                cadence=effort.cadence_days(days, row["customers"], row["contacts"]),
                cadence_by_value=effort.cadence_days(days, row["customers"], deserved),
            )
        return found

    @api.model
    def _owner_shares(self, customers):
        """The salespeople who own most of these customers' revenue: (user, share in %)."""
        from odoo.addons.customer_segmentation.scoring.effort import owners

        revenues = defaultdict(float)
        for customer in customers:
            if customer.user_id:
                revenues[customer.user_id] += max(customer.revenue, 0)
        return [(self.env["res.users"].browse(user_id), share) for user_id, share in owners(revenues)]

    @api.model
    def _movements(self, ladder, customers):
        """Who is on another tier than before the quarter: falls, rises, first tiers, each ranked by revenue.

        By that of the window before the quarter or of the one that ends with it, whichever is more: who falls has often
        bought nothing in the quarter. Equal revenue shares the better rank (1, 2, 2, 4).
        """
        ranks = {tier.id or None: rank for rank, tier in enumerate(ladder)}
        lowest = len(ladder) - 1
        moved = {kind: [] for kind in MOVEMENTS}
        for customer in customers:
            before, after = ranks.get(customer.from_tier, lowest), ranks.get(customer.tier, lowest)
            if before != after:
                kind = "down" if after > before else "first" if before == lowest else "up"
                moved[kind].append(customer)
        return [row for kind, customers in moved.items() for row in self._ranked(kind, customers)]

    @api.model
    def _ranked(self, kind, customers):
        worth = [max(customer.revenue_before, customer.revenue_after) for customer in customers]
        found, rank, last = [], 0, None
        for position in sorted(range(len(customers)), key=lambda position: -worth[position]):
            if worth[position] != last:
                rank, last = len(found) + 1, worth[position]
            found.append({"kind": kind, "rank": rank, "customer": customers[position]})
        return found

    @api.model
    def _mismatches(self, customers):
        """The customers with the widest gap between effort and revenue, both ways."""
        from odoo.addons.customer_segmentation.scoring import effort

        both = (
            effort.shares([customer.effort for customer in customers]),
            effort.shares([customer.revenue for customer in customers]),
        )
        return {
            direction: [
                {
                    "rank": int(rank),
                    "customer": customers[position],
                    "effort_share": float(both[0][position]),
                    "revenue_share": float(both[1][position]),
                }
                for position, rank in zip(*effort.worst(*both, direction, MISMATCHES_SHOWN), strict=True)
            ]
            for direction in (effort.TOO_MUCH, effort.TOO_LITTLE)
        }

    # ------------------------------------------------------------------ reading

    @api.model
    def _read_customers(self, policy, start, end):
        """Everybody who had bought by the last day."""
        self.env.flush_all()
        company, sums = policy.company_id.id, self.env["customer.purchase.sums"].sudo()
        before = start - timedelta(days=1)
        # Who got another tier by other rules did not move: they stand at the beginning as by the rules of the end.
        changes = self.env["customer.segmentation.transition"].sudo()
        before = changes._rules_changed_on(policy.company_id, before, end) or before
        rows = self.env.execute_query(
            SQL(
                """SELECT profile.partner_id, partner.user_id, earlier.tier_id, later.tier_id,
                          COALESCE(bought.revenue, 0)::float8,
                          COALESCE(contacted.contacts, 0)::int, COALESCE(contacted.effort, 0)::float8,
                          COALESCE(window_before.revenue, 0)::float8, COALESCE(window_after.revenue, 0)::float8
                     FROM customer_segmentation_profile profile
                     JOIN res_partner partner ON partner.id = profile.partner_id
                     JOIN (%(earlier)s) earlier ON earlier.profile_id = profile.id
                     JOIN (%(later)s) later ON later.profile_id = profile.id
                     LEFT JOIN (%(bought)s) bought ON bought.partner_id = profile.partner_id
                     LEFT JOIN (%(contacted)s) contacted ON contacted.partner_id = profile.partner_id
                     LEFT JOIN (%(before)s) window_before ON window_before.company_id = profile.company_id
                      AND window_before.partner_id = profile.partner_id
                     LEFT JOIN (%(after)s) window_after ON window_after.company_id = profile.company_id
                      AND window_after.partner_id = profile.partner_id
                    WHERE profile.company_id = %(company)s AND profile.first_order_date <= %(end)s
                    ORDER BY profile.id""",
                end=end,
                company=company,
                earlier=self._tiers_on(company, before),
                later=self._tiers_on(company, end),
                bought=self._bought(company, start, end),
                contacted=self._contacted(policy, start, end),
                before=sums._sql_window_sums(start - timedelta(days=1)),
                after=sums._sql_window_sums(end),
            )
        )
        return [Customer(*row) for row in rows]

    @api.model
    def _tiers_on(self, company_id, day):
        """The tier of each profile at the end of a day, from the changes before and after it."""
        return SQL(
            """SELECT profile.id AS profile_id,
                      CASE WHEN before.profile_id IS NOT NULL THEN before.tier_id
                           WHEN after.profile_id IS NOT NULL THEN after.tier_id
                           ELSE profile.tier_id END AS tier_id
                 FROM customer_segmentation_profile profile
                 LEFT JOIN (SELECT DISTINCT ON (profile_id) profile_id, to_tier_id AS tier_id
                              FROM customer_segmentation_transition WHERE date <= %(day)s
                             ORDER BY profile_id, date DESC, id DESC) before ON before.profile_id = profile.id
                 LEFT JOIN (SELECT DISTINCT ON (profile_id) profile_id, from_tier_id AS tier_id
                              FROM customer_segmentation_transition WHERE date > %(day)s
                             ORDER BY profile_id, date, id) after ON after.profile_id = profile.id
                WHERE profile.company_id = %(company)s""",
            day=day,
            company=company_id,
        )

    @api.model
    def _bought(self, company_id, start, end):
        """Untaxed purchases less refunds of each customer; everybody's, also of colleagues and branches."""
        return SQL(
            """SELECT partner_id, SUM(amount) AS revenue FROM %s bought
                WHERE company_id = %s AND problem IS NULL AND date BETWEEN %s AND %s GROUP BY partner_id""",
            self.env["customer.transaction"].sudo()._table_sql,
            company_id,
            start,
            end,
        )

    @api.model
    def _contacted(self, policy, start, end):
        """The contacts with each customer that were work of ours, counted and weighed."""
        weights = policy._effort_weights()
        return SQL(
            """SELECT partner_id, COUNT(*) AS contacts, SUM(weight.value) AS effort
                 FROM %(interactions)s interaction
                 JOIN (SELECT * FROM unnest(%(channels)s, %(weights)s::float8[]) AS weight(channel, value)) weight
                   ON weight.channel = interaction.channel
                WHERE (company_id = %(company)s OR company_id IS NULL) AND date BETWEEN %(start)s AND %(end)s
                GROUP BY partner_id""",
            interactions=self.env["customer.interaction"].with_company(policy.company_id).sudo()._table_sql,
            channels=list(weights),
            weights=list(weights.values()),
            company=policy.company_id.id,
            start=start,
            end=end,
        )
