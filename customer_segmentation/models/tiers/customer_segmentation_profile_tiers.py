"""What a profile says about its tier, and what a manager decides about it."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date
from odoo.tools.misc import formatLang

from ...scoring import calendar, tiers
from ...tools.words import listed

# What a change of tier writes beside each other.
TIER_COLUMNS = (
    "tier_id",
    "tier_since",
    "tier_below_since",
    "tier_kept_id",
    "tier_review_date",
    "tier_lowered_date",
    "tier_proposed_id",
)
NAMED = 5  # customers named in a message


class CustomerSegmentationProfile(models.Model):
    _inherit = "customer.segmentation.profile"

    tier_id = fields.Many2one("customer.tier", readonly=True, staged=True, ondelete="set null", index=True)
    tier_color = fields.Integer(related="tier_id.color", aggregator=None)
    tier_since = fields.Date(readonly=True, staged=True, help="Since when the customer has been on this tier.")
    tier_below_since = fields.Date(
        readonly=True, staged=True, help="Since when the customer does not meet the keep thresholds."
    )
    tier_review_date = fields.Date(
        readonly=True, staged=True, index="btree_not_null", help="The review at which the customer falls by one tier."
    )
    tier_lowered_date = fields.Date(readonly=True, staged=True, help="The review that lowered the customer last.")
    tier_kept_id = fields.Many2one(
        "customer.tier",
        string="Tier Still Met",
        readonly=True,
        staged=True,
        ondelete="set null",
        help="Of a customer below its tier: the best lower tier that is kept by what the customer buys now.",
    )
    tier_proposed_id = fields.Many2one(
        "customer.tier",
        string="Proposed for",
        readonly=True,
        staged=True,
        ondelete="set null",
        index="btree_not_null",
        help="The better tier the customer qualifies for, as long as nobody approved the rise.",
    )
    tier_proposal = fields.Selection(
        [("rise", "Rise"), ("due", "Downgrade due"), ("later", "Downgrade ahead")],
        compute="_compute_tier_proposal",
        string="Proposal",
        help="What the rule proposes for the customer.",
    )
    tier_target_id = fields.Many2one(
        "customer.tier",
        string="Proposed Tier",
        compute="_compute_tier_proposal",
        help="The tier after the rise or the downgrade; empty below the last tier.",
    )
    tier_target_color = fields.Integer(compute="_compute_tier_proposal", string="Proposed Tier Color", aggregator=None)
    tier_locked_until = fields.Date(
        string="Tier Set by Hand until",
        readonly=True,
        index="btree_not_null",
        help="Until this day the tier stays as a manager set it; then the rule takes over.",
    )
    tier_lock_reason = fields.Char(readonly=True, help="Why a manager set the tier by hand.")
    average_monthly_revenue = fields.Monetary(
        readonly=True,
        staged=True,
        aggregator="avg",
        help="Average of the last 12 complete calendar months; for younger customers of the months since the first "
        "order, at least 3.",
    )
    next_tier_id = fields.Many2one("customer.tier", compute="_compute_tier_outlook", help="The tier above.")
    next_tier_gap = fields.Char(compute="_compute_tier_outlook", help="What is missing to the tier above.")
    tier_outlook = fields.Char(
        compute="_compute_tier_outlook", help="How long the tier is kept, and what is needed to keep it."
    )
    tier_keep_gap = fields.Char(
        compute="_compute_tier_outlook",
        string="Missing to Keep the Tier",
        help="What the customer lacks of the keep thresholds of the tier.",
    )

    def _months_since(self, name):
        """Whole months from a date of the profile to today."""
        day = self[name]
        if not day:
            return 0
        from ...scoring.lifecycle import whole_months  # NumPy is loaded by who looks at customers, not by every worker

        policy = self._policies()[self.company_id]
        return int(whole_months(calendar.day_of(day), calendar.day_of(policy._today())))

    @api.depends("tier_id", "tier_review_date", "tier_proposed_id")
    def _compute_tier_proposal(self):
        policies = self._policies()
        today = {company: policy._today() for company, policy in policies.items()}
        lower_tiers = {company: policy._lower_tiers() for company, policy in policies.items()}
        for profile in self:
            review = profile.tier_id and profile.tier_review_date
            if profile.tier_proposed_id:
                profile.tier_proposal, profile.tier_target_id = "rise", profile.tier_proposed_id
            elif review:
                profile.tier_proposal = "due" if review <= today[profile.company_id] else "later"
                profile.tier_target_id = lower_tiers[profile.company_id].get(profile.tier_id)
            else:
                profile.tier_proposal = profile.tier_target_id = False
            profile.tier_target_color = profile.tier_target_id.color

    @api.depends(
        "tier_id",
        "tier_review_date",
        "tier_locked_until",
        "tier_proposed_id",
        "revenue",
        "order_count",
        "last_order_date",
    )
    @api.depends_context("lang")
    def _compute_tier_outlook(self):
        ladders = self._ladders()
        values = self._ladder_values(ladders)
        for profile in self:
            ladder = ladders[profile.company_id]
            ranks = {rung["tier"]: rank for rank, rung in enumerate(ladder)}
            rank = ranks.get(profile.tier_id.id, len(ladder))
            above = ladder[rank - 1] if rank and profile.tier_since else None
            own = ladder[rank] if rank < len(ladder) else None
            profile.next_tier_id = above["tier"] if above else False
            profile.next_tier_gap = profile._gap_in_words(above, "entry", values[profile]) if above else False
            falls = own and profile.tier_review_date
            profile.tier_keep_gap = profile._gap_in_words(own, "keep", values[profile]) if falls else False
            profile.tier_outlook = profile._outlook_in_words(own)

    def _ladders(self):
        """The rungs of each company's last run, best first."""
        return {
            company: (policy.last_run_id.cut_points or {}).get("tiers", [])
            for company, policy in self._policies().items()
        }

    def _ladder_values(self, ladders):
        """The measures the ladders ask for, by profile and name."""
        measures, values = self.env["customer.segmentation.measure"], {}
        for company, ladder in ladders.items():
            names = tiers.asked_measures(ladder)
            profiles = self.filtered(lambda profile, company=company: profile.company_id == company)
            values |= measures._of_profiles(names, profiles)
        return values

    def _outlook_in_words(self, rung):
        """ "Keeps Gold until 31 Dec; needs 1,200 € more." """
        if self.tier_locked_until and self.tier_locked_until >= fields.Date.context_today(self):
            return self.env._(
                "Set by hand until %(day)s: %(reason)s",
                day=format_date(self.env, self.tier_locked_until),
                reason=self.tier_lock_reason or "",
            )
        if self.tier_proposed_id:
            return self.env._("Qualifies for %(tier)s, waits for approval", tier=self.tier_proposed_id.name)
        if not rung or not self.tier_review_date:
            return False
        if not self.tier_keep_gap:
            return self.env._("Meets what %(tier)s asks again", tier=self.tier_id.name)
        day = format_date(self.env, self.tier_review_date)
        words = {"tier": self.tier_id.name, "day": day, "gap": self.tier_keep_gap}
        if self.tier_review_date <= self._policies()[self.company_id]._today():
            return self.env._(
                "Due for a downgrade since %(day)s, waits for approval; to keep %(tier)s: %(gap)s", **words
            )
        return self.env._("Keeps %(tier)s until %(day)s; needs %(gap)s", **words)

    def _gap_in_words(self, rung, threshold, values):
        """What the customer lacks for a rung, in words."""
        return listed(self.env, map(self._one_gap_in_words, tiers.gap_to(rung, values, threshold)))

    def _one_gap_in_words(self, gap):
        measure = self.env["customer.segmentation.measure"]._declared()[gap["measure"]]
        label = self.env["customer.segmentation.measure"]._label(gap["measure"])
        if gap["missing"] is None:
            return self.env._("%s: nobody qualifies", label)
        if measure.unit == "segment":
            return self.env._(
                "%(measure)s: %(segment)s or better", measure=label, segment=self._segment_name(gap["needed"])
            )
        missing = self._amount(gap["missing"]) if measure.unit == "amount" else self._plain_number(gap["missing"])
        if measure.higher_is_better:
            return self.env._("%(measure)s: %(missing)s more", measure=label, missing=missing)
        return self.env._("%(measure)s: %(missing)s less", measure=label, missing=missing)

    def _segment_name(self, rank):
        """The segment of a rank; nothing when the scheme was changed after the last run."""
        segments = self._policies()[self.company_id].scheme_id.segment_ids
        return segments.filtered(lambda segment: segment.rank == rank).with_env(self.env).name or ""

    @api.model
    def _plain_number(self, number):
        return formatLang(self.env, number, digits=0 if float(number).is_integer() else 2)

    # ------------------------------------------------------------------ decisions of a manager

    def _check_tier_manager(self):
        if not self.env.su and not self.env.user.has_group("customer_segmentation.group_manager"):
            raise AccessError(self.env._("Only managers of Customer Segmentation decide about tiers."))
        self.check_access("read")

    def action_approve_tier(self):
        """Raise the chosen customers who are proposed for a better tier, lower those whose review has come by one."""
        self._check_tier_manager()
        approved = []
        for policy in self._policies_by_id():
            policy._lock_for_decision()
            day = policy._today()
            approved += self._raise_proposed(policy, day)
            approved += self._lower_due(policy, day, policy._latest_review(day), day, only=self.ids)
        if not approved:
            raise UserError(self.env._("None of the chosen customers is due for a downgrade or proposed for a rise."))
        return self._approval_notification(self.browse(approved))

    def _approval_notification(self, approved):
        """How many were approved, and who was not, because nothing is proposed for them."""
        message = self.env._("Approved: %s.", len(approved))
        others = self - approved
        if others:
            names = ", ".join(others[:NAMED].mapped("display_name")) + (" …" if len(others) > NAMED else "")
            message += " " + self.env._(
                "Not due, left as they are: %(count)s (%(names)s).", count=len(others), names=names
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": message, "next": {"type": "ir.actions.act_window_close"}},
        }

    def _policies_by_id(self):
        """Their policies, always in the same order: two users who decide at once do not wait for each other."""
        return sorted(self._policies().values(), key=lambda policy: policy.id)

    def action_set_tier(self):
        """Open the form in which a manager sets the tier of these customers by hand."""
        self._check_tier_manager()
        return {
            "type": "ir.actions.act_window",
            "res_model": "customer.tier.override",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_profile_ids": self.ids},
            "name": self.env._("Set Tier by Hand"),
        }

    def action_release_tier(self):
        """Let the rule take over again, from the next run on."""
        self._check_tier_manager()
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """UPDATE customer_segmentation_profile SET tier_locked_until = NULL, tier_lock_reason = NULL
                    WHERE id = ANY(%s) AND tier_locked_until IS NOT NULL""",
                self.ids,
            )
        )
        self.env.invalidate_all(flush=False)

    # ------------------------------------------------------------------ statements

    @api.model
    def _lower_due(self, policy, day, review, due_by, only=None, limit=None):
        """Lower customers of a company who are due by one tier.

        :param day: the day of the change
        :param review: the review that lowers them; it lowers nobody twice
        :param due_by: only whose own review day is not later
        :param only: identifiers to choose from; default all profiles of the company
        :return: the identifiers of those who were lowered
        """
        customers = SQL(
            """SELECT * FROM customer_segmentation_profile WHERE company_id = %s AND %s""",
            policy.company_id.id,
            SQL("TRUE") if only is None else SQL("id = ANY(%s)", list(only)),
        )
        chosen = self._sql_lowered(policy, day, review, due_by, customers)
        return self._write_tiers(policy, SQL("%s LIMIT %s", chosen, limit), day) if policy.tier_ids else []

    @api.model
    def _sql_lowered(self, policy, day, review, due_by, customers):
        """The tier columns of those who fall by one tier of a ladder, as a query; parameters as of `_lower_due`.

        :param customers: a query with the `id` and the tier columns of profiles
        """
        landings = [SQL("(%s::int, %s::int, %s::date)", *landing) for landing in policy._landings(day, review)]
        # Who falls onto a tier whose keep thresholds are not met either is below it from the same day on.
        still_below = SQL("landing.tier_id IS NOT NULL AND landing.tier_id IS DISTINCT FROM profile.tier_kept_id")
        return SQL(
            """SELECT profile.id, landing.tier_id, %(day)s::date AS tier_since,
                      CASE WHEN %(still)s THEN %(day)s::date END AS tier_below_since,
                      CASE WHEN %(still)s THEN profile.tier_kept_id END AS tier_kept_id,
                      CASE WHEN %(still)s THEN landing.review_date END AS tier_review_date,
                      %(review)s::date AS tier_lowered_date, NULL::int AS tier_proposed_id
                 FROM (%(customers)s) profile
                 JOIN (VALUES %(landings)s) landing (from_tier_id, tier_id, review_date)
                   ON landing.from_tier_id = profile.tier_id
                WHERE profile.tier_review_date <= %(due_by)s
                  AND (profile.tier_lowered_date IS NULL OR profile.tier_lowered_date < %(review)s)
                  AND (profile.tier_locked_until IS NULL OR profile.tier_locked_until < %(day)s)
                ORDER BY profile.id""",
            day=day,
            review=review,
            due_by=due_by,
            still=still_below,
            landings=SQL(", ").join(landings),
            customers=customers,
        )

    @api.model
    def _lower_staged(self, policy, rows, day, review):
        """Lower customers before anything is written of them, as a review that needs no approval does.

        :param rows: which staged rows, SQL
        """
        staged = SQL(
            "SELECT id, %s, NULL::date AS tier_locked_until FROM customer_segmentation_staging WHERE %s",
            self._sql_stored(TIER_COLUMNS),
            rows,
        )
        names = SQL(", ").join(map(SQL.identifier, TIER_COLUMNS))
        self.env.cr.execute(
            SQL(
                """UPDATE customer_segmentation_staging staged SET (%s) = ROW(%s) FROM (%s) chosen
                    WHERE staged.id = chosen.id""",
                names,
                SQL(", ").join(SQL.identifier("chosen", name) for name in TIER_COLUMNS),
                self._sql_lowered(policy, day, review, review, staged),
            )
        )

    def _raise_proposed(self, policy, day):
        """Raise those of these profiles that are proposed for a better tier of the policy; their identifiers."""
        chosen = SQL(
            """SELECT profile.id, profile.tier_proposed_id AS tier_id, %(day)s::date AS tier_since,
                      NULL::date AS tier_below_since, NULL::int AS tier_kept_id, NULL::date AS tier_review_date,
                      profile.tier_lowered_date, NULL::int AS tier_proposed_id
                 FROM customer_segmentation_profile profile
                WHERE profile.id = ANY(%(ids)s) AND profile.company_id = %(company)s
                  AND profile.tier_proposed_id = ANY(%(ladder)s)""",
            day=day,
            ids=self.ids,
            company=policy.company_id.id,
            ladder=policy.tier_ids.ids,
        )
        return self._write_tiers(policy, chosen, day)

    def _set_tier(self, policy, tier, day, locked_until, reason):
        """Put these customers of a company on a tier until a day, whatever the rule says."""
        chosen = SQL(
            """SELECT profile.id, %(tier)s AS tier_id,
                      CASE WHEN profile.tier_id = %(tier)s THEN profile.tier_since ELSE %(day)s END AS tier_since,
                      NULL::date AS tier_below_since, NULL::int AS tier_kept_id, NULL::date AS tier_review_date,
                      profile.tier_lowered_date, NULL::int AS tier_proposed_id,
                      %(until)s::date AS tier_locked_until, %(reason)s AS tier_lock_reason
                 FROM customer_segmentation_profile profile
                WHERE profile.id = ANY(%(ids)s) AND profile.company_id = %(company)s""",
            tier=tier.id,
            day=day,
            until=locked_until,
            reason=reason,
            ids=self.ids,
            company=policy.company_id.id,
        )
        return self._write_tiers(policy, chosen, day, reason, (*TIER_COLUMNS, "tier_locked_until", "tier_lock_reason"))

    @api.model
    def _write_tiers(self, policy, chosen, day, reason=None, columns=TIER_COLUMNS):
        """Write tiers of profiles and, in the same statement, what changed into the history, for automation to see.

        :param chosen: a query of `id` and the columns as they shall be
        :param reason: of a manager; kept even where the tier stays the same
        :return: the identifiers of the profiles
        """
        self.env.flush_all()
        names = SQL(", ").join(map(SQL.identifier, columns))
        values = SQL(", ").join(SQL.identifier("chosen", name) for name in columns)
        self.env.cr.execute(
            SQL(
                """WITH chosen AS (%(chosen)s),
                        updated AS (UPDATE customer_segmentation_profile profile SET (%(names)s) = ROW(%(values)s)
                                      FROM chosen WHERE profile.id = chosen.id),
                        changed AS (%(changed)s), moved AS (%(moved)s)
                   SELECT id FROM chosen""",
                chosen=chosen,
                names=names,
                values=values,
                changed=self._sql_tiers_changed(day),
                moved=self._sql_moved(policy.last_run_id.id, day, processed=False, reason=reason),
            )
        )
        written = [profile_id for (profile_id,) in self.env.cr.fetchall()]
        if written:
            policy._mark_customers_changed()
            self.env["customer.playbook"]._trigger_engine()
        self.env.invalidate_all(flush=False)
        return written

    @api.model
    def _sql_tiers_changed(self, day):
        """The labels of the rows of `chosen` before and after; whoever decides about a tier judges it."""
        after = SQL(", ").join(
            SQL("%s AS %s", SQL.identifier("chosen" if name == "tier_id" else "profile", name), SQL.identifier(name))
            for name in self._labels()
        )
        return SQL(
            """SELECT profile.id AS profile_id, profile.revenue, %s::date AS from_tier_since, %s, %s
                 FROM chosen JOIN customer_segmentation_profile profile ON profile.id = chosen.id""",
            day,
            self._sql_from("profile"),
            after,
        )

    @api.model
    def _count_waiting(self, policy, day):
        """How many customers of a company wait for approval: due for a downgrade by a day, proposed for a rise."""
        company = [("company_id", "=", policy.company_id.id)]
        due = self.sudo().search_count([*company, ("tier_id", "!=", False), ("tier_review_date", "<=", day)])
        return due, self.sudo().search_count([*company, ("tier_proposed_id", "!=", False)])
