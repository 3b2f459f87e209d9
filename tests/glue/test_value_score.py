"""The value score from the weights a manager sets to what salespeople read, in a run and between two runs."""

from ast import literal_eval
from unittest.mock import patch

from lxml import etree
from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user
from odoo.tools import mute_logger

from ..addon.common import AccountingCase, as_a_whole
from ..addon.test_tiers import TierCase
from .test_indicators import IndicatorCase

PRESETS = ("all_round", "purchases", "interaction", "satisfaction", "payment", "influence", "potential")


class ValueCase(IndicatorCase):
    """Four customers: revenue 100 to 400, potential unknown, 1, 3 and 5."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = [cls.customer(f"Value {number}") for number in range(1, 5)]
        for number, partner in enumerate(cls.partners, 1):
            cls.order(partner, 100 * number, 10)
            partner.customer_potential = {1: False, 2: "1", 3: "3", 4: "5"}[number]

    @classmethod
    def by_revenue_and_potential(cls, missing="neutral", policy=None):
        return cls.weigh(
            {"name": "Turnover", "measure": "revenue", "weight": 75},
            {
                "name": "Potential",
                "kind": "field",
                "partner_field": "customer_potential",
                "weight": 25,
                "missing": missing,
            },
            policy=policy,
        )

    def scores(self, company=None):
        return [self.profile(partner, company).value_score for partner in self.partners]

    def stored(self):
        columns = "value_score, value_band, value_ranks, tier_id, abc_class"
        self.env.cr.execute(f"SELECT partner_id, {columns} FROM customer_segmentation_profile ORDER BY partner_id")
        return self.env.cr.fetchall()


class TestValueScore(ValueCase):
    def test_ranks_times_weights(self):
        """Revenue ranks 0, 33, 67, 100; potential 50 (unknown), 0, 50, 100."""
        self.by_revenue_and_potential()
        self.recompute()
        expected = [
            0.75 * revenue + 0.25 * potential
            for revenue, potential in zip((0, 33, 67, 100), (50, 0, 50, 100), strict=True)
        ]
        self.assertEqual(self.scores(), [int(score + 0.5) for score in expected])
        self.assertEqual(
            [self.profile(partner).value_band for partner in self.partners], ["low", "low", "medium", "high"]
        )

    def test_what_a_missing_value_counts(self):
        for missing, first in (("worst", 0), ("neutral", 13), ("left_out", 0)):
            with self.subTest(missing=missing):
                self.by_revenue_and_potential(missing)
                self.recompute()
                self.assertEqual(self.scores()[0], first)
        self.weigh({"kind": "field", "partner_field": "customer_potential", "missing": "left_out"})
        self.recompute()
        unknown = self.profile(self.partners[0])
        self.assertEqual((unknown.value_score, unknown.value_band), (0, False))
        self.assertFalse(unknown.value_in_words)

    def test_nothing_weighed_is_no_score(self):
        self.by_revenue_and_potential()
        self.recompute()
        self.policy.indicator_ids = [Command.clear()]
        self.recompute()
        self.assertEqual({row[1:4] for row in self.stored()}, {(None, None, None)})
        self.assertFalse(self.profile(self.partners[0]).value_details)

    def test_a_second_run_and_a_night_without_changes_write_nothing(self):
        self.by_revenue_and_potential()
        self.assertTrue(self.recompute().changed_count)
        self.assertEqual(self.recompute().changed_count, 0)
        self.policy.with_context(value_preset="all_round").action_use_value_preset()
        self.recompute()
        self.assertEqual(self.recompute().changed_count, 0)

    def test_a_night_later_nothing_moves_by_itself(self):
        """Everybody's last contact and last order are a day older: nobody passes anybody."""
        for days, partner in enumerate(self.partners, 2):
            partner.activity_schedule("mail.mail_activity_data_call", user_id=self.env.uid).action_feedback()
            self.order(partner, 1, 3 * days)
        self.weigh({"measure": "days_since_contact"}, {"measure": "months_since_last_order"}, {"measure": "revenue"})
        self.recompute()
        before = self.stored()
        self.recompute(as_of=self.day(-1))
        self.assertEqual([row[:4] for row in self.stored()], [row[:4] for row in before])

    def test_a_refresh_is_what_a_run_says(self):
        """Unchanged customers keep their score; a changed one gets what its new values are worth among the others."""
        self.policy.with_context(value_preset="all_round").action_use_value_preset()
        self.recompute()
        before = self.stored()
        profiles = self.env["customer.segmentation.profile"]
        profiles._refresh(self.policy, [partner.id for partner in self.partners])
        self.env.invalidate_all()
        self.assertEqual(self.stored(), before)
        self.partners[0].customer_potential = "5"
        self.by_revenue_and_potential()
        self.recompute()
        low = self.profile(self.partners[1]).value_score
        self.partners[1].customer_potential = "5"
        self.order(self.partners[1], 1_000, 1)
        profiles._refresh(self.policy, self.partners[1].ids)
        self.env.invalidate_all()
        self.assertGreater(self.profile(self.partners[1]).value_score, low)
        self.assertEqual(self.profile(self.partners[1]).value_score, 100)

    def test_a_refresh_of_who_never_bought(self):
        self.by_revenue_and_potential()
        self.recompute()
        prospect = self.customer("Prospect")
        self.order(prospect, 10, state="draft")
        self.env["customer.segmentation.profile"]._refresh(self.policy, prospect.ids)
        self.env.invalidate_all()
        profile = self.profile(prospect)
        self.assertEqual((profile.lifecycle_stage, profile.value_score, profile.value_band), ("prospect", 0, False))

    def test_a_run_without_customers(self):
        south = self.other_company()
        self.by_revenue_and_potential(policy=self.policy_of(south))
        self.assertEqual(self.recompute(self.policy_of(south)).customer_count, 0)

    def test_a_refresh_reads_only_the_customers_asked_for(self):
        self.by_revenue_and_potential()
        self.recompute()
        indicators = type(self.env["customer.segmentation.indicator"])
        asked, original = [], indicators._query_of_field

        def query(indicator, policy, customer_ids):
            asked.append(customer_ids)
            return original(indicator, policy, customer_ids)

        with patch.object(indicators, "_query_of_field", query):
            self.env["customer.segmentation.profile"]._refresh(self.policy, self.partners[0].ids)
            self.recompute()
        self.assertEqual(asked, [self.partners[0].ids, None])

    def test_companies(self):
        south = self.other_company()
        policy = self.policy_of(south)
        for number, partner in enumerate(self.partners, 1):
            self.order(partner, 1_000 - 100 * number, 5, company=south)
        for each in (self.policy, policy):
            self.by_revenue_and_potential("left_out", policy=each)
            self.weigh({"measure": "revenue"}, policy=each)
            self.recompute(each)
        self.assertEqual(self.scores(), [0, 33, 67, 100])
        self.assertEqual(self.scores(south), [100, 67, 33, 0])

    def test_limits_of_the_bands(self):
        self.by_revenue_and_potential()
        self.env.cr.precommit.clear()  # another transaction
        version = self.policy.version
        self.policy.write({"value_medium_from": 10, "value_high_from": 50})
        self.assertEqual(self.policy.version, version + 1)
        self.recompute()
        self.assertEqual(
            [self.profile(partner).value_band for partner in self.partners], ["medium", "medium", "high", "high"]
        )
        for limits in ((0, 50), (50, 50), (60, 40), (50, 101)):
            with self.subTest(limits=limits):
                with self.assertRaises(ValidationError) as caught:
                    self.policy.write(dict(zip(("value_medium_from", "value_high_from"), limits, strict=True)))
                self.assertIn("Usual are 34 and 67", str(caught.exception))

    def test_empty_profiles_lose_the_score(self):
        self.by_revenue_and_potential()
        self.recompute()
        self.env["sale.order"].search([("partner_id", "=", self.partners[3].id)]).action_cancel()
        self.recompute()
        profile = self.profile(self.partners[3])
        self.assertEqual((profile.value_score, profile.value_band, profile.value_ranks), (0, False, False))


class TestFailingIndicator(ValueCase):
    def test_a_run_goes_on_without_it(self):
        revenue, potential = self.by_revenue_and_potential()
        self.env.cr.execute(
            "UPDATE customer_segmentation_indicator SET partner_field = 'x_removed' WHERE id = %s", [potential.id]
        )
        self.env.invalidate_all()
        self.assertIn("x_removed", potential.problem)
        run = self.recompute()
        self.assertIn("Potential", run.message)
        self.assertIn("x_removed", run.message)
        self.assertEqual(self.scores(), [0, 33, 67, 100], "all the weight goes to revenue")
        self.assertEqual(self.recompute().changed_count, 0)
        details = self.profile(self.partners[3]).value_details
        self.assertEqual([(part["label"], part["possible"]) for part in details], [("Turnover", 100)])
        self.assertEqual(revenue.weight, 75)

    def test_a_measure_that_fails_does_not_take_the_others_with_it(self):
        self.weigh({"measure": "revenue"}, {"measure": "category_count", "name": "Breadth"})
        transactions = type(self.env["customer.transaction"])

        def fail(model, *args):
            model.env.cr.execute("SELECT 1 / 0", log_exceptions=False)

        with patch.object(transactions, "_category_breadth", fail):
            run = self.recompute()
        self.assertIn("Breadth", run.message)
        self.assertIn("division by zero", run.message)
        self.assertEqual(self.scores(), [0, 33, 67, 100])

    def test_all_fail(self):
        self.weigh({"kind": "field", "partner_field": "customer_potential"})
        self.env.cr.execute("UPDATE customer_segmentation_indicator SET partner_field = 'x_removed'")
        self.env.invalidate_all()
        run = self.recompute()
        self.assertIn("x_removed", run.message)
        self.assertEqual({row[1:4] for row in self.stored()}, {(None, None, None)})


class TestWeights(ValueCase):
    def test_the_total_is_checked_where_it_is_typed(self):
        for weights, words in (
            ((50, 30), ("80%", "Give 20% more")),
            ((70, 50.5), ("120.5%", "Take 20.5% away")),
        ):
            with self.subTest(weights=weights), self.assertRaises(ValidationError) as caught:
                self.weigh(*({"measure": "revenue", "weight": weight} for weight in weights))
            for word in words:
                self.assertIn(word, str(caught.exception))

    def test_every_way_to_change_a_weight(self):
        first, second = self.by_revenue_and_potential()
        for change in (
            lambda: first.write({"weight": 80}),
            first.unlink,
            first.action_archive,
            lambda: first.create({"policy_id": self.policy.id, "name": "More", "weight": 5}),
            lambda: self.policy.write({"indicator_ids": [Command.delete(second.id)]}),
        ):
            with self.assertRaises(ValidationError) as caught:
                change()
            self.assertIn("not to 100%", str(caught.exception))
        self.env.cr.precommit.clear()  # another transaction
        version = self.policy.version
        self.policy.indicator_ids = [
            Command.update(first.id, {"weight": 60}),
            Command.update(second.id, {"weight": 20}),
            Command.create({"name": "Orders", "measure": "order_count", "weight": 20}),
        ]
        self.assertEqual((self.policy.version, self.policy.indicator_total), (version + 1, 100))
        self.env.cr.precommit.clear()
        self.policy.indicator_ids = [
            Command.update(second.id, {"active": False}),
            Command.update(first.id, {"weight": 80}),
        ]
        self.assertEqual(self.policy.version, version + 2)
        first.name = "Another name"
        self.assertEqual(self.policy.version, version + 2, "a name is no rule")
        second.unlink()
        self.assertEqual(self.policy.version, version + 2, "it weighed nothing")

    @mute_logger("odoo.sql_db")
    def test_weights_that_are_no_weights(self):
        for weight in (0, -5):
            with self.subTest(weight=weight), self.assertRaises(CheckViolation):
                self.weigh(
                    {"measure": "revenue", "weight": 100 - weight}, {"measure": "tenure_months", "weight": weight}
                )
                self.env.flush_all()

    def test_the_form(self):
        draft = self.policy.with_user(self.manager)._begin_draft()
        view = "customer_segmentation_preview.customer_segmentation_policy_view_form_draft"
        with Form(draft, view=view) as form:
            with form.indicator_ids.new() as line:
                line.measure = "days_paid_late"
                self.assertEqual(line.name, "Days paid late")
                self.assertFalse(line.higher_is_better)
                line.kind = "records"
                self.assertFalse(line.name)
                line.model_name = "crm.lead"
                self.assertEqual((line.name, line.link_field, line.date_field), ("Lead", "partner_id", "create_date"))
                self.assertTrue(line.higher_is_better)
                line.kind = "measure"
                self.assertEqual(line.name, "Days paid late")
                line.name = "Own name"
                line.measure = "overdue_share"
                self.assertEqual(line.name, "Own name")
                line.weight = 100
            self.assertEqual(form.indicator_total, 100)
        self.assertEqual(draft.indicator_ids.source_in_words, "Overdue share of what is open (%); less is better")


class TestPresets(ValueCase):
    def test_each_preset_adds_up_and_is_computed(self):
        for preset in PRESETS:
            with self.subTest(preset=preset):
                policy = as_a_whole(self.policy.with_user(self.manager))
                policy.with_context(value_preset=preset).action_use_value_preset()
                self.assertEqual(self.policy.indicator_total, 100)
                self.assertFalse(self.recompute().message)
                self.assertTrue(all(indicator.source_in_words for indicator in self.policy.indicator_ids))

    def test_what_is_not_installed_is_not_weighed(self):
        self.policy.with_context(value_preset="interaction").action_use_value_preset()
        models = self.policy.indicator_ids.filtered("model_name").mapped("model_name")
        self.assertEqual("website.visitor" in models, "website.visitor" in self.env)

    def test_what_the_manager_may_not_read_is_not_weighed(self):
        scores_only = new_test_user(
            self.env, "value_scores_only", groups="customer_segmentation.group_manager,base.group_user"
        )
        policy = as_a_whole(self.policy.with_user(scores_only))
        policy.with_context(value_preset="potential").action_use_value_preset()
        self.assertEqual(self.policy.indicator_ids.mapped("partner_field"), ["customer_potential"])
        self.assertEqual(self.policy.indicator_ids.weight, 100)

    def test_names_in_every_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.policy.with_context(value_preset="purchases").action_use_value_preset()
        self.assertEqual(self.policy.indicator_ids[0].name, "Revenue")
        self.assertTrue(self.policy.indicator_ids[0].with_context(lang="zh_CN").name)


class TestWhereItIsUsed(ValueCase, TierCase, AccountingCase):
    def test_tiers(self):
        self.by_revenue_and_potential()
        self.set_ladder(self.rung("Top", 1, ("value_score", 60, 50)), self.rung("Rest", 2))
        self.recompute()
        tiers = [self.tier(partner) for partner in self.partners]
        self.assertEqual(tiers, ["Top" if score >= 60 else "Rest" for score in self.scores()])
        self.assertIn("Value score", self.profile(self.partners[0]).next_tier_gap)
        with self.assertRaises(ValidationError):
            self.set_ladder(self.rung("Top", 1, ("value_score", 101, 50)), self.rung("Rest", 2))

    def test_abc_classes_by_value_score(self):
        """Scores 0, 33, 67, 100: the best has half of all points, the first two 84%."""
        with self.assertRaises(ValidationError) as caught:
            self.policy.abc_basis = "value_score"
        self.assertIn("nothing is weighed yet", str(caught.exception))
        self.weigh({"measure": "revenue"})
        self.env.cr.precommit.clear()  # another transaction
        version = self.policy.version
        self.policy.abc_basis = "value_score"
        self.assertEqual(self.policy.version, version + 1)
        run = self.recompute()
        classes = [self.profile(partner).abc_class for partner in self.partners]
        self.assertEqual(classes, ["C", "B", "A", "A"])
        self.assertEqual(run.cut_points["abc"], {"a": 67, "b": 33})
        self.assertIn("67 points", run.limits)
        self.env["customer.segmentation.profile"]._refresh(self.policy, [partner.id for partner in self.partners])
        self.env.invalidate_all()
        self.assertEqual([self.profile(partner).abc_class for partner in self.partners], classes)
        for refused in (
            lambda: self.weigh({"measure": "abc_rank"}),
            lambda: self.policy.write({"indicator_ids": [Command.clear()]}),
        ):
            with self.assertRaises(ValidationError):
                refused()

    def test_playbook_order(self):
        """Who waits for a place: the highest revenue first, or the highest value score."""
        self.weigh({"kind": "field", "partner_field": "customer_potential", "missing": "worst"})
        self.partners[0].customer_potential, self.partners[3].customer_potential = "5", False
        self.recompute()
        self.policy.playbook_capacity_person = 1
        playbook = self.env["customer.playbook"].create({"name": "Call", "company_id": self.company.id})
        entries = self.env["customer.playbook.entry"].create(
            [
                {
                    "playbook_id": playbook.id,
                    "profile_id": self.profile(partner).id,
                    "entered_on": self.today,
                    "cause": f"test:{partner.id}",
                    "state": "waiting",
                    "treatment": "treated",
                    "user_id": self.manager.id,
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "value": self.profile(partner).revenue,
                }
                for partner in self.partners
            ]
        )
        self.env.flush_all()

        def first():
            query = self.env["customer.playbook.engine"]._query_next(self.policy)
            return self.env.execute_query(query)[0][0]

        self.assertEqual(first(), entries[3].id)
        self.policy.playbook_order = "value_score"
        self.env.flush_all()
        self.assertEqual(first(), entries[0].id)

    def test_contacts_search_group_and_sort(self):
        self.by_revenue_and_potential()
        self.recompute()
        partners = self.env["res.partner"].with_user(self.manager)
        ours = [("id", "in", [partner.id for partner in self.partners])]
        found = partners.search([*ours, ("customer_value_band", "=", "high")])
        self.assertEqual(found.ids, self.partners[3].ids)
        ordered = partners.search(ours, order="customer_value_score desc")
        self.assertEqual(ordered.ids, [partner.id for partner in reversed(self.partners)])
        groups = dict(partners._read_group(ours, ["customer_value_band"], ["__count"]))
        self.assertEqual(groups, {"low": 2, "medium": 1, "high": 1})

    def test_leads_orders_and_the_sales_analysis_filter_and_group(self):
        self.by_revenue_and_potential()
        self.env["crm.lead"].create([{"name": partner.name, "partner_id": partner.id} for partner in self.partners])
        self.recompute()
        searches = (
            "sale.view_sales_order_filter",
            "crm.view_crm_case_opportunities_filter",
            "crm.view_crm_case_leads_filter",
            "crm.crm_opportunity_report_view_search",
            "sale.view_order_product_search",
        )
        for view in map(self.env.ref, searches):
            with self.subTest(view=view.name):
                records = self.env[view.model].with_user(self.manager)
                arch = etree.fromstring(records.get_view(view.id, "search")["arch"])
                [high] = arch.xpath("//filter[@name='customer_high_value']/@domain")
                [group] = arch.xpath("//filter[@name='group_customer_value_band']/@context")
                ours = [("partner_id", "in", [partner.id for partner in self.partners])]
                found = records.search([*ours, *literal_eval(high)])
                self.assertEqual(found.partner_id, self.partners[3])
                groups = records._read_group(ours, [literal_eval(group)["group_by"]], ["__count"])
                self.assertEqual(dict(groups), {"low": 2, "medium": 1, "high": 1})

    def test_the_band_is_a_label_and_the_score_a_number(self):
        self.by_revenue_and_potential()
        self.recompute()
        plain = new_test_user(self.env, "value_plain", groups="base.group_user")
        partner = self.partners[3].with_user(plain)
        self.assertEqual(partner.customer_value_band, "high")
        for name in ("customer_value_score", "customer_value_details", "customer_value_in_words"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                partner[name]
            partner.invalidate_recordset()


class TestInWords(ValueCase):
    def test_contributions_add_up_and_are_said(self):
        self.by_revenue_and_potential()
        self.recompute()
        for partner in self.partners:
            profile = self.profile(partner)
            points = sum(part["points"] for part in profile.value_details)
            self.assertAlmostEqual(points, profile.value_score, delta=0.6)
        third = self.profile(self.partners[2])
        self.assertEqual(
            third.value_in_words,
            "Value score 63, Medium Value: 50 of 75 points from Turnover, 13 of 25 points from Potential.",
        )
        self.assertEqual(
            [part["reason"] for part in third.value_details],
            ["Better than 67% of the customers who have another value"] * 1
            + ["Better than 50% of the customers who have another value"],
        )
        first = self.profile(self.partners[0]).value_details
        self.assertEqual(first[1]["reason"], "Not known, counts as the middle")
        self.assertEqual(self.partners[2].customer_value_in_words, third.value_in_words)

    def test_what_is_left_out_gives_its_weight_to_the_others(self):
        self.by_revenue_and_potential("left_out")
        self.recompute()
        turnover, potential = self.profile(self.partners[0]).value_details
        self.assertEqual((turnover["possible"], turnover["text"]), (100, "0 of 100 points"))
        self.assertEqual((potential["text"], potential["counts"]), ("not counted", False))

    def test_one_value_for_all(self):
        self.weigh({"kind": "field", "partner_field": "is_company"})
        self.recompute()
        self.assertEqual(set(self.scores()), {50})
        [part] = self.profile(self.partners[0]).value_details
        self.assertEqual(part["reason"], "All customers of whom it is known have the same")

    def test_after_the_indicators_changed_the_page_speaks_of_the_last_run(self):
        self.by_revenue_and_potential()
        self.recompute()
        before = self.profile(self.partners[3]).value_in_words
        self.weigh({"measure": "order_count"})
        self.env.invalidate_all()
        self.assertEqual(self.profile(self.partners[3]).value_in_words, before)
