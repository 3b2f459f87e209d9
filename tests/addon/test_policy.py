"""What a policy, a scheme and its segments refuse, and that they say what is wrong and what would be right."""

import psycopg2

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form
from odoo.tools import mute_logger

from .common import SegmentationCase

GRID = {  # design: R down, FM across
    5: ["new", "potential_loyalist", "potential_loyalist", "champions", "champions"],
    4: ["promising", "potential_loyalist", "potential_loyalist", "loyal", "loyal"],
    3: ["about_to_sleep", "about_to_sleep", "need_attention", "loyal", "loyal"],
    2: ["hibernating", "hibernating", "at_risk", "at_risk", "cant_lose_them"],
    1: ["lost", "hibernating", "at_risk", "at_risk", "cant_lose_them"],
}
EIGHT = {
    "HHH": "important_value",
    "HLH": "important_development",
    "LHH": "important_retention",
    "LLH": "important_win_back",
    "HHL": "general_value",
    "HLL": "general_development",
    "LHL": "general_retention",
    "LLL": "general_win_back",
}


class TestPresetSchemes(SegmentationCase):
    def table(self, scheme):
        from odoo.addons.customer_segmentation.scoring.segments import lookup_table

        segments, table = lookup_table(scheme._segment_ranges(), scheme.bands)
        codes = {segment.id: segment.code for segment in scheme.segment_ids}
        return [codes[segment] for segment in segments], table

    def test_eleven_segments_cell_by_cell(self):
        codes, table = self.table(self.env.ref("customer_segmentation.scheme_11_segments"))
        for recency, row in GRID.items():
            for frequency in range(1, 6):
                for monetary in range(1, 6):
                    expected = row[(frequency + monetary + 1) // 2 - 1]
                    halves = table[recency - 1, frequency - 1, monetary - 1]
                    before, inside = (codes[index] for index in halves[:, 1])
                    self.assertEqual(halves[:, 0].tolist(), halves[:, 1].tolist(), "gone or not, it is the same")
                    with self.subTest(cell=(recency, frequency, monetary)):
                        self.assertEqual(inside, expected)
                        self.assertEqual(before, "promising" if expected == "new" else expected)

    def test_eight_classes(self):
        codes, table = self.table(self.env.ref("customer_segmentation.scheme_8_classes"))
        for letters, code in EIGHT.items():
            cell = tuple("LH".index(letter) for letter in letters)
            self.assertEqual([codes[index] for index in table[cell].flat], [code] * 4)

    def test_rule_is_printed_beside_each_name(self):
        rules = {segment.code: segment.rule for segment in self.env["customer.segment"].search([])}
        self.assertEqual(rules["important_development"], "R high, F low, M high")
        self.assertEqual(rules["champions"], "R 5, FM 4–5")
        self.assertEqual(rules["hibernating"], "R 2, FM 1–2 or R 1, FM 2")
        self.assertEqual(rules["new"], "R 5, FM 1, first purchase inside the window")


class TestScheme(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scheme = cls.env.ref("customer_segmentation.scheme_11_segments")

    def test_copy_is_complete_and_independent(self):
        copy = self.scheme.copy()
        self.assertEqual(len(copy.segment_ids), 11)
        copy.segment_ids[0].name = "Stars"
        self.assertEqual(self.scheme.segment_ids[0].name, "Champions")

    def test_gap_is_refused_naming_the_cells(self):
        with self.assertRaisesRegex(ValidationError, "R1 F1 M1 belongs to no segment"):
            self.env.ref("customer_segmentation.segment_lost").unlink()

    def test_overlap_is_refused_naming_the_segments(self):
        champions = self.env.ref("customer_segmentation.segment_champions")
        with self.assertRaisesRegex(ValidationError, r"R4 F.*Champions, Loyal|R4 F.*Loyal, Champions"):
            champions.range_ids.recency_min = 4

    def test_two_ranges_can_be_changed_in_one_save(self):
        need, sleep = (
            self.env.ref(f"customer_segmentation.segment_{code}") for code in ("need_attention", "about_to_sleep")
        )
        self.scheme.write(
            {
                "segment_ids": [
                    Command.update(need.id, {"range_ids": [Command.update(need.range_ids.id, {"fm_min": 2})]}),
                    Command.update(sleep.id, {"range_ids": [Command.update(sleep.range_ids.id, {"fm_max": 1})]}),
                ]
            }
        )
        self.assertEqual(need.rule, "R 3, FM 2–3")

    def test_archived_scheme_may_be_incomplete_until_it_is_activated(self):
        draft = self.scheme.copy({"active": False})
        draft.segment_ids[-1].unlink()
        with self.assertRaisesRegex(ValidationError, "belongs to no segment"), self.env.cr.savepoint():
            draft.active = True
        with self.assertRaisesRegex(ValidationError, "archived"):
            self.policy.scheme_id = draft

    def test_bands_outside_two_to_nine(self):
        for bands in (1, 10):
            with (
                self.subTest(bands=bands),
                self.assertRaisesRegex(ValidationError, f"{bands} bands; a scheme has 2 to 9"),
            ):
                self.scheme.bands = bands

    def test_impossible_range(self):
        with self.assertRaisesRegex(ValidationError, "R 5 to 3"):
            self.env.ref("customer_segmentation.segment_champions").range_ids.recency_max = 3

    def test_scheme_in_use_cannot_be_archived_or_deleted(self):
        for act in (self.scheme.action_archive, self.scheme.unlink):
            with self.assertRaisesRegex(UserError, self.company.name):
                act()

    def test_changed_segments_are_changed_rules(self):
        version = self.policy.version
        self.env.ref("customer_segmentation.segment_lost").advice = "Say goodbye"
        self.assertEqual(self.policy.version, version, "words are no rule")
        self.test_two_ranges_can_be_changed_in_one_save()
        self.assertEqual(self.policy.version, version + 1)


class TestPolicy(SegmentationCase):
    def assertRefused(self, words, values):
        with self.subTest(values=values), self.assertRaisesRegex(ValidationError, words), self.env.cr.savepoint():
            self.policy.write(values)

    def test_refusals_say_what_is_wrong(self):
        self.assertRefused("80.*70.*do not ascend", {"abc_share_b": 70})
        self.assertRefused("do not ascend", {"abc_share_b": 101})
        self.assertRefused("do not ascend", {"abc_share_a": 0})
        self.assertRefused("window is 0 months", {"window_months": 0})
        self.assertRefused("policy has 12 bands", {"bands": 12})
        self.assertRefused("policy has 4 bands, but the scheme 11 segments has 5", {"bands": 4})
        self.assertRefused("two scores", {"recency_banding": "mean"})
        self.assertRefused(
            "Recency Cut-offs.*30; 20", {"recency_banding": "cut_offs", "recency_cut_offs": "10; 30; 20; 40"}
        )
        self.assertRefused("Type 4 numbers", {"monetary_banding": "cut_offs", "monetary_cut_offs": "1; 2; 3"})
        self.assertRefused("Type 4 numbers", {"monetary_banding": "cut_offs", "monetary_cut_offs": "low; 2; 3; 4"})
        self.assertRefused("Type 4 numbers", {"frequency_banding": "cut_offs", "frequency_cut_offs": False})
        self.assertRefused("weights", {"weight_recency": -1})
        self.assertRefused("weights", {"weight_recency": 0, "weight_frequency": 0, "weight_monetary": 0})

    def test_choosing_eight_classes_in_the_form_offers_their_banding(self):
        with Form(self.policy) as form:
            form.scheme_id = self.env.ref("customer_segmentation.scheme_8_classes")
            self.assertEqual((form.bands, form.recency_banding), (2, "mean"))

    def test_version_grows_with_rules_only(self):
        version = self.policy.version
        self.policy.write({"setup_done": True, "window_months": 12})
        self.assertEqual(self.policy.version, version)
        self.recompute()
        self.assertFalse(self.policy.rules_changed)
        self.policy.window_months = 18
        self.assertEqual(self.policy.version, version + 1)
        self.assertTrue(self.policy.rules_changed)

    def test_one_active_policy_per_root_company_and_none_for_branches(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation), self.env.cr.savepoint():
            self.policy.create({"company_id": self.company.id})
        with self.assertRaisesRegex(ValidationError, "is a branch"):
            self.policy.create({"company_id": self.branch(self.company).id})

    def test_policy_is_not_deleted(self):
        with self.assertRaises(UserError):
            self.policy.unlink()

    def test_settings_without_change_change_no_rule(self):
        version = self.policy.version
        with Form(self.env["res.config.settings"]) as form:
            pass
        form.record.execute()
        self.assertEqual(self.policy.version, version)
        with Form(self.env["res.config.settings"]) as form:
            form.customer_segmentation_window_months = 6
        form.record.execute()
        self.assertEqual((self.policy.window_months, self.policy.version), (6, version + 1))

    def test_health_line(self):
        self.order(self.customer())
        self.env["customer.segmentation.run"].search([]).unlink()
        self.assertIn("Not computed yet", self.env["customer.segmentation.health"]._line(self.policy))
        self.recompute()
        self.assertIn(
            "Customers scored: 1, changed: 1; purchases left out: 0.",
            self.env["customer.segmentation.health"]._line(self.policy),
        )
