"""What playbooks brought, in money: counted for the customers whose days ended in the period, and no more claimed."""

from datetime import timedelta

from odoo.addons.customer_segmentation.scoring.periods import Period
from odoo.addons.customer_segmentation.scoring.uplift import Group, total, uplift
from odoo.tests import new_test_user

from ..addon.test_playbook_report import ReportCase, TestPlaybookProof
from .dashboard_common import DashboardMixin

SUCCESS_DAYS = 30


class TestEffect(DashboardMixin, ReportCase):
    fill, purchases = TestPlaybookProof.fill, TestPlaybookProof.purchases

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "effect_manager", groups="sales_team.group_sale_manager")

    def period(self, days_ago):
        """A period in which the days of who came in so many days ago ended."""
        ended = self.day(days_ago - SUCCESS_DAYS)
        return Period(ended - timedelta(days=2), ended)

    def effect(self, period, **scope):
        self.env.invalidate_all()
        return self.read("effect", period, user=self.manager, **scope)

    def opened_rows(self, period, treatment, **scope):
        action = self.dashboard(self.manager).effect_action(
            self.company.id, str(period.start), str(period.end), self.playbook.id, treatment, **scope
        )
        self.assertIn(str(period.end.year), action["name"])
        return self.env["customer.playbook.result"].with_user(self.manager).search(action["domain"])

    def test_too_few_to_say(self):
        self.fill((31, 20), (29, 2))
        found = self.effect(self.period(40))
        self.assertEqual(found["lines"][0]["in_words"], "too few to say")
        self.assertIn("Too few customers to say", found["sentence"])

    def test_an_amount_with_its_limits(self):
        self.fill((40, 36), (40, 4))
        period = self.period(40)
        found = self.effect(period)
        (line,) = found["lines"]
        self.assertEqual((line["treated"], line["control"]), (40, 40))
        difference = uplift(Group(36, [10.0] * 36 + [0.0] * 4), Group(4, [10.0] * 4 + [0.0] * 36)).revenue
        self.assertIn("320", line["in_words"], "40 customers, 8 more each")
        self.assertIn(f"{round(40 * difference.low):,}", line["in_words"])
        self.assertRegex(found["sentence"], r"^Revenue because of our playbooks: .*320.* \(between .*\)\.$")
        for treatment, ordered in (("treated", 36), ("control", 4)):
            rows = self.opened_rows(period, treatment)
            self.assertEqual((len(rows), sum(rows.mapped("ordered"))), (40, ordered))

    def test_what_may_be_chance_says_so(self):
        self.fill((40, 20), (40, 19))
        self.assertIn("may as well be chance", self.effect(self.period(40))["sentence"])

    def test_only_whose_days_ended_in_the_period(self):
        self.fill((2, 1), (2, 1))
        period = self.period(40)
        self.assertEqual(self.effect(period)["lines"][0]["treated"], 2)
        before = Period(period.start - timedelta(days=9), period.start - timedelta(days=1))
        self.assertEqual(self.effect(before)["lines"], [])

    def test_the_scope_counts_here_too(self):
        self.fill((2, 1), (2, 1))
        period = self.period(40)
        mine = self.env["customer.playbook.result"].search([("treatment", "=", "treated")], limit=1)
        mine.partner_id.user_id = self.manager
        (line,) = self.effect(period, scope="my")["lines"]
        self.assertEqual((line["treated"], line["control"]), (1, 0))
        self.assertEqual(self.opened_rows(period, "treated", scope="my"), mine)

    def test_differences_add_up_with_their_limits(self):
        one = uplift(Group(20, [10.0] * 20 + [0.0] * 20), Group(10, [10.0] * 10 + [0.0] * 30)).revenue
        both = total([(one, 10), (one, 10)])
        self.assertAlmostEqual(both.estimate, 20 * one.estimate)
        self.assertLess(both.high - both.low, 2 * 10 * (one.high - one.low), "errors of two do not simply add up")
        self.assertIsNone(total([]))
