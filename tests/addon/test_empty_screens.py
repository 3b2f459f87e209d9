"""No screen is empty without a way on: what stands there fits, and leads somewhere its reader may go."""

from lxml import etree, html

from odoo.tests import new_test_user, tagged

from .common import SegmentationCase

LISTS = {"list", "kanban", "pivot", "graph"}


@tagged("post_install", "-at_install")
class TestEmptyScreens(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        named = cls.env["ir.model.data"].search(
            [("model", "=", "ir.actions.act_window"), ("module", "=like", "customer_segmentation%")]
        )
        actions = cls.env["ir.actions.act_window"].browse(named.mapped("res_id"))
        cls.screens = actions.filtered(
            lambda action: action.target != "new" and set(action.view_mode.split(",")) & LISTS
        )
        cls.seller = new_test_user(cls.env, "empty_seller", groups="sales_team.group_sale_salesman")
        cls.manager = new_test_user(cls.env, "empty_manager", groups="sales_team.group_sale_manager")

    def links(self, action):
        return [a.get("href").removeprefix("/odoo/") for a in html.fromstring(action.help).iter("a")]

    def target(self, path):
        """The action behind an address."""
        if path.startswith("action-"):
            return self.env.ref(path.removeprefix("action-"))
        found = self.env["ir.actions.actions"].search([("path", "=", path)])
        return self.env[found.type].browse(found.id)

    def test_every_one_says_what_is_the_matter(self):
        self.assertGreater(len(self.screens), 15)
        for action in self.screens:
            with self.subTest(action=action.name):
                said = html.fromstring(f"<div>{action.help or ''}</div>")
                self.assertTrue(said.xpath("//p[starts-with(@class, 'o_view_nocontent')]"))

    def test_every_one_offers_the_next_step(self):
        for action in self.screens.filtered("help"):
            with self.subTest(action=action.name):
                self.assertTrue(self.links(action) or self.has_new(action), "neither a link nor a button New")

    def has_new(self, action):
        view = next((view for view, kind in action.views if kind == "list"), False)
        arch = etree.fromstring(self.env[action.res_model].get_view(view, "list")["arch"])
        return arch.get("create") not in ("0", "false", "False")

    def test_every_link_leads_where_the_reader_may_go(self):
        for action in self.screens.filtered("help"):
            for path in self.links(action):
                target = self.target(path)
                with self.subTest(action=action.name, path=path):
                    self.assertEqual(len(target), 1, "nothing has this address")
                    model = target.res_model if target._name == "ir.actions.act_window" else target.model_id.model
                    for user in self.seller | self.manager:
                        env = self.env(user=user)
                        if env[action.res_model].has_access("read") and "account" not in path:
                            self.assertTrue(env[model].has_access("read"), user.login)
