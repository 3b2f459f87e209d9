"""The customer's profile on every document that has a customer, without a stored column.

`customer_profile_id` is a virtual Many2one: nothing is written to the document's table. Reading computes it, searching
becomes EXISTS over the profiles, grouping and sorting a LEFT JOIN:

    document ──partner──▶ commercial entity ─┐
    document ──company──▶ root company ──────┴─▶ customer_segmentation_profile (partner_id, company_id)

All other fields are plain `related` fields over it. `groups=` guards only reading of such fields, so the mixin also
checks the right where SQL is made (`_field_to_sql`: order, group, sum) and where a search is made (`determine_domain`).
"""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.profile_fields import (
    ProfileBoolean,
    ProfileChar,
    ProfileDate,
    ProfileFloat,
    ProfileInteger,
    ProfileLink,
    ProfileMany2one,
    ProfileMonetary,
    ProfileSelection,
    is_of_profile,
)
from ...tools.rights import LABEL, NUMBER


class CustomerSegmentationMixin(models.AbstractModel):
    _name = "customer.segmentation.mixin"
    _inherit = ["customer.badges"]
    _description = "Customer Segmentation Mixin"

    # Where the model keeps its customer and its company; None: the company the user works in.
    _profile_partner_path = "partner_id.commercial_partner_id"
    _profile_company_field = "company_id"

    customer_profile_id = ProfileLink(
        "customer.segmentation.profile",
        string="Customer Profile",
        compute="_compute_customer_profile_id",
        search="_search_customer_profile_id",
        groups=NUMBER,
        help="Everything known about the customer in this company.",
    )
    customer_segment_id = ProfileMany2one(
        related="customer_profile_id.segment_id",
        string="Customer Segment",
        groups=LABEL,
        help="The segment the customer's purchases put it in. Empty: not scored, because nothing was bought yet.",
    )
    customer_segment_color = ProfileInteger(
        related="customer_profile_id.segment_id.color", string="Customer Segment Color", groups=LABEL, aggregator=None
    )
    customer_abc_class = ProfileSelection(
        related="customer_profile_id.abc_class",
        string="Customer ABC Class",
        groups=LABEL,
        help="A: the customers who bring the first 80% of revenue. B: the next 15%. C: all others. "
        "The limits are set in the policy.",
    )
    customer_tier_id = ProfileMany2one(
        related="customer_profile_id.tier_id",
        string="Customer Tier",
        groups=LABEL,
        help="The tier the customer is on.",
    )
    customer_tier_color = ProfileInteger(
        related="customer_profile_id.tier_id.color", string="Customer Tier Color", groups=LABEL, aggregator=None
    )
    customer_lifecycle_stage = ProfileSelection(
        related="customer_profile_id.lifecycle_stage",
        string="Customer Lifecycle Stage",
        groups=LABEL,
        help="Where the customer stands, held against its own rhythm.",
    )
    customer_next_order_date = ProfileDate(
        related="customer_profile_id.expected_next_order_date",
        string="Customer Next Order Expected",
        groups=NUMBER,
        help="When the customer's next order is due by its own rhythm; in the past: it should have ordered by now.",
    )
    customer_rfm_code = ProfileChar(
        related="customer_profile_id.rfm_code",
        string="Customer RFM Code",
        groups=NUMBER,
        help="The scores for recency, frequency and monetary value side by side; 555 is best.",
    )
    customer_rfm_score = ProfileFloat(
        related="customer_profile_id.rfm_score",
        string="Customer RFM Score",
        groups=NUMBER,
        aggregator=None,
        help="The three scores as one number from 0 to 100, weighted as the policy says.",
    )
    customer_revenue = ProfileMonetary(
        related="customer_profile_id.revenue",
        string="Customer Revenue",
        groups=NUMBER,
        aggregator=None,
        currency_field="customer_currency_id",
        help="Untaxed purchases less refunds in the policy's window, company-wide.",
    )
    customer_at_stake = ProfileMonetary(
        related="customer_profile_id.at_stake",
        string="Customer at Stake",
        groups=NUMBER,
        aggregator=None,
        currency_field="customer_currency_id",
        help="Yearly value × chance of losing it, as long as the customer is not gone, company-wide.",
    )
    customer_order_count = ProfileInteger(
        related="customer_profile_id.order_count",
        string="Customer Orders",
        groups=NUMBER,
        aggregator=None,
        help="Number of purchases in the policy's window, company-wide.",
    )
    customer_last_order_date = ProfileDate(
        related="customer_profile_id.last_order_date", string="Customer Last Order", groups=NUMBER
    )
    customer_formerly_top = ProfileBoolean(
        related="customer_profile_id.formerly_top",
        string="Customer Was in the Top 10%",
        groups=NUMBER,
        help="The customer's lifetime revenue is among the highest 10% of all customers.",
    )
    customer_currency_id = ProfileMany2one(
        related="customer_profile_id.currency_id", string="Customer Currency", groups=NUMBER
    )

    # ------------------------------------------------------------------ reading

    @api.model
    def _profile_depends(self):
        company = [self._profile_company_field] if self._profile_company_field else []
        return [self._profile_partner_path, *company]

    @api.depends(lambda self: self._profile_depends())
    @api.depends_context("company")
    def _compute_customer_profile_id(self):
        keys = {record: record._profile_key() for record in self._open_to_user()}
        profiles = self.env["customer.segmentation.profile"].sudo()
        found = profiles.search_fetch(
            [
                ("partner_id", "in", [partner for partner, _company in keys.values() if partner]),
                ("company_id", "in", list({company for _partner, company in keys.values()})),
            ],
            ["partner_id", "company_id"],
        )
        by_key = {(profile.partner_id.id, profile.company_id.id): profile.id for profile in found}
        for record in self:
            record.customer_profile_id = by_key.get(keys.get(record), False)

    def _profile_key(self):
        """The customer and root company whose profile belongs to this record, as two identifiers."""
        return self._profile_customer().id, self._profile_company().id

    def _profile_customer(self):
        return self.sudo().mapped(self._profile_partner_path)._origin

    def _profile_company(self):
        """The root company of this record, or the one the user works in."""
        return self._document_company().root_id

    def _document_company(self):
        company = self.sudo()[self._profile_company_field] if self._profile_company_field else self.env.company
        return (company or self.env.company).sudo()

    # ------------------------------------------------------------------ SQL

    def _profile_key_sql(self, alias, query):
        """The same two identifiers as SQL; adds the joins it needs to `query`."""
        return self._profile_partner_sql(alias, query), self._profile_company_sql(alias, query)

    def _profile_partner_sql(self, alias, query):
        model = self.sudo()
        *path, last = self._profile_partner_path.split(".")
        for name in path:
            model, alias = model._fields[name].join(model, alias, query)
        return model._field_to_sql(alias, last, query)

    def _profile_company_sql(self, alias, query):
        current = self.env.company.sudo().root_id.id
        if not self._profile_company_field:
            return SQL("%s", current)
        model = self.sudo()
        company, company_alias = model._fields[self._profile_company_field].join(model, alias, query)
        path = company._field_to_sql(company_alias, "parent_path", query)
        return SQL("COALESCE(split_part(%s, '/', 1)::int, %s)", path, current)

    def _field_to_sql(self, alias, field_expr, query=None):
        if not field_expr.startswith("customer_"):  # each column of each record read passes here
            return super()._field_to_sql(alias, field_expr, query)
        field = self._fields.get(field_expr.split(".")[0])
        if is_of_profile(field):
            self._check_field_access(field, "read")
        if isinstance(field, ProfileLink):
            if query is None:
                raise ValueError(f"{field} needs a query to be joined to")
            _profiles, coalias = field.join(self, alias, query)
            return SQL.identifier(coalias, "id")
        return super()._field_to_sql(alias, field_expr, query)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Customers without a profile come last, whichever way a list is sorted."""
        if not nulls.code and is_of_profile(self._fields.get(field_name.split(".")[0])):
            nulls = SQL("NULLS LAST")
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    # ------------------------------------------------------------------ searching

    @api.model
    def _search_customer_profile_id(self, operator, value):
        if operator not in ("in", "any", "any!"):
            return NotImplemented
        if operator == "in":
            condition = Domain("id", "in", [item for item in value if item])
            return self._profile_domain(condition, without_profile=False in value, of_link=True)
        return self._profile_domain(Domain(value), bypass_access=operator == "any!", of_link=True)

    @api.model
    def _profile_domain(self, condition, without_profile=False, bypass_access=True, of_link=False):
        """Records whose profile meets `condition`, a domain on profiles.

        :param without_profile: also the records that have no profile
        :param bypass_access: the right was checked on the field of this model already
        :param of_link: it was not: it is checked as the query is written, because an `any!` that is refused before
            would be asked again as superuser
        """

        def exists(model, alias, query, domain):
            if of_link:
                model._check_field_access(model._fields["customer_profile_id"], "read")
            profiles = model.env["customer.segmentation.profile"].with_context(active_test=False)
            subquery = profiles._search(domain, bypass_access=bypass_access)
            partner, company = model._profile_key_sql(alias, query)
            same_customer = SQL("%s = %s", SQL.identifier(subquery.table, "partner_id"), partner)
            same_company = SQL("%s = %s", SQL.identifier(subquery.table, "company_id"), company)
            subquery.add_where(SQL("%s AND %s", same_customer, same_company))
            return SQL("EXISTS (%s)", subquery.select(SQL("1")))

        matching = Domain.custom(to_sql=lambda *args: exists(*args, condition))
        if not without_profile:
            return matching
        return matching | Domain.custom(to_sql=lambda *args: SQL("NOT %s", exists(*args, Domain.TRUE)))

    # ------------------------------------------------------------------ what a record may tell its user

    # What is told about a record's customer is read as superuser, because who may read the record may know it. A form
    # that is not saved yet can name anybody's customer in anybody's company.

    def _open_to_user(self):
        """Without the records of a form whose typed customer or company the user may not know.

        Saved records cost nothing here: their rules were asked when they were read.
        """
        return self if all(self._ids) else self.filtered(lambda record: record.id or record._is_typed_openly())

    def _open_customer_id(self):
        """The customer of one record, None when the user may not know it."""
        return self._open_to_user()._profile_customer().id or None

    def _is_typed_openly(self):
        """Whether the user may know the customer and the company of a record that is not saved.

        Related and stored fields are computed as superuser: it is the user behind who is asked.
        """
        user = self.env(su=False)
        if user.su:
            return True
        customer, company, saved = self._profile_customer(), self._document_company(), self._origin
        if saved and (customer, company) == (saved._profile_customer(), saved._document_company()):
            return saved.with_env(user).has_access("read")
        return bool(company._filter_own()) and (not customer or customer.with_env(user).has_access("read"))

    def _update_cache(self, values, validate=True):
        """A form sends what it shows as well; that must not decide whose figures are read."""
        told = [name for name in values if name.startswith("customer_") and is_of_profile(self._fields.get(name))]
        if told:
            values = {name: value for name, value in values.items() if name not in told}
        return super()._update_cache(values, validate)

    def onchange(self, values, field_names, fields_spec):
        """Odoo answers with what differs from the values a form sent. Those of the customer are not listened to, so
        all of them are told anew when another customer is typed: else the labels of the one before would stay."""
        result = super().onchange(values, field_names, fields_spec)
        shown = {name: spec for name, spec in fields_spec.items() if is_of_profile(self._fields.get(name))}
        if shown and "value" in result and self._decides_customer(field_names):
            [told] = self.new(values, origin=self).web_read(shown)
            result["value"].update({name: told[name] for name in shown})
        return result

    @api.model
    def _decides_customer(self, names):
        link = self._fields["customer_profile_id"]
        return any(link in self.pool.get_dependent_fields(self._fields[name]) for name in names)

    # ------------------------------------------------------------------ nobody writes

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_no_profile_values(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_no_profile_values(vals)
        return super().write(vals)

    @api.model
    def _check_no_profile_values(self, vals):
        for name in vals:
            if name.startswith("customer_") and is_of_profile(self._fields.get(name)):
                raise UserError(
                    self.env._(
                        "%(field)s is computed from the customer's purchases and cannot be set.",
                        field=self._fields[name]._description_string(self.env),
                    )
                )
