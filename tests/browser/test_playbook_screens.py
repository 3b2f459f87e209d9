"""Playbooks in a real browser: a manager starts one, a salesperson answers, wide and on a phone."""

from odoo.tests import tagged

from .common import ScreensCase


@tagged("post_install", "-at_install")
class TestPlaybookScreens(ScreensCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.formerly_best = [cls.customer(f"Screen Works {number}") for number in (20, 21)]
        for customer in cls.formerly_best:  # Win Back calls nobody who is gone but them
            cls.order(customer, 5000, 400)
            cls.order(customer, 10, 300)
        cls.recompute()
        cls.nobody_waits()
        for customer in [*cls.customers, *cls.formerly_best]:
            customer.user_id = cls.own_seller
        cls.win_back = cls.env.ref("customer_segmentation.playbook_win_back")
        cls.env.flush_all()

    def work(self):
        """Start Win Back as the manager does who wants those who are lost already, and let the job do its work."""
        start = self.env["customer.playbook.start"].with_user(self.users["screens_manager"])
        start.create({"playbook_id": self.win_back.id, "include_now": True}).action_start()
        list(self.env["customer.playbook.engine"]._batches())
        self.env.invalidate_all()
        return self.win_back.entry_ids.filtered(lambda entry: entry.state == "open")

    def test_a_manager_starts_what_is_offered(self):
        self.start_tour("/odoo/segmentation-customers", "playbook_start_tour", login="screens_manager")
        self.env.invalidate_all()
        self.assertTrue(self.win_back.is_started)
        self.assertEqual(self.win_back.started_by_id, self.users["screens_manager"])
        self.assertTrue(self.win_back.entry_ids)

    def test_a_manager_reads_changes_and_stops_a_playbook(self):
        self.assertTrue(self.work())
        self.start_tour("/odoo/segmentation-playbooks", "playbook_form_tour", login="screens_manager")
        self.env.invalidate_all()
        self.assertFalse(self.win_back.is_started)
        self.assertEqual(self.win_back.trigger, "segment_enter")

    def test_a_salesperson_answers_where_the_activity_is(self):
        entry = self.work()[0]
        self.start_tour(f"/odoo/contacts/{entry.partner_id.id}", "playbook_answer_tour", login="screens_own_seller")
        self.env.invalidate_all()
        self.assertEqual(entry.answer, "elsewhere")
        self.assertEqual(entry.churn_reason_id, self.env.ref("customer_segmentation.churn_reason_price"))

    def test_a_salesperson_answers_on_the_board_of_a_phone(self):
        self.browser_size = "390x844"
        self.touch_enabled = True
        opened = self.work()
        mine = opened.filtered(lambda entry: entry.user_id == self.own_seller)
        (mine[1:] | (self.win_back.entry_ids - opened)).sudo().write({"state": "waiting"})
        self.start_tour("/odoo/segmentation-follow-ups", "playbook_board_tour", login="screens_own_seller")
        self.env.invalidate_all()
        self.assertIn("wrong_label", self.win_back.entry_ids.mapped("answer"))

    def test_salespeople_see_no_offer(self):
        self.assertEqual(self.env["customer.playbook"].with_user(self.own_seller).action_count_offered(), 0)
