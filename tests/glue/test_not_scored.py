"""Who has no scores, why, and what the button opens to repair it."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user

from ..addon.common import AccountingCase


class NotScoredCase(AccountingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "not_scored_manager", groups="sales_team.group_sale_manager,base.group_partner_manager"
        )
        cls.seller = new_test_user(cls.env, "not_scored_seller", groups="sales_team.group_sale_salesman")
        cls.scored = cls.customer("Scored", user_id=cls.seller.id)
        cls.order(cls.scored, 100, 5)
        cls.recompute()

    def rows(self, *partners, user=None, **domain):
        self.env.invalidate_all()
        terms = [("partner_id", "in", [one.id for one in partners])]
        terms += [(name, "=", value) for name, value in domain.items()]
        return self.env["customer.not.scored"].with_user(user or self.manager).search(terms)

    def row(self, partner, user=None, **domain):
        found = self.rows(partner, user=user, **domain)
        self.assertEqual(len(found), 1, found.mapped("reason"))
        return found

    def reasons(self, partner, **domain):
        return self.rows(partner, **domain).mapped("reason")


class TestNoPurchase(NotScoredCase):
    def test_who_is_scored_and_has_a_salesperson_is_not_listed(self):
        self.assertFalse(self.rows(self.scored))

    def test_a_customer_of_nobody_is_not_listed(self):
        self.assertFalse(self.rows(self.customer("Supplier", supplier_rank=1)))

    def test_a_customer_nobody_sold_to(self):
        partner = self.customer("Wish", user_id=self.seller.id)
        row = self.row(partner)
        self.assertEqual(
            (row.reason, row.company_id, row.user_id), ("no_purchase", row.company_id.browse(), self.seller)
        )
        self.assertEqual(row.detail, "Nothing was ever sold or offered.")
        self.assertIn("archive the contact", row.repair)
        action = row.action_repair()
        self.assertEqual((action["res_model"], action["context"]), ("sale.order", {"default_partner_id": partner.id}))
        self.assertEqual(Form(self.env["sale.order"].with_context(**action["context"])).partner_id, partner)

    def test_a_quotation_of_one_of_its_people(self):
        partner = self.customer("Asked")
        person = self.env["res.partner"].create({"name": "Ann", "parent_id": partner.id})
        quotation = self.order(person, 100, state="draft")
        row = self.row(partner)
        self.assertEqual((row.reason, row.company_id, row.quotation_count), ("no_purchase", self.company, 1))
        self.assertEqual(row.detail, "Nothing that counts was sold yet; open quotations: 1.")
        self.assertFalse(self.rows(person), "the customer is its company")
        action = row.action_repair()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), quotation)

    def test_an_opportunity(self):
        partner = self.customer("Lead")
        lead = self.env["crm.lead"].create({"name": "Deal", "type": "opportunity", "partner_id": partner.id})
        lead.company_id = self.company
        row = self.row(partner)
        self.assertEqual((row.reason, row.lead_count), ("no_purchase", 1))
        self.assertEqual(row.repair, "Win the opportunity, or mark it as lost.")
        action = row.action_repair()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), lead)
        lead.action_set_lost()
        self.assertFalse(self.rows(partner))

    def test_orders_of_zero(self):
        partner = self.customer("Samples")
        self.order(partner, 0)
        row = self.row(partner)
        self.assertEqual(row.detail, "Nothing that counts was sold yet; confirmed orders of zero: 1.")
        self.assertIn("let the policy count orders of zero", row.repair)
        self.assertEqual(row.action_repair()["res_model"], "sale.order")

    def test_an_invoice_without_order(self):
        partner = self.customer("Invoiced")
        invoice = self.move(partner, 100)
        row = self.row(partner)
        self.assertEqual(row.detail, "Nothing that counts was sold yet; invoices without order: 1.")
        self.assertIn("let the policy score invoices", row.repair)
        action = row.action_repair()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), invoice)

    def test_orders_that_are_not_invoiced_where_invoices_are_scored(self):
        self.policy.source = "invoice"
        partner = self.customer("Ordered")
        self.order(partner, 100)
        row = self.row(partner)
        self.assertEqual(row.detail, "Nothing that counts was sold yet; confirmed orders not invoiced: 1.")
        self.assertEqual(row.repair, "Invoice the orders: this company scores by invoices.")

    def test_colleagues_own_companies_and_archived_contacts_are_no_customers(self):
        archived = self.customer("Archived", customer_rank=1)
        archived.active = False
        for partner in (self.seller.partner_id, self.company.partner_id, archived):
            self.order(partner, 10, state="draft")
            self.assertFalse(self.rows(partner), partner.name)

    def test_a_row_goes_with_the_first_purchase(self):
        partner = self.customer("Soon", user_id=self.seller.id)
        self.order(partner, 10, state="draft").action_confirm()
        self.assertEqual(self.row(partner).reason, "not_computed")
        self.env["customer.segmentation.profile"]._refresh(self.policy, partner.ids)
        self.assertFalse(self.rows(partner))


class TestPurchasesThatAreNone(NotScoredCase):
    def test_only_refunds(self):
        partner = self.customer("Refunded")
        self.order(partner, -50)
        row = self.row(partner)
        self.assertEqual((row.reason, row.detail), ("only_refunds", "There are refunds and no purchase."))
        action = row.action_repair()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual((found.kind, found.amount), ("refund", -50))

    def test_a_credit_note_of_no_order_is_a_refund(self):
        partner = self.customer("Credited")
        self.move(partner, 50, move_type="out_refund")
        self.assertEqual(self.reasons(partner), ["only_refunds"])

    def test_a_refund_of_a_purchase_that_counts_is_none_of_these(self):
        partner = self.customer("Returned", user_id=self.seller.id)
        invoice = self.invoice(self.order(partner, 50, 3))
        self.credit(invoice, amount=20)
        self.recompute()
        self.assertFalse(self.rows(partner))

    def test_a_purchase_that_was_taken_back_in_full_is_none(self):
        partner = self.customer("Returned", user_id=self.seller.id)
        self.credit(self.invoice(self.order(partner, 50, 3)))
        self.recompute()
        self.assertEqual(self.reasons(partner), ["only_refunds"])

    def test_purchases_that_cannot_be_counted(self):
        partner = self.customer("Foreign")
        currency = self.currency("CHF")
        pricelist = self.env["product.pricelist"].create({"name": "CHF", "currency_id": currency.id})
        self.order(partner, 50, pricelist_id=pricelist.id)
        row = self.row(partner)
        self.assertEqual((row.reason, row.problem), ("left_out", "no_rate"))
        self.assertEqual(
            row.detail,
            "There are purchases, but none can be counted: no currency rate on or before the date.",
        )
        self.assertEqual(row.repair, "Add the missing currency rate, then recompute.")
        action = row.action_repair()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]).problem, "no_rate")
        self.rate(currency, 2)
        self.assertEqual(self.reasons(partner), ["not_computed"])

    def test_an_order_of_the_future(self):
        partner = self.customer("Tomorrow")
        self.order(partner, 50, days_ago=-10)
        self.assertEqual(self.row(partner).problem, "future_date")
        self.assertIn("Correct the date", self.row(partner).repair)

    def test_not_computed_is_recomputed_by_managers(self):
        partner = self.customer("Fresh", user_id=self.seller.id)
        self.order(partner, 50)
        row = self.row(partner)
        self.assertEqual(row.reason, "not_computed")
        self.assertEqual(row.action_repair()["res_model"], "customer.segmentation.run")
        self.assertEqual(row.with_user(self.seller).action_repair()["res_model"], "res.partner")


class TestSalesperson(NotScoredCase):
    def test_scored_but_nobody_s_desk(self):
        self.scored.user_id = False
        row = self.row(self.scored)
        self.assertEqual(row.reason, "no_salesperson")
        self.assertIn("nobody's desk", row.detail)
        self.assertEqual(row.action_repair()["res_id"], self.scored.id)
        self.scored.user_id = self.seller
        self.assertFalse(self.rows(self.scored))


class TestDuplicates(NotScoredCase):
    def test_the_same_tax_id_however_it_is_written(self):
        self.scored.vat = "BE 0477.472.701"
        twin = self.customer("Twin", vat="be0477472701", customer_rank=1)
        row = self.row(twin, reason="duplicate")
        self.assertEqual((row.other_id, row.same), (self.scored, "vat"))
        self.assertEqual(row.detail, "Has the tax ID of Scored, which has more orders or came first.")
        self.assertFalse(self.rows(self.scored), "one row for both")

    def test_the_same_e_mail_of_one_of_its_people(self):
        person = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": self.scored.id, "email": "Ann@Example.com"}
        )
        twin = self.customer("Ann alone", is_company=False, email='"Ann" <ann@example.com>', customer_rank=1)
        row = self.row(twin, reason="duplicate")
        self.assertEqual((row.other_id, row.same), (self.scored, "email"))
        action = row.action_repair()
        self.assertEqual(action["res_model"], "base.partner.merge.automatic.wizard")
        wizard = self.env[action["res_model"]].with_context(**action["context"]).create({})
        self.assertEqual(wizard.partner_ids, person | twin)

    def test_merging_both_adds_up_their_purchases_and_takes_the_row_away(self):
        self.scored.email = "both@example.com"
        twin = self.customer("Twin", email="both@example.com", user_id=self.seller.id)
        self.order(twin, 30, 2)
        self.recompute()
        row = self.row(twin)
        action = row.action_repair()
        wizard = self.env[action["res_model"]].with_context(**action["context"]).create({})
        wizard.action_merge()
        self.assertEqual(len((self.scored | twin).exists()), 1)
        survivor = (self.scored | twin).exists()
        self.recompute()
        self.assertEqual(self.profile(survivor).lifetime_revenue, 130)
        self.assertFalse(self.rows(survivor))

    def test_what_two_contacts_of_one_customer_share_makes_no_duplicate(self):
        self.scored.email = "info@example.com"
        self.env["res.partner"].create({"name": "Desk", "parent_id": self.scored.id, "email": "info@example.com"})
        self.assertFalse(self.rows(self.scored))

    def test_a_placeholder_is_no_tax_id(self):
        self.scored.vat = "/"
        twin = self.customer("Twin", vat="/", customer_rank=1)
        self.assertEqual(self.reasons(twin), ["no_purchase"])

    def test_many_with_one_address_are_each_compared_with_the_best(self):
        self.scored.email = "shop@example.com"
        twins = [self.customer(f"Twin {number}", email="shop@example.com", customer_rank=1) for number in range(5)]
        rows = self.rows(*twins, reason="duplicate")
        self.assertEqual((len(rows), rows.other_id), (5, self.scored))
        self.assertEqual(len(rows[0].action_repair()["context"]["active_ids"]), 2)

    def test_who_may_not_merge_is_told_whom_to_ask(self):
        self.scored.email = "both@example.com"
        twin = self.customer("Twin", email="both@example.com", customer_rank=1)
        row = self.row(twin, user=self.seller, reason="duplicate")
        with self.assertRaisesRegex(UserError, "may not merge contacts"):
            row.action_repair()

    def test_contacts_of_two_companies_are_not_compared(self):
        other = self.other_company()
        self.scored.write({"company_id": self.company.id, "email": "both@example.com"})
        there = self.customer("There", company_id=other.id, email="both@example.com", customer_rank=1)
        self.manager.company_ids += other
        found = (
            self.env["customer.not.scored"]
            .with_user(self.manager)
            .with_context(allowed_company_ids=[self.company.id, other.id])
        )
        self.assertEqual(found.search([("partner_id", "=", there.id)]).mapped("reason"), ["no_purchase"])


class TestExcluded(NotScoredCase):
    def exclude(self, partner, company=None):
        values = {
            "partner_id": partner.id,
            "company_id": company and company.id,
            "reason": "other",
            "date": self.day(3),
        }
        return self.env["customer.segmentation.exclusion"].create(values | {"note": "asked for it"})

    def test_nothing_but_excluded_is_said_of_them(self):
        partner = self.customer("Private", customer_rank=1)
        self.order(partner, 10, state="draft")
        exclusion = self.exclude(partner)
        row = self.row(partner)
        self.assertEqual((row.reason, row.exclusion_id), ("excluded", exclusion))
        self.assertRegex(row.detail, r"^Excluded from profiling since .*, by .*\. asked for it$")
        self.assertEqual(row.action_repair()["res_id"], partner.id)

    def test_in_one_company_only(self):
        other = self.other_company()
        partner = self.customer("Private")
        self.order(partner, 10, state="draft")
        self.order(partner, 10, state="draft", company=other)
        self.exclude(partner, other)
        found = self.env["customer.not.scored"].search([("partner_id", "=", partner.id)], order="reason")
        self.assertEqual(
            [(row.reason, row.company_id) for row in found], [("excluded", other), ("no_purchase", self.company)]
        )


class TestWhoSeesWhat(NotScoredCase):
    def test_each_company_has_its_own_reasons(self):
        other = self.other_company()
        self.order(self.scored, 10, state="draft", company=other)
        stranger = new_test_user(
            self.env,
            "not_scored_stranger",
            groups="sales_team.group_sale_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertFalse(self.rows(self.scored))
        row = self.row(self.scored, user=stranger)
        self.assertEqual((row.reason, row.company_id), ("no_purchase", other))
        hidden = self.customer("Hidden", company_id=self.company.id, customer_rank=1)
        self.assertEqual(self.reasons(hidden), ["no_purchase"])
        self.assertFalse(self.rows(hidden, user=stranger))

    def test_a_duplicate_in_a_company_one_may_not_see_is_told_to_that_company_only(self):
        """Not even that there is somebody: an e-mail could be tried out, and the name be read with the row."""
        other = self.other_company()
        self.scored.write({"company_id": self.company.id, "email": "both@example.com"})
        shared = self.customer("Shared", email="both@example.com", customer_rank=1)
        stranger = new_test_user(
            self.env,
            "not_scored_stranger",
            groups="sales_team.group_sale_manager,base.group_partner_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertFalse(self.rows(shared, user=stranger, reason="duplicate"))
        self.assertEqual(self.row(shared, reason="duplicate").other_id, self.scored)

    def test_a_duplicate_of_a_branch_is_told_to_who_works_there(self):
        branch = self.branch(self.company)
        self.scored.write({"company_id": branch.id, "email": "both@example.com"})
        shared = self.customer("Shared", email="both@example.com", customer_rank=1)
        self.assertFalse(self.rows(shared, reason="duplicate"))
        self.manager.company_ids += branch
        found = self.env["customer.not.scored"].with_user(self.manager)
        found = found.with_context(allowed_company_ids=[self.company.id, branch.id])
        found = found.search([("partner_id", "=", shared.id), ("reason", "=", "duplicate")])
        self.assertEqual(found.other_id, self.scored)

    def test_a_contact_one_may_not_read_is_not_named(self):
        """A database may have rules of its own about contacts."""
        self.scored.email = "both@example.com"
        twin = self.customer("Twin", email="both@example.com", customer_rank=1)
        rule = {"name": "Not Scored's", "domain_force": f"[('id', '!=', {self.scored.id})]"}
        self.env["ir.rule"].create({**rule, "model_id": self.env["ir.model"]._get_id("res.partner")})
        row = self.row(twin, reason="duplicate")
        self.assertEqual(
            row.detail, "Has an e-mail address of a contact you may not see, which has more orders or came first."
        )
        with self.assertRaisesRegex(UserError, "may not see the other contact"):
            row.action_repair()

    def test_a_branch_belongs_to_its_company(self):
        branch = self.branch(self.company)
        partner = self.customer("At the branch")
        self.order(partner, 10, state="draft", company=branch)
        self.assertEqual(self.row(partner).company_id, self.company)

    def test_roles(self):
        partner = self.customer("Wish", user_id=self.seller.id)
        self.assertEqual(self.row(partner, user=self.seller).reason, "no_purchase")
        for login, groups in (("ns_employee", "base.group_user"), ("ns_portal", "base.group_portal")):
            with self.assertRaises(AccessError):
                self.rows(partner, user=new_test_user(self.env, login, groups=groups))

    def test_who_may_not_read_orders_opens_the_contact(self):
        partner = self.customer("Asked")
        self.order(partner, 100, state="draft")
        reader = new_test_user(self.env, "ns_reader", groups="base.group_user,customer_segmentation.group_user")
        row = self.row(partner, user=reader)
        self.assertEqual(row.action_repair()["res_model"], "res.partner")

    def test_grouped_by_reason(self):
        self.order(self.customer("One"), 10, state="draft")
        self.order(self.customer("Two"), -10)
        counts = dict(self.env["customer.not.scored"].with_user(self.manager)._read_group([], ["reason"], ["__count"]))
        self.assertGreaterEqual(counts["no_purchase"], 1)
        self.assertGreaterEqual(counts["only_refunds"], 1)

    def test_searching_a_reason_finds_what_grouping_counts(self):
        self.scored.user_id = False
        self.order(self.customer("One"), 10, state="draft")
        self.order(self.customer("Two"), -10)
        rows = self.env["customer.not.scored"].with_user(self.manager)
        for reason, count in rows._read_group([], ["reason"], ["__count"]):
            self.assertEqual(rows.search_count([("reason", "=", reason)]), count)
            self.assertEqual(set(rows.search([("reason", "in", [reason])]).mapped("reason")), {reason})
        two = ["|", ("reason", "=", "no_salesperson"), ("reason", "=", "only_refunds")]
        self.assertEqual(set(rows.search(two).mapped("reason")), {"no_salesperson", "only_refunds"})
        others = set(rows.search([("reason", "!=", "no_purchase")]).mapped("reason"))
        self.assertEqual(others, {"no_salesperson", "only_refunds"})
        self.assertFalse(rows.search([("reason", "=", "unknown")]))

    def test_an_empty_list_says_what_to_do(self):
        words = self.env["customer.not.scored"].get_empty_list_help("<p>All scored</p>")
        self.assertIn("All scored", words)
        self.policy.last_run_id = False
        self.env.invalidate_all()
        self.assertNotIn("All scored", self.env["customer.not.scored"].get_empty_list_help("<p>All scored</p>"))

    def test_purchases_are_read_once_for_all(self):
        """As many queries for many customers as for one."""
        rows = self.env["customer.not.scored"].with_user(self.manager)

        def queries():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows.search([]).mapped("detail")
            return self.env.cr.sql_log_count - before

        self.customer("First", customer_rank=1)
        queries()
        one = queries()
        for number in range(20):
            self.order(self.customer(f"Many {number}"), 10, state="draft")
        self.env.flush_all()
        self.assertLessEqual(queries(), one + 2)

    def test_rows_that_are_gone_are_not_looked_for_one_by_one(self):
        """Of every model of ours that is a query: each look is the query anew."""
        ours = [model for model in self.env.values() if model._name.startswith("customer.") and model._module]
        queries = [model for model in ours if not model._abstract and not model._auto]
        self.assertIn("customer.not.scored", [model._name for model in queries])
        known = self.row(self.customer("Wish", user_id=self.seller.id))
        for model in queries:
            ids = known.ids * (model._name == known._name)
            counts = []
            for unknown in (3, 3, 30):  # first what Odoo keeps in mind is read
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                found = model.with_user(self.manager).browse([*ids, *range(9**15, 9**15 + unknown)]).read()
                counts.append(self.env.cr.sql_log_count - before)
                self.assertEqual([values["id"] for values in found], ids)
            self.assertLess(counts[2], counts[1] + 5, model._name)

    def test_the_last_day_counts_by_the_policy_s_clock(self):
        partner = self.customer("Late")
        self.order(partner, 10, days_ago=0, date_order=self.env.cr.now().replace(tzinfo=None) - timedelta(minutes=1))
        self.assertEqual(self.reasons(partner), ["not_computed"])
