"""Who serves a customer: the contact's own user, else the tier's when that is switched on."""

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import SegmentationCase


@tagged("post_install", "-at_install")
class TestServiceContact(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own, cls.general = (new_test_user(cls.env, login, groups="base.group_user") for login in ("anna", "ben"))
        cls.policy.tier_ids = [Command.create({"name": "All", "sequence": 1})]
        cls.tier = cls.policy.tier_ids
        cls.partner = cls.customer()
        cls.order(cls.partner)
        cls.recompute()
        cls.known = cls.profile(cls.partner)

    def test_own_contact_before_that_of_the_tier(self):
        self.assertFalse(self.env["customer.tier.service"]._contact_of(self.known))
        self.tier.service_user_id = self.general
        self.assertFalse(
            self.env["customer.tier.service"]._contact_of(self.known), "the tier's contact is switched off"
        )
        self.tier.has_service_contact = True
        self.assertEqual(self.env["customer.tier.service"]._contact_of(self.known), self.general)
        self.partner.service_user_id = self.own
        self.assertEqual(self.env["customer.tier.service"]._contact_of(self.known), self.own)

    def test_archived_users_do_not_count(self):
        self.tier.write({"service_user_id": self.general.id, "has_service_contact": True})
        self.partner.service_user_id = self.own
        self.own.active = False
        self.assertEqual(self.env["customer.tier.service"]._contact_of(self.known), self.general)
        self.general.active = False
        self.assertFalse(self.env["customer.tier.service"]._contact_of(self.known))

    def test_customer_without_tier(self):
        self.tier.write({"service_user_id": self.general.id, "has_service_contact": True})
        self.known.sudo().tier_id = False
        self.assertFalse(self.env["customer.tier.service"]._contact_of(self.known))

    def test_contacts_share_it_with_their_company(self):
        person = self.env["res.partner"].create({"name": "Person", "parent_id": self.partner.id})
        self.partner.service_user_id = self.own
        self.assertEqual(person.service_user_id, self.own)
        person.service_user_id = self.general
        self.assertEqual(self.partner.service_user_id, self.general)
        another = self.env["res.partner"].create({"name": "Another", "parent_id": self.partner.id})
        self.assertEqual(another.service_user_id, self.general)

    def test_only_internal_users_serve(self):
        portal = new_test_user(self.env, "portal_customer", groups="base.group_portal")
        for record in (self.partner, self.tier):
            with self.subTest(record=record), self.assertRaisesRegex(ValidationError, "portal_customer.*no internal"):
                record.service_user_id = portal

    def test_rights(self):
        self.partner.service_user_id = self.own
        portal = new_test_user(self.env, "portal_customer", groups="base.group_portal")
        portal.partner_id.parent_id = self.partner
        self.assertEqual(self.partner.with_user(self.general).service_user_id, self.own)
        with self.assertRaises(AccessError):
            self.partner.with_user(portal).read(["service_user_id"])
        rep = new_test_user(self.env, "rep", groups="sales_team.group_sale_salesman")
        self.assertEqual(self.env["customer.tier.service"]._contact_of(self.known.with_user(rep)), self.own)
