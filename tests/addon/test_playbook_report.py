"""What came of playbooks: who ordered in time, for how much, and whether the control group says that it helped."""

from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .common import SegmentationCase


class ReportCase(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.playbook = cls.env["customer.playbook"].create({"name": "Reported", "success_days": 30})

    @classmethod
    def scored(cls, names, days_ago=400, amount=50.0):
        """Customers with one old purchase, and so with a profile."""
        customers = [cls.customer(name) for name in names]
        for customer in customers:
            cls.order(customer, amount, days_ago)
        return customers

    @classmethod
    def entry(cls, customer, days_ago, treatment="treated", company=None, **values):
        profile = cls.profile(customer, company)
        state = "control" if treatment == "control" else "done"
        number = cls.env["customer.playbook.entry"].search_count([])
        return cls.env["customer.playbook.entry"].create(
            {
                "playbook_id": cls.playbook.id,
                "profile_id": profile.id,
                "entered_on": cls.day(days_ago),
                "cause": f"test:{number}",
                "treatment": treatment,
                "state": state,
                **values,
            }
        )

    def result(self, entry):
        self.env.invalidate_all()
        return self.env["customer.playbook.result"].browse(entry.id)


class TestPlaybookResult(ReportCase):
    def test_only_orders_in_time_count(self):
        """From the day after the entry to the last of the days, refunds taken off."""
        [customer] = self.scored(["In time"])
        self.recompute()
        entry = self.entry(customer, 60)
        for days_ago, amount in ((61, 1), (60, 2), (59, 10), (30, 20), (29, 4), (0, 8)):
            self.order(customer, amount, days_ago)
        result = self.result(entry)
        self.assertEqual((result.ordered, result.revenue, result.observed), (1, 30, True))
        self.assertEqual(result.order_rate, 100)
        self.assertEqual(result.currency_id, self.company.currency_id)

    def test_the_days_are_those_of_the_playbook(self):
        [customer] = self.scored(["Days"])
        self.recompute()
        entry = self.entry(customer, 60)
        self.order(customer, 20, 30)
        self.playbook.success_days = 29
        self.assertEqual((self.result(entry).ordered, self.result(entry).revenue), (0, 0))
        self.playbook.success_days = 30
        self.assertEqual((self.result(entry).ordered, self.result(entry).revenue), (1, 20))

    def test_nobody_is_judged_before_the_time_is_over(self):
        one, other = self.scored(["Over", "Not over"])
        self.recompute()
        over, running = self.entry(one, 31), self.entry(other, 30)
        self.assertTrue(self.result(over).observed)
        self.assertEqual(self.result(over).order_rate, 0)
        self.assertFalse(self.result(running).observed)
        [(rate, count)] = self.env["customer.playbook.result"]._read_group(
            [("playbook_id", "=", self.playbook.id)], [], ["order_rate:avg", "__count"]
        )
        self.assertEqual((rate, count), (0, 2))

    def test_a_purchase_without_money_left_is_an_order(self):
        """Ordered and refunded: the customer ordered, and brought nothing."""
        [customer] = self.scored(["Refunded"])
        self.recompute()
        entry = self.entry(customer, 60)
        self.order(customer, 20, 50)
        self.env["customer.imported.purchase"].create(
            {"partner_id": customer.id, "date": self.day(45), "amount": -20, "reference": "R1"}
        )
        self.policy.import_cutover_date = self.day(40)
        result = self.result(entry)
        self.assertEqual((result.ordered, result.revenue), (1, 0))

    def test_orders_of_contacts_and_branches_count_for_the_customer(self):
        [customer] = self.scored(["Whole"])
        self.recompute()
        entry = self.entry(customer, 60)
        contact = self.env["res.partner"].create({"name": "Desk", "parent_id": customer.id})
        self.order(contact, 7, 50)
        self.order(customer, 5, 49, company=self.branch(self.company))
        self.assertEqual(self.result(entry).revenue, 12)

    def test_foreign_currency_at_the_rate_of_the_order(self):
        [customer] = self.scored(["Foreign"])
        euro = self.currency("EUR")
        self.rate(euro, 0.5)
        self.rate(euro, 2, self.day(10))
        pricelist = self.env["product.pricelist"].create({"name": "Euro", "currency_id": euro.id})
        self.recompute()
        entry = self.entry(customer, 60)
        self.order(customer, 10, 50, pricelist_id=pricelist.id, currency_id=euro.id)
        self.assertEqual(self.result(entry).revenue, 20)

    def test_companies_do_not_mix(self):
        other = self.other_company()
        [customer] = self.scored(["Both"])
        self.order(customer, 50, 400, company=other)
        self.recompute()
        self.recompute(self.policy_of(other))
        here, there = self.entry(customer, 60), self.entry(customer, 60, company=other)
        self.order(customer, 33, 50, company=other)
        self.assertEqual((self.result(here).ordered, self.result(there).revenue), (0, 33))
        manager = new_test_user(self.env, "report_manager", "sales_team.group_sale_manager")
        seen = self.env["customer.playbook.result"].with_user(manager).search([("partner_id", "=", customer.id)])
        self.assertEqual(seen.ids, here.ids)
        employee = new_test_user(self.env, "report_employee", "base.group_user")
        with self.assertRaises(AccessError):
            self.env["customer.playbook.result"].with_user(employee).search([])

    def test_the_churn_analysis_counts_reasons(self):
        one, other, third = self.scored(["A", "B", "C"])
        self.recompute()
        price = self.env.ref("customer_segmentation.churn_reason_price")
        for customer, answer in ((one, "elsewhere"), (other, "other")):
            self.entry(customer, 9, answer=answer, answered_on=self.day(2), churn_reason_id=price.id, value=70)
        self.entry(third, 9, answer="helped")
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation.action_churn_analysis")
        domain = [("answer", "in", ("elsewhere", "other")), ("churn_reason_id", "!=", False)]
        self.assertEqual(action["domain"], str(domain))
        rows = self.env["customer.playbook.result"]._read_group(
            domain, ["churn_reason_id", "answered_on:month", "segment_id", "user_id"], ["__count", "value:sum"]
        )
        self.assertEqual([(row[0], row[-2], row[-1]) for row in rows], [(price, 2, 140)])


class TestPlaybookProof(ReportCase):
    def fill(self, treated, control, days_ago=40, prefix=""):
        """Enter customers of both groups: (how many, how many of them order for 10 a few days later)."""
        self.policy.import_cutover_date = self.today
        for treatment, (count, ordered) in {"treated": treated, "control": control}.items():
            names = [f"{prefix}{treatment} {number}" for number in range(count)]
            customers = self.env["res.partner"].create([{"name": name, "is_company": True} for name in names])
            self.purchases(customers, 50, 400)
            self.recompute()
            for customer in customers:
                self.entry(customer, days_ago, treatment)
            self.purchases(customers[:ordered], 10, days_ago - 5)
        self.env.invalidate_all()

    def purchases(self, customers, amount, days_ago):
        self.env["customer.imported.purchase"].create(
            [
                {
                    "partner_id": customer.id,
                    "date": self.day(days_ago),
                    "amount": amount,
                    "reference": f"{customer.id}:{days_ago}",
                }
                for customer in customers
            ]
        )

    def test_without_control_group(self):
        self.fill((3, 2), (0, 0))
        self.assertEqual(self.playbook.uplift_verdict, "no_control")
        self.assertIn("no control group", self.playbook.uplift_in_words)
        numbers = self.playbook.treated_count, self.playbook.ordered_count, self.playbook.revenue_after
        self.assertEqual(numbers, (3, 2, 20))

    def test_too_few_to_tell(self):
        self.playbook.control_share = 10
        self.assertEqual(self.playbook.uplift_verdict, "too_few")
        self.fill((31, 30), (29, 0))
        self.assertEqual(self.playbook.uplift_verdict, "too_few")
        self.assertEqual(
            self.playbook.uplift_in_words,
            "Too few to tell: the 30 days are over for 31 treated customers and 29 of the control group. From 30 of "
            "each on, the effect can be told from chance.",
        )

    def test_it_helps(self):
        """Limits of the difference by Newcombe's method 10, worked out by hand for 24/30 against 9/30."""
        self.fill((30, 24), (30, 9))
        self.assertEqual(self.playbook.uplift_verdict, "more")
        first, rates, revenues = self.playbook.uplift_in_words.split("\n")
        self.assertEqual(first, "Treated customers order more often than the control group.")
        self.assertEqual(
            rates,
            "80.0% of 30 treated customers ordered within 30 days, 30.0% of 30 in the control group. Difference: "
            "+50.0 points, with 95% certainty between +25.1 and +67.0.",
        )
        self.assertIn("against $\xa03.00. Difference: $\xa05.00, with 95% certainty between", revenues)

    def test_too_few_orders_to_judge_money(self):
        """The rates can be told, the money cannot: 15 orders of 60 customers leave 7.5 to a group of 30."""
        self.fill((30, 15), (30, 0))
        self.assertEqual(self.playbook.uplift_verdict, "more")
        self.assertEqual(
            self.playbook.uplift_in_words.split("\n")[2],
            "Revenue per customer: $\xa05.00 against $\xa00.00. Too few ordered to tell this difference from chance.",
        )

    def test_it_does_harm_and_nothing_shown(self):
        self.fill((30, 3), (30, 27))
        self.assertEqual(self.playbook.uplift_verdict, "less")
        self.playbook.entry_ids.unlink()
        self.fill((30, 15), (30, 14), prefix="again ")
        self.assertEqual(self.playbook.uplift_verdict, "unclear")
        self.assertIn("is not shown", self.playbook.uplift_in_words)

    def test_each_customer_counts_once_with_the_first_time(self):
        one, other = self.scored(["One", "Other"])
        self.recompute()
        self.entry(other, 200, "control")
        self.entry(one, 100)
        self.entry(one, 50)
        self.order(one, 10, 45)
        groups = self.env["customer.playbook.result"]._compared(self.playbook, self.company)[self.playbook.id]
        self.assertEqual(groups["treated"], (0, [0]))
        self.assertEqual(groups["control"], (0, [0]))

    def test_who_came_before_the_control_group_is_not_compared(self):
        early, late, control, running = self.scored(["Early", "Late", "Control", "Running"])
        self.recompute()
        self.entry(early, 300)
        self.entry(early, 90)
        self.entry(control, 100, "control")
        self.entry(late, 99)
        self.entry(running, 2)
        groups = self.env["customer.playbook.result"]._compared(self.playbook, self.company)[self.playbook.id]
        self.assertEqual({name: group.customers for name, group in groups.items()}, {"treated": 1, "control": 1})

    def test_numbers_are_those_of_the_company_the_user_works_in(self):
        other = self.other_company()
        [customer] = self.scored(["Elsewhere"])
        self.order(customer, 50, 400, company=other)
        self.recompute()
        self.recompute(self.policy_of(other))
        self.entry(customer, 40, company=other, answer="wrong_label")
        self.env.invalidate_all()
        there = self.playbook.with_company(other)
        self.assertEqual((self.playbook.treated_count, self.playbook.wrong_label_count), (0, 0))
        self.assertEqual((there.treated_count, there.wrong_label_count), (1, 1))
        self.assertEqual(there.currency_id, other.currency_id)

    def test_a_manager_opens_what_is_behind_the_numbers(self):
        manager = new_test_user(self.env, "proof_manager", "sales_team.group_sale_manager")
        self.fill((2, 1), (1, 0))
        playbook = self.playbook.with_user(manager)
        for name in ("entries", "waiting", "wrong_labels", "results", "candidates"):
            action = getattr(playbook, f"action_open_{name}")()
            self.env[action["res_model"]].with_user(manager).search(action["domain"])
        self.assertEqual(self.playbook.action_open_results()["domain"], [("playbook_id", "=", self.playbook.id)])
        self.assertEqual(playbook.uplift_verdict, "too_few")

    def test_a_rep_reads_the_numbers_and_an_employee_does_not(self):
        rep = new_test_user(self.env, "proof_rep", "sales_team.group_sale_salesman")
        self.assertTrue(self.playbook.with_user(rep).uplift_in_words)
        with self.assertRaises(AccessError):
            self.playbook.with_user(rep).name = "Mine"

    def test_the_day_is_the_policys(self):
        """The time of an entry is over when the day after the last has begun where the company is."""
        [customer] = self.scored(["Zone"])
        self.recompute()
        entry = self.entry(customer, 0)
        entry.entered_on = self.policy._today() - timedelta(days=31)
        self.assertTrue(self.result(entry).observed)
