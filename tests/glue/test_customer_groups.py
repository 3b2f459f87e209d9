"""Custom groups: who is in, who may make them, where they are used, and who is like their members."""

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tests import Form, new_test_user
from odoo.tools import SQL

from ..addon.common import SegmentationCase

IN_GROUP = "customer_group_ids"


class GroupCase(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "group_manager", groups="sales_team.group_sale_manager")
        cls.seller = new_test_user(cls.env, "group_seller", groups="sales_team.group_sale_salesman")
        cls.employee = new_test_user(cls.env, "group_employee", groups="base.group_user,base.group_partner_manager")
        cls.acme, cls.bolt, cls.coral = (cls.customer(name, city="Berlin") for name in ("Acme", "Bolt", "Coral"))
        cls.ann = cls.env["res.partner"].create({"name": "Ann", "parent_id": cls.acme.id})
        cls.order(cls.acme, 1000, 5)
        cls.order(cls.bolt, 200, 9)
        cls.recompute()
        cls.ours = cls.acme | cls.bolt | cls.coral | cls.ann

    def group(self, name="Group", user=None, **values):
        return self.env["customer.segmentation.group"].with_user(user or self.manager).create({"name": name, **values})

    def dynamic(self, *conditions, user=None, **values):
        return self.group(domain=repr(list(conditions)), user=user, **values)

    def static(self, *members, **values):
        return self.group(kind="static", member_ids=[fields.Command.set([member.id for member in members])], **values)

    def found(self, group, operator="in", user=None):
        self.env.invalidate_all()
        partners = self.env["res.partner"].with_user(user or self.manager)
        return partners.search([("id", "in", self.ours.ids), (IN_GROUP, operator, group.ids)])


class TestMembers(GroupCase):
    def test_dynamic_group_follows_its_conditions(self):
        group = self.dynamic(("customer_revenue", ">=", 500))
        self.assertEqual(self.found(group), self.acme | self.ann, "contacts belong to the group with their company")
        self.assertEqual((group.member_count, group.revenue, group.problem), (1, 1000, False))
        self.order(self.coral, 700)
        self.recompute()
        self.assertEqual(self.found(group), self.acme | self.ann | self.coral)
        self.assertEqual((group.member_count, group.revenue), (2, 1700))

    def test_conditions_are_asked_of_the_company_not_its_contacts(self):
        self.assertFalse(self.found(self.dynamic(("name", "=", "Ann"))))

    def test_static_group_keeps_its_members(self):
        group = self.static(self.ann, self.bolt)
        self.assertEqual(self.found(group), self.acme | self.ann | self.bolt, "a contact stands for its company")
        self.assertEqual((group.member_count, group.revenue), (2, 1200))
        self.bolt.active = False
        self.env.invalidate_all()
        self.assertEqual((group.member_count, group.revenue), (1, 1000))

    def test_todays_members_are_kept(self):
        group = self.dynamic(("customer_revenue", ">=", 500))
        group.action_freeze()
        self.assertEqual((group.kind, group.member_ids), ("static", self.acme))
        self.order(self.coral, 700)
        self.recompute()
        self.assertEqual(self.found(group), self.acme | self.ann)
        group.action_add_matching()
        group.action_add_matching()
        self.assertEqual(group.member_ids, self.acme | self.coral)

    def test_refunded_customer_leaves_a_group_by_revenue(self):
        group = self.dynamic(("customer_revenue", ">=", 500))
        self.order(self.acme, -900)
        self.recompute()
        self.assertEqual((group.member_count, self.found(group)), (0, self.env["res.partner"]))

    def test_search_finds_what_filtering_keeps(self):
        dynamic, static = self.dynamic(("customer_revenue", ">=", 500)), self.static(self.ann, self.bolt)
        self.env.ref("customer_segmentation_groups.group_bespoke_service").active = False
        self.env.ref("customer_segmentation_groups.group_standard_service").active = False
        partners = self.ours.with_user(self.manager)
        for value in (dynamic.ids, static.ids, (dynamic | static).ids, [*dynamic.ids, False], [False], []):
            for operator in ("in", "not in"):
                domain = Domain(IN_GROUP, operator, value)
                with self.subTest(domain=domain):
                    found = partners.search(Domain("id", "in", partners.ids) & domain)
                    self.assertEqual(found.sorted("id"), partners.filtered_domain(domain).sorted("id"))

    def test_by_name_and_subdomain(self):
        self.static(self.bolt, name="Bakeries")
        partners = self.env["res.partner"].with_user(self.seller)
        for condition in ((IN_GROUP, "ilike", "bake"), (IN_GROUP, "any", [("name", "=", "Bakeries")])):
            self.assertEqual(partners.search([condition]), self.bolt)
        profiles = self.env["customer.segmentation.profile"].with_user(self.seller)
        self.assertEqual(profiles.search([("partner_id.customer_group_ids", "ilike", "bake")]).partner_id, self.bolt)

    def test_groups_of_groups_but_not_of_themselves(self):
        bolt = self.static(self.bolt)
        outer = self.dynamic("|", (IN_GROUP, "in", bolt.ids), ("name", "=", "Coral"))
        self.assertEqual(self.found(outer), self.bolt | self.coral)
        with self.assertRaisesRegex(ValidationError, "refer to the group itself"), self.env.cr.savepoint():
            outer.domain = repr([(IN_GROUP, "in", outer.ids)])
        middle = self.dynamic((IN_GROUP, "in", outer.ids))
        with self.assertRaisesRegex(ValidationError, "refer to the group itself"), self.env.cr.savepoint():
            outer.domain = repr([(IN_GROUP, "not in", middle.ids)])

    def test_presets(self):
        bespoke = self.env.ref("customer_segmentation_groups.group_bespoke_service")
        standard = self.env.ref("customer_segmentation_groups.group_standard_service")
        self.assertEqual(self.profile(self.acme).abc_class, "A")
        self.assertEqual(self.found(bespoke), self.acme | self.ann)
        self.assertEqual(self.found(standard), self.bolt)
        self.bolt.service_user_id = self.seller
        self.assertEqual(self.found(bespoke), self.acme | self.ann | self.bolt)
        self.assertFalse(self.found(standard))

    def test_merged_contact_stays_a_member(self):
        group = self.static(self.bolt, self.coral)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.bolt | self.coral).ids, self.coral)
        self.env.invalidate_all()
        self.assertEqual(group.member_ids, self.coral)

    def test_playbooks_and_mailings_use_them(self):
        group = self.dynamic(("customer_revenue", ">=", 500))
        playbook = self.env["customer.playbook"].with_user(self.manager).search([], limit=1)
        playbook.audience_domain = f"[('{IN_GROUP}', 'in', {group.ids})]"
        query = self.env["customer.playbook.entrance"]._sql_in_audience(playbook.sudo(), self.policy)
        found = SQL("SELECT partner_id FROM customer_segmentation_profile profile WHERE %s", query)
        self.assertEqual(self.env.execute_query(found), [(self.acme.id,)])


class TestCompanies(GroupCase):
    def test_numbers_of_the_company_worked_in(self):
        other = self.other_company()
        self.manager.company_ids += other
        self.order(self.bolt, 5000, company=other)
        self.recompute(self.policy_of(other))
        group = self.dynamic(("customer_revenue", ">=", 500))
        self.assertEqual((group.member_count, group.revenue), (1, 1000))
        there = group.with_company(other)
        self.assertEqual((there.member_count, there.revenue, there.currency_id), (1, 5000, other.currency_id))
        partners = self.env["res.partner"].with_user(self.manager).with_company(other)
        self.assertEqual(partners.search([(IN_GROUP, "in", group.ids)]), self.bolt)

    def test_groups_of_another_company_are_not_seen(self):
        other = self.other_company()
        group = self.env["customer.segmentation.group"].create(
            {
                "name": "There",
                "company_id": other.id,
                "kind": "static",
                "member_ids": self.bolt.ids,
            }
        )
        with self.assertRaises(AccessError):
            group.with_user(self.manager).read(["name"])
        self.assertFalse(self.found(group))
        self.assertNotIn(group, self.bolt.customer_group_ids, "nor as superuser, who works in the first company")
        self.assertIn(group, self.bolt.with_company(other).customer_group_ids)

    def test_branches_use_the_groups_of_their_company(self):
        branch = self.branch(self.company)
        user = new_test_user(
            self.env,
            "group_branch",
            groups="sales_team.group_sale_manager",
            company_id=branch.id,
            company_ids=branch.ids,
        )
        group = self.dynamic(("customer_revenue", ">=", 500), company_id=self.company.id)
        self.assertEqual(group.with_user(user).member_count, 1)
        self.assertEqual(self.found(group, user=user), self.acme | self.ann)
        with self.assertRaisesRegex(ValidationError, "whole companies"):
            group.sudo().company_id = branch


class TestRights(GroupCase):
    def test_managers_make_groups_and_sellers_use_them(self):
        group = self.static(self.bolt)
        for call in (
            lambda: self.group(user=self.seller),
            lambda: group.with_user(self.seller).write({"name": "Mine"}),
            lambda: group.with_user(self.seller)._add_members(self.coral),
            lambda: group.with_user(self.seller)._remove_members(self.bolt),
            lambda: group.with_user(self.seller).action_add_matching(),
            lambda: self.env["customer.segmentation.group.add"].with_user(self.seller).create({"group_id": group.id}),
        ):
            with self.assertRaises(AccessError):
                call()
        self.assertEqual(group.member_ids, self.bolt)
        self.assertEqual(self.found(group, user=self.seller), self.bolt)
        self.assertEqual(group.with_user(self.seller).member_count, 1)

    def test_employees_without_rights_open_a_contact_and_see_no_group(self):
        group = self.dynamic(("customer_revenue", ">=", 500))
        with self.assertRaises(AccessError):
            group.with_user(self.employee).read(["name"])
        with self.assertRaises(AccessError):
            self.found(group, user=self.employee)
        with Form(self.acme.with_user(self.employee)) as form:
            form.city = "Bremen"

    def test_what_the_author_may_not_ask_is_refused(self):
        for domain in (
            "[('user_ids.password', '!=', False)]",
            "[('no_such_field', '=', 1)]",
            "[('city', 'near', 'Berlin')]",
            "[('city', 'any!', [])]",
            "__import__('os')",
            "[('id', 'in', (SELECT 1))]",
            "[(1, '=', 2)]",
            "[('city',)]",
            "[('credit_limit', '>', 0)]",
            "[('id', '=', '; DROP TABLE res_partner')]",
        ):
            with self.subTest(domain=domain), self.assertRaises(ValidationError):
                self.group(domain=domain)

    def test_group_by_what_only_its_author_may_ask(self):
        """Everybody who may use groups sees the same members: those its author found."""
        accountant = new_test_user(
            self.env,
            "group_accountant",
            groups="sales_team.group_sale_manager,account.group_account_invoice,account.group_account_manager",
        )
        group = self.dynamic(("credit_limit", ">=", 0), ("name", "in", ["Acme", "Bolt"]), user=accountant)
        group = group.with_user(self.seller)
        self.assertEqual((group.member_count, group.revenue, group.problem), (2, 1200, False))
        self.assertIn(group, self.acme.with_user(self.seller).customer_group_ids)
        self.assertEqual(self.found(group, user=self.seller), self.acme | self.ann | self.bolt)
        with self.assertRaises(AccessError):
            self.env["res.partner"].with_user(self.seller).search([("credit_limit", ">=", 0)])

    def test_conditions_that_broke_later_are_said(self):
        group = self.dynamic(("city", "=", "Berlin"))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE customer_segmentation_group SET domain = %s WHERE id = %s", ["[('gone', '=', 1)]", group.id]
        )
        self.env.invalidate_all()
        self.assertIn("gone", group.problem)
        self.assertEqual(group.member_count, 0)
        self.assertNotIn(group, self.acme.customer_group_ids)


class TestByHand(GroupCase):
    def add(self, model, records, **values):
        context = {"active_model": model, "active_ids": records.ids}
        wizard = (
            self.env["customer.segmentation.group.add"].with_user(self.manager).with_context(**context).create(values)
        )
        return wizard.action_apply()

    def test_from_the_list_of_contacts_and_profiles(self):
        group = self.static()
        self.add("res.partner", self.ann | self.acme, group_id=group.id)
        self.assertEqual(group.member_ids, self.acme)
        action = self.add("customer.segmentation.profile", self.profile(self.bolt), group_id=group.id)
        self.assertEqual(group.member_ids, self.acme | self.bolt)
        self.assertEqual(self.env["res.partner"].search(action["domain"]), self.acme | self.bolt)
        self.add("res.partner", self.ann, group_id=group.id, operation="remove")
        self.assertEqual(group.member_ids, self.bolt)

    def test_form(self):
        form = Form(self.env["customer.segmentation.group"].with_user(self.manager))
        form.name = "Berlin"
        form.domain = "[('city', '=', 'Berlin')]"
        self.assertEqual(form.member_count, 3)
        group = form.save()
        self.assertEqual(group.member_count, 3)


class TestLookAlikes(GroupCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.twin, cls.far = cls.customer("Twin"), cls.customer("Far")
        cls.order(cls.twin, 1000, 5)
        for days in range(300, 340):
            cls.order(cls.far, 9, days)
        cls.recompute()

    def rows(self, group, user=None):
        action = group.with_user(user or self.manager).action_open_look_alikes()
        return self.env[action["res_model"]].with_user(user or self.manager).search(action["domain"])

    def test_nearest_first_without_members(self):
        rows = self.rows(self.static(self.acme))
        self.assertEqual(rows.partner_id[0], self.twin)
        self.assertEqual(rows[0].closeness, 100)
        self.assertNotIn(self.acme, rows.partner_id)
        self.assertNotIn(self.coral, rows.partner_id, "who never bought is like nobody")
        self.assertGreater(rows.partner_id.ids.index(self.far.id), rows.partner_id.ids.index(self.bolt.id))
        self.assertEqual(rows[0].revenue, 1000)

    def test_added_to_the_group(self):
        group = self.static(self.acme)
        action = self.rows(group)[0].action_add_to_group()
        self.assertEqual(action["context"]["default_group_id"], group.id)
        self.env["customer.segmentation.group.add"].with_user(self.manager).with_context(**action["context"]).create(
            {}
        ).action_apply()
        self.assertEqual(group.member_ids, self.acme | self.twin)
        self.assertNotIn(self.twin, self.rows(group).partner_id)

    def test_of_a_group_by_conditions_another_group_is_asked(self):
        rows = self.rows(self.dynamic(("name", "=", "Acme")), user=self.seller)
        self.assertEqual(rows[0].partner_id, self.twin)
        self.assertFalse(rows[0].action_add_to_group()["context"]["default_group_id"])
        self.assertEqual(rows[0].action_open_customer()["res_id"], self.twin.id)

    def test_nothing_to_compare_with(self):
        with self.assertRaisesRegex(UserError, "nothing to compare with"):
            self.rows(self.static(self.coral))
        everybody = self.env["customer.segmentation.profile"].search([]).partner_id
        self.assertFalse(self.rows(self.static(*everybody)))
