"""Figures of the dashboard about where the money sits and what happens with customers: risk, Pareto, lifecycle."""

from odoo import api, models
from odoo.tools import SQL

SALESPEOPLE = 15  # the others are added up
CURVE_POINTS = 100
# Which stages a process is about; raising is about changes, not about a stage.
PROCESS_STAGES = {
    "identify": ("prospect",),
    "acquire": ("new",),
    "classify": ("new", "returning", "active", "mature", "at_risk", "dormant", "lost"),
    "maintain": ("active", "mature"),
    "win_back": ("at_risk", "dormant", "lost", "returning"),
}


class CustomerSegmentationDashboard(models.AbstractModel):
    _inherit = "customer.segmentation.dashboard"

    # ------------------------------------------------------------------ at stake

    @api.readonly
    @api.model
    def read_at_stake(self, company_id, start, end, scope=None):
        """Salespeople with what their customers may take away, the most first."""
        selection = self._select(company_id, start, end, scope)
        customers = self._of_customers(selection, ("at_stake", ">", 0))
        high = self._of_customers(selection, *self.env["customer.segmentation.profile"]._high_churn())
        rows = self._by_salesperson(customers, high)
        lines = [
            self._salesperson(
                customers, high, ("user_id", "=", user.id), user.name or self.env._("No Salesperson"), *numbers
            )
            for user, *numbers in rows[:SALESPEOPLE]
        ]
        others = rows[SALESPEOPLE:]
        if others:
            shown = [user.id for user, *_numbers in rows[:SALESPEOPLE]]
            numbers = (sum(column) for column in list(zip(*others, strict=True))[1:])
            lines.append(
                self._salesperson(
                    customers, high, ("user_id", "not in", shown), self.env._("Other Salespeople"), *numbers
                )
            )
        return {
            "lines": lines,
            "total": sum(line["at_stake"] for line in lines),
            **{name: sum(line[name] for line in lines) for name in ("customers", "high")},
            "domain": customers,
            "high_domain": high,
            "opens": self._opens(selection, selection.today, "at_stake"),
        }

    @api.model
    def _by_salesperson(self, customers, high):
        """(salesperson, customers, those of high churn risk, what is at stake), the most at stake first."""
        profiles = self.env["customer.segmentation.profile"]
        of_high = dict(profiles._read_group(high, ["user_id"], ["__count"]))
        found = {
            user: (count, of_high.get(user, 0), at_stake)
            for user, count, at_stake in profiles._read_group(customers, ["user_id"], ["__count", "at_stake:sum"])
        }
        found |= {user: (0, count, 0) for user, count in of_high.items() if user not in found}
        return sorted(((user, *numbers) for user, numbers in found.items()), key=lambda row: -row[3])

    @api.model
    def _salesperson(self, customers, high, term, name, count, high_count, at_stake):
        return {
            "name": name,
            "customers": count,
            "high": high_count,
            "at_stake": at_stake,
            "domain": [*customers, term],
            "high_domain": [*high, term],
        }

    # ------------------------------------------------------------------ Pareto

    @api.readonly
    @api.model
    def read_pareto(self, company_id, start, end, scope=None):
        """Which share of the customers brings which share of revenue, and where A, B and C begin; as it is now."""
        selection = self._select(company_id, start, end, scope)
        classes = self._classes(selection)
        customers, revenue = sum(row[1] for row in classes), sum(row[3] for row in classes)
        return {
            "shares": {"A": selection.policy.abc_share_a / 100, "B": selection.policy.abc_share_b / 100},
            "opens": self._opens(selection, selection.today),
            "classes": [
                {
                    "abc_class": name,
                    "customers": count,
                    "revenue": money,
                    "customer_share": count / customers if customers else 0,
                    "revenue_share": positive / revenue if revenue else 0,
                    "domain": self._of_customers(selection, ("abc_class", "=", name)),
                }
                for name, count, money, positive in classes
            ],
            "points": self._pareto_points(selection, customers) if revenue else [],
        }

    @api.model
    def _classes(self, selection):
        """(class, customers, revenue, positive amounts of it): shares are of these, as the classes themselves are."""
        domain, group = self._of_customers(selection, ("abc_class", "!=", False)), ["abc_class"]
        profiles = self.env["customer.segmentation.profile"]
        positive = dict(profiles._read_group([*domain, ("revenue", ">", 0)], group, ["revenue:sum"]))
        rows = profiles._read_group(domain, group, ["__count", "revenue:sum"])
        return [(name, count, money, positive.get(name, 0)) for name, count, money in rows]

    @api.model
    def _pareto_points(self, selection, customers):
        """At most about a hundred points of the curve, each where equal amounts end.

        So the customers from its amount on are those it counts.
        """
        query = self.env["customer.segmentation.profile"]._search(self._of_customers(selection, ("revenue", ">", 0)))
        self.env.flush_all()
        points = self.env.execute_query(
            SQL(
                """WITH amount AS (SELECT revenue, count(*) AS customers FROM (%s) bought GROUP BY revenue),
                        summed AS (SELECT revenue, sum(customers) OVER (ORDER BY revenue DESC) AS customers,
                                          sum(customers * revenue) OVER (ORDER BY revenue DESC) AS included,
                                          sum(customers) OVER () AS all_customers,
                                          sum(customers * revenue) OVER () AS total
                                     FROM amount)
                   SELECT DISTINCT ON (ceil(customers * %s / all_customers))
                          customers, included / total, revenue
                     FROM summed ORDER BY ceil(customers * %s / all_customers), customers DESC""",
                query.select(SQL.identifier(query.table, "revenue")),
                CURVE_POINTS,
                CURVE_POINTS,
            )
        )
        return [
            {
                "customers": int(count),
                "customer_share": int(count) / customers,
                "revenue_share": float(share),
                "domain": self._of_customers(selection, ("revenue", ">=", float(amount))),
            }
            for count, share, amount in points
        ]

    # ------------------------------------------------------------------ lifecycle

    @api.readonly
    @api.model
    def read_funnel(self, company_id, start, end, scope=None):
        """The six processes of customer management in their order, each with the customers it is about."""
        selection = self._select(company_id, start, end, scope)
        stages = self._counts_at(selection, selection.passed.end, "lifecycle_stage")
        lines = []
        for key, (label, definition) in self._process_words().items():
            domain, names = self._process(selection, key)
            count = sum(stages.get(name, 0) for name in names) if names else self._count(selection, domain)
            lines.append({"key": key, "label": label, "help": definition, "domain": domain, "count": count})
        opens = self._opens(selection, selection.passed.end)
        return {"lines": lines, "day": opens["when"], "opens": opens}

    @api.model
    def _process(self, selection, key):
        """Whom a process is about at the end of the period: a domain on profiles, and the stages that make it."""
        end = selection.passed.end
        if key == "raise":
            within = [("date", ">=", str(selection.passed.start)), ("date", "<=", str(end)), ("direction", "=", "up")]
            return self._of_customers(selection, ("transition_ids", "any", within)), ()
        names = PROCESS_STAGES[key]
        if end >= selection.today:
            state = ("lifecycle_stage", "in", list(names))
        else:
            state = ("stood_at", "in", [f"{end}:lifecycle_stage={name}" for name in names])
        return [*selection.customers, state], names

    @api.model
    def _process_words(self):
        return {
            "identify": (
                self.env._("Identify"),
                self.env._("Prospects: an open quotation or lead, and no purchase yet."),
            ),
            "acquire": (self.env._("Acquire"), self.env._("Newcomers: the first purchase is not long ago.")),
            "classify": (self.env._("Classify"), self.env._("Customers with scores and a segment.")),
            "maintain": (
                self.env._("Maintain"),
                self.env._("Active and established customers: they buy in their own rhythm."),
            ),
            "raise": (
                self.env._("Raise"),
                self.env._(
                    "Customers who rose in the period: to a better tier, segment, class or stage, or to a lower churn "
                    "risk."
                ),
            ),
            "win_back": (
                self.env._("Manage Churn"),
                self.env._("Customers who are slipping, silent or gone, and those who came back."),
            ),
        }
