"""What a request says in its context changes neither what is counted nor what is kept."""

import re
from pathlib import Path

from odoo.addons.customer_segmentation.tools.context import SPEAKER
from odoo.tests import new_test_user

from .common import SegmentationCase

ROOT = Path(__file__).parents[2]
KEYS = re.compile(
    r"\b(?:said|told)\(\s*self\.env,\s*\"(\w+)\"|\bcontext\.get\(\s*\"(\w+)\"|^[A-Z_]+ = \"(customer_\w+)\"$", re.M
)
# What Odoo itself heeds wherever records are looked for or made.
ODOO_HEEDS = {
    "active_test": False,
    "default_state": "done",
    "default_kind": "replay",
    "default_nightly": True,
    "default_active": False,
    "bin_size": True,
}


def private_keys():
    """All keys of the context that code of ours reads."""
    found = set()
    for file in ROOT.glob("customer_segmentation*/**/*.py"):
        for names in KEYS.findall(file.read_text()):
            found |= set(filter(None, names))
    return sorted(found - set(SPEAKER))


class ContextCase(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyers = [cls.customer(f"Customer {number}") for number in range(4)]
        for number, buyer in enumerate(cls.buyers, 1):
            for times in range(number):
                cls.order(buyer, 100 * number, days_ago=30 * number + times)
        cls.recompute()
        cls.nobody_waits()
        cls.manager = new_test_user(cls.env, "manager_of_contexts", "customer_segmentation.group_manager")

    def contexts(self):
        """Plain values of every key, as JSON makes them."""
        days = [str(self.day(3)), str(self.day(1))]
        values = (True, "by code", self.buyers[0].id, [self.buyers[0].id], days, days[0], [], {"value": 1})
        for value in values:
            yield dict.fromkeys(private_keys(), value)

    def assertSameRows(self, name):
        """A query finds the same, whatever a manager says in the context."""
        rows = self.env[name].with_user(self.manager)
        before = rows.search([]).ids
        for context in self.contexts():
            with self.subTest(model=name, context=context):
                self.assertEqual(rows.with_context(**context).search([]).ids, before)


class TestContext(ContextCase):
    def contexts(self):
        yield from super().contexts()
        yield ODOO_HEEDS

    @property
    def theirs(self):
        return self.policy.with_user(self.manager)

    def seen(self):
        self.env.invalidate_all()
        names = ["partner_id", "revenue", "order_count", "segment_id", "abc_class", "tier_id", "active"]
        names = [name for name in names if name in self.env["customer.segmentation.profile"]._fields]
        return self.env["customer.segmentation.profile"].search_read([], names, order="id")

    def test_the_keys_are_found(self):
        self.assertLessEqual(
            {"only_days", "until", "playbook_engine", "customer_groups_being_searched"}, set(private_keys())
        )

    def test_a_recompute_counts_what_it_counts(self):
        before = self.seen()
        transitions = self.env["customer.segmentation.transition"].search_count([])
        for context in self.contexts():
            with self.subTest(context=context):
                run = self.theirs.with_context(**context).recompute()
                self.assertEqual((run.state, run.changed_count, run.kind), ("done", 0, "live"))
                self.assertEqual(self.seen(), before)
        self.assertEqual(self.env["customer.segmentation.transition"].search_count([]), transitions)

    def test_a_run_is_queued_as_it_always_is(self):
        for context in self.contexts():
            with self.subTest(context=context):
                action = self.theirs.with_context(**context).action_recompute()
                run = self.env["customer.segmentation.run"].browse(action["res_id"])
                self.assertEqual((run.state, run.kind, run.nightly), ("pending", "live", False))
                run.unlink()

    def test_purchases_are_those_there_are(self):
        self.assertSameRows("customer.transaction")

    def test_a_refresh_counts_what_it_counts(self):
        before = self.seen()
        queue = self.env["customer.segmentation.queue"]
        for context in self.contexts():
            with self.subTest(context=context):
                queue._enqueue(self.buyers[0], self.company)
                self.assertTrue(queue.with_context(**context)._refresh_waiting(self.policy.with_context(**context)))
                self.assertEqual(self.seen(), before)

    def test_who_looks_at_one_customer_sees_all_of_theirs(self):
        rows, one = self.env["customer.transaction"], self.buyers[1]
        everything = rows.search([])
        of_one = everything.filtered(lambda row: row.partner_id == one)
        terms = [("partner_id", "=", one.id)]
        for domain in (terms, [("partner_id", "in", one.ids)], [*terms, "|", ("amount", ">", 0), ("kind", "=", "x")]):
            self.assertEqual(rows.search(domain), of_one)
        several = ["|", *terms, ("partner_id", "=", self.buyers[2].id)]
        self.assertEqual(len(rows.search(several)), 5)
        self.assertFalse(rows.search([*terms, ("partner_id", "=", self.buyers[2].id)]))
        self.assertEqual(rows.search([("partner_id", "!=", one.id)]), everything - of_one)
