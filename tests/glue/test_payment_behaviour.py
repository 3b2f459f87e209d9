"""How late customers pay: from real invoices, payments and credit notes to the tier that depends on it."""

from collections import defaultdict
from datetime import timedelta
from random import Random

from odoo.addons.customer_segmentation.tools.periods import window_start
from odoo.fields import Command
from odoo.tests import new_test_user

from ..addon.common import AccountingCase, as_a_whole, noon
from ..addon.test_tiers import SELLER, TierCase

MODEL = "customer.payment.behaviour"


class PaymentCase(AccountingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.window_months = 12
        cls.partner = cls.customer("Payer")

    @classmethod
    def bill(cls, partner, amount, due, issued=None, **values):
        """A posted invoice due so many days ago."""
        issued = due + 30 if issued is None else issued
        return cls.move(partner, amount, issued, invoice_date_due=cls.day(due), invoice_payment_term_id=False, **values)

    @classmethod
    def pay(cls, invoices, days_ago, amount=None, **values):
        wizard = (
            cls.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoices.ids)
            .create({"payment_date": cls.day(days_ago), **values})
        )
        if amount is not None:
            wizard.amount = amount
        return wizard._create_payments()

    def read(self, partner=None, as_of=None, policy=None):
        """The behaviour of one customer, the same read alone and with all others."""
        partner, policy = partner or self.partner, policy or self.policy
        everybody = self.env[MODEL]._read(policy, as_of or policy._today())
        alone = self.env[MODEL]._read(policy, as_of or policy._today(), partner.ids)
        self.assertEqual(set(alone), {partner.id} & set(everybody))
        self.assertEqual(alone.get(partner.id), everybody.get(partner.id))
        return everybody.get(partner.id)

    def late(self, partner=None, **options):
        behaviour = self.read(partner, **options)
        return behaviour and behaviour.days_late


class TestPaymentBehaviour(PaymentCase):
    def test_without_invoices(self):
        self.order(self.partner, 500)
        self.assertIsNone(self.read())
        self.move(self.partner, 100, 10, move_type="out_refund")
        self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner.id,
                "invoice_date": self.day(90),
                "invoice_line_ids": [Command.create({"product_id": self.product.id, "price_unit": 70})],
            }
        )
        self.assertIsNone(self.read(), "a draft and a credit note alone are no invoices")

    def test_paid_late_in_time_and_early(self):
        self.pay(self.bill(self.partner, 1000, 50), 40)
        self.assertEqual(self.late(), 10)
        self.pay(self.bill(self.partner, 1000, 50), 75)
        self.assertEqual(self.late(), 5, "early counts as 0, not as a bonus")
        self.pay(self.bill(self.partner, 3000, 30), 30)
        self.assertEqual(self.late(), 2, "weighted by amount")
        self.assertEqual(self.read()[1:], (0, 0))

    def test_the_open_rest(self):
        invoice = self.bill(self.partner, 1000, 20)
        self.assertEqual(self.read(), (20, 1000, 1))
        self.bill(self.partner, 3000, -10, 5)
        self.assertEqual(self.read(), (20, 1000, 0.25), "what is not due yet is no delay")
        self.pay(invoice, 25, 400)
        self.assertEqual(self.read(), (12, 600, 600 / 3600), "0.4 · 0 + 0.6 · 20")
        self.pay(invoice, 10, 500)
        self.assertEqual(self.read(), (7, 100, 100 / 3100), "0.4 · 0 + 0.5 · 10 + 0.1 · 20")

    def test_due_today_is_not_late(self):
        self.bill(self.partner, 1000, 0)
        self.assertEqual(self.read(), (None, 0, 0))
        self.assertEqual(self.late(as_of=self.today + timedelta(days=3)), 3)

    def test_of_an_earlier_day(self):
        self.pay(self.bill(self.partner, 1000, 50), 20)
        self.assertEqual(self.read(as_of=self.day(40)), (10, 1000, 1), "not paid yet")
        self.assertEqual(self.read(as_of=self.day(20)), (30, 0, 0))
        self.assertIsNone(self.read(as_of=self.day(81)), "not invoiced yet")

    def test_two_maturities(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "30% at once, the rest after 30 days",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 30, "nb_days": 0}),
                    Command.create({"value": "percent", "value_amount": 70, "nb_days": 30}),
                ],
            }
        )
        invoice = self.move(self.partner, 1000, 40, invoice_payment_term_id=term.id)
        self.assertEqual(self.read(), (19, 1000, 1), "0.3 · 40 + 0.7 · 10")
        self.pay(invoice, 34, 300)
        self.assertEqual(self.late(), 8.8, "0.3 · 6 + 0.7 · 10")
        self.assertEqual(self.late(as_of=self.day(20)), 6, "the second is not due yet")
        self.pay(invoice, 5, 700)
        self.assertEqual(self.late(), 5.3, "0.3 · 6 + 0.7 · 5")

    def test_a_credit_note_settles(self):
        invoice = self.bill(self.partner, 1000, 30)
        note = self.credit(invoice, 10, 400)
        lines = (invoice | note).line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        lines.filtered(lambda line: not line.reconciled).reconcile()
        self.assertEqual(self.read(), (26, 600, 1), "0.4 · 20 + 0.6 · 30")

    def test_a_reversed_invoice_and_a_refund_paid_out(self):
        self.pay(self.bill(self.partner, 1000, 50), 30)
        note = self.move(self.partner, 300, 5, move_type="out_refund")
        self.pay(note, 2)
        self.assertEqual(self.read(), (20, 0, 0), "a refund is no invoice")

    def test_an_unmatched_payment_has_not_arrived(self):
        self.bill(self.partner, 1000, 30)
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.partner.id,
                "amount": 1000,
                "payment_type": "inbound",
                "date": self.day(20),
            }
        )
        payment.action_post()
        self.assertEqual(self.late(), 30)

    def test_a_payment_taken_back(self):
        invoice = self.bill(self.partner, 1000, 30)
        self.pay(invoice, 25)
        self.assertEqual(self.late(), 5)
        invoice.line_ids.remove_move_reconcile()
        self.assertEqual(self.late(), 30)
        invoice.button_draft()
        self.assertIsNone(self.read())

    def test_the_window(self):
        self.policy.window_months = 3
        old, new = self.day(100), self.day(80)
        self.pay(self.bill(self.partner, 1000, 95, (self.today - old).days), 5)
        self.pay(self.bill(self.partner, 1000, 70, (self.today - new).days), 50)
        self.assertEqual(self.late(), 20)
        debt = self.bill(self.partner, 500, 300, 330)
        self.assertEqual(
            self.read(), (113.3, 500, 1), "an old debt counts until it is paid: (1000 · 20 + 500 · 300) / 1500"
        )
        self.pay(debt, 1, 400)
        self.assertEqual(self.read(), (45.5, 100, 1), "its rest: (1000 · 20 + 100 · 300) / 1100")
        self.pay(debt, 0, 100)
        self.assertEqual(self.read(), (20, 0, 0), "paid, it is as old as its date")
        start = window_start(self.policy, self.today)
        edge = self.customer("Edge")
        self.pay(self.bill(edge, 100, 20, (self.today - start).days), 10)
        self.assertIsNone(self.read(edge))
        self.pay(self.bill(edge, 100, 20, (self.today - start).days - 1), 10)
        self.assertEqual(self.late(edge), 10)

    def test_foreign_currency(self):
        euro = self.currency("EUR")
        self.rate(euro, 0.5, self.day(400))
        self.rate(euro, 1, self.day(35))
        foreign = self.bill(self.partner, 100, 40, 60, currency_id=euro.id)
        self.assertEqual(self.read(), (40, 200, 1), "at the rate of the invoice")
        own = self.bill(self.partner, 600, 40)
        self.assertEqual(self.read(), (40, 800, 1))
        self.pay(own, 40)
        self.pay(foreign, 30, currency_id=euro.id)  # worth 100 by then, the difference is an exchange loss
        self.assertEqual(self.read(), (2.5, 0, 0), "200 of 800 were 10 days late")

    def test_contacts_pay_for_their_company(self):
        child = self.customer("Accountant", parent_id=self.partner.id, is_company=False)
        self.pay(self.bill(child, 1000, 30), 20)
        self.pay(self.bill(self.partner, 1000, 30), 30)
        self.assertEqual(self.late(), 5)
        self.assertIsNone(self.read(child))

    def test_branches_and_other_companies(self):
        self.pay(self.bill(self.partner, 1000, 30), 20)
        branch = self.branch(self.company)
        self.partner.with_company(branch).property_account_receivable_id = self.partner.property_account_receivable_id
        branch_invoice = (
            self.env["account.move"]
            .with_company(branch)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.partner.id,
                    "invoice_date": self.day(60),
                    "invoice_date_due": self.day(30),
                    "company_id": branch.id,
                    "invoice_line_ids": [Command.create({"name": "x", "price_unit": 1000, "tax_ids": False})],
                }
            )
        )
        branch_invoice.action_post()
        self.assertEqual(self.read(), (20, 1000, 1), "(10 + 30) / 2")
        other = self.other_company()
        self.env["account.chart.template"].try_loading("generic_coa", company=other, install_demo=False)
        self.assertIsNone(self.read(policy=self.policy_of(other)))
        move = (
            self.env["account.move"]
            .with_company(other)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.partner.id,
                    "invoice_date": self.day(60),
                    "invoice_date_due": self.day(7),
                    "company_id": other.id,
                    "invoice_line_ids": [Command.create({"name": "x", "price_unit": 1000, "tax_ids": False})],
                }
            )
        )
        move.action_post()
        self.assertEqual(self.late(policy=self.policy_of(other)), 7)
        self.assertEqual(self.late(), 20)

    def test_against_a_slow_calculation(self):
        """A few dozen invoices paid in parts at random days, each part looked at by hand."""
        random = Random(7)
        partners = [self.customer(f"Payer {number}") for number in range(4)]
        for _number in range(24):
            due = random.randint(-20, 150)
            invoice = self.bill(random.choice(partners), random.randint(100, 999), due, max(due, 0) + 30)
            for _part in range(random.randint(0, 2)):
                if invoice.amount_residual:
                    self.pay(invoice, random.randint(0, 90), round(invoice.amount_residual * random.random(), 2) or 1)
        for day in (self.today, self.day(45)):
            read = self.env[MODEL]._read(self.policy, day)
            expected = self.slow(day)
            self.assertEqual(read.keys() & {partner.id for partner in partners}, expected.keys())
            for customer, (late, overdue, share) in expected.items():
                self.assertAlmostEqual(read[customer].days_late or 0, late, delta=0.051)
                self.assertAlmostEqual(read[customer].overdue_amount, overdue, places=2)
                self.assertAlmostEqual(read[customer].overdue_share, share, places=4)

    def slow(self, day):
        weights, delays, overdue, opened = (defaultdict(float) for _number in range(4))
        invoices = self.env["account.move"].search(
            [
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("invoice_date", "<=", day),
                ("company_id", "=", self.company.id),
                ("partner_id.name", "like", "Payer "),
            ]
        )
        for invoice in invoices:
            customer, rest = invoice.partner_id.id, invoice.amount_total
            receivable = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
            parts = [(part.amount, part.credit_move_id.date) for part in receivable.matched_credit_ids]
            for amount, paid in parts:
                paid = max(paid, invoice.date)
                if paid <= day:
                    rest -= amount
                    weights[customer] += amount
                    delays[customer] += amount * max(0, (paid - invoice.invoice_date_due).days)
            opened[customer] += rest
            if rest > 0 and invoice.invoice_date_due < day:
                overdue[customer] += rest
                weights[customer] += rest
                delays[customer] += rest * (day - invoice.invoice_date_due).days
        return {
            customer: (
                delays[customer] / (weights[customer] or 1),
                overdue[customer],
                overdue[customer] / (opened[customer] or 1),
            )
            for customer in opened
        }


class TestLatePayer(TierCase, PaymentCase):
    """Gold from 1000, but never for who pays more than 60 days late."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.window_months = 12
        cls.slow, cls.prompt, cls.cash = (cls.customer(name) for name in ("Slow", "Prompt", "Cash"))
        for partner in (cls.slow, cls.prompt, cls.cash):
            cls.order(partner, 5000, 5)

    def use_veto(self, **values):
        self.set_ladder(
            self.rung("Gold", 1, ("revenue", 1000, 800), ("days_paid_late", 60, 60, "veto"), **values),
            self.rung("Rest", 2),
        )

    def test_never_vip(self):
        self.use_veto()
        self.pay(self.bill(self.prompt, 700, 70), 10)
        self.bill(self.slow, 700, 61)
        self.recompute()
        self.assertEqual([self.tier(one) for one in (self.slow, self.prompt, self.cash)], ["Rest", "Gold", "Gold"])
        profile = self.profile(self.slow).with_user(self.seller)
        self.assertEqual(profile.next_tier_gap, "Days paid late: 1 less", "and a salesperson may know")
        rule = "Revenue in the window at least 1,000 (kept at 800) and Days paid late never above 60"
        self.assertEqual(self.policy.tier_ids.sorted()[0].rule, rule)

    def test_loses_it_at_a_review(self):
        self.policy.write({"tier_review": "month", "tier_review_by_hand": False})
        self.use_veto()
        self.order(self.slow, 5000, date_order=noon("2024-01-10"))
        self.move(
            self.slow, 700, invoice_date="2024-01-10", invoice_date_due="2024-01-31", invoice_payment_term_id=False
        )
        for day, tier, below in (
            ("2024-02-29", "Gold", False),
            ("2024-03-31", "Gold", False),
            ("2024-04-05", "Gold", True),
            ("2024-04-30", "Rest", False),
        ):
            self.run_of(day)
            self.assertEqual((self.tier(self.slow), bool(self.profile(self.slow).tier_below_since)), (tier, below))
        self.assertEqual(self.movements(self.slow)[-1], ("2024-04-30", "Rest", "down"))

    def test_the_preset_says_so(self):
        as_a_whole(self.policy.with_user(self.manager)).with_context(ladder="vip").action_use_ladder()
        self.assertIn("Days paid late never above 60", self.policy.tier_ids.sorted()[0].rule)

    def test_not_paying_for_years_is_no_way_back(self):
        self.use_veto()
        self.bill(self.slow, 700, 700)
        self.recompute()
        self.assertEqual(self.tier(self.slow), "Rest")

    def test_one_customer_after_an_invoice(self):
        self.use_veto()
        self.recompute()
        self.assertEqual(self.tier(self.slow), "Gold")
        self.bill(self.slow, 700, 100)
        with self.enter_registry_test_mode():
            self.env.ref("customer_segmentation.ir_cron_refresh").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.profile(self.slow).tier_below_since, self.today)
        self.assertFalse(self.profile(self.prompt).tier_below_since)

    def test_nothing_is_read_unless_asked_for(self):
        read = []
        behaviour = type(self.env[MODEL])
        original = behaviour._query

        def query(model, *arguments):
            read.append(arguments)
            return original(model, *arguments)

        self.patch(behaviour, "_query", query)
        self.metals()
        self.recompute()
        self.assertTrue(self.profile(self.slow).next_tier_gap is not None)
        self.assertFalse(read)
        self.use_veto()
        self.recompute()
        self.assertEqual(len(read), 1)
        profiles = self.profile(self.slow) | self.profile(self.prompt) | self.profile(self.cash)
        self.env.invalidate_all()
        profiles.mapped("tier_outlook")
        self.assertEqual(len(read), 2, "once for a whole list")

    def test_as_a_criterion_less_is_better(self):
        self.set_ladder(self.rung("Punctual", 1, ("days_paid_late", 5, 10)), self.rung("Rest", 2))
        self.assertEqual(self.policy.tier_ids.sorted()[0].rule, "Days paid late at most 5 (kept at 10)")
        self.pay(self.bill(self.slow, 700, 50), 40)
        self.pay(self.bill(self.prompt, 700, 50), 45)
        self.recompute()
        tiers = [self.tier(one) for one in (self.slow, self.prompt, self.cash)]
        self.assertEqual(tiers, ["Rest", "Punctual", "Punctual"])
        self.assertEqual(self.profile(self.slow).next_tier_gap, "Days paid late: 5 less")

    def test_two_companies(self):
        self.use_veto()
        other = self.other_company()
        policy = self.policy_of(other)
        self.set_ladder(self.rung("Diamond", 1, ("days_paid_late", 60, 60, "veto")), policy=policy)
        self.order(self.slow, 100, 3, company=other)
        self.bill(self.slow, 700, 90)
        self.recompute()
        self.recompute(policy)
        self.assertEqual((self.tier(self.slow), self.tier(self.slow, other)), ("Rest", "Diamond"))
        companies = self.company | other
        seller = new_test_user(
            self.env, "late_seller", groups=SELLER, company_ids=companies.ids, company_id=self.company.id
        )
        both = self.profile(self.slow) | self.profile(self.slow, other)
        both = both.with_user(seller).with_context(allowed_company_ids=companies.ids)
        self.assertEqual([profile.next_tier_gap for profile in both], ["Days paid late: 30 less", False])
