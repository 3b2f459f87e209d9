"""Figures of the dashboard that count purchases: the tiles and the cohorts."""

from datetime import date

from odoo import api, models
from odoo.addons.customer_segmentation.scoring import periods
from odoo.addons.customer_segmentation.tools.context import by_code, one_of
from odoo.addons.customer_segmentation.tools.words import period_in_words
from odoo.tools import SQL, format_date

PARTS = ("purchases", "standing")
COHORTS = 12  # as many as a run counts
LINE_MONTHS = 12  # how far back the line of the dashboard goes


class CustomerSegmentationDashboard(models.AbstractModel):
    _inherit = "customer.segmentation.dashboard"

    # ------------------------------------------------------------------ tiles

    @api.readonly
    @api.model
    def read_tiles(self, company_id, start, end, part=None, scope=None):
        """The tiles of a period, see `_figures`, and what they are compared with, in words.

        :param part: "purchases" or "standing": each takes its time, so they are read side by side
        """
        selection = self._select(company_id, start, end, scope)
        compared = periods.compared_with(selection.period, selection.today)
        return {
            "tiles": self._tiles(selection, [one_of(self.env, "part", part, PARTS)]),
            "compared_with": self._days(compared),
            "compared_end": format_date(self.env, selection.before.end),
        }

    @api.model
    def _tiles(self, selection, parts=PARTS):
        found = {}
        if "purchases" in parts:
            found |= self._customer_tiles(selection) | self._purchase_tiles(selection)
        if "standing" in parts:
            found |= self._stage_tiles(selection) | {"at_stake": self._at_stake(selection)}
        return [self._tile(key, *words, **found[key]) for key, words in self._tile_words().items() if key in found]

    @api.model
    def _tile_words(self):
        """Label, definition, unit and better direction of each tile, in the order shown."""
        return self._purchase_words() | self._standing_words()

    @api.model
    def _purchase_words(self):
        return {
            "customers": (
                self.env._("Customers"),
                self.env._("Customers with a purchase, up to the end of the period."),
                "count",
                "up",
            ),
            "active": (
                self.env._("Active Customers"),
                self.env._("Customers who bought in the period."),
                "count",
                "up",
            ),
            "retention": (
                self.env._("Retention"),
                self.env._(
                    "Of the customers who bought in the period before, the share that bought in this one again; while "
                    "the period runs, of those who bought in the same days of the one before."
                ),
                "share",
                "up",
            ),
            "new": (
                self.env._("New Customers"),
                self.env._("Customers whose first purchase lies in the period."),
                "count",
                "up",
            ),
        }

    @api.model
    def _standing_words(self):
        stage = self.env["customer.segmentation.profile"]._fields["lifecycle_stage"]
        labels = dict(stage._description_selection(self.env))
        at_risk, lost = labels["at_risk"], labels["lost"]
        return {
            "at_risk": (
                at_risk,
                self.env._(
                    "Customers in the lifecycle stage Slipping at the end of the period: no purchase for much longer "
                    "than their own usual gap."
                ),
                "count",
                "down",
            ),
            "lost": (
                lost,
                self.env._("Customers in the lifecycle stage Gone at the end of the period."),
                "count",
                "down",
            ),
            "at_stake": (
                self.env._("At Stake"),
                self.env._(
                    "Yearly value × chance of losing it of everybody who is not gone, added up: what is lost when "
                    "nobody acts. Sums are rough."
                ),
                "money",
                "down",
            ),
        }

    @api.model
    def _tile(self, key, label, definition, unit, better, value, previous, **further):
        change = None
        if value is not None and previous is not None:
            change = value - previous if unit == "share" else (value - previous) / previous if previous else None
        return {
            "key": key,
            "label": label,
            "help": definition,
            "unit": unit,
            "better": better,
            "value": value,
            "previous": previous,
            "change": change,
            **further,
        }

    @api.model
    def _customer_tiles(self, selection):
        """Customers, as segments and movement count them where the history says it, and new customers."""
        passed, compared = selection.passed, periods.compared_with(selection.period, selection.today)
        since = self._history_since(selection)

        def bought_by(day):
            return self._of_customers(selection, ("first_order_date", "<=", str(day)))

        def up_to(day):
            return self._all_standing(selection, day) if since and since <= day < selection.today else bought_by(day)

        def within(period):
            return [*bought_by(period.end), ("first_order_date", ">=", str(period.start))]

        return {
            "customers": self._counted(selection, up_to, passed.end, selection.before.end),
            "new": self._counted(selection, within, passed, compared),
        }

    @api.model
    def _counted(self, selection, domain_of, days, previous_days):
        """A figure of some days and of those it is compared with, each counted by the domain it opens."""
        domain, previous_domain = domain_of(days), domain_of(previous_days)
        return {
            "value": self._count(selection, domain),
            "previous": self._count(selection, previous_domain),
            "domain": domain,
            "previous_domain": previous_domain,
            **self._both_open(selection, days, previous_days),
        }

    @api.model
    def _both_open(self, selection, days, previous_days):
        return {"opens": self._opens(selection, days), "previous_opens": self._opens(selection, previous_days)}

    # ------------------------------------------------------------------ purchases

    @api.model
    def _purchase_tiles(self, selection):
        """Active customers and retention, both of the same days; of a running period as of this moment."""
        passed, compared = selection.passed, periods.compared_with(selection.period, selection.today)
        earlier = periods.compared_with(selection.before, compared.end)
        base, again = self._bought(selection, compared), self._bought_again(selection, compared, passed)
        previous_base, previous_again = (
            self._bought(selection, earlier),
            self._bought_again(selection, earlier, compared),
        )
        return {
            "active": {
                "value": self._bought(selection, passed),
                "previous": base,
                "domain": self._buyers(selection, passed),
                "previous_domain": self._buyers(selection, compared),
                **self._both_open(selection, passed, compared),
            },
            "retention": {
                "value": again / base if base else None,
                "previous": previous_again / previous_base if previous_base else None,
                "domain": self._buyers(selection, compared, passed),
                "previous_domain": self._buyers(selection, earlier, compared),
                "part": again,
                "base": base,
                "base_domain": self._buyers(selection, compared),
                "base_opens": self._opens(selection, compared),
                **self._both_open(selection, passed, compared),
            },
        }

    @api.model
    def _buyers(self, selection, *bought_in):
        """A domain: customers who bought in each of some periods. Nobody's last purchase is after today."""
        running = [("last_order_date", ">=", str(one.start)) for one in bought_in if one.end >= selection.today]
        over = [period.text for period in bought_in if period.end < selection.today]
        return self._of_customers(selection, *running, *([("bought_between", "=", " & ".join(over))] if over else []))

    @api.model
    def _bought(self, selection, period):
        found = self._run_figure(selection, "bought", period)
        return self._count_buyers(selection, period) if found is None else found

    @api.model
    def _bought_again(self, selection, before, after):
        found = self._run_figure(selection, "again", before, after)
        return self._count_buyers(selection, before, after) if found is None else found

    @api.model
    def _count_buyers(self, selection, *bought_in):
        """How many customers bought in each of some periods; of some salespeople's read together, they are few."""
        if selection.owners is None:
            return self._count(selection, self._buyers(selection, *bought_in))
        return sum(
            all(any(one.start <= day <= one.end for day in days) for one in bought_in)
            for days in self._days_bought(selection).values()
        )

    @api.model
    def _days_bought(self, selection):
        """{customer: the days of their purchases}, as far back as the figures of a period ask."""
        if "days" not in selection.read:
            self.env.flush_all()
            months = periods.latest_periods("month", selection.passed.end, LINE_MONTHS)
            since = min(periods.previous(selection.before).start, months[-1].start)
            customers = (
                self.env["customer.segmentation.profile"].search(self._of_customers(selection)).sudo().partner_id
            )
            rows = self.env.execute_query(
                SQL(
                    "SELECT partner_id, array_agg(DISTINCT date) FROM (%s) bought GROUP BY 1",
                    self.env["customer.transaction"]._sql_purchases(
                        selection.company, customers.ids, since, selection.today
                    ),
                )
            )
            selection.read["days"] = dict(rows)
        return selection.read["days"]

    @api.model
    def _run_figure(self, selection, name, *counted):
        """What the last run counted of everybody for periods that were over; None for what no run has counted, and
        where it counted whom the reader does not see."""
        if not selection.of_everybody or counted[-1].end >= selection.today:
            return None
        figures = selection.policy.last_run_id.figures or {}
        return figures.get(name, {}).get(" ".join(period.text for period in counted))

    @api.model
    def _count(self, selection, domain):
        asked = by_code(only_company_id=selection.company.id)
        return self.env["customer.segmentation.profile"].with_context(**asked).search_count(domain)

    # ------------------------------------------------------------------ states

    @api.model
    def _stage_tiles(self, selection):
        before, after = self._sums(selection, "lifecycle_stage")
        return {
            stage: {
                "value": self._customers(after, stage),
                "previous": self._customers(before, stage),
                "domain": self._standing(selection, selection.passed.end, "lifecycle_stage", stage),
                "previous_domain": self._standing(selection, selection.before.end, "lifecycle_stage", stage),
                **self._both_open(selection, selection.passed.end, selection.before.end),
            }
            for stage in ("at_risk", "lost")
        }

    @api.model
    def _at_stake(self, selection):
        """Now from the profiles, with who it is; earlier from the month-ends, which keep the sum but nobody's part."""
        now = self._of_customers(selection, ("at_stake", ">", 0))
        value, previous = (
            self._sum_at_stake("customer.segmentation.profile", now)
            if day >= selection.today
            else self._at_stake_then(selection, day)
            for day in (selection.passed.end, selection.before.end)
        )
        if selection.running:
            opens = self._opens(selection, selection.passed.end, "at_stake")
            return {"value": value or 0, "previous": previous, "domain": now, "opens": opens}
        return {"value": value, "previous": previous}

    @api.model
    def _at_stake_then(self, selection, day):
        """As the month-end kept it; None of some customers, and for a day nobody kept."""
        if not selection.of_everybody:
            return None
        kept = [("company_id", "=", selection.company.id), ("date", "=", str(day))]
        return self._sum_at_stake("customer.segmentation.snapshot", kept)

    @api.model
    def _sum_at_stake(self, model, domain):
        """The sum over some rows; None without any."""
        count, amount = self.env[model]._read_group(domain, [], ["__count", "at_stake:sum"])[0]
        return (amount or 0) if count else None

    # ------------------------------------------------------------------ cohorts

    @api.readonly
    @api.model
    def read_cohorts(self, company_id, start, end, scope=None):
        """Customers by the month of their first purchase, and which share of them bought in each month since."""
        selection = self._select(company_id, start, end, scope)
        run = selection.policy.last_run_id
        rows = [self._cohort(selection, cohort) for cohort in self._cohorts(selection)]
        return {"known": bool(run.figures), "rows": rows, "as_of": run and format_date(self.env, run.as_of)}

    @api.model
    def _cohorts(self, selection):
        """As the last run counted them; of some customers, and without those the reader does not see, counted anew."""
        if selection.owners is not None:
            return self._cohorts_of(selection)
        figures = selection.policy.last_run_id.figures or {}
        if figures and not selection.sees_all:
            figures = selection.policy._activity_without(self._out_of_sight(selection.company).partner_id.ids)
        return figures.get("cohorts", [])

    @api.model
    def _cohorts_of(self, selection):
        """Of some customers only, counted from the documents, in the form a run keeps them in."""
        last = selection.policy.last_run_id.as_of
        months = periods.latest_periods("month", last, COHORTS + 1)[:0:-1] if last else []
        if not months:
            return []
        since = self._of_customers(selection, ("first_order_date", ">=", str(months[0].start)))
        profiles = self.env["customer.segmentation.profile"].search(since)
        bought = self._buyers_by_month(selection, profiles, months)
        begun = [place for place, month in enumerate(months) if (month.start, month.start) in bought]
        months = months[begun[0] :] if begun else []
        return [
            {
                "month": str(first.start),
                "customers": bought.get((first.start, first.start), 0),
                "bought": [bought.get((first.start, month.start), 0) for month in months[place:]],
            }
            for place, first in enumerate(months)
        ]

    @api.model
    def _buyers_by_month(self, selection, profiles, months):
        """{(month of the first purchase, month): customers who bought}."""
        self.env.flush_all()
        purchases = self.env["customer.transaction"]._sql_purchases(
            selection.company, profiles.sudo().partner_id.ids, months[0].start, months[-1].end
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT date_trunc('month', profile.first_order_date)::date, date_trunc('month', bought.date)::date,
                          count(DISTINCT profile.id)::int
                     FROM customer_segmentation_profile profile
                     JOIN (%s) bought ON (bought.partner_id, bought.company_id)
                                       = (profile.partner_id, profile.company_id)
                    WHERE profile.id = ANY(%s) GROUP BY 1, 2""",
                purchases,
                profiles.ids,
            )
        )
        return {(first, month): count for first, month, count in rows}

    @api.model
    def _cohort(self, selection, cohort):
        first = periods.period_at("month", date.fromisoformat(cohort["month"]))
        joined = self._of_customers(
            selection, ("first_order_date", ">=", str(first.start)), ("first_order_date", "<=", str(first.end))
        )
        cells, month = [], first
        for bought in cohort["bought"]:
            cells.append(
                {
                    "customers": bought,
                    "share": bought / cohort["customers"] if cohort["customers"] else 0,
                    "label": period_in_words(self.env, "month", month.start),
                    "domain": [*joined, ("bought_between", "=", month.text)],
                    "opens": self._opens(selection, month),
                }
            )
            month = periods.period_at("month", month.end + periods.DAY)
        return {
            "label": period_in_words(self.env, "month", first.start),
            "customers": cohort["customers"],
            "domain": joined,
            "opens": self._opens(selection, first),
            "cells": cells,
        }

    @api.model
    def _days(self, period):
        return self.env._(
            "%(first)s to %(last)s",
            first=format_date(self.env, period.start),
            last=format_date(self.env, period.end),
        )
