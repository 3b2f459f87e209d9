"""Past month-ends replayed from the purchases that are there, and the history they make with what is seen live."""

import random
from collections import Counter, defaultdict
from datetime import timedelta
from itertools import pairwise
from unittest.mock import patch

import psycopg2
from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, LockError, UserError, ValidationError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from ..addon.common import AccountingCase
from ..addon.test_tiers import MANAGER, SELLER, TierCase

RUN_LOG = "odoo.addons.customer_segmentation.models.run.customer_segmentation_run"
MONTHS = 14
LABELS = ("segment_id", "abc_class", "tier_id", "lifecycle_stage", "churn_band")


def month_ends_before(day, count):
    """The last days of so many months that were over before a day, ascending."""
    first_of_month = day.replace(day=1)
    return [first_of_month - relativedelta(months=month) - timedelta(days=1) for month in reversed(range(count))]


class ReplayCase(TierCase):
    """Forty customers with thirty months of purchases and refunds, imported; the first live run is today's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.write({"window_months": 12, "replay_months": MONTHS, "tier_review_by_hand": True})
        cls.customers = [cls.customer(f"Customer {number:02}") for number in range(40)]
        cls.purchases = cls.history()
        cls.import_into(cls.company)

    @classmethod
    def history(cls):
        """(customer, days ago, amount): some often, some seldom, some stopped, some came late; a few refunds."""
        dice = random.Random(19)
        rows = []
        for partner in cls.customers:
            gap, begin = dice.choice([9, 20, 45, 90, 200]), dice.randint(60, 900)
            day, end = begin, dice.choice([0, 0, 0, 150, 400])
            while day >= end:
                amount = round(dice.lognormvariate(4, 1), 2)
                rows.append((partner, day, amount))
                if dice.random() < 0.05:
                    rows.append((partner, max(day - 10, 0), -round(amount / 2, 2)))
                day -= max(1, round(dice.expovariate(1 / gap)))
        return rows

    @classmethod
    def import_into(cls, company):
        cls.env["customer.imported.purchase"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "date": cls.day(days_ago),
                    "amount": amount,
                    "currency_id": company.currency_id.id,
                    "reference": f"P{number}",
                }
                for number, (partner, days_ago, amount) in enumerate(cls.purchases)
            ]
        )

    @classmethod
    def ladder(cls, policy):
        """Low thresholds, so that customers move on it often."""
        criteria = [("revenue", 900, 700)], [("revenue", 300, 200)], [("recency_score", 2, 2)]
        return cls.set_ladder(
            *(
                cls.rung(name, number, *rules, grace_days=20, minimum_stay_days=40)
                for number, (name, rules) in enumerate(zip(("Gold", "Silver", "Bronze"), criteria, strict=True))
            ),
            policy=policy,
        )

    def replay(self, policy=None, **values):
        """A replay of all month-ends the policy asks for, at once."""
        policy = policy or self.policy
        policy.write(values)
        run = policy._queue_replay()
        run._execute()
        self.assertEqual((run.state, run.message), ("done", False))
        return run

    def changes(self, policy=None, **domain):
        """All changes of the company, in the order of the history of each customer."""
        terms = [("company_id", "=", (policy or self.policy).company_id.id)]
        terms += [(name, "=", value) for name, value in domain.items()]
        return self.env["customer.segmentation.transition"].search(terms, order="profile_id, date, id")

    def labels(self, record, prefix=""):
        """Segment, class, tier, stage and churn band, comparable between companies."""
        segment, abc, tier, stage, band = (record[prefix + name] for name in LABELS)
        return segment.code, abc, tier.name, stage, band

    def assert_whole(self, policy=None):
        """Each customer's changes start where the one before went, and end where the customer is; none says nothing."""
        policy = policy or self.policy
        self.env.invalidate_all()
        by_profile = self.changes(policy).grouped("profile_id")
        for profile in self.env["customer.segmentation.profile"].search([("company_id", "=", policy.company_id.id)]):
            changes = by_profile[profile]
            for before, after in pairwise(changes):
                self.assertEqual(self.labels(before, "to_"), self.labels(after, "from_"), (profile, before, after))
            self.assertEqual(self.labels(changes[-1], "to_"), self.labels(profile), profile)
            for change in changes.filtered(lambda change: not change.reason):
                self.assertNotEqual(self.labels(change, "to_"), self.labels(change, "from_"), change)

    def content(self, policy=None):
        """What the history says, without identifiers of changes."""
        rows = [
            (
                change.profile_id.partner_id.id,
                change.date,
                change.kind,
                self.labels(change, "from_"),
                self.labels(change, "to_"),
                change.revenue,
                change.direction,
                change.processed,
            )
            for change in self.changes(policy)
        ]
        return sorted(rows, key=lambda row: row[:2])

    def groups(self, policy=None):
        """The month-ends: {(date, segment, tier, class, stage): (customers, revenue, revenue at risk)}."""
        kept = self.env["customer.segmentation.snapshot"].search(
            [("company_id", "=", (policy or self.policy).company_id.id)]
        )
        found = {
            (group.date, group.segment_id.code, group.tier_id.name, group.abc_class, group.lifecycle_stage): (
                group.customer_count,
                round(group.revenue, 2),
                round(group.at_stake, 2),
            )
            for group in kept
        }
        self.assertEqual(len(found), len(kept), "a group is kept twice")
        return found


class TestReplayEqualsLive(ReplayCase):
    """The same purchases in a second company that was scored live at every month-end."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.policy_of(cls.other_company(currency=cls.company.currency_id.name))
        cls.other.write({"window_months": 12, "tier_review_by_hand": False})
        cls.import_into(cls.other.company_id)

    def live_month_by_month(self, month_ends):
        """The labels of each customer with a profile after each month's run and review: {(day, customer): labels}."""
        found = {}
        for day in month_ends:
            self.recompute(self.other, day)
            self.review(self.other)
            for profile in self.env["customer.segmentation.profile"].search(
                [("company_id", "=", self.other.company_id.id), ("segment_id", "!=", False)]
            ):
                found[day, profile.partner_id] = self.labels(profile)
        return found

    def assert_equal_to_live(self):
        month_ends = month_ends_before(self.today, MONTHS)
        live = self.live_month_by_month(month_ends)
        self.recompute()
        run = self.replay()
        self.assertEqual((run.replay_from, run.as_of), (month_ends[0], month_ends[-1]))
        self.assert_whole()
        replayed, state = {}, {}
        by_day = self.changes(kind="replay").grouped("date")
        for day in month_ends:
            for change in by_day.get(day, ()):
                partner = change.profile_id.partner_id
                self.assertEqual(self.labels(change, "from_"), state.get(partner, (False,) * 5))
                state[partner] = self.labels(change, "to_")
            replayed |= {(day, partner): labels for partner, labels in state.items()}
        self.assertEqual(replayed, live)
        self.assertGreater(len(self.changes(kind="replay")), 100, "otherwise this proves little")
        return month_ends

    def test_without_a_ladder(self):
        month_ends = self.assert_equal_to_live()
        rows = [row[:2] + row[3:7] for row in self.content() if row[2] == "replay"]
        live = [row[:2] + row[3:7] for row in self.content(self.other)]
        self.assertEqual(rows, live, "the changes are the same ones, with their revenue and direction")
        self.recompute(self.other, self.today)
        self.assertEqual(self.groups(), self.groups(self.other), "the groups of each month-end, too")
        self.assertEqual({key[0] for key in self.groups()}, set(month_ends))

    def test_with_a_ladder_and_reviews(self):
        for rhythm in ("month", "quarter", "every_run"):
            with self.subTest(rhythm=rhythm):
                self.env["customer.segmentation.profile"].search([]).unlink()
                self.env["customer.segmentation.run"].search([]).unlink()
                for policy in self.policy, self.other:
                    policy.write({"tier_review": rhythm, "tier_last_review_date": False})
                    self.ladder(policy)
                self.policy.tier_rise_by_hand = True
                self.assert_equal_to_live()
                directions = Counter(
                    change.direction
                    for change in self.changes(kind="replay")
                    if change.from_tier_id and change.from_tier_id != change.to_tier_id
                )
                self.assertGreater(min(directions["up"], directions["down"]), 5, directions)


class TestHistory(ReplayCase):
    """Replays before and after live runs make one history without a gap and without a double."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.replay_months = 5
        cls.ladder(cls.policy)
        cls.recompute(as_of=cls.day(12))
        cls.first_live = cls.stored_changes(cls)
        cls.since = cls.stored_since(cls)

    def stored_changes(self):
        self.env.flush_all()
        self.env.cr.execute("""SELECT to_jsonb(change) FROM customer_segmentation_transition change
                                 JOIN customer_segmentation_run run ON run.id = run_id AND kind = 'live' ORDER BY 1""")
        return self.env.cr.fetchall()

    def stored_since(self):
        self.env.cr.execute("""SELECT partner_id, segment_since, stage_since, tier_since, tier_below_since
                                 FROM customer_segmentation_profile ORDER BY 1""")
        return self.env.cr.fetchall()

    def daily_runs(self):
        for days_ago in (10, 9, 6, 3, 0):
            for partner in self.customers[days_ago::11]:
                self.order(partner, 700, days_ago=days_ago)
            self.recompute(as_of=self.day(days_ago))

    def test_replay_then_daily_runs(self):
        run = self.replay()
        self.assert_whole()
        replayed = self.changes(kind="replay")
        self.assertEqual(set(replayed.mapped("processed")), {True})
        self.assertEqual(run.transition_count, len(replayed))
        self.assertLess(max(replayed.mapped("date")), self.day(12))
        self.assertLess(len(self.changes(kind="live")), 40, "what says nothing new has vanished")
        self.assertGreater(len(self.changes(kind="live")), 0)
        self.daily_runs()
        self.assert_whole()
        self.assertEqual(self.changes(kind="replay"), replayed)

    def test_daily_runs_then_replay(self):
        self.daily_runs()
        self.replay()
        self.assert_whole()

    def test_again_after_everything(self):
        """A second replay says the same; one of other documents and rules is joined anew."""
        self.replay()
        self.daily_runs()
        before, groups, since = self.content(), self.groups(), self.stored_since()
        self.replay()
        self.assertEqual((self.content(), self.groups(), self.stored_since()), (before, groups, since))
        self.env["customer.imported.purchase"].search([("date", "<", self.day(60)), ("amount", ">", 120)]).unlink()
        self.policy.abc_share_a = 60
        self.replay()
        self.assert_whole()
        self.assertNotEqual(self.content(), before)
        self.replay(replay_months=2)
        self.assert_whole()
        self.assertEqual(len({row[1] for row in self.content() if row[2] == "replay"}), 2, "the other months are gone")

    def test_first_live_changes_come_back_as_they_were(self):
        self.replay()
        self.assertNotEqual(self.stored_changes(), self.first_live)
        self.env["customer.segmentation.transition"]._forget_replays(self.policy)
        self.assertEqual(self.stored_changes(), self.first_live)
        self.assertFalse(self.changes(kind="replay"))
        self.env["customer.segmentation.profile"]._date_back(self.policy)
        self.assertEqual(self.stored_since(), self.since)

    def test_what_is_not_shown_is_not_read(self):
        """First live changes that say nothing new are kept for the next replay only."""
        self.replay()
        self.daily_runs()
        changes = self.env["customer.segmentation.transition"].with_context(active_test=False)
        hidden = changes.search([("active", "=", False)])
        self.assertGreater(len(hidden), 10)
        self.assertFalse(hidden & self.env["customer.segmentation.profile"].search([]).transition_ids)
        read, movement = self.content(), self.movement()
        hidden.unlink()
        self.assertEqual((self.content(), self.movement()), (read, movement))

    def movement(self):
        """Where everybody stood, with what revenue, on days before and after the first live run."""
        profiles = self.env["customer.segmentation.profile"]
        self.env.flush_all()
        return [
            sorted(self.env.execute_query(profiles._sql_stood_at(self.day(days_ago), name)))
            for days_ago in (60, 13, 11, 2)
            for name in ("segment_id", "tier_id", "lifecycle_stage")
        ]

    def test_playbook_entries_keep_their_change(self):
        entry_of = self.env["customer.playbook.entry"]
        playbook = self.env["customer.playbook"].search([], limit=1)
        first = self.changes(kind="live")
        entries = entry_of.create(
            [
                {
                    "playbook_id": playbook.id,
                    "profile_id": change.profile_id.id,
                    "transition_id": change.id,
                    "cause": f"transition:{change.id}",
                    "entered_on": self.today,
                    "partner_id": change.profile_id.partner_id.id,
                    "company_id": self.company.id,
                }
                for change in first
            ]
        )
        went = {entry: entry.transition_id.to_segment_id for entry in entries}
        own = {entry: entry.transition_id.id for entry in entries}
        self.replay()
        self.assertIn(False, entries.transition_id.mapped("active"))
        self.assertEqual({entry: entry.transition_id.id for entry in entries}, own)
        self.assertEqual({entry: entry.transition_id.to_segment_id for entry in entries}, went)

    def test_since_when(self):
        """Segment and stage since the day of the history; the tier keeps its days, which decide when it may move."""
        self.replay()
        self.assertEqual([row[3:] for row in self.stored_since()], [row[3:] for row in self.since])
        older = 0
        for profile in self.env["customer.segmentation.profile"].search([("company_id", "=", self.company.id)]):
            changes = profile.transition_ids.sorted("date")
            into = [change.date for change in changes if change.from_segment_id != change.to_segment_id]
            self.assertEqual(profile.segment_since, into[-1])
            stages = [change.date for change in changes if change.from_lifecycle_stage != change.to_lifecycle_stage]
            self.assertEqual(profile.stage_since, stages[-1])
            older += profile.segment_since < self.day(12)
        self.assertGreater(older, 10)
        before = self.stored_since()
        self.assertEqual(self.recompute(as_of=self.day(12)).changed_count, 0, "the next run finds nothing to do")
        self.assertEqual(self.stored_since(), before)

    def test_a_customer_who_came_after_the_first_run(self):
        """With purchases of long ago, which the replay finds, or without."""
        self.replay()
        late, new = self.customer("Imported later"), self.customer("New")
        self.order(late, 100, days_ago=100)
        self.order(late, 100, days_ago=2)
        self.order(new, 100, days_ago=2)
        self.recompute(as_of=self.today)
        self.assertEqual(self.profile(late).transition_ids.mapped("date"), [self.today])
        self.replay()
        self.assert_whole()
        self.assertLess(self.profile(late).transition_ids[-1].date, self.day(12))
        self.assertEqual(self.profile(new).transition_ids.mapped("date"), [self.today])
        self.assertFalse(self.profile(new).transition_ids.from_segment_id)

    def test_decisions_about_tiers_are_part_of_it(self):
        self.replay()
        profile = self.env["customer.segmentation.profile"].search([("tier_id", "!=", False)], limit=1)
        lowest = self.policy.tier_ids.sorted()[-1]
        self.env["customer.tier.decision"]._set(
            profile, self.policy, lowest, self.day(12), self.day(-30), "Asked for it"
        )
        self.assert_whole()
        self.replay()
        self.assert_whole()
        self.daily_runs()
        self.assert_whole()

    # ------------------------------------------------------------------ interrupted

    def test_whole_after_every_step_and_when_it_is_stopped(self):
        run = self.policy._queue_replay()
        months = month_ends_before(self.day(12), 5)
        for number, month_end in enumerate(months, 1):
            run._step()
            self.assertEqual((run.state, run.replayed_until), ("running", month_end))
            self.assertEqual(run.progress, min(99, 20 * number))
            self.assert_whole()
            if number == 3:
                run.action_cancel()
                break
        self.assertEqual(run.state, "cancelled")
        self.assert_whole()
        self.assertFalse(self.env["customer.segmentation.staging"].search_count([]))
        self.assertIn("stopped, replayed up to", self.policy.replay_outcome)
        stopped = self.content()
        self.replay()
        self.assert_whole()
        self.assertNotEqual(self.content(), stopped)

    def test_goes_on_where_it_was_or_begins_anew(self):
        self.replay()
        clean, groups = self.content(), self.groups()
        for what in ("nothing", "a crash empties the staging table", "the rules change"):
            with self.subTest(what=what):
                run = self.policy._queue_replay()
                for _month in range(3):
                    run._step()
                self.assertEqual(run.replayed_until, month_ends_before(self.day(12), 5)[2])
                if "crash" in what:
                    self.env["customer.segmentation.staging"].search([]).unlink()
                if "rules" in what:
                    self.policy.abc_share_a = 50
                run._step()
                self.assertEqual(run.replayed_until, month_ends_before(self.day(12), 5)[3 if what == "nothing" else 0])
                run._execute()
                self.assertEqual(run.state, "done")
                self.assert_whole()
                if "rules" not in what:
                    self.assertEqual((self.content(), self.groups()), (clean, groups))
        self.assertEqual(run.policy_version, self.policy.version)

    def test_a_failure_leaves_it_whole(self):
        written = type(self.env["customer.segmentation.snapshot"])._write_month
        calls = []

        def fails_the_third_time(snapshots, run, month_end, cut_points):
            calls.append(month_end)
            if len(calls) == 3:
                raise ValueError("disk full")
            return written(snapshots, run, month_end, cut_points)

        snapshots = type(self.env["customer.segmentation.snapshot"])
        with patch.object(snapshots, "_write_month", fails_the_third_time), mute_logger(RUN_LOG):
            run = self.policy._queue_replay()
            run._execute()
        self.assertEqual((run.state, run.message), ("failed", "disk full"))
        self.assertEqual({change.date for change in self.changes(kind="replay")}, set(calls[:2]))
        self.assert_whole()
        self.assertIn("disk full", self.policy.replay_outcome)
        self.replay()
        self.assert_whole()

    def test_a_conflict_is_tried_again(self):
        conflicts = iter([psycopg2.errors.SerializationFailure("could not serialize")] * 2)
        written = type(self.env["customer.segmentation.snapshot"])._write_month

        def sometimes(*args):
            for error in conflicts:
                raise error
            return written(*args)

        with patch.object(type(self.env["customer.segmentation.snapshot"]), "_write_month", sometimes):
            self.replay()
        self.assert_whole()

    def test_other_work_is_not_kept_waiting(self):
        replay = self.policy._queue_replay()
        replay._step()
        runs = self.env["customer.segmentation.run"]
        live = self.policy._queue_run(self.today)
        mine = runs._open_runs().filtered(lambda run: run.policy_id == self.policy)
        self.assertEqual(mine, live + replay, "the live run goes first")
        live.action_cancel()
        self.order(self.customers[0], 100)
        self.env["customer.segmentation.queue"]._enqueue(self.customers[0], self.company)
        self.assertIn(self.policy, self.env["customer.segmentation.queue"]._policies_with_work())
        self.assertFalse(
            self.env["customer.segmentation.lock"]._has_run(self.policy, "running"),
            "decisions about tiers can be taken",
        )
        cron = self.env.ref("customer_segmentation.ir_cron_refresh")
        self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
        replay._step()
        self.assertTrue(self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), "the order waited")
        self.recompute()
        self.assertEqual(replay.state, "running", "a recompute does not wait for the end of the replay")
        replay._execute()
        self.assert_whole()
        with patch.object(type(runs), "_lock_company", side_effect=LockError("busy")):
            self.assertFalse(self.policy._queue_replay()._step())


class TestAsking(ReplayCase):
    """Who starts a replay, which months it covers, and what is said about it."""

    def cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("customer_segmentation.ir_cron_recompute").method_direct_trigger()

    def replays(self, policy=None):
        return self.env["customer.segmentation.run"].search(
            [("policy_id", "=", (policy or self.policy).id), ("kind", "=", "replay")]
        )

    def test_by_itself_after_the_first_run_with_customers(self):
        empty = self.policy_of(self.other_company())
        self.policy.replay_months = 3
        self.cron()
        self.assertEqual(self.replays().mapped("state"), ["done"])
        self.assertEqual(self.policy.last_run_id.kind, "live")
        self.assertEqual(len(self.changes(kind="replay").grouped("date")), 3)
        self.assert_whole()
        self.assertFalse(self.replays(empty), "nobody to replay")
        self.order(self.customers[0], 100, company=empty.company_id, days_ago=70)
        self.recompute(empty)
        self.assertFalse(self.replays(empty), "only the scheduled action does it")
        self.cron()
        self.assertEqual(len(self.replays()), 1, "once")
        self.assertFalse(self.replays(empty), "its first run with customers is over")

    def test_by_itself_when_customers_come_later(self):
        policy = self.policy_of(self.other_company())
        policy.replay_months = 2
        self.policy.replay_months = 0
        self.cron()
        self.assertFalse(self.replays() + self.replays(policy))
        self.order(self.customers[0], 100, company=policy.company_id, days_ago=70)
        policy._queue_run()
        self.cron()
        self.assertEqual(self.replays(policy).mapped("state"), ["done"])
        self.assertEqual(len(self.changes(policy, kind="replay").mapped("profile_id")), 1)
        self.assertFalse(self.replays(), "0 months: not by itself")

    def test_not_by_itself_where_there_is_a_history(self):
        run = self.recompute()
        self.changes()[0].date = self.day(500)
        self.assertFalse(self.policy._wants_first_replay())
        self.changes()[-1].date = run.as_of
        self.changes().filtered(lambda change: change.date < run.as_of).date = run.as_of
        self.assertTrue(self.policy._wants_first_replay())

    def test_on_demand(self):
        manager = new_test_user(self.env, "replay_manager", groups=MANAGER)
        policy = self.policy.with_user(manager)
        with self.assertRaisesRegex(UserError, "recompute first"):
            policy.action_replay()
        self.recompute()
        action = policy.action_replay()
        run = self.env["customer.segmentation.run"].browse(action["res_id"])
        self.assertEqual((run.kind, run.state, run.create_uid), ("replay", "pending", manager))
        self.assertIn("waits", policy.replay_outcome)
        again = self.env["customer.segmentation.run"].browse(policy.action_replay()["res_id"])
        self.assertEqual((run.state, again.state), ("cancelled", "pending"))
        self.assertIn("stopped before it began", run._replay_in_words())
        again._step()
        self.assertIn(f"at work, {round(100 / MONTHS)}%", policy.replay_outcome)
        again._execute()
        self.assertIn(f"done, changes found: {again.transition_count}", policy.replay_outcome)
        self.assertEqual(policy.replay_run_id, again)
        self.assertIn("replay of", again.display_name)
        self.assertEqual(again._notification()["title"], "Past months replayed")
        self.assertNotIn("replay", self.policy.last_run_id.display_name)
        self.assertIn(str(again.transition_count), again._notification()["message"].replace(",", ""))
        found = self.env["customer.segmentation.transition"].search(policy.action_open_movements()["domain"])
        self.assertEqual(found, self.changes().sorted())
        policy.replay_months = 0
        with self.assertRaisesRegex(UserError, "24 for example"):
            policy.action_replay()
        for months in (-1, 241):
            with self.assertRaisesRegex(ValidationError, "0 to 240"):
                policy.replay_months = months

    def test_what_would_not_be_kept_is_not_replayed(self):
        """What was seen live first is deleted by then: a replay would be joined to what came later."""
        self.policy.retention_months = 6
        self.recompute(as_of=self.day(300))
        self.assertFalse(self.policy._wants_first_replay(), "nor by itself")
        with self.assertRaisesRegex(UserError, "kept for 6 months only"):
            self.policy.action_replay()
        self.policy.retention_months = 12
        self.assertTrue(self.policy._wants_first_replay())
        self.policy.action_replay()

    def test_recompute_as_of_the_past_replays(self):
        self.recompute()
        profiles = self.env["customer.segmentation.profile"].search([])
        scores = profiles.mapped("rfm_code")
        months = month_ends_before(self.today, 3)
        run = self.policy.recompute(as_of=months[0])
        self.assertEqual((run.kind, run.state, run.replay_from, run.as_of), ("replay", "done", months[0], months[-1]))
        self.assertEqual({change.date for change in self.changes(kind="replay")} - set(months), set())
        self.assertEqual(profiles.mapped("rfm_code"), scores)
        self.assertEqual(self.policy.recompute(as_of=months[0] + timedelta(days=1)).replay_from, months[1])
        self.recompute()
        with self.assertRaisesRegex(UserError, "only month-ends before that"):
            self.policy._queue_replay(months[-1] + timedelta(days=1))

    def test_roles(self):
        self.recompute()
        self.replay()
        seller = new_test_user(self.env, "replay_seller", groups=SELLER)
        for method in ("action_replay", "recompute"):
            with self.assertRaises(AccessError):
                getattr(self.policy.with_user(seller), method)()
        seen = self.env["customer.segmentation.transition"].with_user(seller).search([("kind", "=", "replay")])
        self.assertTrue(seen)
        self.assertEqual(set(seen.mapped("kind")), {"replay"})
        self.assertTrue(self.customers[0].with_user(seller).customer_transition_ids.mapped("kind"))
        plain = new_test_user(self.env, "replay_plain", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.env["customer.segmentation.transition"].with_user(plain).search([])

    def test_two_companies(self):
        other = self.policy_of(self.other_company())
        self.import_into(other.company_id)
        for policy in self.policy, other:
            self.recompute(policy)
        before, since = self.content(other), self.changes(other).profile_id.mapped("segment_since")
        self.replay(replay_months=3)
        self.assertEqual(self.content(other), before)
        self.assertEqual(self.changes(other).profile_id.mapped("segment_since"), since)
        self.assertFalse(self.groups(other))
        first = self.content()
        self.replay(other, replay_months=4)
        self.assertEqual(self.content(), first)
        self.replay(replay_months=3)
        self.assert_whole(other)
        self.assertEqual(len({key[0] for key in self.groups(other)}), 4)

    def test_customers_without_a_profile_are_counted(self):
        self.recompute()
        self.profile(self.customers[0]).unlink()
        run = self.policy._queue_replay()
        run._execute()
        self.assertEqual(run.message, "Customers without a profile today, whose past is not kept: 1.")
        last = max(key[0] for key in self.groups())
        self.assertEqual(
            sum(values[0] for key, values in self.groups().items() if key[0] == last), run.customer_count - 1
        )


class TestMonthEnds(ReplayCase):
    """The groups of a month-end that came while customers were scored live."""

    def of_profiles(self):
        self.env.cr.execute(
            """SELECT segment_id, tier_id, abc_class, lifecycle_stage, count(*), sum(revenue)
                                 FROM customer_segmentation_profile WHERE company_id = %s
                                GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4""",
            [self.company.id],
        )
        return self.env.cr.fetchall()

    def kept(self):
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT date, json_agg(json_build_array(segment_id, tier_id, abc_class, lifecycle_stage,
                                                                      customer_count))
                                 FROM customer_segmentation_snapshot WHERE company_id = %s GROUP BY 1 ORDER BY 1""",
            [self.company.id],
        )
        return dict(self.env.cr.fetchall())

    def test_the_first_run_of_a_month_keeps_the_last_one(self):
        last = month_ends_before(self.today, 2)[1]
        self.recompute(as_of=last - timedelta(days=3))
        self.assertFalse(self.kept(), "before the first run there was nothing to keep")
        standing = self.of_profiles()
        self.order(self.customers[0], 9000)
        run = self.recompute(as_of=last + timedelta(days=1))
        self.assertEqual(set(self.kept()), {last})
        groups = self.env["customer.segmentation.snapshot"].search([("company_id", "=", self.company.id)])
        self.assertEqual(groups.run_id, run)
        self.assertEqual(
            sorted((g.segment_id.id, g.abc_class, g.lifecycle_stage, g.customer_count) for g in groups),
            sorted((row[0], row[2], row[3], row[4]) for row in standing),
        )
        before = groups.ids
        for _again in range(2):
            self.recompute(as_of=last + timedelta(days=1))
        self.assertEqual(
            self.env["customer.segmentation.snapshot"]
            .search([])
            .filtered(lambda group: group.company_id == self.company)
            .ids,
            before,
        )

    def test_after_months_without_a_run(self):
        months = month_ends_before(self.today, 4)
        self.recompute(as_of=months[0] - timedelta(days=3))
        self.recompute(as_of=months[-1] + timedelta(days=1))
        self.assertEqual(set(self.kept()), {months[-1]}, "nothing is known about the others")

    def test_replay_and_live_month_ends_are_one_row(self):
        months = month_ends_before(self.today, 4)
        self.recompute(as_of=months[2] - timedelta(days=3))
        self.recompute(as_of=months[2] + timedelta(days=1))
        self.recompute(as_of=months[3] + timedelta(days=1))
        self.replay(replay_months=2)
        self.assertEqual(sorted(self.kept()), [months[0], months[1], months[2], months[3]])


class TestReplayRefunds(AccountingCase):
    def test_a_credit_note_counts_on_its_own_day(self):
        partner, other = self.customer(), self.customer("Other")
        months = month_ends_before(self.today, 3)
        bought = (self.today - months[0]).days + 5
        order = self.order(partner, 1000, days_ago=bought)
        self.order(other, 10, days_ago=bought)
        self.credit(self.invoice(order, days_ago=bought), days_ago=(self.today - months[1]).days + 1, amount=400)
        self.recompute()
        self.policy._queue_replay()._execute()
        revenue = defaultdict(float)
        for group in self.env["customer.segmentation.snapshot"].search([("company_id", "=", self.company.id)]):
            revenue[group.date] += group.revenue
        self.assertEqual([revenue[day] for day in months], [1010, 610, 610])
