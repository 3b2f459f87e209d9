"""What is known about one customer in one root company, and the one statement that writes it.

Profiles are written by the engine only (`_write_staged_rows`), never by the ORM: rows that did not change are not
touched, and each change leaves a transition in the same statement. What moves by itself with the days (recency) or
with everybody else's orders (shares) is computed on reading.
"""

from ast import literal_eval
from datetime import date
from itertools import accumulate
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, sql

from ...tools.changes import Label, segment_rank, tier_rank
from ...tools.labels import ABC_CLASSES, CHANNELS
from ...tools.staged import position_sql, stored_sql

SCORED_HELP = "1 is worst, the highest score is best. The page Segmentation of the contact shows the limits."
FIGURES = {"integer", "float", "monetary", "date"}  # types of fields that are empty where nothing is known


class Written(NamedTuple):
    last_partner_id: int | None
    row_count: int
    changed_count: int


class CustomerSegmentationProfile(models.Model):
    _name = "customer.segmentation.profile"
    _inherit = ["customer.row"]
    _description = "Customer Profile"
    _order = "lifetime_revenue desc, id"
    _rec_name = "partner_id"
    _log_access = False

    partner_id = fields.Many2one("res.partner", string="Customer", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    changed_run_id = fields.Many2one(
        "customer.segmentation.run", string="Changed by Run", readonly=True, ondelete="set null"
    )

    # Facts
    first_order_date = fields.Date(string="First Order", readonly=True, staged=True)
    last_order_date = fields.Date(string="Last Order", readonly=True, staged=True)
    recency_days = fields.Integer(
        compute="_compute_recency_days",
        string="Days since Last Order",
        aggregator=None,
        help="Days from the last purchase to today.",
    )
    order_count = fields.Integer(string="Orders", readonly=True, staged=True, help="Purchases in the policy's window.")
    revenue = fields.Monetary(readonly=True, staged=True, help="Untaxed purchases less refunds in the policy's window.")
    average_order_value = fields.Monetary(
        readonly=True, staged=True, aggregator="avg", help="Revenue in the window divided by the orders in the window."
    )
    lifetime_order_count = fields.Integer(string="Orders Ever", readonly=True, staged=True)
    lifetime_revenue = fields.Monetary(readonly=True, staged=True, help="All untaxed purchases less refunds.")
    refund_total = fields.Monetary(
        string="Refunds", readonly=True, staged=True, help="All refunds, as a positive amount."
    )

    # RFM
    recency_score = fields.Integer(readonly=True, staged=True, aggregator="avg", help=SCORED_HELP)
    frequency_score = fields.Integer(readonly=True, staged=True, aggregator="avg", help=SCORED_HELP)
    monetary_score = fields.Integer(readonly=True, staged=True, aggregator="avg", help=SCORED_HELP)
    rfm_code = fields.Char(
        "RFM Code", readonly=True, staged=True, help="The three scores side by side; 555 is best of five bands."
    )
    rfm_score = fields.Float(
        "RFM Score",
        readonly=True,
        staged=True,
        aggregator="avg",
        digits=(5, 1),
        help="The three scores as one number from 0 to 100, weighted as the policy says.",
    )
    segment_id = fields.Many2one(
        "customer.segment", readonly=True, staged=True, ondelete="set null", index=True, group_expand="_expand_segments"
    )
    segment_since = fields.Date(readonly=True, help="Since when the customer has been in this segment.")
    health = fields.Selection(related="segment_id.health", string="Health")
    attention = fields.Integer(related="segment_id.attention", string="Attention", aggregator=None)
    segment_color = fields.Integer(related="segment_id.color", string="Segment Color", aggregator=None)

    # ABC
    abc_class = fields.Selection(
        ABC_CLASSES,
        string="ABC Class",
        readonly=True,
        staged=True,
        help="A: the customers who bring the first 80 % of the window's revenue. B: the next 15 %. C: all others. "
        "The limits are set in the policy.",
    )
    revenue_share = fields.Float(
        compute="_compute_shares",
        string="Share of Revenue (%)",
        digits=(5, 2),
        aggregator=None,
        help="The customer's part of the revenue of all customers in the window, as of the last run.",
    )
    cumulative_share = fields.Float(
        compute="_compute_shares",
        string="Cumulative Share (%)",
        digits=(5, 2),
        aggregator=None,
        help="What all customers with at least as much revenue bring together, as of the last run.",
    )
    formerly_top = fields.Boolean(
        compute="_compute_formerly_top",
        search="_search_formerly_top",
        string="Top 10 % by Lifetime Revenue",
        help="The lifetime revenue is among the highest 10 % of all customers.",
    )

    # Explained
    explanation = fields.Char(compute="_compute_explanation", help="Why the customer is in this segment.")
    score_details = fields.Json(compute="_compute_score_details")
    transition_ids = fields.One2many("customer.segmentation.transition", "profile_id", string="History", readonly=True)

    # The customer
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    phone = fields.Char(related="partner_id.phone", string="Phone")
    email = fields.Char(related="partner_id.email", string="Email")
    city = fields.Char(related="partner_id.city", string="City")
    country_id = fields.Many2one(related="partner_id.country_id", string="Country")
    industry_id = fields.Many2one(related="partner_id.industry_id", string="Industry")
    last_contact_date = fields.Date(
        compute="_compute_contacts",
        string="Last Contact",
        help="The last call, meeting, e-mail, quotation sent or activity done with any contact of the customer.",
    )
    contact_count = fields.Integer(
        compute="_compute_contacts",
        string="Contacts",
        aggregator=None,
        help="Calls, meetings, e-mails, quotations sent and activities done in the policy's window. Automatic "
        "messages do not count.",
    )
    preferred_channel = fields.Selection(
        CHANNELS,
        compute="_compute_contacts",
        help="How most contacts in the window came about; of equally many the one used last.",
    )

    # A constraint, not a unique index: merging contacts in Odoo looks for constraints only.
    _partner_company_unique = models.Constraint(
        "UNIQUE(partner_id, company_id)", "A customer has one profile in each company."
    )

    @api.model
    def _valid_field_parameter(self, field, name):
        # A field declared `staged=True` is computed by runs: staged, compared and written by the one statement.
        return name == "staged" or super()._valid_field_parameter(field, name)

    def init(self):
        if sql.table_exists(self.env.cr, self.env["customer.segmentation.staging"]._table):
            self.env["customer.segmentation.staging"]._fit_staging()

    @api.model
    def _labels(self):
        """What a customer is called, by field: a change of one of them makes a transition.

        Another addon adds its own, and their columns to `customer.segmentation.change`.
        """
        return {
            "segment_id": Label(2, table="customer_segment", rank=segment_rank),
            # The first tier of a customer is no rise.
            "tier_id": Label(
                1, table="customer_tier", rank=tier_rank, judged=SQL("changed.from_tier_since IS NOT NULL")
            ),
            "abc_class": Label(3),
            "lifecycle_stage": Label(4, best_first=False),
        }

    # ------------------------------------------------------------------ reading

    def _policies(self):
        """The policy of each company of these profiles, by company; the last one where it was archived since."""
        return self.env["customer.segmentation.policy"]._last_of(self.company_id)

    @api.model
    def _read_stored(self, domain, as_of):
        """The facts and scores of many profiles as a run has them, in one DataFrame; record rules apply.

        Dates are days since 1970-01-01, -1 for none: `last_order_date` is in `last_order_day`.
        """
        import pandas as pd  # loaded by who looks at all customers, not by every worker

        from ...tools import binary_copy

        self.env.flush_all()
        query = self._search(domain, order="id")
        terms = {name: self._stored_term(query.table, name) for name in ("id", "partner_id", *self._staged_fields())}
        terms = {name: term for name, term in terms.items() if term}
        types = {
            name.replace("_date", "_day"): {"int4": binary_copy.INTEGER, "float8": binary_copy.FLOAT}.get(
                size, binary_copy.text(1)
            )
            for name, (size, _term) in terms.items()
        }
        selected = query.select(*(term for _size, term in terms.values()))
        stored = pd.DataFrame(binary_copy.read(self.env.cr, selected, types)).rename(columns={"segment_id": "segment"})
        return stored.assign(
            abc_class=stored["abc_class"].str.decode("ascii"),
            recency_days=(as_of - date(1970, 1, 1)).days - stored["last_order_day"],
        )

    @api.model
    def _stored_term(self, table, name):
        """How a column is read as numbers, a stage by its rank: its PostgreSQL type and the SQL; nothing for a text."""
        column, kind = SQL.identifier(table, name), self._fields[name].type
        if kind == "date":
            return "int4", SQL("COALESCE(%s - DATE '1970-01-01', -1)::int4", column)
        if kind in ("integer", "many2one"):
            return "int4", SQL("COALESCE(%s, 0)::int4", column)
        if kind in ("float", "monetary"):
            return "float8", SQL("COALESCE(%s, 0)::float8", column)
        if name == "lifecycle_stage":
            return "int4", SQL("COALESCE(%s, 0)::int4", self._sql_position(name, column))
        return ("char", SQL("COALESCE(%s, '-')", column)) if name == "abc_class" else None

    @api.depends("last_order_date")
    def _compute_recency_days(self):
        today = {company: policy._today() for company, policy in self._policies().items()}
        for profile in self:
            last = profile.last_order_date
            profile.recency_days = (today[profile.company_id] - last).days if last else False

    @api.depends("revenue")
    def _compute_shares(self):
        policies = self._policies()
        at_or_above = self._revenue_at_or_above()
        for profile in self:
            total = (policies[profile.company_id].last_run_id.cut_points or {}).get("total_revenue")
            known = total and profile.lifetime_order_count
            profile.revenue_share = 100 * max(profile.revenue, 0) / total if known else 0
            cumulative = at_or_above[profile] if profile.revenue > 0 else total
            profile.cumulative_share = min(100 * cumulative / total, 100) if known else 0

    def _revenue_at_or_above(self):
        """What all customers with at least as much revenue bring together, by profile: one pass over each company."""
        self.flush_model(["company_id", "revenue"])
        found = dict.fromkeys(self, 0)
        for company, profiles in self.grouped("company_id").items():
            limits = sorted(set(profiles.mapped("revenue")))
            rows = self.env.execute_query(
                SQL(
                    """SELECT width_bucket(revenue, %s::numeric[]), SUM(revenue)::float8
                         FROM customer_segmentation_profile WHERE company_id = %s AND revenue > 0 GROUP BY 1""",
                    limits,
                    company.id,
                )
            )
            between = dict(rows)  # from one of the limits up to the next
            above = list(accumulate(between.get(number, 0) for number in range(len(limits), 0, -1)))
            by_limit = dict(zip(reversed(limits), above, strict=True))
            found |= {profile: by_limit[profile.revenue] for profile in profiles}
        return found

    @api.depends("lifetime_revenue")
    def _compute_formerly_top(self):
        limits = self._lifetime_top_limits()
        for profile in self:
            limit = limits.get(profile.company_id.id)
            profile.formerly_top = limit is not None and profile.lifetime_revenue >= limit

    @api.model
    def _search_formerly_top(self, operator, value):
        if operator != "in":
            return NotImplemented
        top = Domain.OR(
            Domain("company_id", "=", company) & Domain("lifetime_revenue", ">=", limit)
            for company, limit in self._lifetime_top_limits().items()
        )
        return Domain.OR(top if wanted else ~top for wanted in value)

    @api.model
    def _lifetime_top_limits(self):
        """By company: the lifetime revenue from which on a customer is in the top 10 %."""
        policies = self.env["customer.segmentation.policy"].sudo().search([("last_run_id", "!=", False)])
        limits = {policy.company_id.id: policy.last_run_id.cut_points["lifetime_top_10"] for policy in policies}
        return {company: limit for company, limit in limits.items() if limit is not None}

    @api.depends("partner_id")
    def _compute_contacts(self):
        for company, profiles in self.grouped("company_id").items():
            found = self.env["customer.interaction"]._last_by_customer(profiles.partner_id.ids, company)
            for profile in profiles:
                last = found.get(profile.partner_id.id)
                profile.last_contact_date = last and last.date
                profile.contact_count = last.count if last else 0
                profile.preferred_channel = last and last.channel

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Figures that are not known come last, whichever way a list is sorted."""
        field = self._fields.get(field_name)
        if not nulls.code and field and field.type in FIGURES and field_name != "id":
            nulls = SQL("NULLS LAST")
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    # ------------------------------------------------------------------ what users click

    def action_schedule_activity(self):
        """Odoo's own dialog to schedule an activity, on the contacts of these profiles."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Schedule Activity"),
            "res_model": "mail.activity.schedule",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "active_model": "res.partner",
                "active_ids": self.partner_id.ids,
                "active_id": self.partner_id[:1].id,
                "dialog_size": "large",
            },
        }

    @api.model
    def _action_for_user(self, name, filter_name):
        """A list that opens with the user's own rows, or, for who has none, as most managers, with everybody's."""
        action = self.env["ir.actions.act_window"]._for_xml_id(f"customer_segmentation.{name}")
        context = literal_eval(action["context"])
        if self.env[action["res_model"]].search_count([("user_id", "=", self.env.uid)], limit=1):
            context[f"search_default_{filter_name}"] = 1
        return dict(action, context=context, domain=literal_eval(action["domain"] or "[]"))

    def action_open_overdue(self):
        """The customers who should have ordered by now, those of the user first."""
        return self._action_for_user("action_overdue_customers", "my_customers")

    @api.model
    def _expand_segments(self, segments, domain):
        """The columns of the board: the segments customers are in; on an empty board those they could be in."""
        return segments or segments.search([("in_use", "=", True)])

    def action_recompute_company(self):
        """Recompute the company the user works in."""
        return self.env["customer.segmentation.policy"].action_recompute_company()

    @api.model
    def get_empty_list_help(self, help_message):
        """What to do first, as long as nobody is scored; after that what the screen says itself."""
        policy = self.env["customer.segmentation.policy"]._of_action()
        return policy._first_steps() or super().get_empty_list_help(help_message)

    # ------------------------------------------------------------------ what other addons extend

    @api.model
    def _customers_rescored(self, company, customer_ids=None):
        """Customers of a root company were rescored, in this transaction.

        :param customer_ids: only these; None for all of the company
        """

    @api.model
    def _sql_followed_up(self, partner, company):
        """Whether somebody may spend time on a customer, as a condition.

        :param partner, company: where the query has the identifiers of customer and root company
        """
        return SQL("TRUE")

    # ------------------------------------------------------------------ writing

    @api.model
    def _write_staged_rows(self, run, after_partner_id, limit, as_of=None, processed=None):
        """Write the next staged rows that differ from their profile, each with its transition.

        :param after_partner_id: only customers with a higher identifier, in their order
        :param as_of: the day of the change; default the run's
        :param processed: whether automation shall ignore the changes; default: at a first run and after a change of
            the rules
        """
        by_rules = False
        if processed is None:
            previous = run.policy_id.last_run_id
            by_rules = bool(previous) and previous.policy_version != run.policy_version
            processed = not previous or by_rules
        self.env.cr.execute(
            SQL(
                """WITH staged AS (%(staged)s), changed AS (%(changed)s), inserted AS (%(inserted)s),
                        updated AS (%(updated)s), moved AS (%(moved)s)
                   SELECT (SELECT max(partner_id) FROM staged), (SELECT count(*) FROM staged),
                          (SELECT count(*) FROM changed)""",
                staged=self._sql_staged(run.id, after_partner_id, limit),
                changed=self._sql_changed(run.company_id.id),
                inserted=self._sql_inserted(run.company_id.id, run.id, as_of or run.as_of),
                updated=self._sql_updated(run.id, as_of or run.as_of),
                moved=self._sql_moved(run.id, as_of or run.as_of, processed, by_rules),
            )
        )
        written = Written(*self.env.cr.fetchone())
        if written.changed_count:
            self.env.invalidate_all(flush=False)
        return written

    @api.model
    def _staged_fields(self):
        """By name, the fields that a run computes: those that say so themselves."""
        return {name: field for name, field in self._fields.items() if getattr(field, "staged", False)}

    @api.model
    def _sql_columns(self, alias=None):
        """The staged columns, of a table alias if given."""
        return SQL(", ").join(
            SQL.identifier(alias, name) if alias else SQL.identifier(name) for name in self._staged_fields()
        )

    @api.model
    def _sql_stored(self, names=None):
        """Columns of the staging table as profiles store them; default all."""
        staged = self._staged_fields()
        return SQL(", ").join(stored_sql(staged[name], self._choices(name)) for name in names or staged)

    @api.model
    def _choices(self, name):
        """The values of a selection in their order; nothing of another field."""
        field = self._fields[name]
        return field.get_values(self.env) if field.type == "selection" else []

    @api.model
    def _sql_position(self, name, column):
        """The position of a choice in the list of a selection, NULL for none."""
        return position_sql(self._choices(name), column)

    @api.model
    def _sql_staged(self, run_id, after_partner_id, limit):
        return SQL(
            """SELECT partner_id, %s FROM customer_segmentation_staging
                WHERE run_id = %s AND partner_id > %s ORDER BY partner_id LIMIT %s""",
            self._sql_stored(),
            run_id,
            after_partner_id,
            limit,
        )

    @api.model
    def _sql_changed(self, company_id):
        """Staged rows that differ, with what the profile said before.

        Customers who were deleted, archived or excluded from profiling meanwhile get no profile; OFFSET 0 has each new
        one looked up instead of reading all contacts for every chunk.

        New profiles get their identifier here, so that their transitions need not be joined to what was inserted:
        PostgreSQL knows nothing of how many rows those are and may compare each with each.
        """
        return SQL(
            """SELECT staged.*, profile.id IS NULL AS is_new,
                      COALESCE(profile.id, nextval('customer_segmentation_profile_id_seq')) AS profile_id,
                      profile.tier_since AS from_tier_since, %s
                 FROM staged
                 LEFT JOIN customer_segmentation_profile profile
                   ON profile.partner_id = staged.partner_id AND profile.company_id = %s
                WHERE CASE WHEN profile.id IS NOT NULL THEN (%s) IS DISTINCT FROM (%s)
                           ELSE EXISTS (SELECT FROM res_partner WHERE res_partner.id = staged.partner_id
                                           AND res_partner.active IS DISTINCT FROM FALSE OFFSET 0)
                                AND staged.partner_id NOT IN (%s) END""",
            self._sql_from("profile"),
            company_id,
            self._sql_columns("staged"),
            self._sql_columns("profile"),
            self.env["customer.segmentation.exclusion"]._sql_excluded(company_id),
        )

    @api.model
    def _sql_inserted(self, company_id, run_id, as_of):
        """Profiles of new customers. Only the engine writes profiles, one run at a time: nobody else inserts them."""
        return SQL(
            """INSERT INTO customer_segmentation_profile
                      (id, partner_id, company_id, changed_run_id, segment_since, stage_since, %(names)s)
               SELECT profile_id, partner_id, %(company)s, %(run)s,
                      CASE WHEN segment_id IS NOT NULL THEN %(as_of)s END,
                      CASE WHEN lifecycle_stage IS NOT NULL THEN %(as_of)s END, %(names)s
                 FROM changed
                WHERE is_new""",
            names=self._sql_columns(),
            company=company_id,
            run=run_id,
            as_of=as_of,
        )

    @api.model
    def _sql_updated(self, run_id, as_of):
        return SQL(
            """UPDATE customer_segmentation_profile profile
                  SET changed_run_id = %(run)s, %(assigned)s,
                      segment_since = CASE WHEN profile.segment_id IS DISTINCT FROM changed.segment_id THEN %(as_of)s
                                           ELSE profile.segment_since END,
                      stage_since = CASE WHEN changed.lifecycle_stage IS NULL THEN NULL
                                         WHEN profile.lifecycle_stage IS DISTINCT FROM changed.lifecycle_stage
                                         THEN %(as_of)s ELSE profile.stage_since END
                 FROM changed
                WHERE profile.id = changed.profile_id AND NOT changed.is_new""",
            run=run_id,
            as_of=as_of,
            assigned=SQL(", ").join(
                SQL("%s = %s", SQL.identifier(name), SQL.identifier("changed", name)) for name in self._staged_fields()
            ),
        )

    @api.model
    def _sql_from(self, alias):
        """The labels of a profile as those a change starts from."""
        return SQL(", ").join(
            SQL("%s AS %s", SQL.identifier(alias, name), SQL.identifier(f"from_{name}")) for name in self._labels()
        )

    @api.model
    def _sql_moved(self, run_id, as_of, processed, by_rules=False, reason=None):
        """A transition for each row of `changed` in which a label changes: `from_…` and the label itself.

        :param by_rules: the rules were changed since the last run: who was scored before neither rose nor fell
        :param reason: of a manager; kept even where no label changes
        """
        direction = self._sql_direction()
        if by_rules:
            direction = SQL("CASE WHEN changed.from_abc_class IS NOT NULL THEN 'rules' ELSE %s END", direction)
        before, after = (self._sql_labels("changed", pattern) for pattern in ("from_%s", "%s"))
        return SQL(
            """INSERT INTO customer_segmentation_transition
                      (profile_id, run_id, date, revenue, direction, processed, reason, %(starts)s, %(ends)s)
               SELECT changed.profile_id, %(run)s, %(as_of)s, changed.revenue, %(direction)s, %(processed)s, %(reason)s,
                      %(before)s, %(after)s
                 FROM changed
                 %(ranked)s
                WHERE %(kept)s""",
            run=run_id,
            as_of=as_of,
            processed=processed,
            direction=direction,
            reason=reason or None,
            starts=self._sql_labels(None, "from_%s"),
            ends=self._sql_labels(None, "to_%s"),
            before=before,
            after=after,
            ranked=self._sql_ranked(),
            kept=SQL("TRUE") if reason else SQL("(%s) IS DISTINCT FROM (%s)", before, after),
        )

    @api.model
    def _sql_labels(self, alias, pattern):
        """The columns of the labels, named by a pattern: `from_%s`, `to_%s` of a change."""
        names = [pattern % name for name in self._labels()]
        return SQL(", ").join(SQL.identifier(alias, name) if alias else SQL.identifier(name) for name in names)

    @api.model
    def _sql_direction(self):
        """Up, down or the same: of the rows of `changed`, joined to `_sql_ranked`."""
        labels = sorted(self._labels().items(), key=lambda item: item[1].order)
        return SQL("CASE %s ELSE 'same' END", SQL(" ").join(self._sql_way(name, label) for name, label in labels))

    @api.model
    def _sql_way(self, name, label):
        """Whether a label is better or worse than before."""
        return SQL(
            "WHEN %(judged)s AND %(old)s > %(new)s THEN 'up' WHEN %(judged)s AND %(old)s < %(new)s THEN 'down'",
            judged=label.judged or SQL("TRUE"),
            old=self._sql_rank(name, label, "old"),
            new=self._sql_rank(name, label, "new"),
        )

    @api.model
    def _sql_rank(self, name, label, time):
        """How good the label of a row of `changed` was (old) or is (new): smaller is better."""
        if label.table:
            return label.rank(SQL.identifier(f"{time}_{name}"))
        position = self._sql_position(name, SQL.identifier("changed", f"from_{name}" if time == "old" else name))
        return position if label.best_first else SQL("-%s", position)

    @api.model
    def _sql_ranked(self):
        """The records that the labels of `changed` name, before and after."""
        return SQL(" ").join(
            SQL(
                """LEFT JOIN %(table)s %(old)s ON %(old)s.id = %(before)s
                 LEFT JOIN %(table)s %(new)s ON %(new)s.id = %(after)s""",
                table=SQL.identifier(label.table),
                old=SQL.identifier(f"old_{name}"),
                new=SQL.identifier(f"new_{name}"),
                before=SQL.identifier("changed", f"from_{name}"),
                after=SQL.identifier("changed", name),
            )
            for name, label in self._labels().items()
            if label.table
        )

    @api.model
    def _refresh(self, policy, customer_ids):
        """Rescore some customers with the cut points of the last run."""
        run, today = policy.last_run_id, policy._today()
        transactions, _left_out = self.env["customer.transaction"]._read_transactions(policy, today, customer_ids)
        scoring = self.env["customer.segmentation.engine"]._score(policy, transactions, today, run.cut_points)
        staging = self.env["customer.segmentation.staging"]
        staging._stage_scores(run.id, scoring)
        staging._stage_customers_without_purchase(run.id, policy.company_id, today, customer_ids)
        self._write_staged_rows(run, 0, len(customer_ids), as_of=today, processed=False)
        staging._drop(run.id)
        self._remove_left_aside(policy.company_id, customer_ids)
