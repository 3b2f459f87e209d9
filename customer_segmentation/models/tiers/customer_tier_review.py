"""The review of tiers: who falls, and when. A run lets customers rise; only what is written here lowers them.

    _cron_review()          the scheduled action, daily and after each run that a review waits for
      ▼
    _step()                 the next chunk, the caller commits; the last step counts the review as held
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
from odoo.exceptions import LockError
from odoo.tools import format_date

from ...scoring import calendar
from ...tools.locks import wait_briefly
from ...tools.people import language_of, managers_of
from ...tools.periods import REVIEWS_AHEAD

_logger = logging.getLogger(__name__)

CALL_AGAIN_AFTER = timedelta(minutes=5)


class CustomerTierReview(models.AbstractModel):
    _name = "customer.tier.review"
    _description = "Review of Tiers"

    # ------------------------------------------------------------------ scheduled action

    @api.model
    def _cron_review(self):
        """Scheduled action: hold every review whose day has come, a chunk of customers at a time."""
        cron, failed = self.env["ir.cron"], self.env["customer.segmentation.policy"]
        policies = self._policies_to_review()
        cron._commit_progress(remaining=len(policies))
        for policy in policies:
            while done := self._guarded(policy):
                if not cron._commit_progress(1, remaining=len(self._policies_to_review() - failed)):
                    return
            if done is None:
                failed |= policy
        if self._policies_to_review() - failed:
            # Somebody works on these companies: soon again, not in a day.
            self._trigger(fields.Datetime.now() + CALL_AGAIN_AFTER)
        cron._commit_progress(remaining=0)

    @api.model
    def _trigger(self, at=None):
        self.env.ref("customer_segmentation.ir_cron_tier_review").sudo()._trigger(at)

    @api.model
    def _policies_to_review(self):
        """Policies with a review to hold, once their run is finished."""
        policies = self.env["customer.segmentation.policy"]._at_work().filtered("tier_ids")
        return policies.filtered(lambda policy: self._to_hold(policy) is not None)

    @api.model
    def _to_hold(self, policy):
        """The review that follows the last run, as a day number; None when there is none.

        None as well when the rules changed after that run: who is due is known after the next one, which calls again.
        """
        if not policy.last_run_id or not policy.tier_ids or policy.rules_changed:
            return None
        return self._day(policy, policy.last_run_id.as_of)

    @api.model
    def _day(self, policy, as_of):
        """The latest review up to a day that did not take place yet, as a day number, or None."""
        if not policy.tier_last_review_date:
            return None
        return calendar.review_between(
            policy.tier_review, calendar.day_of(policy.tier_last_review_date), calendar.day_of(as_of)
        )

    @api.model
    def _run_finished(self, policy):
        """The first run with a ladder starts the calendar; later ones are followed by the reviews that are due."""
        if policy.tier_ids and not policy.tier_last_review_date:
            policy.tier_last_review_date = policy.last_run_id.as_of
        elif self._to_hold(policy) is not None:
            self._trigger()

    # ------------------------------------------------------------------ one step

    @api.model
    def _guarded(self, policy):
        """A step; None when it failed: one company must not stop the others."""
        try:
            return self._step(policy)
        except Exception as error:  # whatever it is, the log says it
            _logger.warning("Tier review of %s failed", policy.company_id.name, exc_info=True)
            self.env["customer.segmentation.failure"]._tell(policy, "review", str(error) or type(error).__name__)
            return None

    @api.model
    def _step(self, policy):
        """Lower the next customers who are due, or count the review as held when nobody is left; the caller commits.

        :return: whether something was done; False when no review is due or somebody else works on this company
        """
        policy.ensure_one()
        locks = self.env["customer.segmentation.lock"]
        try:
            locks._lock(policy)
            wait_briefly(self.env)
        except LockError:
            return False
        review_day = self._to_hold(policy)
        if review_day is None or locks._has_run(policy, *self.env["customer.segmentation.run"]._open_states):
            return False
        try:
            with self.env.cr.savepoint():
                self._next(policy, calendar.date_of(review_day))
                self.env.flush_all()
        except psycopg2.Error as error:
            # Somebody changed the same customer at the same moment: another call sees their change.
            _logger.info("Tier review of %s, step undone: %s", policy.company_id.name, error)
            return False
        finally:
            self.env.invalidate_all(flush=False)
        return True

    @api.model
    def _next(self, policy, review):
        decisions = self.env["customer.tier.decision"]
        day = policy.last_run_id.as_of
        if not policy.tier_review_by_hand and decisions._lower_due(
            policy, day, review, review, limit=self.env["customer.segmentation.run"]._chunk_size
        ):
            return
        due, proposed = decisions._count_waiting(policy, review)
        if due or proposed:
            self._tell_managers(policy, review, due, proposed)
        policy.tier_last_review_date = review
        self.env["customer.segmentation.failure"]._forget(policy, "review")

    # ------------------------------------------------------------------ the days of reviews

    @api.model
    def _landings(self, policy, day, review):
        """For each tier: the tier below it, and the next review for who does not meet that one either.

        :return: tuples of identifiers (None below the last tier) and a date (None: not in sight)
        """
        return [
            (tier.id, lower.id or None, self._next_day(policy, day, lower.grace_days, review))
            for tier, lower in self.env["customer.tier.ladder"]._lower_tiers(policy).items()
        ]

    @api.model
    def _next_day(self, policy, day, grace_days, review):
        """The first review that may lower a customer below its tier since `day` and lowered by `review`."""
        day = calendar.day_of(day)
        earliest = max(day + grace_days, calendar.day_of(review) + 1)
        found = calendar.next_review_day(policy.tier_review, earliest - 1)
        return calendar.date_of(found) if found <= day + REVIEWS_AHEAD else None

    @api.model
    def _after(self, policy, day):
        """The first review after a day."""
        return calendar.date_of(calendar.next_review_day(policy.tier_review, calendar.day_of(day)))

    @api.model
    def _latest_day(self, policy, day):
        """The last review day up to a day."""
        return calendar.date_of(calendar.review_between(policy.tier_review, -1, calendar.day_of(day)))

    # ------------------------------------------------------------------ people

    @api.model
    def _tell_managers(self, policy, review, due, proposed):
        """One message to the managers of the company, each in their language: what waits for them in Tier Review."""
        for language, managers in (
            managers_of(self.env, policy.company_id).grouped(lambda user: language_of(self.env, user)).items()
        ):
            self.env["mail.thread"].with_context(lang=language).message_notify(
                partner_ids=managers.partner_id.ids,
                **self.with_context(lang=language)._message(policy, review, due, proposed),
            )

    @api.model
    def _message(self, policy, review, due, proposed):
        lines = []
        if due:
            lines.append(self.env._("Customers due for a downgrade: %s", due))
        if proposed:
            lines.append(self.env._("Customers proposed for a better tier: %s", proposed))
        link = Markup('<a href="/odoo/segmentation-tier-review">%s</a>') % self.env._("Approve them in Tier Review")
        return {
            "subject": self.env._(
                "Tier review of %(day)s, %(company)s", day=format_date(self.env, review), company=policy.company_id.name
            ),
            "body": Markup("<p>%s</p><p>%s</p>") % (Markup("<br/>").join(lines), link),
        }

    @api.model
    def _in_words(self, policy):
        """With a ladder, when tiers are reviewed next, for an administrator; else nothing."""
        if not policy.tier_ids or not policy.tier_last_review_date:
            return ""
        if not policy.env.ref("customer_segmentation.ir_cron_tier_review").active:
            return self.env._("Tier reviews are switched off.")
        following = calendar.next_review_day(policy.tier_review, calendar.day_of(policy.tier_last_review_date))
        return self.env._("Next tier review: %s", format_date(self.env, calendar.date_of(following)))
