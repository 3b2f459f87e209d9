"""Other companies see nothing, branches see the totals of their root, sellers their own documents."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .security_common import AMOUNTS, SecurityCase

NORTH_REVENUE = AMOUNTS["acme_seller"] + AMOUNTS["acme_other"] + AMOUNTS["acme_branch"]

NUMBER_OF = {
    "customer.segmentation.profile": "revenue",
    "customer.segmentation.transition": "revenue",
    "customer.segmentation.run": "customer_count",
    "customer.segmentation.policy": "window_months",
    "customer.segmentation.policy.version": "number",
    "customer.transaction": "amount",
    "customer.imported.purchase": "amount",
    "customer.tier": "name",
    "customer.tier.criterion": "entry",
    "customer.interaction": "channel",
    "customer.playbook": "summary",
    "customer.playbook.entry": "value",
    "customer.playbook.result": "revenue",
    "customer.segmentation.exclusion": "note",
}
# Who may see all records of the own company; of the others, managers of sales and of scores.
ROLES_OF = {
    "customer.interaction": ("sales_manager", "both_manager"),
    "customer.tier": ("employee", "seller", "sales_manager", "both_manager", "scores_manager"),
    "customer.tier.criterion": ("employee", "seller", "sales_manager", "both_manager", "scores_manager"),
}
# Written by a user for this user alone, or read and written by nobody but the engine: tested with what they are for.
OWN_ONLY = {
    "customer.segmentation.setup",
    "customer.segmentation.setup.app",
    "customer.tier.edge",
    "customer.tier.override",
    "customer.segmentation.failure",
    "customer.segmentation.queue",
    "customer.segmentation.staging",
    "customer.desk.row",
    "customer.segmentation.report",
    "customer.playbook.start",
    "customer.playbook.state",
    "customer.segmentation.exclude",
}
# Sets of segments, reasons and holidays belong to no company.
OF_NO_COMPANY = {
    "customer.segment",
    "customer.segment.range",
    "customer.segment.scheme",
    "customer.churn.reason",
    "customer.holiday",
}


@tagged("post_install", "-at_install")
class TestSecurityCompanies(SecurityCase):
    def happen(self):
        """A call."""
        seller = self.user["other_seller"]
        order = self.order["acme_other"].with_user(seller)
        order.activity_schedule("mail.mail_activity_data_call", user_id=seller.id).action_feedback()

    def of_north(self):
        """Records of company North of every model that keeps numbers."""
        north = self.company["north"]
        profile = self.profile(self.acme)
        playbook = self.env["customer.playbook"].create({"name": "Ours", "company_id": north.id})
        entry = self.env["customer.playbook.entry"].create(
            {"playbook_id": playbook.id, "profile_id": profile.id, "entered_on": "2020-01-01", "cause": "test"}
        )
        purchase = {"company_id": north.id, "partner_id": self.acme.id, "date": "2020-01-01", "amount": 1}
        tiers = self.policy[north].tier_ids
        self.happen()
        exclusion = self.env["customer.segmentation.exclusion"].create(
            {"partner_id": self.coral.id, "company_id": north.id, "note": "A letter"}
        )
        return {
            "customer.segmentation.profile": profile,
            "customer.segmentation.transition": profile.transition_ids,
            "customer.segmentation.run": self.env["customer.segmentation.run"].search([("company_id", "=", north.id)]),
            "customer.segmentation.policy": self.policy[north],
            "customer.segmentation.policy.version": self.policy[north].version_ids,
            "customer.transaction": self.env["customer.transaction"].search([("branch_id", "=", north.id)]),
            "customer.imported.purchase": self.env["customer.imported.purchase"].create({**purchase, "reference": "1"}),
            "customer.tier": tiers,
            "customer.tier.criterion": tiers.criterion_ids,
            "customer.interaction": self.env["customer.interaction"].search([("partner_id", "=", self.acme.id)]),
            "customer.playbook": playbook,
            "customer.playbook.entry": entry,
            "customer.playbook.result": self.env["customer.playbook.result"].browse(entry.id),
            "customer.segmentation.exclusion": exclusion,
        }

    def test_no_model_is_forgotten(self):
        ours = {
            name
            for name, model in self.env.registry.items()
            if model._original_module == "customer_segmentation" and not model._abstract
        }
        self.assertEqual(ours - set(NUMBER_OF) - OWN_ONLY - OF_NO_COMPANY, set())

    # ------------------------------------------------------------------ another company

    def test_what_is_of_no_company_is_as_open_as_its_contact(self):
        """Meetings, leads without a company, what was excluded everywhere."""
        south = self.company["south"]
        theirs, everybodys = self.env["res.partner"].create(
            [{"name": "Only South", "is_company": True}, {"name": "All", "is_company": True}]
        )
        user = self.user["both_manager"]
        start = fields.Datetime.now() - timedelta(days=2)
        for partner in theirs | everybodys:
            meeting = {"name": "Talk", "partner_ids": partner.ids, "user_id": user.id}
            self.env["calendar.event"].create({**meeting, "start": start, "stop": start})
            self.env["customer.segmentation.exclusion"].create(
                {"partner_id": partner.id, "company_id": False, "reason": "other", "note": "A secret"}
            )
        theirs.company_id = south
        self.env.flush_all()
        for model in ("customer.interaction", "customer.segmentation.exclusion"):
            for role, seen in (("sales_manager", everybodys), ("both_manager", theirs | everybodys)):
                with self.subTest(model=model, role=role):
                    self.env.invalidate_all()
                    found = self.model(model, role).search([("partner_id", "in", (theirs | everybodys).ids)])
                    self.assertEqual(found.sudo().partner_id, seen)

    def test_another_company_finds_and_reads_nothing(self):
        for model, records in self.of_north().items():
            self.assertTrue(records, model)
            stranger = self.model(model, "south_manager")
            name = NUMBER_OF[model]
            self.env.invalidate_all()
            with self.subTest(model=model):
                self.assertFalse(stranger.search([("id", "in", records.ids)]))
                self.assertEqual(stranger._read_group([("id", "in", records.ids)], [], ["__count"]), [(0,)])
                self.assertRefused(stranger.browse(records.ids).read, [name])
                self.assertRefused(stranger.browse(records.ids[0]).__getitem__, name)
                self.assertRefused(stranger.browse(records.ids).export_data, [name])

    def test_the_own_company_is_found(self):
        for model, records in self.of_north().items():
            for role in ROLES_OF.get(model, ("sales_manager", "both_manager", "scores_manager")):
                with self.subTest(model=model, role=role):
                    found = self.model(model, role).search([("id", "in", records.ids)])
                    self.assertEqual(set(found.ids), set(records.ids))
                    self.assertGranted(self.model(model, role).browse(records.ids).read)

    def test_a_company_switched_off_is_another_company(self):
        for model, records in self.of_north().items():
            with self.subTest(model=model):
                self.assertFalse(self.model(model, "both_manager", "south").search([("id", "in", records.ids)]))

    def test_shared_customers_show_the_numbers_of_the_own_company(self):
        partners = self.model("res.partner", "south_manager")
        acme = partners.browse(self.acme.id)
        self.assertEqual(acme.customer_revenue, AMOUNTS["acme_south"])
        self.assertEqual(acme.customer_order_count, 1)
        self.assertEqual(acme.customer_profile_id.company_id, self.company["south"])
        self.assertFalse(partners.browse(self.pine.id).customer_profile_id)
        mine = partners.search([("customer_revenue", ">", 0), ("is_company", "=", True)])
        self.assertEqual(mine, acme)
        self.assertFalse(partners.search([("customer_revenue", ">", AMOUNTS["acme_south"])]))
        self.assertEqual(partners._read_group([], [], ["customer_revenue:max"]), [(AMOUNTS["acme_south"],)])

    def test_the_link_does_not_lead_to_another_company(self):
        """A search for the identifier of another company's profile finds no contact."""
        theirs = self.profile(self.pine).id
        partners = self.model("res.partner", "south_manager")
        self.assertFalse(partners.search([("customer_profile_id", "=", theirs)]))
        self.assertFalse(partners.search([("customer_profile_id", "any", [("id", "=", theirs)])]))
        self.assertFalse(partners.search([("customer_profile_id.company_id", "=", self.company["north"].id)]))

    def test_documents_show_the_numbers_of_their_own_company(self):
        """Both companies are switched on; whichever is current, an order keeps to its own."""
        north, south = self.order["acme_seller"].id, self.order["acme_south"].id
        for companies in (("north", "south"), ("south", "north")):
            orders = self.model("sale.order", "both_manager", *companies)
            with self.subTest(companies=companies):
                self.assertEqual(orders.browse(north).customer_revenue, NORTH_REVENUE)
                self.assertEqual(orders.browse(south).customer_revenue, AMOUNTS["acme_south"])
                found = orders.search([("customer_revenue", "=", AMOUNTS["acme_south"])])
                self.assertEqual(found.ids, [south])
                groups = dict(orders._read_group([("id", "in", [north, south])], ["customer_revenue"], ["__count"]))
                self.assertEqual(groups, {float(NORTH_REVENUE): 1, float(AMOUNTS["acme_south"]): 1})
                sold = orders.env["sale.report"].search([("order_reference", "=", f"sale.order,{south}")])
                self.assertEqual(sold.mapped("customer_revenue"), [AMOUNTS["acme_south"]])

    def test_contacts_show_the_numbers_of_the_current_company(self):
        for companies, revenue in ((("north", "south"), NORTH_REVENUE), (("south", "north"), AMOUNTS["acme_south"])):
            partners = self.model("res.partner", "both_manager", *companies)
            with self.subTest(companies=companies):
                self.assertEqual(partners.browse(self.acme.id).customer_revenue, revenue)
                self.assertIn(self.acme.id, partners.search([("customer_revenue", "=", revenue)]).ids)

    # ------------------------------------------------------------------ branches

    def test_branches_see_the_totals_of_their_root(self):
        acme = self.model("res.partner", "branch_seller").browse(self.acme.id)
        self.assertEqual(acme.customer_revenue, NORTH_REVENUE)
        self.assertEqual(acme.customer_profile_id.company_id, self.company["north"])
        order = self.model("sale.order", "branch_seller").browse(self.order["acme_branch"].id)
        self.assertEqual(order.customer_revenue, NORTH_REVENUE)
        for record in (self.profile(self.acme), self.policy[self.company["north"]]):
            self.assertGranted(record.with_user(self.user["branch_seller"]).read)

    def test_branches_see_their_own_transactions(self):
        transactions = self.model("customer.transaction", "branch_seller").search([])
        self.assertEqual(transactions.mapped("amount"), [AMOUNTS["acme_branch"]])
        self.assertEqual(transactions.branch_id, self.company["harbour"])
        elsewhere = self.env["customer.transaction"].search([("amount", "=", AMOUNTS["acme_seller"])])
        self.assertRefused(transactions.browse(elsewhere.ids).read, ["amount"])

    # ------------------------------------------------------------------ own documents

    def test_sellers_see_their_own_transactions_and_those_of_nobody(self):
        own = {5000, 40, 300, 900}  # the last one is nobody's
        transactions = self.model("customer.transaction", "seller").search([])
        self.assertEqual(set(transactions.mapped("amount")), own)
        theirs = self.env["customer.transaction"].search([("amount", "=", AMOUNTS["acme_other"])])
        self.assertRefused(transactions.browse(theirs.ids).read, ["amount"])
        self.assertFalse(transactions.search([("amount", "=", AMOUNTS["acme_other"])]))
        [(total,)] = transactions._read_group([("partner_id", "=", self.acme.id)], [], ["amount:sum"])
        self.assertEqual(total, AMOUNTS["acme_seller"])

    def test_scores_without_sales_show_nobodys_documents_only(self):
        transactions = self.model("customer.transaction", "scores_user").search([])
        self.assertEqual(transactions.mapped("amount"), [900])

    def test_transactions_follow_the_rules_of_orders(self):
        for role in ("seller", "other_seller", "all_seller", "sales_manager", "branch_seller", "south_manager"):
            orders = self.model("sale.order", role).search([("state", "=", "sale")])
            transactions = self.model("customer.transaction", role).search([])
            with self.subTest(role=role):
                self.assertEqual(set(transactions.mapped("source_id")), set(orders.ids))

    def test_who_may_not_read_orders_reads_no_transaction(self):
        for role in ("public", "portal", "employee", "billing"):
            with self.subTest(role=role):
                self.assertRefused(self.model("customer.transaction", role).search, [])

    def test_totals_are_company_wide_for_every_seller(self):
        for role in ("seller", "other_seller", "all_seller", "scores_user"):
            acme = self.model("res.partner", role).browse(self.acme.id)
            with self.subTest(role=role):
                self.assertEqual(acme.customer_revenue, NORTH_REVENUE)
                self.assertEqual(acme.customer_profile_id.revenue, NORTH_REVENUE)

    def test_sellers_do_not_find_orders_of_others_by_their_customer(self):
        orders = self.model("sale.order", "seller").search([("customer_revenue", ">", 0)])
        self.assertNotIn(self.order["acme_other"], orders)
        self.assertIn(self.order["acme_seller"], orders)

    # ------------------------------------------------------------------ nobody is locked out

    def test_forms_open_for_every_role(self):
        opened = {
            "res.partner": ("employee", "billing", "seller", "sales_manager", "scores_user", "scores_manager"),
            "sale.order": ("seller", "all_seller", "sales_manager"),
            "crm.lead": ("seller", "all_seller", "sales_manager"),
            "customer.segmentation.profile": ("seller", "sales_manager", "scores_user"),
        }
        records = {
            "res.partner": self.acme,
            "sale.order": self.order["acme_seller"],
            "crm.lead": self.lead,
            "customer.segmentation.profile": self.profile(self.acme),
        }
        for model, roles in opened.items():
            for role in roles:
                with self.subTest(model=model, role=role):
                    Form(self.model(model, role).browse(records[model].ids))

    def test_the_portal_opens_its_own_page(self):
        pia = self.model("res.partner", "portal").browse(self.pia.id)
        self.assertTrue(pia.read(["name"]))
        self.assertTrue(self.model("sale.order", "portal").browse(self.order["pine"].id).read(["name"]))

    def test_computing_does_not_hide_behind_the_rights_of_others(self):
        """A value one user computed is not found in the cache by another."""
        seller = self.model("res.partner", "seller").browse(self.acme.id)
        self.assertEqual(seller.customer_revenue, NORTH_REVENUE)
        employee = seller.with_user(self.user["employee"])
        with self.assertRaises(AccessError):
            employee.customer_revenue  # noqa: B018
        south = self.model("res.partner", "south_manager").browse(self.acme.id)
        self.assertEqual(south.customer_revenue, AMOUNTS["acme_south"])

    def test_an_administrator_sees_the_queue_and_the_progress_of_the_own_company_only(self):
        north, south = self.company["north"], self.company["south"]
        self.env["customer.segmentation.queue"]._enqueue(self.acme, north)
        states = self.env["customer.playbook.state"].search([("policy_id", "=", self.policy[north].id)])
        states = states or states.create({"policy_id": self.policy[north].id})
        queued = self.env["customer.segmentation.queue"].search([("company_id", "=", north.id)])
        self.assertTrue(queued and states)
        for company, seen in ((north, True), (south, False)):
            admin = new_test_user(
                self.env,
                f"administrator_{company.id}",
                "base.group_system",
                company_id=company.id,
                company_ids=[Command.set(company.ids)],
            )
            for rows in (queued, states):
                with self.subTest(company=company.name, model=rows._name):
                    found = self.env[rows._name].with_user(admin).search([("id", "in", rows.ids)])
                    self.assertEqual(bool(found), seen)
