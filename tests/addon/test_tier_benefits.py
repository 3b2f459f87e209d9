"""Benefits of tiers: proposed on new quotations, said in words, and never a reason to change what exists."""

from datetime import timedelta

from lxml import etree

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .common import SegmentationCase

REP = "sales_team.group_sale_salesman"
MANAGER = "sales_team.group_sale_manager"


class BenefitsCase(SegmentationCase):
    """Gold, with everything to give switched on by the test; the customer is on it, the stranger on no tier."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.config.settings"].create({"group_product_pricelist": True}).execute()
        cls.gold, cls.bronze = cls.ladder(cls.policy)
        cls.partner, cls.stranger = cls.customer("Regular"), cls.customer("Stranger")
        cls.order(cls.partner, 1000)
        cls.recompute()
        cls.known = cls.profile(cls.partner)
        cls.pricelist, cls.other_pricelist = cls.pricelists("Gold List"), cls.pricelists("Other List")
        cls.term, cls.other_term = cls.env["account.payment.term"].create([{"name": "Later"}, {"name": "Sooner"}])
        cls.rep = new_test_user(cls.env, "benefits_rep", groups=f"{REP},product.group_product_pricelist")
        cls.manager = new_test_user(cls.env, "benefits_manager", groups=f"{MANAGER},product.group_product_pricelist")

    @classmethod
    def ladder(cls, policy):
        criterion = Command.create({"measure": "revenue", "entry": 500})
        policy.tier_ids = [
            Command.create({"name": "Gold", "sequence": 1, "criterion_ids": [criterion]}),
            Command.create({"name": "Bronze", "sequence": 2}),
        ]
        return policy.tier_ids.sorted()

    @classmethod
    def pricelists(cls, name, **values):
        rule = Command.create({"compute_price": "percentage", "percent_price": 10, "applied_on": "3_global"})
        return cls.env["product.pricelist"].create(
            {"name": name, "company_id": False, "sequence": 99, "item_ids": [rule], **values}
        )

    @classmethod
    def switch_on(cls, tier=None, **values):
        pricelist, term = values.pop("pricelist", cls.pricelist), values.pop("term", cls.term)
        (tier or cls.gold).write(
            {
                "has_pricelist": True,
                "pricelist_id": pricelist.id,
                "has_payment_term": True,
                "payment_term_id": term.id,
                **values,
            }
        )

    def quotation(self, partner=None, user=None, **values):
        line = Command.create({"product_id": self.product.id, "product_uom_qty": 1})
        orders = self.env["sale.order"].with_user(user or self.rep).with_context(self.env.context)
        return orders.create({"partner_id": (partner or self.partner).id, "order_line": [line], **values})

    def fall(self):
        """The customer loses the tier."""
        self.env["customer.tier.decision"]._set(self.known, self.policy, self.bronze, self.today, None, None)
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestProposedBenefits(BenefitsCase):
    def test_nothing_is_given_until_it_is_switched_on(self):
        before = self.quotation()
        self.gold.write({"pricelist_id": self.pricelist.id, "payment_term_id": self.term.id})
        quotation = self.quotation()
        self.assertEqual(quotation.pricelist_id, before.pricelist_id)
        self.assertNotEqual(quotation.pricelist_id, self.pricelist)
        self.assertFalse(quotation.payment_term_id)
        self.assertFalse(quotation.pricelist_tier_id | quotation.payment_term_tier_id)
        self.assertFalse(quotation.tier_benefit_note)
        self.assertFalse(self.gold.benefits)

    def test_new_quotation_gets_them_and_says_so(self):
        self.switch_on()
        quotation = self.quotation()
        self.assertEqual(quotation.pricelist_id, self.pricelist)
        self.assertEqual(quotation.payment_term_id, self.term)
        self.assertEqual(quotation.pricelist_tier_id | quotation.payment_term_tier_id, self.gold)
        self.assertEqual(
            quotation.tier_benefit_note,
            "Pricelist Gold List: benefit of the tier Gold\nPayment Terms Later: benefit of the tier Gold",
        )
        self.assertAlmostEqual(quotation.order_line.price_unit * (1 - quotation.order_line.discount / 100), 0.9)

    def test_each_benefit_has_its_own_switch(self):
        self.switch_on(has_payment_term=False)
        quotation = self.quotation()
        self.assertEqual(quotation.pricelist_id, self.pricelist)
        self.assertFalse(quotation.payment_term_id)
        self.switch_on(has_pricelist=False)
        quotation = self.quotation()
        self.assertNotEqual(quotation.pricelist_id, self.pricelist)
        self.assertEqual(quotation.payment_term_id, self.term)

    def test_customers_without_the_tier_get_nothing(self):
        self.switch_on()
        quotation = self.quotation(self.stranger)
        self.assertNotEqual(quotation.pricelist_id, self.pricelist)
        self.assertFalse(quotation.payment_term_id)
        self.assertFalse(quotation.tier_benefit_note)

    def test_contact_of_the_customer(self):
        self.switch_on()
        person = self.env["res.partner"].create({"name": "Person", "parent_id": self.partner.id})
        quotation = self.quotation(person)
        self.assertEqual(quotation.pricelist_id, self.pricelist)
        self.assertEqual(quotation.payment_term_id, self.term)

    def test_chosen_by_hand_wins(self):
        self.switch_on()
        quotation = self.quotation(pricelist_id=self.other_pricelist.id, payment_term_id=self.other_term.id)
        self.assertEqual(quotation.pricelist_id, self.other_pricelist)
        self.assertEqual(quotation.payment_term_id, self.other_term)
        self.assertFalse(quotation.pricelist_tier_id | quotation.payment_term_tier_id)
        self.assertEqual(
            quotation.tier_benefit_note,
            "Pricelist Other List: as chosen; the tier Gold would give Gold List\n"
            "Payment Terms Sooner: as chosen; the tier Gold would give Later",
        )
        without = self.quotation(payment_term_id=False)
        self.assertFalse(without.payment_term_id)
        self.assertIn("Payment Terms none: as chosen", without.tier_benefit_note)

    def test_changed_by_hand_is_no_benefit_any_more(self):
        self.switch_on()
        quotation = self.quotation()
        quotation.pricelist_id = self.other_pricelist
        self.assertFalse(quotation.pricelist_tier_id)
        self.assertEqual(quotation.payment_term_tier_id, self.gold)
        quotation.write({"state": "sent"})
        quotation.payment_term_id = self.other_term
        self.assertFalse(quotation.payment_term_tier_id)
        self.assertFalse(quotation.tier_benefit_note)

    def test_customers_own_wins(self):
        self.switch_on()
        self.partner.property_product_pricelist = self.other_pricelist
        self.partner.property_payment_term_id = self.other_term
        person = self.env["res.partner"].create({"name": "Person", "parent_id": self.partner.id})
        for partner in (self.partner, person):
            with self.subTest(partner=partner.name):
                quotation = self.quotation(partner)
                self.assertEqual(quotation.pricelist_id, self.other_pricelist)
                self.assertEqual(quotation.payment_term_id, self.other_term)
                self.assertEqual(
                    quotation.tier_benefit_note,
                    "Pricelist Other List: the customer's own, before that of the tier Gold\n"
                    "Payment Terms Sooner: the customer's own, before that of the tier Gold",
                )

    def test_general_terms_of_the_company_are_not_the_customers_own(self):
        self.env["ir.default"].set(
            "res.partner", "property_payment_term_id", self.other_term.id, company_id=self.company.id
        )
        self.env.invalidate_all()
        self.assertEqual(self.quotation(self.stranger).payment_term_id, self.other_term)
        self.switch_on()
        self.assertEqual(self.quotation().payment_term_id, self.term)

    def test_archived_own_pricelist_does_not_count(self):
        self.switch_on()
        self.partner.property_product_pricelist = self.other_pricelist
        self.other_pricelist.active = False
        self.assertEqual(self.quotation().pricelist_id, self.pricelist)

    def test_changing_the_customer_of_a_draft(self):
        self.switch_on()
        quotation = self.quotation(self.stranger)
        quotation.partner_id = self.partner
        self.assertEqual(quotation.pricelist_id, self.pricelist)
        self.assertEqual(quotation.pricelist_tier_id | quotation.payment_term_tier_id, self.gold)
        quotation.partner_id = self.stranger
        self.assertNotEqual(quotation.pricelist_id, self.pricelist)
        self.assertFalse(quotation.payment_term_id)
        self.assertFalse(quotation.pricelist_tier_id | quotation.payment_term_tier_id)

    def test_in_the_form_before_saving(self):
        self.switch_on()
        for user in (self.rep, self.manager):
            with self.subTest(user=user.login), Form(self.env["sale.order"].with_user(user)) as form:
                form.partner_id = self.partner
                self.assertEqual(form.pricelist_id, self.pricelist)
                self.assertEqual(form.payment_term_id, self.term)
                self.assertIn("Pricelist Gold List: benefit of the tier Gold", form.tier_benefit_note)
                form.pricelist_id = self.other_pricelist
                self.assertIn("as chosen; the tier Gold would give Gold List", form.tier_benefit_note)
            self.assertEqual(form.record.pricelist_id, self.other_pricelist)
            self.assertFalse(form.record.pricelist_tier_id)

    def test_archived_or_removed_proposals(self):
        self.switch_on()
        self.pricelist.active = False
        self.term.active = False
        quotation = self.quotation()
        self.assertNotEqual(quotation.pricelist_id, self.pricelist)
        self.assertFalse(quotation.payment_term_id)
        self.pricelist.unlink()
        self.assertTrue(self.quotation())

    def test_without_the_feature_of_pricelists(self):
        self.switch_on()
        self.env["res.config.settings"].create({"group_product_pricelist": False}).execute()
        quotation = self.quotation()
        self.assertFalse(quotation.pricelist_id)
        self.assertEqual(quotation.tier_benefit_note, "Payment Terms Later: benefit of the tier Gold")

    def test_pricelist_in_a_foreign_currency(self):
        euro = self.currency("EUR")
        self.assertNotEqual(self.company.currency_id, euro)
        self.rate(euro, 0.5)
        self.switch_on(pricelist=self.pricelists("Euro List", currency_id=euro.id))
        quotation = self.quotation()
        self.assertEqual(quotation.currency_id, euro)
        self.assertAlmostEqual(quotation.currency_rate, 0.5)
        self.assertAlmostEqual(quotation.amount_untaxed, 0.45)  # 1 at half the rate, less 10%

    def test_copy_of_a_quotation_keeps_its_prices(self):
        self.switch_on()
        quotation = self.quotation()
        self.fall()
        copy = quotation.copy()
        self.assertEqual(copy.pricelist_id, self.pricelist)
        self.assertFalse(copy.pricelist_tier_id, "today's tier does not give it")

    def test_users_without_rights_on_sales(self):
        """A quotation made on behalf of a portal user, and a billing user who reads it."""
        self.switch_on()
        portal = new_test_user(self.env, "benefits_portal", groups="base.group_portal")
        portal.partner_id.parent_id = self.partner
        quotation = self.env["sale.order"].with_user(portal).sudo().create({"partner_id": portal.partner_id.id})
        self.assertEqual(quotation.pricelist_id, self.pricelist)
        billing = new_test_user(self.env, "benefits_billing", groups="account.group_account_invoice")
        self.assertIn("benefit of the tier Gold", quotation.with_user(billing).tier_benefit_note)
        contact_keeper = new_test_user(self.env, "benefits_keeper", groups="base.group_user,base.group_partner_manager")
        with Form(self.partner.with_user(contact_keeper)) as form:
            form.name = "Renamed"


@tagged("post_install", "-at_install")
class TestDialog(BenefitsCase):
    def test_nothing_is_shown_twice_in_the_dialog_of_a_tier(self):
        arch = etree.fromstring(self.env["customer.tier"].get_view(view_type="form")["arch"])
        shown = [node.get("name") for node in arch.xpath("//field[not(ancestor::field)]")]
        self.assertEqual(len(shown), len(set(shown)), shown)
        self.assertEqual(len(arch.xpath("//separator[@string='Benefits'] | //group[@string='Benefits']")), 1)


class TestNothingIsChanged(BenefitsCase):
    """Losing, gaining or changing a tier leaves every document alone."""

    WATCHED = (
        "pricelist_id",
        "payment_term_id",
        "pricelist_tier_id",
        "payment_term_tier_id",
        "amount_total",
        "currency_id",
    )

    def watched(self, orders):
        self.env.flush_all()
        self.env.invalidate_all()
        return [(order[name], order.order_line.mapped("price_unit")) for order in orders for name in self.WATCHED]

    def three_documents(self):
        draft, sent, confirmed = (self.quotation() for _state in range(3))
        sent.action_quotation_sent()
        confirmed.action_confirm()
        self.assertEqual([order.state for order in (draft, sent, confirmed)], ["draft", "sent", "sale"])
        return draft | sent | confirmed

    def test_losing_the_tier(self):
        self.switch_on()
        documents = self.three_documents()
        before = self.watched(documents)
        self.fall()
        self.assertEqual(self.watched(documents), before)
        self.assertNotEqual(self.quotation().pricelist_id, self.pricelist)
        draft, sent, confirmed = documents
        sent.action_confirm()
        draft.action_confirm()
        self.assertEqual(self.watched(documents), before)
        for order in documents:
            self.assertIn("Pricelist Gold List: benefit of the tier Gold", order.tier_benefit_note)
        self.assertEqual(confirmed.tier_at_order_id, self.gold)

    def test_gaining_the_tier(self):
        self.switch_on()
        self.fall()
        documents = self.three_documents()
        before = self.watched(documents)
        self.env["customer.tier.decision"]._set(self.known, self.policy, self.gold, self.today, None, None)
        self.assertEqual(self.watched(documents), before)
        self.assertFalse(documents.pricelist_tier_id)
        self.assertEqual(self.quotation().pricelist_id, self.pricelist)

    def test_changing_or_removing_the_benefits(self):
        self.switch_on()
        documents = self.three_documents()
        before = self.watched(documents)
        self.gold.write({"pricelist_id": self.other_pricelist.id, "has_payment_term": False})
        self.assertEqual(self.watched(documents), before)
        self.assertIn("Pricelist Gold List: benefit of the tier Gold", documents[2].tier_benefit_note)
        self.policy.tier_ids = [Command.delete(self.gold.id)]
        self.env.invalidate_all()
        self.assertEqual(documents.pricelist_id, self.pricelist)
        self.assertFalse(documents[2].tier_benefit_note)

    def test_changing_the_customer_of_a_sent_quotation(self):
        self.switch_on()
        sent = self.quotation(self.stranger)
        sent.action_quotation_sent()
        sent.partner_id = self.partner
        self.assertNotEqual(sent.pricelist_id, self.pricelist)
        self.assertFalse(sent.payment_term_id)

    def test_confirming_costs_no_query_more(self):
        def queries():
            quotation = self.quotation()
            quotation.date_order -= timedelta(days=1)  # confirming moves it to now, in whatever second that is
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            quotation.action_confirm()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries()  # fills what is read once only
        without = queries()
        self.switch_on(has_visits=True, has_reply_time=True, has_service_contact=True, service_user_id=self.rep.id)
        self.quotation()
        self.assertLessEqual(queries(), without)


@tagged("post_install", "-at_install")
class TestBenefitsOfCompanies(BenefitsCase):
    def test_the_tier_of_the_orders_company(self):
        other = self.other_company(currency="USD")
        policy = self.policy_of(other)
        gold, _bronze = self.ladder(policy)
        term = self.env["account.payment.term"].create({"name": "Theirs", "company_id": other.id})
        self.switch_on()
        self.switch_on(gold, pricelist=self.pricelists("Their List", company_id=other.id), term=term)
        self.order(self.stranger, 1000, company=other)
        self.recompute(policy)
        here, there = (
            self.quotation(self.stranger),
            self.quotation(self.stranger, user=self.env.user, company_id=other.id),
        )
        self.assertNotEqual(here.pricelist_id, self.pricelist)
        self.assertEqual(there.pricelist_id.name, "Their List")
        self.assertEqual(there.payment_term_id, term)
        self.assertEqual(there.pricelist_tier_id, gold)
        regular = self.quotation(self.partner, user=self.env.user, company_id=other.id)
        self.assertNotIn(regular.pricelist_id.name, ("Gold List", "Their List"))
        self.assertFalse(regular.payment_term_id)

    def test_orders_of_a_branch_use_the_tier_of_the_root(self):
        branch = self.branch(self.company)
        self.env.user.company_ids += branch
        self.term.company_id = self.company
        self.switch_on()
        quotation = self.quotation(user=self.env.user, company_id=branch.id)
        self.assertEqual(quotation.pricelist_id, self.pricelist)
        self.assertEqual(quotation.payment_term_id, self.term, "Odoo shares terms with branches")
        self.assertEqual(quotation.pricelist_tier_id, self.gold)

    def test_a_pricelist_of_the_root_is_none_of_its_branch(self):
        """Odoo refuses it on the order, so it is not proposed."""
        branch = self.branch(self.company)
        self.env.user.company_ids += branch
        self.pricelist.company_id = self.company
        self.switch_on()
        quotation = self.quotation(user=self.env.user, company_id=branch.id)
        self.assertNotEqual(quotation.pricelist_id, self.pricelist)
        self.assertFalse(quotation.pricelist_tier_id)

    def test_another_companys_pricelist_or_terms_are_refused(self):
        other = self.other_company()
        theirs = self.pricelists("Theirs", company_id=other.id)
        terms = self.env["account.payment.term"].create({"name": "Theirs", "company_id": other.id})
        for name, value in (("pricelist_id", theirs), ("payment_term_id", terms)):
            with self.subTest(field=name), self.assertRaises(UserError):
                self.gold[name] = value


@tagged("post_install", "-at_install")
class TestBenefitsInWords(BenefitsCase):
    def give_service(self):
        self.gold.write(
            {
                "has_visits": True,
                "visit_days": 30,
                "has_reply_time": True,
                "reply_hours": 4,
                "has_benefit_text": True,
                "benefit_text": "free samples",
                "has_service_contact": True,
                "service_user_id": self.manager.id,
            }
        )

    def test_on_the_contact_the_tier_and_the_quotation(self):
        self.give_service()
        served = f"Visit every 30 days · reply within 4 hours · free samples · served by {self.manager.name}"
        self.assertEqual(self.gold.benefits, served)
        self.assertEqual(self.partner.with_user(self.rep).customer_benefits, served)
        self.assertEqual(self.quotation().tier_benefit_note, served)
        self.assertFalse(self.partner.with_user(self.rep).browse(self.stranger.id).customer_benefits)
        self.switch_on()
        self.assertEqual(self.gold.benefits, f"Pricelist Gold List · payment terms Later · v{served[1:]}")
        self.assertEqual(self.partner.with_user(self.rep).customer_benefits, self.gold.benefits)
        self.assertEqual(len(self.quotation().tier_benefit_note.splitlines()), 3)

    def test_a_contact_of_the_customers_own(self):
        self.give_service()
        self.partner.service_user_id = self.rep
        self.assertTrue(self.partner.customer_benefits.endswith(f"served by {self.rep.name}"))
        self.assertTrue(self.gold.benefits.endswith(f"served by {self.manager.name}"))
        self.stranger.service_user_id = self.rep
        self.assertEqual(self.quotation(self.stranger).tier_benefit_note, f"Served by {self.rep.name}")
        self.rep.active = False
        self.assertFalse(self.quotation(self.stranger, user=self.manager).tier_benefit_note)

    def test_numbers_for_others(self):
        self.assertEqual(
            (
                self.gold._visit_days(),
                self.gold._reply_hours(),
                self.env["customer.tier.service"]._visit_days_of(self.known),
            ),
            (0, 0, 0),
        )
        self.give_service()
        self.assertEqual((self.gold._visit_days(), self.gold._reply_hours()), (30, 4))
        self.assertEqual(self.env["customer.tier.service"]._visit_days_of(self.known.with_user(self.rep)), 30)

    def test_impossible_numbers_are_refused(self):
        for values, message in (
            ({"has_visits": True, "visit_days": 0}, "type 1 day or more"),
            ({"has_visits": False, "has_reply_time": True, "reply_hours": -1}, "type 1 hour or more"),
        ):
            with self.subTest(**values), self.assertRaisesRegex(ValidationError, f"Gold.*{message}"):
                self.gold.write(values)

    def test_only_managers_switch_benefits_on(self):
        with self.assertRaises(UserError):
            self.gold.with_user(self.rep).has_visits = True
        self.gold.with_user(self.manager).has_visits = True
        self.assertEqual(self.gold.with_user(self.rep).benefits, "Visit every 90 days")

    def test_benefits_change_no_score(self):
        version = self.policy.version
        self.switch_on()
        self.assertEqual(self.policy.version, version)
        self.assertEqual(self.recompute().changed_count, 0)
