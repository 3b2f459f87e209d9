"""A small world for the tests of rights and of the mixin: two root companies, a branch, and one user for each role.

customer  north                             south
Acme      seller, other seller and branch   one order      (contact Ann, her contact Desk: three levels)
Bolt      one small old order               -
Dune      one order, archived after the run   -
Pine      one order                         -              (contact Pia is the portal user)
Ebb       one order, cancelled after a run: the profile stays, emptied
Coral     nothing: no profile, the quotation was made after the last run
"""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import TransactionCase, new_test_user

USER = "customer_segmentation.group_user"
MANAGER = "customer_segmentation.group_manager"

# role: its groups and its companies, the current one first
ROLES = {
    "portal": ("base.group_portal", ["north"]),
    "employee": ("base.group_user", ["north"]),
    "billing": ("base.group_user,account.group_account_invoice", ["north"]),
    "seller": ("sales_team.group_sale_salesman", ["north"]),
    "other_seller": ("sales_team.group_sale_salesman", ["north"]),
    "all_seller": ("sales_team.group_sale_salesman_all_leads", ["north"]),
    "sales_manager": ("sales_team.group_sale_manager", ["north"]),
    "scores_user": (f"base.group_user,{USER}", ["north"]),
    "scores_manager": (f"base.group_user,{MANAGER}", ["north"]),
    "branch_seller": ("sales_team.group_sale_salesman_all_leads", ["harbour"]),
    "south_manager": ("sales_team.group_sale_manager", ["south"]),
    "both_manager": ("sales_team.group_sale_manager", ["north", "south"]),
}
AMOUNTS = {"acme_seller": 5000, "acme_other": 3000, "acme_branch": 2000, "acme_south": 700}


class SecurityCase(TransactionCase):
    roles = ROLES

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env["base"].with_context(tracking_disable=True, no_reset_password=True).env
        cls._make_companies()
        cls._make_customers()
        cls.user = {role: cls._make_user(role, *of_role) for role, of_role in cls.roles.items()}
        cls.user["public"] = cls.env.ref("base.public_user")
        cls._make_orders()
        cls._make_leads()
        cls._score()

    # ------------------------------------------------------------------ the world

    @classmethod
    def _make_companies(cls):
        create = cls.env["res.company"].create
        north, south = create([{"name": "North"}, {"name": "South"}])
        harbour = create({"name": "North Harbour", "parent_id": north.id})
        cls.company = {"north": north, "south": south, "harbour": harbour}
        policies = cls.env["customer.segmentation.policy"].search([("company_id", "in", (north | south).ids)])
        cls.policy = {policy.company_id: policy for policy in policies}
        for company, ladder in ((north, "metals"), (south, "value")):
            cls.policy[company].with_context(ladder=ladder).action_use_ladder()
        cls.policy[north].tier_ids.description = "What it means"
        if "customer.segmentation.indicator" in cls.env:  # where the addon of it is installed
            for policy in policies:
                policy.with_context(value_preset="purchases").action_use_value_preset()

    @classmethod
    def _make_customers(cls):
        create = cls.env["res.partner"].create
        names = ("Acme", "Bolt", "Coral", "Dune", "Ebb", "Pine")
        made = create([{"name": name, "is_company": True} for name in names])
        cls.customers = made
        cls.acme, cls.bolt, cls.coral, cls.dune, cls.ebb, cls.pine = made
        cls.ann = create({"name": "Ann", "parent_id": cls.acme.id})
        cls.desk = create({"name": "Ann's desk", "parent_id": cls.ann.id, "type": "other"})
        cls.pia = create({"name": "Pia", "parent_id": cls.pine.id, "email": "pia@example.com"})

    @classmethod
    def _make_user(cls, role, groups, companies):
        companies = [cls.company[name] for name in companies]
        groups += ",base.group_allow_export"  # a refused export is to be refused because of its fields
        login = {"login": f"segmentation_{role}", "groups": groups, "company_id": companies[0].id}
        login["company_ids"] = [Command.set([company.id for company in companies])]
        if role == "portal":
            login["partner_id"] = cls.pia.id
        return new_test_user(cls.env, **login)

    @classmethod
    def _make_orders(cls):
        seller, other = cls.user["seller"], cls.user["other_seller"]
        north, south, harbour = cls.company["north"], cls.company["south"], cls.company["harbour"]
        cls.product = cls.env["product.product"].create({"name": "Thing", "type": "service"})
        cls.order = {
            "acme_seller": cls._make_order(north, cls.ann, seller, AMOUNTS["acme_seller"], days_ago=3),
            "acme_other": cls._make_order(north, cls.acme, other, AMOUNTS["acme_other"], days_ago=9),
            "acme_branch": cls._make_order(harbour, cls.acme, other, AMOUNTS["acme_branch"], days_ago=2),
            "acme_south": cls._make_order(south, cls.acme, cls.user["south_manager"], AMOUNTS["acme_south"], 5),
            "bolt": cls._make_order(north, cls.bolt, seller, 40, days_ago=500),
            "dune": cls._make_order(north, cls.dune, seller, 300, days_ago=100),
            "ebb": cls._make_order(north, cls.ebb, seller, 200, days_ago=30),
            "pine": cls._make_order(north, cls.pine, cls.env["res.users"], 900, days_ago=20),
        }
        cls.order["pine"].message_subscribe(cls.pia.ids)

    @classmethod
    def _make_order(cls, company, partner, user, amount, days_ago, state="sale"):
        line = {"product_id": cls.product.id, "price_unit": amount, "tax_ids": [Command.clear()]}
        values = {"company_id": company.id, "partner_id": partner.id, "user_id": user.id}
        values["order_line"] = [Command.create(line)]
        order = cls.env["sale.order"].with_company(company).create(values)
        order.write({"state": state, "date_order": fields.Datetime.now() - timedelta(days=days_ago)})
        return order

    @classmethod
    def _make_leads(cls):
        north, seller = cls.company["north"], cls.user["seller"]
        values = {"user_id": seller.id, "team_id": False, "company_id": north.id, "type": "opportunity"}
        cls.lead, cls.lead_without_customer, cls.lead_without_company = cls.env["crm.lead"].create(
            [
                {**values, "name": "Lead of Acme", "partner_id": cls.ann.id},
                {**values, "name": "Lead of nobody"},
                {**values, "name": "Lead of no company", "partner_id": cls.acme.id, "user_id": False},
            ]
        )
        cls.lead_without_company.company_id = False

    @classmethod
    def _score(cls):
        for policy in cls.policy.values():
            policy.recompute()
        cls.order["ebb"].write({"state": "cancel"})
        cls.policy[cls.company["north"]].recompute()
        cls.order["coral"] = cls._make_order(
            cls.company["north"], cls.coral, cls.user["seller"], 100, days_ago=0, state="draft"
        )
        cls.dune.active = False  # not refreshed yet: the profile is still there
        cls.env.flush_all()
        cls.env.invalidate_all()

    # ------------------------------------------------------------------ asking

    def records(self, model):
        """Records of the model every role of company North that may read the model can read."""
        return {
            "res.partner": self.pine | self.pia,
            "res.users": self.user["portal"],
            "sale.order": self.order["pine"],
            "crm.lead": self.lead_without_company,
            "sale.report": self.env["sale.report"].search([("partner_id", "=", self.pine.id)]),
        }[model]

    def model(self, name, role, *companies):
        """The model as a role sees it, in its own companies or in some of them."""
        model = self.env[name].with_user(self.user[role])
        allowed = [self.company[company].id for company in companies or self.roles.get(role, ("", ["north"]))[1]]
        return model.with_context(allowed_company_ids=allowed) if role != "public" else model

    def rpc(self, role, model, method, *args, **kwargs):
        """Call a method as the web client does."""
        return call_kw(self.model(model, role), method, list(args), kwargs)

    def profile(self, partner, company="north"):
        domain = [("partner_id", "=", partner.id), ("company_id", "=", self.company[company].id)]
        return self.env["customer.segmentation.profile"].search(domain)

    def assertGranted(self, call, *args, **kwargs):
        try:
            call(*args, **kwargs)
        except (AccessError, UserError, ValueError) as error:
            self.fail(f"refused, but should be possible: {error}")

    def assertRefused(self, call, *args, errors=AccessError, **kwargs):
        """No savepoint as in `assertRaises`: what is refused never reached the database, and there are thousands."""
        try:
            result = call(*args, **kwargs)
        except errors:
            return
        self.fail(f"leaked {result!r}")
