"""Effort against value: what counts as effort, the two shares, the mismatches by name, and who may see them."""

from datetime import timedelta

from odoo.addons.customer_segmentation.scoring import effort as arithmetic
from odoo.addons.customer_segmentation.tools.periods import window_start
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user

from ..addon.common import noon
from ..addon.test_interactions import InteractionCase


class EffortCase(InteractionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.user("effort_manager", "sales_team.group_sale_manager")

    def rows(self, *partners, user=None, **context):
        self.env.invalidate_all()
        model = self.env["customer.segmentation.effort"].with_user(user or self.env.user).with_context(**context)
        return model.search([("partner_id", "in", [partner.id for partner in partners])], order="partner_id, id")

    def scored(self, *amounts):
        """Customers who bought for these amounts, in this order."""
        made = self.env["res.partner"]
        for number, amount in enumerate(amounts):
            partner = self.customer(f"Customer {number}", email=f"c{number}@example.com")
            if amount > 0:
                self.order(partner, amount, days_ago=20)
            else:  # bought, and got more back
                self.order(partner, 10, days_ago=30)
                self.order(partner, amount - 10, days_ago=20)
            made += partner
        self.recompute()
        return made

    def called(self, partner, times=1, days_ago=1, user=None):
        for _ in range(times):
            activity = self.activity(partner, user=user)
            activity.action_feedback()
            activity.date_done = self.day(days_ago)


class TestEffort(EffortCase):
    def test_each_kind_of_contact_with_its_weight(self):
        (partner,) = self.scored(100)
        self.called(partner)
        self.meeting(partner)
        self.write_to(partner, recipient=partner)
        self.send_quotation(self.quotation(partner_id=partner.id)).notification_ids.res_partner_id = partner
        self.activity(partner, "todo").action_feedback()
        self.receive_on(partner, author=partner)
        row = self.rows(partner)
        counts = [row[f"{kind}_count"] for kind in ("call", "meeting", "email", "quotation", "activity")]
        self.assertEqual(counts, [1, 1, 1, 1, 1])
        self.assertEqual(row.effort, 7, "a meeting counts three times, a received e-mail not at all")
        self.policy.write({"effort_weight_meeting": 10, "effort_weight_quotation": 0, "effort_weight_call": 0.5})
        self.assertEqual(self.rows(partner).effort, 12.5)

    def test_weights_that_cannot_be_used_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "must not be negative"):
            self.policy.effort_weight_call = -1
        with self.assertRaisesRegex(ValidationError, "at least one"):
            self.policy.write({name: 0 for name in self.policy._fields if name.startswith("effort_weight_")})

    def test_only_contacts_of_the_window_count(self):
        (partner,) = self.scored(100)
        start = window_start(self.policy, self.today)
        for days in (0, 1):
            self.called(partner, days_ago=(self.today - start).days - days)
        self.assertEqual(self.rows(partner).call_count, 1)
        self.policy.window_months += 1
        self.assertEqual(self.rows(partner).call_count, 2)

    def test_who_never_bought_is_not_compared(self):
        self.called(self.buyer)
        self.assertFalse(self.rows(self.buyer))

    def test_shares_are_those_of_the_company_and_of_every_group(self):
        amounts = [600, 250, 150, -40, 0.5]
        partners = self.scored(*amounts)
        calls = [1, 3, 0, 5, 1]
        for partner, times in zip(partners, calls, strict=True):
            self.called(partner, times)
        rows = self.rows(*partners)
        every = self.env["customer.segmentation.effort"].search([("company_id", "=", self.company.id)])
        revenue = arithmetic.shares(every.mapped("revenue"))
        work = arithmetic.shares(every.mapped("effort"))
        for row, share, part in zip(every, revenue, work, strict=True):
            self.assertAlmostEqual(row.revenue_share, share)
            self.assertAlmostEqual(row.effort_share, part)
            self.assertAlmostEqual(row.difference, part - share)
        found = arithmetic.directions(work, revenue)
        self.assertEqual([row.mismatch or "" for row in every], found.tolist())
        self.assertEqual(rows[3].mismatch, "too_much", "effort for a customer who brought nothing")
        for fields in (["abc_class"], ["user_id"], ["tier_id"]):
            groups = every._read_group([("id", "in", every.ids)], fields, ["effort_share:sum", "revenue_share:sum"])
            self.assertAlmostEqual(sum(group[-2] for group in groups), 100)
            self.assertAlmostEqual(sum(group[-1] for group in groups), 100)

    def test_worst_mismatches_first(self):
        partners = self.scored(500, 300, 100, 60, 40)
        for partner, times in zip(partners, (0, 3, 5, 1, 1), strict=True):
            self.called(partner, times)
        self.env.invalidate_all()
        every = self.env["customer.segmentation.effort"].search([("company_id", "=", self.company.id)], order="id")
        listed = self.env["customer.segmentation.effort"].search([("mismatch", "!=", False), ("id", "in", every.ids)])
        for direction in ("too_much", "too_little"):
            worst = arithmetic.worst(every.mapped("effort_share"), every.mapped("revenue_share"), direction)
            by_name = [every[int(position)].partner_id for position in worst.positions]
            self.assertEqual([row.partner_id for row in listed if row.mismatch == direction], by_name)
        self.assertEqual(listed[:2].partner_id, partners[0] | partners[2])

    def test_nothing_is_a_mismatch_before_there_is_any_contact(self):
        rows = self.rows(*self.scored(500, 100))
        self.assertEqual(set(rows.mapped("mismatch")), {False})
        self.assertEqual(rows.mapped("effort_share"), [0, 0])

    def test_ratio_in_words(self):
        partners = self.scored(90, 10, -5, -5)
        for partner, times in zip(partners, (9, 10, 1, 0), strict=True):
            self.called(partner, times)
        self.assertEqual(self.rows(*partners).mapped("ratio"), ["0.5 ×", "5.0 ×", "no revenue", False])

    def test_every_number_opens_its_records(self):
        first, second = self.scored(100, 100)
        self.called(first, 2)
        self.called(first, 1, days_ago=800)
        self.called(second)
        self.receive_on(first, author=first)
        self.meeting(first)
        row = self.rows(first, user=self.manager)[0]
        action = row.action_open_contacts()
        found = self.env[action["res_model"]].with_user(self.manager)
        channels = found.search(action["domain"]).mapped("channel")
        self.assertEqual(sorted(channels), ["call", "call", "meeting"])
        self.assertEqual(len(channels), row.call_count + row.meeting_count)


class TestCompaniesAndRoles(EffortCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.other_company()
        cls.order(cls.buyer, 100, days_ago=20)
        cls.order(cls.buyer, 300, days_ago=20, company=cls.other)
        cls.order(cls.customer("There"), 100, days_ago=20, company=cls.other)
        cls.recompute()
        cls.recompute(cls.policy_of(cls.other))

    def test_contacts_of_a_company_are_its_effort_and_those_of_none_everybodys(self):
        self.called(self.person)
        lead = self.env["crm.lead"].create(
            {
                "name": "Lead",
                "partner_id": self.person.id,
                "company_id": self.other.id,
                "user_id": False,
                "team_id": False,
            }
        )
        self.called(lead, 2, user=self.env.user)
        here, there = self.rows(self.buyer).sorted(lambda row: row.company_id != self.company)
        self.assertEqual((here.call_count, there.call_count), (1, 3))
        self.assertEqual((here.revenue_share, there.revenue_share), (100, 75))
        self.assertEqual((here.currency_id, there.currency_id), (self.company.currency_id, self.other.currency_id))

    def test_weights_and_time_zone_are_those_of_each_company(self):
        self.policy_of(self.other).effort_weight_call = 5
        self.called(self.person)
        self.assertEqual(sorted(self.rows(self.buyer).mapped("effort")), [1, 5])

    def test_managers_see_their_companies_and_nobody_else_sees_anything(self):
        both = self.user(
            "both_effort", "sales_team.group_sale_manager", company_ids=[Command.set((self.company | self.other).ids)]
        )
        self.assertEqual(self.rows(self.buyer, user=self.manager).company_id, self.company)
        allowed = (self.company | self.other).ids
        self.assertEqual(len(self.rows(self.buyer, user=both, allowed_company_ids=allowed)), 2)
        branch = self.branch(self.company)
        there = self.user(
            "branch_effort",
            "sales_team.group_sale_manager",
            company_id=branch.id,
            company_ids=[Command.set(branch.ids)],
        )
        self.assertEqual(self.rows(self.buyer, user=there).company_id, self.company)
        for groups in ("base.group_user", "base.group_portal", "sales_team.group_sale_salesman_all_leads"):
            user = new_test_user(self.env, f"effort_{groups[-5:]}", groups=groups)
            with self.assertRaises(AccessError):
                self.rows(self.buyer, user=user)

    def test_weights_on_the_policy_are_the_managers(self):
        with Form(self.policy.with_user(self.manager)) as form:
            form.effort_weight_meeting = 4
        self.assertEqual(self.policy.effort_weight_meeting, 4)
        with self.assertRaises(AccessError):
            self.policy.with_user(self.seller).effort_weight_meeting = 1

    def test_empty_screen_says_what_to_do(self):
        empty = self.other_company("Empty")
        help_message = self.env["customer.segmentation.effort"].with_company(empty).get_empty_list_help("later")
        self.assertNotEqual(help_message, "later")
        self.assertEqual(self.env["customer.segmentation.effort"].get_empty_list_help("later"), "later")

    def test_the_day_is_read_in_the_policys_time_zone(self):
        self.policy.tz = "Asia/Shanghai"
        start = window_start(self.policy, self.policy._today())
        self.receive_on(self.person)
        message = self.write_to(self.person)
        message.date = noon(start).replace(hour=15)
        self.assertEqual(self.rows(self.buyer).filtered(lambda row: row.company_id == self.company).email_count, 0)
        message.date = noon(start + timedelta(days=1)).replace(hour=1)
        self.assertEqual(self.rows(self.buyer).filtered(lambda row: row.company_id == self.company).email_count, 1)
