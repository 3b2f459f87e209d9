"""What a draft of the rules would do, computed on today's purchases without writing a customer.

    _preview()     of a draft: scores everybody, stages the rows as a run does, and compares them with the profiles
      ├─ customer.segmentation.preview.line      from → to: how many customers, how much revenue; who stays, too
      ├─ customer.segmentation.preview.change    one row for each customer who changes
      └─ customer.segmentation.preview.playbook  what the changes mean for each playbook at work

Staged rows bear the negative number of the preview, which no run has, and are gone at its end. No lock is taken: a
preview in the middle of a run compares with what the run has written so far.
"""

from lxml import etree
from markupsafe import Markup

from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.context import Told, plain, refuse
from odoo.addons.customer_segmentation.tools.words import listed
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import formatLang

# What the tables are called: what customers move in is a label of the profile. Labels other addons bring are called as
# their field, and share a page.
KINDS = {
    "segment": "segment_id",
    "tier": "tier_id",
    "abc": "abc_class",
    "stage": "lifecycle_stage",
}
TOP = 20  # customers named on the page


class CustomerSegmentationPreview(models.TransientModel):
    _name = "customer.segmentation.preview"
    _inherit = ["customer.wizard"]
    _description = "Preview of Changed Rules"

    _company_path = "draft_id.company_id"

    draft_id = fields.Many2one("customer.segmentation.policy", required=True, readonly=True, ondelete="cascade")
    policy_id = fields.Many2one(related="draft_id.draft_of_id")
    company_id = fields.Many2one(related="draft_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    changes = fields.Text(related="draft_id.draft_changes")
    outdated = fields.Text(related="draft_id.draft_outdated")
    scheme_users = fields.Char(related="draft_id.draft_scheme_users")
    as_of = fields.Date(readonly=True, help="The day whose purchases were counted.")
    compared_date = fields.Date(
        readonly=True,
        string="Compared with the Run of",
        help="Customers are compared with what is shown now. What changed since that run is part of the difference.",
    )
    customer_count = fields.Integer(string="Customers", readonly=True)
    moved_count = fields.Integer(string="Change Segment", readonly=True, help="Customers who get another segment.")
    moved_revenue = fields.Monetary(
        string="Revenue Moved",
        readonly=True,
        help="Revenue in the window, by the draft, of the customers who get another segment.",
    )
    changed_count = fields.Integer(
        string="Change a Label",
        readonly=True,
        help="Customers who get another segment, tier, class, stage or other label, come below their tier or are "
        "proposed for a better one.",
    )
    written_count = fields.Integer(
        string="Changed by the Recompute",
        readonly=True,
        help="Customers of whom any label or number changes, or who are scored no more: so many the run after Apply "
        "says it changed.",
    )
    gained_count = fields.Integer(
        string="Gain a Tier", readonly=True, help="Customers who rise to a better tier; a first tier is no rise."
    )
    first_count = fields.Integer(
        string="First Tier", readonly=True, help="Customers who are on no tier now and come on one."
    )
    lost_count = fields.Integer(
        string="Lose a Tier",
        readonly=True,
        help="Customers who fall to a lower tier or off the ladder, as theirs is removed. New limits lower nobody at "
        "once: customers fall at reviews only.",
    )
    below_count = fields.Integer(
        string="Come Below Their Tier",
        readonly=True,
        help="Customers who no longer meet what their tier asks to be kept: a review may lower them.",
    )
    proposed_count = fields.Integer(
        string="Proposed for a Better Tier",
        readonly=True,
        help="Customers whose rise a manager would have to approve.",
    )
    line_ids = fields.One2many("customer.segmentation.preview.line", "preview_id", readonly=True)
    playbook_ids = fields.One2many("customer.segmentation.preview.playbook", "preview_id", readonly=True)
    change_ids = fields.One2many("customer.segmentation.preview.change", "preview_id", readonly=True)
    top_change_ids = fields.Many2many(
        "customer.segmentation.preview.change", compute="_compute_top_change_ids", string="Most Valuable Who Change"
    )
    has_ladder = fields.Boolean(compute="_compute_tables")
    segment_table = fields.Html(compute="_compute_tables", sanitize=False, string="Segments, from and to")
    tier_table = fields.Html(compute="_compute_tables", sanitize=False, string="Tiers, from and to")
    abc_table = fields.Html(compute="_compute_tables", sanitize=False, string="ABC Classes, from and to")
    stage_table = fields.Html(compute="_compute_tables", sanitize=False, string="Lifecycle Stages, from and to")
    other_tables = fields.Html(compute="_compute_tables", sanitize=False, string="Other Labels, from and to")

    @api.depends_context("lang")
    def _compute_display_name(self):
        for preview in self:
            preview.display_name = self.env._("Preview: %s", preview.company_id.sudo().name)

    @api.depends("change_ids")
    def _compute_top_change_ids(self):
        for preview in self:
            preview.top_change_ids = preview.change_ids.search([("preview_id", "=", preview.id)], limit=TOP)

    @api.depends("line_ids")
    @api.depends_context("lang")
    def _compute_tables(self):
        for preview in self:
            lines = preview.line_ids.grouped("kind")
            preview.has_ladder = "tier" in lines
            tables = {
                kind: preview._from_to_table(kind, lines.get(kind, preview.line_ids.browse())) for kind in self._kinds()
            }
            for kind in KINDS:
                preview[f"{kind}_table"] = tables.pop(kind)
            preview.other_tables = Markup().join(tables.values())

    # ------------------------------------------------------------------ compute

    @api.model
    def _preview(self, draft):
        """The preview of a draft, computed now."""
        draft.ensure_one()
        draft = plain(draft)
        if not draft.draft_of_id:
            raise UserError(self.env._("Only a draft can be previewed: begin one with “Preview a Change”."))
        self.env["customer.tier.ladder"]._check(draft)
        policy = draft.draft_of_id.sudo()
        policy.company_id.with_env(self.env)._check_own()
        preview = (
            plain(self)
            .sudo()
            .create({"draft_id": draft.id, "as_of": draft._today(), "compared_date": policy.last_run_id.as_of})
        )
        preview.sudo()._stage()
        preview.sudo()._compare()
        self.env["customer.segmentation.staging"]._drop(-preview.id)
        self.env.invalidate_all()
        preview.sudo()._look_at_playbooks()
        return preview.with_env(self.env)

    def _stage(self):
        """Score everybody by the draft, and stage the rows, in terms of the records it is to change."""
        draft, staging = self.draft_id, self.env["customer.segmentation.staging"]
        transactions, _left_out = self.env["customer.transaction"]._read_transactions(draft, self.as_of)
        scoring = self.env["customer.segmentation.engine"]._score(draft, transactions, self.as_of)
        known = {segment.id: segment._origin_record().id or segment.id for segment in draft.scheme_id.segment_ids}
        scoring.keep(segment_id=scoring.scores["segment"].map(known))
        staging._stage_scores(-self.id, scoring)
        staging._stage_customers_without_purchase(-self.id, draft.company_id, self.as_of)
        self.customer_count = len(scoring.facts)

    def _compare(self):
        """Hold the staged rows against the profiles: lines for everybody, a row for each who changes."""
        self.env.flush_all()
        staged = self.env["customer.segmentation.writer"]._sql_staged(-self.id, 0, None)
        self.env.cr.execute(
            SQL(
                """WITH staged AS (%(staged)s), compared AS MATERIALIZED (%(compared)s), changed AS (%(changed)s),
                        added AS (%(lines)s)
                   SELECT count(*), count(*) FILTER (WHERE moved), COALESCE(sum(revenue) FILTER (WHERE moved), 0),
                          count(*) FILTER (WHERE tier_way = 'gained'), count(*) FILTER (WHERE tier_way = 'first'),
                          count(*) FILTER (WHERE tier_way = 'lost'),
                          count(*) FILTER (WHERE comes_below), count(*) FILTER (WHERE is_proposed),
                          (SELECT count(*) FROM compared WHERE is_written)
                     FROM changed""",
                staged=staged,
                compared=self._sql_compared(),
                changed=self._sql_insert_changes(),
                lines=self._sql_insert_lines(),
            )
        )
        names = (
            "changed_count",
            "moved_count",
            "moved_revenue",
            "gained_count",
            "first_count",
            "lost_count",
            "below_count",
            "proposed_count",
            "written_count",
        )
        self.write(dict(zip(names, self.env.cr.fetchone(), strict=True)))
        self.written_count += len(
            self.env["customer.segmentation.removal"]._found_left_aside(self.company_id, None, None)
        )  # a run removes them

    def _sql_compared(self):
        """Every customer as it is and as it would be; tiers as places on the ladder of the draft, too."""
        pairs = SQL(", ").join(
            SQL(
                "profile.%(name)s AS %(before)s, staged.%(name)s AS %(after)s",
                name=SQL.identifier(column),
                before=SQL.identifier(f"from_{column}"),
                after=SQL.identifier(f"to_{column}"),
            )
            for column in self._labels()
        )
        writer, places = self.env["customer.segmentation.writer"], self._ladder_places()
        place = "(%s::float8[])[array_position(%s::int[], %s)]"
        tiers, numbers = list(places), list(places.values())
        return SQL(
            """SELECT staged.partner_id, profile.id AS profile_id, staged.revenue,
                      COALESCE(profile.revenue, 0) AS revenue_now, %(pairs)s,
                      profile.segment_id IS DISTINCT FROM staged.segment_id AS moved,
                      CASE WHEN profile.tier_id IS NOT DISTINCT FROM staged.tier_id THEN NULL
                           WHEN profile.tier_id IS NULL THEN 'first'
                           WHEN staged.tier_id IS NULL OR %(from_place)s < %(to_place)s THEN 'lost'
                           WHEN %(from_place)s > %(to_place)s THEN 'gained' END AS tier_way,
                      profile.tier_below_since IS NULL AND staged.tier_below_since IS NOT NULL
                      AND staged.tier_id IS NOT NULL AS comes_below,
                      staged.tier_proposed_id IS NOT NULL
                      AND staged.tier_proposed_id IS DISTINCT FROM profile.tier_proposed_id AS is_proposed,
                      profile.id IS NULL OR (%(now)s) IS DISTINCT FROM (%(then)s) AS is_written
                 FROM staged
                 LEFT JOIN customer_segmentation_profile profile
                   ON profile.partner_id = staged.partner_id AND profile.company_id = %(company)s
                WHERE profile.id IS NOT NULL
                   OR EXISTS (SELECT FROM res_partner WHERE res_partner.id = staged.partner_id)""",
            pairs=pairs,
            company=self.company_id.id,
            from_place=SQL(place, numbers, tiers, SQL("profile.tier_id")),
            to_place=SQL(place, numbers, tiers, SQL("staged.tier_id")),
            now=writer._sql_columns("profile"),
            then=writer._sql_columns("staged"),
        )

    def _ladder_places(self):
        """Where each rung of today's ladder and of the draft's stands among those of the draft, 1 for the best.

        A rung that the draft takes away stands behind the one that was the next better and stays, before all that
        follow. Of a ladder that shares no rung with the draft's, the first rung stands where the draft's first does,
        and so on.
        """
        ladder = self.env["customer.tier.ladder"]
        places = {tier: float(place) for place, tier in enumerate(ladder._tier_ids(self.draft_id), 1)}
        today, better = ladder._tier_ids(self.policy_id), 0.0
        if not places.keys() & set(today):
            return places | {tier: float(place) for place, tier in enumerate(today, 1)}
        for tier in today:
            better = places.setdefault(tier, better + 0.5)
            better = better // 1
        return places

    def _sql_insert_changes(self):
        labels = [f"{way}_{column}" for way in ("from", "to") for column in self._labels()]
        columns = [
            *labels,
            "partner_id",
            "profile_id",
            "revenue",
            "revenue_now",
            "moved",
            "tier_way",
            "comes_below",
            "is_proposed",
        ]
        before, after = (
            SQL(", ").join(SQL.identifier(f"{way}_{column}") for column in self._labels()) for way in ("from", "to")
        )
        names = SQL(", ").join(map(SQL.identifier, columns))
        return SQL(
            """INSERT INTO customer_segmentation_preview_change (preview_id, create_uid, create_date, %(names)s)
               SELECT %(preview)s, %(user)s, %(now)s, %(names)s FROM compared
                WHERE (%(before)s) IS DISTINCT FROM (%(after)s) OR comes_below OR is_proposed
                RETURNING revenue, moved, tier_way, comes_below, is_proposed""",
            names=names,
            preview=self.id,
            user=self.create_uid.id,
            now=self.env.cr.now(),
            before=before,
            after=after,
        )

    def _sql_insert_lines(self):
        """Customers and revenue of each from → to, everybody once for each kind."""
        sources = [
            SQL(
                """SELECT %s AS kind, %s::text AS from_key, %s::text AS to_key, count(*) AS customers,
                          COALESCE(sum(revenue), 0) AS revenue, COALESCE(sum(revenue_now), 0) AS revenue_now
                     FROM compared GROUP BY 2, 3""",
                kind,
                SQL.identifier(f"from_{column}"),
                SQL.identifier(f"to_{column}"),
            )
            for kind, column in self._kinds().items()
        ]
        return SQL(
            """INSERT INTO customer_segmentation_preview_line
                      (preview_id, create_uid, create_date, kind, from_key, to_key, customer_count, revenue,
                       revenue_now)
               SELECT %s, %s, %s, kind, from_key, to_key, customers, revenue, revenue_now FROM (%s) counted
                WHERE from_key IS NOT NULL OR to_key IS NOT NULL""",
            self.id,
            self.create_uid.id,
            self.env.cr.now(),
            SQL(" UNION ALL ").join(sources),
        )

    # ------------------------------------------------------------------ playbooks

    def _look_at_playbooks(self):
        """For each playbook at work in the company: who the changes would concern."""
        engine = self.env["customer.playbook.engine"].with_context(
            allowed_company_ids=self.company_id.ids, tz=self.draft_id.tz, active_test=True, all_are_scored=Told.BY_CODE
        )
        kinds = engine.env["customer.playbook.trigger"]._triggers()
        for playbook in engine._started_in(self.policy_id):
            if playbook.trigger in kinds and not playbook.problem:
                reacts = kinds[playbook.trigger].kind == "state"
                self.playbook_ids.create(
                    {"preview_id": self.id, "playbook_id": playbook.id, **self._counts(playbook, reacts)}
                )

    def _counts(self, playbook, reacts):
        """What is wrong with one playbook, a field its audience asks for that is gone for example, concerns only it.

        :param reacts: whether the playbook looks at states, whatever they come from
        """
        try:
            with self.env.cr.savepoint():
                if reacts:
                    return {"later_count": self._count_in_state(playbook)}
                return {"matching_count": self._count_matching(playbook)}
        except Exception as error:  # whatever it is, the page says it
            return {"problem": (str(error) or type(error).__name__).strip()}

    def _count_matching(self, playbook):
        """How many changes a playbook would take up if they were the customers' own."""
        triggers, entrance = (playbook.env[f"customer.playbook.{name}"] for name in ("trigger", "entrance"))
        enters = SQL(
            "%s AND %s AND %s",
            triggers._sql_enters(playbook, self.draft_id),
            triggers._sql_holds(playbook, self.draft_id),
            entrance._sql_may_enter(playbook, self.draft_id, self.as_of),
        )
        return self._count_changes(enters)

    def _count_in_state(self, playbook):
        """How many customers come among those a playbook looks through every day, and may be let in by it."""
        entrance = playbook.env["customer.playbook.entrance"]
        state, may_enter = (
            entrance._sql_in_state(playbook),
            entrance._sql_may_enter(playbook, self.draft_id, self.as_of),
        )
        if playbook.trigger == "tier_at_risk":
            return self._count_changes(SQL("change.comes_below AND %s", may_enter))
        was_there = SQL(
            """EXISTS (SELECT FROM customer_segmentation_profile profile
                        WHERE profile.id = change.profile_id AND %s)""",
            state,
        )
        return self._count_changes(SQL("%s AND NOT %s", may_enter, was_there))

    def _count_changes(self, condition):
        """The changed customers that meet a condition of a playbook, each as it would be."""
        replaced = self._labels()
        columns = SQL(", ").join(
            SQL("would.%s AS %s", SQL.identifier(f"to_{name}"), SQL.identifier(name))
            if name in replaced
            else SQL("present.%s", SQL.identifier(name))
            for name, field in self.env["customer.segmentation.profile"]._fields.items()
            if field.store and field.column_type
        )
        query = SQL(
            """SELECT count(DISTINCT change.profile_id)
                 FROM customer_segmentation_preview_change change
                 JOIN (SELECT %s FROM customer_segmentation_preview_change would
                         JOIN customer_segmentation_profile present ON present.id = would.profile_id
                        WHERE would.preview_id = %s) profile ON profile.id = change.profile_id
                 JOIN res_partner partner ON partner.id = profile.partner_id
                WHERE change.preview_id = %s AND %s""",
            columns,
            self.id,
            self.id,
            condition,
        )
        self.env.flush_all()
        self.env.cr.execute(query, log_exceptions=False)
        return self.env.cr.fetchone()[0]

    # ------------------------------------------------------------------ show

    def _from_to_table(self, kind, lines):
        """From → to as a table in HTML: rows and columns in the order of the rules, and who moves set off.

        Revenue is that of now in the totals of the rows, that of the draft everywhere else.
        """
        keys, names = self._keys(kind, lines)
        cells = {(line.from_key or "", line.to_key or ""): line for line in lines}
        rows = [key for key in keys if any(before == key for before, _after in cells)]
        columns = [key for key in keys if any(after == key for _before, after in cells)]

        def total(found, revenue="revenue"):
            return self._figures(sum(line.customer_count for line in found), sum(line[revenue] for line in found))

        def figures(row, column):
            return total([cells[row, column]]) if (row, column) in cells else None

        def of(position, key):
            return [line for sides, line in cells.items() if sides[position] == key]

        return self.env["ir.qweb"]._render(
            "customer_segmentation_preview.preview_table",
            {
                "kind": kind,
                "names": names,
                "columns": columns,
                "rows": [
                    (row, total(of(0, row), "revenue_now"), [(column, figures(row, column)) for column in columns])
                    for row in rows
                ],
                "totals": [total(of(1, column)) for column in columns],
                "grand": (total(lines, "revenue_now"), total(lines)),
            },
        )

    def _figures(self, count, revenue):
        amount = formatLang(self.env, revenue, digits=0, currency_obj=None)
        return formatLang(self.env, count, digits=0), f"{amount} {self.currency_id.symbol or self.currency_id.name}"

    def _keys(self, kind, lines):
        """The values found, best first, and their names; of what the draft does not have, those after."""
        nothing = {"segment": self.env._("No segment"), "tier": self.env._("No tier")}.get(kind, self.env._("None"))
        profiles, name = self.env["customer.segmentation.profile"], self._kinds()[kind]
        model = profiles._fields[name].comodel_name
        if not model:
            choices = dict(profiles._fields[name]._description_selection(self.env))
            best_first = list(choices) if self._labels()[name].best_first else list(choices)[::-1]
            return [*best_first, ""], {**choices, "": nothing}
        draft = self.draft_id.scheme_id.segment_ids if kind == "segment" else self.draft_id.tier_ids
        names = {str(record._origin_record().id or record.id): record.name for record in draft.sorted()}
        found = {int(key) for line in lines for key in (line.from_key, line.to_key) if key and key not in names}
        others = self.env[model].sudo().browse(sorted(found)).exists()
        names |= {str(record.id): record.name for record in others.sorted()}
        names |= {str(key): "–" for key in found - set(others.ids)}
        return [*names, ""], {**names, "": nothing}

    @api.model
    def _labels(self):
        """What customers move in, by column."""
        return self.env["customer.segmentation.profile"]._labels()

    @api.model
    def _kinds(self):
        """The columns of the tables, by kind; in this order shown."""
        return KINDS | {name: name for name in self._other_labels()}

    @api.model
    def _other_labels(self):
        """The labels other addons bring, by name, each in the user's language."""
        profiles = self.env["customer.segmentation.profile"]
        others = [name for name in self._labels() if name not in KINDS.values()]
        return {name: profiles._fields[name]._description_string(self.env) for name in others}

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """The page of the labels other addons bring is called as they are, and not there when there are none."""
        arch, view = super()._get_view(view_id, view_type, **options)
        for page in arch.iterfind(".//page[@name='others']"):
            labels = self._other_labels()
            page.set("string", listed(self.env, labels.values()))
            if not labels:
                page.getparent().remove(page)
        return arch, view

    def _action_form(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation_preview.action_previews")
        return dict(action, res_id=self.id)

    def action_open_changes(self):
        """The customers who change, to be grouped and filtered; only some of them when the context says so."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation_preview.action_preview_changes")
        some = self.env.context.get("preview_domain", [])
        if not isinstance(some, (list, tuple)):
            refuse(self.env, "preview_domain", some)
        return dict(action, domain=[("preview_id", "=", self.id), *some], context={})

    def action_open_moved(self, kind, from_key, to_key):
        """The customers of one cell of a table: those who go from one value to another.

        :param kind: one of `_kinds`
        :param from_key, to_key: as in the lines; empty for none
        """
        self.check_access("read")
        if not isinstance(kind, str) or kind not in self._kinds():
            raise UserError(self.env._("Customers move in one of %s.", ", ".join(self._kinds())))
        for name, key in (("from_key", from_key), ("to_key", to_key)):
            if key and not isinstance(key, str):
                refuse(self.env, name, key)
        names = self._keys(kind, self.line_ids.filtered(lambda line: line.kind == kind))[1]
        if not {from_key or "", to_key or ""} <= set(names):
            raise UserError(self.env._("This table has no such cell. Compute the preview again."))
        column = self._kinds()[kind]
        is_record = self.env["customer.segmentation.profile"]._fields[column].relational
        domain = [
            (f"{way}_{column}", "=", (int(key) if is_record else key) if key else False)
            for way, key in (("from", from_key), ("to", to_key))
        ]
        action = self.with_context(preview_domain=domain).action_open_changes()
        title = f"{names[from_key or '']} → {names[to_key or '']}"
        return dict(action, name=title, display_name=title)

    def action_edit(self):
        """Back to the draft."""
        return self.draft_id._action_form()

    def action_apply(self):
        return self.draft_id.action_apply()

    def action_discard(self):
        return self.draft_id.action_discard()


class CustomerSegmentationPreviewLine(models.TransientModel):
    _name = "customer.segmentation.preview.line"
    _inherit = ["customer.wizard"]
    _description = "Customers from Here to There"

    preview_id = fields.Many2one("customer.segmentation.preview", required=True, ondelete="cascade", index=True)
    kind = fields.Selection(selection="_selection_kind", required=True)
    from_key = fields.Char(string="From")
    to_key = fields.Char(string="To")
    customer_count = fields.Integer(string="Customers")
    currency_id = fields.Many2one(related="preview_id.currency_id")
    revenue_now = fields.Monetary(help="What their profiles say now.")
    revenue = fields.Monetary(help="Revenue in the window of the draft.")

    @api.model
    def _selection_kind(self):
        kinds = {
            "segment": self.env._("Segment"),
            "tier": self.env._("Tier"),
            "abc": self.env._("ABC Class"),
            "stage": self.env._("Lifecycle Stage"),
        }
        return list((kinds | self.env["customer.segmentation.preview"]._other_labels()).items())


class CustomerSegmentationPreviewChange(models.TransientModel):
    """One customer who changes; the columns are named as those of a transition, so that playbooks can look at it."""

    _name = "customer.segmentation.preview.change"
    _inherit = ["customer.wizard", "customer.row", "customer.segmentation.change"]
    _description = "Customer Who Would Change"
    _order = "revenue desc, id"
    _rec_name = "partner_id"
    _customer_path = "partner_id"

    preview_id = fields.Many2one("customer.segmentation.preview", required=True, ondelete="cascade", index=True)
    partner_id = fields.Many2one("res.partner", string="Customer", ondelete="cascade")
    profile_id = fields.Many2one("customer.segmentation.profile", ondelete="cascade", index="btree_not_null")
    currency_id = fields.Many2one(related="preview_id.currency_id")
    revenue_now = fields.Monetary(help="What the profile says now.")
    revenue = fields.Monetary(help="Revenue in the window of the draft.")
    moved = fields.Boolean(string="Changes Segment")
    tier_way = fields.Selection(
        [("gained", "Gains a tier"), ("first", "First tier"), ("lost", "Loses a tier")], string="Tier Movement"
    )
    comes_below = fields.Boolean(string="Comes below the Tier", help="A review may lower the customer.")
    is_proposed = fields.Boolean(string="Proposed to Rise", help="A manager would have to approve the rise.")

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """The list has columns for the labels other addons bring, too."""
        arch, view = super()._get_view(view_id, view_type, **options)
        labels = self.env["customer.segmentation.preview"]._other_labels() if view_type == "list" else {}
        for column in arch.iterfind("field[@name='comes_below']"):
            for name, label in labels.items():
                now, then = self.env._("%s Now", label), self.env._("%s with the Draft", label)
                for end, string in (("from", now), ("to", then)):
                    values = {"name": f"{end}_{name}", "string": string, "optional": "hide"}
                    column.addprevious(etree.Element("field", values))
        return arch, view


class CustomerSegmentationPreviewPlaybook(models.TransientModel):
    _name = "customer.segmentation.preview.playbook"
    _inherit = ["customer.wizard"]
    _description = "What Changed Rules Mean for a Playbook"
    _order = "id"

    preview_id = fields.Many2one("customer.segmentation.preview", required=True, ondelete="cascade", index=True)
    playbook_id = fields.Many2one("customer.playbook", required=True, ondelete="cascade")
    matching_count = fields.Integer(
        string="Would Match",
        help="So many customers change as the playbook waits for. They start nothing, as it is the rules that change "
        "and not the customers.",
    )
    later_count = fields.Integer(
        string="May Start Later, at Most",
        help="So many customers come among those the playbook looks through every day. Control group, places on the "
        "desks, and the days the playbook waits for make it fewer.",
    )
    problem = fields.Char(help="Why the playbook could not be asked.")
