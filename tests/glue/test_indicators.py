"""Each kind of indicator against figures worked out by hand, and what is refused where it is typed."""

from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user
from odoo.tools import SQL, mute_logger

from ..addon.common import AccountingCase, SegmentationCase, as_a_whole

MANAGER = "customer_segmentation.group_manager,base.group_user"
NAN = None  # what stands for it in these tests


class IndicatorCase(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.window_months = 12
        cls.manager = new_test_user(
            cls.env, "indicator_manager", groups="sales_team.group_sale_manager,base.group_user"
        )

    @classmethod
    def weigh(cls, *rows, policy=None):
        """The indicators of a policy: dictionaries, whose weights are equal unless they say another."""
        policy = policy or cls.policy
        share = round(100 / len(rows), 1)
        values = [{"name": f"Indicator {number}", "weight": share, **row} for number, row in enumerate(rows)]
        if all("weight" not in row for row in rows):
            values[0]["weight"] = round(100 - share * (len(rows) - 1), 1)
        policy.write({"indicator_ids": [Command.clear(), *(Command.create(row) for row in values)]})
        return policy._active_indicators()

    def values_of(self, row, *partners, policy=None, as_of=None):
        """What an indicator says of some customers: the same in a run over all and in a refresh of these few."""
        policy, indicator = policy or self.policy, self.weigh(row, policy=policy)
        everybody = self.read_values(indicator, policy, as_of)
        few = self.read_values(indicator, policy, as_of, [partner.id for partner in partners])
        for partner in partners:
            self.assertEqual(few.get(partner.id), everybody.get(partner.id), partner.name)
        return [everybody.get(partner.id, "not scored") for partner in partners]

    def read_values(self, indicator, policy, as_of=None, customer_ids=None):
        day = as_of or policy._today()
        transactions, _left_out = self.env["customer.transaction"]._read_transactions(policy, day, customer_ids)
        scoring = self.env["customer.segmentation.engine"]._score(policy, transactions, day)
        scoring.refresh = customer_ids is not None
        values, reasons = indicator._values(scoring)
        self.assertFalse(reasons)
        return {
            customer: NAN if value != value else value
            for customer, value in zip(scoring.facts["partner_id"].tolist(), values[indicator].tolist(), strict=True)
        }

    def refused(self, row, *words, user=None):
        policy = self.policy.with_user(user) if user else self.policy
        with self.assertRaises(ValidationError) as caught:
            policy.write({"indicator_ids": [Command.create({"name": "Bad", "weight": 100, **row})]})
        for word in words:
            self.assertIn(word, str(caught.exception))


class TestMeasures(IndicatorCase, AccountingCase):
    def test_every_measure_can_be_weighed(self):
        self.order(self.customer(), 100)
        names = self.env["customer.segmentation.indicator"]._fields["measure"].get_values(self.env)
        self.assertEqual(set(names), set(self.env["customer.segmentation.measure"]._declared()) - {"value_score"})
        indicators = self.weigh(*({"kind": "measure", "measure": name} for name in names))
        less_is_better = {indicator.measure for indicator in indicators if not indicator.higher_is_better}
        self.assertIn("days_since_contact", less_is_better)
        self.assertNotIn("revenue", less_is_better)
        self.assertFalse(self.recompute().message)

    def test_categories(self):
        books, toys = self.env["product.category"].create([{"name": "Books"}, {"name": "Toys"}])
        partner, other = self.customer("A"), self.customer("B")
        for category, days in ((books, 10), (books, 20), (toys, 30)):
            product = self.env["product.product"].create({"name": "P", "categ_id": category.id, "taxes_id": False})
            line = {"product_id": product.id, "price_unit": 10, "tax_ids": False}
            self.order(partner, days_ago=days, order_line=[Command.create(line)])
            self.order(other, days_ago=400 + days, order_line=[Command.create(line)])
        self.assertEqual(
            self.values_of({"measure": "category_count"}, partner, other), [2, NAN], "nothing bought in the window"
        )

    def test_growth(self):
        grown, fell, fresh, gone = (self.customer(name) for name in ("Grown", "Fell", "Fresh", "Gone"))
        for partner, amounts in ((grown, (150, 100)), (fell, (25, 100)), (fresh, (80, None)), (gone, (None, 70))):
            for amount, days in zip(amounts, (10, 400), strict=True):
                if amount:
                    self.order(partner, amount, days)
        self.order(fell, 1_000_000, 800)  # before both windows
        self.assertEqual(self.values_of({"measure": "revenue_growth"}, grown, fell, fresh, gone), [50, -75, NAN, -100])

    def test_payment(self):
        partner, never = self.customer("Payer"), self.customer("Never invoiced")
        for customer in (partner, never):
            self.order(customer, 100)
        self.move(partner, 300, 60, invoice_date_due=self.day(30), invoice_payment_term_id=False)
        self.move(partner, 100, 20, invoice_date_due=self.today + timedelta(days=30), invoice_payment_term_id=False)
        self.assertEqual(self.values_of({"measure": "overdue_share"}, partner, never), [75, NAN])
        self.assertEqual(self.values_of({"measure": "days_paid_late"}, partner, never), [30, NAN])

    def test_contacts(self):
        partner, never = self.customer("Called"), self.customer("Never called")
        child = self.env["res.partner"].create({"name": "Child", "parent_id": partner.id})
        for customer in (partner, never):
            self.order(customer, 100)
        for person, days in ((partner, 5), (child, 40), (child, 400)):
            call = person.activity_schedule("mail.mail_activity_data_call", user_id=self.env.uid)
            call.action_feedback()
            self.env.flush_all()
            self.env.cr.execute(
                SQL(
                    "UPDATE mail_activity SET date_done = %s, write_date = %s WHERE id = %s",
                    self.day(days),
                    datetime.combine(self.day(days), datetime.min.time()),
                    call.id,
                )
            )
        self.env.invalidate_all()
        for measure, expected in (
            ("days_since_contact", [5, NAN]),
            ("contact_count", [2, NAN]),
            ("contacts_call", [2, NAN]),
            ("contacts_email_in", [0, NAN]),
        ):
            with self.subTest(measure=measure):
                self.assertEqual(self.values_of({"measure": measure}, partner, never), expected)
        # The past does not know what came later.
        past = self.values_of({"measure": "contact_count"}, partner, as_of=self.day(0))
        self.assertEqual(past, [2])


class TestFields(IndicatorCase):
    def test_fields_of_the_contact(self):
        with_it, without = self.customer("With"), self.customer("Without")
        for partner in (with_it, without):
            self.order(partner, 100)
        with_it.write({"customer_potential": "4", "customer_followers": 12, "color": 7, "partner_latitude": 1.5})
        self.env["res.partner"].create({"name": "Child", "parent_id": with_it.id, "customer_potential": "1"})
        for name, values, expected in (
            ("customer_potential", None, [5, NAN]),  # the fifth of its values, 0 being the first
            ("color", None, [7, 0]),
            ("partner_latitude", None, [1.5, NAN]),
            ("is_company", None, [1, 1]),
            ("employee", None, [0, 0]),
        ):
            with self.subTest(field=name, values=values):
                self.assertEqual(self.values_of({"kind": "field", "partner_field": name}, with_it, without), expected)

    def test_fields_that_differ_by_company(self):
        """The credit limit, and the degree of trust, of the company of the policy."""
        partner, other = self.customer("A"), self.customer("B")
        south = self.other_company()
        for company in (self.company, south):
            for customer in (partner, other):
                self.order(customer, 100, company=company)
        partner.with_company(self.company).credit_limit = 500
        partner.with_company(south).credit_limit = 900
        partner.with_company(self.company).trust = "bad"
        limit, trust = ({"kind": "field", "partner_field": name} for name in ("credit_limit", "trust"))
        self.assertEqual(self.values_of(limit, partner, other)[0], 500)
        self.assertEqual(self.values_of(limit, partner, other, policy=self.policy_of(south))[0], 900)
        order = [name for name, _label in self.env["res.partner"]._fields["trust"].selection]
        self.assertEqual(self.values_of(trust, partner, other), [order.index("bad") + 1, order.index("normal") + 1])

    def test_fields_that_cannot_be_weighed(self):
        for name, word in (
            ("name", "type char"),
            ("parent_id", "type many2one"),
            ("no_such_field", "no field"),
            ("", "choose a field"),
            ("customer_revenue", "cannot be used"),
            ("id); DROP TABLE res_partner; --", "no field"),
            ("parent_id.color", "no field"),
        ):
            with self.subTest(field=name):
                self.refused({"kind": "field", "partner_field": name}, word)


class TestRecords(IndicatorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner, cls.other = cls.customer("Linked"), cls.customer("Not linked")
        cls.child = cls.env["res.partner"].create({"name": "Child", "parent_id": cls.partner.id})
        for partner in (cls.partner, cls.other):
            cls.order(partner, 100, 2)

    @classmethod
    def lead(cls, partner, amount=0, days_ago=1, **values):
        lead = cls.env["crm.lead"].create(
            {"name": "Lead", "partner_id": partner.id, "type": "opportunity", "expected_revenue": amount, **values}
        )
        cls.env.flush_all()
        moment = datetime.combine(cls.day(days_ago), datetime.min.time()) + timedelta(hours=12)
        cls.env.cr.execute(SQL("UPDATE crm_lead SET create_date = %s WHERE id = %s", moment, lead.id))
        lead.invalidate_recordset()
        return lead

    LEADS = {"kind": "records", "model_name": "crm.lead", "link_field": "partner_id", "date_field": "create_date"}

    def test_count_sum_average_and_last(self):
        for partner, amount, days in (
            (self.partner, 100, 3),
            (self.child, 50, 40),
            (self.child, 30, 360),
            (self.partner, 999, 370),
        ):
            self.lead(partner, amount, days)
        amount = {"amount_field": "expected_revenue"}
        for row, expected in (
            ({"aggregate": "count"}, [3, 0]),
            ({"aggregate": "sum", **amount}, [180, 0]),
            ({"aggregate": "average", **amount}, [60, NAN]),
            ({"aggregate": "last"}, [3, NAN]),
            ({"aggregate": "count", "window_months": 0}, [4, 0]),
            ({"aggregate": "count", "window_months": 1}, [1, 0]),
            ({"aggregate": "count", "domain": "[('expected_revenue', '<', 60)]"}, [2, 0]),
        ):
            with self.subTest(row=row):
                self.assertEqual(self.values_of({**self.LEADS, **row}, self.partner, self.other), expected)
        past = self.values_of({**self.LEADS, "aggregate": "count"}, self.partner, as_of=self.today)
        self.assertEqual(past, [3])

    def test_the_edges_of_the_window_are_days_of_the_policy(self):
        """In Auckland a day begins eleven to thirteen hours before it begins in UTC."""
        self.policy.tz = "Pacific/Auckland"
        today = self.day(1)  # orders of today may be tomorrow there
        start = fields.Date.subtract(today, months=12)
        first = datetime.combine(start, datetime.min.time()) + timedelta(hours=18)  # there it is the next day already
        leads = [self.lead(self.partner) for _ in range(2)]
        self.env.flush_all()
        for lead, moment in zip(leads, (first, first - timedelta(hours=12)), strict=True):
            self.env.cr.execute(SQL("UPDATE crm_lead SET create_date = %s WHERE id = %s", moment, lead.id))
        self.env.invalidate_all()
        self.assertEqual(self.values_of({**self.LEADS, "aggregate": "count"}, self.partner, as_of=today), [1])
        last = self.values_of({**self.LEADS, "aggregate": "last"}, self.partner, as_of=today)
        self.assertEqual(last, [(today - start).days - 1])

    def test_companies(self):
        """What belongs to the company, its branches or to nobody counts; the rest counts in its own company."""
        south = self.other_company()
        self.order(self.partner, 100, company=south)
        branch = self.branch(self.company)
        for company in (self.company, branch, self.env["res.company"], south, south):
            self.lead(self.partner, 10, company_id=company.id)
        count = {**self.LEADS, "aggregate": "count"}
        self.assertEqual(self.values_of(count, self.partner), [3])
        self.assertEqual(self.values_of(count, self.partner, policy=self.policy_of(south)), [3])

    def test_amounts_in_a_foreign_currency(self):
        """At the rate of the day; what has no rate on or before it is not added up."""
        usd = self.company.currency_id
        eur = self.currency("EUR" if usd.name != "EUR" else "GBP")
        self.rate(eur, 0.5, self.day(100))
        self.rate(eur, 0.25, self.day(10))
        pricelist = self.env["product.pricelist"].create({"name": "Foreign", "currency_id": eur.id})
        for days, lists in ((50, pricelist), (5, pricelist), (200, pricelist), (1, None)):
            order = self.order(self.partner, 100, days, state="draft")
            if lists:
                order.write({"pricelist_id": lists.id, "currency_id": eur.id})
                self.env.flush_all()
                self.env.cr.execute(
                    SQL("UPDATE sale_order SET currency_id = %s, amount_untaxed = 100 WHERE id = %s", eur.id, order.id)
                )
        self.env.invalidate_all()
        row = {
            "kind": "records",
            "model_name": "sale.order",
            "link_field": "partner_id",
            "date_field": "date_order",
            "amount_field": "amount_untaxed",
            "domain": "[('state', '=', 'draft')]",
        }
        self.assertEqual(self.values_of({**row, "aggregate": "sum"}, self.partner), [100 + 200 + 400])

    def test_other_links(self):
        """Several people of a customer at one meeting are one meeting; messages are linked by model and identifier."""
        self.env["calendar.event"].create(
            {
                "name": "Meeting",
                "start": f"{self.day(3)} 10:00:00",
                "stop": f"{self.day(3)} 11:00:00",
                "partner_ids": [Command.set((self.partner | self.child).ids)],
            }
        )
        meetings = {
            "kind": "records",
            "model_name": "calendar.event",
            "link_field": "partner_ids",
            "date_field": "start",
        }
        self.assertEqual(self.values_of({**meetings, "aggregate": "count"}, self.partner, self.other), [1, 0])
        self.env["mail.message"].search([("model", "=", "res.partner")]).unlink()
        for person in (self.partner, self.child, self.child):
            person.message_post(body="Hello")
        messages = {
            "kind": "records",
            "model_name": "mail.message",
            "link_field": "res_id",
            "date_field": "date",
            "domain": "[('message_type', '!=', 'user_notification')]",
        }
        self.assertEqual(self.values_of({**messages, "aggregate": "count"}, self.partner, self.other), [3, 0])
        self.customer("Friend", customer_referred_by_id=self.child.id)
        referrals = {
            "kind": "records",
            "model_name": "res.partner",
            "link_field": "customer_referred_by_id",
            "date_field": "create_date",
            "aggregate": "count",
        }
        self.assertEqual(self.values_of(referrals, self.partner, self.other), [1, 0])

    def test_archived_records_count_only_when_asked_for(self):
        self.lead(self.partner).active = False
        count = {**self.LEADS, "aggregate": "count"}
        self.assertEqual(self.values_of(count, self.partner), [0])
        self.assertEqual(self.values_of({**count, "domain": "[('active', 'in', [True, False])]"}, self.partner), [1])

    def test_numbers_that_are_none(self):
        self.lead(self.partner, 10)
        broken = self.lead(self.partner, 10)
        self.env.cr.execute(SQL("UPDATE crm_lead SET expected_revenue = 'NaN' WHERE id = %s", broken.id))
        row = {**self.LEADS, "aggregate": "sum", "amount_field": "expected_revenue"}
        self.assertEqual(self.values_of(row, self.partner), [10])

    def test_defaults(self):
        indicator = self.weigh({"kind": "records", "model_name": "crm.lead"})
        self.assertEqual((indicator.link_field, indicator.date_field), ("partner_id", "create_date"))
        self.assertTrue(indicator.higher_is_better)
        self.assertEqual(indicator.source_in_words, "Count: Lead, of the last 12 months; more is better")
        indicator.write({"aggregate": "last", "window_months": 0, "domain": "[('type', '=', 'lead')]"})
        self.assertFalse(indicator.higher_is_better)
        self.assertEqual(indicator.source_in_words, "Days since the last: Lead, filtered; less is better")
        indicator.write({"model_name": "sale.order", "domain": "[]"})
        self.assertEqual((indicator.link_field, indicator.date_field), ("partner_id", "date_order"))
        indicator.write({"model_name": "calendar.event"})
        self.assertEqual((indicator.link_field, indicator.date_field), ("partner_ids", "start"))
        indicator.write({"model_name": "sale.order", "link_field": "partner_id", "date_field": "create_date"})
        self.assertEqual(indicator.date_field, "create_date", "what is chosen is kept")


class TestRefusals(IndicatorCase):
    ROW = {"kind": "records", "model_name": "crm.lead", "link_field": "partner_id", "date_field": "create_date"}

    def test_names_that_are_wrong(self):
        for row, words in (
            ({"model_name": "no.such.model"}, ("no.such.model", "cannot be weighed")),
            ({"model_name": "crm_lead; DROP TABLE crm_lead"}, ("cannot be weighed",)),
            ({"model_name": "res.currency"}, ("cannot be weighed",)),
            ({"model_name": "customer.segmentation.profile"}, ("cannot be weighed",)),
            ({"link_field": "user_id"}, ("does not link crm.lead", "partner_id")),
            ({"link_field": "partner_id.parent_id"}, ("does not link",)),
            ({"date_field": "name"}, ("type char",)),
            ({"date_field": False}, ("choose a field",)),
            ({"date_field": "create_date; DELETE FROM crm_lead"}, ("no field",)),
            ({"aggregate": "sum"}, ("choose a field",)),
            ({"aggregate": "sum", "amount_field": "name"}, ("type char",)),
            ({"aggregate": "average", "amount_field": "expected_revenue) FROM res_users; --"}, ("no field",)),
            ({"window_months": -1}, ("0 (all records) to 240",)),
            ({"window_months": 241}, ("241",)),
        ):
            with self.subTest(row=row):
                self.refused({**self.ROW, **row}, *words)

    def test_domains_that_are_wrong(self):
        for domain in (
            "[('no_such_field', '=', 1)]",
            "[('name', '=', 'x'",
            "__import__('os').system('true')",
            "[('id', 'in',",
            "[(\"id) OR 1=1 --\", '=', 1)]",
            "[('partner_id', 'any!', [('id', '>', 0)])]",
            "[('name', 'hack', 1)]",
            "name = 'x'",
        ):
            with self.subTest(domain=domain), mute_logger("odoo.domains"):
                self.refused({**self.ROW, "domain": domain}, "cannot be searched for", user=self.manager)

    def test_what_the_author_may_not_read(self):
        """Scores without sales may not weigh leads, and nobody weighs what only administrators read."""
        scores_only = new_test_user(self.env, "scores_only", groups=MANAGER)
        self.refused(self.ROW, "cannot be weighed", user=scores_only)
        self.refused({**self.ROW, "model_name": "ir.cron"}, "cannot be weighed", user=self.manager)
        secret = {"kind": "field", "partner_field": "signup_type"}
        self.refused(secret, user=self.manager)
        for_managers = self.weigh(self.ROW)
        with self.assertRaises(ValidationError):
            for_managers.with_user(scores_only).domain = "[('type', '=', 'lead')]"

    def test_what_the_author_may_not_read_any_more(self):
        """Each run checks it again; once the author is gone, another manager takes the indicator over."""
        self.order(self.customer(), 100)
        rows = [{"measure": "revenue", "weight": 60}, {**self.ROW, "weight": 40}]
        policy = as_a_whole(self.policy.with_user(self.manager))
        fine, leads = self.policy.browse(self.weigh(*rows, policy=policy).policy_id.id)["indicator_ids"]
        self.assertEqual(leads.author_id, self.manager)
        self.assertFalse(self.recompute().message)
        self.manager.group_ids = self.env.ref("base.group_user") + self.env.ref("customer_segmentation.group_manager")
        run = self.recompute()
        self.assertIn(f"{self.manager.name} may not read crm.lead", run.message)
        self.assertIn(f"{self.manager.name} may not read crm.lead", leads.problem)
        self.assertEqual([rule["id"] for rule in run.cut_points["value"]["indicators"]], [fine.id])
        leads.weight = 40  # whoever changes the weight only does not answer for the source
        self.assertEqual(leads.author_id, self.manager)
        self.manager.active = False
        self.assertIn("does not work here any more", self.recompute().message)
        leads.domain = "[('type', '=', 'lead')]"
        self.assertEqual(leads.author_id, self.env.user)
        self.assertFalse(self.recompute().message)

    def test_a_hostile_name_that_got_in_never_runs(self):
        """Names are looked up again at every run, whatever stands in the table."""
        self.order(self.customer(), 100)
        fine, bad = self.weigh({"measure": "revenue", "weight": 60}, {**self.ROW, "weight": 40})
        for column, value in (
            ("date_field", "create_date) FROM res_users; DELETE FROM crm_lead; --"),
            ("model_name", "gone.model"),
            ("link_field", "user_id"),
            ("domain", "[('gone', '=', 1)]"),
            ("domain", "[("),
        ):
            with self.subTest(column=column), self.env.cr.savepoint() as savepoint:
                self.env.cr.execute(
                    SQL(
                        "UPDATE customer_segmentation_indicator SET %s = %s WHERE id = %s",
                        SQL.identifier(column),
                        value,
                        bad.id,
                    )
                )
                self.env.invalidate_all()
                with mute_logger("odoo.domains"):
                    run = self.recompute()
                self.assertIn(bad.name, run.message)
                self.assertEqual([rule["id"] for rule in run.cut_points["value"]["indicators"]], [fine.id])
                savepoint.rollback()
                self.env.invalidate_all()

    def test_only_managers_change_indicators(self):
        indicator = self.weigh({"measure": "revenue"})
        for login, groups in (("rep", "sales_team.group_sale_salesman"), ("plain", "base.group_user")):
            user = new_test_user(self.env, f"indicator_{login}", groups=groups)
            mine = indicator.with_user(user)
            for change in (
                lambda mine=mine: mine.write({"weight": 100}),
                mine.unlink,
                lambda mine=mine: mine.create({"policy_id": self.policy.id, "name": "X", "weight": 1}),
                lambda user=user: (
                    self.policy.with_user(user).with_context(value_preset="purchases").action_use_value_preset()
                ),
            ):
                with self.assertRaises(AccessError):
                    change()
        self.assertTrue(as_a_whole(indicator.with_user(self.manager)).write({"missing": "worst"}))
        self.assertEqual(
            indicator.with_user(self.env["res.users"].search([("login", "=", "indicator_rep")])).weight, 100
        )
        with self.assertRaises(ValidationError):
            indicator.copy()  # it would weigh the same twice
