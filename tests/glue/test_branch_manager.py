"""A manager who may work in a branch only, where rules and customers are those of the root company.

The root company itself Odoo hides from such a manager, its name included; what is refused is refused in our words.
"""

from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..addon.security_common import ROLES, SecurityCase

ROLE = "branch_manager"
VIEWS = ("list", "kanban", "form")


@tagged("post_install", "-at_install")
class TestBranchManager(SecurityCase):
    roles = ROLES | {ROLE: ("sales_team.group_sale_manager", ["harbour"])}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.north = cls.policy[cls.company["north"]]

    def theirs(self, records):
        """Records as the manager works with them, with nothing kept in mind that somebody else may have read."""
        self.env.flush_all()
        self.env.invalidate_all()
        return self.model(records._name, ROLE).browse(records.ids)

    @property
    def rules(self):
        return self.theirs(self.north)

    def opened(self, action):
        """What the web client reads of what an action opens."""
        self.env.flush_all()
        self.env.invalidate_all()
        context = action.get("context") if isinstance(action.get("context"), dict) else {}
        model = self.model(action["res_model"], ROLE).with_context(**context)
        views = [view for view in action["views"] if view[1] in VIEWS]
        for mode, view in model.get_views(views)["views"].items():
            spec = self.spec(model, etree.fromstring(view["arch"]))
            if mode != "form":
                domain = action.get("domain")
                model.web_search_read(domain if isinstance(domain, list) else [], spec, limit=20)
            elif action.get("res_id"):
                self.assertTrue(model.browse(action["res_id"]).web_read(spec))
            elif model.has_access("create"):
                model.onchange({}, [], spec)

    def spec(self, model, node):
        """What the web client asks for to show a view."""
        spec = {}
        for child in node.iterchildren(etree.Element):
            field = model._fields.get(child.get("name")) if child.tag == "field" else None
            if child.tag != "field":
                spec |= self.spec(model, child)
            elif field is not None:
                lines = self.spec(self.env[field.comodel_name], child) if field.comodel_name else {}
                spec[field.name] = {"fields": {"display_name": {}, **lines}} if field.relational else {}
        return spec

    # ------------------------------------------------------------------ whatever there is

    def test_every_page_opens(self):
        actions = self.env["ir.actions.act_window"].search([("res_model", "like", "customer.")])
        readable = actions.filtered(lambda action: self.model(action.res_model, ROLE).has_access("read"))
        self.assertGreater(len(readable), 20)
        for action in readable:
            with self.subTest(action.name):
                self.opened({"res_model": action.res_model, "views": action.views})

    def test_every_dialog_opens(self):
        dialogs = [model for model in self.env.values() if model._name.startswith("customer.") and model._transient]
        asked = [
            model for model in dialogs if not model._abstract and self.model(model._name, ROLE).has_access("create")
        ]
        self.assertGreater(len(asked), 10)
        for model in asked:
            with self.subTest(model._name):
                self.opened({"res_model": model._name, "views": [(False, "form")]})

    def test_every_report_is_read_printed_and_exported(self):
        kind = self.env.registry["customer.report.wizard"]
        for model in [model for model in self.env.values() if isinstance(model, kind) and not model._abstract]:
            with self.subTest(model._name):
                dialog = self.model(model._name, ROLE).create({})
                for method in ("action_show", "action_print", "action_export"):
                    getattr(self.theirs(dialog), method)()
                report = self.env.ref(model._report_action).report_name
                self.theirs(dialog)
                page = self.model("ir.actions.report", ROLE)._render_qweb_html(report, dialog._made().ids)[0].decode()
                self.assertIn("North", page)

    def test_the_sheets_of_a_customer_say_what_the_root_company_knows(self):
        """The privacy sheet as every addon adds to it, and the portrait, to a seller of the branch as well."""
        for name in ("customer_segmentation.privacy_sheet", "customer_segmentation_dashboard.contact_portrait"):
            for role in (ROLE, "branch_seller"):
                with self.subTest(name, role=role):
                    self.env.flush_all()
                    self.env.invalidate_all()
                    reports = self.model("ir.actions.report", role)
                    page = reports._render_qweb_html(name, self.acme.ids)[0].decode()
                    self.assertIn("10,000", page)
                    self.assertNotIn("10,700", page, "another company's")

    def test_nothing_is_sorted_by_a_company_that_may_be_hidden(self):
        """Odoo sorts records in memory by the order of what they belong to, which it reads."""

        def leads_to(model, seen=()):
            for part in model._order.split(","):
                field = model._fields[part.split()[0]]
                if field.type == "many2one" and field not in seen:
                    yield field.comodel_name
                    yield from leads_to(self.env[field.comodel_name], (*seen, field))

        for model in self.env.values():
            if model._name.startswith("customer.") and not model._abstract:
                self.assertNotIn("res.company", leads_to(model), model._name)

    # ------------------------------------------------------------------ rules

    def test_a_ladder_is_used(self):
        draft = self.rules._begin_draft()
        for ladder in self.env["customer.tier.ladder"]._presets():
            with self.subTest(ladder):
                draft.with_context(ladder=ladder).action_use_ladder()
                self.assertEqual(len(draft.tier_ids), len(self.env["customer.tier.ladder"]._presets()[ladder]))

    def test_a_version_is_restored(self):
        months = self.north.window_months
        version = self.env["customer.segmentation.rules"]._version_of(self.north, self.north.version)
        tiers = self.north.tier_ids.mapped("name")
        self.north.window_months = 5
        self.north.with_context(ladder="vip").action_use_ladder()
        self.opened(self.theirs(version).action_restore())
        self.assertEqual((self.north.window_months, self.north.tier_ids.mapped("name")), (months, tiers))

    def test_a_scheme_is_copied(self):
        shared = self.north.scheme_id
        with self.assertRaisesRegex(UserError, "North is not scored by this scheme"):
            self.theirs(self.env.ref("customer_segmentation.scheme_8_classes")).action_copy_for_company()
        self.opened(self.theirs(shared).action_copy_for_company())
        self.assertNotEqual(self.north.scheme_id, shared)
        self.assertEqual(self.policy[self.company["south"]].scheme_id, shared)
        self.assertTrue(self.theirs(shared).copy())

    def test_the_question_is_answered(self):
        setup = self.model("customer.segmentation.setup", ROLE)
        classes = self.env.ref("customer_segmentation.scheme_8_classes")
        self.north.setup_done = False
        self.opened(self.theirs(setup.create({"ladder": "vip", "scheme_id": classes.id})).action_apply())
        self.assertEqual((self.north.scheme_id, len(self.north.tier_ids)), (classes, 4))
        self.opened(self.rules.action_open_setup())
        self.assertTrue(self.theirs(setup.create({})).action_apply())

    def test_a_draft_is_previewed_and_applied(self):
        self.opened(self.rules.action_draft())
        draft = self.rules.draft_ids
        self.theirs(draft).with_context(ladder="value").action_use_ladder()
        self.opened(self.theirs(draft).action_draft_scheme())
        self.opened(self.theirs(draft).action_preview())
        self.opened({"res_model": "customer.segmentation.preview", "views": [(False, "list"), (False, "form")]})
        preview = self.env["customer.segmentation.preview"].search([])
        self.assertEqual(self.theirs(preview).mapped("display_name"), ["Preview: North"])
        self.opened(self.theirs(draft).action_apply())
        self.assertEqual(len(self.north.tier_ids), 3)
        self.rules.recompute()
        self.opened(self.rules.action_draft())
        self.opened(self.theirs(self.north.draft_ids).action_discard())

    # ------------------------------------------------------------------ who serves whom

    def test_an_allocation_is_proposed(self):
        allocation = self.model("customer.segmentation.allocation", ROLE)
        self.north.tier_ids.owner_user_ids = self.user["branch_seller"]
        action = allocation.action_start()
        self.opened(action)
        made = self.theirs(allocation.browse(action["res_id"]))
        self.assertEqual(made.display_name, "Allocation of North")
        self.assertTrue(made.line_ids)
        self.opened(made.action_open_lines())

    def test_follow_up_is_stopped(self):
        review = self.model("customer.follow.up.review", ROLE).create({"minimum_contacts": 0})
        self.opened(self.theirs(review).action_show())
        profile = self.profile(self.acme)
        self.opened(self.theirs(profile).action_stop_follow_up())
        approval = self.model("customer.follow.up.approval", ROLE)
        self.theirs(approval.create({"profile_ids": profile.ids, "reason": "Too small"})).action_approve()
        self.assertTrue(self.theirs(profile).follow_up_stopped)
