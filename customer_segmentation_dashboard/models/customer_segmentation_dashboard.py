"""The dashboard: figures about the customers of one company in one period, each with the records behind it.

    open_dashboard()      which companies and which period; what to do while there is nothing to show
    read_…()              one block each, so that a slow one keeps no other waiting
    figure_action()       the list of the customers behind a figure, as of the figure's day
    _figures()            tiles, segments and movement as plain values, for reports

Where customers stand now is read from the profiles, where they stood from the changes since (`stood_at`), how much
money that was from the purchases up to that day. Who bought when is counted by each run (`figures`), and by the
documents themselves for days no run has counted and for who may not see all customers. Beside each `…domain` of
customers stands `…opens`, once for a block where it is the same for all its figures: what `figure_action` shows of
them.

A *running* period is one that is not over: it ends today, and what happened in it is compared with the same days of the
period before; where customers stand is compared with the end of that period.
"""

from typing import NamedTuple

from odoo import api, fields, models
from odoo.addons.customer_segmentation.scoring import periods
from odoo.addons.customer_segmentation.tools.context import one_of, refuse, whole
from odoo.addons.customer_segmentation.tools.days import day_given
from odoo.addons.customer_segmentation.tools.words import period_in_words
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date


class Selection(NamedTuple):
    """What is looked at: a policy (as superuser), the period chosen, today there, and whose customers.

    `sees_all` says whether no contact of the company is hidden from the reader, `owners` are the salespeople whose
    customers are looked at; None for everybody's. `read` keeps what was read of their purchases once, for all figures
    of a block.
    """

    policy: models.Model
    period: periods.Period
    today: fields.Date
    sees_all: bool = True
    owners: tuple | None = None
    read: dict | None = None

    @property
    def company(self):
        return self.policy.company_id

    @property
    def of_everybody(self):
        """Whether what runs count of everybody is what is looked at."""
        return self.owners is None and self.sees_all

    @property
    def customers(self):
        """Terms on profiles: everything read of them and every list opened is of these."""
        owners = [] if self.owners is None else [("user_id", "in", list(self.owners))]
        return [("company_id", "=", self.company.id), *owners]

    @property
    def running(self):
        return self.period.end >= self.today

    @property
    def passed(self):
        return periods.up_to(self.period, self.today)

    @property
    def before(self):
        return periods.previous(self.period)


class CustomerSegmentationDashboard(models.AbstractModel):
    _name = "customer.segmentation.dashboard"
    _description = "Customer Dashboard"

    # ------------------------------------------------------------------ what is looked at

    @api.readonly
    @api.model
    def open_dashboard(self, company_id=None, kind="month", day=None, scope=None):
        """Which companies, which customers and which period can be chosen; what to do while there is nothing to show.

        :param company_id: a root company; default the one the user works in
        :param kind: month, quarter or year
        :param day: a day of the period as ISO text; default today
        :param scope: my, team or company; default, and for what the user may not choose, the widest of them
        """
        company = self._company(company_id)
        policy = self.env["customer.segmentation.policy"]._of_company(company)
        today = policy._today()
        period = self._period_at(kind, day_given(self.env, day) or today)
        last_run, scopes = policy.last_run_id, self._scopes()
        return {
            "scopes": list(scopes.items()),
            "scope": scope if isinstance(scope, str) and scope in scopes else list(scopes)[-1],
            "companies": [{"id": root.id, "name": root.name} for root in self._companies()],
            "company_id": company.id,
            "currency_id": company.currency_id.id,
            "first_steps": self.env["customer.segmentation.health"]._first_steps(policy),
            "scored_on": bool(last_run) and format_date(self.env, last_run.as_of),
            "with_effect": self._sees_effect(),
            "groupings": self._groupings(policy),
            "period": self._describe(kind, period, today),
        }

    @api.model
    def _companies(self):
        """The root companies of the companies the user has selected; a branch user sees the root's figures."""
        self.env["customer.segmentation.profile"].check_access("read")
        companies = self.env.company | self.env.companies
        return companies.sudo().root_id

    @api.model
    def _company(self, company_id=None):
        companies = self._companies()
        company = companies.browse(whole(self.env, "company_id", company_id) or companies[:1].id)
        if company not in companies:
            raise AccessError(self.env._("You do not work in this company; select it at the top right first."))
        return company

    # ------------------------------------------------------------------ whose customers

    @api.model
    def _scopes(self):
        """Whose customers the user may look at, each with its label, the widest last.

        Who sees their own documents only looks at their own customers, as in Odoo's own sales reports.
        """
        scopes = {"my": self.env._("My")}
        if self._sees_all():
            if len(self._team()) > 1:
                scopes["team"] = self.env._("Team")
            scopes["company"] = self.env._("Company")
        return scopes

    @api.model
    def _sees_all(self):
        """Whoever is no salesperson, but may see scores, sees those of the company."""
        user, own = self.env.user, "sales_team.group_sale_salesman"
        wider = ("sales_team.group_sale_salesman_all_leads", "customer_segmentation.group_manager")
        return self.env.su or not user.has_group(own) or any(map(user.has_group, wider))

    @api.model
    def _team(self):
        """The user, and who leads or belongs to a sales team the user leads or belongs to."""
        teams = (
            self.env["crm.team"]
            .sudo()
            .search(["|", ("user_id", "=", self.env.uid), ("member_ids", "in", self.env.uid)])
        )
        return self.env.user | teams.user_id | teams.member_ids

    @api.model
    def _owners(self, scope):
        """The salespeople of a scope, None for everybody; the widest the user may choose when none is given."""
        scopes = self._scopes()
        scope = list(scopes)[-1] if scope is None else one_of(self.env, "scope", scope, ("my", "team", "company"))
        if scope not in scopes:
            raise AccessError(self.env._("You may look at your own customers only."))
        return {"my": tuple(self.env.user.ids), "team": tuple(self._team().ids)}.get(scope)

    # ------------------------------------------------------------------ which period

    @api.model
    def _period_at(self, kind, day):
        if not isinstance(kind, str) or kind not in periods.MONTHS:
            raise UserError(self.env._("A period is a month, a quarter or a year, not “%s”.", kind))
        return periods.period_at(kind, day)

    @api.model
    def _describe(self, kind, period, today):
        following = period.end + periods.DAY
        return {
            "kind": kind,
            "start": str(period.start),
            "end": str(period.end),
            "label": period_in_words(self.env, kind, period.start),
            "running": period.end >= today,
            "previous": str(periods.previous(period).start),
            "next": str(following) if following <= today else False,
        }

    @api.model
    def _select(self, company_id, start, end, scope=None):
        """What is looked at, checked: the company is the user's own, the days make a period, the scope is allowed."""
        return self._select_everybody(company_id, start, end)._replace(owners=self._owners(scope), read={})

    @api.model
    def _select_everybody(self, company_id, start, end):
        """The same with the customers of the whole company, as reports show them to who may see scores."""
        company = self._company(company_id)
        policy = self.env["customer.segmentation.policy"]._of_company(company)
        period = periods.Period(day_given(self.env, start), day_given(self.env, end))
        if not period.start or not period.end or period.start > period.end:
            raise UserError(
                self.env._("%(start)s to %(end)s is no period; give the earlier day first.", start=start, end=end)
            )
        if period.start > policy._today():
            raise UserError(self.env._("%s is still to come; nothing has happened then.", start))
        return Selection(policy, period, policy._today(), not self._out_of_sight(company))

    @api.model
    def _out_of_sight(self, company):
        """The profiles of a company whose contacts are hidden from the reader."""
        profiles = self.env["customer.segmentation.profile"].sudo()
        if self.env.su:
            return profiles
        hidden = ~self.env["ir.rule"]._domain_of_customers(profiles._customer_path)
        return profiles.search(Domain("company_id", "=", company.id) & hidden)

    # ------------------------------------------------------------------ for reports

    @api.model
    def _figures(self, company, start, end):
        """Tiles, segments and movement of a company in a period, as plain values.

        :param company: a root company, one of the user's
        :param start, end: first and last day of the period, both included; best a calendar month, quarter or year
        :return: a dictionary
            `company_id`, `currency_id`, `start`, `end`   the period; `end` is today when it is not over
            `before_start`, `before_end`                  the period before
            `tiles`      list of dictionaries: `key` (customers, active, retention, new, at_risk, lost,
                         at_stake), `label`, `help`, `unit` (count, share, money), `value`, `previous` (None when
                         not known), `change` (share of the previous value, for shares the difference; None when not
                         known), `better` (up or down), `domain` of the profiles behind `value`
            `segments`   list of dictionaries, best first: `id` (False for none), `name`, `customers`, `previous` (None
                         when not known), `revenue`, `share` (0…1 of revenue), `average` (order value; None when not
                         known), `domain`
            `movement`   `known` (False: no history at `before_end`, no cells), `since` (first day of the history),
                         `groups` (`key`, `label`, best first; the key "none" stands for no customer), `cells`
                         (`before`, `after`: keys; `customers`, `revenue_before` and `revenue` in the windows that end
                         with the two days, `domain`)
        """
        selection = self._select_everybody(company.id, start, end)
        return {
            "company_id": company.id,
            "currency_id": company.currency_id.id,
            "start": selection.passed.start,
            "end": selection.passed.end,
            "before_start": selection.before.start,
            "before_end": selection.before.end,
            "tiles": self._tiles(selection),
            "segments": self._segments(selection),
            "movement": self._movement_table(selection, "segment_id", "revenue"),
        }

    # ------------------------------------------------------------------ what is behind a figure

    @api.readonly
    @api.model
    def figure_action(self, title, domain, opens=None):
        """The list of the customers behind a figure: with its column, summed up and sorted by it, as of its day.

        :param title: what the figure is called
        :param domain: its domain on profiles
        :param opens: what stands beside the domain, see `_opens`
        """
        opens = opens or {}
        if not isinstance(opens, dict) or not isinstance(opens.get("column", ""), str):
            refuse(self.env, "opens", opens)
        lists = {"revenue": "figure", "period_revenue": "figure_period", "at_stake": "figure_at_stake"}
        name = lists.get(opens.get("column"), lists["revenue"])
        view = self.env.ref(f"customer_segmentation_dashboard.customer_segmentation_profile_view_list_{name}")
        if opens.get("when"):
            title = self.env._("%(figure)s (%(when)s)", figure=title, when=opens["when"])
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "display_name": title,
            "res_model": "customer.segmentation.profile",
            "view_mode": "list",
            "views": [(view.id, "list")],
            "domain": domain,
            "context": {f"figures_{name}": opens[name] for name in ("day", "since", "until") if opens.get(name)},
        }

    @api.model
    def _opens(self, selection, days, column="revenue"):
        """What a list shows of the customers of a figure: as of which day, what to call it, and which column.

        :param days: the day they stood somewhere, or the period they did something in
        """
        day = days.end if isinstance(days, periods.Period) else days
        when = self._days(days) if isinstance(days, periods.Period) else format_date(self.env, days)
        return {"day": str(day) if day < selection.today else False, "when": when, "column": column}

    # ------------------------------------------------------------------ short ways

    @api.model
    def _columns(self, selection, *names):
        """A query of columns of the profiles looked at."""
        query = self.env["customer.segmentation.profile"]._search(selection.customers)
        return query.select(*(SQL.identifier(query.table, name) for name in names))

    @api.model
    def _of_customers(self, selection, *terms):
        """A domain on profiles: the customers of the company, those with a purchase, and further terms."""
        return [*selection.customers, ("lifetime_order_count", ">", 0), *terms]

    @api.model
    def _standing(self, selection, day, name, key):
        """A domain on profiles: the customers who stood in a group at the end of a day."""
        return [*selection.customers, *self._stood(selection, day, name, key)]

    @api.model
    def _stood(self, selection, day, name, key):
        """Terms on profiles for a group at the end of a day; key "" for in none of them, "none" for no customer."""
        if day < selection.today:
            return [("stood_at", "=", f"{day}:none" if key == "none" else f"{day}:{name}={key}")]
        if key == "none":
            return [("abc_class", "=", False)]
        value = (int(key) if name.endswith("_id") else key) if key else False
        return [("abc_class", "!=", False), (name, "=", value)]

    @api.model
    def _all_standing(self, selection, day):
        """A domain on profiles: all who were customers at the end of a day."""
        return [*selection.customers, *self._customers_on(selection, day)]

    @api.model
    def _customers_on(self, selection, day):
        """Terms on profiles: all who were customers at the end of a day."""
        return [("stood_at", "=", f"{day}:customer") if day < selection.today else ("abc_class", "!=", False)]
