"""The world of the table of rights: that of `security_common`, and in each company customers whose names and amounts
are found nowhere else, so that any answer can be searched for what is another company's.

A *place* is a root company, somebody who works there, and the name and amount its rows are marked with.
"""

from collections import namedtuple
from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from .rights_rows import Rows
from .security_common import MANAGER, ROLES, USER, SecurityCase

Place = namedtuple("Place", "company user name amount")

# A role of each set of rights: those with equal ones are asked once.
ASKED = (
    "portal",
    "employee",
    "seller",
    "all_seller",
    "branch_seller",
    "scores_user",
    "scores_manager",
    "sales_manager",
    "south_manager",
)
SOUTH = {"south_seller": ("sales_team.group_sale_salesman", ["south"])}
SOUTH["south_scores"] = (f"base.group_user,{USER},{MANAGER}", ["south"])
EVERY_ROLE = {role: ROLES[role] for role in ASKED}
HOME = {"north": "north", "harbour": "north", "south": "south"}
# Whose rows stand for those of somebody else: of a colleague, and of the other company.
COLLEAGUES = {"north": ("sales_manager", "scores_manager"), "south": ("south_manager", "south_scores")}
ABROAD = {"north": "south", "south": "north"}
NAMES = {"north": "Northmark", "south": "Southmark"}
# The only order of a customer each, so that the amount is the customer's revenue, too.
AMOUNTS = {"north": (313253, 326471, 414767), "south": (818353, 727481, 747833)}
NO_AMOUNTS = ("employee",)
NOTHING = ("public", "portal")


class RightsCase(SecurityCase):
    """Rows of every model of ours, own ones, a colleague's and the other company's, for every role."""

    roles = EVERY_ROLE | SOUTH | {"other_seller": ROLES["other_seller"]}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.names = ["public", *EVERY_ROLE]
        cls.home = {role: cls.home_of(role) for role in EVERY_ROLE | SOUTH} | {"public": "north"}
        cls.rows = Rows(cls.env, cls)
        cls.places = {role: cls._place(role) for role in [*cls.names, *SOUTH]}
        cls.foreign_text = {role: cls._forbidden(role) for role in cls.names}
        cls.rows.make_all(cls.places.values())

    @classmethod
    def _place(cls, role):
        home = cls.home[role]
        return Place(cls.company[home], cls.user[role], NAMES[home], AMOUNTS[home][0])

    @classmethod
    def _make_companies(cls):
        """Each is scored by a scheme of its own: presets are everybody's."""
        super()._make_companies()
        for key, name in NAMES.items():
            scheme = cls.env["customer.segmentation.rules"]._copy_scheme(cls.policy[cls.company[key]])
            scheme.name = f"{name} Scheme"
            scheme.segment_ids.advice = f"{name} Advice"

    @classmethod
    def _make_customers(cls):
        super()._make_customers()
        create = cls.env["res.partner"].create
        cls.shared = create({"name": "Bothmark", "is_company": True})
        cls.marked = {}
        for key, name in NAMES.items():
            values = {"is_company": True, "company_id": cls.company[key].id}
            cls.marked[key] = create([{"name": f"{name} {tree}", **values} for tree in ("Alder", "Birch", "Cedar")])
            create({"name": f"{name} Contact", "parent_id": cls.marked[key][0].id, "company_id": cls.company[key].id})

    @classmethod
    def _make_orders(cls):
        super()._make_orders()
        sellers = {"north": cls.user["seller"], "south": cls.user["south_seller"]}
        for key, seller in sellers.items():
            for partner, amount in zip(cls.marked[key][:2] | cls.shared, AMOUNTS[key], strict=True):
                order = cls._make_order(cls.company[key], partner, seller, amount, days_ago=12)
                cls.order[f"{key}_{partner.name}"] = order
        for role in ("sales_manager", "south_manager"):
            key = cls.home_of(role)
            cls._make_order(cls.company[key], cls.marked[key][1], cls.user[role], 11, days_ago=40)

    @classmethod
    def home_of(cls, role):
        return HOME[cls.roles[role][1][0]]

    @classmethod
    def _make_leads(cls):
        super()._make_leads()
        cls.marked_lead = {
            key: cls.env["crm.lead"].create(
                {
                    "name": f"{name} Lead",
                    "partner_id": cls.marked[key][0].id,
                    "company_id": cls.company[key].id,
                    "user_id": cls.user["seller" if key == "north" else "south_seller"].id,
                    "type": "opportunity",
                    "expected_revenue": AMOUNTS[key][0],
                    **cls._wished(name),
                }
            )
            for key, name in NAMES.items()
        }

    @classmethod
    def _wished(cls, name):
        """What a customer asked for in vain, where the addon of it is installed."""
        known = "intent_product_gap" in cls.env["crm.lead"]._fields
        return {"intent_product_gap": f"{name} wants it blue"} if known else {}

    @classmethod
    def _score(cls):
        super()._score()
        for key in NAMES:
            cls._bill(key)
        for role in EVERY_ROLE | SOUTH:
            cls._call(role)
        cls.activity = {key: cls._activity(key, cls.user[COLLEAGUES[key][0]]) for key in NAMES}
        settings = cls.env["res.config.settings"]
        cls.settings = {key: settings.with_company(cls.company[key]).create({}) for key in NAMES}
        cls.env.flush_all()

    @classmethod
    def _bill(cls, key):
        """An unpaid invoice of the company, with no more of a chart of accounts than it takes."""
        company, create = cls.company[key], cls.env["account.account"].create
        receivable, income = create(
            [
                {"name": kind, "code": f"9{number}{key}", "account_type": kind, "company_ids": company.ids}
                for number, kind in enumerate(("asset_receivable", "income"))
            ]
        )
        journal = cls.env["account.journal"].create(
            {"name": "Sales", "code": "RGT", "type": "sale", "company_id": company.id, "default_account_id": income.id}
        )
        partner = cls.marked[key][0]
        partner.with_company(company).property_account_receivable_id = receivable
        line = {"product_id": cls.product.id, "price_unit": AMOUNTS[key][0], "tax_ids": False, "account_id": income.id}
        moves = cls.env["account.move"].with_company(company)
        day = fields.Date.today() - timedelta(days=40)
        values = {"move_type": "out_invoice", "partner_id": partner.id, "journal_id": journal.id, "invoice_date": day}
        moves.create(values | {"invoice_line_ids": [Command.create(line)]}).action_post()

    @classmethod
    def _call(cls, role):
        """A call the role has made for its company."""
        cls._activity(cls.home_of(role), cls.user[role]).action_feedback()

    @classmethod
    def _activity(cls, key, user):
        order = cls.order[f"{key}_{cls.marked[key][0].name}"].with_user(user).sudo()
        return order.activity_schedule("mail.mail_activity_data_call", summary=NAMES[key], user_id=user.id)

    # ------------------------------------------------------------------ who is who

    @classmethod
    def is_abroad(cls, role):
        """Whether the other company is not the role's own, too."""
        return not {"north", "south"} <= set(cls.roles.get(role, ("", ["north"]))[1])

    @classmethod
    def _forbidden(cls, role):
        """(names, amounts) no answer to the role may hold."""
        home = cls.home[role]
        abroad = [ABROAD[home]] if cls.is_abroad(role) else []
        names = NAMES.keys() if role in NOTHING else abroad
        amounts = NAMES.keys() if role in NOTHING + NO_AMOUNTS else abroad
        return [NAMES[key] for key in names], [str(amount) for key in amounts for amount in AMOUNTS[key]]

    def own_text(self, role):
        """(names, amounts) of the company a role works in."""
        return [NAMES[self.home[role]]], [str(amount) for amount in AMOUNTS[self.home[role]]]

    def abroad(self, role):
        """The other company's place."""
        return self.places[COLLEAGUES[ABROAD[self.home[role]]][0]]

    def colleague(self, role):
        """Somebody else's place in the same company."""
        return self.places[next(other for other in COLLEAGUES[self.home[role]] if other != role)]

    def scopes(self, model, role):
        """{scope: row} a right is asked for: own, and where rows are personal a colleague's, and the other company's.

        A row of no company stands for all three.
        """
        own, abroad = self.rows.get(model, self.places[role]), self.rows.get(model, self.abroad(role))
        found = {"own": own}
        if self.rows.is_personal(model):
            found["colleague"] = self.rows.get(model, self.colleague(role))
        if self.rows.has_company(model) or self.rows.is_personal(model):
            found["abroad"] = abroad
        return found
