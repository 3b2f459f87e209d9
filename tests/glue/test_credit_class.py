"""Credit classes from real invoices and payments: on the contact, on the quotation and in the list of managers."""

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user

from .test_payment_behaviour import PaymentCase


class TestCreditClass(PaymentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(cls.env, "credit_seller", "sales_team.group_sale_salesman")
        cls.manager = new_test_user(cls.env, "credit_manager", "sales_team.group_sale_manager")
        cls.employee = new_test_user(cls.env, "credit_employee", "base.group_user")

    def credit(self, partner=None, user=None):
        """The class as the contact and as the list of managers show it."""
        self.env.flush_all()
        self.env.invalidate_all()
        partner = partner or self.partner
        read = partner.with_user(user or self.seller).customer_credit_class
        row = self.env["customer.credit.class"].with_user(self.manager).search([("partner_id", "=", partner.id)])
        self.assertEqual(row.credit_class, read)
        return read

    def late(self, days, amount=1000):
        """Paid so many days late."""
        self.pay(self.bill(self.partner, amount, 100), 100 - days)

    def test_the_limits(self):
        for days, expected in ((0, "A"), (5, "A"), (6, "B"), (30, "B"), (31, "C"), (60, "C"), (61, "D")):
            partner = self.customer(f"Late {days}")
            self.pay(self.bill(partner, 1000, 100), 100 - days)
            with self.subTest(days=days):
                self.assertEqual(self.credit(partner), expected)

    def test_own_limits(self):
        self.late(20)
        self.assertEqual(self.credit(), "B")
        self.policy.with_user(self.manager).write({"credit_days_a": 0, "credit_days_b": 10, "credit_days_c": 15})
        self.assertEqual(self.credit(), "D")
        for values, message in (
            ({"credit_days_a": 10}, "do not ascend"),
            ({"credit_days_a": -1}, "do not ascend"),
            ({"credit_overdue_share": 0}, "above 0"),
            ({"credit_overdue_share": 101}, "above 0"),
        ):
            with self.subTest(values), self.assertRaisesRegex(ValidationError, message), self.cr.savepoint():
                self.policy.write(values)
            self.env.invalidate_all(flush=False)

    def revenue(self, amount, partner=None):
        """What the customer bought in the window of twelve months: a quarter is a fourth of it."""
        self.env["customer.segmentation.profile"].create(
            {"partner_id": (partner or self.partner).id, "company_id": self.company.id, "revenue": amount}
        )

    def row(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["customer.credit.class"].search([("partner_id", "=", self.partner.id)])

    def test_something_overdue(self):
        for _number in range(9):
            self.late(0, 10_000)
        self.assertEqual(self.credit(), "A")
        self.bill(self.partner, 6000, -20, 5)
        self.assertEqual(self.credit(), "A", "open and not due says nothing")
        self.bill(self.partner, 1000, 5)
        self.assertEqual(self.credit(), "A", "not longer than class A allows")
        self.bill(self.partner, 1000, 6)
        self.assertEqual(self.credit(), "B", "longer than class A allows")
        self.bill(self.partner, 8000, 30)
        self.assertEqual(self.credit(), "B", "10000 of 16000 are overdue, nothing for more than 30 days")
        self.bill(self.partner, 17_000, 31)
        self.assertEqual(self.credit(), "D", "17000 of 33000")
        self.assertAlmostEqual(self.row().overdue_share, 100 * 17 / 33, 1)
        self.policy.credit_overdue_share = 60
        self.assertEqual(self.credit(), "B")

    def test_one_invoice_and_nothing_else(self):
        for days, expected in ((0, False), (1, "A"), (5, "A"), (6, "B"), (30, "B"), (31, "D")):
            partner = self.customer(f"Overdue {days}")
            self.bill(partner, 1000, days)
            with self.subTest(days=days):
                self.assertEqual(self.credit(partner), expected)

    def test_a_small_invoice_somebody_forgot(self):
        for _number in range(9):
            self.late(0, 10_000)
        self.bill(self.partner, 50, 90)
        self.assertEqual(self.credit(), "D", "nothing else is open, and nothing is known of what it buys")
        self.revenue(80_000)
        self.assertEqual(self.credit(), "B", "50 of a quarter's 20000")
        self.assertEqual((self.row().overdue_share, self.row().quarter_revenue), (0.25, 20_000))
        self.bill(self.partner, 10_000, 90)
        self.assertEqual(self.credit(), "D", "10050 of 20000")
        self.bill(self.partner, 40_000, -10, 5)
        self.assertEqual(self.credit(), "B", "of 50050 that are open")

    def test_quarters_of_short_windows(self):
        self.revenue(9000)
        self.bill(self.partner, 100, 1)
        for months, expected in ((1, 9000), (3, 9000), (6, 4500), (36, 750)):
            self.policy.window_months = months
            self.assertEqual(self.row().quarter_revenue, expected, months)

    def test_refunds_and_part_payments(self):
        self.revenue(-500)
        invoice = self.bill(self.partner, 1000, 40)
        self.assertEqual(self.credit(), "D")
        self.bill(self.partner, 600, -10, 5)
        self.pay(invoice, 35, 500)
        self.assertEqual(self.credit(), "B", "500 of 1100, and 22.5 days late on average")
        self.pay(self.bill(self.partner, 2000, 60), 60)
        self.credit_note(invoice, 500)
        self.assertEqual(self.row().overdue_amount, 0)
        self.assertEqual(self.row().overdue_share, 0)
        self.policy.credit_days_a = 9
        self.assertEqual(self.credit(), "A", "the credit note settles the rest")

    def credit_note(self, invoice, amount):
        note = self.move(self.partner, amount, 20, move_type="out_refund")
        lines = (invoice | note).line_ids
        lines.filtered(lambda line: line.account_id.account_type == "asset_receivable").reconcile()

    def test_not_known(self):
        self.assertFalse(self.credit())
        self.bill(self.partner, 500, -20, 5)
        self.assertFalse(self.credit(), "nothing was due yet")
        self.assertEqual(self.partner.customer_credit_in_words, "Not known: no invoice was due yet.")
        self.assertFalse(self.env["res.partner"].new({"name": "New"}).customer_credit_class)

    def test_an_old_debt(self):
        self.policy.window_months = 3
        self.bill(self.partner, 500, 300, 330)
        self.assertEqual(self.credit(), "D", "all that is open is overdue, since long")
        self.assertTrue(self.partner.customer_credit_in_words.startswith("Pays 300.0 days late on average; "))

    def test_in_words(self):
        self.late(0)
        self.assertEqual(self.partner.customer_credit_in_words, "Pays in time")
        self.bill(self.partner, 500, 40)
        self.env.invalidate_all()
        self.assertRegex(
            self.partner.customer_credit_in_words,
            r"^Pays 13\.3 days late on average; .*500\.00.* overdue, .*500\.00.* of it for more than 30 days: 100% of "
            r"what is open$",
        )
        self.revenue(8000)
        self.env.invalidate_all()
        self.assertTrue(self.partner.customer_credit_in_words.endswith(": 25% of an average quarter's revenue"))

    def test_in_words_when_it_is_not_overdue_for_long(self):
        self.bill(self.partner, 500, 3)
        self.assertRegex(
            self.partner.customer_credit_in_words,
            r"^Pays 3\.0 days late on average; .*500\.00.* overdue, nothing for more than 30 days$",
        )

    def test_contacts_share_the_class(self):
        self.late(40)
        child = self.customer("Person", parent_id=self.partner.id, is_company=False)
        self.assertEqual(child.with_user(self.seller).customer_credit_class, "C")

    # ------------------------------------------------------------------ on the quotation

    def quotation(self, **values):
        return self.order(self.partner, 100, state="draft", user_id=self.seller.id, **values).with_user(self.seller)

    def test_quotations_warn_of_c_and_d(self):
        self.late(40)
        quotation = self.quotation()
        self.assertEqual(quotation.credit_class, "C")
        self.assertEqual(
            quotation.credit_warning,
            "Credit class C. Pays 40.0 days late on average. Agree on a deposit or a shorter payment term.",
        )
        self.bill(self.partner, 9000, 90)
        self.partner.trust = "bad"
        self.env.invalidate_all()
        self.assertRegex(
            quotation.credit_warning, r"^Credit class D \(trust set by hand: Bad Debtor\)\. .* payment in advance"
        )
        quotation.sudo().state = "sale"
        self.env.invalidate_all()
        self.assertFalse(quotation.credit_warning, "the decision is made")

    def test_quotations_without_a_warning(self):
        unknown = self.quotation()
        self.assertEqual((unknown.credit_class, unknown.credit_trust, unknown.credit_warning), (False, False, False))
        self.late(0)
        self.env.invalidate_all()
        shown = (unknown.credit_class, unknown.credit_trust, unknown.credit_warning)
        self.assertEqual(shown, ("A", "Normal Debtor", False))

    def test_class_and_trust_stand_side_by_side_on_the_quotation(self):
        self.late(70)
        self.partner.trust = "good"
        form = Form(self.quotation())
        self.assertEqual((form.credit_class, form.credit_trust), ("D", "Good Debtor"))

    def test_while_a_quotation_is_written(self):
        self.late(70)
        form = Form(self.env["sale.order"].with_user(self.seller))
        form.partner_id = self.partner
        self.assertIn("Credit class D", form.credit_warning)

    # ------------------------------------------------------------------ roles and companies

    def test_roles(self):
        self.late(40)
        row = self.env["customer.credit.class"].search([("partner_id", "=", self.partner.id)])
        for user in (self.seller, self.employee):
            with self.assertRaises(AccessError):
                row.with_user(user).read(["overdue_amount"])
        with self.assertRaises(AccessError):
            self.partner.with_user(self.employee).read(["customer_credit_class"])
        billing = new_test_user(self.env, "credit_billing", "base.group_user,account.group_account_invoice")
        order = self.quotation()
        self.assertNotIn(
            'name="credit_warning"', self.env["sale.order"].with_user(billing).get_view(view_type="form")["arch"]
        )
        self.assertEqual(order.with_user(billing).name, order.name)

    def test_two_companies(self):
        other = self.other_company()
        self.env["account.chart.template"].try_loading("generic_coa", company=other, install_demo=False)
        self.late(40)
        branch = self.branch(self.company)
        self.assertFalse(self.partner.with_company(other).customer_credit_class)
        self.assertEqual(self.partner.with_company(branch).customer_credit_class, "C", "as the root company")
        theirs = self.order(self.partner, 100, company=other, state="draft")
        ours = self.order(self.partner, 100, state="draft")
        self.assertEqual([order.credit_class for order in theirs | ours], [False, "C"])
        self.assertFalse(theirs.with_company(self.company).credit_class, "the company of the order counts")
        classes = self.env["customer.credit.class"].with_user(self.manager)
        self.assertEqual(classes.search([("partner_id", "=", self.partner.id)]).company_id, self.company)
        both = new_test_user(
            self.env,
            "credit_both",
            "sales_team.group_sale_manager",
            company_id=other.id,
            company_ids=(self.company | other).ids,
        )
        classes = self.env["customer.credit.class"].with_user(both)
        self.assertFalse(classes.with_context(allowed_company_ids=other.ids).search([]))
        rows = classes.with_context(allowed_company_ids=(other | self.company).ids)
        self.assertEqual(rows.search([("partner_id", "=", self.partner.id)]).company_id, self.company)
        with self.assertRaises(AccessError):
            rows.search([]).with_user(self.manager).with_context(allowed_company_ids=other.ids).read(["overdue_amount"])

    def test_the_list(self):
        self.late(40)
        other = self.customer("Prompt")
        self.pay(self.bill(other, 700, 70), 70)
        classes = self.env["customer.credit.class"].with_user(self.manager)
        domain = [("partner_id", "in", (self.partner | other).ids)]
        self.assertEqual(classes.search(domain).partner_id, self.partner | other, "the worst first")
        self.assertEqual(dict(classes._read_group(domain, ["credit_class"], ["__count"])), {"A": 1, "C": 1})
        row = classes.search([*domain, ("credit_class", "=", "C")])
        self.assertEqual((row.days_late, row.overdue_amount, row.trust), (40, 0, "normal"))

    def test_pages_of_the_list(self):
        partners = [self.customer(f"Customer {number}") for number in range(3)]
        for number, partner in enumerate(partners):
            self.bill(partner, 100 + number, 40)
        classes = self.env["customer.credit.class"].with_user(self.manager)
        domain = [("partner_id", "in", [partner.id for partner in partners])]
        columns = {"partner_id": {}, "overdue_amount": {}, "currency_id": {}}
        for offset, limit, amounts in ((0, 2, [102, 101]), (2, 2, [100]), (0, None, [102, 101, 100])):
            self.env.invalidate_all()
            page = classes.web_search_read(domain, columns, offset, limit)
            self.assertEqual((page["length"], [row["overdue_amount"] for row in page["records"]]), (3, amounts))
        self.assertEqual(page["records"][0]["currency_id"], self.company.currency_id.id)
        found = classes.web_search_read(domain, columns, limit=1, order="overdue_amount", count_limit=2)
        self.assertEqual((found["length"], found["records"][0]["overdue_amount"]), (2, 100))
        self.assertEqual(classes.web_search_read([("partner_id", "=", 0)], columns), {"length": 0, "records": []})
        with self.assertRaises(AccessError):
            classes.with_user(self.seller).web_search_read(domain, columns)


class TestPaymentBenefits(PaymentCase):
    """The payment terms of a tier are for who pays in time, unless a person says why not only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(cls.env, "benefit_seller", "sales_team.group_sale_salesman")
        cls.later, cls.sooner = cls.env["account.payment.term"].create([{"name": "Later"}, {"name": "Sooner"}])
        cls.pricelist = cls.env["product.pricelist"].create({"name": "Gold List", "company_id": False, "sequence": 99})
        cls.env["res.config.settings"].create({"group_product_pricelist": True}).execute()
        cls.policy.tier_ids = [
            Command.create(
                {
                    "name": "Gold",
                    "has_payment_term": True,
                    "payment_term_id": cls.later.id,
                    "has_pricelist": True,
                    "pricelist_id": cls.pricelist.id,
                }
            )
        ]
        cls.gold = cls.policy.tier_ids
        cls.order(cls.partner, 1000)
        cls.recompute()

    def late(self, days, amount=1000):
        self.pay(self.bill(self.partner, amount, 100), 100 - days)
        self.env.flush_all()
        self.env.invalidate_all()

    def quotation(self, **values):
        quotations = self.env["sale.order"].with_user(self.seller)
        return quotations.create({"partner_id": self.partner.id, "user_id": self.seller.id, **values})

    def test_who_pays_in_time_gets_them(self):
        for days in (0, 20):
            with self.subTest(days=days):
                self.late(days)
                quotation = self.quotation()
                self.assertIn(quotation.credit_class, ("A", "B"))
                self.assertEqual(quotation.payment_term_id, self.later)
                self.assertEqual(quotation.payment_term_tier_id, self.gold)
                self.assertFalse(quotation.suspended_payment_term_id)

    def test_c_and_d_suspend_the_terms_and_not_the_pricelist(self):
        for days, credit_class in ((40, "C"), (90, "D")):
            with self.subTest(credit_class=credit_class):
                self.late(days, 1000 if credit_class == "C" else 90_000)
                quotation = self.quotation()
                self.assertEqual(quotation.credit_class, credit_class)
                self.assertFalse(quotation.payment_term_id)
                self.assertFalse(quotation.payment_term_tier_id)
                self.assertEqual(quotation.suspended_payment_term_id, self.later)
                self.assertEqual(quotation.pricelist_id, self.pricelist)
                self.assertEqual(
                    quotation.tier_benefit_note,
                    "Pricelist Gold List: benefit of the tier Gold\n"
                    "Payment Terms none: the benefit Later of the tier Gold is suspended "
                    f"(credit class {credit_class})",
                )

    def test_the_general_terms_come_instead(self):
        defaults = self.env["ir.default"]
        defaults.set("res.partner", "property_payment_term_id", self.sooner.id, company_id=self.company.id)
        self.late(90)
        self.assertEqual(self.quotation().payment_term_id, self.sooner)

    def test_the_customers_own_terms_are_no_benefit(self):
        self.partner.property_payment_term_id = self.later
        self.late(90)
        quotation = self.quotation()
        self.assertEqual(quotation.payment_term_id, self.later)
        self.assertFalse(quotation.suspended_payment_term_id)

    def test_the_class_is_for_salespeople(self):
        self.late(90)
        billing = new_test_user(self.env, "benefit_billing", "account.group_account_invoice")
        note = self.quotation().with_user(billing).tier_benefit_note
        self.assertIn("is suspended (the customer pays late)", note)
        self.assertNotIn("class", note)

    def test_a_reason_gives_them_all_the_same(self):
        self.late(90)
        with Form(self.env["sale.order"].with_user(self.seller)) as form:
            form.partner_id = self.partner
            self.assertFalse(form.payment_term_id)
            form.payment_override_reason = "The dispute is settled"
            self.assertEqual(form.payment_term_id, self.later)
            form.payment_override_reason = False
            self.assertFalse(form.payment_term_id)
            form.payment_override_reason = "The dispute is settled"
        quotation = form.record
        self.assertEqual(quotation.payment_term_id, self.later)
        self.assertEqual(quotation.payment_term_tier_id, self.gold)
        self.assertIn("Payment Terms Later: benefit of the tier Gold", quotation.tier_benefit_note)

    def test_blanks_are_no_reason(self):
        self.late(90)
        quotation = self.quotation(payment_override_reason="  ")
        self.assertFalse(quotation.payment_term_tier_id)
        self.assertEqual(quotation.suspended_payment_term_id, self.later)
        with self.assertRaises(ValidationError):
            quotation.payment_term_id = self.later

    def test_the_chatter_keeps_the_reason_and_no_amount(self):
        self.late(90, 4321)
        quotation = self.quotation().with_context(tracking_disable=False)
        self.env.flush_all()
        self.cr.precommit.run()
        with Form(quotation) as form:
            form.payment_override_reason = "The dispute is settled"
        self.env.flush_all()
        self.cr.precommit.run()
        tracked = quotation.sudo().message_ids.tracking_value_ids.filtered(
            lambda value: value.field_id.name == "payment_override_reason"
        )
        self.assertEqual(tracked.new_value_char, "The dispute is settled")
        self.assertEqual(tracked.mail_message_id.author_id, self.seller.partner_id)
        self.assertNotIn("321", " ".join(quotation.message_ids.mapped("preview")))

    def test_whoever_chooses_them_says_why(self):
        self.late(90)
        with self.assertRaisesRegex(AssertionError, "payment_override_reason"), Form(self.quotation()) as form:
            form.payment_term_id = self.later
        chosen = self.quotation().sudo()
        chosen.payment_term_id = self.later
        self.assertFalse(chosen.payment_term_tier_id)
        self.assertIn("Payment Terms Later: chosen without a reason", chosen.tier_benefit_note)

    def test_no_request_gives_them_without_a_reason(self):
        self.late(90)
        refused = r"suspended \(credit class D\).*“Give Them Anyway Because” why Payer"
        quotation = self.quotation()
        with self.assertRaisesRegex(ValidationError, refused):
            self.quotation(payment_term_id=self.later.id)
        with self.assertRaisesRegex(ValidationError, refused):
            quotation.payment_term_id = self.later
        quotation.write({"payment_term_id": self.later.id, "payment_override_reason": "The dispute is settled"})
        with self.assertRaisesRegex(ValidationError, refused):
            quotation.payment_override_reason = ""
        quotation.payment_term_id = self.sooner
        quotation.payment_override_reason = ""

    def test_what_everybody_gets_is_not_suspended(self):
        self.env["ir.default"].set("res.partner", "property_payment_term_id", self.later.id, company_id=self.company.id)
        self.late(90)
        quotation = self.quotation(payment_term_id=self.later.id)
        self.assertIn(quotation.credit_class, ("C", "D"))
        self.assertFalse(quotation.suspended_payment_term_id)

    def test_a_copy_gets_the_terms_of_today(self):
        self.late(0)
        quotation = self.quotation()
        self.assertEqual(quotation.copy().payment_term_id, self.later)
        self.late(90, 50_000)
        given = self.quotation(payment_term_id=self.later.id, payment_override_reason="The dispute is settled")
        for one in (quotation, given):
            self.assertFalse(one.copy().payment_term_id)
        self.assertEqual(quotation.copy({"payment_term_id": self.sooner.id}).payment_term_id, self.sooner)

    def test_another_customer_needs_a_reason_of_its_own(self):
        self.late(90)
        other = self.customer("Payer too")
        quotation = self.quotation(payment_override_reason="The dispute is settled")
        self.assertEqual(quotation.payment_term_id, self.later)
        quotation.partner_id = other
        self.assertFalse(quotation.payment_override_reason)

    def test_a_later_class_changes_nothing_that_is_confirmed(self):
        self.late(0)
        confirmed, draft = self.quotation(), self.quotation()
        confirmed.action_confirm()
        self.late(90, 50_000)
        self.env["sale.order"].browse((confirmed | draft).ids)._compute_payment_term_tier_id()
        self.assertEqual(confirmed.payment_term_id, self.later)
        self.assertEqual(confirmed.payment_term_tier_id, self.gold)
        self.assertFalse(confirmed.suspended_payment_term_id)
        self.assertEqual(draft.payment_term_id, self.later)
        self.assertFalse(self.quotation().payment_term_id)

    def test_the_policy_says_to_whom_a_tier_gives_time_in_vain(self):
        manager = new_test_user(self.env, "benefit_manager", "sales_team.group_sale_manager")
        policy = self.policy.with_user(manager)
        self.late(0)
        self.assertFalse(policy.contradictions)
        self.late(90, 50_000)
        self.assertIn(
            "Customers of the tier Gold in credit class C or D, whose payment terms “Later” are suspended on new "
            "quotations: 1.",
            policy.contradictions,
        )
        self.assertIn(f'href="/odoo/customer.tier/{self.gold.id}"', policy.contradictions)
        self.gold.has_payment_term = False
        self.env.invalidate_all()
        self.assertFalse(policy.contradictions)
