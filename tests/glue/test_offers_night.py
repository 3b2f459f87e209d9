"""What the night keeps of habits: usual gaps, products no longer bought, and the playbook that asks why."""

from unittest.mock import patch

from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .offers_common import OffersCase


class NightCase(OffersCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.orders = cls.buy_every(cls.acme, cls.coffee, 7, 40, 6, price=20)
        cls.buy_every(cls.acme, cls.tea, 10, 2, 9)

    def written_by(self, action):
        """The rows a night writes: those whose tuple is another one afterwards."""

        def state():
            self.env.flush_all()
            rows = []
            for table in ("customer_product_lost", "customer_product_gap"):
                self.env.cr.execute(f"SELECT %s, id, xmin::text, ctid::text FROM {table}", [table])
                rows += self.env.cr.fetchall()
            return set(rows)

        before = state()
        action()
        return state() ^ before


class TestLost(NightCase):
    def test_what_is_kept(self):
        self.look()
        self.assertRecordValues(
            self.lost(),
            [
                {
                    "product_id": self.coffee.id,
                    "product_tmpl_id": self.coffee.product_tmpl_id.id,
                    "profile_id": self.profile(self.acme).id,
                    "company_id": self.company.id,
                    "times": 6,
                    "gap_days": 7,
                    "last_date": self.day(40),
                    "lost_date": self.day(40 - 22),
                    "amount": 120,
                }
            ],
        )

    def test_the_page_and_the_night_say_the_same(self):
        for number in range(1, 4):
            other = self.customer(f"Other {number}")
            self.buy_every(other, self.coffee, 5 + 4 * number, 5, 6)
            self.buy_every(other, self.cake, 3, 30, 4 + number)
        self.look()
        habits = self.env["customer.product.habit"]
        lost = self.env["customer.product.lost"].search([("company_id", "=", self.company.id)])
        self.assertGreater(len(lost.partner_id), 2)
        for partner in lost.partner_id:
            shown = habits._lost(self.policy, partner, 100)[partner.id]
            self.assertEqual([one.product for one in shown], list(self.lost(partner).product_id))
            self.assertEqual([one.gap_days for one in shown], self.lost(partner).mapped("gap_days"))

    def test_few_gaps_are_drawn_to_those_of_others(self):
        for number in range(3):
            self.buy_every(self.customer(f"Other {number}"), self.cake, 30, 0, 5)
        self.buy_every(self.acme, self.cake, 10, 14, 3)
        self.assertEqual(self.due(), ["Cake"])
        self.look()
        self.assertEqual(self.due(), [], "it is every 20 days rather than every 10")

    def test_a_second_night_writes_nothing(self):
        self.look()
        self.assertFalse(self.written_by(lambda: self.env["customer.product.lost"]._look(self.policy)))

    def test_bought_again_is_forgotten(self):
        self.look()
        self.buy(self.acme, self.coffee, 0)
        self.look()
        self.assertFalse(self.lost())

    def test_what_changed_is_written(self):
        self.look()
        lost = self.lost()
        self.credit(self.invoice(self.orders[0], 39), 38, amount=5)
        self.look()
        self.assertEqual(self.lost(), lost)
        self.assertEqual(lost.amount, 115)

    def test_excluded_and_archived_customers(self):
        self.look()
        self.env["customer.segmentation.exclusion"].create({"partner_id": self.acme.id, "reason": "objection"})
        self.assertFalse(self.lost())
        self.look()
        self.assertFalse(self.lost())

    def test_companies_do_not_mix(self):
        other = self.other_company()
        self.look()
        self.look(self.policy_of(other))
        self.assertEqual(self.lost().company_id, self.company)
        self.buy_every(self.acme, self.coffee, 7, 40, 6, company=other)
        self.buy_every(self.acme, self.cake, 10, 2, 9, company=other)
        self.look(self.policy_of(other))
        self.assertEqual(self.lost().company_id, self.company | other)

    def test_who_sees_it(self):
        self.look()
        seller = new_test_user(self.env, "night_seller", groups="sales_team.group_sale_salesman")
        self.assertEqual(self.lost().with_user(seller).mapped("product_id.name"), ["Coffee"])
        self.acme.company_id = self.other_company()
        self.assertFalse(
            self.env["customer.product.lost"].with_user(seller).search([("partner_id", "=", self.acme.id)])
        )

    def test_found_among_contacts(self):
        self.look()
        found = self.env["res.partner"].search([("customer_lost_product_ids", "!=", False)])
        self.assertIn(self.acme, found)
        found = self.env["res.partner"].search([("customer_lost_product_ids.product_tmpl_id.name", "=", "Coffee")])
        self.assertEqual(found, self.acme)

    def test_merged_customers(self):
        twin = self.customer("Twin")
        self.buy_every(twin, self.coffee, 7, 40, 6)
        self.buy_every(twin, self.tea, 10, 2, 9)
        self.look()
        self.env["base.partner.merge.automatic.wizard"]._merge([self.acme.id, twin.id], self.acme)
        self.look()
        self.assertEqual(self.lost().product_id, self.coffee)


class TestJob(NightCase):
    def test_each_run_is_looked_through_once(self):
        self.recompute()
        with self.enter_registry_test_mode():
            self.env.ref("customer_segmentation_offers.ir_cron_habits").method_direct_trigger()
        self.assertEqual(self.policy.habits_run_id, self.policy.last_run_id)
        self.assertTrue(self.lost())
        looking = patch.object(type(self.lost()), "_look", side_effect=AssertionError("again"))
        with looking, self.enter_registry_test_mode():
            self.env.ref("customer_segmentation_offers.ir_cron_habits").method_direct_trigger()

    def test_a_run_calls_the_job(self):
        triggers = self.env["ir.cron.trigger"].search_count([])
        self.recompute()
        job = self.env.ref("customer_segmentation_offers.ir_cron_habits")
        self.assertTrue(self.env["ir.cron.trigger"].search_count([("cron_id", "=", job.id)]))
        self.assertGreater(self.env["ir.cron.trigger"].search_count([]), triggers)

    @mute_logger("odoo.addons.customer_segmentation_offers.models.customer_product_lost")
    def test_people_are_told_of_a_failure(self):
        self.recompute()
        with patch.object(type(self.lost()), "_keep", side_effect=ValueError("broken")):
            self.env["customer.product.lost"]._look_or_tell(self.policy)
        failure = self.env["customer.segmentation.failure"].search([("job", "=", "habits")])
        self.assertRecordValues(failure, [{"company_id": self.company.id, "message": "broken"}])
        self.env["customer.product.lost"]._look_or_tell(self.policy)
        self.assertFalse(failure.exists())

    def test_other_habits_are_looked_for_at_once(self):
        self.look()
        self.policy.habits_run_id = self.policy.last_run_id
        self.policy.offer_level = "variant"
        self.assertFalse(self.policy.habits_run_id)


class TestPlaybook(NightCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(cls.env, "lost_seller", groups="sales_team.group_sale_salesman")
        cls.acme.user_id = cls.seller
        cls.company.resource_calendar_id = False  # whatever day it is, somebody works
        cls.playbook = cls.env.ref("customer_segmentation_offers.playbook_lost_product").copy()
        cls.look()
        cls.nobody_waits()

    def start(self):
        self.playbook._start(self.company, include_now=True)
        self.work()

    def work(self):
        """All batches of the scheduled action, as if the last look was yesterday's."""
        self.env["customer.playbook.state"].search([]).states_date = self.day(1)
        self.env.flush_all()
        list(self.env["customer.playbook.engine"]._batches())
        self.env.invalidate_all()

    @property
    def entry(self):
        return self.env["customer.playbook.entry"].search(
            [("playbook_id", "=", self.playbook.id), ("partner_id", "=", self.acme.id)]
        )

    def test_the_preset_is_off(self):
        self.assertFalse(self.env.ref("customer_segmentation_offers.playbook_lost_product").is_started)
        self.assertEqual(self.playbook.when_in_words, "A customer no longer buys a product it bought regularly")

    def test_asks_why(self):
        self.start()
        self.assertEqual(self.entry.state, "open")
        self.assertEqual(self.entry.cause, f"product:{self.coffee.id}:{self.day(40)}")
        activity = self.entry.activity_ids
        self.assertEqual(activity.user_id, self.seller)
        self.assertIn("Coffee", activity.summary)
        self.assertIn("Ask why before you offer anything", activity.note)

    def test_is_over_when_it_is_bought_again(self):
        self.start()
        self.buy(self.acme, self.coffee, 0)
        self.look()
        self.nobody_waits()
        self.work()
        self.assertEqual(self.entry.state, "cancelled")
        self.assertEqual(self.entry.closing_reason, "The customer buys it again, or it is not sold any more.")
