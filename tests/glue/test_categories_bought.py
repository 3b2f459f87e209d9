"""Contacts by what they buy: shown on the page, searched by category and by any number of months."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import new_test_user
from odoo.tools import SQL

from ..addon.test_category_totals import CategoryCase

TYPED = "customer_category_bought"
WINDOW, RECENT, PAST = "customer_category_ids", "customer_recent_category_ids", "customer_past_category_ids"


class FilterCase(CategoryCase):
    def buyers(self, name, category, operator="in", user=None):
        self.env.invalidate_all()
        partners = self.env["res.partner"].with_user(user or self.env.user)
        value = category.ids if operator in ("in", "not in") else category
        return partners.search([("id", "in", self.known.ids), (name, operator, value)])

    @property
    def known(self):
        return self.env["res.partner"].search([("id", ">=", self.acme.id)])


class TestFollowsTotals(FilterCase):
    """Whoever is found bought the category on balance, as `tests/addon/test_category_totals.py` counts it."""

    def test_what_was_given_back_as_a_whole_is_not_found(self):
        order = self.buy(self.acme, 9, fruit=100, tools=60)
        self.assertEqual(self.buyers(WINDOW, self.tools), self.acme)
        self.credit(self.invoice(order, 8), 3, amount=40)
        self.assertFalse(self.buyers(WINDOW, self.tools))
        self.assertEqual(self.buyers(WINDOW, self.fruit), self.acme)

    def test_contacts_are_found_with_their_customer(self):
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": self.acme.id})
        self.buy(contact, 2, fruit=100)
        self.assertEqual(self.buyers(WINDOW, self.fruit), self.acme | contact)
        self.assertEqual(contact.customer_category_ids, self.fruit | self.food)

    def test_companies_do_not_mix(self):
        other = self.other_company()
        self.buy(self.acme, fruit=100)
        self.buy(self.acme, company=other, tools=50)
        self.assertEqual(self.acme.with_company(other).customer_category_ids, self.tools)
        partners = self.env["res.partner"].with_company(other)
        self.assertFalse(partners.search([(WINDOW, "in", self.fruit.ids)]))
        self.assertEqual(partners.search([(WINDOW, "in", self.tools.ids)]), self.acme)

    def test_invoices_when_the_policy_counts_them(self):
        self.policy.source = "invoice"
        order = self.buy(self.acme, 9, fruit=100)
        self.assertFalse(self.buyers(WINDOW, self.food))
        self.invoice(order, 8)
        self.assertEqual(self.buyers(WINDOW, self.food), self.acme)

    def test_products_without_category(self):
        self.thing[self.fruit].categ_id = False
        self.buy(self.acme, fruit=100)
        self.assertIn("Without category", str(self.acme.customer_top_categories))
        self.assertFalse(self.acme.customer_category_ids)
        self.assertIn(self.acme, self.buyers(WINDOW, False, "="))


class TestSearch(FilterCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bolt, cls.coral, cls.dune = (cls.customer(name) for name in ("Bolt", "Coral", "Dune"))
        cls.buy(cls.acme, 5, fruit=100)
        cls.buy(cls.bolt, 150, food=10, tools=20)
        cls.buy(cls.coral, 900, bread=100)

    def test_categories_below_count(self):
        self.assertEqual(self.buyers(WINDOW, self.food), self.acme | self.bolt)
        self.assertEqual(self.buyers(WINDOW, self.fruit), self.acme)
        self.assertFalse(self.buyers(WINDOW, self.bread))
        self.assertEqual(self.buyers(WINDOW, self.fruit | self.tools), self.acme | self.bolt)

    def test_how_far_back(self):
        self.assertEqual(self.buyers(RECENT, self.food), self.acme)
        self.assertEqual(self.buyers(PAST, self.food), self.acme | self.bolt | self.coral)
        lapsed = [(PAST, "in", self.food.ids), (WINDOW, "not in", self.food.ids), ("id", "in", self.known.ids)]
        self.assertEqual(self.env["res.partner"].search(lapsed), self.coral)

    def test_search_finds_what_filtering_keeps(self):
        partners = self.env["res.partner"].search([("id", "in", self.known.ids)])
        values = [self.food.ids, self.fruit.ids, [*self.tools.ids, False], [False], [], (self.food | self.tools).ids]
        for name in (WINDOW, RECENT, PAST):
            for operator in ("in", "not in"):
                for value in values:
                    domain = Domain(name, operator, value)
                    with self.subTest(domain=domain):
                        found = partners.search(Domain("id", "in", partners.ids) & domain)
                        self.assertEqual(found.sorted("id"), partners.filtered_domain(domain).sorted("id"))

    def test_by_name_and_hierarchy_and_any(self):
        partners = self.env["res.partner"]
        mine = Domain("id", "in", self.known.ids)
        for condition in (
            (WINDOW, "ilike", "fruit"),
            (WINDOW, "child_of", self.fruit.ids),
            (WINDOW, "=", self.fruit.id),
            (WINDOW, "any", [("name", "=", "Fruit")]),
            (f"{WINDOW}.name", "=", "Fruit"),
        ):
            with self.subTest(condition=condition):
                self.assertEqual(partners.search(mine & Domain(*condition)), self.acme)
        self.assertEqual(partners.search(mine & Domain(WINDOW, "=", False)), self.coral | self.dune)
        self.assertEqual(partners.search(mine & Domain(WINDOW, "!=", False)), self.acme | self.bolt)

    def test_of_excluded_customers_it_says_nothing(self):
        self.assertIn(self.acme, self.buyers(WINDOW, self.fruit))
        exclusion = self.env["customer.segmentation.exclusion"].create({"partner_id": self.acme.id})
        self.env.invalidate_all()
        self.assertNotIn(self.acme, self.buyers(WINDOW, self.fruit))
        self.assertFalse(self.acme.customer_category_ids or self.acme.customer_top_categories)
        exclusion.unlink()
        self.assertIn(self.acme, self.buyers(WINDOW, self.fruit))

    def test_profiles_are_found_by_it(self):
        self.recompute()
        domain = [("partner_id.customer_category_ids", "ilike", "Fruit")]
        self.assertEqual(self.env["customer.segmentation.profile"].search(domain).partner_id, self.acme)

    def test_playbooks_take_it_as_audience(self):
        self.recompute()
        playbook = self.env["customer.playbook"].search([], limit=1)
        playbook.audience_domain = f"[('{WINDOW}', 'in', {self.fruit.ids})]"
        query = self.env["customer.playbook.entrance"]._sql_in_audience(playbook, self.policy)
        found = SQL("SELECT partner_id FROM customer_segmentation_profile profile WHERE %s", query)
        self.assertEqual(self.env.execute_query(found), [(self.acme.id,)])


class TestMonths(FilterCase):
    """Any number of months, typed after the category."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bolt, cls.coral, cls.dune = (cls.customer(name) for name in ("Bolt", "Coral", "Dune"))
        cls.buy(cls.acme, 5, fruit=100)
        cls.buy(cls.bolt, 145, bread=10, tools=20)
        cls.buy(cls.coral, 900, fruit=100)
        cls.person = cls.customer("Person", parent_id=cls.bolt.id, is_company=False)

    def found(self, text, operator="ilike", **options):
        return self.buyers(TYPED, text, operator, **options)

    def test_any_number(self):
        everybody = {
            "Food, 1": "A",
            "Food, 4": "A",
            "Food, 5": "ABP",
            "Food, 6": "ABP",
            "Food, 29": "ABP",
            "Food, 30": "ABCP",
            "Fruit, 30": "AC",
            "Tools, 5": "BP",
            "Tools, 4": "",
            "Food": "ABP",
        }
        for text, expected in everybody.items():
            with self.subTest(text):
                names = {partner.name[0] for partner in self.found(text)}
                self.assertEqual(names, set(expected))

    def test_ways_of_typing(self):
        same = (
            "Fruit, 30",
            "fruit,30",
            " Fruit , 30 months ",
            "Fruit, 30 m",
            "Fruit，30个月",
            "Food / Fruit, 30 Month",
        )
        for text in same:
            for operator in ("ilike", "=", "=ilike"):
                with self.subTest(text, operator=operator):
                    self.assertEqual(self.found(text, operator), self.acme | self.coral)
        self.fruit.name = "Fruit, fresh"
        self.assertEqual(self.found("Fruit, fresh"), self.acme)
        self.assertEqual(self.found("Fruit, fresh, 30"), self.acme | self.coral)
        self.assertFalse(self.found("No such thing, 30"))
        self.assertEqual(self.found("Food, 4", "not ilike"), self.known - self.acme)
        self.assertEqual(self.found(False, "="), self.coral | self.dune)

    def test_numbers_that_cannot_be(self):
        for text in ("Food, 0", "Food, 601"):
            with self.subTest(text), self.assertRaisesRegex(UserError, "type 1 to 600, such as “Food, 5”"):
                self.found(text)
        refusal = self.env["customer.audience"]._refusal(f"[('{TYPED}', 'ilike', 'Food, 0')]")
        self.assertIn("type 1 to 600", refusal)

    def test_given_back_inside_the_months(self):
        order = self.buy(self.dune, 40, tools=60)
        self.assertIn(self.dune, self.found("Tools, 2"))
        self.credit(self.invoice(order, 30), 20)
        self.assertNotIn(self.dune, self.found("Tools, 2"))

    def test_as_audience_and_group(self):
        self.recompute()
        playbook = self.env["customer.playbook"].search([], limit=1)
        playbook.audience_domain = f"[('{TYPED}', 'ilike', 'Food, 5')]"
        found = SQL(
            "SELECT partner_id FROM customer_segmentation_profile profile WHERE %s",
            self.env["customer.playbook.entrance"]._sql_in_audience(playbook, self.policy),
        )
        self.assertEqual({row[0] for row in self.env.execute_query(found)}, {self.acme.id, self.bolt.id})
        profiles = self.env["customer.segmentation.profile"].search([(f"partner_id.{TYPED}", "ilike", "Food, 4")])
        self.assertEqual(profiles.partner_id, self.acme)

    def test_each_company_and_role(self):
        other = self.other_company()
        self.buy(self.dune, 1, company=other, fruit=7)
        self.assertEqual(self.env["res.partner"].with_company(other).search([(TYPED, "ilike", "Fruit, 9")]), self.dune)
        self.assertNotIn(self.dune, self.found("Fruit, 9"))
        seller = new_test_user(self.env, "months_seller", groups="sales_team.group_sale_salesman")
        self.assertEqual(self.found("Fruit, 9", user=seller), self.acme)
        self.assertEqual(self.acme.with_user(seller).customer_category_bought, "Food; Food / Fruit")
        for role in ("base.group_user", "base.group_portal"):
            user = new_test_user(self.env, f"months_{role[-6:]}", groups=role)
            with self.assertRaises(AccessError):
                self.found("Fruit, 9", user=user)
            with self.assertRaises(AccessError):
                self.acme.with_user(user).read([TYPED])


class TestPage(FilterCase):
    def test_five_largest_with_share_and_date(self):
        create = self.env["product.category"].create
        for number in range(1, 7):
            category = create({"name": f"Category {number}"})
            setattr(type(self), f"category_{number}", category)
            self.thing[category] = self.env["product.product"].create({"name": "Thing", "categ_id": category.id})
            self.buy(self.acme, number, **{f"category_{number}": number * 10})
        shown = str(self.acme.customer_top_categories)
        for number in range(2, 7):
            self.assertIn(f"Category {number}", shown)
        self.assertNotIn("Category 1<", shown)
        self.assertLess(shown.index("Category 6"), shown.index("Category 2"))
        self.assertIn("29%", " ".join(shown.replace("<div>", "").split()), "60 of 210")
        self.assertIn("One other category", shown)

    def test_nothing_bought_shows_nothing(self):
        self.assertFalse(self.acme.customer_top_categories)
        self.assertFalse(self.env["res.partner"].new({"name": "New"}).customer_top_categories)

    def test_sellers_see_it_company_wide_and_others_do_not(self):
        self.buy(self.acme, fruit=100).user_id = self.env.user
        seller = new_test_user(self.env, "category_seller", groups="sales_team.group_sale_salesman")
        employee = new_test_user(self.env, "category_employee", groups="base.group_user")
        self.assertIn("Fruit", str(self.acme.with_user(seller).customer_top_categories))
        self.assertEqual(self.acme.with_user(seller).customer_category_ids, self.fruit | self.food)
        self.assertEqual(self.buyers(WINDOW, self.fruit, user=seller), self.acme)
        for name in (WINDOW, RECENT, PAST):
            with self.assertRaises(AccessError):
                self.buyers(name, self.fruit, user=employee)
            with self.assertRaises(AccessError):
                self.acme.with_user(employee).read([name])
        with self.assertRaises(AccessError):
            self.acme.with_user(employee).read(["customer_top_categories"])
