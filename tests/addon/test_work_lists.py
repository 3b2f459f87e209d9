"""The chips of the customers: small with large potential, one-time buyers by age, who should have ordered by now."""

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import new_test_user
from odoo.tools.safe_eval import safe_eval

from .common import SegmentationCase

AGES = ["000_030", "031_060", "061_090", "091_180", "181_365", "366"]


class WorkListCase(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profiles = cls.env["customer.segmentation.profile"]
        cls.seller = new_test_user(cls.env, "list_seller", groups="sales_team.group_sale_salesman")

    def on_list(self, chip, user=None):
        """Whom of all customers a chip of their search shows."""
        user = user or self.env.user
        action = self.env.ref("customer_segmentation.action_customers")
        profiles = self.profiles.with_user(user)
        arch = etree.fromstring(profiles.get_view(action.search_view_id.id, "search")["arch"])
        chosen = safe_eval(arch.find(f".//filter[@name='{chip}']").get("domain"), {"uid": user.id})
        return profiles.search([("partner_id.active", "=", True), *chosen]).partner_id


class TestLargePotential(WorkListCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.giant = cls.customer("Giant")
        for days in range(5, 60, 5):
            cls.order(cls.giant, 5000, days)
        cls.large = cls.customer("Large Orders")
        cls.order(cls.large, 700, 30)
        cls.small = [cls.customer(f"Small {number}") for number in range(4)]
        for number, partner in enumerate(cls.small):
            for days in (20, 40, 60 + number):
                cls.order(partner, 50, days)
        cls.rated = cls._rate()
        cls.recompute()

    @classmethod
    def _rate(cls):
        """Who is on the list because somebody said so; nobody says it here."""
        return cls.env["res.partner"]

    def test_small_ones_who_could_buy_more(self):
        self.assertEqual(self.profile(self.giant).abc_class, "A")
        found = self.on_list("large_potential")
        self.assertEqual(found, self.rated | self.large)
        for partner in self.giant | self.large | self.env["res.partner"].union(*self.small):
            self.assertEqual(self.profile(partner).large_potential, partner in found, partner.name)

    def test_the_opposite_is_everybody_else(self):
        ours = [("partner_id", "in", (self.giant | self.large | self.env["res.partner"].union(*self.small)).ids)]
        self.assertEqual(
            self.profiles.search([*ours, ("large_potential", "=", False)]).partner_id,
            self.giant | self.env["res.partner"].union(*self.small) - self.rated,
        )

    def test_who_orders_often_is_no_rare_buyer(self):
        for days in (1, 2, 3, 4, 5):
            self.order(self.large, 700, days)
        self.env["customer.segmentation.profile"]._refresh(self.policy, self.large.ids)
        self.assertNotIn(self.large, self.on_list("large_potential"))

    def test_the_reason_is_said_in_the_column(self):
        self.assertRegex(
            self.profile(self.large).potential_reason,
            r"^Orders rarely, but much at once: 1 order in the last 12 months, .*700.00.* on average, among the "
            r"largest quarter of your customers \(from .*700.00.*\)\.$",
        )

    def test_archived_contacts_and_prospects_are_not_on_the_list(self):
        prospect = self.customer("Prospect")
        self.order(prospect, 10, state="draft")
        gone = self.customer("Gone")
        self.order(gone, 900, 20)
        gone.active = False
        self.rated.active = False
        self.recompute()
        self.assertEqual(self.profile(prospect).lifecycle_stage, "prospect")
        self.assertEqual(self.on_list("large_potential"), self.large)

    def test_a_company_is_measured_by_its_own_customers(self):
        other = self.other_company()
        tiny = self.customer("Tiny Elsewhere")
        for partner, amount in ((self.large, 10), (tiny, 20), (self.giant, 4000)):
            self.order(partner, amount, 10, company=other)
        self.recompute(self.policy_of(other))
        self.assertFalse(self.profile(self.large, other).large_potential, "10 is not much there")
        self.assertTrue(self.profile(self.large).large_potential)

    def test_sellers_have_the_list_and_plain_employees_have_not(self):
        self.assertEqual(self.on_list("large_potential", self.seller), self.rated | self.large)
        employee = new_test_user(self.env, "list_employee", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.profiles.with_user(employee).search([("large_potential", "=", True)])


class TestOneTimeBuyers(WorkListCase):
    def buyers(self, *days):
        partners = self.env["res.partner"]
        for number, day in enumerate(days):
            partner = self.customer(f"Once {number}")
            self.order(partner, 100, day)
            partners += partner
        self.recompute()
        return partners

    def test_grouped_by_how_long_ago_the_order_was(self):
        edges = (0, 30, 31, 60, 61, 90, 91, 180, 181, 365, 366, 900)
        partners = self.buyers(*edges)
        twice = self.customer("Twice")
        self.order(twice, 100, 5)
        self.order(twice, 100, 9)
        self.recompute()
        self.assertNotIn(twice, self.on_list("one_time"))
        self.assertLessEqual(set(partners), set(self.on_list("one_time")))
        domain = [("partner_id", "in", partners.ids)]
        groups = self.profiles._read_group(domain, ["last_order_age"], ["__count", "partner_id:recordset"])
        self.assertEqual([(age, count) for age, count, _partners in groups], [(age, 2) for age in AGES])
        for (age, _count, members), pair in zip(groups, zip(edges[::2], edges[1::2], strict=True), strict=True):
            self.assertEqual({self.profile(one).recency_days for one in members}, set(pair), age)
            self.assertEqual(set(members.mapped(lambda one: self.profile(one).last_order_age)), {age})

    def test_searching_a_group_finds_what_grouping_puts_into_it(self):
        partners = self.buyers(0, 30, 31, 365, 366)
        prospect = self.customer("Prospect")
        self.order(prospect, 10, state="draft")
        self.recompute()
        domain = [("partner_id", "in", (partners | prospect).ids)]
        for age, _count, members in self.profiles._read_group(domain, ["last_order_age"], ["__count", "id:recordset"]):
            found = self.profiles.search([*domain, ("last_order_age", "=", age)])
            self.assertEqual(found, members, age)
        self.assertEqual(self.profiles.search([*domain, ("last_order_age", "=", False)]).partner_id, prospect)
        self.assertEqual(
            self.profiles.search([*domain, ("last_order_age", "!=", "000_030")]).partner_id,
            partners[2:] | prospect,
        )

    def test_the_age_is_that_of_the_company(self):
        other = self.other_company()
        self.policy_of(other).tz = "Pacific/Kiritimati"
        partner = self.buyers(30)
        self.order(partner, 5, 40, company=other)
        self.recompute(self.policy_of(other))
        ages = dict(self.profiles._read_group([("partner_id", "=", partner.id)], ["company_id", "last_order_age"]))
        self.assertEqual(ages, {self.company: "000_030", other: "031_060"})

    def test_sorted_by_age(self):
        partners = self.buyers(100, 5, 400)
        found = self.profiles.search([("partner_id", "in", partners.ids)], order="last_order_age, id").partner_id
        self.assertEqual(found.ids, [partners[1].id, partners[0].id, partners[2].id])

    def test_labels_are_in_the_reader_s_language(self):
        labels = dict(self.profiles._fields["last_order_age"]._description_selection(self.env))
        self.assertEqual(list(labels), AGES)
        self.assertEqual(labels["031_060"], "31 to 60 days ago")


class TestShouldHaveOrdered(WorkListCase):
    def late(self):
        """Who is on the list with the filters it starts with, but of every salesperson."""
        return self.profiles.search(
            [
                ("partner_id.active", "=", True),
                ("expected_next_order_date", "<", "today"),
            ]
        ).partner_id

    def test_who_is_late_by_the_own_rhythm(self):
        weekly, yearly, due_today, lost = (self.customer(name) for name in ("Weekly", "Yearly", "Today", "Lost"))
        for gap, last, partner in ((7, 20, weekly), (300, 90, yearly), (7, 7, due_today), (7, 700, lost)):
            for number in range(8):
                self.order(partner, 100, last + gap * number)
        for partner in [self.customer(f"Punctual {number}") for number in range(3)]:
            for days in range(1, 40, 7):  # it takes five repeat buyers until the company has a rhythm of its own
                self.order(partner, 10, days)
        self.recompute()
        self.assertEqual(self.profile(lost).lifecycle_stage, "lost")
        ours = weekly | yearly | due_today | lost
        self.assertEqual(self.late() & ours, weekly, "not the yearly one, not who is due today, not who is lost")
        self.assertLess(self.profile(weekly).expected_next_order_date, self.today)
        self.assertGreaterEqual(self.profile(due_today).expected_next_order_date, self.today)
        self.order(weekly, 100)
        self.profiles._refresh(self.policy, weekly.ids)
        self.assertNotIn(weekly, self.late(), "an order takes the customer off the list")
