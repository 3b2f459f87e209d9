"""What sellers read about the rhythm: words, timeline, and whose customers a list opens with."""

from datetime import timedelta

from odoo.tests import new_test_user

from .common import SegmentationCase

SELLER, MANAGER = "sales_team.group_sale_salesman", "sales_team.group_sale_manager"


class TestRhythmInWords(SegmentationCase):
    def words_of(self, *days_ago):
        partner = self.customer()
        for days in days_ago:
            self.order(partner, days_ago=days)
        self.recompute()
        return self.profile(partner)

    def test_who_is_late(self):
        profile = self.words_of(*range(40, 540, 10))
        # Nearly the own 10 days: the company's 90 weigh little against 49 gaps.
        self.assertEqual(profile.rhythm, "Usually orders every 13 days; 27 days late.")
        self.assertTrue(profile.explanation.endswith(profile.rhythm))

    def test_due_in_every_way(self):
        profile = self.words_of(0, 30, 60, 90)
        today = profile.expected_next_order_date
        for days, said in (
            (-5, "the next order is due in 5 days"),
            (-1, "the next order is due tomorrow"),
            (0, "the next order is due today"),
            (1, "1 day late"),
            (1200, "1,200 days late"),
        ):
            self.assertEqual(
                self.env["customer.segmentation.rhythm"]._due_in_words(profile, today + timedelta(days=days)), said
            )

    def test_lost_says_how_long_silent(self):
        profile = self.words_of(900, 930, 960, 990)
        self.assertEqual(profile.lifecycle_stage, "lost")
        self.assertTrue(profile.rhythm.endswith("no order for 900 days."), profile.rhythm)

    def test_few_orders_are_said_to_be_few(self):
        once, twice = self.words_of(20), self.words_of(20, 50)
        self.assertIn("Ordered on one day so far; your customers usually order every 80 days", once.rhythm)
        self.assertNotIn(once.rhythm, once.explanation)
        self.assertIn("judged by few orders", twice.rhythm)
        self.assertNotIn(twice.rhythm, twice.explanation)

    def test_daily_and_nobody(self):
        profile = self.words_of(*range(0, 200))
        self.assertIn("Usually orders every 2 days", profile.rhythm)
        self.assertFalse(self.env["customer.segmentation.profile"].new({}).rhythm)

    def test_a_list_says_first_how_late(self):
        late, once = self.words_of(200, 230, 260, 290), self.words_of(200)
        self.assertRegex(late.why, r"^\d+ days late; usually every \d+ days$|^No order for 200 days; usually every")
        self.assertTrue(once.why.endswith("; ordered once"))
        self.assertEqual(self.words_of(*range(0, 200)).why.split("; ")[1], "usually every 2 days")

    def test_timeline_shows_each_day_once_and_what_comes_next(self):
        partner = self.customer()
        for days in (90, 60, 60, 30):
            self.order(partner, days_ago=days)
        self.recompute()
        drawn = self.profile(partner).purchase_timeline
        self.assertEqual([order["label"] for order in drawn["orders"]], ["1 order", "2 orders", "1 order"])
        positions = [order["position"] for order in drawn["orders"]]
        self.assertEqual(positions, sorted(positions))
        self.assertEqual((positions[0], drawn["earlier"], drawn["is_late"]), (0, 0, False))
        self.assertLess(drawn["today"]["position"], drawn["expected"]["position"])
        self.assertLessEqual(drawn["expected"]["position"], 1)

    def test_timeline_of_late_lost_and_frequent_customers(self):
        late, lost, often = self.words_of(200, 230, 260, 290), self.words_of(900, 930), self.words_of(*range(0, 90))
        self.assertTrue(late.purchase_timeline["is_late"])
        self.assertFalse(lost.purchase_timeline["expected"])
        self.assertEqual(len(often.purchase_timeline["orders"]), 40)
        self.assertEqual(often.purchase_timeline["earlier"], 50)

    def test_timeline_leaves_out_refunds_and_other_companies(self):
        other = self.other_company()
        partner = self.customer()
        self.order(partner, days_ago=10)
        self.order(partner, days_ago=20, company=other)
        self.env["customer.imported.purchase"].create(
            {
                "company_id": self.company.id,
                "partner_id": partner.id,
                "date": self.day(5),
                "amount": -1,
                "reference": "back",
            }
        )
        self.recompute()
        self.assertEqual(len(self.profile(partner).purchase_timeline["orders"]), 1)


class TestWhoseCustomersComeFirst(SegmentationCase):
    def test_follow_ups_of_nobody_are_those_of_everybody(self):
        seller = new_test_user(self.env, "has_customers", groups=SELLER)
        entries = self.env["customer.playbook.entry"].with_user(seller)
        self.assertEqual(entries.action_open_follow_ups()["context"], {"search_default_open": 1})
