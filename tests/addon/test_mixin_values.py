"""What contacts and documents show of their customer."""

from lxml import etree

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .security_common import AMOUNTS, SecurityCase

NORTH_REVENUE = AMOUNTS["acme_seller"] + AMOUNTS["acme_other"] + AMOUNTS["acme_branch"]


@tagged("post_install", "-at_install")
class TestMixinValues(SecurityCase):
    def setUp(self):
        super().setUp()
        self.env = self.model("res.partner", "sales_manager").env

    def here(self, record):
        """The record as a sales manager of company North."""
        return record.with_env(self.env)

    # ------------------------------------------------------------------ contacts

    def test_contacts_show_the_numbers_of_their_customer(self):
        for partner in (self.acme, self.ann, self.desk):
            with self.subTest(partner.name):
                shown = self.here(partner)
                self.assertEqual(shown.customer_profile_id, self.profile(self.acme))
                self.assertEqual(shown.customer_segment_id.code, "champions")
                self.assertEqual(shown.customer_revenue, NORTH_REVENUE)
                self.assertEqual((shown.customer_abc_class, shown.customer_segment_id.code), ("A", "champions"))

    def test_a_person_who_buys_is_a_customer_too(self):
        self.acme.sudo().invalidate_recordset()
        moved = self.here(self.ann)
        moved.parent_id = False
        self.assertFalse(moved.customer_profile_id)
        self.assertFalse(self.here(self.desk).customer_profile_id, "the contact of a contact goes with it")
        moved.parent_id = self.acme
        self.assertEqual(moved.customer_revenue, NORTH_REVENUE)

    def test_unscored_contacts_show_nothing(self):
        empty = {
            "customer_segment_id": self.env["customer.segment"],
            "customer_abc_class": False,
            "customer_revenue": 0,
            "customer_last_order_date": False,
            "customer_rfm_code": False,
            "customer_tier_id": self.env["customer.tier"],
        }
        for partner in (self.coral, self.ebb):
            for name, value in empty.items():
                with self.subTest(partner=partner.name, field=name):
                    self.assertEqual(self.here(partner)[name], value)
        self.assertFalse(self.here(self.coral).customer_profile_id)
        self.assertTrue(self.here(self.ebb).customer_profile_id, "the profile of who bought once stays")

    def test_archived_customers_show_their_numbers_until_they_are_removed(self):
        self.assertEqual(self.here(self.dune).customer_revenue, 300)
        self.assertEqual(self.here(self.order["dune"]).customer_revenue, 300)

    def test_many_contacts_cost_few_queries(self):
        partners = self.env["res.partner"].search([])
        partners.mapped("commercial_partner_id.name")
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            partners.mapped("customer_segment_id.name")
            partners.mapped("customer_revenue")

    # ------------------------------------------------------------------ documents

    def test_leads_show_the_customer_in_their_own_company(self):
        self.assertEqual(self.here(self.lead).customer_revenue, NORTH_REVENUE)
        self.assertFalse(self.here(self.lead_without_customer).customer_segment_id)
        lead = self.lead_without_company.with_user(self.user["both_manager"])
        for name, revenue in (("north", NORTH_REVENUE), ("south", AMOUNTS["acme_south"])):
            with self.subTest(current=name):
                current = lead.with_context(allowed_company_ids=[self.company[name].id])
                self.assertEqual(current.customer_revenue, revenue)
                self.assertIn(current, current.search([("customer_revenue", "=", revenue)]))

    def test_a_new_quotation_shows_the_segment_at_once(self):
        with Form(self.env["sale.order"]) as quotation:
            self.assertFalse(quotation.customer_segment_id)
            quotation.partner_id = self.ann
            self.assertEqual(quotation.customer_segment_id.name, "Champions")
            quotation.partner_id = self.coral
            self.assertFalse(quotation.customer_segment_id)
            quotation.partner_id = self.pine

    def test_another_customer_and_back(self):
        """Back at the customer it was saved with, a quotation differs from what is shown, not from what is saved."""
        saved = self.env["sale.order"].create({"partner_id": self.acme.id})
        with Form(saved) as quotation:
            quotation.partner_id = self.bolt
            self.assertEqual(quotation.customer_segment_id.code, "lost")
            quotation.partner_id = self.acme
            self.assertEqual(quotation.customer_segment_id.code, "champions")

    def test_onchange_of_a_quotation_tells_the_client_the_segment(self):
        segment = {"fields": {"display_name": {}}}
        specification = {"partner_id": {}, "customer_segment_id": segment, "customer_abc_class": {}}
        for role in ("seller", "sales_manager"):
            orders = self.model("sale.order", role)
            values = orders.onchange({"partner_id": self.ann.id}, ["partner_id"], specification)["value"]
            with self.subTest(role=role):
                self.assertEqual(values["customer_segment_id"]["display_name"], "Champions")
                self.assertEqual(values["customer_abc_class"], "A")

    def test_a_new_record_shows_its_customer(self):
        for model in ("sale.order", "crm.lead"):
            with self.subTest(model=model):
                new = self.env[model].new({"partner_id": self.ann.id})
                self.assertEqual(new.customer_revenue, NORTH_REVENUE)
        self.assertFalse(self.env["res.partner"].new({"name": "New"}).customer_segment_id)
        contact = self.env["res.partner"].new({"name": "New", "parent_id": self.acme.id})
        self.assertEqual(contact.customer_abc_class, "A")

    def test_another_customer_is_seen_at_once(self):
        order = self.here(self.order["coral"])
        self.assertFalse(order.customer_segment_id)
        order.partner_id = self.acme
        self.assertEqual(order.customer_revenue, NORTH_REVENUE)

    def test_the_segment_at_order_stays(self):
        order = self.here(self.order["coral"])
        order.partner_id = self.pine
        order.action_confirm()
        segment = self.profile(self.pine).segment_id
        self.assertEqual(order.segment_at_order_id, segment)
        self.assertFalse(order.copy().segment_at_order_id)
        order._action_cancel()
        order.action_draft()
        self.assertFalse(order.segment_at_order_id)

    def test_each_order_of_several_keeps_its_own_segment(self):
        orders = self.here(self.order["coral"] | self.order["coral"].copy())
        orders[0].partner_id, orders[1].partner_id = self.pine, self.acme
        orders.action_confirm()
        self.assertEqual(orders.mapped("segment_at_order_id.code"), ["potential_loyalist", "champions"])

    # ------------------------------------------------------------------ copies, imports

    def test_records_are_copied(self):
        for record in (self.acme, self.ann, self.order["bolt"], self.lead):
            with self.subTest(record=record):
                self.assertTrue(self.here(record).copy())

    def test_copies_show_their_own_customer(self):
        self.assertFalse(self.here(self.acme).copy().customer_segment_id)
        self.assertEqual(self.here(self.lead).copy().customer_abc_class, "A")

    def test_an_import_that_names_a_computed_field_is_refused_in_words(self):
        columns = {"customer_abc_class": "A", "customer_revenue": "5", "customer_segment_id": "Champions"}
        for name, value in columns.items():
            label = self.env["res.partner"]._fields[name].string
            result = self.env["res.partner"].load(["name", name], [["Imported", value]])
            with self.subTest(field=name):
                self.assertFalse(result["ids"])
                self.assertIn(f"{label} is computed", " ".join(message["message"] for message in result["messages"]))
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Imported")]))

    def test_an_import_beside_computed_fields_works(self):
        result = self.env["res.partner"].load(["name", "city"], [["Imported", "Rome"]])
        self.assertTrue(result["ids"], result["messages"])

    def test_exports_are_readable(self):
        names = ["name", "customer_segment_id", "customer_abc_class", "customer_revenue"]
        rows = self.here(self.acme | self.coral).export_data([*names, "customer_last_order_date"])["datas"]
        day = fields.Date.to_date(self.profile(self.acme).last_order_date)
        self.assertEqual(rows[0], ["Acme", "Champions", "A", NORTH_REVENUE, day])
        self.assertEqual(rows[1], ["Coral", "", "", 0, ""])

    def test_writing_is_refused_on_new_records_as_on_old_ones(self):
        with self.assertRaises(UserError):
            self.env["res.partner"].create({"name": "New", "child_ids": [Command.create(self.with_class())]})

    def with_class(self):
        return {"name": "Contact", "customer_abc_class": "A"}

    # ------------------------------------------------------------------ badges

    def test_two_badges_and_the_same_on_every_screen(self):
        for role, partner in (("employee", self.acme), ("employee", self.ann), ("seller", self.ann)):
            with self.subTest(role=role, partner=partner.name):
                self.assertEqual(self.badges(self.model("res.partner", role).browse(partner.id)), ("Champions", "Gold"))
        for document in (self.order["acme_seller"], self.lead):
            with self.subTest(document=document):
                self.assertEqual(self.badges(self.here(document)), ("Champions", "Gold"))
        self.assertEqual(
            self.badges(self.model("res.partner", "south_manager").browse(self.ann.id)), ("New", "High Value")
        )

    def badges(self, record):
        return record.customer_segment_id.name, record.customer_tier_id.name

    def test_a_list_has_a_column_of_tiers_where_there_is_a_ladder(self):
        self.assertEqual(self.columns("seller"), {("res.partner", True), ("sale.order", True), ("crm.lead", True)})
        self.policy[self.company["north"]].tier_ids.unlink()
        self.assertEqual(self.columns("seller"), {("res.partner", False), ("sale.order", False), ("crm.lead", False)})
        self.assertIn(("res.partner", True), self.columns("both_manager", "north", "south"), "South has a ladder")

    def columns(self, role, *companies):
        """(model, whether its list shows tiers)."""
        shown = set()
        for model in ("res.partner", "sale.order", "crm.lead"):
            arch = etree.fromstring(self.model(model, role, *companies).get_view(view_type="list")["arch"])
            segment, tier = (arch.find(f".//field[@name='customer_{name}_id']") for name in ("segment", "tier"))
            self.assertEqual((segment.get("string"), tier.get("string")), ("Segment", "Tier"))
            self.assertEqual((segment.get("optional"), tier.get("optional")), ("show", "show"))
            shown.add((model, not tier.get("column_invisible")))
        return shown
