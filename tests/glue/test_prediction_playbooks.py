"""Playbooks that a rising churn risk brings customers into."""

from odoo.exceptions import ValidationError

from ..addon.test_playbook_lifecycle import LifecyclePlaybookCase


class TestChurnRisk(LifecyclePlaybookCase):
    def test_becomes_high_and_lower_again(self):
        self.playbook(trigger="churn_rise", churn_band="high")
        profile, medium = (self.scored(self.champions, churn_band="low") for _number in range(2))
        self.turn(profile, churn_band="high")
        self.turn(medium, churn_band="medium")
        self.work()
        entry = self.entries_of(profile, medium)
        self.assertRecordValues(entry, [{"profile_id": profile.id, "state": "open"}])
        self.turn(profile, churn_band="medium")
        self.work()
        self.assertEqual((entry.state, entry.closing_reason), ("cancelled", "The churn risk is lower again."))

    def test_medium_includes_high_and_rises_once(self):
        self.playbook(trigger="churn_rise", churn_band="medium", reentry="always")
        jumped, rising = self.scored(self.champions, churn_band="low"), self.scored(self.champions, churn_band="medium")
        self.turn(jumped, churn_band="high")
        self.turn(rising, churn_band="high")
        self.work()
        self.assertEqual(self.entries_of(jumped, rising).profile_id, jumped)

    def test_who_is_lost_by_now_is_still_to_be_called(self):
        self.playbook(trigger="churn_rise")
        profile = self.scored(self.champions, churn_band="low", lifecycle_stage="dormant")
        self.turn(profile, churn_band="high")
        self.work()
        self.turn(profile, churn_band=False, lifecycle_stage="lost")
        self.work()
        self.assertEqual(self.entries_of(profile).state, "open")

    def test_level_must_be_chosen(self):
        with self.assertRaisesRegex(ValidationError, "level of churn risk"):
            self.playbook(trigger="churn_rise", churn_band=False)

    def test_as_long_as_no_level_is_chosen_nobody_would_come_in(self):
        self.scored(self.champions, churn_band="high")
        playbook = self.playbook(trigger="churn_rise", start=False)
        self.assertTrue(playbook.who_would_enter)
        playbook = playbook.new({"trigger": "churn_rise", "churn_band": False})
        self.assertFalse(playbook.who_would_enter)

    def test_sentence(self):
        playbook = self.playbook(trigger="churn_rise", churn_band="medium", start=False)
        self.assertEqual(playbook.when_in_words, "The churn risk of a customer becomes: Medium or High")


class TestTriggerThatGoes(LifecyclePlaybookCase):
    """The addon that declares a trigger is uninstalled."""

    def test_what_was_done_stays_on_record(self):
        used, unused = self.playbook(trigger="churn_rise"), self.playbook(trigger="churn_rise", start=False)
        name = self.env["ir.model.data"].create(
            {"module": "customer_segmentation_prediction", "name": "ours", "model": used._name, "res_id": used.id}
        )
        profile = self.scored(self.champions, churn_band="low")
        self.turn(profile, churn_band="high")
        self.work()
        entry = self.entries_of(profile)
        self.assertEqual(entry.state, "open")
        (used | unused)._remove_with_trigger()
        self.assertEqual((used | unused).exists(), used)
        self.assertFalse(name.exists(), "by its name Odoo would delete it as a record of the addon")
        self.assertEqual((used.active, used.trigger), (False, "segment_enter"))
        self.assertEqual(entry.state, "cancelled")
        self.assertEqual(entry.closing_reason, "What the playbook asks for is not known any more.")
        self.assertFalse(entry.activity_ids, "nothing stays on a desk")
