"""What a request says in its context narrows no query of any addon."""

from odoo.tests import tagged

from ..addon.test_context import ContextCase


@tagged("post_install", "-at_install")
class TestContextOfAddons(ContextCase):
    def test_every_query_finds_what_there_is(self):
        names = [
            name
            for name, model in self.env.registry.items()
            if name.startswith("customer.") and not model._auto and not model._abstract
        ]
        self.assertLessEqual({"customer.not.scored", "customer.credit.class", "customer.interaction"}, set(names))
        for name in names:
            self.assertSameRows(name)

    def test_a_group_has_its_members(self):
        group = self.env["customer.segmentation.group"].create(
            {
                "name": "Buyers",
                "kind": "dynamic",
                "company_id": self.company.id,
                "domain": "[('is_company', '=', True)]",
            }
        )
        group = group.with_user(self.manager)
        before = group.member_count
        self.assertTrue(before)
        for context in self.contexts():
            with self.subTest(context=context):
                group.invalidate_recordset()
                self.assertEqual(group.with_context(**context).member_count, before)
