"""Who comes in, by every trigger, and for whom the reason is gone."""

from datetime import date, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.addons.customer_segmentation.tools.triggers import next_yearly
from odoo.exceptions import ValidationError
from odoo.tests import RecordCapturer
from odoo.tools import SQL

from .playbook_common import PlaybookCase


class TestChanges(PlaybookCase):
    def test_enters_segment(self):
        playbook = self.playbook()
        profile, other = self.falls(), self.falls(segment=self.lost)
        self.work()
        entry = self.entries_of(profile, other)
        self.assertRecordValues(
            entry,
            [
                {
                    "profile_id": profile.id,
                    "playbook_id": playbook.id,
                    "state": "open",
                    "treatment": "treated",
                    "user_id": self.seller.id,
                    "entered_on": self.today,
                    "opened_on": self.today,
                    "value": 100,
                }
            ],
        )
        self.assertEqual(entry.cause, f"transition:{entry.transition_id.id}")
        self.assertRecordValues(
            self.activities_of(profile),
            [
                {
                    "summary": "Call Customer",
                    "user_id": self.seller.id,
                    "date_deadline": self.today + timedelta(days=3),
                    "customer_playbook_entry_id": entry.id,
                    "automated": True,
                }
            ],
        )

    def test_moving_between_chosen_segments_is_no_entry(self):
        self.playbook(segment_ids=(self.at_risk + self.lost).ids)
        profile = self.scored(self.at_risk)
        self.move(profile, self.lost)
        self.work()
        self.assertFalse(self.entries_of(profile))

    def test_any_segment(self):
        self.playbook(segment_ids=False)
        profile, tier_only = self.falls(), self.scored(self.champions, abc_class="A")
        self.move(tier_only, abc_class="B")
        self.work()
        self.assertTrue(self.entries_of(profile))
        self.assertFalse(self.entries_of(tier_only))

    def test_left_again_before_anybody_looked(self):
        self.playbook()
        profile = self.falls()
        self.move(profile, self.champions)
        self.work()
        self.assertFalse(self.entries_of(profile))

    def test_processed_changes_are_never_seen(self):
        """Those of first runs, replays and changed rules are born so."""
        self.playbook()
        profile = self.scored(self.champions)
        self.move(profile, self.at_risk, processed=True)
        self.work()
        self.assertFalse(self.entries_of(profile))

    def test_changes_before_the_start_are_never_seen(self):
        profile = self.falls()
        self.work()
        self.playbook()
        self.work()
        self.assertFalse(self.entries_of(profile))

    def test_customer_whose_order_is_not_scored_yet_waits(self):
        self.playbook()
        profile = self.falls()
        self.env["customer.segmentation.queue"]._enqueue(profile.partner_id, self.company)
        self.work()
        self.assertFalse(self.entries_of(profile))
        self.assertFalse(profile.transition_ids.processed)
        self.env["customer.segmentation.queue"].search([]).unlink()
        self.work()
        self.assertTrue(self.entries_of(profile))
        self.assertTrue(profile.transition_ids.processed)

    def test_leaves_segment_and_comes_back(self):
        self.playbook(trigger="segment_leave", segment_ids=self.champions.ids)
        profile = self.falls()
        self.work()
        self.assertEqual(self.entries_of(profile).state, "open")
        self.move(profile, self.champions)
        self.work()
        entry = self.entries_of(profile)
        self.assertEqual((entry.state, entry.closing_reason), ("cancelled", "The customer is back in the segment."))
        self.assertFalse(self.activities_of(profile))

    def test_leaves_any_segment(self):
        self.playbook(trigger="segment_leave", segment_ids=False)
        profile = self.falls()
        self.work()
        self.assertEqual(self.entries_of(profile).state, "open")

    def test_abc_class_drops(self):
        self.playbook(trigger="abc_drop", segment_ids=False, abc_class="A")
        profile, other = self.scored(self.champions, abc_class="A"), self.scored(self.champions, abc_class="B")
        self.move(profile, abc_class="B")
        self.move(other, abc_class="C")
        self.work()
        self.assertEqual(self.entries_of(profile, other).profile_id, profile)
        self.move(profile, abc_class="A")
        self.work()
        self.assertEqual(self.entries_of(profile).closing_reason, "The customer is back in the class.")

    def test_further_filters(self):
        self.playbook(abc_class="A")
        great, small = self.falls(abc_class="A"), self.falls(abc_class="C")
        self.work()
        self.assertEqual(self.entries_of(great, small).profile_id, great)

    def test_audience(self):
        self.playbook(audience_domain="[('city', '=', 'Berlin'), ('customer_revenue', '>', 500)]")
        there, poor, elsewhere = self.falls(revenue=600), self.falls(), self.falls(revenue=600)
        (there + poor).partner_id.city = "Berlin"
        self.work()
        self.assertEqual(self.entries_of(there, poor, elsewhere).profile_id, there)


class TestTiers(PlaybookCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.with_context(ladder="metals").action_use_ladder()
        cls.gold, cls.silver, cls.bronze = cls.policy.tier_ids.sorted()

    def test_rises(self):
        self.playbook(trigger="tier_up", segment_ids=False, tier_ids=self.gold.ids)
        up, fallen = self.scored(self.champions, tier_id=self.silver.id), self.scored(self.champions)
        new = self.scored()
        self.move(up, tier=self.gold)
        self.move(fallen, tier=self.silver)
        self.move(new, self.champions, tier=self.gold)
        self.work()
        self.assertEqual(self.entries_of(up, fallen, new).profile_id, up, "the first tier is no rise")
        self.move(up, tier=self.bronze)
        self.work()
        self.assertEqual(self.entries_of(up).closing_reason, "The customer is no longer on the tier.")

    def test_rises_from_no_tier(self):
        self.playbook(trigger="tier_up", segment_ids=False)
        profile = self.scored(self.champions)
        self.move(profile, tier=self.bronze)
        self.work()
        self.assertTrue(self.entries_of(profile))

    def test_falls_and_rises_again(self):
        self.playbook(trigger="tier_down", segment_ids=False, tier_ids=self.gold.ids)
        gold, silver = (self.scored(self.champions, tier_id=tier.id) for tier in (self.gold, self.silver))
        self.move(gold, tier=self.silver)
        self.move(silver, tier=self.bronze)
        self.work()
        self.assertEqual(self.entries_of(gold, silver).profile_id, gold)
        self.move(gold, tier=self.gold)
        self.work()
        self.assertEqual(self.entries_of(gold).closing_reason, "The customer rose to the tier again.")

    def test_downgrade_waits(self):
        self.playbook(trigger="tier_at_risk", segment_ids=False, trigger_days=0)
        self.next_day()
        values = {"tier_id": self.gold.id, "tier_review_date": self.today + timedelta(days=40)}
        profile = self.scored(self.champions, tier_below_since=self.today, **values)
        before = self.scored(self.champions, tier_below_since=self.day(1), **values)
        self.work()
        self.assertEqual(self.entries_of(profile, before).profile_id, profile, "the other was before the start")
        profile.tier_review_date = False
        self.work()
        self.assertEqual(self.entries_of(profile).closing_reason, "The tier is no longer at risk, or is lost already.")

    def test_lowered_and_below_the_next_tier_too(self):
        """The warning about the first tier is over, the next tier is another one."""
        self.playbook(trigger="tier_at_risk", segment_ids=False, trigger_days=0)
        self.next_day()
        review = {"tier_review_date": self.today + timedelta(days=40)}
        profile = self.scored(self.champions, tier_id=self.gold.id, tier_below_since=self.today, **review)
        self.work()
        profile.write({"tier_id": self.silver.id, "tier_below_since": self.today + timedelta(days=1), **review})
        self.next_day()
        with freeze_time(fields.Datetime.now() + timedelta(days=1)):
            self.work()
        first, second = self.entries_of(profile)
        self.assertEqual((first.state, second.state), ("cancelled", "open"))

    def test_due_by_hand_is_at_risk_until_a_manager_decides(self):
        self.policy.tier_review_by_hand = True
        self.playbook(trigger="tier_at_risk", segment_ids=False, trigger_days=31)
        self.next_day()
        values = {"tier_id": self.gold.id, "tier_below_since": self.day(90)}
        profile = self.scored(self.champions, tier_review_date=self.today + timedelta(days=31), **values)
        self.work()
        self.assertEqual(self.entries_of(profile).state, "open")
        profile.tier_review_date = self.day(2)
        self.work()
        self.assertEqual(self.entries_of(profile).state, "open", "the day has come, nobody has approved")
        profile.tier_review_date = self.env["customer.tier.review"]._latest_day(self.policy, self.today)
        profile.action_approve_tier()
        self.assertNotEqual(profile.tier_id, self.gold)
        self.work()
        self.assertEqual(self.entries_of(profile).state, "cancelled")

    def test_managers_and_reviews_wake_the_playbooks(self):
        """What they change is news, as what a run changes: the rise of a customer by hand, the fall at a review."""
        cron = self.env.ref("customer_segmentation.ir_cron_playbooks")
        self.playbook("Rise", trigger="tier_up", segment_ids=False)
        self.playbook("Fall", trigger="tier_down", segment_ids=False)
        risen = self.scored(self.champions, tier_id=self.silver.id)
        due = self.scored(
            self.champions, tier_id=self.gold.id, tier_below_since=self.day(300), tier_review_date=self.day(200)
        )
        until = self.today + timedelta(days=90)
        with RecordCapturer(self.env["ir.cron.trigger"], [("cron_id", "=", cron.id)]) as captured:
            self.env["customer.tier.decision"]._set(risen, self.policy, self.gold, self.today, until, "They asked")
        self.assertTrue(captured.records)
        review = self.env["customer.tier.review"]._latest_day(self.policy, self.today)
        with RecordCapturer(self.env["ir.cron.trigger"], [("cron_id", "=", cron.id)]) as captured:
            self.assertTrue(self.env["customer.tier.decision"]._lower_due(self.policy, self.today, review, review))
        self.assertTrue(captured.records)
        self.work()
        self.assertEqual(self.entries_of(risen).playbook_id.name, "Rise")
        self.assertEqual(self.entries_of(due).playbook_id.name, "Fall")
        self.env["customer.tier.decision"]._set(risen, self.policy, self.gold, self.today, until, "Once more")
        self.work()
        self.assertEqual(len(self.entries_of(risen)), 1, "the tier stayed the same")

    def test_some_days_before_the_review(self):
        self.playbook(trigger="tier_at_risk", segment_ids=False, trigger_days=14)
        self.next_day()
        values = {"tier_id": self.gold.id, "tier_below_since": self.day(100)}
        near = self.scored(self.champions, tier_review_date=self.today + timedelta(days=14), **values)
        far = self.scored(self.champions, tier_review_date=self.today + timedelta(days=15), **values)
        self.work()
        self.assertEqual(self.entries_of(near, far).profile_id, near)


class TestStates(PlaybookCase):
    def started(self, days_ago=30, **values):
        """A playbook that has been on for a while."""
        playbook = self.playbook(**values)
        playbook.started_dates = {str(self.company.id): str(self.day(days_ago))}
        self.next_day()
        return playbook

    def test_stays(self):
        self.started(trigger="segment_stay", trigger_days=20)
        long = self.scored(self.at_risk, segment_since=self.day(20))
        short = self.scored(self.at_risk, segment_since=self.day(19))
        before = self.scored(self.at_risk, segment_since=self.day(51))
        self.work()
        entry = self.entries_of(long, short, before)
        self.assertEqual(entry.profile_id, long, "one is too short there, the other was there before the start")
        self.assertEqual(entry.cause, f"stay:{self.day(20)}")

    def test_moving_between_chosen_segments_is_staying(self):
        cant_lose = self.segment("cant_lose_them")
        self.started(trigger="segment_stay", trigger_days=20, segment_ids=(self.at_risk + cant_lose).ids)
        profile = self.scored(self.champions)
        self.move(profile, self.at_risk, days_ago=25)
        self.move(profile, cant_lose, days_ago=5)
        self.work()
        self.assertEqual(self.entries_of(profile).cause, f"stay:{self.day(25)}")

    def test_once_for_each_stay(self):
        self.started(trigger="segment_stay", trigger_days=20)
        profile = self.scored(self.at_risk, segment_since=self.day(20))
        self.work()
        self.activities_of(profile).action_feedback()
        self.next_day()
        self.work()
        self.assertEqual(len(self.entries_of(profile)), 1)

    def test_states_are_looked_through_once_a_day(self):
        self.started(trigger="segment_stay", trigger_days=20)
        self.work()
        profile = self.scored(self.at_risk, segment_since=self.day(20))
        self.work()
        self.assertFalse(self.entries_of(profile))
        self.next_day()
        self.work()
        self.assertTrue(self.entries_of(profile))

    def test_periodic(self):
        self.started(40, trigger="periodic", trigger_days=30)
        profile = self.scored(self.at_risk, segment_since=self.day(35))
        fresh = self.scored(self.at_risk, segment_since=self.day(29))
        self.work()
        self.assertEqual(self.entries_of(profile, fresh).profile_id, profile)
        self.activities_of(profile).action_feedback()
        self.next_day()
        self.work()
        self.assertEqual(len(self.entries_of(profile)), 1)
        entry = self.entries_of(profile)
        entry.write({"entered_on": self.day(30), "cause": f"date:{self.day(30)}"})
        self.next_day()
        self.work()
        self.assertEqual(len(self.entries_of(profile)), 2)

    def test_periodic_begins_at_the_start(self):
        self.started(29, trigger="periodic", trigger_days=30, segment_ids=False)
        profile = self.scored(self.at_risk, segment_since=self.day(300))
        self.work()
        self.assertFalse(self.entries_of(profile))

    def test_visits_as_often_as_the_tier_promises(self):
        self.policy.with_context(ladder="metals").action_use_ladder()
        gold, silver, _bronze = self.policy.tier_ids.sorted()
        gold.write({"has_visits": True, "visit_days": 10})
        silver.visit_days = 10  # switched off
        playbook = self.started(20, trigger="periodic", trigger_days=30, segment_ids=False, visits_by_tier=True)
        often, seldom, never = (self.scored(self.champions, tier_id=tier.id) for tier in (gold, silver, gold.browse()))
        self.work()
        self.assertEqual(self.entries_of(often, seldom, never).profile_id, often)
        playbook.started_dates = {str(self.company.id): str(self.day(30))}
        self.next_day()
        self.work()
        self.assertEqual(self.entries_of(often, seldom, never).profile_id, often + seldom + never)
        self.assertIn("30 days, or as often as the tier promises", playbook.when_in_words)

    def test_promises_of_tiers_concern_only_who_asks_for_them(self):
        self.policy.with_context(ladder="metals").action_use_ladder()
        gold = self.policy.tier_ids.sorted()[0]
        gold.write({"has_visits": True, "visit_days": 10})
        self.started(20, trigger="periodic", trigger_days=30, segment_ids=False)
        profile = self.scored(self.champions, tier_id=gold.id)
        self.work()
        self.assertFalse(self.entries_of(profile))

    def contact(self, profile, days_ago):
        self.env["calendar.event"].create(
            {
                "name": "Visit",
                "start": self.day(days_ago),
                "stop": self.day(days_ago),
                "allday": True,
                "partner_ids": (profile.partner_id + self.seller.partner_id).ids,
                "user_id": self.seller.id,
            }
        )

    def test_no_contact(self):
        self.started(trigger="no_contact", trigger_days=60)
        silent, met, never = (self.scored(self.at_risk, first_order_date=self.day(500)) for _number in range(3))
        young = self.scored(self.at_risk, first_order_date=self.day(70))
        self.contact(silent, 65)
        self.contact(met, 10)
        self.work()
        entries = self.entries_of(silent, met, never, young)
        self.assertEqual(entries.profile_id, silent + young, "never contacted is known since before the start")
        self.contact(silent, 0)
        self.work()
        entry = self.entries_of(silent)
        self.assertEqual((entry.state, entry.closing_reason), ("cancelled", "The customer was contacted."))
        self.assertEqual(self.entries_of(young).state, "open")

    def test_birthday_of_any_person(self):
        self.started(trigger="birthday", trigger_days=7, segment_ids=False)
        company = self.scored(self.champions)
        soon = self.today + timedelta(days=7)
        birthday = date(1984 if (soon.month, soon.day) == (2, 29) else 1985, soon.month, soon.day)
        self.env["res.partner"].create(
            {"name": "Person", "parent_id": company.partner_id.id, "customer_birthday": birthday}
        )
        later = self.scored(self.champions, customer_birthday=self.today + timedelta(days=8 - 366 * 20))
        self.work()
        entry = self.entries_of(company, later)
        self.assertEqual((entry.profile_id, entry.cause), (company, f"date:{soon}"))

    def test_twenty_ninth_of_february(self):
        column = SQL("%s::date", date(2000, 2, 29))
        self.env.cr.execute(SQL("SELECT %s", next_yearly(column, date(2025, 3, 1))))
        self.assertEqual(self.env.cr.fetchone()[0], date(2026, 2, 28))

    def test_anniversary(self):
        self.started(trigger="anniversary", trigger_days=10, segment_ids=False)
        year_ago = self.today + timedelta(days=3)
        year_ago = year_ago.replace(year=year_ago.year - 1, day=min(year_ago.day, 28))
        profile = self.scored(self.champions, first_order_date=year_ago)
        first_year = self.scored(self.champions, first_order_date=self.today)
        self.work()
        self.assertEqual(self.entries_of(profile, first_year).profile_id, profile)

    def test_holiday(self):
        self.env["customer.holiday"].search([]).unlink()
        china = self.env.ref("base.cn")
        self.env["customer.holiday"].create(
            [
                {"name": "Spring Festival", "date": self.today + timedelta(days=5), "country_id": china.id},
                {"name": "Too far", "date": self.today + timedelta(days=6)},
            ]
        )
        self.started(trigger="holiday", trigger_days=5, segment_ids=False)
        germany = self.env.ref("base.de")
        chinese, other = (self.scored(self.champions, country_id=country.id) for country in (china, germany))
        self.work()
        entry = self.entries_of(chinese, other)
        self.assertEqual(entry.profile_id, chinese)
        self.next_day()
        self.work()
        self.assertEqual(len(self.entries_of(chinese)), 1)

    def test_holiday_of_the_company_where_the_customer_has_no_country(self):
        self.env["customer.holiday"].search([]).unlink()
        china = self.env.ref("base.cn")
        self.company.country_id = china
        self.env["customer.holiday"].create({"name": "Spring Festival", "date": self.today, "country_id": china.id})
        self.started(trigger="holiday", trigger_days=5, segment_ids=False)
        unknown = self.scored(self.champions)
        german = self.scored(self.champions, country_id=self.env.ref("base.de").id)
        self.work()
        self.assertEqual(self.entries_of(unknown, german).profile_id, unknown)

    def test_day_is_over_for_who_still_waits(self):
        self.started(trigger="birthday", trigger_days=7, segment_ids=False)
        waiting, opened = self.scored(self.champions), self.scored(self.champions)
        for profile, state in ((waiting, "waiting"), (opened, "open")):
            self.entries.create(
                {
                    "playbook_id": self.playbooks.search([]).id,
                    "profile_id": profile.id,
                    "entered_on": self.day(8),
                    "cause": f"date:{self.day(1)}",
                    "state": state,
                    "user_id": self.seller.id,
                }
            )
        self.work()
        self.assertEqual(self.entries_of(waiting).closing_reason, "The day is over.")
        self.assertEqual(self.entries_of(opened).state, "open")


class TestNow(PlaybookCase):
    """What the manager is shown before the start, and whom the checkbox lets in."""

    def test_in_segment_now(self):
        playbook = self.playbook(start=False)
        profile, other = self.scored(self.at_risk), self.scored(self.champions)
        self.assertEqual(self.env["customer.playbook.entrance"]._candidates_now(playbook), profile)
        self.assertEqual(playbook.who_would_enter, 1)
        playbook._start(self.company)
        self.work()
        self.assertFalse(self.entries_of(profile, other))
        playbook._start(self.company, include_now=True)
        self.work()
        self.assertEqual(self.entries_of(profile, other).profile_id, profile)
        self.assertFalse(
            self.env["customer.playbook.entrance"]._candidates_now(playbook), "who is in does not come in once more"
        )

    def test_not_twice_for_a_change_seen_by_both(self):
        playbook = self.playbook(start=False)
        profile = self.falls()
        playbook._start(self.company, include_now=True)
        self.work()
        self.activities_of(profile).action_feedback()
        self.work()
        self.assertEqual(len(self.entries_of(profile)), 1)

    def test_every_trigger_can_be_previewed(self):
        for name in self.env["customer.playbook.trigger"]._triggers():
            playbook = self.playbook(name=name, trigger=name, trigger_days=5, segment_ids=False)
            self.assertIsInstance(self.env["customer.playbook.entrance"]._candidates_now(playbook).ids, list, name)
        self.next_day()
        self.falls()
        self.work()
        self.assertFalse(self.playbooks.search([("problem", "!=", False)]).mapped("problem"))

    def test_recent_rise(self):
        self.policy.with_context(ladder="metals").action_use_ladder()
        gold, silver, _bronze = self.policy.tier_ids.sorted()
        self.policy.recompute()
        moved = self.scored(self.champions, tier_id=silver.id)
        self.move(moved, tier=gold, days_ago=5, processed=True)  # by the run that put everybody on the ladder
        self.policy.recompute()
        recent, long_ago, by_hand = (self.scored(self.champions, tier_id=silver.id) for _number in range(3))
        self.env["customer.tier.decision"]._set(
            by_hand, self.policy, gold, self.today, self.today + timedelta(days=9), "They asked"
        )
        self.move(recent, tier=gold, days_ago=5, processed=True)
        self.move(long_ago, tier=gold, days_ago=60, processed=True)
        playbook = self.playbook(start=False, trigger="tier_up", segment_ids=False)
        self.assertEqual(self.env["customer.playbook.entrance"]._candidates_now(playbook), recent + by_hand)

    def test_playbook_that_is_not_saved_yet(self):
        profile = self.scored(self.at_risk)
        playbook = self.playbooks.new({"name": "New", "segment_ids": self.at_risk.ids})
        self.assertEqual(self.env["customer.playbook.entrance"]._candidates_now(playbook), profile)

    def test_wizard_says_for_whom(self):
        other = self.user("other")
        self.scored(self.at_risk)
        self.scored(self.at_risk)
        self.scored(self.at_risk, user_id=other.id)
        playbook = self.playbook(start=False)
        action = playbook.action_start()
        wizard = self.env[action["res_model"]].with_context(**action["context"]).create({"include_now": True})
        self.assertEqual(wizard.candidate_count, 3)
        self.assertEqual(wizard.by_responsible, f"{self.seller.name}: 2\n{other.name}: 1")
        wizard.action_start()
        self.work()
        self.assertEqual(playbook.open_count, 3)
        self.assertTrue(playbook.is_started)

    def test_days_must_fit_the_trigger(self):
        with self.assertRaisesRegex(ValidationError, "Stays in a segment: 0 days; it must be 1 to 3650 days"):
            self.playbook(trigger="segment_stay", trigger_days=0)


class TestDaylightSaving(PlaybookCase):
    def test_days_are_those_of_the_time_zone(self):
        """At 22:30 UTC it is the next day in Berlin, in summer as in winter; the hour that is missing is none."""
        self.policy.tz = "Europe/Berlin"
        playbook = self.playbook(trigger="segment_stay", trigger_days=1)
        profile = self.scored(self.at_risk, segment_since=date(2026, 3, 28))
        playbook.started_dates = {str(self.company.id): "2026-03-01"}
        for moment, expected in (("2026-03-28 22:30:00", 0), ("2026-03-28 23:30:00", 1)):
            with freeze_time(moment):
                self.next_day()
                self.work()
            self.assertEqual(len(self.entries_of(profile)), expected, moment)
        entry = self.entries_of(profile)
        self.assertEqual((entry.entered_on, entry.opened_on), (date(2026, 3, 29), date(2026, 3, 29)))
        self.assertEqual(self.activities_of(profile).date_deadline, date(2026, 4, 1))

    def test_looked_through_once_a_day_in_the_longest_and_the_shortest_night(self):
        self.policy.tz = "Europe/Berlin"
        progress = self.env["customer.playbook.state"].search([("policy_id", "=", self.policy.id)])
        for day in ("2026-10-25", "2026-03-29"):
            for clock in ("00:30", "01:30", "02:30", "21:30"):
                with freeze_time(f"{day} {clock}:00"):
                    self.work()
                self.assertEqual(str(progress.states_date), day)
