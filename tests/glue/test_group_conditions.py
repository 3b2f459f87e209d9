"""What a person typed into a group is asked with that person's rights, in the company it is for.

The same roads to the other company's amount as in `tests/addon/test_typed_conditions.py`, those of playbooks.
"""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form

from ..addon import test_typed_conditions as typed
from ..addon.security_common import AMOUNTS

ROADS = typed.ROADS


class GroupConditionsCase(typed.TypedCase):
    WAYS = ("saved_group", "typed_group", "indirect")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["customer.segmentation.group"].search([]).unlink()
        # Who works in every company makes groups for all of them.
        cls.user["both_manager"].company_ids |= cls.env["customer.segmentation.policy"].search([]).company_id

    def group(self, role, domain="[]", **values):
        return self.model("customer.segmentation.group", role).create({"name": "Ask", "domain": domain, **values})

    def as_role(self, group, role):
        return group.with_env(self.model(group._name, role).env)

    def saved_group(self, role, domain):
        return self.group(role, domain).member_count

    def typed_group(self, role, domain):
        form = Form(self.model("customer.segmentation.group", role))
        form.domain = domain
        return form.member_count

    def indirect(self, role, domain):
        """A group in the audience of a playbook, which the scheduled action asks as OdooBot."""
        group = self.group(role, domain)
        return self.engine(role, f"[('customer_group_ids', 'in', {group.ids})]")


class TestOtherCompany(GroupConditionsCase):
    def test_own_amounts_are_found_on_every_road(self):
        """Else the tests below would prove nothing."""
        for name, road in ROADS.items():
            with self.subTest(road=name):
                found = self.bisected(lambda domain: self.typed_group("sales_manager", domain), road)
                self.assertEqual(found, AMOUNTS["acme_other"])

    def test_the_other_companys_amount_is_not_found_by_bisection(self):
        """Between the own amounts 40 and 5000: an order of exactly 700 exists in the other company only."""
        exactly = "[('sale_order_ids', 'any', [('amount_untaxed', '>', 690), ('amount_untaxed', '<', 710)])]"
        for role, expected in (("sales_manager", 0), ("both_manager", 0), ("south_manager", 1)):
            for way in self.WAYS:
                with self.subTest(role=role, way=way):
                    self.assertEqual(getattr(self, way)(role, exactly), expected)

    def test_a_manager_of_both_companies_asks_each_by_itself(self):
        group = self.group("both_manager", ROADS["dotted"].format(operator=">=", amount=3000))
        for company, found in (("north", 1), ("south", 0)):
            with self.subTest(company=company):
                here = group.with_context(allowed_company_ids=self.company[company].ids)
                self.assertEqual(here.member_count, found)

    def test_a_shared_group_tells_each_company_its_own_only(self):
        group = self.group("both_manager", ROADS["any"].format(operator="<", amount=1000))
        for role in ("both_manager", "south_manager"):
            partners = self.model("res.partner", role, "south")
            self.assertEqual(
                partners.search([("customer_group_ids", "in", group.ids)]).commercial_partner_id, self.acme
            )
        partners = self.model("res.partner", "sales_manager")
        self.assertNotIn(self.acme, partners.search([("customer_group_ids", "in", group.ids)]))


class TestRights(GroupConditionsCase):
    def test_what_the_author_may_not_read_is_refused_when_saved(self):
        for domain in typed.FORBIDDEN:
            with self.subTest(domain=domain), self.assertRaises(UserError), self.env.cr.savepoint():
                self.group("sales_manager", domain)

    def test_what_the_author_may_not_read_is_not_answered_while_it_is_typed(self):
        for domain in typed.FORBIDDEN:
            with self.subTest(domain=domain):
                form = Form(self.model("customer.segmentation.group", "sales_manager"))
                form.domain = domain
                self.assertEqual((form.member_count, form.revenue), (0, 0))
                self.assertTrue(form.problem)

    def test_models_without_sales_rights_are_refused(self):
        with self.assertRaises(UserError):
            self.group("scores_manager", ROADS["dotted"].format(operator=">", amount=1))


class TestAuthorIsGone(GroupConditionsCase):
    DOMAIN = ROADS["dotted"].format(operator=">=", amount=3000)

    def test_lost_rights_pause_it(self):
        group = self.group("both_manager", self.DOMAIN)
        plain = self.env.ref("base.group_user") | self.env.ref("customer_segmentation.group_manager")
        self.user["both_manager"].group_ids = [Command.set(plain.ids)]
        self.env.invalidate_all()
        here = self.as_role(group, "sales_manager")
        self.assertTrue(here.problem)
        self.assertEqual(here.member_count, 0)

    def test_who_left_the_company_has_no_say_in_it(self):
        group = self.group("both_manager", self.DOMAIN)
        self.user["both_manager"].write(
            {"company_id": self.company["south"].id, "company_ids": [Command.set(self.company["south"].ids)]}
        )
        self.env.invalidate_all()
        here = self.as_role(group, "sales_manager")
        self.assertIn("does not work in North", here.problem)
        self.assertEqual(here.member_count, 0)
        with self.assertRaises(UserError):
            self.model("res.partner", "sales_manager").search([("customer_group_ids", "in", group.ids)])

    def test_only_managers_take_over(self):
        group = self.group("both_manager", self.DOMAIN)
        with self.assertRaises(AccessError):
            self.as_role(group, "seller").action_take_over_conditions()
        self.user["sales_manager"].group_ids -= self.env.ref("sales_team.group_sale_manager")
        with self.assertRaises(AccessError):
            self.as_role(group, "sales_manager").action_take_over_conditions()

    def test_who_takes_over_must_be_able_to_ask_it(self):
        group = self.group("both_manager", self.DOMAIN)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.as_role(group, "scores_manager").action_take_over_conditions()
        self.assertEqual(group.author_id, self.user["both_manager"])

    def test_when_nobody_is_known_it_pauses(self):
        group = self.group("sales_manager", "[('city', '=', False)]")
        self.env.cr.execute("UPDATE customer_segmentation_group SET author_id = NULL WHERE id = %s", [group.id])
        self.env.invalidate_all()
        self.assertIn("Nobody is known any more", group.problem)
        self.assertEqual(group.member_count, 0)
