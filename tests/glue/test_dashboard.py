"""The dashboard for every role and company, what its searches refuse, and what it says while there is nothing."""

from datetime import timedelta
from unittest.mock import patch

from odoo.addons.customer_segmentation.scoring.periods import period_at, previous
from odoo.addons.customer_segmentation_dashboard.models import customer_segmentation_dashboard_value
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..addon.common import SegmentationCase
from ..addon.security_common import SecurityCase
from .dashboard_common import BLOCKS, DashboardMixin

MODEL = "customer.segmentation.dashboard"
SEEING = ("seller", "other_seller", "all_seller", "sales_manager", "scores_user", "scores_manager", "branch_seller")
OWN_ONLY = ("seller", "other_seller")
REFUSED = ("portal", "public", "employee", "billing")


@tagged("post_install", "-at_install")
class TestDashboardRoles(DashboardMixin, SecurityCase):
    def setUp(self):
        super().setUp()
        self.north, self.south = self.company["north"], self.company["south"]
        today = self.policy[self.north]._today()
        self.year = period_at("year", today)

    def answers(self, role, company, **scope):
        """What every block of this year says to a role."""
        model, period = self.model(MODEL, role), (company.id, str(self.year.start), str(self.year.end))
        return {
            "purchases": model.read_tiles(*period, "purchases", **scope),
            "standing": model.read_tiles(*period, "standing", **scope),
            **{block: getattr(model, f"read_{block}")(*period, **scope) for block in BLOCKS},
        }

    def test_everybody_with_the_right_sees_the_same_numbers_of_the_company(self):
        expected = self.answers("sales_manager", self.north)
        tiles = {tile["key"]: tile["value"] for tile in expected["purchases"]["tiles"]}
        self.assertEqual(tiles["customers"], 4, "Acme, Bolt, Dune and Pine; Ebb's order was cancelled")
        for role in set(SEEING) - set(OWN_ONLY):
            with self.subTest(role=role):
                self.assertEqual(self.answers(role, self.north), expected)

    def test_who_sees_their_own_documents_only_looks_at_their_own_customers(self):
        self.acme.user_id, self.pine.user_id = self.user["seller"], self.user["other_seller"]
        for role in OWN_ONLY:
            with self.subTest(role=role):
                opened = self.model(MODEL, role).open_dashboard(scope="company")
                self.assertEqual((opened["scopes"], opened["scope"]), ([("my", "My")], "my"))
                self.assertRefused(self.answers, role, self.north, scope="company")
                self.assertRefused(self.answers, role, self.north, scope="team")
        tiles = {tile["key"]: tile["value"] for tile in self.answers("seller", self.north)["purchases"]["tiles"]}
        self.assertEqual(tiles["customers"], 1)

    def test_every_number_opens_its_records_for_a_rep(self):
        (self.acme | self.pine).user_id = self.user["seller"]
        profiles = self.model("customer.segmentation.profile", "seller")
        answers = self.answers("seller", self.north)
        self.assertGreater(self.check_numbers(list(answers.values()), profiles), 15)
        tiles = {tile["key"]: tile for tile in answers["purchases"]["tiles"]}
        found = profiles.search(tiles["customers"]["domain"]).partner_id
        self.assertEqual(found, self.acme | self.pine)

    def test_a_team_is_whom_one_leads_and_works_with(self):
        team = self.env["crm.team"].create({"name": "North Team", "user_id": self.user["all_seller"].id})
        team.member_ids = self.user["seller"]
        self.acme.user_id, self.pine.user_id = self.user["seller"], self.user["other_seller"]
        self.bolt.user_id = self.user["all_seller"]
        opened = self.model(MODEL, "all_seller").open_dashboard(scope="team")
        self.assertEqual([scope for scope, _label in opened["scopes"]], ["my", "team", "company"])
        self.assertEqual(opened["scope"], "team")
        profiles = self.model("customer.segmentation.profile", "all_seller")
        for scope, customers in (("my", self.bolt), ("team", self.bolt | self.acme)):
            with self.subTest(scope=scope):
                answers = self.answers("all_seller", self.north, scope=scope)
                self.assertGreater(self.check_numbers(list(answers.values()), profiles), 10)
                tiles = {tile["key"]: tile for tile in answers["purchases"]["tiles"]}
                self.assertEqual(profiles.search(tiles["customers"]["domain"]).partner_id, customers)
                self.assertEqual(sum(row["customers"] for row in answers["segments"]["segments"]), len(customers))

    def test_a_scope_that_is_none_is_refused(self):
        for wrong in ("world", 7, ["my"]):
            self.assertRefused(self.answers, "sales_manager", self.north, scope=wrong, errors=UserError)

    def test_what_playbooks_brought_is_for_managers(self):
        period = (self.north.id, str(self.year.start), str(self.year.end))
        for role in ("seller", "all_seller", "employee"):
            self.assertRefused(self.rpc, role, MODEL, "read_effect", *period)
            self.assertRefused(self.rpc, role, MODEL, "effect_action", *period, 1, "control")
        found = self.model(MODEL, "sales_manager").read_effect(*period)
        self.assertEqual(found["lines"], [])
        self.assertIn("Nothing can be told", found["sentence"])

    def test_what_is_counted_is_what_is_listed_also_where_contacts_are_hidden(self):
        """Dune belongs to the branch and Bolt to the other company: who works in neither counts without them."""
        self.dune.active = True
        self.dune.company_id, self.bolt.company_id = self.company["harbour"], self.south
        self.env.flush_all()
        self.policy[self.north].recompute()
        last_year = previous(self.year)
        for role, counted in (("sales_manager", 2), ("branch_seller", 3), ("both_manager", 3)):
            with self.subTest(role=role):
                self.env.invalidate_all()
                answers, profiles = self.answers(role, self.north), self.model("customer.segmentation.profile", role)
                self.assertGreater(self.check_numbers(list(answers.values()), profiles), 15)
                tiles = {tile["key"]: tile["value"] for tile in answers["purchases"]["tiles"]}
                self.assertEqual(tiles["customers"], counted)
                before = (self.north.id, str(last_year.start), str(last_year.end))
                tiles = self.model(MODEL, role).read_tiles(*before, "purchases")
                self.check_numbers([tiles], profiles)

    def test_nobody_else_reads_anything(self):
        calls = dict.fromkeys(BLOCKS, ()) | {"tiles": ("purchases",)}
        for role in REFUSED:
            with self.subTest(role=role):
                self.assertRefused(self.rpc, role, MODEL, "open_dashboard")
                for block, further in calls.items():
                    period = (self.north.id, str(self.year.start), str(self.year.end))
                    self.assertRefused(self.rpc, role, MODEL, f"read_{block}", *period, *further)

    def test_what_only_python_calls_cannot_be_called_from_outside(self):
        self.assertRefused(self.rpc, "sales_manager", MODEL, "_figures", self.north.id, "2026-01-01", "2026-01-31")

    def test_companies(self):
        opened = self.model(MODEL, "both_manager").open_dashboard()
        self.assertEqual([company["name"] for company in opened["companies"]], ["North", "South"])
        self.assertEqual(opened["company_id"], self.north.id)
        south = self.answers("both_manager", self.south)
        self.assertEqual(south, self.answers("south_manager", self.south))
        self.assertEqual([tile["value"] for tile in south["purchases"]["tiles"] if tile["key"] == "customers"], [1])
        branch = self.model(MODEL, "branch_seller").open_dashboard()
        self.assertEqual([company["name"] for company in branch["companies"]], ["North"])

    def test_another_company_is_refused(self):
        for method, further in (("open_dashboard", ()), ("read_pareto", ("2026-01-01", "2026-12-31"))):
            self.assertRefused(self.rpc, "south_manager", MODEL, method, self.north.id, *further)
        with self.assertRaisesRegex(AccessError, "You do not work in this company"):
            self.model(MODEL, "both_manager", "north").open_dashboard(self.south.id)

    def test_reading_needs_no_writing_connection(self):
        for name in ("open_dashboard", "read_tiles", *(f"read_{block}" for block in BLOCKS)):
            self.assertTrue(getattr(type(self.env[MODEL]), name)._readonly, name)

    def test_figures_for_reports(self):
        dashboard = self.model(MODEL, "sales_manager")
        figures = dashboard._figures(self.north, self.year.start, self.year.end)
        self.assertEqual(
            [tile["key"] for tile in figures["tiles"]],
            ["customers", "active", "retention", "new", "at_risk", "lost", "at_stake"],
        )
        self.assertEqual(sum(segment["customers"] for segment in figures["segments"]), 4)
        self.assertEqual((figures["before_start"], figures["before_end"]), previous(self.year))
        self.assertFalse(figures["movement"]["known"], "the history begins this year")

    def test_the_others_are_added_up(self):
        for partner, role in ((self.acme, "seller"), (self.pine, "other_seller")):
            partner.user_id = self.user[role]
        profiles = self.env["customer.segmentation.profile"].search([("company_id", "=", self.north.id)])
        self.env.cr.execute(
            "UPDATE customer_segmentation_profile SET churn_risk = 0.5, yearly_value = 100 WHERE id IN %s",
            [tuple(profiles.filtered("lifetime_order_count").ids)],
        )
        self.env.invalidate_all()
        with patch.object(customer_segmentation_dashboard_value, "SALESPEOPLE", 1):
            answer = self.answers("sales_manager", self.north)["at_stake"]
        self.assertEqual([line["customers"] for line in answer["lines"]], [1, 2], "who is gone has nothing at stake")
        self.assertEqual([line["name"] for line in answer["lines"]], [self.user["seller"].name, "Other Salespeople"])
        self.assertEqual(answer["total"], 150)
        self.assertEqual(self.check_numbers(answer, self.model("customer.segmentation.profile", "sales_manager")), 7)


@tagged("post_install", "-at_install")
class TestDashboardDays(DashboardMixin, SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profiles = cls.env["customer.segmentation.profile"]
        cls.one, cls.other = cls.customer("One"), cls.customer("Other")
        cls.order(cls.one, 100, 40)
        cls.order(cls.other, 50, 40)

    def found(self, *terms):
        company = ("company_id", "=", self.company.id)
        return set(self.profiles.search([company, *terms]).partner_id.mapped("name"))

    # ------------------------------------------------------------------ searches

    def test_bought_between(self):
        self.order(self.one, 10, 5)
        self.order(self.other, 0, 5)  # a sample is no purchase
        self.recompute()
        early, late = f"{self.day(40)}/{self.day(39)}", f"{self.day(5)}/{self.day(5)}"
        self.assertEqual(self.found(("bought_between", "=", early)), {"One", "Other"})
        self.assertEqual(self.found(("bought_between", "=", late)), {"One"})
        self.assertEqual(self.found(("bought_between", "!=", late)), {"Other"})
        self.assertEqual(self.found(("bought_between", "=", f"{early} & {late}")), {"One"})
        self.assertEqual(self.found(("bought_between", "in", [early, late])), {"One", "Other"})
        self.assertEqual(self.found(("bought_between", "=", f"{self.day(39)}/{self.day(6)}")), set())

    def test_a_day_is_one_of_the_policys_time_zone(self):
        self.policy.tz = "Pacific/Kiritimati"  # 14 hours ahead of UTC
        self.policy.source = "sale"
        late = self.customer("Late")
        self.order(late, 10, 20).date_order = f"{self.day(20)} 23:00:00"
        self.recompute()
        next_day = self.day(19)
        self.assertEqual(self.found(("bought_between", "=", f"{next_day}/{next_day}")), {"Late"})
        self.assertEqual(self.profile(late).last_order_date, next_day)

    def test_invoices_and_imports_are_purchases_too(self):
        self.env["customer.imported.purchase"].create(
            {
                "company_id": self.company.id,
                "partner_id": self.other.id,
                "date": self.day(300),
                "amount": 5,
                "reference": "old",
            }
        )
        self.recompute()
        self.assertEqual(self.found(("bought_between", "=", f"{self.day(310)}/{self.day(290)}")), {"Other"})

    def test_stood_at(self):
        self.recompute(as_of=self.day(30))
        then = self.profile(self.one).lifecycle_stage
        self.recompute()
        now = self.profile(self.one).lifecycle_stage
        self.assertEqual(then, "new")
        day = self.day(20)
        self.assertEqual(self.found(("stood_at", "=", f"{day}:customer")), {"One", "Other"})
        self.assertEqual(self.found(("stood_at", "=", f"{day}:lifecycle_stage=new")), {"One", "Other"})
        self.assertEqual(self.found(("stood_at", "=", f"{self.today}:lifecycle_stage={now}")), {"One", "Other"})
        self.assertEqual(self.found(("stood_at", "=", f"{self.day(31)}:none")), {"One", "Other"})
        self.assertEqual(self.found(("stood_at", "=", f"{self.day(31)}:customer")), set())
        self.assertEqual(self.found(("stood_at", "=", f"{day}:tier_id=")), {"One", "Other"}, "on no tier")
        both = f"{self.day(31)}:none & {day}:customer"
        self.assertEqual(self.found(("stood_at", "=", both)), {"One", "Other"})

    def test_customers_of_a_past_day_are_those_the_history_knows(self):
        """Not those whose first order, as it is known today, lies before it: others were customers then."""
        gone = self.customer("Gone")
        order = self.order(gone, 10, 80)
        self.env["sale.order"].search([("partner_id", "in", (self.one | self.other).ids)])._action_cancel()
        self.recompute(as_of=self.day(70))
        order._action_cancel()
        self.order(self.one, 100, 75)
        self.recompute()
        tile = self.tiles(period_at("month", self.day(40)))["customers"]
        self.assertEqual(tile["value"], 1)
        self.assertEqual(self.profiles.search(tile["domain"]).partner_id, gone)
        before = self.tiles(period_at("month", self.day(110)))["customers"]
        self.assertEqual(before["value"], 0, "before the history begins the first orders are counted")
        self.assertEqual(self.tiles(self.running())["customers"]["value"], 1)
        self.assertEqual(self.profiles.search(self.tiles(self.running())["customers"]["domain"]).partner_id, self.one)

    def test_a_prospect_is_no_customer(self):
        self.env["sale.order"].create({"partner_id": self.customer("Asking").id})
        self.recompute(as_of=self.day(1))
        self.recompute()
        day = self.day(1)
        self.assertEqual(self.found(("stood_at", "=", f"{day}:lifecycle_stage=prospect")), {"Asking"})
        self.assertEqual(self.found(("stood_at", "=", f"{day}:none")), {"Asking"})
        lines = {line["key"]: line["count"] for line in self.read("funnel", self.running())["lines"]}
        self.assertEqual((lines["identify"], lines["classify"]), (1, 2))

    def test_a_tier_set_by_hand_does_not_break_the_chain(self):
        gold = self.env["customer.tier"].create({"policy_id": self.policy.id, "name": "Gold", "sequence": 1})
        self.policy.tier_ids.criterion_ids = [(0, 0, {"measure": "revenue", "entry": 1e6, "keep": 1e6})]
        self.recompute(as_of=self.day(2))
        action = self.profile(self.one).action_set_tier()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        wizard.create({"tier_id": gold.id, "reason": "Strategic", "locked_until": self.day(-30)}).action_apply()
        self.env.flush_all()
        change = self.profile(self.one).transition_ids.sorted("id")[-1]
        self.assertEqual((change.from_tier_id, change.to_tier_id), (gold.browse(), gold))
        self.assertEqual(change.from_lifecycle_stage, self.profile(self.one).lifecycle_stage)
        stage = change.from_lifecycle_stage
        # as earlier versions wrote it
        change.write({"from_lifecycle_stage": False, "to_lifecycle_stage": False})
        self.assertIn("One", self.found(("stood_at", "=", f"{self.day(1)}:lifecycle_stage={stage}")))

    def test_bad_searches_are_refused(self):
        for name, text, said in (
            ("bought_between", "yesterday", "“yesterday” are not two days"),
            ("bought_between", "2026-13-01/2026-12-01", "are not two days"),
            ("bought_between", "2026-03-01/2026-02-01", "2026-03-01 is after 2026-02-01"),
            ("stood_at", "2026-03-01:colour=red", "“2026-03-01:colour=red” is no state on a day"),
            ("stood_at", "2026-03-01:segment_id=x", "is no state on a day"),
            ("stood_at", "lost", "is no state on a day"),
        ):
            with self.subTest(text=text), self.assertRaisesRegex(UserError, said):
                self.profiles.search([(name, "=", text)])

    # ------------------------------------------------------------------ whose customers

    def test_whose_are_all_customers_reads_what_the_company_reads(self):
        """What a run has counted of everybody, and what is read of some salespeople's customers, is the same."""
        for days_ago in (5, 65, 95, 130):
            self.order(self.one, days_ago, days_ago)
        self.order(self.other, 77, 100)
        (self.one | self.other).user_id = self.env.user
        self.recompute()
        for kind in ("month", "quarter", "year"):
            for period in (self.running(kind), self.closed(kind)):
                for block in ("cohorts", "months"):
                    mine, everybodys = (self.read(block, period, scope=scope) for scope in ("my", "company"))
                    for row in mine.get("rows", mine.get("months")):
                        self.assertTrue(row)
                    self.assertEqual(self.numbers(mine), self.numbers(everybodys), (kind, block))
                mine, everybodys = (self.tiles(period, scope=scope) for scope in ("my", "company"))
                for key in ("customers", "active", "retention", "new"):
                    self.assertEqual(mine[key]["value"], everybodys[key]["value"], (kind, key))
                    self.assertEqual(mine[key]["previous"], everybodys[key]["previous"], (kind, key))

    def numbers(self, found):
        """Without the domains, which are narrower, and what only month-ends of the company keep."""
        if isinstance(found, list):
            return [self.numbers(item) for item in found]
        if not isinstance(found, dict):
            return found
        return {
            key: self.numbers(value)
            for key, value in found.items()
            if "domain" not in key and "opens" not in key and key != "at_stake"
        }

    # ------------------------------------------------------------------ sums

    def test_shares_of_classes_are_of_amounts_above_zero_as_the_classes_are(self):
        """With the limit at 80%, A brings what the limit says, whoever else was refunded more than they bought."""
        amounts = {"One": 100, "Other": 50}
        for name, amount in (("Large", 600), ("Back", 30)):
            amounts[name] = amount
            self.order(self.customer(name), amount, 10)
        back = self.env["res.partner"].search([("name", "=", "Back")])
        self.imported(back, -200, 5)
        amounts["Back"] -= 200
        self.recompute()
        positive = sum(amount for amount in amounts.values() if amount > 0)
        answer = self.read("pareto", self.running())
        classes = {
            name: self.profile(self.env["res.partner"].search([("name", "=", name)])).abc_class for name in amounts
        }
        for row in answer["classes"]:
            members = [name for name, letter in classes.items() if letter == row["abc_class"]]
            self.assertEqual(row["revenue"], sum(amounts[name] for name in members))
            self.assertAlmostEqual(row["revenue_share"], sum(max(amounts[name], 0) for name in members) / positive)
        self.assertAlmostEqual(sum(row["revenue_share"] for row in answer["classes"]), 1)
        large = next(row for row in answer["classes"] if row["abc_class"] == "A")
        self.assertAlmostEqual(large["revenue_share"], 600 / 750)

    def test_revenue_of_a_day_in_the_past_is_what_was_bought_by_then(self):
        self.imported(self.one, -30, 20)
        self.order(self.one, 7, 3)
        self.order(self.other, 1000, 400)  # before every window here
        self.recompute()
        for days_ago, revenue, orders, ever in ((41, 0, 0, 0), (40, 100, 1, 100), (20, 70, 1, 70), (3, 77, 2, 77)):
            profile = self.profile(self.one).with_context(figures_day=str(self.day(days_ago)))
            self.assertEqual(
                (profile.revenue_then, profile.order_count_then, profile.lifetime_revenue_then),
                (revenue, orders, ever),
                days_ago,
            )
        other = self.profile(self.other).with_context(figures_day=str(self.day(30)))
        self.assertEqual((other.revenue_then, other.lifetime_revenue_then), (50, 1050))
        self.assertEqual(other.last_order_date_then, self.day(40))
        now = self.profile(self.one)
        self.assertEqual((now.revenue_then, now.segment_then_id), (now.revenue, now.segment_id))

    def imported(self, partner, amount, days_ago):
        self.env["customer.imported.purchase"].create(
            {
                "company_id": self.company.id,
                "partner_id": partner.id,
                "date": self.day(days_ago),
                "amount": amount,
                "reference": f"{partner.name} {days_ago}",
            }
        )

    # ------------------------------------------------------------------ periods

    def test_bad_periods_are_refused(self):
        with self.assertRaisesRegex(UserError, "a quarter or a year, not “week”"):
            self.dashboard().open_dashboard(kind="week")
        with self.assertRaisesRegex(UserError, "2026-03-01 to 2026-02-01 is no period"):
            self.dashboard().read_pareto(self.company.id, "2026-03-01", "2026-02-01")

    def test_periods_are_named_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        labels = [
            self.dashboard(lang=lang).open_dashboard(kind=kind, day="2026-05-17")["period"]["label"]
            for lang in ("en_US", "zh_CN")
            for kind in ("month", "quarter", "year")
        ]
        self.assertEqual(labels, ["May 2026", "Q2 2026", "2026", "2026年5月", "2026年第2季度", "2026年"])

    def test_from_period_to_period(self):
        period = self.dashboard().open_dashboard(kind="month", day="2020-02-10")["period"]
        self.assertEqual((period["start"], period["end"]), ("2020-02-01", "2020-02-29"))
        self.assertEqual((period["previous"], period["next"], period["running"]), ("2020-01-01", "2020-03-01", False))
        self.assertEqual(self.dashboard().open_dashboard()["period"]["next"], False, "what is to come is not known")

    # ------------------------------------------------------------------ what happens meanwhile

    def test_an_order_after_the_run_counts_at_once(self):
        self.recompute()
        before = self.tiles(self.running())["active"]["value"]
        newcomer = self.customer("Newcomer")
        self.order(newcomer, 70)
        self.env["customer.segmentation.profile"]._refresh(self.policy, newcomer.ids)
        active = self.tiles(self.running())["active"]
        self.assertEqual(active["value"], before + 1)
        self.assertEqual(self.profiles.search_count(active["domain"]), active["value"])

    def refresh_waiting(self):
        self.env.cr.flush()
        self.assertTrue(self.env["customer.segmentation.queue"]._refresh_waiting(self.policy))

    def test_what_happens_to_an_old_order_is_counted_at_once(self):
        order = self.order(self.customer("Short"), 70, days_ago=40)
        self.recompute()
        self.nobody_waits()
        period = period_at("month", self.day(40))
        before = self.tiles(period)["active"]["value"]
        counted = self.policy.last_run_id.figures
        self.order(self.customer("Of today"), 70)
        self.refresh_waiting()
        self.assertEqual(self.policy.last_run_id.figures, counted, "today is in no period that is over")
        order._action_cancel()
        self.refresh_waiting()
        active = self.tiles(period)["active"]
        self.assertEqual(active["value"], before - 1)
        self.assertEqual(self.profiles.search_count(active["domain"]), active["value"])

    def test_a_run_keeps_little(self):
        run = self.recompute()
        self.assertLess(len(str(run.figures)), 20_000)
        self.assertEqual(run.figures["bought"][previous(self.running()).text] >= 0, True)
        month_of_orders = period_at("month", self.day(40))
        self.assertEqual(run.figures["bought"][month_of_orders.text], 2)

    # ------------------------------------------------------------------ nothing to show

    def test_a_company_without_purchases_is_told_what_to_do(self):
        company = self.other_company()
        opened = self.dashboard(allowed_company_ids=[company.id]).open_dashboard(company.id)
        self.assertIn("Your customers are being scored", opened["first_steps"])
        self.assertIs(opened["scored_on"], False, "on no day, which no record says")
        self.recompute(self.policy_of(company))
        opened = self.dashboard(allowed_company_ids=[company.id]).open_dashboard(company.id)
        self.assertIn("confirm a sales order", opened["first_steps"])

    def test_every_block_bears_an_empty_company(self):
        company = self.other_company()
        dashboard = self.dashboard(allowed_company_ids=[company.id])
        period = (company.id, str(self.today - timedelta(days=20)), str(self.today))
        for block in BLOCKS:
            getattr(dashboard, f"read_{block}")(*period)
        self.recompute(self.policy_of(company))
        for block in BLOCKS:
            getattr(dashboard, f"read_{block}")(*period)
        tiles = dashboard.read_tiles(*period, "purchases")["tiles"] + dashboard.read_tiles(*period, "standing")["tiles"]
        self.assertEqual([tile["value"] for tile in tiles], [0, 0, None, 0, 0, 0, 0])
