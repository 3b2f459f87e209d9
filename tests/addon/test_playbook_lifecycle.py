"""Playbooks that read lifecycle and rhythm."""

from datetime import timedelta

from odoo.exceptions import ValidationError

from .playbook_common import PlaybookCase


class LifecyclePlaybookCase(PlaybookCase):
    @classmethod
    def playbook(cls, **values):
        return super().playbook(**{"segment_ids": False, **values})

    @classmethod
    def turn(cls, profile, **after):
        """Change a label as a run does, and leave the change behind."""
        change = {f"from_{name}": profile[name] for name in after} | {f"to_{name}": after[name] for name in after}
        cls.env["customer.segmentation.transition"].create(
            {
                "profile_id": profile.id,
                "run_id": cls.policy.last_run_id.id,
                "date": cls.today,
                "from_segment_id": profile.segment_id.id,
                "to_segment_id": profile.segment_id.id,
                **change,
            }
        )
        profile.write(after)


class TestStages(LifecyclePlaybookCase):
    def test_enters_the_chosen_stage_and_leaves_it(self):
        self.playbook(trigger="stage_enter", lifecycle_stage="at_risk")
        profile = self.scored(self.champions, lifecycle_stage="active")
        other = self.scored(self.champions, lifecycle_stage="active")
        self.turn(profile, lifecycle_stage="at_risk")
        self.turn(other, lifecycle_stage="mature")
        self.work()
        entry = self.entries_of(profile, other)
        self.assertRecordValues(entry, [{"profile_id": profile.id, "state": "open"}])
        self.turn(profile, lifecycle_stage="returning")
        self.work()
        self.assertEqual((entry.state, entry.closing_reason), ("cancelled", "The customer left the lifecycle stage."))

    def test_every_stage(self):
        self.playbook(trigger="stage_enter")
        profile, moved = (self.scored(self.champions, lifecycle_stage="active") for _number in range(2))
        self.turn(profile, lifecycle_stage="mature")
        self.move(moved, self.at_risk)
        self.work()
        self.assertEqual(self.entries_of(profile, moved).profile_id, profile)

    def test_starting_finds_who_is_in_the_stage(self):
        playbook = self.playbook(trigger="stage_enter", lifecycle_stage="dormant", start=False)
        profile = self.scored(self.at_risk, lifecycle_stage="dormant")
        self.scored(self.lost, lifecycle_stage="lost")
        self.assertEqual(self.env["customer.playbook.entrance"]._candidates_now(playbook), profile)
        playbook._start(self.company, include_now=True)
        self.work()
        self.assertEqual(self.entries_of(profile).state, "open")


class TestOverdue(LifecyclePlaybookCase):
    @classmethod
    def work(cls):
        """States are looked through once a day."""
        cls.next_day()
        super().work()

    def late(self, days, gap=10.0, **values):
        known = {"last_order_date": self.day(days), "typical_gap_days": gap, "purchase_day_count": 2, **values}
        return self.scored(self.champions, lifecycle_stage="active", **known)

    def test_on_the_day_after_so_many_gaps(self):
        self.playbook(trigger="overdue", overdue_ratio=2)
        before, on_the_day = self.late(20), self.late(21)
        self.work()
        self.assertEqual(self.entries_of(before, on_the_day).profile_id, on_the_day)
        self.assertEqual(self.entries_of(on_the_day).cause, f"overdue:{self.day(21)}")

    def test_a_multiple_of_a_gap_that_is_no_whole_number_is_the_very_day(self):
        """Three times 33 ⅓ days are 100 days, not a little less or more."""
        self.playbook(trigger="overdue", overdue_ratio=3)
        before, on_the_day = (self.late(days) for days in (100, 101))
        # As runs store it; the ORM would round it to what is shown.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE customer_segmentation_profile SET typical_gap_days = 33.333333 WHERE id = ANY(%s)",
            [(before | on_the_day).ids],
        )
        self.env.invalidate_all()
        self.work()
        self.assertEqual(self.entries_of(before, on_the_day).profile_id, on_the_day)
        measures = self.env["customer.segmentation.measure"]._of_profiles(["overdue_ratio"], before)
        self.assertEqual(measures[before]["overdue_ratio"], 3)

    def test_late_before_the_start_only_when_the_manager_wants(self):
        profile = self.late(60)
        playbook = self.playbook(trigger="overdue", overdue_ratio=2)
        self.work()
        self.assertFalse(self.entries_of(profile))
        self.assertEqual(self.env["customer.playbook.entrance"]._candidates_now(playbook), profile)

    def test_who_bought_on_one_day_has_no_gap_of_its_own(self):
        """The gap is that of others: *Second Order* asks for more, *Overdue* does not."""
        playbook = self.playbook(trigger="overdue", overdue_ratio=2)
        profile = self.late(21, purchase_day_count=1)
        self.work()
        self.assertFalse(self.entries_of(profile))
        profile.purchase_day_count = 2
        self.assertEqual(self.env["customer.playbook.entrance"]._candidates_now(playbook), profile)

    def test_once_for_each_silence(self):
        self.playbook(trigger="overdue", overdue_ratio=2, reentry="always")
        profile = self.late(21)
        self.work()
        self.entries_of(profile)._close("done", "Called")
        self.work()
        self.assertEqual(len(self.entries_of(profile)), 1)

    def test_an_order_ends_it(self):
        self.playbook(trigger="overdue", overdue_ratio=2)
        profile = self.late(21)
        self.work()
        profile.last_order_date = self.today - timedelta(days=1)
        self.work()
        entry = self.entries_of(profile)
        self.assertEqual((entry.state, entry.closing_reason), ("cancelled", "The customer has ordered."))

    def test_lost_customers_are_another_matter(self):
        self.playbook(trigger="overdue", overdue_ratio=2)
        profile = self.late(21)
        profile.lifecycle_stage = "lost"
        self.work()
        self.assertFalse(self.entries_of(profile))

    def test_ratio_that_cannot_be(self):
        with self.assertRaisesRegex(ValidationError, "must be 1 to 100"):
            self.playbook(trigger="overdue", overdue_ratio=0.5)

    def test_sentences(self):
        said = {
            "A customer has not ordered for more than 2.5 times the usual gap": {
                "trigger": "overdue",
                "overdue_ratio": 2.5,
            },
            "A customer enters the lifecycle stage “Silent”": {"trigger": "stage_enter", "lifecycle_stage": "dormant"},
        }
        for sentence, values in said.items():
            with self.subTest(sentence):
                self.assertEqual(self.playbook(start=False, **values).when_in_words, sentence)
