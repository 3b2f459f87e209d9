"""Natural groups: found once on demand, said in words, kept as custom groups."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from ..addon.common import SegmentationCase


class TestDiscovery(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Groups"})
        cls.env.user.company_ids += cls.company
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.company.ids})
        cls.policy = cls.policy_of(cls.company)
        cls.product = cls.product.with_env(cls.env)
        cls.large = cls.customers("Large", 20)
        cls.small = cls.customers("Small", 40)
        for number, partner in enumerate(cls.large):
            for order in range(3):
                cls.order(partner, 5000 + 10 * number, 2 + order * 20)
        for number, partner in enumerate(cls.small):
            cls.order(partner, 20 + number, 250 + number % 7)
        cls.recompute(cls.policy)
        cls.manager, cls.seller = (
            new_test_user(
                cls.env,
                f"discovery_{role}",
                groups=f"sales_team.group_sale_{role}",
                company_id=cls.company.id,
                company_ids=cls.company.ids,
            )
            for role in ("manager", "salesman")
        )

    @classmethod
    def customers(cls, name, count):
        values = [{"name": f"{name} {number}", "is_company": True} for number in range(count)]
        return cls.env["res.partner"].create(values)

    def discover(self, user=None):
        self.env.invalidate_all()
        model = self.env["customer.segmentation.discovery"].with_user(user or self.manager)
        action = model.with_context(allowed_company_ids=self.company.ids).action_open()
        return model.browse(action["res_id"])

    def test_planted_groups(self):
        discovery = self.discover()
        self.assertEqual((discovery.customer_count, discovery.company_id), (60, self.company))
        large, small = discovery.line_ids
        self.assertEqual(set(large.customers), set(self.large.ids))
        self.assertEqual(set(small.customers), set(self.small.ids))
        revenue = sum(3 * (5000 + 10 * number) for number in range(20))
        whole = revenue + sum(20 + number for number in range(40))
        self.assertEqual((large.customer_count, large.revenue), (20, revenue))
        self.assertAlmostEqual(large.revenue_share, 100 * revenue / whole, 1)
        self.assertEqual(discovery.clearness, "The groups differ clearly.")
        self.assertEqual(
            large.description,
            "Last bought less than 5% as long ago, has been a customer 0.2 × as long, brings 3.0 × as much revenue",
        )
        self.assertIn("less than 5%", small.description)

    def test_same_customers_same_groups(self):
        self.assertEqual(self.discover().line_ids.mapped("customers"), self.discover().line_ids.mapped("customers"))

    def test_kept_as_a_group_with_fixed_members(self):
        line = self.discover().line_ids[0]
        line.name = "Key accounts"
        line.action_save()
        group = line.group_id
        self.assertEqual((group.name, group.kind, group.company_id), ("Key accounts", "static", self.company))
        self.assertEqual(group.member_ids, self.large)
        self.assertEqual((group.member_count, group.description), (20, line.description))
        line.action_save()
        self.assertEqual(line.group_id, group, "saved once")
        self.assertEqual(self.env["res.partner"].search(line.action_open_group()["domain"]), self.large)

    def test_customers_deleted_meanwhile_are_left_out(self):
        line = self.discover().line_ids[0]
        line.sudo().customers = [*line.customers, 2**30]
        line.action_save()
        self.assertEqual(line.group_id.member_ids, self.large)

    def test_too_few_customers(self):
        self.env["customer.segmentation.profile"].search([("partner_id", "in", self.small[:11].ids)]).sudo().unlink()
        with self.assertRaisesRegex(UserError, "50 customers or more; 49 have bought"):
            self.discover()

    def test_all_customers_the_same(self):
        self.env.cr.execute(
            """UPDATE customer_segmentation_profile SET revenue = 1, order_count = 1, lifetime_revenue = 1,
                      lifetime_order_count = 1, first_order_date = '2020-01-01', last_order_date = '2020-01-01'
                WHERE company_id = %s""",
            [self.company.id],
        )
        with self.assertRaisesRegex(UserError, "no groups"):
            self.discover()

    def test_only_managers(self):
        with self.assertRaises(AccessError):
            self.discover(self.seller)

    def test_words(self):
        words = self.env["customer.segmentation.discovery"]._in_words
        self.assertEqual(words([]), "Like the average customer")
        self.assertEqual(
            words([("order_count", 3.04), ("average_order", 0.5), ("recency_days", 12.2), ("revenue", 0.01)]),
            "Orders 3.0 × as often, spends half as much per order, last bought 12 × as long ago",
        )
        self.assertEqual(words([("revenue", 0.01)]), "Brings less than 5% as much revenue")
