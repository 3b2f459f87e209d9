"""The review of tiers: who falls when, who is told, what managers approve, and what happens when two come at once."""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.addons.customer_segmentation.models.run.customer_segmentation_run import CustomerSegmentationRun
from odoo.exceptions import AccessError, LockError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, RecordCapturer, new_test_user
from odoo.tools import mute_logger

from .test_tiers import MANAGER, TierCase

REVIEW = "odoo.addons.customer_segmentation.models.tiers.customer_tier_review"
RISES_BEFORE = "2024-01-15"


class ReviewCase(TierCase):
    """Gold from January on; of the three months to April nothing is left."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gold, cls.silver, cls.bronze = cls.metals()
        cls.policy.tier_review_by_hand = False
        cls.partners = [cls.customer(f"Falling {number}") for number in range(5)]
        for partner in cls.partners:
            cls.buy(partner, "2024-01-10", 1200)
        cls.recompute(as_of=RISES_BEFORE)
        cls.cron = cls.env.ref("customer_segmentation.ir_cron_tier_review")

    def run_job(self):
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()

    def tiers(self):
        return [self.tier(partner) for partner in self.partners]

    def profiles(self):
        return self.env["customer.segmentation.profile"].union(*map(self.profile, self.partners))

    def last_review(self):
        return str(self.policy.tier_last_review_date)

    @contextmanager
    def triggered(self, times):
        """How often the block asks for the job."""
        with RecordCapturer(self.env["ir.cron.trigger"], [("cron_id", "=", self.cron.id)]) as captured:
            yield captured
        self.assertEqual(len(captured.records), times)

    @contextmanager
    def chunks_of(self, size):
        with patch.object(CustomerSegmentationRun, "_chunk_size", size):
            yield

    def messages(self):
        return self.env["mail.message"].search([("subject", "like", "Tier review of")], order="id")


class TestReviewJob(ReviewCase):
    def test_a_run_lowers_nobody_and_calls_the_review(self):
        with self.triggered(0):
            self.recompute(as_of="2024-03-30")
        with self.triggered(1):
            self.recompute(as_of="2024-06-30")
        self.assertEqual((set(self.tiers()), self.last_review()), ({"Gold"}, RISES_BEFORE))

    def test_the_first_run_with_a_ladder_starts_the_calendar(self):
        self.assertEqual(self.last_review(), RISES_BEFORE)
        company = self.other_company()
        policy = self.policy_of(company)
        self.recompute(policy, as_of="2024-04-15")
        self.assertFalse(policy.tier_last_review_date, "without a ladder there is nothing to review")

    def test_lowers_in_chunks_and_counts_as_held(self):
        self.recompute(as_of="2024-06-30")
        with self.chunks_of(2):
            self.run_job()
        self.assertEqual((set(self.tiers()), self.last_review()), ({"Silver"}, "2024-06-30"))
        profile = self.profile(self.partners[0])
        self.assertEqual(str(profile.tier_since), "2024-06-30")
        self.assertEqual(str(profile.tier_lowered_date), "2024-06-30")
        self.assertEqual((str(profile.tier_below_since), str(profile.tier_review_date)), ("2024-06-30", "2024-09-30"))
        for partner in self.partners:
            change = self.profile(partner).transition_ids.sorted("id")[-1]
            self.assertEqual((change.from_tier_id, change.to_tier_id), (self.gold, self.silver))
            self.assertEqual((change.direction, change.processed), ("down", False))
            self.assertEqual(change.run_id, self.policy.last_run_id)
        self.assertEqual(self.recompute(as_of="2024-06-30").changed_count, 0, "the next run agrees")
        self.run_job()
        self.assertEqual(set(self.tiers()), {"Silver"})

    def test_the_job_is_done_when_nothing_is_left(self):
        self.recompute(as_of="2024-06-30")
        self.run_job()
        progress = self.env["ir.cron.progress"].search([("cron_id", "=", self.cron.id)], order="id desc", limit=1)
        self.assertEqual((progress.remaining, self.cron.failure_count), (0, 0))

    def test_out_of_time_the_job_stops_and_says_what_remains(self):
        self.recompute(as_of="2024-06-30")
        crons = type(self.env["ir.cron"])
        commit = crons._commit_progress
        no_time = patch.object(crons, "_commit_progress", lambda *args, **options: commit(*args, **options) and 0)
        with self.enter_registry_test_mode(), self.chunks_of(2), no_time, self.registry.cursor() as cr:
            self.env(cr=cr)["customer.tier.review"]._cron_review()
        self.env.invalidate_all()
        self.assertEqual(sorted(self.tiers()), 3 * ["Gold"] + 2 * ["Silver"])
        self.assertEqual(self.last_review(), RISES_BEFORE)
        self.run_job()
        self.assertEqual((set(self.tiers()), self.last_review()), ({"Silver"}, "2024-06-30"))

    def test_resumed_after_another_run(self):
        """Killed in the middle; the next night's run came before the rest."""
        self.recompute(as_of="2024-06-30")
        with self.chunks_of(2):
            self.env["customer.tier.review"]._step(self.policy)
        self.recompute(as_of="2024-07-01")
        self.review()
        days = sorted(str(self.profile(partner).tier_since) for partner in self.partners)
        self.assertEqual(days, 2 * ["2024-06-30"] + 3 * ["2024-07-01"])
        self.assertEqual([len(self.movements(partner)) for partner in self.partners], 5 * [2])
        self.assertEqual(self.recompute(as_of="2024-07-01").changed_count, 0)

    def test_where_a_fall_ends(self):
        """One is below the next tier as well, one meets it, one falls off the ladder."""
        self.bronze.unlink()
        self.buy(self.partners[1], "2024-05-01", 450)
        self.recompute(as_of="2024-06-30")
        self.review()
        one, other = self.profile(self.partners[0]), self.profile(self.partners[1])
        self.assertEqual((one.tier_id, other.tier_id), (self.silver, self.silver))
        self.assertTrue(one.tier_below_since and one.tier_review_date)
        self.assertFalse(other.tier_below_since or other.tier_review_date or other.tier_kept_id)
        self.run_of("2024-09-30")
        self.assertFalse(one.tier_id or one.tier_below_since or one.tier_review_date)
        self.assertEqual(self.movements(self.partners[0])[-1], ("2024-09-30", False, "down"))

    def test_grace_on_the_lower_tier(self):
        self.policy.write({"tier_ids": [Command.update(self.silver.id, {"grace_days": 93})]})
        self.run_of("2024-06-30")
        self.assertEqual(str(self.profile(self.partners[0]).tier_review_date), "2024-12-31")

    def test_a_review_too_far_ahead_is_not_in_sight(self):
        self.policy.write({"tier_ids": [Command.update(self.silver.id, {"grace_days": 9000})]})
        self.run_of("2024-06-30")
        self.assertFalse(self.profile(self.partners[0]).tier_review_date)

    def test_every_run(self):
        self.policy.tier_review = "every_run"
        with self.triggered(1):
            self.recompute(as_of="2024-04-15")
        self.run_job()
        self.assertEqual(set(self.tiers()), {"Silver"})
        with self.triggered(0):
            self.assertEqual(self.recompute(as_of="2024-04-15").changed_count, 0)
        self.run_job()
        self.assertEqual(set(self.tiers()), {"Silver"}, "once a day")
        self.run_of("2024-04-16")
        self.assertEqual(set(self.tiers()), {"Bronze"})
        self.assertEqual(self.last_review(), "2024-04-16")

    def test_a_tier_set_by_hand_is_left_alone(self):
        self.recompute(as_of="2024-06-30")
        self.profile(self.partners[0]).tier_locked_until = "2024-06-30"
        self.review()
        self.assertEqual(self.tiers(), ["Gold"] + 4 * ["Silver"])

    def test_who_recovered_meanwhile_stays(self):
        self.recompute(as_of="2024-06-30")
        self.buy(self.partners[0], "2024-06-30", 900)
        with self.on("2024-06-30"):
            self.env["customer.segmentation.profile"]._refresh(self.policy, self.partners[0].ids)
        self.review()
        self.assertEqual(self.tiers(), ["Gold"] + 4 * ["Silver"])

    def test_waits_for_the_run_of_the_day(self):
        self.recompute(as_of="2024-06-29")
        self.env["customer.segmentation.run"].create({"policy_id": self.policy.id, "as_of": "2024-06-30"})
        self.run_job()
        self.assertEqual((set(self.tiers()), self.last_review()), ({"Gold"}, RISES_BEFORE))

    def test_waits_while_a_run_is_open_and_asks_to_be_called_again_soon(self):
        self.recompute(as_of="2024-06-30")
        for state in ("pending", "running"):
            with self.subTest(state=state):
                run = self.env["customer.segmentation.run"].create(
                    {"policy_id": self.policy.id, "as_of": "2024-07-01", "state": state}
                )
                with self.triggered(1) as captured:
                    self.run_job()
                self.assertLess(captured.records.call_at, fields.Datetime.now() + timedelta(minutes=10))
                self.assertEqual(set(self.tiers()), {"Gold"})
                run.unlink()
        with self.triggered(0):
            self.run_job()
        self.assertEqual(set(self.tiers()), {"Silver"})

    def test_waits_for_the_run_by_changed_rules(self):
        self.recompute(as_of="2024-06-30")
        self.gold.grace_days = 200
        with self.triggered(0):
            self.run_job()
        self.assertEqual((set(self.tiers()), self.last_review()), ({"Gold"}, RISES_BEFORE))
        with self.triggered(1):
            self.recompute(as_of="2024-06-30")
        self.run_job()
        self.assertEqual((set(self.tiers()), self.last_review()), ({"Gold"}, "2024-06-30"))

    def test_leaves_a_company_somebody_works_on(self):
        self.recompute(as_of="2024-06-30")
        locks = type(self.env["customer.segmentation.lock"])
        with patch.object(locks, "_lock", side_effect=LockError("busy")), self.triggered(1):
            self.run_job()
        self.assertEqual(set(self.tiers()), {"Gold"})

    def test_a_step_that_collides_is_undone_and_tried_again(self):
        self.recompute(as_of="2024-06-30")
        decisions = type(self.env["customer.tier.decision"])
        lower = decisions._lower_due

        def collide(decisions, *args, **options):
            lower(decisions, *args, **options)
            raise psycopg2.errors.SerializationFailure("somebody was first")

        with patch.object(decisions, "_lower_due", collide), self.triggered(1):
            self.run_job()
        self.assertEqual((set(self.tiers()), self.last_review()), ({"Gold"}, RISES_BEFORE))
        self.run_job()
        self.assertEqual(set(self.tiers()), {"Silver"})

    def test_one_company_that_fails_does_not_stop_the_others(self):
        company = self.other_company()
        policy = self.policy_of(company)
        policy.write({"window_months": 3, "tier_review_by_hand": False})
        self.metals(policy=policy)
        self.order(self.partners[0], 1200, date_order="2024-01-10 12:00:00", company=company)
        for of_company in (policy, self.policy):
            self.recompute(of_company, as_of=RISES_BEFORE)
            self.recompute(of_company, as_of="2024-06-30")
        reviews = type(self.env["customer.tier.review"])
        held = reviews._next
        first, second = self.policy.search([("id", "in", (policy | self.policy).ids)])

        def fail(reviews, policy, review):
            if policy == first:
                raise ValueError("broken")
            return held(reviews, policy, review)

        broken = patch.object(reviews, "_next", fail)
        with broken, self.assertLogs(REVIEW, "WARNING") as logged, self.triggered(0):
            self.run_job()
        self.assertIn(first.company_id.name, logged.output[0])
        self.assertEqual(str(first.tier_last_review_date), RISES_BEFORE)
        self.assertEqual(str(second.tier_last_review_date), "2024-06-30")
        self.run_job()
        self.assertEqual((self.tier(self.partners[0]), self.tier(self.partners[0], company)), ("Silver", "Silver"))

    def test_two_companies_two_calendars(self):
        company = self.other_company()
        policy = self.policy_of(company)
        policy.write({"window_months": 3, "tier_review_by_hand": False, "tier_review": "year"})
        self.metals(policy=policy)
        self.order(self.partners[0], 1200, date_order="2024-01-10 12:00:00", company=company)
        for of_company in (policy, self.policy):
            self.recompute(of_company, as_of=RISES_BEFORE)
            self.recompute(of_company, as_of="2024-06-30")
        self.run_job()
        self.assertEqual((self.tier(self.partners[0]), self.tier(self.partners[0], company)), ("Silver", "Gold"))

    def test_the_health_line_names_the_next_review(self):
        self.assertIn("Next tier review: 03/31/2024", self.env["customer.segmentation.health"]._line(self.policy))
        self.cron.active = False
        self.assertIn("Tier reviews are switched off", self.env["customer.segmentation.health"]._line(self.policy))
        self.policy.write({"tier_ids": [Command.clear()]})
        self.assertNotIn("review", self.env["customer.segmentation.health"]._line(self.policy))


class TestReviewByHand(ReviewCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.tier_review_by_hand = True
        cls.elsewhere = new_test_user(
            cls.env, "manager_elsewhere", groups=MANAGER, company_id=cls.other_company("Elsewhere").id
        )

    def test_the_managers_of_the_company_are_told_once(self):
        self.recompute(as_of="2024-06-30")
        self.run_job()
        message = self.messages()
        self.assertEqual(len(message), 1)
        self.assertIn("Customers due for a downgrade: 5", message.body)
        self.assertIn('href="/odoo/segmentation-tier-review"', message.body)
        self.assertIn(self.manager.partner_id, message.partner_ids)
        self.assertFalse(message.partner_ids & (self.seller.partner_id | self.elsewhere.partner_id))
        self.assertEqual((set(self.tiers()), self.last_review()), ({"Gold"}, "2024-06-30"))
        self.run_job()
        self.recompute(as_of="2024-07-01")
        self.run_job()
        self.assertEqual(self.messages(), message)
        self.run_of("2024-09-30")
        self.assertEqual(len(self.messages()), 2, "the next review tells again who still waits")

    def test_killed_after_telling_they_are_told_once(self):
        """Telling and counting the review as held are one transaction."""
        self.recompute(as_of="2024-06-30")
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.env["customer.tier.review"]._step(self.policy)
            raise ZeroDivisionError
        self.env.invalidate_all()
        self.assertFalse(self.messages())
        self.review()
        self.assertEqual(len(self.messages()), 1)

    def test_nobody_is_told_of_nothing(self):
        for partner in self.partners:
            self.buy(partner, "2024-06-01", 5000)
        self.run_of("2024-06-30")
        self.assertEqual((self.last_review(), len(self.messages())), ("2024-06-30", 0))

    def test_each_in_their_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        new_test_user(self.env, "manager_fr", groups=MANAGER, lang="fr_FR")
        self.run_of("2024-06-30")
        self.assertEqual(len(self.messages()), 2)
        self.assertIn("30/06/2024", "".join(self.messages().mapped("subject")))

    def test_proposed_rises_are_told_as_well(self):
        self.policy.tier_rise_by_hand = True
        riser = self.customer("Riser")
        self.buy(riser, "2024-06-01", 10)
        self.recompute(as_of="2024-06-02")
        self.buy(riser, "2024-06-10", 600)
        self.run_of("2024-06-30")
        self.assertIn("Customers proposed for a better tier: 1", self.messages().body)


class TestApproval(ReviewCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.write({"tier_review_by_hand": True, "tier_rise_by_hand": True})

    def approve(self, profiles, day, user=None):
        with self.on(day):
            action = profiles.with_user(user or self.manager).action_approve_tier()
        self.env.invalidate_all()
        return action["params"]["message"]

    def riser(self):
        """Bronze by what it bought first, Gold by what it bought then."""
        riser = self.customer("Riser")
        self.buy(riser, "2024-06-01", 10)
        self.run_of("2024-06-02")
        self.buy(riser, "2024-06-10", 1000)
        self.run_of("2024-06-30")
        return riser

    def test_a_rise_waits(self):
        riser = self.riser()
        profile = self.profile(riser)
        self.assertEqual((profile.tier_id, profile.tier_proposed_id), (self.bronze, self.gold))
        self.assertEqual(len(self.movements(riser)), 1)
        self.assertRegex(profile.tier_outlook, "Qualifies for Gold.*approval")
        self.assertIn("Approved: 1", self.approve(profile, "2024-06-30"))
        self.assertEqual((profile.tier_id, profile.tier_proposed_id.id), (self.gold, False))
        self.assertEqual(self.movements(riser)[1:], [("2024-06-30", "Gold", "up")])
        self.assertFalse(profile.transition_ids.sorted("id")[-1].processed)
        self.assertEqual(self.recompute(as_of="2024-06-30").changed_count, 0, "the next run agrees")

    def test_a_proposal_ends_with_what_it_was_made_for(self):
        riser = self.riser()
        self.buy(riser, "2024-07-01", -600)
        self.run_of("2024-07-01")
        self.assertFalse(self.profile(riser).tier_proposed_id)
        with self.assertRaisesRegex(UserError, "None of the chosen customers"):
            self.approve(self.profile(riser), "2024-07-01")

    def test_switched_off_the_next_run_raises(self):
        riser = self.riser()
        self.policy.tier_rise_by_hand = False
        self.run_of("2024-07-01")
        profile = self.profile(riser)
        self.assertEqual((profile.tier_id, profile.tier_proposed_id.id), (self.gold, False))

    def test_an_order_proposes_at_once(self):
        riser = self.customer("Riser")
        self.buy(riser, "2024-06-01", 10)
        self.run_of("2024-06-02")
        self.buy(riser, "2024-06-03", 600)
        with self.on("2024-06-03"):
            self.env["customer.segmentation.profile"]._refresh(self.policy, riser.ids)
        self.assertEqual(self.profile(riser).tier_proposed_id, self.silver)

    def test_a_deleted_tier_is_no_proposal(self):
        profile = self.profile(self.riser())
        self.gold.unlink()
        self.env.invalidate_all()
        self.assertFalse(profile.tier_proposed_id)
        with self.assertRaisesRegex(UserError, "None of the chosen"):
            self.approve(profile, "2024-07-01")

    def test_up_and_down_in_one_go_and_the_others_are_named(self):
        riser, same = self.riser(), self.customer("Same")
        self.buy(same, "2024-06-20", 600)
        self.run_of("2024-06-30")
        chosen = self.profiles()[:2] | self.profile(riser) | self.profile(same)
        proposals = chosen.mapped(lambda profile: (profile.tier_proposal, profile.tier_target_id.name))
        self.assertEqual(proposals[:2], 2 * [("due", "Silver")])
        self.assertEqual(proposals[2:], [("rise", "Gold"), (False, False)])
        message = self.approve(chosen, "2024-06-30")
        self.assertIn("Approved: 3", message)
        self.assertIn("Not due, left as they are: 1 (Same)", message)
        self.assertEqual(self.tiers(), 2 * ["Silver"] + 3 * ["Gold"], "some, not all")
        self.assertEqual(self.recompute(as_of="2024-06-30").changed_count, 0, "the next run agrees")

    def test_only_a_few_are_named(self):
        with self.on("2024-06-01"):
            names = self.profiles().with_user(self.manager)
        self.recompute(as_of="2024-06-30")
        others = [self.customer(f"Same {number}") for number in range(7)]
        for partner in others:
            self.buy(partner, "2024-06-20", 600)
        self.recompute(as_of="2024-06-30")
        chosen = names | self.env["customer.segmentation.profile"].union(*map(self.profile, others))
        message = self.approve(chosen, "2024-06-30")
        self.assertIn("Approved: 5", message)
        self.assertRegex(message, r"left as they are: 7 \(.*Same 4 …\)")

    def test_ahead_of_the_review_nothing_is_approved(self):
        self.run_of("2024-06-15")
        with self.on("2024-06-15"):
            self.assertEqual(set(self.profiles().mapped("tier_proposal")), {"later"})
        with self.assertRaisesRegex(UserError, "None of the chosen"):
            self.approve(self.profiles(), "2024-06-15")

    def test_approving_twice_lowers_once(self):
        self.run_of("2024-06-30")
        self.approve(self.profiles(), "2024-06-30")
        with self.assertRaisesRegex(UserError, "None of the chosen"):
            self.approve(self.profiles(), "2024-06-30")
        self.assertEqual(set(self.tiers()), {"Silver"})
        self.assertEqual(self.recompute(as_of="2024-06-30").changed_count, 0, "the next run agrees")

    def test_a_late_approval_counts_for_all_reviews_before_it(self):
        self.run_of("2024-06-30")
        self.run_of("2024-09-30")
        self.approve(self.profiles(), "2024-09-30")
        self.assertEqual(str(self.profile(self.partners[0]).tier_lowered_date), "2024-09-30")
        self.assertEqual(self.recompute(as_of="2024-09-30").changed_count, 0)
        self.assertEqual(str(self.profile(self.partners[0]).tier_review_date), "2024-12-31")

    def test_refused_while_a_run_writes(self):
        self.run_of("2024-06-30")
        self.env["customer.segmentation.run"].create(
            {"policy_id": self.policy.id, "as_of": "2024-07-01", "state": "running"}
        )
        with self.assertRaisesRegex(UserError, "being recomputed"):
            self.approve(self.profiles(), "2024-06-30")

    def test_refused_while_somebody_else_decides(self):
        self.run_of("2024-06-30")
        locked = patch.object(type(self.env["customer.segmentation.lock"]), "_lock", side_effect=LockError("busy"))
        with locked, self.assertRaisesRegex(UserError, "being recomputed"):
            self.approve(self.profiles(), "2024-06-30")

    def test_who_looked_too_early_is_tried_again(self):
        self.run_of("2024-06-30")
        late = LockError("late")
        late.__cause__ = psycopg2.errors.SerializationFailure()
        locked = patch.object(type(self.env["customer.segmentation.lock"]), "_lock", side_effect=late)
        with locked, self.assertRaises(psycopg2.errors.SerializationFailure):  # Odoo repeats the request
            self.approve(self.profiles(), "2024-06-30")

    def test_roles(self):
        self.run_of("2024-06-30")
        employee = new_test_user(self.env, "review_employee", groups="base.group_user")
        for user in (self.seller, employee):
            for method in ("action_approve_tier", "action_release_tier", "action_set_tier"):
                with self.subTest(user=user.login, method=method), self.assertRaises(AccessError):
                    getattr(self.profiles().with_user(user), method)()
        self.assertEqual(set(self.tiers()), {"Gold"})

    def test_other_companies_customers_are_refused(self):
        company = self.other_company()
        policy = self.policy_of(company)
        policy.window_months = 3
        self.metals(policy=policy)
        self.order(self.partners[0], 1200, date_order="2024-01-10 12:00:00", company=company)
        self.recompute(policy, as_of=RISES_BEFORE)
        self.recompute(policy, as_of="2024-06-30")
        self.run_of("2024-06-30")
        theirs = self.profile(self.partners[0], company)
        with self.assertRaises(AccessError):
            self.approve(theirs | self.profiles(), "2024-06-30")
        self.approve(theirs | self.profiles(), "2024-06-30", self.env.user)
        self.assertEqual((self.tier(self.partners[0], company), set(self.tiers())), ("Silver", {"Silver"}))

    def test_the_list_shows_what_waits(self):
        riser = self.riser()
        domain = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation.action_tier_review")["domain"]
        found = self.env["customer.segmentation.profile"].with_user(self.manager).search(eval(domain))
        self.assertEqual(found, self.profiles() | self.profile(riser))


class TestDecisionsAboutMany(ReviewCase):
    def override(self, profiles, tier, reason="Agreed"):
        with self.on("2024-01-20"):
            action = profiles.with_user(self.manager).action_set_tier()
            wizard = profiles.with_user(self.manager).env[action["res_model"]].with_context(**action["context"])
            wizard = wizard.create({"tier_id": tier.id, "reason": reason, "locked_until": "2024-05-31"})
            self.assertEqual(wizard.customer_count, len(profiles))
            wizard.action_apply()

    def statements(self, change):
        """How many statements a decision about these customers takes."""
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        change()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_as_many_statements_for_five_as_for_one(self):
        few, many = self.profile(self.partners[0]), self.profiles()
        self.statements(lambda: self.override(few, self.silver))
        self.assert_no_loop(lambda chosen: self.override(chosen, self.bronze), few, many)
        self.assert_no_loop(lambda chosen: chosen.action_release_tier(), few, many)

    def test_an_approval_takes_as_many_statements_for_five_as_for_one(self):
        self.policy.tier_review_by_hand = True
        self.run_of("2024-06-30")
        with self.on("2024-06-30"):
            self.assert_no_loop(lambda chosen: chosen.action_approve_tier(), self.profiles()[:1], self.profiles()[1:])

    def assert_no_loop(self, change, few, many):
        self.assertLessEqual(self.statements(lambda: change(many)), self.statements(lambda: change(few)) + 2)

    def test_an_override_ends_a_proposal(self):
        self.policy.tier_rise_by_hand = True
        profile = self.profiles()[0]
        self.override(profile, self.bronze)
        self.assertFalse(profile.tier_proposed_id)
        self.run_of("2024-01-21")
        self.assertFalse(profile.tier_proposed_id, "nothing is proposed while a manager decides")
        profile.with_user(self.manager).action_release_tier()
        self.run_of("2024-01-22")
        self.assertEqual((profile.tier_id, profile.tier_proposed_id), (self.bronze, self.gold))

    def test_who_is_kept_passes_over_one_review(self):
        """And is asked for again at the one after it."""
        self.policy.tier_review_by_hand = True
        self.run_of("2024-06-30")
        kept, others = self.profiles()[:2], self.profiles()[2:]
        self.assertEqual(set(kept.mapped("tier_review_date")), {fields.Date.to_date("2024-06-30")})
        with self.on("2024-06-30"):
            action = kept.with_user(self.manager).with_context(keep_tiers=True).action_set_tier()
            wizards = self.env[action["res_model"]].with_user(self.manager).with_context(**action["context"])
            with Form(wizards) as form:
                self.assertEqual(form.locked_until, fields.Date.to_date("2024-09-29"), "the eve of the next review")
                form.reason = "A large order is coming"
            form.record.action_apply()
            self.profiles().with_user(self.manager).action_approve_tier()
        self.assertEqual((kept.tier_id, others.tier_id), (self.gold, self.silver))
        self.assertEqual(set(kept.mapped("tier_review_date")), {False})
        self.assertEqual(kept[0].tier_lock_reason, "A large order is coming")
        self.run_of("2024-09-15")
        self.assertEqual(set(kept.mapped("tier_review_date")), {False})
        self.run_of("2024-12-31")
        self.assertEqual(set(kept.mapped("tier_review_date")), {fields.Date.to_date("2024-12-31")})

    def test_there_must_be_a_tier_to_keep(self):
        nobody = self.profiles()[0]
        nobody.sudo().tier_id = False
        keeping = self.env["customer.tier.override"].with_user(self.manager)
        override = keeping.create({"profile_ids": nobody.ids, "keeps": True, "reason": "Because"})
        with self.assertRaisesRegex(UserError, "has no tier to keep"):
            override.action_apply()
        override = keeping.create({"profile_ids": nobody.ids, "reason": "Because"})
        with self.assertRaisesRegex(UserError, "Choose the tier"):
            override.action_apply()

    def test_refused_while_a_run_writes(self):
        self.env["customer.segmentation.run"].create(
            {"policy_id": self.policy.id, "as_of": "2024-07-01", "state": "running"}
        )
        with self.assertRaisesRegex(UserError, "being recomputed"):
            self.override(self.profiles(), self.silver)

    def test_the_reason_of_each_stays(self):
        self.override(self.profiles(), self.silver, "First")
        self.override(self.profiles(), self.silver, "Second")
        for profile in self.profiles():
            changes = profile.transition_ids.filtered("reason").sorted("id")
            self.assertEqual(changes.mapped("reason"), ["First", "Second"])
            self.assertEqual(changes.mapped("direction"), ["down", "same"])


class TestLadderVersion(TierCase):
    def test_a_ladder_saved_unchanged_is_no_change(self):
        gold, _silver, bronze = self.metals()
        version = self.policy.version
        gold.criterion_ids.write({"entry": 1000})
        gold.write({"grace_days": gold.grace_days, "sequence": gold.sequence})
        self.policy.write({"tier_ids": [Command.update(bronze.id, {"name": "Iron", "sequence": 3})]})
        with Form(self.policy) as form:
            form.tier_review = "year"
        self.assertEqual(self.policy.version, version)
        bronze.sequence = 4
        self.assertEqual(self.policy.version, version, "the order is the same")
        self.env.cr.precommit.clear()  # another transaction
        gold.criterion_ids.entry = 1001
        self.assertEqual(self.policy.version, version + 1)

    def test_nothing_is_a_threshold_to_keep(self):
        tier = self.set_ladder(self.rung("Only", 1, ("revenue", 70, 0)))
        self.assertEqual(tier.criterion_ids.keep, 0)
        tier.criterion_ids.entry = 80
        self.assertEqual(tier.criterion_ids.keep, 0, "as it was typed")

    def test_a_tier_that_moves_leaves_a_ladder_that_works(self):
        company = self.other_company()
        theirs = self.policy_of(company)
        gold, _silver, bronze = self.metals()
        club = self.set_ladder(self.rung("Club", 1, ("revenue", 1, 1)), policy=theirs)
        versions = self.policy.version, theirs.version
        self.env.cr.precommit.clear()  # another transaction
        bronze.policy_id = theirs
        self.assertEqual((self.policy.version, theirs.version), (versions[0] + 1, versions[1] + 1))
        self.assertEqual((len(self.policy.tier_ids), theirs.tier_ids), (2, club | bronze))
        with self.assertRaisesRegex(ValidationError, "Silver can never be reached"), self.env.cr.savepoint():
            self.set_ladder(
                self.rung("Veto", 1, ("revenue", 500, 400)),
                self.rung("Silver", 2, ("revenue", 500, 400)),
                policy=theirs,
            )
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(ValidationError, "must ascend"):
            gold.write({"policy_id": theirs.id, "sequence": 99})
