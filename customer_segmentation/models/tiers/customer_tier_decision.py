"""Decisions about the tiers of customers, and the statement that writes them: by a review, by hand, by approval.

Each is written with its transition, so that automation and the history see what was decided.
"""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ...tools.words import some_of

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


class CustomerTierDecision(models.AbstractModel):
    _name = "customer.tier.decision"
    _description = "Decisions about Tiers"

    # ------------------------------------------------------------------ who falls

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
        landings = [
            SQL("(%s::int, %s::int, %s::date)", *landing)
            for landing in self.env["customer.tier.review"]._landings(policy, day, review)
        ]
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
            self.env["customer.segmentation.writer"]._sql_stored(TIER_COLUMNS),
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

    # ------------------------------------------------------------------ what a manager decides

    @api.model
    def _check_manager(self, profiles):
        if not self.env.su and not self.env.user.has_group("customer_segmentation.group_manager"):
            raise AccessError(self.env._("Only managers of Customer Segmentation decide about tiers."))
        profiles.check_access("read")

    @api.model
    def _raise_proposed(self, profiles, policy, day):
        """Raise those of these profiles that are proposed for a better tier of the policy; their identifiers."""
        chosen = SQL(
            """SELECT profile.id, profile.tier_proposed_id AS tier_id, %(day)s::date AS tier_since,
                      NULL::date AS tier_below_since, NULL::int AS tier_kept_id, NULL::date AS tier_review_date,
                      profile.tier_lowered_date, NULL::int AS tier_proposed_id
                 FROM customer_segmentation_profile profile
                WHERE profile.id = ANY(%(ids)s) AND profile.company_id = %(company)s
                  AND profile.tier_proposed_id = ANY(%(ladder)s)""",
            day=day,
            ids=profiles.ids,
            company=policy.company_id.id,
            ladder=policy.tier_ids.ids,
        )
        return self._write_tiers(policy, chosen, day)

    @api.model
    def _set(self, profiles, policy, tier, day, locked_until, reason):
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
            ids=profiles.ids,
            company=policy.company_id.id,
        )
        return self._write_tiers(policy, chosen, day, reason, (*TIER_COLUMNS, "tier_locked_until", "tier_lock_reason"))

    @api.model
    def _approve(self, profiles):
        """Do what is proposed for these customers; the identifiers of those of whom something was."""
        locks, review, approved = self.env["customer.segmentation.lock"], self.env["customer.tier.review"], []
        # Always in the same order: two users who decide at once do not wait for each other.
        for policy in sorted(profiles._policies().values(), key=lambda policy: policy.id):
            locks._lock_for_decision(policy)
            day = policy._today()
            approved += self._raise_proposed(profiles, policy, day)
            approved += self._lower_due(policy, day, review._latest_day(policy, day), day, only=profiles.ids)
        return approved

    @api.model
    def _notification(self, profiles, approved):
        """How many were approved, and who was not, because nothing is proposed for them."""
        message = self.env._("Approved: %s.", len(approved))
        others = profiles - approved
        if others:
            names = some_of(self.env, others.mapped("display_name"), NAMED)
            message += " " + self.env._(
                "Not due, left as they are: %(count)s (%(names)s).", count=len(others), names=names
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": message, "next": {"type": "ir.actions.act_window_close"}},
        }

    @api.model
    def _release(self, profiles):
        """Let the rule take over again, from the next run on."""
        profiles.flush_model()
        self.env.cr.execute(
            SQL(
                """UPDATE customer_segmentation_profile SET tier_locked_until = NULL, tier_lock_reason = NULL
                    WHERE id = ANY(%s) AND tier_locked_until IS NOT NULL""",
                profiles.ids,
            )
        )
        self.env.invalidate_all(flush=False)

    # ------------------------------------------------------------------ the statement

    @api.model
    def _write_tiers(self, policy, chosen, day, reason=None, columns=TIER_COLUMNS):
        """Write tiers of profiles and, in the same statement, what changed into the history, for automation to see.

        :param chosen: a query of `id` and the columns as they shall be
        :param reason: of a manager; kept even where the tier stays the same
        :return: the identifiers of the profiles
        """
        writer = self.env["customer.segmentation.writer"]
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
                changed=self._sql_changed(day),
                moved=writer._sql_moved(policy.last_run_id.id, day, processed=False, reason=reason),
            )
        )
        written = [profile_id for (profile_id,) in self.env.cr.fetchall()]
        if written:
            self.env["customer.segmentation.lock"]._mark_changed(policy)
            self.env["customer.playbook.engine"]._wake()
        self.env.invalidate_all(flush=False)
        return written

    @api.model
    def _sql_changed(self, day):
        """The labels of the rows of `chosen` before and after; whoever decides about a tier judges it."""
        profiles = self.env["customer.segmentation.profile"]
        after = SQL(", ").join(
            SQL("%s AS %s", SQL.identifier("chosen" if name == "tier_id" else "profile", name), SQL.identifier(name))
            for name in profiles._labels()
        )
        return SQL(
            """SELECT profile.id AS profile_id, profile.revenue, %s::date AS from_tier_since, %s, %s
                 FROM chosen JOIN customer_segmentation_profile profile ON profile.id = chosen.id""",
            day,
            self.env["customer.segmentation.writer"]._sql_from("profile"),
            after,
        )

    @api.model
    def _count_waiting(self, policy, day):
        """How many customers of a company wait for approval: due for a downgrade by a day, proposed for a rise."""
        company = [("company_id", "=", policy.company_id.id)]
        profiles = self.env["customer.segmentation.profile"].sudo()
        due = profiles.search_count([*company, ("tier_id", "!=", False), ("tier_review_date", "<=", day)])
        return due, profiles.search_count([*company, ("tier_proposed_id", "!=", False)])
