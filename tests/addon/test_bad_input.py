"""What a request says that cannot be meant is refused in words, and switches nothing off."""

from datetime import timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .security_samples import SamplesCase

MANAGER = "sales_manager"
SWITCHES = (
    "ladder_checked_by_caller",
    "scheme_checked_by_caller",
    "weights_checked_by_caller",
    "restored_number",
    "restored",
    "playbook_engine",
    "playbook_person_leaves",
)


@tagged("post_install", "-at_install")
class TestBadInput(SamplesCase):
    def told(self, name, value=True):
        """A model as a manager gets it who sends every switch that our own code knows."""
        return self.model(name, MANAGER).with_context(**dict.fromkeys(SWITCHES, value))

    # ------------------------------------------------------------------ switches of our own code

    def test_a_request_switches_no_check_off(self):
        policy = self.policy[self.company["north"]]
        rows = {
            "customer.segment.scheme": (policy.scheme_id, {"bands": 9}),
            "customer.segment": (policy.scheme_id.segment_ids[0], {"range_ids": [(5, 0, 0)]}),
        }
        self.user[MANAGER].company_ids |= self.env["customer.segmentation.policy"].search([]).company_id
        for value in (True, 1, "by code", [1, "2026-01-31"]):
            for name, (record, vals) in rows.items():
                with self.subTest(model=name, value=value), self.assertRaises(UserError):
                    self.told(name, value).browse(record.id).write(vals)

    def test_a_request_does_not_say_which_version_it_restores(self):
        policy = self.policy[self.company["north"]]
        self.told(policy._name, 1).browse(policy.id).new_days = 17
        self.env.flush_all()
        self.assertFalse(policy.version_ids.sorted("number")[-1].restored_number)

    # ------------------------------------------------------------------ what the engine keeps

    def test_nobody_types_the_day_an_order_was_bought_first(self):
        order = self.order["acme_seller"]
        theirs = self.model("sale.order", "seller").browse(order.id)
        day = order.date_order
        self.assertRefused(theirs.write, {"first_order_date": "2020-01-01"})
        values = {"partner_id": self.acme.id, "first_order_date": "2020-01-01"}
        self.assertRefused(self.model("sale.order", "seller").create, values)
        theirs._action_cancel()
        self.assertEqual(order.first_order_date, day)
        theirs.action_draft()
        theirs.action_confirm()
        self.assertEqual((order.state, order.first_order_date), ("sale", day))
        theirs.write({"date_order": day - timedelta(days=1)})
        self.assertFalse(order.first_order_date, "a date that is typed later on counts as typed")

    # ------------------------------------------------------------------ numbers

    def test_numbers_that_cannot_be_meant_are_refused(self):
        own, billion = self.samples["north"], 10**12
        numbers = {
            "customer.segmentation.policy": {
                **dict.fromkeys(("lost_months", "mature_months", "window_months"), 2_000_000_000),
                **dict.fromkeys(("new_days", "at_risk_minimum_days", "mature_purchase_days"), 2_000_000_000),
                "weight_recency": float("inf"),
                "weight_monetary": float("nan"),
            },
            "customer.tier": {"visit_days": -5, "reply_hours": -5, "grace_days": billion},
            "customer.playbook": {"reentry_days": billion, "due_days": -billion},
        }
        for name, values in numbers.items():
            record = self.model(name, MANAGER).browse(own[name].id)
            for field, value in values.items():
                with self.subTest(model=name, field=field), self.assertRaises(UserError):
                    record.write({field: value})

    def test_a_contact_is_read_whatever_limits_were_accepted(self):
        policy = self.policy[self.company["north"]]
        policy.write(
            {"lost_months": 1_200, "new_days": 36_500, "mature_months": 1_200, "at_risk_minimum_days": 36_500}
            | {"at_risk_ratio": 100, "dormant_ratio": 1_000, "lost_ratio": 10_000}
        )
        profile = self.profile(self.acme)
        self.assertTrue(profile.read([name for name, field in profile._fields.items() if field.compute]))

    def test_nobody_would_enter_by_numbers_that_saving_refuses(self):
        form = Form(self.model("customer.playbook", MANAGER))
        form.trigger, form.trigger_days = "periodic", 30
        form.reentry = "pause"
        for name, value in (("reentry_days", 9_999_999), ("trigger_days", -2_000_000_000)):
            usual = form[name]
            form[name] = value
            self.assertEqual(form.who_would_enter, 0)
            form[name] = usual

    def test_numbers_that_saving_refuses_are_put_into_words(self):
        playbooks = self.model("customer.playbook", MANAGER)
        usual = {**playbooks.default_get(list(playbooks._fields)), "trigger": "periodic", "trigger_days": 30}
        usual |= {"reentry": "pause", "reentry_days": 90}
        self.assertFalse(playbooks.env["customer.playbook.entrance"]._numbers_are_refused(playbooks.new(usual)))
        for wrong in ({"reentry_days": 9_999_999}, {"trigger_days": -2_000_000_000}):
            self.assertEqual(playbooks.new({**usual, **wrong}).candidates_in_words, "Nobody today")

    # ------------------------------------------------------------------ values of the wrong kind

    def test_blanks_are_no_words(self):
        for name in sorted(self.env.registry):
            model = self.env[name]
            if not name.startswith("customer.") or not isinstance(model, self.env.registry["customer.guarded"]):
                continue
            required = [field for field in model._fields.values() if field.required and field.type in ("char", "text")]
            for field in filter(lambda field: field.store, required):
                for blanks in ("", " \n"):
                    with self.subTest(field=str(field)), self.assertRaisesRegex(ValidationError, "is empty"):
                        model.create({field.name: blanks})

    def test_what_is_done_with_one_record_says_so(self):
        for name in self.env.registry:
            if name.startswith("customer.") and isinstance(self.env[name], self.env.registry["customer.one.record"]):
                for ids in ([], [1, 2]):
                    with self.subTest(model=name, ids=ids), self.assertRaisesRegex(UserError, "one record at a time"):
                        self.env[name].browse(ids).ensure_one()
        for name, methods in {
            "customer.row": ["action_open_customer"],
            "customer.document.row": ["action_open_document"],
            "customer.report.wizard": ["action_print", "action_show", "action_export"],
        }.items():
            for ids in ([], [1], [1, 2]):
                for method in methods:
                    with self.subTest(model=name, ids=ids, method=method), self.assertRaises(UserError):
                        getattr(self.model(name, MANAGER).browse(ids), method)()

    def test_public_methods_refuse_in_words(self):
        policy = self.policy[self.company["north"]]
        theirs = self.model(policy._name, MANAGER).browse(policy.id)
        calls = [
            (theirs.action_use_ladder,),
            (theirs.with_context(ladder=["metals"]).action_use_ladder,),
        ]
        for call, *arguments in calls:
            with self.subTest(call=call.__name__, arguments=arguments):
                self.assertRefused(call, *arguments, errors=UserError)

    # ------------------------------------------------------------------ numbers and days

    def test_amounts_and_days_that_cannot_be_meant(self):
        partner = self.env["res.partner"].create({"name": "Sold before Odoo"})
        old = {"partner_id": partner.id, "date": "2020-01-01", "reference": "OLD-1", "amount": 10**300}
        with self.assertRaisesRegex(ValidationError, "must be"):
            self.model("customer.imported.purchase", MANAGER).create(old)
        with self.assertRaisesRegex(UserError, "look at its year"):
            self.model("customer.segmentation.exclusion", MANAGER).create(
                {"partner_id": partner.id, "reason": "other", "note": "Asked", "date": "1900-01-01"}
            )

    def test_whether_a_company_is_named_can_be_asked(self):
        contacts = self.model("res.partner", MANAGER)
        self.assertTrue(contacts.search_count([("customer_company_id", "!=", False)]))
        self.assertFalse(contacts.search_count([("customer_company_id", "=", False)]))

    def test_words_say_the_window_that_was_scored(self):
        policy = self.policy[self.company["north"]]
        self.assertEqual(policy.window_months, 12)
        self.env.cr.precommit.clear()
        policy.window_months = 3
        self.assertTrue(policy.rules_changed)
        self.assertEqual(self.env["customer.segmentation.rules"]._scored_months(policy), 12)

    def test_sums_of_the_window_are_those_of_the_window_that_was_scored(self):
        """Until the next run beside scores of the old window; Bolt's only order is 500 days old."""
        policy, sums = self.policy[self.company["north"]], self.env["customer.purchase.sums"]

        def summed(partner):
            self.env.flush_all()
            rows = self.env.execute_query(sums._sql_window_sums(policy._today()))
            found = {(customer, company): (revenue, count) for customer, company, revenue, count in rows}
            return found.get((partner.id, policy.company_id.id))

        self.assertEqual((summed(self.bolt), summed(self.pine)), (None, (900, 1)))
        self.env.cr.precommit.clear()
        policy.window_months = 24
        self.assertEqual((summed(self.bolt), summed(self.pine)), (None, (900, 1)))
        policy.recompute()
        self.assertEqual((summed(self.bolt), summed(self.pine)), ((40, 1), (900, 1)))
        self.env.cr.precommit.clear()
        policy.window_months = 12
        self.assertEqual(summed(self.bolt), (40, 1))
