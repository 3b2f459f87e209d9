"""Groups of customers that a manager makes: by conditions that always hold, or by hand.

A member is a customer, that is a commercial entity; its contacts belong to the group with it. Conditions are asked with
the rights of whoever typed them, in the company of the group or, of a shared one, in the company one works in.
"""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.addons.customer_segmentation.tools.context import by_code, said
from odoo.addons.customer_segmentation.tools.refusals import REFUSALS
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

# What Odoo takes as a commercial entity.
CUSTOMERS = Domain("is_company", "=", True) | Domain("parent_id", "=", False)
OPEN_GROUPS = "customer_groups_being_searched"


class CustomerSegmentationGroup(models.Model):
    _name = "customer.segmentation.group"
    _inherit = ["customer.condition", "customer.shared"]
    _description = "Customer Group"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    description = fields.Text(translate=True, help="What the group is for, or how it came about.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        domain="[('parent_id', '=', False)]",
        ondelete="cascade",
        index="btree_not_null",
        default=lambda self: self._default_company(),
        help="Only this company uses the group. Empty: every company, each with its own numbers.",
    )
    kind = fields.Selection(
        [("dynamic", "Everybody who meets the conditions"), ("static", "Fixed members")],
        string="Members",
        required=True,
        default="dynamic",
        help="Conditions are looked at anew whenever the group is used. Fixed members stay until somebody takes them "
        "out.",
    )
    domain = fields.Char(
        string="Conditions",
        default="[]",
        required=True,
        help="What a customer must meet. Fields that begin with Customer are this company's scores and numbers.",
    )
    member_ids = fields.Many2many(
        "res.partner",
        "customer_segmentation_group_member_rel",
        "group_id",
        "partner_id",
        string="Fixed Members",
        help="A contact stands for its company.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_members")
    member_count = fields.Integer(
        compute="_compute_members", string="Customers", help="Customers in the group now, without archived ones."
    )
    revenue = fields.Monetary(
        compute="_compute_members",
        help="Revenue of the members in the policy's window, in the company you work in.",
    )
    problem = fields.Char(compute="_compute_members", help="Why the conditions cannot be used any more.")

    @api.model
    def _typed_fields(self):
        return ("domain", "company_id")

    # ------------------------------------------------------------------ shared by companies

    @api.model
    def _default_company(self):
        """Whoever works in every company may make a group for all of them."""
        shared = self.env.uid == SUPERUSER_ID or not self._used_out_of_sight()
        return self.env["res.company"] if shared else self.env.company.sudo().root_id

    def _companies_that_use(self):
        own = self.sudo().company_id
        return own.root_id if own else super()._companies_that_use()

    def _used_elsewhere_message(self):
        return self.env._(
            "The group %s is shared by all companies, and you may not work in one of them. Duplicate it: the copy is "
            "your company's own.",
            self.name,
        )

    def copy_data(self, default=None):
        """A copy of what one may not change can be changed."""
        own = {"company_id": self._default_company().id}
        return [
            {**vals, **own} if group._used_out_of_sight() else vals
            for group, vals in zip(self, super().copy_data(default), strict=True)
        ]

    @api.model_create_multi
    def create(self, vals_list):
        groups = super().create(vals_list)
        groups._check_may_change()
        return groups

    def write(self, vals):
        result = super().write(vals)
        self._check_may_change()  # as what it has become, too
        return result

    # ------------------------------------------------------------------ members

    def _company(self):
        """The root company whose customers are members."""
        return (self.company_id or self.env.company).sudo().root_id

    def _contacts_domain(self):
        """Contacts whose customer is in this group; nobody who is excluded from profiling is."""
        self.ensure_one()
        profiled = ~self.env["customer.segmentation.exclusion"]._domain_of_contacts(self._company())
        if self.kind == "dynamic":
            return Domain("commercial_partner_id", "in", self._meeting_query()) & profiled
        return Domain.custom(to_sql=self._has_fixed_member) & profiled

    def _has_fixed_member(self, model, alias, query):
        model.env.flush_all()
        return SQL(
            """EXISTS (SELECT FROM customer_segmentation_group_member_rel link
                         JOIN res_partner member ON member.id = link.partner_id
                        WHERE link.group_id = %s AND member.commercial_partner_id = %s)""",
            self._origin.id,
            model._field_to_sql(alias, "commercial_partner_id", query),
        )

    def _meeting_query(self, archived=True):
        """The customers who meet the conditions, as a query; refused if the group refers to itself."""
        opened = said(self.env, OPEN_GROUPS) or ()
        if self._origin.id in opened:
            raise UserError(self.env._("The conditions of the group %s refer to the group itself.", self.name))
        # Of the new record of a form, too, the conditions of which are not saved yet.
        evaluator = self._evaluator(self._company()).with_context(
            active_test=not archived,
            **by_code(**{OPEN_GROUPS: (*opened, self._origin.id) if self._origin else opened}),
        )
        return evaluator.env["res.partner"]._search(evaluator._checked(self.domain) & CUSTOMERS)

    def _members_query(self):
        """The customers in the group who are not archived, as a query."""
        return self.env["res.partner"]._search(self._contacts_domain() & CUSTOMERS)

    @api.depends("kind", "domain", "member_ids")
    @api.depends_context("company", "uid")
    def _compute_members(self):
        for group in self:
            company = group._company()
            group.currency_id = company.currency_id
            try:
                with group._tried():
                    group.member_count, group.revenue = group._count(company)
                    group.problem = False
            except REFUSALS as error:
                group.member_count, group.revenue, group.problem = 0, 0, str(error)

    def _tried(self):
        """A savepoint for conditions that may fail. A flushing one would empty the cache, and with it an open form."""
        self.env.flush_all()
        return self.env.cr.savepoint(flush=False)

    def _count(self, company):
        """How many members there are, and their revenue in a company."""
        members = self._members_query()
        count = self.env["res.partner"].search_count(Domain("id", "in", members))
        in_company = [("company_id", "=", company.id), ("partner_id", "in", members)]
        [(revenue,)] = self.env["customer.segmentation.profile"]._read_group(in_company, [], ["revenue:sum"])
        return count, revenue or 0

    # ------------------------------------------------------------------ checks

    @api.constrains("domain", "company_id")
    def _check_domain(self):
        for group in self:
            evaluator = group._evaluator(group._company()).with_context(**by_code(**{OPEN_GROUPS: (group.id,)}))
            evaluator._check_conditions(group.domain, group.name)

    @api.constrains("company_id")
    def _check_company(self):
        for group in self.sudo():
            if group.company_id.parent_id:
                raise ValidationError(self.env._("Groups belong to whole companies, branches are part of them."))

    # ------------------------------------------------------------------ fixed members

    def _add_members(self, customers):
        """Make the customers of a query or recordset fixed members, in one statement."""
        self.check_access("write")
        self._check_may_change()
        self.env.flush_all()
        chosen = SQL("= ANY(%s)", customers.ids) if isinstance(customers, models.BaseModel) else None
        company = self.company_id or self.env.company.sudo().root_id
        self.env.cr.execute(
            SQL(
                """INSERT INTO customer_segmentation_group_member_rel (group_id, partner_id)
                   SELECT DISTINCT %s, partner.commercial_partner_id FROM res_partner partner
                    WHERE partner.id %s AND partner.commercial_partner_id NOT IN (%s)
                       ON CONFLICT DO NOTHING""",
                self.id,
                chosen or SQL("IN %s", customers.subselect()),
                self.env["customer.segmentation.exclusion"]._sql_excluded(company.id),
            )
        )
        self.invalidate_recordset()

    def _remove_members(self, customers):
        """Take customers out, whichever of their contacts is a member."""
        self.check_access("write")
        self._check_may_change()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """DELETE FROM customer_segmentation_group_member_rel link USING res_partner member
                    WHERE link.group_id = %s AND member.id = link.partner_id
                      AND member.commercial_partner_id = ANY(%s)""",
                self.id,
                customers.commercial_partner_id.ids,
            )
        )
        self.invalidate_recordset()

    def action_add_matching(self):
        """Add everybody who meets the conditions now."""
        self.ensure_one()
        self._add_members(self._meeting_query(archived=False))

    def action_freeze(self):
        """Keep the members of today, whoever meets the conditions later."""
        for group in self.filtered(lambda group: group.kind == "dynamic"):
            group._add_members(group._members_query())
            group.kind = "static"

    # ------------------------------------------------------------------ what users click

    def action_open_members(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation_groups.action_group_members")
        members = Domain("customer_group_ids", "in", self.ids) & CUSTOMERS
        return dict(action, display_name=self.name, domain=list(members))

    def action_open_look_alikes(self):
        """Who is like the members, and is none of them."""
        self.ensure_one()
        return self.env["customer.segmentation.group.look.alike"]._open(self)
