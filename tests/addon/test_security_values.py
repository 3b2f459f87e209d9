"""A changed row is judged like a new one, and what the engine keeps is written by the engine."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import as_a_whole
from .security_samples import OURS, SamplesCase

MANAGER = "sales_manager"
WRITERS = ("employee", "seller", MANAGER)
LOG = {"create_uid", "create_date", "write_uid", "write_date"}


@tagged("post_install", "-at_install")
class TestSecurityValues(SamplesCase):
    def written_by_users(self):
        """Our models that somebody who is not the system may write."""
        for name in self.our_models():
            if any(self.model(name, role).has_access("write") for role in WRITERS):
                yield name

    def purchase(self, **values):
        return self.env["customer.imported.purchase"].create(
            {
                "company_id": self.company["north"].id,
                "partner_id": self.bolt.id,
                "date": "2025-01-01",
                "amount": 10,
                "reference": "A-1",
                **values,
            }
        )

    # ------------------------------------------------------------------ judged like new

    def test_every_model_that_users_write_judges_changes(self):
        found = [*self.written_by_users()]
        self.assertIn("customer.imported.purchase", found)
        for name in found:
            with self.subTest(model=name):
                self.assertIsInstance(self.env[name], self.registry["customer.guarded"])

    def test_no_row_moves_to_another_company(self):
        """By whatever leads to the company: itself, or the record the row is part of."""
        own, foreign = self.samples["north"], self.samples["south"]
        own["customer.imported.purchase"] = self.purchase()
        tried = set()
        for name, record in own.items():
            theirs = self.model(name, MANAGER).browse(record.ids[:1])
            if name not in self.our_models() or not theirs.has_access("write"):
                continue
            for field in record._fields.values():
                other = foreign.get(field.comodel_name) if field.type == "many2one" and field.store else None
                if not other or self.model(other._name, MANAGER).browse(other.ids).has_access("read"):
                    continue
                tried.add((name, field.name))
                with self.subTest(model=name, field=field.name):
                    self.env.invalidate_all()
                    self.assertRefused(theirs.write, {field.name: other.id}, errors=(AccessError, UserError))
        for expected in (
            ("customer.imported.purchase", "company_id"),
            ("customer.imported.purchase", "partner_id"),
            ("customer.playbook", "company_id"),
            ("customer.tier", "policy_id"),
        ):
            self.assertIn(expected, tried)

    def test_a_change_is_refused_when_the_new_row_would_be(self):
        """Also where the rule alone stands between: the value itself may be read."""
        rule = {"name": "Only of Bolt", "domain_force": f"[('partner_id', '=', {self.bolt.id})]"}
        rule["model_id"] = self.env["ir.model"]._get_id("customer.imported.purchase")
        purchase = self.purchase()
        self.env["ir.rule"].create(rule)
        theirs = purchase.with_user(self.user[MANAGER])
        self.assertGranted(theirs.write, {"amount": 11})
        self.assertRefused(theirs.write, {"partner_id": self.acme.id})

    # ------------------------------------------------------------------ the engine's own fields

    def engine_fields(self):
        for name, model in self.registry.items():
            for field in model._fields.values():
                if not model._abstract and getattr(field, "engine_only", False):
                    yield name, field

    def is_added(self, name, field):
        """Whether the family adds a field to a model of somebody else."""
        return not name.startswith("customer.") and (field._module or "").startswith(OURS)

    def test_what_no_form_lets_type_is_declared_as_the_engines(self):
        """Read-only on the field keeps it from forms alone."""
        chosen = {
            ("customer.segmentation.exclude", "partner_ids"),
            ("customer.segmentation.setup", "policy_id"),
            # added to an order with the rights of whoever opened the dialog
            ("customer.product.offer", "order_id"),
            ("customer.product.offer.line", "product_id"),
            ("customer.product.offer.line", "reason"),
            ("res.partner", "customer_lost_product_ids"),  # rows of a model nobody may write
        }
        models = [*self.written_by_users()]
        for name in models:
            if isinstance(self.env[name], self.registry["customer.condition"]):
                chosen.add((name, "author_id"))  # whoever types is the author, whatever is given
        for name, model in self.registry.items():
            fields = [] if model._abstract else model._fields.values()
            for field in fields if name in models else [one for one in fields if self.is_added(name, one)]:
                kept = field.store and field.readonly and not (field.compute or field.related)
                if kept and field.name not in LOG | {"id"} and (name, field.name) not in chosen:
                    with self.subTest(model=name, field=field.name):
                        self.assertTrue(getattr(field, "engine_only", False))

    def test_the_engines_fields_are_read_only_in_forms(self):
        for name, field in self.engine_fields():
            with self.subTest(model=name, field=field.name):
                self.assertTrue(field.readonly)
                self.assertTrue(field._module.startswith(OURS))

    def test_nobody_writes_what_the_engine_keeps(self):
        tried = set()
        for name, field in self.engine_fields():
            for role in WRITERS:
                records = self.model(name, role)
                if not records.has_access("write") or not records._has_field_access(field, "write"):
                    continue
                tried.add((name, field.name))
                with self.subTest(model=name, field=field.name, role=role):
                    refused, forged = (AccessError, UserError), {field.name: False}
                    row = records.browse(self.sample_id(name, role))
                    self.assertRefused(row.write, forged, errors=refused)
                    if records.has_access("create"):
                        self.assertRefused(records.create, forged, errors=refused)
                        self.check_default(records, field)
        for expected in (
            ("customer.segmentation.policy", "last_run_id"),
            ("customer.segmentation.policy", "version"),
            ("customer.segmentation.policy", "setup_done"),
            ("customer.playbook", "started_by_id"),
            ("mail.activity", "customer_playbook_entry_id"),
        ):
            self.assertIn(expected, tried)

    def sample_id(self, name, role):
        if self.registry[name]._transient:
            return self.sample(name, "north", self.user[role]).id
        known = self.samples["north"].get(name)
        return known.id if known else self.env[name].search([], limit=1).id

    def check_default(self, records, field):
        key, forged = f"default_{field.name}", 424242
        defaults = records.with_context(**{key: forged}).default_get([field.name])
        self.assertNotEqual(defaults.get(field.name), forged)
        if field.type not in ("char", "integer", "many2one"):
            return
        saved = self.env["ir.default"].create(
            {
                "field_id": self.env["ir.model.fields"]._get(records._name, field.name).id,
                "json_value": "424242",
                "user_id": records.env.uid,
            }
        )
        self.assertNotEqual(records.default_get([field.name]).get(field.name), forged)
        saved.unlink()

    def test_the_engine_writes_them(self):
        policy = self.policy[self.company["north"]]
        version = policy.version
        as_a_whole(policy.with_user(self.user[MANAGER])).write({"window_months": 7})
        self.assertEqual(policy.version, version + 1)
        self.assertGranted(policy.write, {"setup_done": False})

    def test_what_is_computed_and_stored_is_not_overwritten(self):
        tier = self.samples["north"]["customer.tier"].with_user(self.user[MANAGER])
        self.assertRefused(tier.write, {"active": False})

    def test_an_order_remembers_what_was_true_when_it_was_confirmed(self):
        order = self._make_order(self.company["north"], self.acme, self.user["seller"], 10, 0, state="draft")
        theirs = order.with_user(self.user["seller"])
        forged = {"segment_at_order_id": self.env["customer.segment"].search([], limit=1).id}
        self.assertRefused(theirs.write, forged)
        theirs.action_confirm()
        profile = self.profile(self.acme)
        self.assertEqual((order.segment_at_order_id, order.tier_at_order_id), (profile.segment_id, profile.tier_id))
        self.assertRefused(theirs.write, {"segment_at_order_id": False})
        self.assertRefused(theirs.write, {"tier_at_order_id": False, "pricelist_tier_id": False})
        theirs.with_context(disable_cancel_warning=True).action_cancel()
        theirs.action_draft()
        self.assertFalse(order.segment_at_order_id or order.tier_at_order_id)

    # ------------------------------------------------------------------ names

    def test_no_refusal_names_a_customer_one_may_not_see(self):
        entry = self.sample("customer.playbook.entry", "north")
        for role in ("employee", "south_manager"):
            theirs = self.model("customer.playbook.entry", role).browse(entry.id)
            with self.subTest(role=role), self.assertRaises(AccessError) as error:
                theirs.action_answer()
            self.assertNotIn("Acme", str(error.exception))
            self.assertNotIn("Call north", str(error.exception))
