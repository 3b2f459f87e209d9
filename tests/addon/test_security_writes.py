"""Nobody but the engine writes what was computed; nobody but managers changes the rules or starts a recompute."""

import re

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .security_common import SecurityCase

OURS = "odoo.addons.customer_segmentation."
ENGINE_MODELS = ("profile", "transition", "run", "staging", "queue")
MANAGERS = ("sales_manager", "scores_manager", "both_manager")
NO_MANAGERS = ("public", "portal", "employee", "billing", "seller", "all_seller", "scores_user")
READ_ONLY_MODELS = ("customer.interaction", "customer.tier.edge")
MANAGERS_MODELS = (
    "customer.segmentation.setup",
    "customer.tier.override",
)
MIXIN_MODELS = ("res.partner", "sale.order", "crm.lead")
MIXIN_VALUES = {
    "customer_profile_id": False,
    "customer_segment_id": False,
    "customer_segment_color": 3,
    "customer_abc_class": "A",
    "customer_tier_id": False,
    "customer_tier_color": 3,
    "customer_rfm_code": "555",
    "customer_rfm_score": 100,
    "customer_revenue": 1,
    "customer_at_stake": 1,
    "customer_order_count": 1,
    "customer_last_order_date": "2020-01-01",
    "customer_formerly_top": True,
    "customer_currency_id": False,
    "customer_lifecycle_stage": "lost",
    "customer_next_order_date": "2020-01-01",
}
CONTACT_VALUES = {
    "customer_segment_since": "2020-01-01",
    "customer_explanation": "because",
    "customer_revenue_share": 1,
    "customer_lifetime_revenue": 1,
    "customer_first_order_date": "2020-01-01",
    "customer_transition_ids": [Command.clear()],
    "customer_tier_description": "the best",
    "customer_tier_since": "2020-01-01",
    "customer_tier_outlook": "for ever",
    "customer_next_tier_id": False,
    "customer_next_tier_gap": "nothing",
    "customer_benefits": "everything",
    "customer_stage_since": "2020-01-01",
    "customer_is_hot_prospect": True,
    "customer_rhythm": "daily",
    "customer_stake_in_words": "much",
    "customer_activity_level": "high",
    "customer_purchase_timeline": False,
}


class ComputedFieldCase(SecurityCase):
    def assert_refused_in_words(self, mixin_values, contact_values):
        """Whatever values are typed into fields of the mixin, and of contacts."""
        existing = {"res.partner": self.acme, "sale.order": self.order["bolt"], "crm.lead": self.lead}
        for model in MIXIN_MODELS:
            values = mixin_values | (contact_values if model == "res.partner" else {})
            for role in ("seller", "sales_manager"):
                record = self.model(model, role).browse(existing[model].ids)
                for field, value in values.items():
                    label = self.env[model]._fields[field].string
                    with self.subTest(model=model, role=role, field=field):
                        with self.assertRaisesRegex(UserError, f"^{re.escape(label)} is computed"):
                            record.write({field: value})
                        with self.assertRaisesRegex(UserError, f"^{re.escape(label)} is computed"):
                            record.create({"name": "New", field: value})


@tagged("post_install", "-at_install")
class TestSecurityWrites(ComputedFieldCase):
    def engine_model(self, name):
        return f"customer.segmentation.{name}"

    def sample(self, name):
        """An existing record of an engine model and the values of another one."""
        profile, run = self.profile(self.acme), self.policy[self.company["north"]].last_run_id
        company, partner = self.company["north"].id, self.coral.id
        return {
            "profile": (profile, {"partner_id": partner, "company_id": company}),
            "transition": (
                profile.transition_ids,
                {"profile_id": profile.id, "run_id": run.id, "date": "2020-01-01"},
            ),
            "run": (run, {"policy_id": self.policy[self.company["north"]].id, "as_of": "2020-01-01"}),
            "staging": (
                self.env["customer.segmentation.staging"].create({"run_id": run.id, "partner_id": partner}),
                {"run_id": run.id, "partner_id": partner},
            ),
            "queue": (
                self.env["customer.segmentation.queue"].create({"partner_id": partner, "company_id": company}),
                {"partner_id": partner, "company_id": company},
            ),
        }[name]

    # ------------------------------------------------------------------ computed rows

    def test_nobody_but_the_engine_writes(self):
        self.user["administrator"] = self.env.ref("base.user_admin")
        self.env.ref("base.user_admin").company_ids |= self.company["north"]
        for name in ENGINE_MODELS:
            existing, values = self.sample(name)
            for role in (*MANAGERS, *NO_MANAGERS, "administrator"):
                records = existing.with_user(self.user[role])
                with self.subTest(model=name, role=role):
                    self.assertRefused(records.create, values)
                    self.assertRefused(records.write, values)
                    self.assertRefused(records.unlink)
                    self.assertRefused(records.copy)

    def test_staging_and_queue_are_not_read_either(self):
        for name in ("staging", "queue"):
            for role in (*MANAGERS, *NO_MANAGERS):
                with self.subTest(model=name, role=role):
                    self.assertRefused(self.model(self.engine_model(name), role).search, [])

    def test_computed_rows_are_read_by_users_only(self):
        for name in ("profile", "transition", "run", "policy"):
            for role in ("public", "portal", "employee", "billing"):
                with self.subTest(model=name, role=role):
                    self.assertRefused(self.model(self.engine_model(name), role).search, [])
            for role in ("seller", "scores_user", "sales_manager"):
                with self.subTest(model=name, role=role):
                    self.assertTrue(self.model(self.engine_model(name), role).search([]))

    def test_what_was_found_about_customers_is_written_by_nobody(self):
        for model in READ_ONLY_MODELS:
            for role in (*MANAGERS, *NO_MANAGERS):
                with self.subTest(model=model, role=role):
                    self.assertRefused(self.model(model, role).create, {"partner_id": self.coral.id})
                    self.assertRefused(self.model(model, role).browse(1).write, {"partner_id": self.coral.id})
                    self.assertRefused(self.model(model, role).browse(1).unlink)

    def test_only_managers_change_the_ladder(self):
        tier = self.policy[self.company["north"]].tier_ids[0]
        values = {
            "customer.tier": (tier, {"policy_id": tier.policy_id.id, "name": "New"}, {"grace_days": 1}),
            "customer.tier.criterion": (tier.criterion_ids, {"tier_id": tier.id, "entry": 1}, {"entry": 5, "keep": 9}),
        }
        for model, (records, new, changed) in values.items():
            for role in NO_MANAGERS:
                with self.subTest(model=model, role=role):
                    self.assertRefused(self.model(model, role).create, new)
                    self.assertRefused(records.with_user(self.user[role]).write, changed)
                    self.assertRefused(records.with_user(self.user[role]).unlink)
            for role in MANAGERS:
                with self.subTest(model=model, role=role):
                    self.assertGranted(records.with_user(self.user[role]).write, changed)

    def test_what_managers_decide_is_closed_to_others(self):
        for model in MANAGERS_MODELS:
            for role in NO_MANAGERS:
                with self.subTest(model=model, role=role):
                    self.assertRefused(self.model(model, role).search, [])
                    self.assertRefused(self.model(model, role).create, {})

    # ------------------------------------------------------------------ playbooks

    def playbook_records(self):
        """A playbook of company North with what it did."""
        playbook = self.env["customer.playbook"].create({"name": "Ours", "company_id": self.company["north"].id})
        entry = self.env["customer.playbook.entry"].create(
            {
                "playbook_id": playbook.id,
                "profile_id": self.profile(self.acme).id,
                "entered_on": "2020-01-01",
                "cause": "test",
            }
        )
        result = self.env["customer.playbook.result"].browse(entry.id)
        progress = self.env["customer.playbook.state"].create({"policy_id": self.policy[self.company["north"]].id})
        return playbook, entry, result, progress

    def test_nobody_but_the_engine_writes_what_playbooks_did(self):
        playbook, entry, result, progress = self.playbook_records()
        values = {"playbook_id": playbook.id, "profile_id": entry.profile_id.id}
        for role in (*MANAGERS, *NO_MANAGERS):
            for records in (entry, result, progress):
                records = records.with_user(self.user[role])
                with self.subTest(model=records._name, role=role):
                    self.assertRefused(records.create, values)
                    self.assertRefused(records.write, values)
                    self.assertRefused(records.unlink)
        for role in ("public", "portal", "employee", "billing"):
            for model in ("customer.playbook", "customer.playbook.entry", "customer.playbook.result"):
                with self.subTest(model=model, role=role):
                    self.assertRefused(self.model(model, role).search, [])

    def test_only_managers_change_start_and_stop_playbooks(self):
        playbook = self.playbook_records()[0]
        others = (
            (self.env.ref("customer_segmentation.churn_reason_price"), {"name": "Other"}),
            (self.env["customer.holiday"].search([], limit=1), {"name": "Other"}),
            (playbook, {"name": "Other"}),
        )
        for role in NO_MANAGERS:
            for record, values in others:
                record = record.with_user(self.user[role])
                with self.subTest(model=record._name, role=role):
                    self.assertRefused(record.create, values)
                    self.assertRefused(record.write, values)
                    self.assertRefused(record.unlink)
            with self.subTest(role=role):
                for method in ("action_start", "action_stop"):
                    self.assertRefused(self.rpc, role, "customer.playbook", method, playbook.ids)
                start = self.model("customer.playbook.start", role)
                self.assertRefused(start.create, {"playbook_id": playbook.id})
        for role in ("sales_manager", "scores_manager"):
            # Holidays and reasons are every company's: who works in one of them only does not change them.
            self.user[role].company_ids |= self.env["customer.segmentation.policy"].search([]).company_id
            for record, values in others:
                with self.subTest(model=record._name, role=role):
                    self.assertGranted(record.with_user(self.user[role]).write, values)
            with self.subTest(role=role):
                self.assertGranted(self.rpc, role, "customer.playbook", "action_start", playbook.ids)
                start = self.model("customer.playbook.start", role).create({"playbook_id": playbook.id})
                self.assertGranted(start.action_start)
                self.assertTrue(playbook.with_company(self.company["north"]).is_started)
                self.assertGranted(self.rpc, role, "customer.playbook", "action_stop", playbook.ids)
                self.assertFalse(playbook.with_company(self.company["north"]).is_started)
        self.assertRefused(self.rpc, "south_manager", "customer.playbook", "action_start", playbook.ids)

    # ------------------------------------------------------------------ fields of the mixin

    def test_setting_a_computed_field_is_refused_in_words(self):
        self.assert_refused_in_words(MIXIN_VALUES, CONTACT_VALUES)

    def test_setting_a_computed_field_is_refused_beside_others(self):
        with self.assertRaises(UserError):
            self.acme.write({"name": "Acme 2", "customer_abc_class": "A"})
        self.assertEqual(self.acme.name, "Acme")
        with self.assertRaises(UserError):
            self.env["res.partner"].create([{"name": "New"}, {"name": "New too", "customer_revenue": 5}])
        with self.assertRaises(UserError):
            self.acme.customer_abc_class = "C"

    def test_setting_a_computed_field_of_a_user_is_refused(self):
        for field in ("customer_abc_class", "customer_revenue"):
            with self.subTest(field=field), self.assertRaises(UserError):
                self.user["seller"].write({field: MIXIN_VALUES[field]})

    def test_the_segment_at_order_is_kept_from_the_portal(self):
        order = self.model("sale.order", "portal").browse(self.order["pine"].id)
        self.assertRefused(order.read, ["segment_at_order_id"])
        self.assertRefused(order.search_count, [("segment_at_order_id", "!=", False)])
        self.assertGranted(order.with_user(self.user["billing"]).read, ["segment_at_order_id"])

    # ------------------------------------------------------------------ rules

    def test_only_managers_change_the_rules(self):
        policy = self.policy[self.company["north"]]
        scheme = policy.scheme_id.copy()
        rules = {
            "customer.segmentation.policy": (policy, {"window_months": 6}),
            "customer.segment.scheme": (scheme, {"name": "Other"}),
            "customer.segment": (scheme.segment_ids[0], {"color": 1}),
            "customer.segment.range": (scheme.segment_ids.range_ids[0], {"first_purchase": "any"}),
        }
        for model, (record, values) in rules.items():
            for role in NO_MANAGERS:
                as_role = record.with_user(self.user[role])
                with self.subTest(model=model, role=role):
                    self.assertRefused(as_role.write, values)
                    self.assertRefused(as_role.unlink)
                    self.assertRefused(as_role.create, values)
            for role in ("sales_manager", "scores_manager"):
                with self.subTest(model=model, role=role):
                    self.assertGranted(record.with_user(self.user[role]).write, values)

    def test_a_manager_of_another_company_does_not_change_our_rules(self):
        policy = self.policy[self.company["north"]].with_user(self.user["south_manager"])
        self.assertRefused(policy.write, {"window_months": 6})
        self.assertRefused(policy.recompute)
        self.assertRefused(policy.action_recompute)

    def test_policies_come_and_go_with_companies_only(self):
        policy = self.policy[self.company["north"]]
        for role in (*MANAGERS, *NO_MANAGERS):
            as_role = policy.with_user(self.user[role])
            with self.subTest(role=role):
                self.assertRefused(as_role.create, {"company_id": self.company["harbour"].id})
                self.assertRefused(as_role.unlink)
                self.assertRefused(as_role.copy)
        with self.assertRaises(UserError):
            policy.unlink()

    def test_imported_purchases_are_brought_in_by_managers(self):
        values = {"partner_id": self.acme.id, "date": "2020-01-01", "amount": 5, "reference": "old-1"}
        purchases = self.model("customer.imported.purchase", "scores_manager")
        mine = purchases.create(values)
        self.assertEqual(mine.company_id, self.company["north"])
        self.assertRefused(purchases.create, {**values, "company_id": self.company["south"].id})
        for role in NO_MANAGERS:
            as_role = mine.with_user(self.user[role])
            with self.subTest(role=role):
                self.assertRefused(as_role.create, {**values, "reference": "old-2"})
                self.assertRefused(as_role.write, {"amount": 6})
                self.assertRefused(as_role.unlink)

    # ------------------------------------------------------------------ methods

    def test_only_managers_recompute(self):
        policy = self.policy[self.company["north"]]
        runs = self.env["customer.segmentation.run"]
        before = runs.search_count([])
        for role in NO_MANAGERS:
            for method in ("recompute", "action_recompute"):
                with self.subTest(role=role, method=method):
                    self.assertRefused(self.rpc, role, "customer.segmentation.policy", method, policy.ids)
        self.assertEqual(runs.search_count([]), before)
        for role in ("sales_manager", "scores_manager"):
            with self.subTest(role=role):
                action = self.rpc(role, "customer.segmentation.policy", "action_recompute", policy.ids)
                self.assertEqual(runs.browse(action["res_id"]).state, "pending")
                run = runs.browse(self.rpc(role, "customer.segmentation.policy", "recompute", policy.ids))
                self.assertEqual((run.state, run.message), ("done", False))

    def test_the_engine_is_not_reached_from_outside(self):
        """Every public method of ours overrides one of Odoo's or is meant to be called."""
        meant = re.compile(r"action_\w+|recompute")
        found = set()
        for model in self.env.registry.values():
            odoo = [cls for cls in model.__mro__ if not cls.__module__.startswith(OURS)]
            for cls in set(model.__mro__).difference(odoo):
                public = {name for name, member in vars(cls).items() if callable(member) and not name.startswith("_")}
                overriding = {name for name in public if any(name in vars(other) for other in odoo)}
                found |= {f"{model._name}.{name}" for name in public - overriding}
                reached = [name for name in public - overriding if not meant.fullmatch(name)]
                self.assertFalse(reached, model._name)
        self.assertIn("customer.segmentation.policy.recompute", found)

    def test_private_methods_are_refused(self):
        calls = {
            "customer.segmentation.policy": ("_queue_run",),
            "customer.segmentation.rules": ("_changed",),
            "res.company": ("_ensure_policies",),
            "customer.segmentation.run": ("_execute", "_step", "_cron_recompute", "_fail"),
            "customer.segmentation.writer": ("_write_staged_rows",),
            "customer.segmentation.profile": ("_refresh",),
            "customer.segmentation.queue": ("_enqueue", "_cron_refresh"),
            "customer.segmentation.staging": ("_drop", "_stage_scores"),
            "customer.transaction": ("_read_transactions",),
            "customer.interaction.summary": ("_last_by_customer",),
            "res.partner": ("_profile_domain",),
        }
        for model, methods in calls.items():
            for method in methods:
                with self.subTest(model=model, method=method):
                    self.assertTrue(hasattr(self.env[model], method))
                    with self.assertRaisesRegex(AccessError, "Private"):
                        self.rpc("sales_manager", model, method, [])

    def test_buttons_open_nothing_to_those_without_rights(self):
        """A button returns an action at most; what it opens is guarded by its own rights."""
        run = self.policy[self.company["north"]].last_run_id
        transaction = self.env["customer.transaction"].search([("partner_id", "=", self.acme.id)], limit=1)
        profile = self.profile(self.acme)
        records = (profile, profile.segment_id, run, transaction, self.acme)
        buttons = [(record, name) for record in records for name in self.buttons(record)]
        self.assertLessEqual({run, transaction, self.acme}, {record for record, _name in buttons})
        for record, name in buttons:
            for role in ("public", "portal", "employee", "south_manager"):
                self.env.invalidate_all()
                with self.subTest(model=record._name, button=name, role=role):
                    self.assertFalse(self.opened(role, record, name))

    def buttons(self, record):
        ours = [cls for cls in type(record).__mro__ if cls.__module__.startswith(OURS)]
        return [name for cls in ours for name in vars(cls) if name.startswith("action_open_")]

    def opened(self, role, record, button):
        """What of company North a role gets to see behind a button."""
        try:
            action = self.rpc(role, record._name, button, record.ids)
            if action["type"] == "ir.actions.act_url":
                return self.shows_revenue_of_north(role, action["url"])
            domain = action.get("domain") or [("id", "=", action["res_id"])]
            found = self.model(action["res_model"], role).search(domain)
        except AccessError:
            return []
        return found.sudo().filtered(lambda one: one.company_id == self.company["north"])

    def shows_revenue_of_north(self, role, url):
        report, record_id = url.split("/")[-2:]
        page = self.model("ir.actions.report", role)._render_qweb_html(report, [int(record_id)])[0].decode()
        self.assertIn("700", page, "what the role may see is on it")
        return "10,000" in page

    def test_settings_show_the_policy_to_administrators(self):
        administrator = self.env.ref("base.user_admin")
        administrator.company_ids |= self.company["north"]
        settings = self.env["res.config.settings"].with_user(administrator).with_company(self.company["north"])
        settings.create({"customer_segmentation_window_months": 24}).execute()
        self.assertEqual(self.policy[self.company["north"]].window_months, 24)
