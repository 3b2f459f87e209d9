"""Rows about a customer are for who may see the contact, with every addon of the family."""

from odoo import fields
from odoo.tests import tagged

from ..addon import test_security_contacts


@tagged("post_install", "-at_install")
class TestSecurityContactsOfAll(test_security_contacts.TestSecurityContacts):
    at_least = test_security_contacts.TestSecurityContacts.at_least | {
        "customer.follow.up.stop",
        "customer.satisfaction",
        "customer.satisfaction.request",
    }

    @classmethod
    def _make_entry(cls, contact):
        company, today = cls.company["north"].id, fields.Date.today()
        of_customer = {"partner_id": contact.id, "company_id": company}
        cls.env["customer.satisfaction"].create({**of_customer, "rating": "2"})
        cls.env["customer.satisfaction.request"].create({**of_customer, "sent_on": today})
        stop = {"since": today, "stopped_at": fields.Datetime.now(), "reason": "Too dear"}
        cls.env["customer.follow.up.stop"].create({**of_customer, **stop})
        return super()._make_entry(contact)

    def test_nobody_takes_a_customer_out_of_sight(self):
        for contact in (self.bolt, self.ebb):
            contact.user_id = False
            stop = self.env["customer.follow.up.stop"].search([("partner_id", "=", contact.id)])
            for role in ("seller", "all_seller", "sales_manager"):
                mine = stop.with_env(self.model("customer.follow.up.stop", role).env)
                self.assertRefused(mine.action_take)
                self.assertRefused(mine.action_resume)
            self.assertFalse(contact.user_id)
            self.assertFalse(stop.ended_on)
