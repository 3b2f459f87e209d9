"""Which way a customer moved: silence leads nowhere better, and a change of the rules moves nobody."""

from numpy import ndenumerate

from odoo.addons.customer_segmentation.hooks import score_anew
from odoo.addons.customer_segmentation.scoring.segments import lookup_table
from odoo.tests import tagged
from odoo.tools import SQL

from .common import SegmentationCase


def silent_pairs(scheme):
    """Each two segments some customer goes through by buying nothing: no score rises, the window passes."""
    segments, table = lookup_table(scheme._segment_ranges(), scheme.bands)
    cells = [(cell, scheme.segment_ids.browse(segments[place])) for cell, place in ndenumerate(table)]
    return {
        (before, after)
        for cell, before in cells
        for later, after in cells
        if before != after and all(now <= then for then, now in zip(cell, later, strict=True))
    }


@tagged("post_install", "-at_install")
class TestSilence(SegmentationCase):
    def unchanged(self, name):
        """The columns of a label that is empty before and after."""
        kind = SQL(self.env["customer.segmentation.profile"]._fields[name].column_type[0])
        return SQL(", ").join(SQL("NULL::%s AS %s", kind, SQL.identifier(column)) for column in (f"from_{name}", name))

    def direction(self, before, after):
        """What is written on a change from one segment to another, all else the same."""
        profiles, writer = self.env["customer.segmentation.profile"], self.env["customer.segmentation.writer"]
        self.env.flush_all()
        [(direction,)] = self.env.execute_query(
            SQL(
                """SELECT %s FROM (SELECT %s AS from_segment_id, %s AS segment_id, NULL::date AS from_tier_since,
                                          %s) changed %s""",
                writer._sql_direction(),
                before.id,
                after.id,
                SQL(", ").join(self.unchanged(name) for name in profiles._labels() if name != "segment_id"),
                writer._sql_ranked(),
            )
        )
        return direction

    def test_silence_alone_is_never_better(self):
        for name in ("11_segments", "8_classes"):
            scheme = self.env.ref(f"customer_segmentation.scheme_{name}")
            pairs = silent_pairs(scheme)
            self.assertGreater(len(pairs), 10)
            for before, after in pairs:
                with self.subTest(before=before.name, after=after.name):
                    self.assertEqual((self.direction(before, after), self.direction(after, before)), ("down", "up"))

    def test_nor_in_a_scheme_whose_order_is_turned_round(self):
        scheme = self.env.ref("customer_segmentation.scheme_11_segments").copy({"active": True})
        for segment in scheme.segment_ids:
            segment.sequence = 1000 - segment.sequence
        for before, after in silent_pairs(scheme):
            self.assertEqual(self.direction(before, after), "down", f"{before.name} → {after.name}")


class ChangedRulesCase(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.changes = cls.env["customer.segmentation.transition"]
        cls.customers = [cls.customer(f"Customer {number}") for number in range(20)]
        for number, customer in enumerate(cls.customers):
            cls.order(customer, 100 * (number + 1), 3 + 15 * number)
            cls.order(customer, 50, 20 + 15 * number)
        cls.policy.with_context(ladder="metals").action_use_ladder()
        cls.recompute()
        cls.changes.search([]).unlink()
        cls.scored = cls.env["customer.segmentation.profile"].search([("company_id", "=", cls.company.id)])

    def edit_and_undo(self):
        self.policy.window_months = 3
        self.recompute()
        self.policy.window_months = 12
        self.recompute()
        self.env.invalidate_all()
        moved = self.changes.search([("company_id", "=", self.company.id)])
        self.assertGreater(len(moved), 10, "the rules did make a difference")
        return moved


@tagged("post_install", "-at_install")
class TestChangedRules(ChangedRulesCase):
    def month(self):
        return (str(self.today.replace(day=1)), str(self.today))

    def test_an_edit_and_its_undoing_raise_and_lower_nobody(self):
        moved = self.edit_and_undo()
        self.assertEqual(set(moved.mapped("direction")), {"rules"})
        self.assertTrue(all(moved.mapped("processed")))

    def test_rules_that_are_put_back_before_a_run_are_no_others(self):
        version = self.policy.version
        self.policy.window_months = 3
        self.assertTrue(self.policy.rules_changed)
        self.policy.window_months = 12
        self.assertGreater(self.policy.version, version)
        self.assertFalse(self.policy.rules_changed)
        worst = self.customers[-1]
        for _number in range(6):
            self.order(worst, 5000, 0)
        self.recompute()
        change = self.changes.search([("profile_id", "=", self.profile(worst).id)])
        self.assertEqual((change.direction, change.processed), ("up", False))
        change.processed = True
        self.changes._mark_changed_rules()
        self.assertEqual(change.direction, "up")

    def test_the_same_rules_before_and_after_an_addon_that_scores_are_others(self):
        version = self.policy.version
        score_anew(self.env)
        self.assertTrue(self.policy.rules_changed)
        self.recompute()
        self.policy.window_months = 3
        self.policy.window_months = 12
        score_alike = self.env["customer.segmentation.rules"]._score_alike
        self.assertFalse(score_alike(self.policy, version, self.policy.version))
        self.assertTrue(score_alike(self.policy, version + 1, self.policy.version))

    def test_who_stood_where_is_held_against_where_they_stand_by_the_same_rules(self):
        self.policy.last_run_id.sudo().as_of = self.day(30)
        before, today = self.day(20), self.today
        self.policy.window_months = 3
        self.recompute()
        self.assertEqual(self.changes._rules_changed_on(self.company, before, today), today)
        self.policy.window_months = 12
        self.recompute()
        self.assertIsNone(self.changes._rules_changed_on(self.company, before, today))
        self.assertEqual(self.changes._rules_changed_on(self.company, self.day(40), today), today, "by which, then?")

    def test_who_is_new_in_that_run_is_not_due_to_the_rules(self):
        self.policy.window_months = 3
        newcomer = self.customer("Newcomer")
        self.order(newcomer, 500, 1)
        self.recompute()
        change = self.changes.search([("profile_id", "=", self.profile(newcomer).id)])
        self.assertNotEqual(change.direction, "rules")

    def test_a_change_after_the_edit_is_the_customers_own(self):
        self.edit_and_undo()
        worst = self.customers[-1]
        self.changes.search([]).unlink()
        for _number in range(6):
            self.order(worst, 5000, 0)
        self.recompute()
        self.assertEqual(self.changes.search([("profile_id", "=", self.profile(worst).id)]).direction, "up")

    def test_the_sheet_says_so(self):
        moved = self.edit_and_undo()
        sheet = self.env["customer.sheet"]
        changes = sheet._changes(moved[0].profile_id)
        self.assertTrue(changes)
        for change in changes:
            self.assertIn("the rules were changed", change["words"])

    def test_changes_from_before_they_were_told_apart_are_marked_once(self):
        moved = self.edit_and_undo()
        self.env.cr.execute("UPDATE customer_segmentation_transition SET direction = 'down'")
        self.changes.invalidate_model()
        self.changes._mark_changed_rules()
        self.assertEqual(set(moved.mapped("direction")), {"rules"})
