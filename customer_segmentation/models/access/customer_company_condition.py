"""For which company a condition on contacts is meant.

Contacts are shared between companies, their segment, tier and revenue are not: [('customer_segment_id', '=', 3)] asks
in the company in which whoever asks works. A scheduled action works in the company of its own user, whoever wrote the
condition: it would find nobody, or the customers of another company. So a condition that is kept, and evaluated by a
job later, names its company:

    [('customer_company_id', '=', 2), ('customer_segment_id', '=', 3)]

All of a domain that is joined to such a term by "and" is asked in that company, whoever asks, by whichever job, on a
contact itself, a user, or at the end of a path such as `partner_id.customer_segment_id`. An addon whose records keep
such domains adds the term where they are saved: `customer.audience._made_for(text, company)`. A condition without it
is refused to a job that works for several companies, because nobody can say which one is meant.
"""

from collections.abc import Collection

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.orm.domains import DomainAnd, DomainCondition, nary_optimization

TERM = "customer_company_id"


@nary_optimization
def _ask_in_company_named(kind, conditions, model):
    """Part of how Odoo reads a domain, wherever it stands: conditions joined to the term are asked in its company."""
    if kind is not DomainAnd or not hasattr(model, "_companies_named"):
        return conditions
    companies = model._companies_named(conditions)
    return conditions if companies is None else [model._asked_in(companies, conditions)]


class CustomerCompanyCondition(models.AbstractModel):
    """Of models whose customer figures are those of the company somebody works in."""

    _name = "customer.company.condition"
    _description = "Conditions Meant for a Company"

    def filtered_domain(self, domain):
        return super().filtered_domain(Domain(domain).optimize(self))

    @api.model
    def _companies_named(self, conditions):
        """The root companies named by the conditions of a domain; None when there is nothing to change."""
        for condition in conditions:
            if isinstance(condition, DomainCondition) and condition.field_expr == TERM and condition.operator == "in":
                break
        else:
            return None
        companies = self.env["res.company"].sudo().browse(filter(None, condition.value)).root_id
        # A job that looks for a company says that it knows: what it works in is what is named.
        at_work = self.env.context.get("allowed_company_ids") and self.env.company.sudo().root_id
        return None if companies == at_work else companies

    @api.model
    def _asked_in(self, companies, conditions):
        """What meets all conditions in one of the companies, as one condition.

        Which contacts are shown is decided by who asks; only the figures are those of the company.
        """
        others = [one for one in conditions if not (isinstance(one, DomainCondition) and one.field_expr == TERM)]
        found = []
        for company in companies:
            there = self.with_company(self._place_of_work(company))
            query = there._search(Domain.AND(others), active_test=False, bypass_access=True)
            found.append(DomainCondition("id", "any!", query))
        return Domain.OR(found)

    @api.model
    def _place_of_work(self, company):
        """The root company itself, or one of its branches, where the user may work.

        :raise AccessError: when that is none
        """
        if self.env.su:
            return company
        for own in self.env.user.sudo().company_ids.sorted(lambda own: own != company):
            if own.root_id == company:
                return own
        raise AccessError(self.env._("You may not see figures about the customers of this company."))


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "customer.company.condition"]

    customer_company_id = fields.Many2one(
        "res.company",
        string="Company of Customer Figures",
        compute="_compute_customer_company_id",
        search="_search_customer_company_id",
        groups="base.group_user",
        help="The company whose segment, tier and figures of the customer are meant. Add it to conditions that are "
        "kept and used later, by mailings or automation for example.",
    )

    @api.depends_context("company")
    def _compute_customer_company_id(self):
        self.customer_company_id = self.env.company.sudo().root_id

    @api.model
    def _search_customer_company_id(self, operator, value):
        """Alone it restricts nothing: it says what the conditions beside it are about."""
        if operator != "in":
            return NotImplemented
        return Domain.TRUE if any(value) else Domain.FALSE  # each contact has one

    @api.model
    def _profile_company_sql(self, alias, query):
        self._check_company_is_meant()
        return super()._profile_company_sql(alias, query)

    @api.model
    def _check_company_is_meant(self):
        """Refuse a scheduled action that asks for figures without saying of which company, where there are several.

        :raise UserError: saying what to add
        """
        context = self.env.context
        if not context.get("cron_id") or context.get("allowed_company_ids"):
            return
        companies = self.env["customer.segmentation.policy"].sudo()._at_work().company_id
        if self.env.uid != self.env.ref("base.user_root").id:
            companies &= self.env.user.sudo().company_ids.root_id
        if len(companies) > 1:
            raise UserError(
                self.env._(
                    "A scheduled action asks for segments or figures of customers, and nothing says of which company. "
                    "Add the condition “%(field)s”: [('%(name)s', '=', …)].",
                    field=self._fields[TERM]._description_string(self.env),
                    name=TERM,
                )
            )


class ResUsers(models.Model):
    _name = "res.users"
    _inherit = ["res.users", "customer.company.condition"]


class CustomerAudience(models.AbstractModel):
    _inherit = "customer.audience"

    @api.model
    def _check_company_named(self, domain):
        """Refuse to name another company than that in which conditions are asked: its figures would decide."""
        company = self.env.company.sudo().root_id
        for condition in domain.iter_conditions():
            values = condition.value if isinstance(condition.value, Collection) else [condition.value]
            if condition.field_expr.rpartition(".")[2] == TERM and set(values) - {company.id}:
                raise UserError(
                    self.env._(
                        "The conditions are asked in %(company)s, and “%(field)s” names something else. Take that "
                        "condition out.",
                        company=company.name,
                        field=self.env["res.partner"]._fields[TERM]._description_string(self.env),
                    )
                )

    @api.model
    def _made_for(self, text, company):
        """Typed conditions on contacts as they are kept for a job: the same, naming the company they are made for."""
        domain = self._domain(text)
        if any(condition.field_expr == TERM for condition in domain.iter_conditions()):
            return text
        return repr(list(Domain(TERM, "=", company.sudo().root_id.id) & domain))
