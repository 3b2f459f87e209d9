"""Further reasons that apps know for who stands on My Day."""

from odoo.tests import tagged

from ..addon.test_my_day import DeskCase


@tagged("post_install", "-at_install")
class TestReasonsOfApps(DeskCase):
    def test_what_a_customer_means_to_buy(self):
        leads = self.env["crm.lead"].create(
            [
                {"name": name, "partner_id": self.ann.id, "user_id": self.seller.id, "customer_intent": intent}
                for name, intent in (("Ten pianos", "interested"), ("Organ", "hesitating"))
            ]
        )
        leads.activity_ids.unlink()
        leads[1].user_id = False
        self.assertIn("Interested: Ten pianos", self.why("Ann"))
        self.assertNotIn("Organ", self.why("Ann"), "nobody's lead is no reason of this person")
        other = self.other_company()
        self.seller.company_ids += other
        leads[0].company_id = other
        both = {"allowed_company_ids": [self.company.id, other.id]}
        day = self.env["customer.desk"].with_user(self.seller).with_context(**both).action_open_day()
        self.assertNotIn("Ten pianos", str(day["rows"][0]["why"]), "it is another company's")

    def test_who_was_not_satisfied(self):
        satisfaction = self.env["customer.satisfaction"]
        satisfaction.create({"partner_id": self.ann.id, "rating": "2"})
        satisfaction.create({"partner_id": self.bob.id, "rating": "5"})
        self.assertIn("Satisfied with 2 of 5 only", self.why("Ann"))
        self.assertNotIn("Satisfied", self.why("Bob"))
