"""Versions of the rules: when one is made, what it says, and that it can be made the rules again."""

from odoo.addons.customer_segmentation.tools.rule_words import deciding
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user

from .test_tiers import TierCase

MANAGER = "base.group_user,customer_segmentation.group_manager"


def without_identifiers(rules):
    return rules | {"tiers": [{**tier, "id": 0} for tier in rules["tiers"]]}


class VersionCase(TierCase):
    def commit(self):
        """What is done until here is a transaction of its own."""
        self.env.flush_all()
        self.env.cr.precommit.clear()

    @property
    def versions(self):
        self.env.invalidate_all()
        return self.policy.version_ids

    @property
    def latest(self):
        return self.versions[0]

    def rules_of(self, policy=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["customer.segmentation.rules"]._of(policy or self.policy)

    def said(self):
        return self.latest.difference.splitlines()


class TestVersions(VersionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.precommit.clear()

    def test_a_policy_begins_with_a_version(self):
        policy = self.policy_of(self.other_company())
        self.assertEqual((policy.version_ids.number, policy.version_ids.user_id), (1, self.env.user))
        self.assertTrue(policy.version_ids.date)
        self.assertEqual(policy.version_ids.difference, "First version")

    def test_a_change_is_a_version(self):
        number = self.policy.version
        self.policy.window_months = 6
        self.assertEqual((self.latest.number, self.policy.version), (number + 1, number + 1))
        self.assertEqual(self.said(), ["Window (Months): 3 → 6"])
        self.assertTrue(self.latest.is_current)
        self.assertFalse(self.versions[1].is_current)
        self.assertEqual(self.latest.user_id, self.env.user)

    def test_one_transaction_is_one_version(self):
        number = self.policy.version
        self.policy.window_months = 6
        self.policy.with_context(ladder="metals").action_use_ladder()
        self.policy.abc_share_a = 70
        self.assertEqual(self.latest.number, number + 1)
        self.assertEqual(len(self.said()), 5)
        self.commit()
        self.policy.abc_share_a = 75
        self.assertEqual(self.latest.number, number + 2)
        self.assertEqual(self.said(), ["A up to (%): 70 → 75"])

    def test_who_is_scored_meanwhile_ends_a_version(self):
        self.order(self.customer())
        self.policy.window_months = 6
        run = self.recompute()
        self.policy.window_months = 7
        self.assertEqual(self.policy.version, run.policy_version + 1)
        self.assertEqual(run.version_id.number, run.policy_version)
        self.assertEqual(run.version_id.difference, "Window (Months): 3 → 6")
        self.assertEqual(run.version_id.run_count, 1)
        self.assertEqual(self.env["customer.segmentation.run"].search(run.version_id.action_open_runs()["domain"]), run)

    def test_saved_unchanged_is_no_version(self):
        self.metals()
        self.commit()
        number, scheme = self.policy.version, self.policy.scheme_id
        tier, champions = self.policy.tier_ids[0], scheme.segment_ids[0]
        tier.criterion_ids.write({"entry": tier.criterion_ids.entry})
        self.policy.write({"tier_ids": [Command.update(tier.id, {"grace_days": tier.grace_days})]})
        champions.range_ids.write({"recency_min": champions.range_ids.recency_min})
        scheme.write({"segment_ids": [Command.update(champions.id, {"name": champions.name})]})
        with Form(self.policy) as form, form.tier_ids.edit(0) as line:
            line.name = "Best"
        self.assertEqual(self.policy.version, number)

    def test_what_is_a_rule_says_so(self):
        rules = self.rules_of()
        self.assertEqual(set(rules["review"]), {"tier_review", "tier_review_by_hand", "tier_rise_by_hand"})
        self.assertLess({"window_months", "abc_share_a", "lost_ratio", "source"}, set(rules["fields"]))
        self.assertFalse({"setup_done", "active", "version", "scheme_id"} & set(rules["fields"]))
        for name in rules["fields"]:
            self.assertFalse(
                self.env["customer.segmentation.rules"]._is_changed_by(self.policy, {name: rules["fields"][name]}), name
            )
        self.assertTrue(self.env["customer.segmentation.rules"]._is_changed_by(self.policy, {"abc_share_a": 11}))
        self.assertFalse(
            self.env["customer.segmentation.rules"]._is_changed_by(
                self.policy, {"setup_done": True, "tier_review": "month"}
            )
        )

    def test_a_copy_has_the_rules_of_its_policy(self):
        """Children are copied as they are kept: what a version would say of both is the same."""
        self.metals()
        tier = self.policy.tier_ids.sorted()[0]
        tier.has_service_contact = True
        policy = self.env["customer.segmentation.rules"]._copy(self.policy, {"active": False})
        self.env.flush_all()
        self.assertEqual(
            deciding(without_identifiers(self.env["customer.segmentation.rules"]._of(policy))),
            deciding(without_identifiers(self.rules_of())),
        )
        copies = self.env["customer.segmentation.rules"]._children(policy)["tiers"]
        self.assertEqual(copies.mapped("name"), self.policy.tier_ids.sorted().mapped("name"))
        self.assertFalse(copies & self.policy.tier_ids)
        self.assertTrue(copies[0].has_service_contact, "what is no rule is copied, too")

    def test_differences_of_tiers(self):
        self.set_ladder(self.rung("Gold", 10, ("revenue", 300, 240)), self.rung("Silver", 20))
        self.commit()
        gold, silver = self.policy.tier_ids
        gold.criterion_ids.write({"entry": 200, "keep": 200})
        self.assertEqual(
            self.said(),
            ["Tier Gold: Revenue in the window at least 300 (kept at 240) → Revenue in the window at least 200"],
        )
        self.commit()
        gold.write({"grace_days": 5, "criterion_ids": [Command.create({"measure": "abc_rank", "entry": 3})]})
        self.assertEqual(
            self.said(),
            [f"Tier Gold, Grace Period (Days): {0} → 5", "Tier Gold: – → ABC class (A = 3, B = 2, C = 1) at least 3"],
        )
        self.commit()
        self.policy.tier_ids = [Command.delete(silver.id), Command.create({"name": "Bronze", "sequence": 30})]
        self.assertEqual(self.said(), ["Tier Silver removed", "Tier Bronze added: All other customers"])
        self.commit()
        self.env["customer.tier"].create(
            {
                "policy_id": self.policy.id,
                "name": "Top",
                "sequence": 5,
                "criterion_ids": [Command.create({"measure": "revenue", "entry": 900, "keep": 900})],
            }
        )
        gold.write({"criterion_ids": [Command.clear(), Command.create({"measure": "order_count", "entry": 3})]})
        self.commit()
        gold.sequence = 1
        self.assertEqual(self.said(), ["Order of the tiers: Top, Gold, Bronze → Gold, Top, Bronze"])

    def test_the_order_of_segments_is_told_in_full(self):
        rules = {**self.rules_of()["scheme"]}
        turned = {**rules, "segments": rules["segments"][::-1]}
        names = [segment.name for segment in self.policy.scheme_id.segment_ids.sorted()]
        [said] = self.latest._scheme_changes(rules, turned)
        self.assertEqual(said, f"Order of the segments: {', '.join(names)} → {', '.join(names[::-1])}")

    def test_differences_of_segments_and_fields(self):
        scheme = self.policy.scheme_id
        need, sleep = (
            scheme.segment_ids.filtered(lambda segment, code=code: segment.code == code)
            for code in ("need_attention", "about_to_sleep")
        )
        scheme.write(
            {
                "segment_ids": [
                    Command.update(need.id, {"range_ids": [Command.update(need.range_ids.id, {"fm_min": 2})]}),
                    Command.update(sleep.id, {"range_ids": [Command.update(sleep.range_ids.id, {"fm_max": 1})]}),
                ]
            }
        )
        self.assertEqual(
            self.said(),
            ["Segment Need Attention: R 3, FM 3 → R 3, FM 2–3", "Segment About to Sleep: R 3, FM 1–2 → R 3, FM 1"],
        )
        self.commit()
        eight = self.env.ref("customer_segmentation.scheme_8_classes")
        self.policy.write(
            {
                "scheme_id": eight.id,
                **eight._banding(self.policy.bands),
                "count_zero_orders": True,
                "import_cutover_date": "2024-01-31",
                "source": "invoice",
            }
        )
        self.assertEqual(
            set(self.said()),
            {
                "Purchases Come From: Sales orders → Invoices",
                "Count Orders of Zero: no → yes",
                "Bands: 5 → 2",
                "Cut-over Date: – → 01/31/2024",
                "Scheme: 11 segments → 8 classes",
                *(
                    f"{name} Banding: Quantiles: equal groups of customers → Above or below the mean"
                    for name in ("Recency", "Frequency", "Monetary")
                ),
            },
        )

    def test_differences_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.policy.window_months = 6
        label = self.env["ir.model.fields"]._get("customer.segmentation.policy", "window_months")
        label.with_context(lang="fr_FR").field_description = "Fenêtre"
        self.assertEqual(self.latest.with_context(lang="fr_FR").difference, "Fenêtre: 3 → 6")

    # ------------------------------------------------------------------ restore

    def test_restore_fields_and_ladder(self):
        self.metals()
        before, number = self.rules_of(), self.policy.version
        self.commit()
        self.policy.write({"window_months": 4, "tier_review": "month", "source": "invoice"})
        self.policy.tier_ids[0].unlink()
        self.policy.tier_ids[0].write({"name": "Best", "grace_days": 99})
        self.commit()
        self.policy.with_context(ladder="value").action_use_ladder()
        self.commit()
        latest, old = self.latest, self.versions.filtered(lambda version: version.number == number)
        kept = [(version.number, version.rules) for version in self.versions]
        action = old.action_restore()
        run = self.env["customer.segmentation.run"].browse(action["res_id"])
        self.assertEqual((action["res_model"], run.policy_id, run.state), (run._name, self.policy, "pending"))
        self.assertEqual(self.policy.version, latest.number + 1)
        self.assertEqual((self.latest.restored_number, self.said()[0]), (number, f"Version {number} restored"))
        self.assertEqual([(version.number, version.rules) for version in self.versions[1:]], kept, "history stays")
        after = self.rules_of()
        self.assertEqual(after["fields"], before["fields"])
        self.assertEqual(after["review"], before["review"])
        self.assertEqual(
            [(tier["words"]["name"], tier["grace_days"], tier["criteria"]) for tier in after["tiers"]],
            [(tier["words"]["name"], tier["grace_days"], tier["criteria"]) for tier in before["tiers"]],
        )

    def test_restoring_what_is_in_force_computes_nothing(self):
        runs = self.env["customer.segmentation.run"].search_count([])
        number = self.policy.version
        action = self.latest.action_restore()
        self.assertEqual((action["res_model"], action["res_id"]), (self.policy._name, self.policy.id))
        self.assertEqual(self.policy.version, number)
        self.assertEqual(self.env["customer.segmentation.run"].search_count([]), runs)

    def test_restored_tiers_are_the_same_records(self):
        """Customers stay on a tier that is only changed back; what it is called now is no rule."""
        self.metals()
        gold, old = self.policy.tier_ids[0], self.latest
        self.commit()
        gold.write({"name": "Best", "minimum_stay_days": 77})
        old.action_restore()
        self.assertEqual((self.policy.tier_ids[0], gold.name), (gold, "Best"))
        self.assertNotEqual(gold.minimum_stay_days, 77)

    def test_restore_segments(self):
        scheme, before = self.policy.scheme_id, self.rules_of()
        old = self.latest
        need, lost = (
            scheme.segment_ids.filtered(lambda segment, code=code: segment.code == code)
            for code in ("need_attention", "lost")
        )
        hibernating = scheme.segment_ids.filtered(lambda segment: segment.code == "hibernating")
        ranges = [Command.clear(), *(Command.create({"recency_max": 2, "fm_max": 1}) for _once in range(1))]
        scheme.write(
            {
                "segment_ids": [
                    Command.delete(lost.id),
                    Command.update(
                        hibernating.id,
                        {
                            "range_ids": [
                                *ranges,
                                Command.create({"recency_max": 2, "fm_min": 2, "fm_max": 2}),
                            ]
                        },
                    ),
                ]
            }
        )
        self.commit()
        old.action_restore()
        after = self.rules_of()
        self.assertEqual(
            [(segment["code"], segment["ranges"], segment["words"]["name"]) for segment in after["scheme"]["segments"]],
            [
                (segment["code"], segment["ranges"], segment["words"]["name"])
                for segment in before["scheme"]["segments"]
            ],
        )
        self.assertIn(need, self.policy.scheme_id.segment_ids)

    def test_restore_a_ladder_that_asks_for_segments(self):
        """The other scheme in between has no such segments."""
        champions = self.policy.scheme_id.segment_ids[0]
        self.policy.tier_ids = [
            Command.create(
                {
                    "name": "Best",
                    "criterion_ids": [
                        Command.create({"measure": "segment", "entry_segment_id": champions.id}),
                    ],
                }
            ),
            Command.create({"name": "Others", "sequence": 20}),
        ]
        self.commit()
        old, eight = self.latest, self.env.ref("customer_segmentation.scheme_8_classes")
        self.policy.write({"scheme_id": eight.id, **eight._banding(self.policy.bands), "tier_ids": [Command.clear()]})
        self.commit()
        old.action_restore()
        self.assertEqual(self.policy.tier_ids[0].criterion_ids.entry_segment_id, champions)
        self.assertEqual(self.policy.bands, 5)

    def test_restore_an_archived_scheme_is_refused(self):
        old, eight = self.latest, self.env.ref("customer_segmentation.scheme_8_classes")
        eleven = self.policy.scheme_id
        self.policy.write({"scheme_id": eight.id, **eight._banding(self.policy.bands)})
        self.commit()
        eleven.active = False
        number = self.policy.version
        with self.assertRaisesRegex(UserError, "11 segments, which is archived"):
            old.action_restore()
        self.assertEqual(self.policy.version, number)

    def test_restore_a_deleted_scheme_makes_it_again(self):
        copy = self.policy.scheme_id.copy({"name": "Mine"})
        self.policy.scheme_id = copy
        before, old = self.rules_of(), self.latest
        self.commit()
        self.policy.scheme_id = self.env.ref("customer_segmentation.scheme_11_segments")
        copy.unlink()
        self.commit()
        old.action_restore()
        made = self.policy.scheme_id
        self.assertEqual(made.name, before["scheme"]["words"]["name"]["en_US"])
        self.assertEqual(
            [segment["ranges"] for segment in self.rules_of()["scheme"]["segments"]],
            [segment["ranges"] for segment in before["scheme"]["segments"]],
        )

    def test_restoring_a_shared_scheme_counts_for_all_who_share_it(self):
        other = self.policy_of(self.other_company())
        old, scheme = self.latest, self.policy.scheme_id
        need, sleep = (
            scheme.segment_ids.filtered(lambda segment, code=code: segment.code == code)
            for code in ("need_attention", "about_to_sleep")
        )
        scheme.write(
            {
                "segment_ids": [
                    Command.update(need.id, {"range_ids": [Command.update(need.range_ids.id, {"fm_min": 2})]}),
                    Command.update(sleep.id, {"range_ids": [Command.update(sleep.range_ids.id, {"fm_max": 1})]}),
                ]
            }
        )
        self.commit()
        numbers = self.policy.version, other.version
        old.action_restore()
        self.assertEqual((self.policy.version, other.version), (numbers[0] + 1, numbers[1] + 1))

    # ------------------------------------------------------------------ rights, and databases from before

    def test_only_managers_restore(self):
        old = self.latest
        self.policy.window_months = 6
        seller = new_test_user(self.env, "version_seller", "sales_team.group_sale_salesman")
        self.assertEqual(old.with_user(seller).number, old.number, "everybody with scores may read what changed")
        with self.assertRaises(AccessError):
            old.with_user(seller).action_restore()
        manager = new_test_user(self.env, "version_manager", MANAGER)
        self.commit()
        old.with_user(manager).action_restore()
        self.assertEqual((self.policy.window_months, self.latest.user_id), (3, manager))

    def test_other_companies_see_and_restore_nothing(self):
        other = self.policy_of(self.other_company())
        theirs = other.version_ids
        manager = new_test_user(self.env, "version_stranger", MANAGER)
        self.assertFalse(theirs.with_user(manager).search([("policy_id", "=", other.id)]))
        with self.assertRaises(AccessError):
            theirs.with_user(manager).action_restore()

    def test_nobody_writes_history(self):
        manager = new_test_user(self.env, "version_writer", MANAGER)
        for act in (lambda version: version.write({"number": 99}), lambda version: version.unlink()):
            with self.assertRaises(AccessError):
                act(self.latest.with_user(manager))

    def test_a_database_from_before(self):
        self.versions.unlink()
        self.policy.version_ids.invalidate_model()
        self.env["customer.segmentation.rules"]._ensure_all_versions()
        first = self.latest
        self.assertEqual((first.number, first.user_id.id, first.date), (self.policy.version, False, False))
        self.assertIn("older ones are not known", first.difference)
        self.env["customer.segmentation.rules"]._ensure_all_versions()
        self.assertEqual(len(self.versions), 1)
        self.commit()
        self.policy.window_months = 6
        self.assertEqual(self.said(), ["Window (Months): 3 → 6"])
        run = self.env["customer.segmentation.run"].create(
            {"policy_id": self.policy.id, "as_of": self.today, "policy_version": 0}
        )
        self.assertFalse(run.version_id, "runs of unknown versions say the number only")
