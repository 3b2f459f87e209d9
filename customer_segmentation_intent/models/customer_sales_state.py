"""Potential, hot, signed or lapsed: where a lead or a customer stands, read when asked for and stored nowhere."""

from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.rights import LABEL
from odoo.fields import Domain
from odoo.tools import SQL

SALES_STATES = [("potential", "Potential"), ("hot", "Hot"), ("signed", "Signed"), ("lapsed", "Lapsed")]


class CustomerSalesState(models.AbstractModel):
    """The field, its search and its SQL; a model says in `_sales_state_sql` what its states are."""

    _name = "customer.sales.state"
    _description = "Sales State"

    customer_sales_state = fields.Selection(
        SALES_STATES, compute="_compute_customer_sales_state", search="_search_customer_sales_state", groups=LABEL
    )

    def _sales_state_sql(self, alias, query):
        raise NotImplementedError

    @api.depends_context("company", "uid")
    def _compute_customer_sales_state(self):
        records = self._origin.filtered("id")
        query = records.sudo().with_context(active_test=False)._as_query(ordered=False)
        state = records._sales_state_sql(query.table, query)
        found = dict(self.env.execute_query(query.select(SQL.identifier(query.table, "id"), state))) if records else {}
        for record in self:
            record.customer_sales_state = found.get(record._origin.id, False)

    @api.model
    def _search_customer_sales_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        self._check_field_access(self._fields["customer_sales_state"], "read")

        def is_one_of(model, alias, query):
            state = model._sales_state_sql(alias, query)
            condition = SQL("COALESCE(%s = ANY(%s), FALSE)", state, [item for item in value if item])
            return SQL("(%s OR %s IS NULL)", condition, state) if False in value else condition

        return Domain.custom(to_sql=is_one_of)

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr != "customer_sales_state":
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        return self._sales_state_sql(alias, query)

    # ------------------------------------------------------------------ what the states are made of

    @api.model
    def _sales_state_windows(self):
        """Company, time zone, today and the last day before the window."""
        return SQL(
            """SELECT company_id, tz, today, today - make_interval(months => window_months) AS start
                 FROM (SELECT company_id, tz, window_months,
                              (%s::timestamp AT TIME ZONE 'UTC' AT TIME ZONE tz)::date AS today
                         FROM customer_segmentation_policy WHERE active) policy""",
            fields.Datetime.now(),
        )

    @api.model
    def _flush_sales_state(self):
        self.env["sale.order"].flush_model(
            ["state", "partner_id", "opportunity_id", "date_order", "validity_date", "company_id"]
        )
        self.env["crm.lead"].flush_model(
            ["customer_intent", "won_status", "active", "partner_id", "company_id", "date_closed"]
        )
        self.env["customer.segmentation.policy"].flush_model(["company_id", "tz", "window_months", "active"])


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "customer.sales.state"]

    customer_sales_state = fields.Selection(
        help="Signed: won, or an order of this opportunity was confirmed, in the policy's window. Lapsed: lost, never "
        "to buy, or signed before the window. Hot: a quotation is open, or the customer is interested. Potential: all "
        "others."
    )

    @api.depends("customer_intent", "won_status", "active", "date_closed", "order_ids.state", "order_ids.date_order")
    @api.depends_context("company", "uid")
    def _compute_customer_sales_state(self):
        return super()._compute_customer_sales_state()

    def _sales_state_sql(self, alias, query):
        self._flush_sales_state()
        return SQL(
            """(SELECT CASE
                  WHEN BOOL_OR(document.state = 'sale' AND document.day > document.start) THEN 'signed'
                  WHEN %(won)s = 'won' AND BOOL_OR(%(closed)s > document.start) THEN 'signed'
                  WHEN %(won)s IN ('won', 'lost') OR %(intent)s = 'never' OR NOT %(active)s THEN 'lapsed'
                  WHEN %(intent)s = 'interested'
                       OR BOOL_OR(document.state IN ('draft', 'sent')
                                  AND COALESCE(document.validity_date >= document.today, TRUE)) THEN 'hot'
                  WHEN BOOL_OR(document.state = 'sale') THEN 'lapsed'
                  ELSE 'potential' END
                FROM (SELECT quotation.state, quotation.validity_date, policy.today, policy.start,
                             (quotation.date_order AT TIME ZONE 'UTC' AT TIME ZONE policy.tz)::date AS day
                        FROM (%(windows)s) policy
                        LEFT JOIN sale_order quotation ON quotation.opportunity_id = %(id)s
                       WHERE policy.company_id = %(company)s) document)""",
            won=SQL.identifier(alias, "won_status"),
            closed=SQL.identifier(alias, "date_closed"),
            intent=SQL.identifier(alias, "customer_intent"),
            active=SQL.identifier(alias, "active"),
            id=SQL.identifier(alias, "id"),
            windows=self._sales_state_windows(),
            company=self._profile_company_sql(alias, query),
        )
