"""Our menu: few entries, each of which opens what its reader may see under the name it has in the menu."""

import json

from lxml import etree

from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .test_roles import Screens, specification

SELLERS = ("screens_own_seller", "screens_seller")
READERS = (*SELLERS, "screens_manager")
OTHERS = ("screens_administrator", "screens_contact_keeper", "screens_employee", "screens_portal")
# Fails when a section does not fit beside the others, or an entry is cut.
FIND_CUT = """
(async () => {
    const wait = () => new Promise((resolve) => setTimeout(resolve, 300));
    await wait();
    const wrong = [];
    const cut = (element) => element.scrollWidth > element.clientWidth + 1;
    const sections = [...document.querySelectorAll(".o_menu_sections > *")].filter((one) => one.offsetWidth);
    if (document.querySelector(".o_menu_sections_more")) {
        wrong.push("not every section fits");
    }
    if (sections.length !== %(count)s) {
        wrong.push(`sections: ${sections.map((one) => one.innerText).join(", ")}`);
    }
    for (const section of sections) {
        if (cut(section)) {
            wrong.push(`cut: ${section.innerText}`);
        }
        if (section.matches(".dropdown-toggle, .o-dropdown")) {
            section.click();
            await wait();
            for (const entry of document.querySelectorAll(".o-dropdown--menu .dropdown-item")) {
                if (cut(entry)) {
                    wrong.push(`cut: ${entry.innerText}`);
                }
            }
            section.click();
            await wait();
        }
    }
    wrong.length ? console.error(wrong.join("\\n")) : console.log("test successful");
})().catch((error) => console.error(String(error)));
"""


class MenuCase(Screens):
    """What stands at the top, by role, and below it."""

    SELLER = {
        "menu_my_day": [],
        "menu_of_customers": ["menu_my_customers", "menu_customers"],
        "menu_segments": [],
        "menu_tiers": [],
    }
    MANAGER = {
        **SELLER,
        "menu_tiers": ["menu_tiers_of_managers", "menu_tier_review"],
        "menu_playbooks_root": ["menu_playbooks", "menu_playbook_results", "menu_churn_analysis"],
        "menu_of_reports": ["menu_interactions"],
        "menu_configuration": [
            "menu_policies",
            "menu_imported_purchases",
            "menu_schemes",
            "menu_churn_reasons",
            "menu_holidays",
            "menu_exclusions",
            "menu_left_out",
            "menu_runs",
        ],
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        policy = cls.env["customer.segmentation.policy"]._of_company(cls.env.company)
        policy.with_context(ladder="metals").action_use_ladder()
        policy.recompute()
        cls.root = cls.env.ref("customer_segmentation.menu_root")

    def visible(self, role):
        menus = self.env["ir.ui.menu"]
        if self.users[role].share:
            return menus  # which has no menu at all
        return menus.browse(menus.with_user(self.users[role])._visible_menu_ids())

    def name(self, menu):
        return menu.get_external_id()[menu.id].partition(".")[2]

    def leaves(self, menu, visible):
        """What can be clicked under a section: the entries at the ends."""
        children = (menu.child_id & visible).sorted("sequence")
        return self.env["ir.ui.menu"].union(*(self.leaves(child, visible) for child in children)) if children else menu

    def sections(self, role):
        """By what stands at the top, what is to be clicked under it; nothing under what opens at a click."""
        visible = self.visible(role)
        top = (self.root.child_id & visible).sorted("sequence") if self.root in visible else ()
        return {
            self.name(section): [self.name(leaf) for leaf in self.leaves(section, visible) - section] for section in top
        }

    def entries(self, role):
        visible = self.visible(role)
        ours = self.env["ir.model.data"].search(
            [("model", "=", "ir.ui.menu"), ("module", "=like", "customer_segmentation%")]
        )
        elsewhere = self.env["ir.ui.menu"].browse(ours.mapped("res_id")) - self.under(self.root)
        entries = self.leaves(self.root, visible) if self.root in visible else self.env["ir.ui.menu"]
        return entries | (elsewhere & visible)

    def under(self, menu):
        return self.env["ir.ui.menu"].search([("id", "child_of", menu.id)])


@tagged("post_install", "-at_install")
class TestMenu(MenuCase):
    def test_what_stands_at_the_top_and_below_it(self):
        for role in SELLERS:
            self.assertEqual(self.sections(role), self.SELLER, role)
        self.assertEqual(self.sections("screens_manager"), self.MANAGER)
        self.assertEqual(list(self.sections("screens_manager")), list(self.MANAGER))
        for role in OTHERS:
            self.assertFalse(self.sections(role), role)

    def test_a_seller_has_five_entries_at_most(self):
        for role in SELLERS:
            self.assertLessEqual(len(self.sections(role)), 5)

    def test_no_two_entries_have_one_name(self):
        for lang in ("en_US", "zh_CN"):
            self.env["res.lang"]._activate_lang(lang)
            for role in READERS:
                entries = self.entries(role) - self.env.ref("customer_segmentation.menu_of_sales")
                names = entries.with_context(lang=lang).mapped("name")
                self.assertEqual(sorted(set(names)), sorted(names), role)

    def test_no_section_is_empty(self):
        """Odoo hides a section without entries; nobody would find out that it stands there."""
        for menu in self.under(self.root):
            self.assertTrue(menu.action or menu.child_id, menu.complete_name)

    def test_it_is_an_app_and_one_entry_of_sales(self):
        self.assertFalse(self.root.parent_id)
        self.assertTrue(self.root.web_icon_data)
        entry = self.env.ref("customer_segmentation.menu_of_sales")
        self.assertEqual(entry.parent_id, self.env.ref("sale.sale_menu_root"))
        self.assertEqual(entry.action.url, "/odoo/my-day")
        for role in (*READERS, *OTHERS):
            self.assertEqual(entry in self.visible(role), role in READERS, role)

    def test_every_entry_opens_under_its_name(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        for role in READERS:
            user = self.users[role]
            with self.logged_in(role):
                for menu in self.entries(role):
                    with self.subTest(entry=menu.complete_name):
                        action = self.opened(menu.action)
                        if action["type"] == "ir.actions.act_window":
                            self.open_action(action, user)
                        for lang in ("en_US", "zh_CN"):
                            named = menu.with_context(lang=lang)
                            self.assertEqual(self.title(named, lang), named.name, "the title is another one")

    def opened(self, action):
        """What the web client gets for an entry."""
        if action._name == "ir.actions.server":
            answer = self.make_jsonrpc_request("/web/action/run", {"action_id": action.id, "context": {}})
            return answer
        return self.make_jsonrpc_request("/web/action/load", {"action_id": action.id})

    def title(self, menu, lang):
        return menu.action.with_context(lang=lang).name

    def open_action(self, action, user):
        model, views = action["res_model"], [list(view) for view in action["views"]]
        search = action.get("search_view_id")
        views += [[search[0] if search else False, "search"]]
        answer = self.call(model, "get_views", views=views, options={"toolbar": True})
        domain = action.get("domain") or []
        domain = safe_eval(domain, {"uid": user.id}) if isinstance(domain, str) else domain
        for kind, view in answer["views"].items():
            arch = etree.fromstring(view["arch"])
            self.assertLessEqual(len(arch.findall("header")), 1, "the web client shows the buttons of one")
            if kind == "search":
                self.use_all_filters(model, arch, domain)
            elif kind in ("list", "kanban"):
                asked = specification(arch, answer["models"], model)
                self.call(model, "web_search_read", domain=domain, specification=asked, limit=80)
            elif kind == "form" and action.get("target") == "new":
                self.call(model, "onchange", [], {}, [], specification(arch, answer["models"], model))

    def use_all_filters(self, model, arch, domain):
        for node in arch.iter("filter"):
            wanted = safe_eval(node.get("domain", "[]"), {"uid": self.session.uid})
            self.call(model, "web_search_read", domain=[*domain, *wanted], specification={}, limit=1)
            group = safe_eval(node.get("context", "{}")).get("group_by")
            if group:
                self.call(model, "web_read_group", domain=domain, groupby=[group], aggregates=["__count"])


@tagged("post_install", "-at_install")
class TestMenuOnTheScreen(MenuCase):
    browser_size = "1366x768"

    def test_nothing_is_cut(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        for role in ("screens_own_seller", "screens_manager"):
            count = len(self.root.child_id & self.visible(role))
            for lang in ("en_US", "zh_CN"):
                self.users[role].lang = lang
                with self.subTest(role=role, lang=lang):
                    self.browser_js(
                        "/odoo/segmentation-my-customers",
                        FIND_CUT % {"count": json.dumps(count)},
                        "!!document.querySelector('.o_menu_sections > *')",
                        login=role,
                    )

    def test_the_entry_of_sales_leads_to_the_app(self):
        self.start_tour("/odoo/orders", "segmentation_menu_of_sales_tour", login="screens_own_seller")
