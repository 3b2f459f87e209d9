"""The edge list: who can rise and who will drop, the same as the page of each customer says."""

from datetime import timedelta

from odoo.addons.customer_segmentation.tools.steps import Scoring
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user

from .test_tiers import SELLER, TierCase

EDGE = "customer.tier.edge"


class EdgeCase(TierCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.window_months = 12

    def open(self, user=None, company=None, **context):
        """The rows a user sees who opens the list, without the default filters."""
        self.env.invalidate_all()
        model = self.env[EDGE].with_user(user or self.seller).with_context(**context)
        action = model.with_company(company).action_open() if company else model.action_open()
        self.assertEqual((action["res_model"], action["type"]), (EDGE, "ir.actions.act_window"))
        return model.search(action["domain"])

    def seen(self, rows):
        return {
            (row.partner_id.name, row.direction, row.tier_id.name, row.next_tier_id.name, round(row.closeness, 1))
            for row in rows
        }

    def buyers(self, **amounts):
        partners = {}
        for name, amount in amounts.items():
            partners[name] = self.customer(name)
            self.order(partners[name], amount, 20)
        return partners


class TestEdgeList(EdgeCase):
    def test_who_can_rise(self):
        self.metals()
        partners = self.buyers(Near=900, Middle=700, Far=450, Bronze=200, Gold=1200, Almost=499)
        self.recompute()
        rows = self.open()
        self.assertEqual(
            self.seen(rows),
            {
                ("Near", "rise", "Silver", "Gold", 90),
                ("Middle", "rise", "Silver", "Gold", 70),
                ("Far", "rise", "Bronze", "Silver", 90),
                ("Almost", "rise", "Bronze", "Silver", 99.8),
            },
        )
        for row in rows:
            self.assertEqual(row.gap, row.profile_id.next_tier_gap)
            self.assertEqual(row.next_tier_id, row.profile_id.next_tier_id)
        near = rows.filtered(lambda row: row.partner_id == partners["Near"])
        self.assertEqual(
            (near.revenue, near.review_date, near.gap), (900, False, "Revenue in the window: $\xa0100.00 more")
        )

    def test_who_will_drop(self):
        self.policy.tier_review = "month"
        self.metals(grace_days=10)
        partners = self.buyers(Falls=1200, Stays=1200, Recovers=1200)
        self.recompute(as_of=self.day(1))
        for name in ("Falls", "Recovers"):
            self.order(partners[name], -500, 0)
        self.recompute()
        self.assertEqual(
            self.seen(self.open()),
            {
                ("Falls", "drop", "Gold", "Silver", 87.5),
                ("Recovers", "drop", "Gold", "Silver", 87.5),
            },
        )
        self.env.cr.execute(
            "UPDATE customer_segmentation_profile SET revenue = 850 WHERE id = %s",
            [self.profile(partners["Recovers"]).id],
        )
        row = self.open()
        self.assertEqual(row.partner_id, partners["Falls"], "who meets it again drops no more")
        profile = self.profile(partners["Falls"])
        self.assertEqual(row.review_date, profile.tier_review_date)
        self.assertGreaterEqual(row.review_date, self.today + timedelta(days=10))
        self.assertEqual(row.gap, "Revenue in the window: $\xa0100.00 more")
        self.assertIn(row.gap, profile.tier_outlook)

    def test_set_by_hand_and_archived(self):
        gold, _silver, _bronze = self.metals()
        partners = self.buyers(Fixed=900, Archived=900, Expired=900)
        self.recompute()
        for name, day in (("Fixed", self.today), ("Expired", self.day(1))):
            profile = self.profile(partners[name])
            profile.sudo().write({"tier_locked_until": day, "tier_lock_reason": "x"})
        partners["Archived"].active = False
        self.assertEqual(self.open().partner_id, partners["Expired"])
        self.assertTrue(gold)

    def test_who_meets_it_within_the_minimum_stay(self):
        self.metals(minimum_stay_days=60)
        partner = self.buyers(Waiting=900)["Waiting"]
        self.recompute(as_of=self.day(5))
        self.env.cr.execute(
            "UPDATE customer_segmentation_profile SET revenue = 1000 WHERE id = %s", [self.profile(partner).id]
        )
        row = self.open()
        self.assertEqual((row.direction, row.next_tier_id.name, row.closeness), ("rise", "Gold", 100))
        self.assertIn("Nothing: rises", row.gap)

    def test_every_criterion_must_be_near(self):
        self.set_ladder(
            self.rung("Gold", 1, ("revenue", 1000, 800), ("order_count", 4, 4)),
            self.rung("Rest", 2),
        )
        partners = self.buyers(One=950, Two=950)
        for _number in range(2):
            self.order(partners["Two"], 1, 10)
        self.recompute()
        self.assertEqual(self.seen(self.open()), {("Two", "rise", "Rest", "Gold", 75)})

    def test_the_filters(self):
        self.metals()
        self.buyers(Ten=900, Twenty=800, Thirty=700)
        self.recompute()
        rows = self.open()
        view = self.env[EDGE].get_views([(False, "search")])["views"]["search"]["arch"]
        for name, count in (("rise_10", 1), ("rise_20", 2), ("rise_50", 3), ("drop_30", 0), ("drop", 0)):
            domain = self.domain_of(view, name)
            self.assertEqual(len(rows.filtered_domain(domain)), count, name)

    def test_the_chip_of_the_customers_finds_those_the_list_opens_with(self):
        self.policy.tier_review = "month"
        self.metals(grace_days=10)
        partners = self.buyers(Ten=900, Thirty=700, Falls=1200, Stays=1200)
        self.recompute(as_of=self.day(1))
        self.order(partners["Falls"], -500, 0)
        self.recompute()
        rows = self.open()
        view = self.env[EDGE].get_views([(False, "search")])["views"]["search"]["arch"]
        shown = rows.browse()
        for name in ("rise_20", "drop_30"):
            shown |= rows.filtered_domain(self.domain_of(view, name))
        profiles = self.env["customer.segmentation.profile"].with_user(self.seller)
        ours = [("partner_id", "in", [partner.id for partner in partners.values()])]
        found = profiles.search([*ours, ("close_to_tier", "=", True)])
        self.assertEqual(found.partner_id, shown.partner_id)
        self.assertIn(partners["Ten"], found.partner_id)
        self.assertNotIn(partners["Thirty"], found.partner_id)
        others = profiles.search([*ours, ("close_to_tier", "=", False)])
        self.assertEqual(others, profiles.search(ours) - found)
        self.assertEqual(
            (found.mapped("close_to_tier"), others.mapped("close_to_tier")),
            ([True] * len(found), [False] * len(others)),
        )
        ten = self.profile(partners["Ten"])
        self.assertEqual(ten.edge, ten.next_tier_gap)
        falls = self.profile(partners["Falls"])
        self.assertEqual(falls.edge, falls.tier_outlook)

    def test_without_tiers_nobody_is_close_to_one(self):
        self.buyers(Ten=900)
        self.recompute()
        self.assertFalse(self.env["customer.segmentation.profile"].search([("close_to_tier", "=", True)]))

    def domain_of(self, arch, name):
        from lxml import etree

        from odoo.tools.safe_eval import safe_eval

        return safe_eval(etree.fromstring(arch).find(f".//filter[@name='{name}']").get("domain"), {"uid": self.env.uid})

    def test_grouped_and_mine(self):
        self.metals()
        partners = self.buyers(Mine=900, Theirs=900)
        partners["Mine"].user_id = self.seller
        self.recompute()
        rows = self.open()
        mine = rows.search([("id", "in", rows.ids), ("user_id", "=", self.seller.id)])
        self.assertEqual(mine.partner_id, partners["Mine"])
        groups = rows._read_group([("id", "in", rows.ids)], ["user_id", "direction"], ["__count", "revenue:sum"])
        self.assertEqual(
            {(user.login, *rest) for user, *rest in groups}, {("tier_seller", "rise", 1, 900), (False, "rise", 1, 900)}
        )

    def test_what_is_clicked(self):
        self.metals()
        partner = self.buyers(Near=900)["Near"]
        self.recompute()
        row = self.open()
        self.assertEqual(row.action_open_customer()["res_id"], partner.id)
        self.assertEqual(row.action_schedule_activity()["context"]["active_ids"], partner.ids)
        self.seller.group_ids += self.env.ref("base.group_allow_export")
        exported = row.export_data(["partner_id", "direction", "gap", "closeness", "revenue"])["datas"]
        self.assertEqual(exported, [["Near", "Can Rise", row.gap, 90.0, 900.0]])

    def test_opening_it_keeps_nothing(self):
        self.metals()
        partner = self.buyers(Near=900)["Near"]
        self.recompute()
        first = self.open()
        second = self.open()
        self.assertFalse(first & second)
        self.assertEqual(self.recompute().changed_count, 0)
        self.order(partner, 300, 1)
        self.recompute()
        self.assertFalse(self.open())
        self.env.cr.execute("UPDATE customer_tier_edge SET write_date = write_date - interval '2 days'")
        self.env.invalidate_all()
        self.env[EDGE]._transient_vacuum()
        self.assertFalse((first | second).exists())

    def test_a_tier_deleted_since_the_run(self):
        gold, _silver, _bronze = self.metals()
        self.buyers(Near=900)
        self.recompute()
        gold.unlink()
        self.assertFalse(self.open())

    def test_empty_lists_say_what_to_do(self):
        rows = self.env[EDGE].with_user(self.seller)
        self.assertFalse(self.open())
        self.assertIn("being scored", str(rows.get_empty_list_help("")))
        self.buyers(One=900)
        self.recompute()
        self.assertFalse(self.open())
        self.assertIn("No tiers yet", str(rows.get_empty_list_help("")))
        self.metals()
        self.recompute()
        self.assertEqual(rows.get_empty_list_help("<p>Nobody</p>"), "<p>Nobody</p>")


class TestEdgeListSameAsPage(EdgeCase):
    """Of all measures at once: the list reads them as the page does."""

    READ_ELSEWHERE = ()  # measures that have a query of their own, and of which there are several values here
    MORE = ((), ())  # what the first two tiers ask for beside it

    def make_customers(self):
        partners = [self.customer(f"Customer {number}") for number in range(14)]
        for number, partner in enumerate(partners):
            for order in range(number % 5 + 1):
                self.order(partner, 33.33 * (number + 1) + order, 11 * number + 40 * order)
        return partners

    def test_every_measure(self):
        self.metals()
        partners = self.make_customers()
        self.order(partners[0], -20, 1)
        self.recompute()
        measures, profiles = self.env["customer.segmentation.measure"], self.env["customer.segmentation.profile"]
        names = list(measures._declared())
        stored = self.env["customer.segmentation.reader"]._read([("company_id", "=", self.company.id)], self.today)
        cut_points = self.policy.last_run_id.cut_points
        scored = Scoring(self.policy, self.today, cut_points=cut_points, facts=stored, scores=stored)
        frame = measures._frame(names, scored)
        self.assertEqual(len(stored), profiles.search_count([("company_id", "=", self.company.id)]))
        different = set()
        for position, profile_id in enumerate(stored["id"]):
            profile = profiles.browse(int(profile_id))
            for name, value in measures._of_profiles(names, profile)[profile].items():
                self.assertAlmostEqual(frame.iloc[position][name], value, 6, f"{profile.partner_id.name}: {name}")
                different.add((name, value))
        declared = measures._declared()
        for name in names:
            if declared[name].read_in and name not in self.READ_ELSEWHERE:
                continue  # read by the same query for all customers as for one
            self.assertGreater(len([value for measure, value in different if measure == name]), 1, name)

    def test_every_row_and_every_page(self):
        self.set_ladder(
            self.rung(
                "Gold",
                1,
                ("average_order_value", 30, 40, "top_share"),
                ("tenure_months", 3, 2),
                *self.MORE[0],
            ),
            self.rung("Silver", 2, ("order_count", 3, 2), *self.MORE[1]),
            self.rung("Bronze", 3, ("rfm_score", 40, 30)),
        )
        self.make_customers()
        self.recompute()
        rows = self.open()
        rising = rows.filtered(lambda row: row.direction == "rise")
        self.assertGreater(len(rising), 2)
        listed = {row.profile_id: row for row in rising}
        for profile in self.env["customer.segmentation.profile"].search([("company_id", "=", self.company.id)]):
            near = bool(profile.next_tier_id) and self.is_near(profile)
            self.assertEqual(profile in listed, near, profile.partner_id.name)
            if near:
                row = listed[profile].with_env(self.env)
                self.assertEqual((row.gap, row.next_tier_id), (profile.next_tier_gap, profile.next_tier_id))

    def is_near(self, profile):
        """Whether at most half of each threshold is missing, looked up criterion by criterion."""
        ladder = self.policy.last_run_id.cut_points["tiers"]
        rung = next(rung for rung in ladder if rung["tier"] == profile.next_tier_id.id)
        names = ["order_count", *(rule["measure"] for rule in (*rung["criteria"], *rung["vetoes"]))]
        values = self.env["customer.segmentation.measure"]._of_profiles(names, profile)[profile]
        if any(values[veto["measure"]] > veto["limit"] for veto in rung["vetoes"]):
            return False
        for criterion in rung["criteria"]:
            if criterion["entry_share"] and not values["order_count"]:
                return False
            missing = criterion["entry"] - values[criterion["measure"]]
            missing = missing if criterion["higher_is_better"] else -missing
            if missing > 0.5 * (criterion["entry"] or 1):
                return False
        return True


class TestEdgeListRights(EdgeCase):
    def test_roles(self):
        self.metals()
        self.buyers(Near=900)
        self.recompute()
        action = self.env.ref("customer_segmentation.action_open_tier_edges")
        for user in (self.seller, self.manager):
            rows = self.open(user)
            self.assertEqual(len(rows), 1)
            self.assertTrue(rows.gap and rows.revenue)
            result = action.with_user(user).run()
            self.assertEqual((result["res_model"], bool(result.get("path"))), (EDGE, False))
            with self.assertRaises(AccessError):
                rows.write({"closeness": 1})
            with self.assertRaises(AccessError):
                rows.create({"opening": "x", "profile_id": rows.profile_id.id, "partner_id": rows.partner_id.id})
        other = new_test_user(self.env, "edge_other", groups=SELLER)
        self.assertFalse(rows.with_user(other).search([("id", "in", rows.ids)]), "own rows only")
        with self.assertRaises(AccessError):
            rows.with_user(other).read(["closeness"])
        for groups in ("base.group_user", "base.group_portal"):
            user = new_test_user(self.env, f"edge_{groups[-5:]}", groups=groups)
            with self.assertRaises(AccessError):
                action.with_user(user).run()
            with self.assertRaises(AccessError):
                self.env[EDGE].with_user(user).action_open()
            with self.assertRaises(AccessError):
                self.env[EDGE].with_user(user).search([])

    def test_two_companies_and_a_branch(self):
        other = self.other_company()
        self.metals()
        self.set_ladder(self.rung("Diamond", 1, ("revenue", 100)), self.rung("Coal", 2), policy=self.policy_of(other))
        here = self.buyers(Here=900)["Here"]
        there = self.customer("There")
        self.order(there, 80, 10, company=other)
        self.recompute()
        self.recompute(self.policy_of(other))
        branch = self.branch(self.company)
        companies = self.company | other | branch
        user = new_test_user(
            self.env, "edge_both", groups=SELLER, company_id=self.company.id, company_ids=[Command.set(companies.ids)]
        )
        self.assertEqual(self.open(user, self.company).partner_id, here)
        self.assertEqual(self.open(user, branch).partner_id, here, "a branch shows its root company")
        self.assertEqual(self.seen(self.open(user, other)), {("There", "rise", "Coal", "Diamond", 80)})
        self.assertFalse(self.open(self.seller, self.company).filtered(lambda row: row.partner_id == there))
        with self.assertRaises(AccessError):
            self.open(self.seller, other)
