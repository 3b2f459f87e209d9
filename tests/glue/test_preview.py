"""A draft of the rules: what its preview says is what happens after it is applied, and nothing happens before."""

import random
from collections import Counter, defaultdict
from datetime import timedelta

import psycopg2
from lxml import etree

from odoo import fields
from odoo.addons.customer_segmentation_preview.hooks import uninstall_hook
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import SQL, mute_logger

from ..addon.security_samples import SamplesCase
from ..addon.test_policy_versions import MANAGER, VersionCase
from ..addon.test_shared_between_companies import SharedCase
from .test_value_rules import WeighedCase

SALES_MANAGER = "sales_manager"
NO_LONGER_BUYING = ("need_attention", "about_to_sleep", "at_risk", "cant_lose_them", "hibernating", "lost")
LABELS = ("segment_id", "tier_id", "abc_class", "lifecycle_stage", "churn_band")
UNTOUCHED = (
    "customer_segmentation_profile",
    "customer_segmentation_transition",
    "customer_segmentation_run",
    "customer_segmentation_queue",
    "customer_segmentation_staging",
    "customer_segmentation_snapshot",
    "customer_segmentation_policy",
    "customer_segmentation_policy_version",
    "customer_tier",
    "customer_tier_criterion",
    "customer_segment",
    "customer_segment_range",
    "customer_segment_scheme",
    "customer_playbook",
    "customer_playbook_entry",
    "mail_activity",
    "res_partner",
)


class PreviewCase(VersionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.window_months = 12
        cls.customers = cls.make_customers(cls.company, 150)
        cls.metals()
        cls.recompute()
        cls.env.flush_all()
        cls.env.cr.precommit.clear()

    @classmethod
    def make_customers(cls, company, count, seed=1):
        """Customers like those of a shop: most buy once or twice, a few often and much; some have fallen silent."""
        chance = random.Random(seed)
        customers = cls.env["res.partner"].create([{"name": f"C{seed}-{number}"} for number in range(count)])
        purchases = []
        for customer in customers:
            for _each in range(1 + int(chance.expovariate(0.4))):
                purchases.append(
                    {
                        "company_id": company.id,
                        "partner_id": customer.id,
                        "date": cls.day(chance.randrange(700)),
                        "amount": round(chance.lognormvariate(4.5, 1), 2),
                        "reference": f"{seed}-{len(purchases)}",
                    }
                )
        cls.env["customer.imported.purchase"].create(purchases)
        return customers

    def draft(self, values=None, policy=None):
        draft = (policy or self.policy)._begin_draft()
        if values:
            draft.write(values)
        self.commit()
        return draft

    def ease(self, draft):
        """Gold from 300, Silver from 150."""
        for tier, entry, keep in ((draft.tier_ids[1], 150, 100), (draft.tier_ids[0], 300, 200)):
            tier.criterion_ids.write({"entry": entry, "keep": keep})

    def preview(self, draft):
        return self.env["customer.segmentation.preview"]._preview(draft)

    def checksum(self):
        self.env.flush_all()
        sums = {}
        for table in UNTOUCHED:
            self.env.cr.execute(
                SQL("SELECT count(*), md5(string_agg(t::text, ',' ORDER BY t::text)) FROM %s t", SQL.identifier(table))
            )
            sums[table] = self.env.cr.fetchone()
        return sums

    def labels(self):
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "SELECT partner_id, %s FROM customer_segmentation_profile WHERE company_id = %s",
                SQL(", ").join(map(SQL.identifier, LABELS)),
                self.company.id,
            )
        )
        return {row[0]: row[1:] for row in self.env.cr.fetchall()}

    def promised(self, preview, before):
        """What the preview says each customer will be."""
        after = dict(before)
        for change in preview.change_ids:
            self.assertEqual(
                before.get(change.partner_id.id, (None,) * len(LABELS)), self.side(change, "from"), "what it is now"
            )
            after[change.partner_id.id] = self.side(change, "to")
        return after

    def side(self, change, way):
        values = (change[f"{way}_{name}"] for name in LABELS)
        return tuple((value.id if hasattr(value, "id") else value) or None for value in values)

    def lines(self, preview, kind="segment"):
        return {
            (line.from_key or None, line.to_key or None): line.customer_count
            for line in preview.line_ids
            if line.kind == kind
        }

    def money(self, preview):
        """Revenue now and with the draft, by kind and cell."""
        found = defaultdict(dict)
        for line in preview.line_ids:
            found[line.kind][line.from_key or None, line.to_key or None] = (line.revenue_now, line.revenue)
        return found

    def revenues(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT partner_id, revenue FROM customer_segmentation_profile WHERE company_id = %s", [self.company.id]
        )
        return {partner: float(revenue) for partner, revenue in self.env.cr.fetchall()}

    def assert_kept(self, draft):
        """The promise of a preview, kept by applying it; returns the preview's lines by kind."""
        before, preview = self.labels(), self.preview(draft)
        promised = self.promised(preview, before)
        lines = {kind: self.lines(preview, kind) for kind in ("segment", "tier", "abc", "stage", "churn_band")}
        names = ("moved_count", "customer_count", "gained_count", "first_count", "lost_count", "written_count")
        counts = {name: preview[name] for name in names}
        money, revenue = self.money(preview), self.revenues()
        draft.action_apply()
        self.commit()
        run = self.recompute()
        after, revenue_after = self.labels(), self.revenues()
        self.assertEqual(run.changed_count, counts["written_count"])
        none = (None,) * len(LABELS)
        for position, kind in enumerate(lines):
            cells = defaultdict(lambda: [0, 0])
            for key, labels in after.items():
                cell = cells[tuple(str(side[position] or "") or None for side in (before.get(key, none), labels))]
                cell[0] += revenue.get(key, 0)
                cell[1] += revenue_after[key]
            cells.pop((None, None), None)
            self.assertEqual(set(money[kind]), set(cells), kind)
            for pair, amounts in cells.items():
                for said, real in zip(money[kind][pair], amounts, strict=True):
                    self.assertAlmostEqual(said, real, 2, (kind, pair))
        self.assertEqual({key: value for key, value in after.items() if value != promised.get(key)}, {})
        self.assertEqual(set(after), set(promised))
        self.assertEqual(run.customer_count, counts["customer_count"])
        moved = [partner for partner in after if before.get(partner, [None])[0] != after[partner][0]]
        self.assertEqual(len(moved), counts["moved_count"])
        for position, kind in enumerate(lines):
            pairs = [(before.get(key, (None,) * len(LABELS)), after[key]) for key in after]
            real = Counter(tuple(str(side[position] or "") or None for side in pair) for pair in pairs)
            real.pop((None, None), None)
            self.assertEqual(lines[kind], dict(real), kind)
        return counts


class TestPreview(PreviewCase):
    # ------------------------------------------------------------------ what it says comes true

    def test_window_and_bands(self):
        counts = self.assert_kept(self.draft({"window_months": 3, "abc_share_a": 50, "at_risk_ratio": 1.5}))
        self.assertTrue(counts["moved_count"])

    def test_cut_offs_and_weights(self):
        self.assert_kept(
            self.draft(
                {
                    "monetary_banding": "cut_offs",
                    "monetary_cut_offs": "50; 100; 300; 900",
                    "weight_recency": 3,
                    "score_silent_customers": True,
                }
            )
        )

    def test_another_scheme(self):
        eight = self.env.ref("customer_segmentation.scheme_8_classes")
        draft = self.draft()
        draft.write({"scheme_id": eight.id, **eight._banding(draft.bands)})
        counts = self.assert_kept(draft)
        self.assertEqual(counts["moved_count"], counts["customer_count"])

    def test_changed_segments(self):
        draft = self.draft()
        draft.action_draft_scheme()
        scheme = draft.scheme_id
        self.assertNotEqual(scheme, self.policy.scheme_id)
        need, sleep = (
            scheme.segment_ids.filtered(lambda segment, code=code: segment.code == code)
            for code in ("need_attention", "about_to_sleep")
        )
        scheme.write(
            {
                "segment_ids": [
                    Command.update(
                        need.id,
                        {
                            "name": "Look After",
                            "range_ids": [Command.update(need.range_ids.id, {"fm_min": 2})],
                        },
                    ),
                    Command.update(sleep.id, {"range_ids": [Command.update(sleep.range_ids.id, {"fm_max": 1})]}),
                ]
            }
        )
        ids = self.policy.scheme_id.segment_ids.ids
        self.assert_kept(draft)
        self.assertEqual(self.policy.scheme_id.segment_ids.ids, ids, "the segments are the same records")
        self.assertIn("Look After", self.policy.scheme_id.segment_ids.mapped("name"))
        self.assertFalse(scheme.exists())

    def test_a_stricter_ladder_lowers_nobody_at_once(self):
        draft = self.draft()
        draft.tier_ids[0].criterion_ids.write({"entry": 5000, "keep": 5000})
        preview = self.preview(draft)
        gold = str(self.policy.tier_ids[0].id)
        self.assertEqual([pair for pair in self.lines(preview, "tier") if pair[0] == gold], [(gold, gold)])
        self.assertTrue(preview.below_count)
        self.assertEqual(preview.lost_count, 0)
        below = preview.change_ids.filtered("comes_below").profile_id
        self.assert_kept(draft)
        self.assertEqual(len(below.filtered("tier_below_since")), len(below))

    def test_an_easier_ladder_lifts(self):
        draft = self.draft()
        self.ease(draft)
        self.assertTrue(self.assert_kept(draft)["gained_count"])

    def test_rises_that_wait_for_approval(self):
        draft = self.draft({"tier_rise_by_hand": True})
        self.ease(draft)
        preview = self.preview(draft)
        self.assertEqual(preview.gained_count, 0)
        proposed = preview.change_ids.filtered("is_proposed").profile_id
        self.assertEqual((len(proposed), bool(proposed)), (preview.proposed_count, True))
        self.assert_kept(draft)
        self.assertEqual(
            self.env["customer.segmentation.profile"].search([("tier_proposed_id", "!=", False)]), proposed
        )

    def test_tiers_of_hand_stay(self):
        gold = self.policy.tier_ids[0]
        chosen = self.profile(self.customers[0]) | self.profile(self.customers[1])
        self.env["customer.tier.decision"]._set(
            chosen, self.policy, gold, self.today, self.today + timedelta(days=30), "Strategic"
        )
        draft = self.draft()
        draft.tier_ids[0].criterion_ids.write({"entry": 90000, "keep": 90000})
        self.assert_kept(draft)
        self.assertEqual(chosen.tier_id, gold)

    def test_a_removed_and_a_new_tier(self):
        """Who was on the removed tier finds another one, as after the deletion itself."""
        draft, silver = self.draft(), self.policy.tier_ids[1]
        draft.tier_ids = [
            Command.delete(draft.tier_ids[1].id),
            Command.create(
                {
                    "name": "Diamond",
                    "sequence": 0,
                    "color": 4,
                    "has_visits": True,
                    "visit_days": 7,
                    "criterion_ids": [Command.create({"measure": "revenue", "entry": 3000, "keep": 2000})],
                }
            ),
        ]
        before, preview = self.labels(), self.preview(draft)
        new = draft.tier_ids.sorted()[0]
        self.assertEqual(
            preview._keys("tier", preview.line_ids.filtered(lambda line: line.kind == "tier"))[1][str(silver.id)],
            "Silver",
        )
        promised = {
            partner: [draft.tier_ids.browse(side[1] or []).name for side in (before[partner], values)]
            for partner, values in self.promised(preview, before).items()
        }
        draft.action_apply()
        self.commit()
        self.assertFalse(new.exists() or silver.exists())
        self.recompute()
        self.assertEqual(self.policy.tier_ids.mapped("name"), ["Diamond", "Gold", "Bronze"])
        diamond = self.policy.tier_ids[0]
        self.assertEqual((diamond.color, diamond._visit_days()), (4, 7), "benefits come along")
        for profile in self.env["customer.segmentation.profile"].search([("company_id", "=", self.company.id)]):
            self.assertEqual(profile.tier_id.name, promised[profile.partner_id.id][1])

    def test_a_ladder_that_asks_for_changed_segments(self):
        champions = self.policy.scheme_id.segment_ids[0]
        self.policy.tier_ids[0].criterion_ids = [
            Command.clear(),
            Command.create({"measure": "segment", "entry_segment_id": champions.id}),
        ]
        self.commit()
        self.recompute()
        draft = self.draft()
        draft.action_draft_scheme()
        self.assertEqual(draft.tier_ids[0].criterion_ids.entry_segment_id.origin_id, champions)
        loyal = draft.scheme_id.segment_ids[1]
        first = draft.scheme_id.segment_ids[0].range_ids
        first.segment_id.scheme_id.write(
            {
                "segment_ids": [
                    Command.update(
                        loyal.id,
                        {
                            "range_ids": [
                                Command.clear(),
                                *(
                                    Command.create(values)
                                    for values in (
                                        {"recency_min": 3, "recency_max": 4, "fm_min": 4},
                                        {"recency_min": 5, "fm_min": 4, "fm_max": 4},
                                    )
                                ),
                            ]
                        },
                    ),
                    Command.update(first.segment_id.id, {"range_ids": [Command.update(first.id, {"fm_min": 5})]}),
                ]
            }
        )
        self.assert_kept(draft)
        self.assertEqual(self.policy.tier_ids[0].criterion_ids.entry_segment_id, champions)

    def test_source_and_prospects(self):
        """Customers who bought nothing by the other source become prospects or nothing at all."""
        buyer, asker = self.customer("Buyer"), self.customer("Asker")
        self.order(buyer, 500, 3)
        self.order(asker, 500, 3)
        self.order(asker, 500, 1, state="draft")
        self.recompute()
        draft = self.draft({"source": "invoice"})
        preview = self.preview(draft)
        change = preview.change_ids.filtered(lambda change: change.partner_id == asker)
        self.assertEqual((change.to_lifecycle_stage, change.to_segment_id.id, change.moved), ("prospect", False, True))
        self.assert_kept(draft)

    def test_orders_since_the_last_run_count(self):
        newcomer = self.customer("Newcomer")
        self.order(newcomer, 2500)
        draft = self.draft({"abc_share_a": 60})
        self.assertIn(newcomer, self.preview(draft).change_ids.partner_id)
        self.assert_kept(draft)

    # ------------------------------------------------------------------ nothing happens before

    def test_nothing_is_written(self):
        draft = self.draft({"window_months": 3})
        self.ease(draft)
        before = self.checksum()
        preview = self.preview(draft)
        self.assertTrue(preview.moved_count)
        self.assertEqual(self.checksum(), before)
        for name in ("segment_table", "tier_table", "abc_table", "stage_table", "other_tables"):
            self.assertIn("table", preview[name])

    def test_labels_of_other_addons_have_a_page_and_columns_of_their_own(self):
        form = etree.fromstring(self.env["customer.segmentation.preview"].get_view(view_type="form")["arch"])
        [page] = form.iterfind(".//page[@name='others']")
        self.assertEqual(page.get("string"), "Churn Risk Level")
        rows = etree.fromstring(self.env["customer.segmentation.preview.change"].get_view(view_type="list")["arch"])
        columns = {field.get("name"): field.get("string") for field in rows.iterfind("field")}
        self.assertEqual(columns["from_churn_band"], "Churn Risk Level Now")
        self.assertEqual(columns["to_churn_band"], "Churn Risk Level with the Draft")

    def test_an_unchanged_draft(self):
        draft = self.draft()
        self.assertFalse(draft.draft_changes)
        self.assertEqual(self.preview(draft).moved_count, 0)
        version, runs = self.policy.version, self.env["customer.segmentation.run"].search_count([])
        draft.action_apply()
        self.assertEqual(self.policy.version, version)
        self.assertEqual(self.env["customer.segmentation.run"].search_count([]), runs)

    def test_nobody_is_scored_by_a_draft(self):
        draft = self.draft({"window_months": 3})
        self.assertFalse(draft.active)
        policies = self.env["customer.segmentation.policy"]
        self.assertEqual(policies._of_company(self.company), self.policy)
        careless = policies.with_context(active_test=False)
        self.assertEqual(careless._of_company(self.company), self.policy)
        profile = self.profile(self.customers[0]).with_context(active_test=False)
        self.assertEqual(profile._policies()[self.company], self.policy)
        self.env["customer.segmentation.run"]._queue_due_runs()
        self.assertNotIn(draft, self.env["customer.segmentation.run"].search([]).policy_id)
        for act in (draft.recompute, draft.action_recompute):
            with self.assertRaisesRegex(UserError, "Nobody is scored by a draft"):
                act()
        for act in (draft.action_unarchive, lambda: draft.write({"active": True})):
            with self.assertRaisesRegex(UserError, "apply it instead"):
                act()
        with self.assertRaises(psycopg2.errors.CheckViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute("UPDATE customer_segmentation_policy SET active = TRUE WHERE id = %s", [draft.id])

    def test_profiles_of_archived_contacts_are_counted_as_the_run_counts_them(self):
        draft = self.draft({"window_months": 3})
        self.customers[0].active = False
        expected = self.preview(draft).written_count
        draft.action_apply()
        run = self.env["customer.segmentation.run"].search([("state", "=", "pending"), ("kind", "=", "live")])
        run._execute()
        self.assertEqual(run.changed_count, expected)

    def test_tiers_and_schemes_of_drafts_are_on_no_list(self):
        tiers, schemes = (
            self.env["customer.tier"].search_count([]),
            self.env["customer.segment.scheme"].search_count([]),
        )
        draft = self.draft()
        draft.action_draft_scheme()
        self.assertEqual(len(draft.tier_ids), 3)
        self.assertEqual(self.env["customer.tier"].search_count([]), tiers)
        self.assertEqual(self.env["customer.segment.scheme"].search_count([]), schemes)
        with self.assertRaisesRegex(UserError, "draft of a scheme"):
            draft.scheme_id.active = True

    # ------------------------------------------------------------------ drafts

    def test_the_form_of_a_draft(self):
        draft = self.draft()
        with Form(draft, view="customer_segmentation_preview.customer_segmentation_policy_view_form_draft") as form:
            form.window_months = 6
            with form.tier_ids.edit(0) as tier:
                tier.grace_days = 12
        self.assertEqual(
            draft.draft_changes.splitlines(), ["Window (Months): 12 → 6", "Tier Gold, Grace Period (Days): 0 → 12"]
        )
        self.assertEqual(self.policy.window_months, 12)
        self.assertEqual(draft.action_draft()["res_id"], draft.id)
        self.assertEqual(self.policy.action_open_drafts()["res_id"], draft.id)
        self.draft()
        self.assertEqual(len(self.policy.search(self.policy.action_open_drafts()["domain"])), 2)

    def test_rules_are_edited_in_a_draft_only(self):
        """The form of the policy shows them; what is no rule is changed there."""
        policy = self.policy.with_user(new_test_user(self.env, "draft_manager", groups=MANAGER))
        with Form(policy) as form:
            for name, value in (("window_months", 5), ("source", "invoice"), ("scheme_id", policy.scheme_id.browse())):
                with self.subTest(field=name), self.assertRaisesRegex(AssertionError, "readonly"):
                    form[name] = value
            with self.subTest("tiers"), self.assertRaisesRegex(AssertionError, "not editable"):
                form.tier_ids.new()
            form.playbook_capacity_person = 7
        self.assertEqual(policy.playbook_capacity_person, 7)
        draft = policy._begin_draft()
        with Form(draft, view="customer_segmentation_preview.customer_segmentation_policy_view_form_draft") as form:
            form.window_months = 5
        self.assertEqual((draft.window_months, policy.window_months), (5, 12))

    def test_whatever_changes_rules_in_force_is_refused(self):
        """Lists, forms and requests alike; what is no rule is changed where it stands."""
        manager = new_test_user(self.env, "request_manager", groups=f"{MANAGER},base.group_system")
        eight = self.env.ref("customer_segmentation.scheme_8_classes")
        policy = self.policy.with_user(manager)
        gold, scheme = policy.tier_ids[0], policy.scheme_id
        by_code = {segment.code: segment for segment in scheme.segment_ids}
        champions, loyal = by_code["champions"], by_code["loyal"]
        swapped = [
            Command.update(one.id, {"range_ids": TestSharedScheme.moved(self, other.range_ids)})
            for one, other in ((champions, loyal), (loyal, champions))
        ]
        (asked,) = gold.criterion_ids
        more = {"measure": asked.measure, "kind": asked.kind, "entry": 10 * asked.entry, "keep": 10 * asked.entry}
        tier = {"policy_id": policy.id, "name": "Best", "sequence": -1, "criterion_ids": [Command.create(more)]}
        refused = {
            "a field": lambda: policy.write({"window_months": 5}),
            "how tiers are reviewed": lambda: policy.write({"tier_review": "month"}),
            "another scheme": lambda: policy.write(
                {"scheme_id": eight.id, "tier_ids": [Command.clear()], **eight._banding(policy.bands)}
            ),
            "the settings": lambda: (
                self.env["res.config.settings"].with_user(manager).create({"customer_segmentation_window_months": 5})
            ),
            "the days of a tier": lambda: gold.write({"grace_days": 5}),
            "what a tier asks": lambda: asked.write({"entry": 2 * asked.entry}),
            "one criterion more": lambda: gold.write(
                {"criterion_ids": [Command.create({"measure": "tenure_months", "entry": 1})]}
            ),
            "one tier less": gold.unlink,
            "a ready ladder": policy.with_context(ladder="value").action_use_ladder,
            "one tier more": lambda: self.env["customer.tier"].with_user(manager).create(tier),
            "segments": lambda: scheme.write({"segment_ids": swapped}),
        }
        before = self.env["customer.segmentation.rules"]._of(self.policy)
        for what, change in refused.items():
            with self.subTest(what), self.assertRaisesRegex(UserError, "Begin a draft"), self.env.cr.savepoint():
                change()
            self.env.invalidate_all()
        self.assertEqual(self.env["customer.segmentation.rules"]._of(self.policy), before)
        version = self.policy.version
        gold.write({"name": "Top", "color": 3, "description": "Our best", "has_visits": True, "visit_days": 30})
        champions.write({"name": "The Best", "color": 4, "advice": "Thank them.", "worth_a_call": "no"})
        self.assertEqual((gold.name, champions.name, self.policy.version), ("Top", "The Best", version))

    def test_the_form_of_a_scheme_in_force_shows_what_a_draft_is_for(self):
        scheme = self.policy.scheme_id.with_user(new_test_user(self.env, "scheme_manager", groups=MANAGER))
        draft = self.policy._begin_draft()
        draft.action_draft_scheme()
        for one, closed in ((scheme, True), (draft.scheme_id.with_user(scheme.env.user), False)):
            self.assertEqual((one.is_in_force, one.segment_ids[0].is_in_force), (closed, closed))
        self.assertFalse(self.env.ref("customer_segmentation.scheme_8_classes").is_in_force, "nobody is scored by it")
        with Form(scheme.segment_ids[0]) as form:
            form.advice = "Thank them."
            with self.assertRaisesRegex(AssertionError, "not editable"):
                form.range_ids.new()

    def test_the_question_is_answered_again_in_a_draft(self):
        manager = new_test_user(self.env, "setup_manager", groups=MANAGER)
        setup = self.env["customer.segmentation.setup"].with_user(manager)
        self.policy.setup_done = False
        setup.create({"ladder": "value"}).action_apply()
        self.assertEqual((len(self.policy.tier_ids), self.policy.setup_done), (3, True))
        action = setup.create({"ladder": "vip", "source": "invoice"}).action_apply()
        draft = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual((draft.draft_of_id, len(draft.tier_ids), draft.source), (self.policy, 4, "invoice"))
        self.assertEqual((len(self.policy.tier_ids), self.policy.source), (3, "sale"))
        action = setup.create({}).action_apply()
        self.assertEqual(action["res_id"], self.policy.id, "nothing is changed, so nothing is drafted")

    def test_a_version_is_restored_and_a_scheme_copied_at_once(self):
        policy = self.policy.with_user(new_test_user(self.env, "restoring_manager", groups=MANAGER))
        old = self.latest
        self.policy.window_months = 5
        self.commit()
        old.with_user(policy.env.user).action_restore()
        self.assertEqual(self.policy.window_months, 12)
        scheme = self.policy.scheme_id
        scheme.with_user(policy.env.user).action_copy_for_company()
        self.assertNotEqual(self.policy.scheme_id, scheme)

    def test_presets_replace_the_rules_of_a_draft_only(self):
        arch = etree.fromstring(self.policy.get_view(view_type="form")["arch"])
        buttons = arch.xpath("//button[@name='action_use_ladder'] | //button[@name='action_use_value_preset']")
        self.assertTrue(buttons)
        for button in buttons:
            self.assertIn("not draft_of_id", button.get("invisible"))

    def test_settings_open_a_draft(self):
        settings = self.env["res.config.settings"]
        arch = etree.fromstring(settings.get_view(view_type="form")["arch"])
        for name in ("customer_segmentation_source", "customer_segmentation_window_months"):
            (field,) = arch.xpath(f"//field[@name='{name}']")
            self.assertEqual(field.get("readonly"), "1")
        action = settings.create({}).action_draft_customer_segmentation_policy()
        self.assertEqual(self.env[action["res_model"]].browse(action["res_id"]).draft_of_id, self.policy)

    def test_apply_takes_words_and_settings_along(self):
        draft = self.draft({"tier_review": "month", "playbook_capacity_person": 7})
        draft.tier_ids[0].write({"name": "Top", "color": 9, "has_visits": True, "visit_days": 5})
        version, gold = self.policy.version, self.policy.tier_ids[0]
        draft.action_apply()
        self.assertEqual((gold.name, gold.color, gold._visit_days()), ("Top", 9, 5))
        self.assertEqual((self.policy.tier_review, self.policy.playbook_capacity_person), ("month", 7))
        self.assertEqual(self.policy.version, version, "none of this decides a score")

    def test_apply_makes_a_version_and_queues_a_run(self):
        draft, number = self.draft({"window_months": 3}), self.policy.version
        action = draft.action_apply()
        self.assertEqual((self.latest.number, self.said()), (number + 1, ["Window (Months): 12 → 3"]))
        run = self.env["customer.segmentation.run"].browse(action["res_id"])
        self.assertEqual((run.policy_id, run.state), (self.policy, "pending"))
        self.assertFalse(draft.exists())

    def test_discard(self):
        draft = self.draft({"window_months": 3})
        draft.action_draft_scheme()
        gone = [draft, draft.tier_ids, draft.scheme_id, draft.scheme_id.segment_ids]
        self.preview(draft).action_discard()
        self.assertFalse(any(records.exists() for records in gone))
        self.assertEqual(self.policy.window_months, 12)
        for act in (self.policy.action_discard, self.policy.action_apply):
            with self.assertRaises(UserError):
                act()
        with self.assertRaisesRegex(UserError, "begin one"):
            self.preview(self.policy)
        with self.assertRaisesRegex(UserError, "begin one"):
            self.policy.action_draft_scheme()

    def test_two_drafts_at_once(self):
        first, second = self.draft({"window_months": 3}), self.draft({"abc_share_a": 60})
        first.action_apply()
        self.commit()
        self.assertEqual(second.draft_outdated, "Window (Months): 12 → 3")
        with self.assertRaisesRegex(UserError, r"12 → 3"):
            second.action_apply()
        second.with_context(over_other_changes=True).action_apply()
        self.assertEqual((self.policy.window_months, self.policy.abc_share_a), (12, 60), "the draft as it was seen")

    def test_old_drafts_are_removed(self):
        old, young = self.draft({"window_months": 3}), self.draft()
        old.action_draft_scheme()
        scheme = old.scheme_id
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE customer_segmentation_policy SET write_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=31), old.id],
        )
        self.env.invalidate_all()
        self.env["customer.segmentation.policy"]._gc_drafts()
        self.assertFalse(old.exists() or scheme.exists())
        self.assertTrue(young.exists())

    def test_drafts_that_cannot_work_are_refused(self):
        draft = self.draft()
        with self.assertRaisesRegex(ValidationError, "Silver"), self.env.cr.savepoint():
            draft.tier_ids[1].criterion_ids.write({"entry": 5000, "keep": 5000})
        with self.assertRaisesRegex(ValidationError, "window is 0"), self.env.cr.savepoint():
            draft.window_months = 0
        draft.action_draft_scheme()
        with self.assertRaisesRegex(ValidationError, "belongs to no segment"), self.env.cr.savepoint():
            draft.scheme_id.segment_ids[-1].unlink()
        with self.assertRaisesRegex(UserError, "A draft for"), self.env.cr.savepoint():
            draft.scheme_id.unlink()

    def test_from_the_scheme(self):
        policies = self.env["customer.segmentation.policy"].with_context(active_test=False)
        action = self.policy.scheme_id.action_draft()
        copy = self.env["customer.segment.scheme"].browse(action["res_id"])
        self.assertEqual(copy.draft_of_id, self.policy.scheme_id)
        draft = policies.browse(copy.action_draft()["res_id"])
        self.assertEqual((draft.draft_of_id, draft.scheme_id), (self.policy, copy))
        self.assertEqual(copy.action_preview()["res_model"], "customer.segmentation.preview")
        eight = self.env.ref("customer_segmentation.scheme_8_classes")
        other = policies.browse(eight.action_draft()["res_id"])
        self.assertEqual((other.scheme_id, other.bands, other.draft_of_id), (eight, 2, self.policy))
        ladder = self.env["customer.tier"].action_draft_company()
        self.assertEqual(policies.browse(ladder["res_id"]).draft_of_id, self.policy)

    def test_a_scheme_that_others_share(self):
        other = self.policy_of(self.other_company("Far Away"))
        draft = self.draft()
        self.assertFalse(draft.draft_scheme_users)
        draft.action_draft_scheme()
        self.assertEqual((draft.draft_scheme_users, draft.scheme_is_draft), (other.company_id.name, True))

    # ------------------------------------------------------------------ rights

    def test_managers_of_the_company_only(self):
        draft = self.draft({"window_months": 3})
        seller, manager = (
            new_test_user(self.env, f"draft_{name}", groups)
            for name, groups in (("seller", "sales_team.group_sale_salesman"), ("manager", MANAGER))
        )
        theirs = self.draft(policy=self.policy_of(self.other_company()))
        for act in (self.policy.action_draft, draft.action_preview, draft.action_apply, draft.action_discard):
            with self.assertRaises(AccessError):
                getattr(act.__self__.with_user(seller), act.__name__)()
        for name in ("action_preview", "action_apply", "action_discard"):
            with self.assertRaises(AccessError):
                getattr(theirs.with_user(manager), name)()
        mine = self.policy.with_user(manager)
        draft = mine.browse(mine.action_draft()["res_id"])
        draft.write({"window_months": 6, "tier_ids": [Command.update(draft.tier_ids[0].id, {"grace_days": 3})]})
        draft.action_draft_scheme()
        preview = self.env["customer.segmentation.preview"].with_user(manager).browse(draft.action_preview()["res_id"])
        self.assertTrue(
            preview.moved_count and preview.segment_table and preview.top_change_ids.partner_id.mapped("name")
        )
        stranger = new_test_user(self.env, "draft_other_manager", MANAGER)
        with self.assertRaises(AccessError):
            preview.with_user(stranger).change_ids.mapped("revenue")
        self.commit()
        preview.action_apply()
        self.assertEqual((self.policy.window_months, self.latest.user_id), (6, manager))

    def test_two_companies(self):
        other = self.other_company(currency=self.company.currency_id.name)
        self.make_customers(other, 20, seed=2)
        policy = self.policy_of(other)
        self.recompute(policy)
        draft = self.draft({"abc_share_a": 40, "window_months": 2}, policy=policy)
        before = self.labels()
        preview = self.preview(draft)
        self.assertEqual(preview.customer_count, 20)
        self.assertFalse(preview.change_ids.partner_id & self.customers)
        draft.action_apply()
        self.recompute(policy)
        self.assertEqual(self.labels(), before)

    def test_in_the_middle_of_a_run(self):
        """A run goes on as if nobody had looked."""
        late = self.customer("Late")
        self.order(late, 700)
        run = self.policy._queue_run().sudo()
        self.assertTrue(run._step())
        draft, staging = self.draft({"window_months": 3}), self.env["customer.segmentation.staging"]
        count = staging._count(run.id)
        preview = self.preview(draft)
        self.assertTrue(preview.moved_count)
        self.assertIn(late, preview.change_ids.partner_id)
        self.assertEqual((staging._count(run.id), staging._count(-preview.id)), (count, 0))
        while run.state == "running":
            run._step()
        self.assertEqual((run.state, bool(self.profile(late).segment_id)), ("done", True))

    # ------------------------------------------------------------------ what the page says

    def test_tables_add_up(self):
        preview = self.preview(self.draft({"window_months": 3}))
        for kind in ("segment", "abc", "stage", "tier"):
            self.assertEqual(sum(self.lines(preview, kind).values()), len(self.customers), kind)
        moved = sum(count for (here, there), count in self.lines(preview).items() if here != there)
        self.assertEqual(moved, preview.moved_count)
        self.assertAlmostEqual(preview.moved_revenue, sum(preview.change_ids.filtered("moved").mapped("revenue")), 2)
        self.assertEqual(preview.search_count([]) and len(preview.top_change_ids), 20)
        revenues = preview.top_change_ids.mapped("revenue")
        self.assertEqual(revenues, sorted(revenues, reverse=True))
        domain = preview.with_context(preview_domain=[("moved", "=", True)]).action_open_changes()["domain"]
        self.assertEqual(preview.change_ids.search_count(domain), preview.moved_count)
        customer = preview.top_change_ids[0]
        self.assertEqual(customer.action_open_customer()["res_id"], customer.partner_id.id)

    def test_total_now_is_what_profiles_say_now(self):
        preview = self.preview(self.draft({"window_months": 3}))
        now = self.revenues()
        total = preview._figures(len(now), sum(now.values()))[1]
        for kind in ("segment", "abc", "stage"):
            lines = preview.line_ids.filtered(lambda line, kind=kind: line.kind == kind)
            self.assertAlmostEqual(sum(lines.mapped("revenue_now")), sum(now.values()), 2)
            self.assertLess(sum(lines.mapped("revenue")), sum(now.values()))
            self.assertIn(total, preview[f"{kind}_table"], "the grand total")

    def test_another_ladder_moves_by_the_order_of_rungs(self):
        """Of a ladder that shares no rung with today's, the first rung is level with the first, and so on."""
        before = {key: side[1] for key, side in self.labels().items()}
        ranks = {tier.id: place for place, tier in enumerate(self.policy.tier_ids.sorted())}
        draft = self.draft()
        draft.tier_ids = [
            *(Command.delete(tier.id) for tier in draft.tier_ids),
            *(
                Command.create(
                    {
                        "name": name,
                        "sequence": sequence,
                        "criterion_ids": [Command.create({"measure": "revenue", "entry": entry, "keep": entry})],
                    }
                )
                for sequence, (name, entry) in enumerate((("VIP", 1000), ("Good", 400), ("Fair", 100), ("Low", 0)))
            ),
        ]
        preview = self.preview(draft)
        places = {tier.id: place for place, tier in enumerate(draft.tier_ids.sorted())}
        expected = Counter()
        for change in preview.change_ids:
            old, new = before.get(change.partner_id.id), change.to_tier_id.id
            if not old and new:
                expected["first"] += 1
            elif old and (not new or ranks[old] < places[new]):
                expected["lost"] += 1
            elif old and ranks[old] > places[new]:
                expected["gained"] += 1
        found = {way: preview[f"{way}_count"] for way in ("gained", "first", "lost")}
        self.assertEqual(found, {way: expected[way] for way in found})
        self.assertLess(expected["gained"], len(before) / 2)
        self.assertTrue(expected["lost"])

    def test_a_first_ladder_is_no_rise(self):
        self.policy.tier_ids.unlink()
        self.commit()
        self.recompute()
        draft = self.draft()
        draft.with_context(ladder="metals").action_use_ladder()
        preview = self.preview(draft)
        self.assertEqual((preview.gained_count, preview.lost_count), (0, 0))
        on_a_tier = preview.change_ids.filtered("to_tier_id")
        self.assertEqual(preview.first_count, len(on_a_tier))
        self.assertTrue(on_a_tier)

    def test_cells_open_who_moves(self):
        preview = self.draft({"window_months": 6}).action_preview()
        preview = self.env[preview["res_model"]].browse(preview["res_id"])
        moves = preview.line_ids.filtered(lambda line: line.from_key != line.to_key)
        self.assertEqual(set(moves.mapped("kind")) & {"segment", "abc"}, {"segment", "abc"})
        for line in moves:
            with self.subTest(kind=line.kind, before=line.from_key, after=line.to_key):
                action = preview.action_open_moved(line.kind, line.from_key or "", line.to_key or "")
                found = self.env[action["res_model"]].search_count(action["domain"])
                self.assertEqual(found, line.customer_count)
                cell = f'data-from="{line.from_key or ""}" data-to="{line.to_key or ""}"'
                self.assertIn(cell, preview[f"{line.kind}_table"])
                self.assertIn(" → ", action["name"])
        for refused in (("colour", "", ""), ("segment", "0", ""), ("abc", "A", "D")):
            with self.assertRaises(UserError):
                preview.action_open_moved(*refused)

    def test_playbooks(self):
        """A change of rules starts nothing; the page says whom it would have concerned."""
        playbooks = self.env["customer.playbook"]
        lost = self.policy.scheme_id.segment_ids.filtered(lambda segment: segment.code in NO_LONGER_BUYING)
        enters = playbooks.create({"name": "Enters", "trigger": "segment_enter", "segment_ids": lost.ids})
        visits = playbooks.create(
            {"name": "Visits", "trigger": "periodic", "trigger_days": 30, "segment_ids": lost.ids}
        )
        risk = playbooks.create({"name": "Risk", "trigger": "tier_at_risk"})
        wrong = playbooks.create({"name": "Wrong", "trigger": "segment_enter"})
        (enters | visits | risk | wrong).write({"started_company_ids": [Command.link(self.company.id)]})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE customer_playbook SET audience_domain = %s WHERE id = %s", ["[('gone', '=', 1)]", wrong.id]
        )
        self.env.invalidate_all()
        draft = self.draft({"recency_banding": "cut_offs", "recency_cut_offs": "10; 20; 30; 40"})
        draft.tier_ids[0].criterion_ids.write({"entry": 5000, "keep": 5000})
        preview = self.preview(draft)
        found = {line.playbook_id: line for line in preview.playbook_ids}
        come = preview.change_ids.filtered(
            lambda change: change.to_segment_id in lost and change.from_segment_id not in lost
        )
        self.assertTrue(come)
        called = come.filtered(
            lambda change: (
                change.profile_id.formerly_top
                or (change.profile_id.lifecycle_stage != "lost" and change.to_segment_id.worth_a_call != "formerly_top")
            )
        )
        self.assertEqual((found[enters].matching_count, found[enters].later_count), (len(called), 0))
        self.assertEqual((found[visits].matching_count, found[visits].later_count), (0, len(called)))
        self.assertEqual(found[risk].later_count, preview.below_count)
        self.assertTrue(found[wrong].problem)
        self.assertFalse(wrong.problem, "a preview writes nothing")
        draft.action_apply()
        self.commit()
        run = self.recompute()
        self.assertFalse(run.transition_ids.filtered(lambda change: not change.processed))

    def test_without_customers_and_without_a_ladder(self):
        policy = self.policy_of(self.other_company())
        preview = self.preview(self.draft({"window_months": 3}, policy=policy))
        self.assertEqual((preview.customer_count, preview.moved_count, preview.has_ladder), (0, 0, False))
        self.assertIn("Nobody is scored yet", preview.segment_table)


class TestValueScore(WeighedCase):
    def test_a_draft_weighs_for_itself_until_it_is_applied(self):
        number = self.policy.version
        draft = self.policy._begin_draft()
        self.commit()
        self.reweigh(draft, 10, 90)
        self.assertEqual(self.weights(), {"Turnover": 75, "Potential": 25})
        self.assertEqual(len(draft.draft_changes.splitlines()), 2)
        self.env["customer.segmentation.preview"]._preview(draft)
        draft._active_indicators()[0].name = "Sales"
        self.commit()
        indicators = self.policy._active_indicators()
        draft.action_apply()
        self.assertEqual(self.weights(), {"Sales": 10, "Potential": 90})
        self.assertEqual(self.policy._active_indicators(), indicators, "the same indicators, not copies")
        self.assertEqual(self.policy.version, number + 1)
        self.assertFalse(draft.exists())

    def test_an_untouched_draft_is_no_change(self):
        number = self.policy.version
        draft = self.policy._begin_draft()
        self.commit()
        self.assertFalse(draft.draft_changes)
        draft.action_apply()
        self.assertEqual(self.policy.version, number)

    def test_what_is_switched_off_is_switched_on_in_a_draft(self):
        """And the other way round; each stays the record it was."""
        turnover, potential = self.policy._active_indicators()
        self.policy.indicator_ids = [
            Command.create({"name": name, "measure": measure, "weight": 25, "active": False})
            for name, measure in (("Orders", "order_count"), ("Contacts", "contact_count"))
        ]
        everything = self.policy.with_context(active_test=False)
        orders, contacts = everything.indicator_ids - turnover - potential
        self.commit()
        draft = self.policy._begin_draft().with_context(active_test=False)
        self.assertEqual(len(draft.indicator_ids), 4)
        copies = {copy.origin_id: copy for copy in draft.indicator_ids}
        new = {"name": "Tenure", "measure": "tenure_months", "weight": 5, "active": False}
        draft.write(
            {
                "indicator_ids": [
                    Command.update(copies[potential].id, {"active": False}),
                    Command.update(copies[orders].id, {"active": True, "name": "How Often"}),
                    Command.delete(copies[contacts].id),
                    Command.create(new),
                ]
            }
        )
        self.assertEqual(self.weights(), {"Turnover": 75, "Potential": 25})
        draft.action_apply()
        self.assertEqual(self.weights(), {"Turnover": 75, "How Often": 25})
        self.assertEqual(self.policy._active_indicators(), turnover | orders)
        self.assertFalse(contacts.exists())
        resting = everything.indicator_ids - turnover - orders
        self.assertIn(potential, resting)
        self.assertEqual(resting.mapped("name"), ["Potential", "Tenure"])

    def test_whoever_weighs_otherwise_begins_a_draft(self):
        manager = new_test_user(self.env, "weighing_manager", groups=MANAGER)
        turnover, potential = self.policy._active_indicators().with_user(manager)
        with self.assertRaisesRegex(UserError, "Begin a draft"), self.env.cr.savepoint():
            self.reweigh(turnover.policy_id, 50, 50)
        with self.assertRaisesRegex(UserError, "Begin a draft"), self.env.cr.savepoint():
            potential.missing = "worst"
        self.env.invalidate_all()
        turnover.name = "Sales"
        self.assertEqual(self.weights(), {"Sales": 75, "Potential": 25})


class TestSharedScheme(SharedCase):
    def test_a_draft_is_applied_to_a_copy(self):
        before, version = self.env["customer.segmentation.rules"]._of(self.south), self.south.version
        for change in ("ranges", "words"):
            with self.subTest(change=change):
                self.north.scheme_id = self.scheme
                draft = self.as_role(self.north)._begin_draft()
                draft.action_draft_scheme()
                champions = draft.scheme_id.segment_ids.filtered(lambda segment: segment.code == "champions")
                loyal = draft.scheme_id.segment_ids.filtered(lambda segment: segment.code == "loyal")
                if change == "words":
                    champions.name = "Our Best"
                else:
                    ranges = champions.range_ids, loyal.range_ids
                    self.assertTrue(all(ranges))
                    draft.scheme_id.write(
                        {
                            "segment_ids": [
                                Command.update(champions.id, {"range_ids": self.moved(ranges[1])}),
                                Command.update(loyal.id, {"range_ids": self.moved(ranges[0])}),
                            ]
                        }
                    )
                draft.action_apply()
                self.env.invalidate_all()
                self.assertEqual(
                    (self.south.scheme_id, self.env["customer.segmentation.rules"]._of(self.south)),
                    (self.scheme, before),
                )
                self.assertEqual(self.south.version, version)
                self.assertNotEqual(self.north.scheme_id, self.scheme)
                if change == "words":
                    self.assertIn("Our Best", self.north.scheme_id.segment_ids.mapped("name"))
                self.assertEqual(self.north.recompute().state, "done")

    def moved(self, ranges):
        names = ("recency_min", "recency_max", "fm_min", "fm_max", "frequency_min", "frequency_max")
        names += ("monetary_min", "monetary_max", "first_purchase", "gone")
        return [Command.clear(), *(Command.create({name: scope[name] for name in names}) for scope in ranges)]

    def test_a_draft_of_something_else_keeps_the_scheme(self):
        draft = self.as_role(self.north)._begin_draft()
        draft.window_months = 24
        draft.action_apply()
        self.assertEqual((self.north.scheme_id, self.north.window_months), (self.scheme, 24))


@tagged("post_install", "-at_install")
class TestRequests(SamplesCase):
    def test_a_draft_keeps_who_typed_what_is_weighed(self):
        policy = self.policy[self.company["north"]]
        billing = self.user["both_manager"]
        billing.group_ids += self.env.ref("account.group_account_invoice")
        indicator = policy.indicator_ids.filtered("active")[0]
        as_applied = self.env["customer.segmentation.rules"]._as_a_whole(indicator.with_user(billing))
        as_applied.write(
            {
                "kind": "records",
                "model_name": "account.move",
                "link_field": "partner_id",
                "date_field": "invoice_date",
                "aggregate": "count",
            }
        )
        self.assertEqual(indicator.author_id, billing)
        theirs = self.model(policy._name, SALES_MANAGER).browse(policy.id)
        draft = theirs.browse(theirs.action_draft()["res_id"])
        copies = draft.sudo().indicator_ids
        copy = copies.filtered(lambda copied: copied.origin_id == indicator)
        self.assertEqual(copy.author_id, billing)
        for copied in copies:
            self.assertEqual(copied.author_id, copied.origin_id.author_id)
        self.assertEqual(draft.create_uid, self.user[SALES_MANAGER])

    def test_who_works_in_a_branch_lists_drafts(self):
        policy = self.policy[self.company["north"]]
        branch = self.company["harbour"]
        self.user[SALES_MANAGER].write({"company_id": branch.id, "company_ids": [(6, 0, branch.ids)]})
        theirs = self.model(policy._name, SALES_MANAGER, "harbour")
        theirs.browse(policy.id).action_draft()
        self.env.invalidate_all()
        found = theirs.with_context(active_test=False).search_read([], ["display_name"])
        self.assertEqual({row["display_name"] for row in found}, {"North", "Draft: North"})

    def test_segments_of_a_draft_are_nobody_elses(self):
        north, south = (self.policy[self.company[name]] for name in ("north", "south"))
        draft = south._begin_draft()
        draft.action_draft_scheme()
        scheme = draft.scheme_id
        self.assertTrue(scheme.draft_of_id)
        for policy in (north, north._begin_draft()):
            with self.assertRaisesRegex(ValidationError, "part of a draft"), self.env.cr.savepoint():
                policy.scheme_id = scheme
        draft.action_discard()
        self.assertFalse(scheme.exists())

    def test_what_a_company_tries_out_no_other_sees(self):
        south = self.policy[self.company["south"]]
        draft = south._begin_draft()
        draft.action_draft_scheme()
        scheme = draft.scheme_id
        segment = scheme.segment_ids.filtered("range_ids")[0]
        for record in (scheme, segment, segment.range_ids[0]):
            for role in ("employee", "seller", SALES_MANAGER):
                with self.subTest(record=record, role=role):
                    theirs = self.model(record._name, role).browse(record.id)
                    self.assertRefused(theirs.read, ["display_name"])
                    self.assertRefused(theirs.copy, {"active": True} if record == scheme else {})
                    everything = theirs.with_context(active_test=False).search([])
                    self.assertNotIn(record.id, everything.ids)
            own = self.model(record._name, "south_manager", "south").browse(record.id)
            self.assertGranted(own.read, ["display_name"])
        theirs = self.model(scheme._name, SALES_MANAGER).browse(scheme.id)
        self.assertRefused(theirs.action_draft, errors=(AccessError, UserError))

    def test_drafts_are_for_those_who_decide(self):
        north = self.policy[self.company["north"]]
        draft = self.model(north._name, SALES_MANAGER).browse(north.id)._begin_draft()
        draft.action_draft_scheme()
        draft = draft.sudo().with_context(active_test=False)
        segment = draft.scheme_id.segment_ids.filtered("range_ids")[0]
        parts = [draft, draft.tier_ids[0], draft.tier_ids.criterion_ids[0], draft.indicator_ids[0]]
        for record in (*parts, draft.scheme_id, segment, segment.range_ids[0]):
            for role in ("employee", "seller", "scores_user"):
                with self.subTest(record=record, role=role):
                    theirs = self.model(record._name, role).with_context(active_test=False)
                    self.assertRefused(theirs.browse(record.id).read, ["display_name"])
                    if theirs.has_access("read"):
                        self.assertNotIn(record.id, theirs.search([]).ids)
            self.assertGranted(self.model(record._name, "scores_manager").browse(record.id).read, ["display_name"])
        for records in (north.tier_ids, north.tier_ids.criterion_ids, north.scheme_id, north.scheme_id.segment_ids):
            self.assertGranted(self.model(records._name, "employee").browse(records.ids).read, ["display_name"])

    def test_a_scheme_whose_draft_is_gone_says_so(self):
        draft = self.policy[self.company["north"]]._begin_draft()
        draft.action_draft_scheme()
        scheme = draft.scheme_id
        draft.scheme_id = scheme.draft_of_id
        theirs = self.model(scheme._name, SALES_MANAGER).browse(scheme.id)
        for call in (theirs.action_draft, theirs.action_preview):
            with self.assertRaisesRegex(UserError, "is gone"):
                call()

    def test_who_asks_says_neither_whose_copy_a_record_is_nor_that_everybody_is_scored(self):
        policy = self.policy[self.company["north"]]
        for record in (policy, policy.tier_ids[0], policy.indicator_ids[0]):
            name = "draft_of_id" if record == policy else "origin_id"
            theirs = self.model(record._name, SALES_MANAGER).browse(record.id)
            self.assertRefused(theirs.write, {name: record.id})
        entrance = self.model("customer.playbook.entrance", SALES_MANAGER)
        for value in (True, 1, "by code"):
            forged = entrance.with_context(all_are_scored=value)
            self.assertEqual(forged._sql_scored(policy).code, entrance._sql_scored(policy).code)

    def test_public_methods_refuse_in_words(self):
        preview = self.model("customer.segmentation.preview", SALES_MANAGER)
        moved = preview.browse(self.sample(preview._name, "north", self.user[SALES_MANAGER]).id)
        for call, *arguments in (
            (moved.action_open_moved, [], "", ""),
            (moved.action_open_moved, "segment", ["a"], ""),
            (moved.with_context(preview_domain=5).action_open_changes,),
        ):
            with self.subTest(call=call.__name__, arguments=arguments):
                self.assertRefused(call, *arguments, errors=UserError)


class TestInTheFamily(PreviewCase):
    def test_drafts_go_with_the_addon(self):
        """What it would leave behind is a second policy of the company, a ladder nobody sees and a scheme with gaps."""
        self.env.flush_all()
        before = self.contents()
        draft = self.policy._begin_draft()
        draft.action_draft_scheme()
        self.env["customer.segmentation.preview"]._preview(draft)
        other = self.policy._begin_draft()
        other.action_draft_scheme()
        other.write({"scheme_id": self.policy.scheme_id.id, "tier_ids": [Command.clear()]})
        self.assertNotEqual(self.contents(), before)
        uninstall_hook(self.env)
        self.assertEqual(self.contents(), before)
        self.assertFalse(self.env["customer.segmentation.preview"].search_count([]))

    def contents(self):
        """The rows of all that drafts are made of."""
        self.env.flush_all()
        found = {}
        for table in UNTOUCHED:
            self.env.cr.execute(SQL("SELECT id FROM %s ORDER BY id", SQL.identifier(table)))
            found[table] = self.env.cr.fetchall()
        return found

    def test_high_churn_risk_is_nobody_who_is_gone(self):
        limit = self.policy.high_churn_percent / 100
        expected = self.env["customer.segmentation.profile"].search([("company_id", "=", self.company.id)])
        expected = expected.filtered(
            lambda one: one.lifecycle_stage != "lost" and one.prediction_basis and one.churn_risk >= limit
        )
        self.assertTrue(expected)
        preview = self.env["customer.segmentation.preview"]._preview(self.policy._begin_draft())
        high = preview.line_ids.filtered(lambda line: line.kind == "churn_band" and line.to_key == "high")
        self.assertEqual(sum(high.mapped("customer_count")), len(expected))

    def test_its_box_is_in_the_settings(self):
        settings = self.env["res.config.settings"].create({})
        self.assertTrue(settings.customer_segmentation_has_preview)
        self.assertTrue(settings.module_customer_segmentation_preview)
