"""What is at stake: as SQL and as shown, against a slow count; lists that are sorted by it, rights, companies."""

from datetime import date, timedelta
from unittest.mock import patch

import numpy as np

from odoo.exceptions import AccessError
from odoo.tests import new_test_user
from odoo.tools.safe_eval import safe_eval

from .common import SegmentationCase

SELLER = "sales_team.group_sale_salesman"
AMOUNTS = ("customer_at_stake", "customer_stake_in_words")


class StakeCase(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profiles = cls.env["customer.segmentation.profile"]
        cls.seller = new_test_user(cls.env, "stake_seller", groups=SELLER)
        cls.partners = cls.buyers()
        cls.recompute()
        cls.all = cls.profiles.search([("partner_id", "in", cls.partners.ids)])

    @classmethod
    def buyers(cls, company=None, amount=100):
        """On time, late, silent and gone; often, seldom and once."""
        company = company or cls.company
        often = [range(silent, 700, 14) for silent in (1, 20, 40, 55, 75, 200)]
        seldom = [range(silent, 700, 60) for silent in (2, 70, 130, 250, 290, 500)]
        once = [[days] for days in (3, 100, 180, 250, 450, 690)]
        steady = [range(number, 700, 20) for number in range(20)]
        days_by_customer = [*often, *seldom, *once, *steady]
        partners = cls.env["res.partner"].create(
            [
                {"name": f"Buyer {number}", "is_company": True, "user_id": cls.seller.id}
                for number in range(len(days_by_customer))
            ]
        )
        cls.env["customer.imported.purchase"].create(
            [
                {
                    "company_id": company.id,
                    "currency_id": company.currency_id.id,
                    "partner_id": partner.id,
                    "date": cls.day(days),
                    "amount": amount + number,
                    "reference": f"{partner.id}-{days}",
                }
                for number, (partner, all_days) in enumerate(zip(partners, days_by_customer, strict=True))
                for days in all_days
            ]
        )
        return partners

    def chance(self, profile):
        """The chance of losing a customer as the package counts it."""
        from odoo.addons.customer_segmentation.scoring.stake import chance_at

        found = self.policy_of(profile.company_id).last_run_id.cut_points["stake"]
        ratio = (self.today - profile.last_order_date).days / profile.typical_gap_days
        return float(chance_at(np.array([ratio]), np.array([profile.purchase_day_count]), found)[0])

    def slowly(self, profile):
        """The amount, worked out from the purchases of one customer."""
        bought = self.transactions(profile.partner_id, company_id=profile.company_id.id)
        if not bought or profile.lifecycle_stage == "lost":
            return 0
        last = max(bought.mapped("date"))
        year = last.replace(year=last.year - 1)
        value = sum(row.amount for row in bought if row.date > year)
        return max(value, 0) * self.chance(profile)


class TestAmount(StakeCase):
    def test_is_what_a_slow_count_finds(self):
        stages = set(self.all.mapped("lifecycle_stage"))
        self.assertLessEqual({"new", "mature", "at_risk", "dormant", "lost"}, stages)
        amounts = {profile: self.slowly(profile) for profile in self.all}
        for profile, amount in amounts.items():
            self.assertAlmostEqual(profile.at_stake, amount, 2, profile.partner_id.name)
            if profile.lifecycle_stage == "lost":
                self.assertEqual(profile.at_stake, 0)
        self.assertTrue(any(amounts.values()))
        ((total,),) = self.profiles._read_group([("id", "in", self.all.ids)], [], ["at_stake:sum"])
        self.assertAlmostEqual(float(total), sum(amounts.values()), 2)

    def test_is_sorted_and_searched_like_a_column(self):
        ours = [("id", "in", self.all.ids)]
        ordered = self.profiles.search(ours, order="at_stake desc, id")
        self.assertEqual(ordered.mapped("at_stake"), sorted(self.all.mapped("at_stake"), reverse=True))
        rising = self.profiles.search(ours, order="at_stake, id").mapped("lifecycle_stage")
        self.assertEqual({rising[-1], ordered[-1].lifecycle_stage}, {"lost"}, "who is gone comes last either way")
        for operator, limit, holds in (
            (">", 0, bool),
            ("=", 0, lambda amount: not amount),
            ("!=", 0, bool),
            ("<=", 50, lambda amount: amount <= 50),
            (">=", 50, lambda amount: amount >= 50),
        ):
            found = self.profiles.search([*ours, ("at_stake", operator, limit)])
            self.assertEqual(found, self.all.filtered(lambda one: holds(one.at_stake)).sorted(), operator)  # noqa: B023
        described = self.profiles.fields_get(["at_stake"])["at_stake"]
        self.assertEqual((described["aggregator"], described["sortable"]), ("sum", True))
        of_contact = self.env["res.partner"].fields_get(["customer_at_stake"])["customer_at_stake"]
        self.assertNotIn("aggregator", of_contact, "a sum over contacts would count a customer many times")

    def test_a_night_changes_it_without_writing_a_row(self):
        late = self.all.filtered(lambda one: one.lifecycle_stage == "dormant" and one.at_stake)[:1]
        self.assertTrue(late)
        before = late.at_stake
        for days, expected in ((0, before), ((late.gone_date - self.today).days, 0)):
            with self.later(days):
                self.assertAlmostEqual(late.at_stake, expected, 2)
                self.assertEqual(
                    bool(self.profiles.search([("id", "=", late.id), ("at_stake", ">", 0)])), bool(expected)
                )
        with self.later((late.gone_date - self.today).days - 1):
            self.assertGreaterEqual(late.at_stake, before, "the longer it is silent, the more is at stake")

    def test_closed_days_are_no_silence(self):
        """A shop that was closed for 21 days holds its customers against the days it was open."""
        run, late = self.policy.last_run_id, self.all.filtered(lambda one: one.lifecycle_stage == "at_risk")
        before = {profile: profile.at_stake for profile in late}
        today = (self.today - date(1970, 1, 1)).days
        with self.later(21):
            self.assertNotEqual({profile: profile.at_stake for profile in late}, before)
        rhythm = {**run.cut_points["rhythm"], "closed_days": [[today + 1, today + 21]]}
        run.cut_points = {**run.cut_points, "rhythm": rhythm}
        for profile in late:
            profile.gone_date += timedelta(days=21)
        self.env.flush_all()
        with self.later(21):
            self.assertEqual({profile: profile.at_stake for profile in late}, before)
        with self.later(0):
            self.assertEqual({profile: profile.at_stake for profile in late}, before, "they are still to come")

    def later(self, days):
        """As if today were so many days later."""
        self.env.invalidate_all()
        policies = type(self.env["customer.segmentation.policy"])
        return patch.object(policies, "_today", lambda policy: self.today + timedelta(days=days))

    def test_the_words_say_what_it_is_made_of(self):
        profile = self.all.filtered("at_stake")[:1]
        self.assertIn(f"{profile.yearly_value:,.2f}", profile.stake_in_words)
        self.assertIn(f"× {round(100 * self.chance(profile))}%", profile.stake_in_words)
        self.assertIn("of what customers like this one brought", profile.stake_in_words)
        self.assertFalse(self.all.filtered(lambda one: one.lifecycle_stage == "lost")[:1].stake_in_words)

    def test_a_company_without_history_says_that_the_chance_is_a_usual_one(self):
        other = self.other_company()
        partner = self.customer("New Shop")
        self.env["customer.imported.purchase"].create(
            {
                "company_id": other.id,
                "partner_id": partner.id,
                "date": self.day(4),
                "amount": 80,
                "currency_id": other.currency_id.id,
                "reference": "1",
            }
        )
        run = self.recompute(self.policy_of(other))
        self.assertEqual(run.cut_points["stake"]["customers"], 0)
        profile = self.profile(partner, other)
        self.assertAlmostEqual(profile.at_stake, 24)
        self.assertIn("too little history", profile.stake_in_words)

    def test_the_dates_are_the_days_on_which_the_stage_turns(self):
        profile = self.all.filtered(lambda one: one.lifecycle_stage == "mature")[:1]
        for name, stage in (("slipping_date", "at_risk"), ("silent_date", "dormant"), ("gone_date", "lost")):
            day = profile[name]
            self.recompute(as_of=day - timedelta(days=1))
            self.assertNotEqual(profile.lifecycle_stage, stage)
            self.recompute(as_of=day)
            self.assertEqual(profile.lifecycle_stage, stage)

    def test_a_refund_lowers_the_yearly_value_and_never_below_nothing(self):
        partner = self.all.filtered("at_stake")[:1].partner_id
        before = self.profile(partner).yearly_value
        rows = [("date", "=", self.day(0)), ("partner_id", "=", partner.id)]
        self.env["customer.imported.purchase"].create(
            {
                "company_id": self.company.id,
                "partner_id": partner.id,
                "date": self.day(0),
                "amount": -3 * before,
                "reference": "back",
            }
        )
        self.assertTrue(self.env["customer.transaction"].search(rows))
        self.recompute()
        profile = self.profile(partner)
        self.assertAlmostEqual(profile.yearly_value, -2 * before, 2)
        self.assertEqual(profile.at_stake, 0)


class TestRuns(StakeCase):
    def test_the_page_of_the_run_says_the_chances_and_whose_they_are(self):
        run = self.policy.last_run_id
        said = " ".join(str(run.limits).split())
        self.assertRegex(said, rf"{run.cut_points['stake']['customers']} customers of this company were looked at")
        run.cut_points = {**run.cut_points, "stake": {**run.cut_points["stake"], "customers": 0}}
        self.assertIn("These are usual chances", str(run.limits))

    def test_a_second_run_writes_nothing(self):
        self.assertEqual(self.recompute().changed_count, 0)

    def test_a_refresh_finds_what_a_run_does(self):
        def standing():
            names = ("yearly_value", "at_stake", "slipping_date", "silent_date", "gone_date")
            self.env.invalidate_all()
            return [profile.read(names)[0] for profile in self.all]

        partner = self.all.filtered(lambda one: one.lifecycle_stage == "mature")[:1].partner_id
        before = standing()
        self.order(partner, 333)
        self.profiles._refresh(self.policy, partner.ids)
        refreshed = standing()
        self.assertNotEqual(refreshed, before)
        self.profiles._refresh(self.policy, self.partners.ids)
        self.assertEqual(standing(), refreshed)
        median = self.policy.last_run_id.cut_points["rhythm"]
        run = self.recompute()
        if run.cut_points["rhythm"] == median:  # the refresh knew it already
            stored = [{name: value for name, value in row.items() if name != "at_stake"} for row in standing()]
            self.assertEqual(stored, [{key: row[key] for key in stored[0]} for row in refreshed])

    def test_who_has_no_purchase_any_more_has_nothing_at_stake(self):
        partner = self.all.filtered("at_stake")[:1].partner_id
        self.env["customer.imported.purchase"].search([("partner_id", "=", partner.id)]).unlink()
        self.order(partner, state="draft")
        self.recompute()
        profile = self.profile(partner)
        self.assertEqual(profile.lifecycle_stage, "prospect")
        self.assertEqual((profile.at_stake, profile.yearly_value, profile.gone_date), (0, 0, False))


class TestCompanies(StakeCase):
    def test_each_company_by_its_own_day_chances_and_money(self):
        other = self.other_company(currency="CHF")
        theirs = self.buyers(other, amount=7)
        self.recompute(self.policy_of(other))
        for partner in theirs:
            profile = self.profile(partner, other)
            self.assertAlmostEqual(profile.at_stake, self.slowly(profile), 2)
            self.assertEqual(profile.currency_id, other.currency_id)
        partner = theirs.filtered(lambda one: self.profile(one, other).at_stake)[:1]
        self.assertEqual(partner.with_company(other).customer_at_stake, self.profile(partner, other).at_stake)
        self.assertFalse(partner.with_company(self.company).customer_at_stake)
        self.assertFalse(self.profiles.with_user(self.seller).search([("company_id", "=", other.id)]))

    def test_of_a_company_that_was_never_scored_nothing_is_known(self):
        self.policy.last_run_id = False
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(set(self.all.mapped("at_stake")), {0})
        self.assertFalse(self.profiles.search([("id", "in", self.all.ids), ("at_stake", ">", 0)]))


class TestRights(StakeCase):
    def test_amounts_are_for_who_may_see_amounts(self):
        plain = new_test_user(self.env, "stake_plain", groups="base.group_user,base.group_partner_manager")
        partner = self.all.filtered("at_stake")[:1].partner_id
        for name in AMOUNTS:
            self.assertTrue(partner.with_user(self.seller)[name], name)
            with self.assertRaises(AccessError):
                partner.with_user(plain).read([name])
        contacts = self.env["res.partner"].with_user(plain)
        for asked in (
            lambda: contacts.search([("customer_at_stake", ">", 0)]),
            lambda: contacts.search([], order="customer_at_stake desc", limit=1),
            lambda: contacts._read_group([], ["customer_at_stake"], ["__count"]),
            lambda: self.profiles.with_user(plain).search([("at_stake", ">", 0)]),
            lambda: self.env["customer.playbook.entry"].with_user(plain).search([], order="at_stake desc"),
        ):
            with self.assertRaises(AccessError):
                asked()

    def test_contacts_are_sorted_and_found_by_it(self):
        contacts = self.env["res.partner"].with_user(self.seller)
        found = contacts.search([("id", "in", self.partners.ids)], order="customer_at_stake desc, id")
        amounts = found.mapped("customer_at_stake")
        self.assertEqual(amounts, sorted(amounts, reverse=True))
        some = contacts.search_count([("id", "in", self.partners.ids), ("customer_at_stake", ">", 0)])
        self.assertEqual(some, len(self.all.filtered("at_stake")))


class TestLists(StakeCase):
    def test_lists_one_works_from_begin_with_most_at_stake(self):
        for name, model in (
            ("customer_segmentation_profile_view_list_mine", self.profiles),
            ("customer_segmentation_profile_view_kanban_mine", self.profiles),
            ("customer_playbook_entry_view_list", self.env["customer.playbook.entry"]),
            ("customer_playbook_entry_view_kanban", self.env["customer.playbook.entry"]),
            ("customer_tier_edge_view_list", self.env["customer.tier.edge"]),
            ("customer_tier_edge_view_kanban", self.env["customer.tier.edge"]),
        ):
            view = self.env.ref(f"customer_segmentation.{name}")
            arch = model.get_view(view.id, view.type)["arch"]
            order = arch.split('default_order="')[1].split('"')[0]
            self.assertTrue(order.startswith("at_stake desc"), name)
            model.search([], order=order, limit=1)
            self.assertIn('name="at_stake"', arch, name)

    def test_my_customers_shows_who_is_late_or_gives_another_reason(self):
        action = self.env.ref("customer_segmentation.action_my_customers")
        self.assertEqual(safe_eval(action.context), {"search_default_with_reason": 1})
        arch = self.profiles.get_view(action.search_view_id.id, "search")["arch"]
        self.assertIn('name="with_reason"', arch)
        shown = self.with_reason()
        late = self.all.filtered(lambda one: one.expected_next_order_date and one.expected_next_order_date < self.today)
        self.assertTrue(late)
        self.assertEqual(shown, late)
        self.assertFalse(shown.filtered(lambda one: one.lifecycle_stage == "lost"))
        on_time, gone = (
            self.all.filtered(lambda one: one not in late and (one.lifecycle_stage == "lost") == lost)[:1]  # noqa: B023
            for lost in (False, True)
        )
        playbook = self.env["customer.playbook"].create({"name": "Win back", "company_id": self.company.id})
        self.env["customer.playbook.entry"].create(
            {"playbook_id": playbook.id, "profile_id": gone.id, "entered_on": self.today, "cause": "test"}
        )
        on_time.partner_id.with_user(self.seller).activity_schedule(
            "mail.mail_activity_data_call", self.today, user_id=self.seller.id
        )
        self.assertEqual(self.with_reason(), late | on_time | gone)

    def with_reason(self):
        """Whom My Customers shows to the seller, of the customers of this test."""
        from lxml import etree

        action = self.env.ref("customer_segmentation.action_my_customers")
        profiles = self.profiles.with_user(self.seller)
        arch = etree.fromstring(profiles.get_view(action.search_view_id.id, "search")["arch"])
        (wanted,) = arch.xpath("//filter[@name='with_reason']/@domain")
        domain = safe_eval(action.domain, {"uid": self.seller.id}) + safe_eval(wanted)
        return self.profiles.browse(profiles.search(domain).ids) & self.all

    def test_free_places_go_to_those_with_most_at_stake(self):
        playbook = self.env["customer.playbook"].create({"name": "Call", "company_id": self.company.id})
        chosen = self.all.filtered("at_stake").sorted("at_stake")[-4:]
        entries = self.env["customer.playbook.entry"].create(
            [
                {
                    "playbook_id": playbook.id,
                    "profile_id": profile.id,
                    "entered_on": self.today,
                    "cause": f"test:{profile.id}",
                    "state": "waiting",
                    "user_id": self.seller.id,
                    "value": 1000 - number,
                }
                for number, profile in enumerate(chosen)
            ]
        )
        self.policy.playbook_capacity_person = 2
        self.env.flush_all()
        rows = self.env.execute_query(self.env["customer.playbook.engine"]._query_next(self.policy))
        self.assertEqual([row[0] for row in rows], entries[:1:-1].ids)
        found = self.env["customer.playbook.entry"].search([("id", "in", entries.ids)], order="at_stake desc, id")
        self.assertEqual(found, entries[::-1])
