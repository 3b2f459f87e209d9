"""Figures about customers in Odoo's digest e-mail: what they count, for whom, and where they lead."""

from datetime import datetime, timedelta

from odoo.fields import Command
from odoo.tests import new_test_user
from odoo.tools.safe_eval import safe_eval

from ..addon.common import SegmentationCase

KPIS = ("kpi_customer_at_risk", "kpi_customer_at_stake", "kpi_customer_retention")


class DigestCase(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(cls.env, "digest_seller", groups="sales_team.group_sale_salesman")
        cls.digest = cls.env["digest.digest"].create(
            {"name": "Ours", "company_id": cls.company.id, **dict.fromkeys(KPIS, True)}
        )
        cls.buyers = [cls.customer(f"Buyer {number}") for number in range(4)]
        for partner in cls.buyers:
            for days in (200, 180, 160, 140):
                cls.order(partner, 100, days)
        cls.recompute()

    def value(self, kpi, start, end, user=None):
        """The figure of the days between so many days ago."""
        now = datetime.now().replace(microsecond=0)
        digest = self.digest.with_user(user or self.seller).with_context(
            start_datetime=now - timedelta(days=start), end_datetime=now - timedelta(days=end)
        )
        self.env.invalidate_all()
        return digest[f"{kpi}_value"]

    def moved(self, partner, days_ago, before, after):
        self.env["customer.segmentation.transition"].create(
            {
                "profile_id": self.profile(partner).id,
                "run_id": self.policy.last_run_id.id,
                "date": self.day(days_ago),
                "from_lifecycle_stage": before,
                "to_lifecycle_stage": after,
            }
        )


class TestFigures(DigestCase):
    def test_newly_at_risk_are_those_who_came_into_the_stage_in_the_time(self):
        first, second, third, fourth = self.buyers
        self.moved(first, 0, "active", "at_risk")
        self.moved(second, 5, "mature", "at_risk")
        self.moved(third, 5, False, "at_risk")
        self.moved(fourth, 5, "at_risk", "dormant")
        self.assertEqual(self.value("kpi_customer_at_risk", 1, 0), 1)
        self.assertEqual(self.value("kpi_customer_at_risk", 7, 0), 2)
        self.assertEqual(self.value("kpi_customer_at_risk", 14, 7), 0)

    def test_a_day_at_the_border_of_two_times_counts_once(self):
        self.moved(self.buyers[0], 7, "active", "at_risk")
        counts = [self.value("kpi_customer_at_risk", *days) for days in ((7, 0), (14, 7))]
        self.assertEqual(counts, [0, 1])

    def test_retention_is_the_share_that_bought_again(self):
        for partner in self.buyers[:3]:
            self.order(partner, 10, 10)
        self.order(self.buyers[0], 10, 3)
        self.recompute()
        self.assertEqual(self.value("kpi_customer_retention", 7, 0), 33.33)
        self.assertEqual(self.value("kpi_customer_retention", 90, 60), 0, "nobody bought before")

    def test_at_stake_is_that_of_the_list(self):
        for number in range(30):
            partner = self.customer(f"More {number}")
            for days in range(number + 5, 200, 20 + number):
                self.order(partner, 50 + number, days)
        self.recompute()
        profiles = self.env["customer.segmentation.profile"].search([("company_id", "=", self.company.id)])
        self.assertGreater(sum(profiles.mapped("at_stake")), 0)
        self.assertAlmostEqual(self.value("kpi_customer_at_stake", 1, 0), sum(profiles.mapped("at_stake")), 2)
        self.assertEqual(self.value("kpi_customer_at_stake", 60, 30), 0, "not known")

    def test_newly_at_risk_is_the_length_of_its_list(self):
        first, second, third, fourth = self.buyers
        self.moved(first, 29, "active", "at_risk")
        self.moved(second, 30, "active", "at_risk")
        self.moved(third, 0, "active", "at_risk")
        self.moved(third, 0, "at_risk", "active")
        self.moved(fourth, 3, False, "at_risk")
        action = self.env.ref("customer_segmentation_dashboard.action_customers_newly_at_risk")
        listed = self.env[action.res_model].with_user(self.seller).search(safe_eval(action.domain))
        self.assertEqual(listed.profile_id.partner_id, first + third)
        self.assertEqual(self.value("kpi_customer_at_risk", 30, 0), len(listed))

    def test_a_digest_that_is_merely_read_says_nothing_and_is_read(self):
        self.moved(self.buyers[0], 5, "mature", "at_risk")
        for kpi in KPIS:
            self.assertEqual(self.digest.with_user(self.seller)[f"{kpi}_value"], 0, kpi)

    def test_nothing_is_said_before_the_first_run(self):
        self.policy.last_run_id = False
        for kpi in KPIS:
            self.assertEqual(self.value(kpi, 30, 0), 0, kpi)


class TestForWhom(DigestCase):
    def shown(self, user, company=None):
        kpis = self.digest.with_user(user).sudo()._compute_kpis(company or self.company, user)
        return [kpi["kpi_name"] for kpi in kpis if kpi["kpi_name"] in KPIS]

    def test_users_of_scores_get_them_and_others_an_e_mail_without(self):
        self.assertEqual(self.shown(self.seller), list(KPIS))
        employee = new_test_user(self.env, "digest_employee", groups="base.group_user")
        self.assertEqual(self.shown(employee), [])

    def test_who_does_not_work_in_the_company_gets_nothing_about_it(self):
        other = self.other_company()
        stranger = new_test_user(
            self.env,
            "digest_stranger",
            groups="sales_team.group_sale_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertEqual(self.shown(stranger, other), [])

    def test_a_digest_of_no_company_is_about_the_recipient_s(self):
        other = self.other_company()
        self.order(self.buyers[0], 5, 3, company=other)
        self.recompute(self.policy_of(other))
        self.digest.company_id = False
        for company, expected in ((self.company, 0), (other, 1)):
            user = new_test_user(
                self.env,
                f"digest_{company.id}",
                groups="sales_team.group_sale_salesman",
                company_id=company.id,
                company_ids=[Command.set(company.ids)],
            )
            self.moved_in(other)
            self.assertEqual(self.value("kpi_customer_at_risk", 3, 0, user), expected)

    def moved_in(self, company):
        profile = self.profile(self.buyers[0], company)
        if not profile.transition_ids.filtered(lambda change: change.to_lifecycle_stage == "at_risk"):
            self.env["customer.segmentation.transition"].create(
                {
                    "profile_id": profile.id,
                    "run_id": self.policy_of(company).last_run_id.id,
                    "date": self.today,
                    "from_lifecycle_stage": "active",
                    "to_lifecycle_stage": "at_risk",
                }
            )

    def test_figures_lead_to_what_they_count(self):
        names = self.digest._compute_kpis_actions(self.company, self.seller)
        actions = {kpi: self.env.ref(names[kpi].split("?")[0]) for kpi in KPIS}
        self.assertEqual(
            actions["kpi_customer_retention"], self.env.ref("customer_segmentation_dashboard.action_dashboard")
        )
        at_stake = actions["kpi_customer_at_stake"]
        profiles = self.env[at_stake.res_model].search(safe_eval(at_stake.domain))
        total = sum(profiles.filtered(lambda one: one.company_id == self.company).mapped("at_stake"))
        self.assertAlmostEqual(self.value("kpi_customer_at_stake", 1, 0), total, 2)
        newly = actions["kpi_customer_at_risk"]
        self.moved(self.buyers[0], 3, "active", "at_risk")
        listed = self.env[newly.res_model].search(safe_eval(newly.domain))
        self.assertEqual(listed.profile_id.partner_id, self.buyers[0])

    def test_the_default_digest_has_them(self):
        default = self.env.ref("digest.digest_digest_default")
        self.assertTrue(all(default[kpi] for kpi in KPIS))

    def test_an_e_mail_is_made(self):
        self.digest.user_ids = self.seller
        self.digest.with_user(self.env.ref("base.user_root")).action_send_manual()
        mail = self.env["mail.mail"].search([("subject", "ilike", "Ours")], limit=1)
        self.assertIn("Customers Newly Slipping", mail.body_html)
        self.assertIn("customer_segmentation_dashboard.action_customers_at_stake", mail.body_html)
