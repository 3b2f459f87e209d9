"""Deliveries of customers on a tier that is delivered first, with Odoo's own stock."""

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..addon.common import SegmentationCase

REP = "sales_team.group_sale_salesman"


@tagged("post_install", "-at_install")
class TestDeliveryPriority(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        criterion = Command.create({"measure": "revenue", "entry": 500})
        cls.policy.tier_ids = [
            Command.create({"name": "Gold", "sequence": 1, "criterion_ids": [criterion]}),
            Command.create({"name": "Bronze", "sequence": 2}),
        ]
        cls.gold, cls.bronze = cls.policy.tier_ids.sorted()
        cls.partner, cls.stranger = cls.customer("Regular"), cls.customer("Stranger")
        cls.order(cls.partner, 1000)
        cls.recompute()
        cls.known = cls.profile(cls.partner)
        cls.rep = new_test_user(cls.env, "stock_rep", groups=REP)
        cls.warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)], limit=1)

    def quotation(self, partner=None, **values):
        line = Command.create({"product_id": self.product.id, "product_uom_qty": 2})
        orders = self.env["sale.order"].with_user(self.rep).with_context(self.env.context)
        return orders.create({"partner_id": (partner or self.partner).id, "order_line": [line], **values})

    def confirmed(self, *arguments, **values):
        order = self.quotation(*arguments, **values)
        order.action_confirm()
        return order

    def priorities(self, order):
        self.env.flush_all()
        self.env.invalidate_all()
        return order.sudo().picking_ids.sorted("id").mapped("priority")

    def test_it_comes_by_itself_with_sale_stock(self):
        module = self.env["ir.module.module"].search([("name", "=", "customer_segmentation_stock")])
        self.assertEqual((module.state, module.auto_install), ("installed", True))
        self.assertEqual(set(module.dependencies_id.mapped("name")), {"customer_segmentation", "sale_stock"})

    def test_nothing_is_urgent_until_it_is_switched_on(self):
        order = self.confirmed()
        self.assertEqual(self.priorities(order), ["0"])
        self.assertFalse(order.tier_benefit_note)
        self.gold.has_delivery_priority = True
        self.assertEqual(self.priorities(order), ["0"], "confirmed before")
        self.assertFalse(order.tier_benefit_note)

    def test_new_orders_of_the_tier_are_urgent_and_say_so(self):
        self.gold.has_delivery_priority = True
        self.assertEqual(self.gold.benefits, "Urgent deliveries")
        order = self.quotation()
        self.assertEqual(order.tier_benefit_note, "Urgent deliveries once confirmed: benefit of the tier Gold")
        order.action_confirm()
        self.assertEqual(self.priorities(order), ["1"])
        self.assertEqual(order.sudo().picking_ids.move_ids.mapped("priority"), ["1"])
        self.assertEqual(order.tier_benefit_note, "Urgent deliveries: benefit of the tier Gold")

    def test_others_are_not(self):
        self.gold.has_delivery_priority = True
        order = self.confirmed(self.stranger)
        self.assertEqual(self.priorities(order), ["0"])
        self.assertFalse(order.tier_benefit_note)

    def test_contact_of_the_customer(self):
        self.gold.has_delivery_priority = True
        person = self.env["res.partner"].create({"name": "Person", "parent_id": self.partner.id})
        self.assertEqual(self.priorities(self.confirmed(person)), ["1"])

    def test_several_orders_at_once(self):
        self.gold.has_delivery_priority = True
        urgent, usual = self.quotation(), self.quotation(self.stranger)
        (urgent | usual).action_confirm()
        self.assertEqual((self.priorities(urgent), self.priorities(usual)), (["1"], ["0"]))

    def test_a_changed_tier_changes_no_confirmed_order(self):
        self.gold.has_delivery_priority = True
        before = self.confirmed()
        self.env["customer.tier.decision"]._set(self.known, self.policy, self.bronze, self.today, None, None)
        self.assertEqual(self.priorities(before), ["1"])
        self.assertEqual(before.tier_benefit_note, "Urgent deliveries: benefit of the tier Gold")
        after = self.confirmed()
        self.assertEqual(self.priorities(after), ["0"])
        self.env["customer.tier.decision"]._set(self.known, self.policy, self.gold, self.today, None, None)
        self.assertEqual(self.priorities(after), ["0"])
        self.assertFalse(after.tier_benefit_note)

    def test_what_is_changed_by_hand_stays(self):
        self.gold.has_delivery_priority = True
        order = self.confirmed()
        picking = order.sudo().picking_ids
        picking.priority = "0"
        order.order_line.product_uom_qty = 3
        order.order_line = [Command.create({"product_id": self.product.id, "product_uom_qty": 1})]
        self.assertEqual(order.sudo().picking_ids, picking)
        self.assertEqual(self.priorities(order), ["0"])
        self.assertEqual(sum(picking.move_ids.mapped("product_uom_qty")), 4)

    def test_later_steps_are_urgent_as_well(self):
        self.gold.has_delivery_priority = True
        self.warehouse.delivery_steps = "pick_ship"
        storable = self.env["product.product"].create({"name": "Stored", "is_storable": True, "taxes_id": False})
        self.env["stock.quant"]._update_available_quantity(storable, self.warehouse.lot_stock_id, 5)
        order = self.quotation()
        order.order_line.product_id = storable
        order.action_confirm()
        first = order.sudo().picking_ids
        self.assertEqual(first.mapped("priority"), ["1"])
        first.move_ids.write({"quantity": 2, "picked": True})
        first.button_validate()
        self.env.invalidate_all()
        second = order.sudo().picking_ids - first
        self.assertEqual(second.mapped("priority"), ["1"])

    def test_confirmed_again_after_losing_the_tier(self):
        self.gold.has_delivery_priority = True
        order = self.confirmed()
        order.with_context(disable_cancel_warning=True).action_cancel()
        order.action_draft()
        self.env["customer.tier.decision"]._set(self.known, self.policy, self.bronze, self.today, None, None)
        order.action_confirm()
        live = order.sudo().picking_ids.filtered(lambda picking: picking.state != "cancel")
        self.assertEqual(live.mapped("priority"), ["0"])
        self.assertFalse(order.tier_benefit_note)

    def test_each_company_by_its_own_tier(self):
        self.gold.has_delivery_priority = True
        other = self.other_company(currency="USD")
        order = (
            self.env["sale.order"]
            .with_company(other)
            .create(
                {
                    "partner_id": self.partner.id,
                    "company_id": other.id,
                    "order_line": [Command.create({"product_id": self.product.id})],
                }
            )
        )
        order.action_confirm()
        self.assertEqual(self.priorities(order), ["0"])
        branch = self.branch(self.company)
        self.env.user.company_ids += branch
        order = (
            self.env["sale.order"]
            .with_company(branch)
            .create(
                {
                    "partner_id": self.partner.id,
                    "company_id": branch.id,
                    "order_line": [Command.create({"product_id": self.product.id})],
                }
            )
        )
        if not order.warehouse_id:
            order.warehouse_id = self.env["stock.warehouse"].create(
                {"name": "B", "code": "BR", "company_id": branch.id}
            )
        order.action_confirm()
        self.assertEqual(self.priorities(order), ["1"])
