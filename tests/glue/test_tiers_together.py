"""One customer through all that a tier means: veto, review, benefits, allocation, the public pool, and back again."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user

from .test_payment_behaviour import PaymentCase

SELLER = "sales_team.group_sale_salesman"


class TestTiersTogether(PaymentCase):
    """Gold from 1000, never for who pays more than 60 days late: with a pricelist, served by Dora, owned by Ana."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.config.settings"].create({"group_product_pricelist": True}).execute()
        cls.ana, cls.ben, cls.dora = (
            new_test_user(cls.env, f"together_{name}", groups=SELLER, name=name) for name in ("Ana", "Ben", "Dora")
        )
        cls.manager = new_test_user(
            cls.env, "together_manager", groups="sales_team.group_sale_manager,account.group_account_invoice"
        )
        cls.pricelist = cls.env["product.pricelist"].create({"name": "Gold Prices"})
        revenue = Command.create({"measure": "revenue", "entry": 1000, "keep": 800})
        prompt = Command.create({"measure": "days_paid_late", "kind": "veto", "entry": 60})
        gold = {
            "name": "Gold",
            "sequence": 1,
            "criterion_ids": [revenue, prompt],
            "has_pricelist": True,
            "pricelist_id": cls.pricelist.id,
            "has_service_contact": True,
            "service_user_id": cls.dora.id,
            "owner_user_ids": [Command.set(cls.ana.ids)],
        }
        low = {"name": "Low", "sequence": 2, "low_value": True, "owner_user_ids": [Command.set(cls.ben.ids)]}
        cls.policy.write(
            {
                "tier_ids": [Command.clear(), Command.create(gold), Command.create(low)],
                "tier_review": "every_run",
            }
        )
        cls.partner.user_id = cls.ana
        cls.order(cls.partner, 2000, days_ago=90)
        cls.invoice = cls.bill(cls.partner, 2000, 70)

    def quotation(self):
        return self.env["sale.order"].with_user(self.ana).create({"partner_id": self.partner.id})

    def tier(self):
        return self.profile(self.partner).tier_id.name

    def proposed_owner(self):
        """Whom an allocation would give the customer to; nobody when it leaves the customer alone."""
        allocations = self.env["customer.segmentation.allocation"].with_user(self.manager)
        allocation = allocations.browse(allocations.action_start()["res_id"])
        return allocation.line_ids.filtered(lambda line: line.partner_id == self.partner).proposed_user_id

    def fall(self):
        self.recompute(as_of=self.day(30))
        self.recompute()
        self.profile(self.partner).with_user(self.manager).action_approve_tier()

    def stop(self):
        approvals = self.env["customer.follow.up.approval"].with_user(self.manager)
        values = {"profile_ids": self.profile(self.partner).ids, "reason": "Does not pay"}
        approvals.create(values).action_approve()

    def test_all_that_gold_means_is_there(self):
        self.recompute(as_of=self.day(30))
        self.assertEqual(self.tier(), "Gold", "40 days late are no reason yet")
        quotation = self.quotation()
        self.assertEqual(quotation.pricelist_id, self.pricelist)
        self.assertIn("erved by Dora", quotation.tier_benefit_note)
        self.assertFalse(self.proposed_owner(), "Dora serves, and Ana goes on to own")

    def test_the_debt_costs_the_tier_at_the_review_and_all_that_comes_with_it(self):
        self.recompute(as_of=self.day(30))
        agreed = self.quotation()
        agreed.action_confirm()
        self.recompute()
        self.assertEqual(self.tier(), "Gold", "a run lowers nobody")
        profile = self.profile(self.partner).with_user(self.manager)
        self.assertEqual((profile.tier_proposal, profile.tier_keep_gap), ("due", "Days paid late: 10 less"))
        profile.action_approve_tier()
        self.assertEqual(self.tier(), "Low")
        self.assertEqual(self.proposed_owner(), self.ben)
        quotation = self.quotation()
        self.assertNotEqual(quotation.pricelist_id, self.pricelist)
        self.assertNotIn("Dora", quotation.tier_benefit_note or "")
        self.assertEqual(
            (agreed.pricelist_id, agreed.tier_at_order_id.name), (self.pricelist, "Gold"), "agreed is agreed"
        )

    def test_who_rests_in_the_pool_is_not_handed_out(self):
        self.fall()
        self.stop()
        self.assertFalse(self.partner.user_id)
        self.assertFalse(self.proposed_owner())

    def test_the_next_order_and_a_payment_bring_everything_back(self):
        self.fall()
        self.stop()
        self.order(self.partner, 100, date_order=fields.Datetime.now() + timedelta(seconds=1))
        self.recompute()
        self.assertEqual(self.partner.user_id, self.ana, "the order ends the stop")
        self.assertEqual((self.tier(), self.proposed_owner()), ("Low", self.ben))
        self.pay(self.invoice, 65)
        self.recompute()
        self.assertEqual(self.tier(), "Gold", "paid 5 days late")
        self.assertFalse(self.proposed_owner())
        self.assertEqual(self.quotation().pricelist_id, self.pricelist)
