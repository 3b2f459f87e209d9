"""What comes with the addon: every preset off, usable as it is, and readable for a real customer."""

import re

from odoo.fields import Command
from odoo.tests import new_test_user
from odoo.tools import html2plaintext

from .common import SegmentationCase

PRESETS = (
    "save_cant_lose",
    "win_back",
    "second_order",
    "welcome",
    "congratulate",
    "tier_at_risk",
    "regular_visit",
    "cross_sell",
    "birthday",
    "holiday",
    "newsletter",
)
CLOSED_BY_AN_ORDER = {"save_cant_lose", "win_back", "second_order"}


class PresetCase(SegmentationCase):
    """The playbooks that an addon brings ready, and customers they are about."""

    addon, names = "customer_segmentation", PRESETS

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.presets = {name: cls.env.ref(f"{cls.addon}.playbook_{name}") for name in cls.names}

    def score(self):
        """Ten customers: the first has not bought for long, the last bought once, last week."""
        self.policy.with_context(ladder="metals").action_use_ladder()
        self.customers = [self.customer(f"Preset {number} & Söhne <b>") for number in range(10)]
        for number, customer in enumerate(self.customers):
            for purchase in range(10 - number):
                self.order(customer, 100 * (10 - number), 20 + 30 * (9 - number) + 10 * purchase)
        self.fresh = self.customer("Preset fresh")
        self.order(self.fresh, 5, 7)
        self.recompute()
        self.nobody_waits()


class PresetChecks:
    """What holds for every playbook that an addon brings ready."""

    def test_nothing_is_on_after_installing(self):
        playbooks = self.env["customer.playbook"].with_context(active_test=False).search([])
        self.assertLessEqual({playbook.id for playbook in self.presets.values()}, set(playbooks.ids))
        for name, playbook in self.presets.items():
            with self.subTest(preset=name):
                self.assertFalse(playbook.started_company_ids)
                self.assertFalse(playbook.is_started)
                self.assertEqual(playbook.running, "off")
                self.assertFalse(playbook.send_mail)
                self.assertFalse(playbook.control_share)
                self.assertFalse(playbook.company_id)
                self.assertEqual(playbook.closes_on_order, name in CLOSED_BY_AN_ORDER)
                self.assertTrue(playbook.description)

    def test_every_text_reads_well(self):
        """All placeholders are filled with something, names are escaped, and no technical word is left over."""
        self.score()
        for customer in (self.customers[0], self.fresh):
            profile = self.profile(customer)
            customer.country_id = self.env.ref("base.cn")
            person = self.env["res.partner"].create({"name": "Ann Lee", "parent_id": customer.id})
            person.customer_birthday = self.day(-3).replace(year=1980)
            for name, playbook in self.presets.items():
                if playbook.action_kind != "activity":
                    continue
                with self.subTest(preset=name, customer=customer.name):
                    summary, note = self.env["customer.playbook.text"]._texts_for(playbook, profile)[profile.id]
                    for text in (summary, html2plaintext(note)):
                        self.assertTrue(text.strip())
                        self.assertNotRegex(text, r"\{\{|\}\}|\bFalse\b|\bNone\b|object\.|: *$|\( *\)|\s[,.;:]")
                    self.assertNotIn("Söhne <b>", note)

    def test_sentences_of_every_preset(self):
        for name, playbook in self.presets.items():
            with self.subTest(preset=name):
                for words in (playbook.when_in_words, playbook.what_in_words):
                    self.assertTrue(words)
                    self.assertNotRegex(words, r"False|%\(|\b[a-z]+_[a-z]+\b")


class TestPlaybookPresets(PresetChecks, PresetCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "preset_manager", "sales_team.group_sale_manager")

    def test_off_playbooks_do_nothing(self):
        self.score()
        with self.enter_registry_test_mode():
            self.env.ref("customer_segmentation.ir_cron_playbooks").method_direct_trigger()
        self.assertFalse(self.env["customer.playbook.entry"].search([]))
        self.assertFalse(self.env["mail.activity"].search([("customer_playbook_entry_id", "!=", False)]))

    def test_texts_hold_the_customers_own_numbers(self):
        self.score()
        profile = self.profile(self.fresh)
        texts = {
            name: self.env["customer.playbook.text"]._texts_for(playbook, profile)[profile.id]
            for name, playbook in self.presets.items()
        }
        self.assertEqual(texts["second_order"][0], "Ask for the second order: last order 7 days ago")
        self.assertIn("1 order and $\xa05.00 in the last 12 months", html2plaintext(texts["second_order"][1]))
        self.assertIn(profile.segment_id.advice.strip(), html2plaintext(texts["second_order"][1]))

    def test_words_about_a_customer(self):
        self.score()
        never = self.env["customer.segmentation.profile"].new({"company_id": self.company.id})
        self.assertEqual(never.lifetime_in_words, "no order yet")
        self.assertEqual(never.last_order_in_words, "no order yet")
        profile = self.profile(self.customers[0])
        self.assertRegex(profile.lifetime_in_words, r"^10 orders and \$\s10,000\.00 since \w{3} \d{1,2}(, \d{4})?$")
        silent = self.customer("Silent")
        self.order(silent, 40, 800)
        self.recompute()
        self.assertEqual(self.profile(silent).purchases_in_words, "no order in the last 12 months")

    def test_birthdays_of_all_contacts(self):
        self.score()
        customer, profile = self.customers[0], self.profile(self.customers[0])
        ann, ben, leap, away = self.env["res.partner"].create(
            [{"name": name, "parent_id": customer.id} for name in ("Ann", "Ben", "Leap", "Away")]
        )
        ann.customer_birthday = self.day(-2).replace(year=1972)
        ben.customer_birthday = self.day(-1).replace(year=2001)
        away.customer_birthday = self.day(-2).replace(year=1985)
        away.active = False
        self.assertRegex(
            profile.birthdays_in_words, r"^Ben on \w{3} \d{1,2}(, \d{4})?, Ann on \w{3} \d{1,2}(, \d{4})?$"
        )
        away.write({"active": True, "company_id": self.other_company().id})
        self.env.invalidate_all()
        self.assertNotIn("Away", profile.birthdays_in_words, "whom another company knows")
        leap.customer_birthday = "2000-02-29"
        for year, day in ((2027, "2027-02-28"), (2028, "2028-02-29")):
            found = customer._birthdays_between(f"{year}-02-20", f"{year}-03-05", self.company)
            self.assertEqual([(str(date), name) for date, name in found[customer.id]][-1:], [(day, "Leap")])

    def test_the_next_holiday_of_the_country(self):
        self.score()
        self.env["customer.holiday"].search([]).unlink()
        china, germany = self.env.ref("base.cn"), self.env.ref("base.de")
        chinese, german = self.customers[0], self.customers[1]
        chinese.country_id, german.country_id = china, germany
        self.assertFalse(self.profile(chinese).holiday_in_words)
        self.env["customer.holiday"].create(
            [
                {"name": "Over", "date": self.day(1)},
                {"name": "Festival", "date": self.day(-9), "country_id": china.id},
                {"name": "Everywhere", "date": self.day(-20)},
            ]
        )
        self.env.invalidate_all()
        self.assertRegex(self.profile(chinese).holiday_in_words, r"^Festival on \w{3} \d{1,2}(, \d{4})?$")
        self.assertRegex(self.profile(german).holiday_in_words, r"^Everywhere on \w{3} \d{1,2}(, \d{4})?$")

    def test_sentences(self):
        self.assertEqual(self.presets["win_back"].when_in_words, "A customer enters Hibernating or Lost")
        self.assertEqual(self.presets["win_back"].what_in_words, "Call for the salesperson, due in 5 days")
        self.assertEqual(self.presets["newsletter"].what_in_words, "E-mail, switched off")
        self.assertEqual(self.presets["welcome"].what_in_words, "Plan “Welcome New Customer” for the salesperson")

    def test_sentences_of_every_trigger(self):
        playbook = self.env["customer.playbook"].create({"name": "Any", "trigger_days": 7})
        seen = set()
        for trigger in self.env["customer.playbook.trigger"]._triggers():
            playbook.write({"trigger": trigger, "abc_class": "B"})
            self.assertTrue(re.search(r"class B", playbook.when_in_words), playbook.when_in_words)
            seen.add(playbook.when_in_words)
        self.assertEqual(len(seen), len(self.env["customer.playbook.trigger"]._triggers()))
        playbook.write(
            {"action_kind": "none", "responsible": "team_leader", "audience_domain": "[('city', '=', 'Köln')]"}
        )
        self.assertEqual(playbook.what_in_words, "Nothing yet")
        self.assertIn("who meets the conditions", playbook.when_in_words)
        playbook.tag_id = self.env["res.partner.category"].create({"name": "Gold"})
        self.assertEqual(playbook.what_in_words, "Tag “Gold”")

    def test_a_manager_previews_and_changes_a_preset(self):
        self.score()
        playbook = self.presets["win_back"].with_user(self.manager)
        self.assertRegex(playbook.preview_title, "^As it reads today for ")
        self.assertRegex(playbook.preview_summary, r"^Win back: \d+ orders? and ")
        self.assertNotIn("{{", playbook.preview_note)
        playbook.summary = "Call {{ object.partner_id.name }} ({{ object.abc_class }})"
        self.assertRegex(playbook.preview_summary, r"^Call Preset .* \([ABC]\)$")
        self.assertFalse(self.presets["welcome"].with_user(self.manager).preview_title)

    def test_a_copy_is_off_and_says_that_it_is_one(self):
        original = self.presets["regular_visit"]
        original.started_company_ids = self.company
        copy = original.with_user(self.manager).copy()
        self.assertEqual((copy.name, copy.running), ("Regular Visit by Tier (copy)", "off"))
        self.assertEqual(original.copy({"name": "Gold"}).name, "Gold")

    def test_regular_visits_keep_the_promise_of_the_tier(self):
        self.score()
        gold, silver, _bronze = self.policy.tier_ids.sorted()
        playbook = self.presets["regular_visit"]
        promised, best, other = (self.profile(customer) for customer in self.customers[:3])
        promised.write({"tier_id": gold.id, "abc_class": "C"})
        best.write({"tier_id": silver.id, "abc_class": "A", "lifecycle_stage": "active", "gone_date": False})
        other.write({"tier_id": silver.id, "abc_class": "B"})
        self.assertFalse(self.env["customer.playbook.entrance"]._candidates_now(playbook) & (promised + other))
        gold.has_visits = True
        self.env.invalidate_all()
        self.assertEqual(
            self.env["customer.playbook.entrance"]._candidates_now(playbook) & (promised + best + other),
            promised + best,
        )

    def test_plan_speaks_the_language_of_the_database(self):
        """Odoo does not translate plans: at the installation it is written in the language of the administrator."""
        plan = self.env.ref("customer_segmentation.plan_welcome")
        before = plan.template_ids.mapped("summary")
        plans = self.env["mail.activity.plan"]
        english = plans._texts_of_ready_plan()
        steps = [english[f"plan_welcome_{step}"]["summary"] for step in ("introduction", "check", "second_order")]
        self.assertEqual(steps, before)
        plans._speak_language_of_database()
        self.assertEqual((plan.name, plan.template_ids.mapped("summary")), ("Welcome New Customer", before))
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env.ref("base.user_admin").lang = "zh_CN"
        plans._speak_language_of_database()
        for words in (plan.name, *plan.template_ids.mapped("summary"), *plan.template_ids.mapped("note")):
            self.assertRegex(words, "[\u4e00-\u9fff]")
        self.env.ref("customer_segmentation.plan_welcome_check").unlink()
        plans._speak_language_of_database()

    def test_offered_until_one_is_started(self):
        offered = self.env["customer.playbook"].with_user(self.manager)
        self.policy.last_run_id = False
        self.assertEqual(offered.action_count_offered(), 0)
        self.score()
        self.assertEqual(offered.action_count_offered(), offered.search_count([]))
        rep = new_test_user(self.env, "preset_rep", "sales_team.group_sale_salesman")
        self.assertEqual(offered.with_user(rep).action_count_offered(), 0)
        self.presets["win_back"].started_company_ids = [Command.link(self.company.id)]
        self.assertEqual(offered.action_count_offered(), 0)

    def test_presets_survive_an_update_as_the_manager_left_them(self):
        names = self.env["ir.model.data"].search(
            [("module", "=", "customer_segmentation"), ("model", "in", ("customer.playbook", "customer.holiday"))]
        )
        self.assertEqual(set(names.mapped("noupdate")), {True})
