"""Customers of every segment, documents for them, and one user for each role that opens the screens."""

from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user

from ..addon.common import SegmentationCase

CUSTOMERS = 20
ROLES = {
    "screens_administrator": "base.group_user,base.group_system",
    "screens_manager": "sales_team.group_sale_manager",
    "screens_seller": "sales_team.group_sale_salesman_all_leads",
    "screens_own_seller": "sales_team.group_sale_salesman",
    "screens_contact_keeper": "base.group_user,base.group_partner_manager",
    "screens_employee": "base.group_user",
    "screens_portal": "base.group_portal",
}


class ScreensCase(SegmentationCase, HttpCase):
    """The later a customer's number, the longer ago the last order; each fifth customer buys more often and more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.setup_done = True  # else managers are asked for segments and tiers on the first of our screens
        cls.users = {role: new_test_user(cls.env, role, groups) for role, groups in ROLES.items()}
        cls.seller, cls.own_seller = cls.users["screens_seller"], cls.users["screens_own_seller"]
        cls.customers = [cls.customer(f"Screen Works {number:02}") for number in range(CUSTOMERS)]
        for number, customer in enumerate(cls.customers):
            cls._buy(number, customer)
        cls.newcomer = cls.customer("Screen Newcomer")
        cls.recompute()
        cls.nobody_waits()
        cls.contact = cls.env["res.partner"].create({"name": "Screen Contact", "parent_id": cls.customers[13].id})
        cls.portal_partner = cls.users["screens_portal"].partner_id
        cls.portal_partner.parent_id = cls.customers[13]
        cls._make_documents()

    @classmethod
    def _buy(cls, number, customer):
        for purchase in range(1 + number % 5):
            user = cls.own_seller if purchase % 2 else cls.seller
            cls.order(customer, 100 * (1 + number % 5), 10 + 15 * number + 5 * purchase, user_id=user.id)

    @classmethod
    def _make_documents(cls):
        line = Command.create({"product_id": cls.product.id, "price_unit": 50})
        cls.quotation, cls.portal_order = cls.env["sale.order"].create(
            [
                {"partner_id": cls.contact.id, "user_id": cls.own_seller.id, "order_line": [line]},
                {"partner_id": cls.portal_partner.id, "user_id": cls.own_seller.id, "order_line": [line]},
            ]
        )
        cls.portal_order.action_confirm()
        cls.portal_order.message_subscribe(cls.portal_partner.ids)
        cls.leads = cls.env["crm.lead"].create(
            [
                {
                    "name": f"Screen {kind} {who.name or 'without customer'}",
                    "type": kind,
                    "partner_id": who.id,
                    "user_id": cls.own_seller.id,
                }
                for kind in ("lead", "opportunity")
                for who in (cls.contact, cls.newcomer, cls.env["res.partner"])
            ]
        )
