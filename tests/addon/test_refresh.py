"""What happens between two runs: an order, a refund, a merge, a move refreshes its customer alone."""

from datetime import datetime, time
from unittest.mock import patch

import psycopg2

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import RecordCapturer

from .common import AccountingCase, SegmentationCase, noon


class RefreshCase(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = [cls.customer(f"Customer {n}") for n in range(8)]
        for n, partner in enumerate(cls.customers):
            cls.order(partner, 100 * (8 - n), days_ago=10 * n + 5)
        cls.recompute()
        cls.env.cr.flush()
        cls.env["customer.segmentation.queue"].search([]).unlink()

    def refresh(self):
        self.env.cr.flush()  # as at the end of a transaction
        with self.enter_registry_test_mode():
            self.env.ref("customer_segmentation.ir_cron_refresh").method_direct_trigger()
        self.env.invalidate_all()

    def queued(self):
        self.env.cr.flush()
        return self.env["customer.segmentation.queue"].search([]).partner_id

    def kept(self, partners):
        """What is kept of customers; their shares of the whole move with everybody's orders."""
        names = [name for name, field in self.env["customer.segmentation.profile"]._fields.items() if field.store]
        return [self.profile(partner).read(names) for partner in partners]


class TestRefresh(RefreshCase):
    def test_confirming_refreshes_that_customer_alone_with_the_last_cut_points(self):
        buyer, others = self.customers[7], self.env["res.partner"].union(*self.customers[:7])
        before = self.kept(others)
        order = self.order(buyer, 5000, state="draft")
        cron = self.env.ref("customer_segmentation.ir_cron_refresh")
        with RecordCapturer(self.env["ir.cron.trigger"], [("cron_id", "=", cron.id)]) as triggers:
            order.action_confirm()
            self.assertEqual(self.queued(), buyer)
        self.assertEqual(len(triggers.records), 1, "the scheduler is woken once")
        run_count = self.env["customer.segmentation.run"].search_count([])
        self.refresh()
        profile = self.profile(buyer)
        self.assertEqual((profile.rfm_code, profile.order_count, profile.abc_class), ("555", 2, "A"))
        self.assertEqual(self.kept(others), before)
        self.assertFalse(self.queued())
        self.assertEqual(self.env["customer.segmentation.run"].search_count([]), run_count)
        self.assertFalse(profile.transition_ids[0].processed, "automation sees the change")

    def test_a_first_order_makes_a_profile(self):
        buyer = self.customer("First-time buyer")
        self.order(buyer, 20, state="draft").action_confirm()
        self.refresh()
        self.assertEqual(self.profile(buyer).segment_id.code, "new")

    def test_nothing_changed_writes_nothing(self):
        changes = self.env["customer.segmentation.transition"].search_count([])
        self.env["customer.segmentation.queue"]._enqueue(self.customers[0], self.company)
        self.refresh()
        self.assertEqual(self.env["customer.segmentation.transition"].search_count([]), changes)

    def test_refresh_then_run_agree(self):
        self.order(self.customers[3], 10, state="draft").action_confirm()
        self.refresh()
        refreshed = self.profile(self.customers[3])
        facts = refreshed.revenue, refreshed.order_count, refreshed.last_order_date
        self.recompute()
        self.assertEqual((refreshed.revenue, refreshed.order_count, refreshed.last_order_date), facts)

    def test_cancelling(self):
        order = self.env["sale.order"].search([("partner_id", "=", self.customers[0].id)])
        order._action_cancel()
        self.refresh()
        self.assertFalse(self.profile(self.customers[0]).segment_id)

    def test_line_changed_on_a_confirmed_order(self):
        order = self.env["sale.order"].search([("partner_id", "=", self.customers[0].id)])
        order.write({"order_line": [(1, order.order_line.id, {"price_unit": 1})]})
        self.refresh()
        self.assertEqual(self.profile(self.customers[0]).revenue, 1)

    def test_quantity_changed_on_a_line_of_a_confirmed_order(self):
        order = self.env["sale.order"].search([("partner_id", "=", self.customers[0].id)])
        order.order_line.product_uom_qty = 3
        self.assertEqual(self.queued(), self.customers[0])
        self.refresh()
        self.assertEqual(self.profile(self.customers[0]).revenue, 3, "at the price of the list")

    def test_line_created_on_a_confirmed_order(self):
        """As the product catalogue, the API and other addons do."""
        order = self.env["sale.order"].search([("partner_id", "=", self.customers[0].id)])
        self.env["sale.order.line"].create(
            {"order_id": order.id, "product_id": self.product.id, "price_unit": 7, "tax_ids": False}
        )
        self.refresh()
        self.assertEqual(self.profile(self.customers[0]).revenue, 807)

    def test_order_emptied(self):
        order = self.order(self.customers[0], 50)
        self.refresh()
        order.order_line.product_uom_qty = 0
        self.refresh()
        self.assertEqual(self.profile(self.customers[0]).revenue, 800)

    def test_order_created_as_confirmed(self):
        """As an import, the API or a web shop does."""
        self.order(self.customers[0], 50)
        self.assertEqual(self.queued(), self.customers[0])
        self.refresh()
        self.assertEqual(self.profile(self.customers[0]).revenue, 850)

    def test_day_of_a_confirmed_order_changed(self):
        order = self.env["sale.order"].search([("partner_id", "=", self.customers[0].id)])
        order.date_order = noon(self.day(3))
        self.refresh()
        self.assertEqual(self.profile(self.customers[0]).last_order_date, self.day(3))

    def test_a_day_that_loses_a_purchase_is_counted_again(self):
        """Whatever is moved to today: the first day that changes is the one it is moved from."""
        imported = self.env["customer.imported.purchase"].create(
            {"partner_id": self.customers[0].id, "date": self.day(40), "amount": 10, "reference": "OLD-1"}
        )
        again = self.order(self.customers[1], 10, days_ago=40)
        again._action_cancel()
        again.action_draft()
        again.action_confirm()
        order = self.order(self.customers[2], 10, days_ago=40)
        changes = {
            "order": lambda: order.write({"date_order": noon(self.today)}),
            "confirmed again": lambda: again.write({"date_order": noon(self.today)}),
            "imported": lambda: imported.write({"date": self.today}),
        }
        for name, change in changes.items():
            with self.subTest(name):
                self.nobody_waits()
                change()
                self.env.cr.flush()
                waiting = self.env["customer.segmentation.queue"].search([])
                self.assertEqual(waiting.mapped("since"), [self.day(40)])

    def test_the_day_that_changes_is_that_of_the_policy(self):
        self.policy.tz = "America/Los_Angeles"
        self.nobody_waits()
        self.order(self.customers[0], 10, date_order=datetime.combine(self.today, time(2)))
        self.env.cr.flush()
        self.assertEqual(self.env["customer.segmentation.queue"].search([]).since, self.day(1))

    def test_what_is_no_other_purchase_does_not_queue(self):
        order = self.env["sale.order"].search([("partner_id", "=", self.customers[0].id)])
        order.write({"client_order_ref": "PO 12", "note": "Deliver at the back"})
        order.order_line.name = "The same thing"
        self.assertFalse(self.queued())

    def test_many_changes_in_one_transaction_queue_a_customer_once(self):
        for amount in range(1, 6):
            self.order(self.customers[0], amount)
        self.queued()
        self.assertEqual(self.env["customer.segmentation.queue"].search_count([]), 1)

    def test_imported_purchase_moved_to_another_customer_refreshes_both(self):
        purchase = self.env["customer.imported.purchase"].create(
            {"partner_id": self.customers[0].id, "date": self.today, "amount": 5, "reference": "1"}
        )
        self.refresh()
        self.assertEqual(self.profile(self.customers[0]).revenue, 805)
        purchase.partner_id = self.customers[1]
        self.assertEqual(self.queued(), self.customers[0] | self.customers[1])
        self.refresh()
        purchase.unlink()
        self.assertEqual(self.queued(), self.customers[1])

    def test_quotation_does_not_queue(self):
        self.order(self.customers[0], state="draft").write({"partner_id": self.customers[1].id})
        self.assertFalse(self.queued())

    def test_order_moved_to_another_customer_refreshes_both(self):
        order = self.env["sale.order"].search([("partner_id", "=", self.customers[0].id)])
        order.partner_id = self.customers[1]
        self.assertEqual(self.queued(), self.customers[0] | self.customers[1])
        self.refresh()
        self.assertEqual(self.profile(self.customers[1]).order_count, 2)
        self.assertFalse(self.profile(self.customers[0]).segment_id)

    def test_queue_waits_while_a_run_is_at_work(self):
        run = self.policy._queue_run()
        run._step()
        self.order(self.customers[0], 9999, state="draft").action_confirm()
        self.refresh()
        self.assertTrue(self.queued(), "left alone while the run is at work")
        while run.state == "running":
            run._step()
        self.assertEqual(self.profile(self.customers[0]).order_count, 1, "the run read before the order")
        self.refresh()
        self.assertEqual(self.profile(self.customers[0]).order_count, 2)

    def test_changed_rules_need_a_whole_run(self):
        self.policy.window_months = 6
        self.env["customer.segmentation.queue"]._enqueue(self.customers[0], self.company)
        self.refresh()
        waiting = self.env["customer.segmentation.run"].search([("policy_id", "=", self.policy.id)], limit=1)
        self.assertEqual(waiting.state, "pending")
        self.assertEqual(self.env["customer.segmentation.queue"].search([]).run_id, waiting)

    def test_first_order_ever_needs_a_whole_run(self):
        company = self.other_company()
        self.recompute(self.policy_of(company))
        self.env["customer.segmentation.queue"]._enqueue(self.customers[0], company)
        self.refresh()
        latest = self.env["customer.segmentation.run"].search([("company_id", "=", company.id)], limit=1)
        self.assertEqual(latest.state, "pending", "a run without purchases left no cut points to score by")

    def test_company_without_a_run_yet_gets_one(self):
        company = self.other_company()
        runs = self.env["customer.segmentation.run"].search([("company_id", "=", company.id)])
        runs.state = "cancelled"
        self.env["customer.segmentation.queue"]._enqueue(self.customers[0], company)
        self.refresh()
        self.assertIn(
            "pending", self.env["customer.segmentation.run"].search([("company_id", "=", company.id)]).mapped("state")
        )

    def test_customers_somebody_else_holds_are_refreshed_a_moment_later(self):
        self.order(self.customers[7], 5000, state="draft").action_confirm()
        profiles = type(self.env["customer.segmentation.profile"])
        held = patch.object(profiles, "_refresh", side_effect=psycopg2.errors.LockNotAvailable)
        cron = self.env.ref("customer_segmentation.ir_cron_refresh")
        with held, RecordCapturer(self.env["ir.cron.trigger"], [("cron_id", "=", cron.id)]) as triggers:
            self.refresh()
        self.assertEqual(self.queued(), self.customers[7], "nobody is forgotten")
        self.assertTrue(triggers.records, "and the scheduled action comes back")
        self.refresh()
        self.assertEqual(self.profile(self.customers[7]).order_count, 2)


class TestPlaybookOfToday(RefreshCase):
    """Whoever starts a playbook with all who are in its state today means those who bought a minute ago, too."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.late, cls.stays = cls.customers[7], cls.customers[6]
        cls.order(cls.late, 9000, days_ago=76)  # once among the best: worth a call although gone
        cls.recompute()
        cls.env.cr.flush()
        cls.env["customer.segmentation.queue"].search([]).unlink()
        cls.env["customer.segmentation.transition"].search([]).processed = True
        segments = (cls.profile(cls.late) + cls.profile(cls.stays)).segment_id
        cls.playbook = cls.env["customer.playbook"].create(
            {"name": "Of today", "segment_ids": segments.ids, "summary": "Call"}
        )

    def entered(self):
        return (
            self.env["customer.playbook.entry"].search([("playbook_id", "=", self.playbook.id)]).profile_id.partner_id
        )

    def test_who_waits_is_scored_first(self):
        self.assertIn(self.late, self.env["customer.playbook.entrance"]._candidates_now(self.playbook).partner_id)
        self.env["customer.segmentation.queue"]._enqueue(self.stays, self.company)
        self.order(self.late, 5000, state="draft").action_confirm()
        self.env.cr.flush()
        self.playbook._start(self.company, include_now=True)
        self.assertIn(self.stays, self.entered(), "is still in the state")
        self.assertNotIn(self.late, self.entered(), "the order brought it out")
        self.assertFalse(self.queued())

    def test_while_a_run_is_at_work_it_is_refused_and_nobody_is_lost(self):
        run = self.policy._queue_run()
        run._step()
        self.order(self.late, 5000, state="draft").action_confirm()
        self.env.cr.flush()
        with self.assertRaisesRegex(UserError, "in a few minutes"):
            self.playbook._start(self.company, include_now=True)
        self.assertEqual(self.queued(), self.late)
        self.playbook._start(self.company)
        self.assertFalse(self.entered(), "without those of today it can be started")

    def test_who_was_left_to_a_run_waits_until_it_is_over(self):
        """The refresh job hands them over; nobody comes into a playbook by what was true before."""
        self.order(self.late, 5000, state="draft").action_confirm()
        self.policy.window_months = 11
        self.refresh()
        run = self.env["customer.segmentation.run"].search([("state", "=", "pending"), ("kind", "=", "live")])
        self.assertEqual(self.env["customer.segmentation.queue"].search([]).run_id, run)
        self.assertNotIn(self.late, self.env["customer.playbook.entrance"]._candidates_now(self.playbook).partner_id)
        with self.assertRaisesRegex(UserError, "are being scored"):
            self.playbook._start(self.company, include_now=True)
        self.refresh()
        self.assertEqual(self.queued(), self.late, "nobody else takes them meanwhile")
        while run.state in ("pending", "running"):
            run._step()
        self.assertFalse(self.queued())
        self.playbook._start(self.company, include_now=True)
        self.assertNotIn(self.late, self.entered())

    def test_a_run_that_is_given_up_keeps_nobody_waiting(self):
        self.policy.window_months = 11
        self.env["customer.segmentation.queue"]._enqueue(self.late, self.company)
        self.refresh()
        self.env["customer.segmentation.queue"].search([]).run_id.action_cancel()
        self.assertFalse(self.queued())

    def test_the_dialog_shows_who_comes_in(self):
        self.env["customer.segmentation.queue"]._enqueue(self.stays, self.company)
        self.order(self.late, 5000, state="draft").action_confirm()
        self.env.cr.flush()
        action = self.playbook.action_start()
        dialog = self.env[action["res_model"]].with_context(**action["context"]).create({"include_now": True})
        shown = dialog.candidate_count
        dialog.action_start()
        self.assertEqual(shown, len(self.entered()))
        self.assertIn(self.stays, self.entered())

    def test_while_the_rules_wait_for_a_run_it_is_refused(self):
        self.policy.window_months = 6
        self.env["customer.segmentation.queue"]._enqueue(self.stays, self.company)
        with self.assertRaisesRegex(UserError, "are being scored"):
            self.playbook._start(self.company, include_now=True)


class TestPartnersChange(RefreshCase):
    def test_contact_moved_into_another_company(self):
        moved, company = self.customers[7], self.customers[0]
        moved.write({"is_company": False, "parent_id": company.id})
        self.refresh()
        self.assertEqual(self.profile(company).order_count, 2)
        self.assertFalse(self.profile(moved).lifetime_order_count)
        self.assertEqual(moved.customer_order_count, 2, "the contact shows its company's numbers")

    def test_contact_leaves_its_company(self):
        company = self.customers[0]
        person = self.customer("Person", is_company=False, parent_id=company.id)
        self.order(person, 77)
        self.recompute()
        person.parent_id = False
        self.refresh()
        self.assertEqual(self.profile(person).revenue, 77)
        self.assertEqual(self.profile(company).revenue, 800)

    def test_company_with_contacts_moves_under_another(self):
        daughter, mother = self.customers[7], self.customers[0]
        person = self.customer("Person", is_company=False, parent_id=daughter.id)
        self.order(person, 50)
        daughter.write({"is_company": False, "parent_id": mother.id})
        self.refresh()
        self.assertEqual(self.profile(mother).order_count, 3)

    def test_merging_two_customers_with_profiles(self):
        kept, gone = self.customers[1], self.customers[6]
        company = self.other_company()
        self.order(kept, 5, company=company)
        self.order(gone, 6, company=company)
        self.recompute(self.policy_of(company))
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {"state": "selection", "dst_partner_id": kept.id, "partner_ids": [(6, 0, (kept | gone).ids)]}
        )
        wizard.action_merge()
        self.assertFalse(gone.exists())
        self.refresh()
        self.assertEqual((self.profile(kept).order_count, self.profile(kept).revenue), (2, 900))
        self.assertEqual(self.profile(kept, company).revenue, 11)

    def test_archiving_removes_the_scores_of_that_customer_alone(self):
        gone, others = self.customers[0], self.env["res.partner"].union(*self.customers[1:])
        before = self.kept(others)
        gone.active = False
        self.refresh()
        self.assertFalse(self.profile(gone))
        self.assertFalse(gone.customer_segment_id)
        self.assertEqual(self.kept(others), before)
        gone.active = True
        self.refresh()
        self.assertEqual(self.profile(gone).revenue, 800, "unarchived, its scores are back")

    def test_deleted_customer_leaves_nothing(self):
        partner = self.customer("Imported")
        purchase = self.env["customer.imported.purchase"].create(
            {"partner_id": partner.id, "date": self.today, "amount": 5, "reference": "1"}
        )
        self.refresh()
        profile = self.profile(partner)
        self.assertTrue(profile.segment_id)
        purchase.unlink()
        partner.unlink()
        self.assertFalse(profile.exists())
        self.recompute()


class TestSegmentAtOrder(RefreshCase):
    def test_each_order_keeps_its_customers_segment(self):
        orders = self.order(self.customers[0], state="draft") | self.order(self.customers[7], state="draft")
        before = [order.customer_segment_id for order in orders]
        orders.action_confirm()
        self.assertEqual([order.segment_at_order_id for order in orders], before)
        self.assertNotEqual(*before)

    def test_reset_to_draft_and_copy_forget_it(self):
        order = self.order(self.customers[0], state="draft")
        order.action_confirm()
        self.assertFalse(order.copy().segment_at_order_id)
        order._action_cancel()
        order.action_draft()
        self.assertFalse(order.segment_at_order_id)


class TestCredit(AccountingCase):
    def test_credit_note_refreshes_the_customer_of_the_order(self):
        buyer = self.customer()
        invoice_address = self.customer("Accounts", parent_id=buyer.id, is_company=False, type="invoice")
        order = self.order(buyer, 100, days_ago=4, partner_invoice_id=invoice_address.id)
        self.recompute()
        invoice = self.invoice(order)
        self.credit(invoice, amount=30)
        self.env.cr.flush()
        with self.enter_registry_test_mode():
            self.env.ref("customer_segmentation.ir_cron_refresh").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.profile(buyer).revenue, 70)


class TestInvoicesChange(AccountingCase):
    def setUp(self):
        super().setUp()
        self.buyer, self.payer = self.customer("Buyer"), self.customer("Payer")
        self.queued()

    def queued(self):
        """Who is queued since the last time."""
        self.env.cr.flush()
        rows = self.env["customer.segmentation.queue"].search([])
        customers = rows.partner_id
        rows.unlink()
        return customers

    def test_who_is_invoiced_and_who_ordered(self):
        order = self.order(self.buyer, 100, partner_invoice_id=self.payer.id)
        self.queued()
        invoice = self.invoice(order)
        self.assertEqual(self.queued(), self.buyer | self.payer)
        invoice.button_draft()
        self.assertEqual(self.queued(), self.buyer | self.payer, "no longer posted")
        invoice.button_cancel()
        self.assertFalse(self.queued(), "it did not count any more")

    def test_credit_note_with_a_line_typed_by_hand(self):
        """It is linked to the order by the invoice it takes back only."""
        invoice = self.invoice(self.order(self.buyer, 100, partner_invoice_id=self.payer.id))
        self.queued()
        note = invoice._reverse_moves([{"invoice_date": self.today}])
        note.invoice_line_ids.sale_line_ids = False
        note.action_post()
        self.assertEqual(self.queued(), self.buyer | self.payer)

    def test_links_written_on_posted_documents(self):
        """Whatever is linked, or not any more: a refresh leaves nothing for a run to change."""
        for source in ("sale", "invoice"):
            self.policy.source = source
            for prepare in (name for name in dir(self) if name.startswith("link_")):
                with self.subTest(source=source, case=prepare), self.env.cr.savepoint() as savepoint:
                    self.assertRefreshLeavesNothing(getattr(self, prepare)())
                    savepoint.rollback()
                self.env.invalidate_all()

    def assertRefreshLeavesNothing(self, change):
        self.order(self.customer("Somebody to score by"), 20, days_ago=3)
        self.recompute()
        self.nobody_waits()
        change()
        self.env.cr.flush()
        self.assertTrue(self.env["customer.segmentation.queue"]._refresh_waiting(self.policy))
        self.env.invalidate_all()
        self.assertEqual(self.recompute().changed_count, 0)

    def invoiced(self):
        """An order of the buyer with its invoice, and one of the payer, whose customer is another one."""
        order = self.order(self.buyer, 100, days_ago=30)
        return order, self.invoice(order, 25), self.order(self.payer, 50, days_ago=20)

    def note(self):
        """A credit note typed by hand, of no order."""
        return self.move(self.buyer, 33, 10, "out_refund")

    def link_a_note_with_what_it_reverses(self):
        note, (_order, invoice, _other) = self.note(), self.invoiced()
        return lambda: note.write({"reversed_entry_id": invoice.id})

    def link_a_note_with_nothing(self):
        note = self.credit(self.invoiced()[1], 5, 30)
        return lambda: note.write({"reversed_entry_id": False})

    def link_a_line_with_an_order(self):
        note, (order, _invoice, _other) = self.note(), self.invoiced()
        return lambda: note.invoice_line_ids.write({"sale_line_ids": [Command.set(order.order_line.ids)]})

    def link_an_order_with_a_line(self):
        note, (order, _invoice, _other) = self.note(), self.invoiced()
        return lambda: order.order_line.write({"invoice_lines": [Command.link(note.invoice_line_ids.id)]})

    def link_a_line_with_another_order(self):
        _order, invoice, other = self.invoiced()
        return lambda: invoice.invoice_line_ids.write({"sale_line_ids": [Command.set(other.order_line.ids)]})

    def link_a_line_with_no_order(self):
        _order, invoice, _other = self.paid_by_another()
        return lambda: invoice.invoice_line_ids.write({"sale_line_ids": [Command.clear()]})

    def link_an_order_with_no_line(self):
        order, _invoice, _other = self.paid_by_another()
        return lambda: order.order_line.write({"invoice_lines": [Command.clear()]})

    def paid_by_another(self):
        order = self.order(self.buyer, 60, days_ago=30, partner_invoice_id=self.payer.id)
        return order, self.invoice(order, 25), self.order(self.payer, 50, days_ago=20)

    def link_a_note_to_somebody_else(self):
        note = self.move(self.buyer, 70, 15)._reverse_moves([{"invoice_date": self.day(3)}])
        note.partner_id = self.payer
        return note.action_post

    def link_a_cancelled_order_with_somebody_else(self):
        order, _invoice, _other = self.invoiced()
        order._action_cancel()
        return lambda: order.write({"partner_id": self.payer.id})

    def link_nothing_with_an_order_that_is_gone(self):
        order, _invoice, _other = self.paid_by_another()
        order._action_cancel()
        return order.unlink

    def test_draft_invoice_does_not_queue(self):
        order = self.order(self.buyer, 100)
        self.queued()
        invoice = order._create_invoices()
        invoice.invoice_line_ids[0].price_unit = 7
        self.assertFalse(self.queued())

    def test_supplier_bill_does_not_queue(self):
        self.move(self.buyer, 100, move_type="in_invoice")
        self.assertFalse(self.queued())
