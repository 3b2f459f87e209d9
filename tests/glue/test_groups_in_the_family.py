"""What custom groups add to other screens, whom they leave out, and what is asked of them as of every model of ours."""

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from ..addon import test_security_actions as actions
from ..addon import test_security_values as security_values
from ..addon import test_security_wizards as wizards
from ..addon.security_common import SecurityCase
from ..addon.security_samples import SamplesCase
from ..addon.test_exclusion import ExclusionCase
from ..addon.test_privacy_sheet import SheetCase
from ..addon.test_security_fields import FieldTests
from ..addon.test_shared_between_companies import SharedCase
from .test_portrait import PortraitCase

GROUP = "customer.segmentation.group"


class TestExcluded(ExclusionCase):
    def group(self, **values):
        return self.env[GROUP].create({"name": "Group", **values})

    def members(self, group):
        return self.env["res.partner"].search([("customer_group_ids", "in", group.ids)])

    def test_conditions(self):
        both = self.best | self.second
        both.city = "Berlin"
        group = self.group(domain="[('city', '=', 'Berlin')]")
        self.assertEqual(self.members(group), both)
        self.exclude(self.best)
        self.assertEqual(self.members(group), self.second)
        self.assertEqual(group.member_count, 1)
        self.assertFalse(self.best.customer_group_ids)
        group.action_freeze()
        self.assertEqual(group.member_ids, self.second)

    def test_fixed_members(self):
        shared = self.group(kind="static")
        own = self.group(kind="static", company_id=self.company.id)
        for group in (shared, own):
            group._add_members(self.best | self.second)
        self.exclude(self.best, company=self.company)
        self.assertEqual(own.member_ids, self.second)
        self.assertEqual(self.members(shared), self.second, "in other companies it stays a member")
        self.assertEqual(shared.member_count, 1)
        self.exclude(self.second)
        self.assertFalse(own.member_ids)
        for group in (shared, own):
            group._add_members(self.best | self.second | self.customers[2])
            self.assertEqual(self.members(group), self.customers[2])

    def test_look_alikes_read_profiles_only(self):
        self.exclude(self.best)
        stored, _facts = self.env["customer.segmentation.profile"]._comparable_facts(self.policy)
        self.assertNotIn(self.best.id, stored["partner_id"].tolist())
        self.assertEqual(len(stored), 7)


class TestPrinted(PortraitCase):
    def test_portrait_says_what_is_bought_most(self):
        self.product.categ_id = self.env["product.category"].create({"name": "Things We Sell"})
        self.assertEqual([row["name"] for row in self.one()["categories"]], ["Things We Sell"])

    def test_portrait_of_an_archived_customer_says_what_is_known(self):
        """From the moment of archiving on nothing is read of the purchases; the next run takes the scores, too."""
        profile = self.profile(self.buyer)
        self.buyer.active = False
        self.assertEqual(self.one(profile)["categories"], [])
        self.assertIn("Buyer", self.words(profile))
        self.assertIn("Buyer", self.words(self.buyer))
        self.recompute()
        self.assertFalse(profile.exists())
        self.assertEqual(self.one(self.buyer)["categories"], [])
        self.assertIn("Buyer", self.words(self.buyer))


class TestPrivacySheet(SheetCase):
    def test_groups_are_told(self):
        best = self.customer("Best")
        self.order(best, 100, 5)
        self.recompute()
        self.assertNotIn("Tea lovers", self.sheet(best))
        self.env[GROUP].create({"name": "Tea lovers", "kind": "static", "member_ids": [(6, 0, best.ids)]})
        self.env.invalidate_all()
        self.assertIn("Tea lovers", self.sheet(best))


@tagged("post_install", "-at_install")
class TestFieldsOfContacts(FieldTests, SecurityCase):
    """Numbers all, which cannot be sorted or grouped by."""

    ADDED = dict.fromkeys(
        (
            "customer_group_ids",
            "customer_top_categories",
            "customer_category_ids",
            "customer_recent_category_ids",
            "customer_past_category_ids",
            "customer_category_bought",
        ),
        ("!=", False),
    )

    addon = "customer_segmentation_groups"
    of_contacts = ({}, {}, {}, ADDED)


@tagged("post_install", "-at_install")
class TestSettings(TransactionCase):
    def test_its_box_is_in_the_settings(self):
        settings = self.env["res.config.settings"].create({})
        self.assertTrue(settings.customer_segmentation_has_groups)
        self.assertTrue(settings.module_customer_segmentation_groups)


class TestSharedBetweenCompanies(SharedCase):
    def test_shared_groups_are_copied(self):
        shared = self.env.ref("customer_segmentation_groups.group_bespoke_service")
        mine = self.as_role(shared)
        for call in (
            lambda: mine.write({"domain": "[('city', '=', 'Berlin')]"}),
            lambda: mine.write({"company_id": self.company["north"].id}),
            lambda: mine._add_members(self.acme),
            lambda: mine._remove_members(self.acme),
            mine.action_freeze,
            mine.action_take_over_conditions,
            mine.unlink,
            lambda: self.model(GROUP, "sales_manager").create({"name": "For all", "company_id": False}),
        ):
            self.assertUntouched(call)
        copy = mine.copy()
        self.assertEqual(copy.company_id, self.company["north"])
        copy.domain = "[('city', '=', 'Berlin')]"
        with self.assertRaises(UserError), self.env.cr.savepoint():
            copy.company_id = False
        made = self.model(GROUP, "sales_manager").create({"name": "New"})
        self.assertEqual(made.company_id, self.company["north"])


@tagged("post_install", "-at_install")
class GroupSamplesCase(SamplesCase):
    @classmethod
    def _shared_samples(cls, name):
        values = {"name": f"Group {name}", "company_id": cls.company[name].id}
        return super()._shared_samples(name) | {GROUP: cls.env[GROUP].create(values)}


class TestLines(GroupSamplesCase):
    def test_values_of_a_list_of_lines_are_judged_too(self):
        group = self.samples["north"][GROUP].with_user(self.user["sales_manager"])
        foreign = self.samples["south"]["res.partner"]
        self.assertRefused(group.write, {"member_ids": [(4, foreign.id)]})
        self.assertRefused(group.write, {"member_ids": [(6, 0, foreign.ids)]})
        self.assertRefused(group.onchange, {"member_ids": [(4, foreign.id)]}, ["member_ids"], {"member_count": {}})

    def test_new_lines_of_any_model_refer_to_what_may_be_read(self):
        foreign = self.samples["south"]["res.partner"]
        groups = self.model(GROUP, "sales_manager")
        spec = {"member_ids": {"fields": {"display_name": {}}}}
        for forged in ({"name": "k", "parent_id": foreign.id}, {"child_ids": [(4, foreign.id)]}):
            self.assertRefused(groups.onchange, {"member_ids": [(0, 0, forged)]}, ["member_ids"], spec)

    def test_a_group_does_not_move_to_another_company(self):
        group = self.samples["north"][GROUP].with_user(self.user["sales_manager"])
        self.assertRefused(group.write, {"company_id": self.company["south"].id})

    def test_chosen_customers_of_a_list_are_checked_too(self):
        foreign = self.samples["south"]["customer.segmentation.profile"]
        chosen = {"active_model": foreign._name, "active_ids": foreign.ids}
        dialogs = self.model("customer.segmentation.group.add", "sales_manager").with_context(**chosen)
        self.assertRefused(dialogs.default_get, ["partner_ids"])


class TestDialogs(GroupSamplesCase, wizards.TestSecurityWizards):
    """Those of the addons as those of the base."""


class TestValues(GroupSamplesCase, security_values.TestSecurityValues):
    """Changed rows, of the addons, too."""


class TestActions(GroupSamplesCase, actions.TestSecurityActions):
    """What a manager calls of the addons does nothing in another company either."""

    TRACES = actions.TRACES | {
        "customer_satisfaction": "company_id = %(south)s",
        "customer_segmentation_group": "company_id = %(south)s",
    }
