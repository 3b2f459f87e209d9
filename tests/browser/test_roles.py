"""Every role opens every form, list, kanban and search of contacts, orders, leads and the sales analysis over HTTP."""

import ast
from contextlib import contextmanager

from lxml import etree

from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from .common import ROLES, ScreensCase

INTERNAL = ["admin", *(role for role in ROLES if role != "screens_portal")]
SELLERS = ["admin", "screens_manager", "screens_seller", "screens_own_seller"]
CONTACT_VIEWS = ["form", "list", "kanban", "search", "activity"]
DOCUMENT_VIEWS = ["form", "list", "kanban", "search", "pivot", "graph"]
OURS = "customer_"


def specification(node, models, model):
    """What the web client asks for to show a view: its fields, and those of the views inside of them."""
    asked = {}
    for field in node.xpath(".//field[not(ancestor::field)]") if node.tag != "field" else own_fields(node):
        kind = models[model]["fields"][field.get("name")]
        asked[field.get("name")] = {}
        if kind["type"] == "many2one":
            asked[field.get("name")] = {"fields": {"display_name": {}}}
        elif kind["type"] in ("one2many", "many2many") and len(field):
            asked[field.get("name")] = {"fields": specification(field, models, kind["relation"])}
    return asked


def own_fields(node):
    """The fields of the views inside of a field, but not those of views inside of these."""
    depth = len(node.xpath("ancestor-or-self::field"))
    return [field for field in node.iterdescendants("field") if len(list(field.iterancestors("field"))) == depth]


class Screens(ScreensCase):
    @contextmanager
    def logged_in(self, role):
        self.authenticate(role, role)
        with self.subTest(role=role):
            yield
        self.logout()

    def call(self, model, method, *args, **kwargs):
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{method}", params, timeout=60)

    def views(self, model, kinds):
        """The architecture of each view as this user gets it, and the fields of the models in them."""
        answer = self.call(model, "get_views", views=[(False, kind) for kind in kinds], options={"toolbar": True})
        return {kind: etree.fromstring(answer["views"][kind]["arch"]) for kind in kinds}, answer["models"]

    def open_all(self, model, kinds, records):
        """Read through the forms and lists, then use each of our filters and groups."""
        archs, models = self.views(model, kinds)
        for kind in {"form", "list", "kanban"} & set(kinds):
            asked = specification(archs[kind], models, model)
            if kind == "form":
                self.assertEqual(len(self.call(model, "web_read", records.ids, specification=asked)), len(records))
            else:
                self.assertTrue(self.call(model, "web_search_read", domain=[], specification=asked, limit=80)["length"])
        self.use_search(model, archs["search"])
        return archs

    def use_search(self, model, arch):
        filters = [node for node in arch.iter("filter") if OURS in node.get("name")]
        self.assertGreaterEqual(len(filters), 7, "our filters and groups are there")
        for node in filters:
            self.call(model, "web_search_read", domain=ast.literal_eval(node.get("domain", "[]")), specification={})
            group = safe_eval(node.get("context", "{}")).get("group_by")
            if group:
                self.call(model, "web_read_group", domain=[], groupby=[group], aggregates=["__count"])


@tagged("post_install", "-at_install")
class TestRoles(Screens):
    def test_contacts_for_every_internal_user(self):
        records = self.customers[13] | self.contact | self.newcomer
        for role in INTERNAL:
            with self.logged_in(role):
                self.open_all("res.partner", CONTACT_VIEWS, records)

    def test_labels_for_all_and_numbers_for_sellers(self):
        for role in INTERNAL:
            with self.logged_in(role):
                archs, _models = self.views("res.partner", CONTACT_VIEWS)
                names = {node.get("name") for node in archs["form"].iter("field", "page")}
                self.assertLess({"customer_segment_id", "customer_tier_id"}, names)
                self.assertEqual("customer_segmentation" in names, role in SELLERS)

    def test_documents_for_every_seller(self):
        for role in SELLERS:
            with self.logged_in(role):
                self.open_all("sale.order", DOCUMENT_VIEWS, self.quotation | self.portal_order)
                self.open_all("crm.lead", DOCUMENT_VIEWS, self.leads)
                self.open_all("sale.report", ["list", "search", "pivot", "graph"], self.env["sale.report"])

    def test_lists_of_every_menu(self):
        """Views that no model asks for by itself: leads, quotations, their searches and the pipeline analysis."""
        views = [
            ("sale.order", "sale.view_quotation_tree_with_onboarding", "list"),
            ("sale.order", "sale.sale_order_list_upload", "list"),
            ("sale.order", "sale.sale_order_view_search_inherit_quotation", "search"),
            ("sale.order", "sale.sale_order_view_search_inherit_sale", "search"),
            ("crm.lead", "crm.crm_case_tree_view_leads", "list"),
            ("crm.lead", "crm.crm_lead_view_tree_opportunity_reporting", "list"),
            ("crm.lead", "crm.view_crm_lead_kanban", "kanban"),
            ("crm.lead", "crm.view_crm_case_leads_filter", "search"),
            ("crm.lead", "crm.crm_opportunity_report_view_search", "search"),
        ]
        with self.logged_in("screens_own_seller"):
            for model, name, kind in views:
                with self.subTest(view=name):
                    self.open_one(model, self.env.ref(name).id, kind)

    def open_one(self, model, view, kind):
        answer = self.call(model, "get_views", views=[(view, kind)], options={})
        arch = etree.fromstring(answer["views"][kind]["arch"])
        if kind == "search":
            return self.use_search(model, arch)
        asked = specification(arch, answer["models"], model)
        self.assertIn("customer_segment_id", asked)
        return self.call(model, "web_search_read", domain=[], specification=asked, limit=80)

    def test_documents_show_the_class_of_the_company(self):
        with self.logged_in("screens_own_seller"):
            asked = {"customer_segment_id": {}, "customer_tier_id": {}, "customer_abc_class": {}}
            company = self.call("res.partner", "web_read", self.customers[13].ids, specification=asked)[0]
            lead, unscored, nobody = self.call("crm.lead", "web_read", self.leads[:3].ids, specification=asked)
            order = self.call("sale.order", "web_read", self.quotation.ids, specification=asked)[0]
            for document in (lead, order):
                self.assertEqual({name: document[name] for name in asked}, {name: company[name] for name in asked})
            for document in (unscored, nobody):
                self.assertFalse(any(document[name] for name in asked))

    def test_not_scored_finds_leads_without_customer(self):
        with self.logged_in("screens_own_seller"):
            domain = [("customer_segment_id", "=", False), ("id", "in", self.leads.ids)]
            found = self.call("crm.lead", "search", domain)
            self.assertCountEqual(found, self.leads.filtered(lambda lead: lead.partner_id != self.contact).ids)

    def test_lead_made_in_a_column_of_segments(self):
        """The column's segment comes as a default of the new lead: ignored, not refused."""
        context = {"default_customer_segment_id": self.customers[13].customer_segment_id.id}
        with self.logged_in("screens_own_seller"):
            asked = {"customer_segment_id": {}}
            answer = self.call("crm.lead", "web_save", [], {"name": "Made"}, specification=asked, context=context)
            self.assertFalse(answer[0]["customer_segment_id"])

    def test_portal_pages_open_and_say_nothing(self):
        segment = self.customers[13].customer_segment_id.name
        with self.logged_in("screens_portal"):
            for page in ("/my", "/my/orders", f"/my/orders/{self.portal_order.id}", "/my/account"):
                answer = self.url_open(page)
                self.assertEqual(answer.status_code, 200, page)
                self.assertNotIn(segment, answer.text, page)
                self.assertNotIn("customer_segment", answer.text, page)

    @mute_logger("odoo.http")
    def test_portal_reads_nothing(self):
        with self.logged_in("screens_portal"):
            for name in ("customer_tier_id", "customer_segment_id", "customer_share_in_words", "customer_revenue"):
                with self.assertRaises(JsonRpcException):
                    self.call("res.partner", "web_read", self.portal_partner.ids, specification={name: {}})
