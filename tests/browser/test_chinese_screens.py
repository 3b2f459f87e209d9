"""A salesperson who reads Chinese: no English is left in what our screens say."""

import json

from odoo.tests import tagged

from .common import ScreensCase

AT_RISK = 13
# Words a Chinese user knows by these letters; with the names of the test's records they are no English left over.
KNOWN = ["ABC", "RFM", "FM", "USD", "EUR", "CSV", "Excel", "Odoo"]
# Fails with every Latin word of two letters or more that is seen, or said to a screen reader, in `places`.
FIND_ENGLISH = """
const say = (text, place) =>
    text
        .split("\\n")
        .filter((line) => /[A-Za-z]{2,}/.test(%(known)s.reduce((rest, word) => rest.replaceAll(word, ""), line)))
        .map((line) => `${place}: ${line}`);
const attributes = ["title", "aria-label", "placeholder", "data-tooltip"];
const found = %(places)s.flatMap((place) => {
    const roots = [...document.querySelectorAll(place)];
    if (!roots.length) {
        return [`nothing at ${place}`];
    }
    return roots.flatMap((root) => {
        const elements = [root, ...root.querySelectorAll("*")];
        return [
            ...say(root.innerText, place),
            ...elements.flatMap((element) => attributes.flatMap((name) => say(element.getAttribute(name) || "", name))),
        ];
    });
});
if (found.length) {
    console.error(`English is left:\\n${[...new Set(found)].join("\\n")}`);
} else if (!document.body.innerText.includes(%(expected)s)) {
    console.error(`not seen: ${%(expected)s}`);
} else {
    console.log("test successful");
}
"""


@tagged("post_install", "-at_install")
class TestChineseScreens(ScreensCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller.lang = "zh_CN"
        for customer in cls.customers:
            customer.user_id = cls.seller
        cls.customers[0].user_id = cls.own_seller

    def look(self, path, ready, places, expected, click=()):
        """Open a page, click, and find no English there.

        :param ready: what is on the page when it is complete, a selector
        :param places: the parts of the page that are ours, selectors
        :param expected: a Chinese text that must be there
        :param click: selectors of what is clicked one after the other when the page is complete
        """
        names = [record.name for record in (*self.users.values(), *self.customers, self.newcomer, self.env.company)]
        words = {"known": json.dumps([*names, *KNOWN]), "places": json.dumps(places), "expected": json.dumps(expected)}
        code = f"""
            (async () => {{
                for (const selector of {json.dumps(click)}) {{
                    document.querySelector(selector).click();
                    await new Promise((resolve) => setTimeout(resolve, 500));
                }}
                {FIND_ENGLISH % words}
            }})().catch((error) => console.error(String(error)));
        """
        self.browser_js(path, code, f"!!document.querySelector({json.dumps(ready)})", login=self.seller.login)

    def test_my_customers(self):
        self.look(
            "/odoo/segmentation-my-customers",
            ".o_list_view .o_data_row",
            [".o_content", ".o_control_panel_breadcrumbs", ".o_search_bar_menu"],
            "风险销售额",
            click=[".o_searchview_dropdown_toggler"],
        )

    def test_customers(self):
        self.look(
            "/odoo/segmentation-customers?view_type=kanban",
            ".o_kanban_view .o_kanban_record",
            [".o_content", ".o_control_panel_breadcrumbs", ".o_search_bar_menu"],
            "核心客户",
            click=[".o_searchview_dropdown_toggler"],
        )

    def test_segments(self):
        self.look(
            "/odoo/segmentation-segments",
            ".o_list_view .o_data_row",
            [".o_content", ".o_control_panel_breadcrumbs", ".o_search_bar_menu", ".o_menu_sections"],
            "即将沉睡客户",
            click=[".o_searchview_dropdown_toggler"],
        )

    def test_contact(self):
        self.look(
            f"/odoo/contacts/{self.customers[AT_RISK].id}",
            ".o_notebook a[name=customer_segmentation]",
            [
                "[name=customer_badges] .badge",
                "a[name=customer_segmentation]",
                ".tab-pane.active",
            ],
            "流失风险客户：最近一次下单在",
            click=[
                ".o_notebook a[name=customer_segmentation]",
                *(
                    f"details[name=customer_fold_{fold}] summary"
                    for fold in ("purchases", "scores", "contacts", "history")
                ),
            ],
        )

    def test_contact_without_purchase(self):
        self.look(
            f"/odoo/contacts/{self.newcomer.id}",
            ".o_notebook a[name=customer_segmentation]",
            ["a[name=customer_segmentation]", ".tab-pane.active"],
            "尚未评分",
            click=[".o_notebook a[name=customer_segmentation]"],
        )
