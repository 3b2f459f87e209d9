"""Who should own which customer: what is proposed, why, and what applying it changes."""

from odoo.exceptions import AccessError, RedirectWarning, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user

from ..addon.common import SegmentationCase

SELLER = "sales_team.group_sale_salesman"
MANAGER = "sales_team.group_sale_manager"


class AllocationCase(SegmentationCase):
    """Gold from 1000, Silver for all others; Ana and Ben are in the team that owns Gold."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.partner"].search([("customer_profile_id", "!=", False)]).active = False
        gold = Command.create({"measure": "revenue", "entry": 1000, "keep": 1000})
        cls.policy.write(
            {
                "tier_ids": [
                    Command.clear(),
                    Command.create({"name": "Gold", "sequence": 1, "criterion_ids": [gold]}),
                    Command.create({"name": "Silver", "sequence": 2}),
                ]
            }
        )
        cls.gold, cls.silver = cls.policy.tier_ids.sorted()
        cls.ana, cls.ben, cls.carl, cls.dora = (cls.seller(name) for name in ("Ana", "Ben", "Carl", "Dora"))
        cls.manager = new_test_user(cls.env, "allocation_manager", groups=MANAGER)
        cls.team = cls.env["crm.team"].create(
            {"name": "Key Accounts", "company_id": False, "member_ids": [Command.set((cls.ana | cls.ben).ids)]}
        )
        cls.gold.owner_team_id = cls.team

    @classmethod
    def seller(cls, name, **values):
        return new_test_user(cls.env, f"allocation_{name.lower()}", groups=SELLER, name=name, **values)

    @classmethod
    def customers(cls, count, user=None, amount=2000.0, company=None, **values):
        user_id = user and user.id
        made = cls.env["res.partner"].create(
            [{"name": f"Customer {n}", "is_company": True, "user_id": user_id, **values} for n in range(count)]
        )
        for partner in made:
            cls.order(partner, amount, days_ago=5, company=company)
        return made

    def propose(self, tolerance=25, user=None):
        """A proposal of a manager, with its lines by customer."""
        self.recompute()
        action = self.env["customer.segmentation.allocation"].with_user(user or self.manager).action_start()
        allocation = (
            self.env["customer.segmentation.allocation"].with_user(user or self.manager).browse(action["res_id"])
        )
        if tolerance != allocation.tolerance:
            allocation.tolerance = tolerance
            allocation.action_propose()
        return allocation

    def lines(self, allocation):
        return {line.partner_id: line for line in allocation.line_ids}


class TestAllocationProposal(AllocationCase):
    def test_each_reason_is_said(self):
        kept = self.customers(2, self.ana) | self.customers(2, self.ben)
        free, others, left = (self.customers(1, user) for user in (None, self.carl, self.dora))
        self.dora.active = False
        elsewhere = self.seller("Eve", company_id=(south := self.other_company()).id, company_ids=[south.id])
        foreign = self.customers(1, elsewhere)
        lines = self.lines(self.propose())
        self.assertEqual(lines.keys(), set(free | others | left | foreign), "who is with an owner stays")
        self.assertFalse(lines.keys() & set(kept))
        for partner, words in {
            free: "nobody owns this customer yet",
            others: "Carl is not one of them",
            left: "Dora is archived",
            foreign: f"Eve does not work in {self.company.name}",
        }.items():
            with self.subTest(words):
                self.assertIn(f"Gold belongs to team Key Accounts; {words}.", lines[partner].reason)
                self.assertRegex(lines[partner].reason, r"(Ana|Ben) carries 2, the others 2 on average\.$")
        self.assertEqual(lines[left].current_user_id, self.dora)
        self.assertEqual({line.proposed_user_id for line in lines.values()}, {self.ana, self.ben})
        self.assertEqual(set(lines[free].allocation_id.line_ids.mapped("state")), {"proposed"})

    def test_who_carries_too_much_hands_over(self):
        self.customers(8, self.ana)
        self.customers(2, self.ben)
        allocation = self.propose()
        self.assertEqual(allocation.line_count, 2, "6 are not more than 25% above the average of 5")
        self.assertEqual(allocation.line_ids.current_user_id, self.ana)
        self.assertEqual(allocation.line_ids.proposed_user_id, self.ben)
        self.assertEqual(
            allocation.line_ids[0].reason,
            "Gold belongs to team Key Accounts; Ana carries more than a fair share. Ben carries 2, Ana 8.",
        )
        self.assertFalse(self.propose(tolerance=60).line_ids)
        self.assertEqual(self.propose(tolerance=0).line_count, 3)

    def test_who_would_carry_too_much_with_the_other_changes(self):
        """Ana gets all of Silver, whose owner she is alone, and hands over Gold for it."""
        self.silver.owner_user_ids = self.ana
        gold = self.customers(2, self.ana)
        self.customers(2, self.ben)
        self.customers(6, amount=10)
        lines = self.lines(self.propose())
        moved = [lines[partner] for partner in gold if partner in lines]
        self.assertEqual(len(moved), 2)
        self.assertEqual(
            moved[0].reason,
            "Gold belongs to team Key Accounts; with the other changes Ana would carry more than a fair share. "
            "With all changes Ben carries 4, Ana 6.",
        )

    def test_weights_and_customers_of_other_tiers_are_load(self):
        self.gold.owner_weight = 3
        self.customers(3, self.ana, amount=10)  # silver, weight 1, stays: nobody owns that tier
        free = self.customers(1)
        allocation = self.propose()
        self.assertEqual(self.lines(allocation)[free].proposed_user_id, self.ben)
        self.assertIn("Ben carries 0, the others 3 on average.", allocation.line_ids.reason)
        load = {line.user_id: line for line in allocation.load_ids}
        self.assertEqual((load[self.ana].customers_now, load[self.ana].load_then), (3, 3))
        self.assertEqual((load[self.ben].customers_then, load[self.ben].load_now, load[self.ben].load_then), (1, 0, 3))

    def test_named_salespeople_own_beside_the_team(self):
        self.gold.owner_user_ids = self.carl
        self.customers(1, self.ana)
        self.customers(1, self.ben)
        free = self.customers(1)
        line = self.lines(self.propose())[free]
        self.assertEqual(line.proposed_user_id, self.carl)
        self.assertIn("Gold belongs to team Key Accounts, Carl; nobody", line.reason)

    def test_the_only_owner(self):
        self.team.member_ids = self.ana
        self.customers(1)
        self.assertTrue(self.propose().line_ids.reason.endswith("Ana is the only one."))

    def test_owners_who_cannot_own_are_named(self):
        elsewhere = self.seller("Eve", company_id=(south := self.other_company()).id, company_ids=[south.id])
        self.gold.write({"owner_team_id": False, "owner_user_ids": (elsewhere | self.dora).ids})
        self.dora.active = False
        partner = self.customers(1, self.carl)
        allocation = self.propose()
        self.assertFalse(allocation.line_ids, "nobody can own Gold: all stay")
        self.assertEqual(
            set(allocation.problems.splitlines()),
            {
                "Gold: Dora is archived.",
                f"Gold: Eve does not work in {self.company.name}.",
                "Gold: nobody can own its customers; they stay where they are.",
                "Silver: no owners named; its customers stay where they are.",
            },
        )
        self.assertEqual(partner.user_id, self.carl)

    def test_without_owners_the_manager_is_told_where_to_name_them(self):
        self.gold.owner_team_id = False
        self.recompute()
        with self.assertRaisesRegex(RedirectWarning, "Say first who owns"):
            self.propose()
        self.policy.tier_ids.unlink()
        with self.assertRaisesRegex(RedirectWarning, "Say first who owns"):
            self.propose()

    def test_archived_customers_and_those_of_other_companies_are_left_out(self):
        south = self.other_company()
        archived, theirs, shared = self.customers(1), self.customers(1, company=south), self.customers(1)
        archived.active = False
        self.order(shared, 50, company=south)
        self.recompute(self.policy_of(south))
        lines = self.lines(self.propose())
        self.assertEqual(set(lines), set(shared))
        # Whose customers they are elsewhere is told to who works there.
        self.assertNotIn("another company", lines[shared].reason)
        self.manager.company_ids |= south
        self.assertIn("also a customer of another company", self.lines(self.propose())[shared].reason)
        self.assertFalse(self.profile(theirs))

    def test_a_user_of_a_branch_can_own_customers_of_the_company(self):
        branch = self.branch(self.company)
        self.team.member_ids = self.seller("Finn", company_id=branch.id, company_ids=[branch.id])
        free = self.customers(1)
        self.assertEqual(self.lines(self.propose())[free].proposed_user_id.name, "Finn")

    def test_proposing_costs_the_same_queries_for_many(self):
        self.customers(4)
        allocation = self.propose()
        self.env.flush_all()

        def queries():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            allocation.action_propose()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        few = queries()
        self.customers(20)
        self.recompute()
        self.assertLessEqual(queries(), few + 4)
        self.assertEqual(allocation.line_count, 24)

    def test_bad_numbers_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "tolerance must not be negative"):
            self.env["customer.segmentation.allocation"].create({"company_id": self.company.id, "tolerance": -1})
        for weight in (0, -1):
            with self.assertRaisesRegex(ValidationError, "Gold: the weight in allocation must be above 0"):
                self.gold.owner_weight = weight

    def test_a_team_of_another_company_is_refused(self):
        south = self.other_company("South")
        with self.assertRaisesRegex(ValidationError, "the team Theirs belongs to South"):
            self.gold.owner_team_id = self.env["crm.team"].create({"name": "Theirs", "company_id": south.id})
        self.gold.owner_team_id = self.env["crm.team"].create(
            {"name": "Ours", "company_id": self.branch(self.company).id}
        )

    def test_ready_ladders_bring_weights_and_say_which_tier_is_of_low_value(self):
        for ladder in ("vip", "value", "monthly", "metals"):
            self.policy.with_context(ladder=ladder).action_use_ladder()
            tiers = self.policy.tier_ids.sorted()
            with self.subTest(ladder):
                self.assertEqual(tiers.mapped("low_value"), [False] * (len(tiers) - 1) + [True])
                weights = tiers.mapped("owner_weight")
                self.assertEqual(weights, sorted(weights, reverse=True))
                self.assertEqual(weights[-1], 1)

    def test_naming_owners_does_not_change_the_rules(self):
        version = self.policy.version
        self.gold.write({"owner_user_ids": self.carl.ids, "owner_weight": 4, "low_value": True})
        self.assertEqual(self.policy.version, version)


class TestAllocationApplied(AllocationCase):
    def test_chosen_lines_are_written_and_noted(self):
        first, second = self.customers(2)
        contact = self.customer("Contact", parent_id=first.id, is_company=False)
        allocation = self.propose()
        line = self.lines(allocation)[first]
        messages = first.message_ids
        with self.subTest("nothing is applied by proposing"):
            self.assertFalse(first.user_id)
        action = line.action_apply()
        self.assertEqual(action["params"]["message"], "Customers with a new salesperson: 1.")
        self.assertEqual((first.user_id, line.state), (line.proposed_user_id, "applied"))
        self.assertFalse(second.user_id)
        self.assertFalse(contact.user_id)
        note = (first.message_ids - messages).filtered(lambda message: "resource allocation" in message.body)
        self.assertIn(f"Salesperson by resource allocation: {first.user_id.name}.", note.body)
        self.assertNotIn("Gold", note.body)
        self.assertEqual(note.author_id, self.manager.partner_id)

    def test_contacts_with_the_same_salesperson_go_along(self):
        partner = self.customers(1, self.carl)
        same = self.customer("Same", parent_id=partner.id, is_company=False, user_id=self.carl.id)
        archived = self.customer("Gone", parent_id=partner.id, is_company=False, user_id=self.carl.id, active=False)
        other = self.customer("Other", parent_id=partner.id, is_company=False, user_id=self.dora.id)
        self.propose().line_ids.action_apply()
        self.assertIn(partner.user_id, self.ana | self.ben)
        self.assertEqual((same | archived).user_id, partner.user_id)
        self.assertEqual(other.user_id, self.dora)

    def test_quotations_and_orders_keep_their_salesperson(self):
        partner = self.customers(1, self.carl)
        quotation = self.order(partner, state="draft", user_id=self.carl.id)
        order = self.order(partner, user_id=self.carl.id)
        self.propose().line_ids.action_apply()
        self.assertEqual((quotation | order).user_id, self.carl)

    def test_one_write_for_each_new_owner(self):
        self.customers(6)
        lines = self.propose().line_ids
        writes = []
        model = type(self.env["res.partner"])
        original = model.write
        self.patch(
            model, "write", lambda partners, vals: writes.append((len(partners), vals)) or original(partners, vals)
        )
        lines.action_apply()
        owners = [(count, vals["user_id"]) for count, vals in writes if "user_id" in vals]
        self.assertEqual(sorted(owners), [(3, self.ana.id), (3, self.ben.id)])

    def test_the_change_is_tracked(self):
        partner = self.customers(1, self.carl)
        lines = self.propose().line_ids.with_context(tracking_disable=False)
        lines.action_apply()
        self.env.cr.flush()
        tracked = partner.message_ids.sudo().tracking_value_ids.filtered(lambda value: value.field_id.name == "user_id")
        self.assertEqual(tracked.mapped("old_value_char"), ["Carl"])

    def test_new_owners_are_told_once(self):
        self.customers(6)
        before = self.env["mail.message"].search([]).ids
        self.propose().line_ids.with_context(tracking_disable=False).action_apply()
        told = self.env["mail.message"].search([("id", "not in", before), ("message_type", "=", "user_notification")])
        self.assertEqual(len(told), 2)
        self.assertEqual(told.notified_partner_ids, (self.ana | self.ben).partner_id)
        self.assertEqual(set(told.mapped("subject")), {"Customers assigned to you: 3"})

    def test_the_manager_chooses_somebody_else(self):
        partner = self.customers(1)
        line = self.propose().line_ids
        line.proposed_user_id = self.carl
        line.action_apply()
        self.assertEqual(partner.user_id, self.carl)

    def test_who_cannot_own_is_refused(self):
        partner = self.customers(1)
        line = self.propose().line_ids
        south = self.other_company()
        with self.assertRaisesRegex(UserError, "Eve does not work in"):
            line.proposed_user_id = self.seller("Eve", company_id=south.id, company_ids=[south.id])
        line.proposed_user_id = self.dora
        self.dora.active = False
        with self.assertRaisesRegex(UserError, "cannot own customers of"):
            line.action_apply()
        self.assertFalse(partner.user_id)

    def test_what_changed_meanwhile_is_left_alone(self):
        first, second = self.customers(2)
        allocation = self.propose()
        first.user_id = self.dora
        action = allocation.line_ids.action_apply()
        self.assertIn("Left alone, because somebody set their salesperson meanwhile: 1.", action["params"]["message"])
        self.assertEqual(first.user_id, self.dora)
        self.assertTrue(second.user_id)
        self.assertEqual(self.lines(allocation)[first].state, "changed")
        with self.assertRaisesRegex(UserError, "applied already"):
            allocation.line_ids.action_apply()

    def test_a_second_proposal_finds_nothing(self):
        self.customers(5)
        self.customers(4, self.carl)
        self.propose().line_ids.action_apply()
        self.assertFalse(self.propose().line_ids)
        self.assertEqual(self.recompute().changed_count, 0, "scores do not depend on it")

    def test_a_failure_leaves_everything_as_it_was(self):
        partners = self.customers(4)
        lines = self.propose().line_ids
        model = type(self.env["res.partner"])
        original = model._hand_over

        def fails_for_ben(customers, user, notes):
            if user == self.ben:
                raise UserError("no")
            return original(customers, user, notes)

        self.patch(model, "_hand_over", fails_for_ben)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            lines.action_apply()
        self.assertFalse(partners.user_id)
        self.assertEqual(set(lines.mapped("state")), {"proposed"})

    # ------------------------------------------------------------------ rights

    def test_only_managers_propose_and_apply(self):
        self.customers(1)
        allocation = self.propose()
        users = [
            self.ana,
            *(
                new_test_user(self.env, f"allocation_{group[-6:]}", groups=group)
                for group in ("base.group_user", "base.group_portal", "base.group_public")
            ),
        ]
        for user in users:
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    self.env["customer.segmentation.allocation"].with_user(user).action_start()
                with self.assertRaises(AccessError):
                    allocation.line_ids.with_user(user).action_apply()
                with self.assertRaises(AccessError):
                    self.env["customer.segmentation.allocation.line"].with_user(user).search([])

    def test_a_manager_of_segmentation_without_rights_on_contacts_applies(self):
        manager = new_test_user(
            self.env, "allocation_scores", groups="base.group_user,customer_segmentation.group_manager"
        )
        partner = self.customers(1)
        self.propose(user=manager).line_ids.action_apply()
        self.assertTrue(partner.user_id)

    def test_proposals_of_other_managers_and_companies_are_not_seen(self):
        self.customers(1)
        lines = self.propose().line_ids
        other = new_test_user(self.env, "allocation_other", groups=MANAGER)
        south = self.other_company()
        self.manager.company_ids += south
        elsewhere = self.env["customer.segmentation.allocation.line"].with_user(self.manager)
        self.assertFalse(self.env["customer.segmentation.allocation.line"].with_user(other).search([]))
        self.assertFalse(elsewhere.with_context(allowed_company_ids=south.ids).search([]))
        self.assertEqual(elsewhere.with_context(allowed_company_ids=self.company.ids).search([]), lines)

    def test_screens(self):
        self.customers(1)
        allocation = self.propose()
        action = allocation.action_open_lines()
        self.assertEqual(
            self.env["customer.segmentation.allocation.line"].with_user(self.manager).search(action["domain"]),
            allocation.line_ids,
        )
        self.assertEqual(allocation.line_ids.action_open_customer()["res_id"], allocation.line_ids.partner_id.id)
        self.assertIn(self.company.name, allocation.display_name)
        with Form(allocation) as form:
            form.tolerance = 50
        with Form(self.gold.with_user(self.manager)) as form:
            form.owner_user_ids.add(self.carl)
            form.owner_weight = 2
        menu = self.env.ref("customer_segmentation_coverage.menu_allocation")
        visible = self.env["ir.ui.menu"].with_user(self.ana)._visible_menu_ids()
        self.assertNotIn(menu.id, visible)
        self.assertIn(menu.id, self.env["ir.ui.menu"].with_user(self.manager)._visible_menu_ids())
