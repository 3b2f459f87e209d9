"""The review of tiers: who falls, and when. A run lets customers rise; only what is written here lowers them.

    _cron_review()          the scheduled action, daily and after each run that a review waits for
      ▼
    _review_step()          the next chunk, the caller commits; the last step counts the review as held
      ├─ automatic:  _lower_due()        lowers those whose day has come by one rung
      └─ by hand:    _tell_managers()    once; they approve in Tier Review

A review that is killed goes on where it stopped: whoever was lowered has a later review day. The day of its changes is
that of the run it follows, so that the next run finds everybody where it would have put them.
"""

import logging
from datetime import timedelta

import psycopg2
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.tools import SQL, format_date

from ...scoring import calendar
from ...tools.locks import lock_refused, wait_briefly
from ...tools.people import language_of
from .customer_segmentation_engine import REVIEWS_AHEAD

_logger = logging.getLogger(__name__)

CALL_AGAIN_AFTER = timedelta(minutes=5)


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    # ------------------------------------------------------------------ scheduled action

    @api.model
    def _cron_review(self):
        """Scheduled action: hold every review whose day has come, a chunk of customers at a time."""
        cron, failed = self.env["ir.cron"], self.browse()
        policies = self._policies_to_review()
        cron._commit_progress(remaining=len(policies))
        for policy in policies:
            while done := policy._review_guarded():
                if not cron._commit_progress(1, remaining=len(self._policies_to_review() - failed)):
                    return
            if done is None:
                failed |= policy
        if self._policies_to_review() - failed:
            # Somebody works on these companies: soon again, not in a day.
            self._trigger_review(fields.Datetime.now() + CALL_AGAIN_AFTER)
        cron._commit_progress(remaining=0)

    @api.model
    def _trigger_review(self, at=None):
        self.env.ref("customer_segmentation.ir_cron_tier_review").sudo()._trigger(at)

    @api.model
    def _policies_to_review(self):
        """Policies with a review to hold, once their run is finished."""
        policies = self._at_work().filtered("tier_ids")
        return policies.filtered(lambda policy: policy._review_to_hold() is not None)

    def _review_to_hold(self):
        """The review that follows the last run, as a day number; None when there is none.

        None as well when the rules changed after that run: who is due is known after the next one, which calls again.
        """
        if not self.last_run_id or not self.tier_ids or self.rules_changed:
            return None
        return self._review_day(self.last_run_id.as_of)

    def _review_day(self, as_of):
        """The latest review up to a day that did not take place yet, as a day number, or None."""
        if not self.tier_last_review_date:
            return None
        return calendar.review_between(
            self.tier_review, calendar.day_of(self.tier_last_review_date), calendar.day_of(as_of)
        )

    def _run_finished(self):
        """The first run with a ladder starts the calendar; later ones are followed by the reviews that are due."""
        if self.tier_ids and not self.tier_last_review_date:
            self.tier_last_review_date = self.last_run_id.as_of
        elif self._review_to_hold() is not None:
            self._trigger_review()

    # ------------------------------------------------------------------ one step

    def _review_guarded(self):
        """A step; None when it failed: one company must not stop the others."""
        try:
            return self._review_step()
        except Exception as error:  # whatever it is, the log says it
            _logger.warning("Tier review of %s failed", self.company_id.name, exc_info=True)
            self._tell_failure("review", str(error) or type(error).__name__)
            return None

    def _review_step(self):
        """Lower the next customers who are due, or count the review as held when nobody is left; the caller commits.

        :return: whether something was done; False when no review is due or somebody else works on this company
        """
        self.ensure_one()
        try:
            self._lock_customers()
            wait_briefly(self.env)
        except LockError:
            return False
        review_day = self._review_to_hold()
        if review_day is None or self._has_run(*self.env["customer.segmentation.run"]._open_states):
            return False
        try:
            with self.env.cr.savepoint():
                self._review_next(calendar.date_of(review_day))
                self.env.flush_all()
        except psycopg2.Error as error:
            # Somebody changed the same customer at the same moment: another call sees their change.
            _logger.info("Tier review of %s, step undone: %s", self.company_id.name, error)
            return False
        finally:
            self.env.invalidate_all(flush=False)
        return True

    def _review_next(self, review):
        profiles = self.env["customer.segmentation.profile"]
        day = self.last_run_id.as_of
        if not self.tier_review_by_hand and profiles._lower_due(
            self, day, review, review, limit=self.env["customer.segmentation.run"]._chunk_size
        ):
            return
        due, proposed = profiles._count_waiting(self, review)
        if due or proposed:
            self._tell_managers(review, due, proposed)
        self.tier_last_review_date = review
        self._tell_success("review")

    def _lock_customers(self):
        """Have the customers of these companies to ourselves until the next commit.

        :raise LockError: when a run, a review or a manager works on them, or did since this transaction began to look:
            what it sees is too old to go on from
        """
        with lock_refused(self.env):
            self.env.cr.execute(
                SQL(
                    "SELECT FROM customer_segmentation_policy WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE NOWAIT",
                    self.ids,
                ),
                log_exceptions=False,
            )
        self.invalidate_recordset()

    def _mark_customers_changed(self):
        """Make the locks of runs and reviews refuse everybody who looked at the customers before this is committed."""
        self.env.cr.execute(SQL("UPDATE customer_segmentation_policy SET active = active WHERE id = ANY(%s)", self.ids))

    def _has_run(self, *states):
        domain = [("policy_id", "in", self.ids), ("kind", "=", "live"), ("state", "in", states)]
        return bool(self.env["customer.segmentation.run"].sudo().search_count(domain, limit=1))

    def _lock_for_decision(self):
        """Lock for what a user decides. While a run writes what it computed before, it would undo the decision."""
        try:
            self._lock_customers()
        except LockError as error:
            if isinstance(error.__cause__, psycopg2.errors.SerializationFailure):
                raise error.__cause__ from None  # Odoo tries the whole request again
            self._refuse_while_running(error)
        if self._has_run("running"):
            self._refuse_while_running()

    def _refuse_while_running(self, error=None):
        raise UserError(
            self.env._(
                "The customers of %s are being recomputed at this moment. Wait until it is finished.",
                self.company_id.name,
            )
        ) from error

    # ------------------------------------------------------------------ what a downgrade comes to

    def _landings(self, day, review):
        """For each tier: the tier below it, and the next review for who does not meet that one either.

        :return: tuples of identifiers (None below the last tier) and a date (None: not in sight)
        """
        return [
            (tier.id, lower.id or None, self._next_review(day, lower.grace_days, review))
            for tier, lower in self._lower_tiers().items()
        ]

    def _lower_tiers(self):
        """The tier below each tier, empty below the last."""
        ladder = self.tier_ids.sorted()
        return dict(zip(ladder, [*ladder[1:], ladder.browse()], strict=False))

    def _next_review(self, day, grace_days, review):
        """The first review that may lower a customer below its tier since `day` and lowered by `review`."""
        day = calendar.day_of(day)
        earliest = max(day + grace_days, calendar.day_of(review) + 1)
        found = calendar.next_review_day(self.tier_review, earliest - 1)
        return calendar.date_of(found) if found <= day + REVIEWS_AHEAD else None

    def _latest_review(self, day):
        """The last review day up to a day."""
        return calendar.date_of(calendar.review_between(self.tier_review, -1, calendar.day_of(day)))

    # ------------------------------------------------------------------ people

    def _tell_managers(self, review, due, proposed):
        """One message to the managers of the company, each in their language: what waits for them in Tier Review."""
        for language, managers in self._managers().grouped(lambda user: language_of(self.env, user)).items():
            policy = self.with_context(lang=language)
            self.env["mail.thread"].with_context(lang=language).message_notify(
                partner_ids=managers.partner_id.ids, **policy._review_message(review, due, proposed)
            )

    def _managers(self):
        """The managers who work in the company or in one of its branches."""
        managers = self.env.ref("customer_segmentation.group_manager").sudo().all_user_ids
        company = self.sudo().company_id
        here = managers.filtered(lambda user: user.active and company in user.company_ids.root_id)
        return here - self.env.ref("base.user_root")

    def _review_message(self, review, due, proposed):
        lines = []
        if due:
            lines.append(self.env._("Customers due for a downgrade: %s", due))
        if proposed:
            lines.append(self.env._("Customers proposed for a better tier: %s", proposed))
        link = Markup('<a href="/odoo/segmentation-tier-review">%s</a>') % self.env._("Approve them in Tier Review")
        return {
            "subject": self.env._(
                "Tier review of %(day)s, %(company)s", day=format_date(self.env, review), company=self.company_id.name
            ),
            "body": Markup("<p>%s</p><p>%s</p>") % (Markup("<br/>").join(lines), link),
        }

    def _health_line(self):
        """With a ladder, when tiers are reviewed next."""
        line = super()._health_line()
        if not self.tier_ids or not self.tier_last_review_date:
            return line
        if not self.env.ref("customer_segmentation.ir_cron_tier_review").active:
            return line + " " + self.env._("Tier reviews are switched off.")
        following = calendar.next_review_day(self.tier_review, calendar.day_of(self.tier_last_review_date))
        day = format_date(self.env, calendar.date_of(following))
        return line + " " + self.env._("Next tier review: %s", day)
