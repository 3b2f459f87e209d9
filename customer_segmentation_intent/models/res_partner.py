from odoo import api, fields, models
from odoo.tools import SQL


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "customer.sales.state"]

    customer_sales_state = fields.Selection(
        help="Signed: bought in the policy's window. Hot: not that, but a quotation is open or a lead is interested. "
        "Potential: a lead or opportunity is open. Lapsed: bought before the window, or every lead was lost or will "
        "never buy. Contacts share the state of their company.",
    )

    def _sales_state_sql(self, alias, query):
        """Of the commercial entity, in the company the user works in and its branches."""
        self._flush_sales_state()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        self.env["customer.segmentation.profile"].flush_model(["order_count", "last_order_date"])
        customer = self.sudo()._field_to_sql(alias, "commercial_partner_id", query)
        parts = {"customer": customer, "company": self.env.company.sudo().root_id.id}
        is_open = SQL("lead.active AND lead.won_status = 'pending'")
        interested = SQL("%s AND lead.customer_intent = 'interested'", is_open)
        wanted = SQL("%s AND lead.customer_intent IS DISTINCT FROM 'never'", is_open)
        over = SQL("lead.won_status <> 'pending' OR lead.customer_intent = 'never'")
        return SQL(
            """CASE WHEN %(bought)s > 0 THEN 'signed'
                    WHEN EXISTS (%(quotation)s) OR EXISTS (%(interested)s) THEN 'hot'
                    WHEN EXISTS (%(wanted)s) THEN 'potential'
                    WHEN %(last)s IS NOT NULL OR EXISTS (%(over)s) THEN 'lapsed' END""",
            bought=self._sales_state_fact("order_count", **parts),
            last=self._sales_state_fact("last_order_date", **parts),
            quotation=self._sales_state_quotations(**parts),
            interested=self._sales_state_leads(interested, **parts),
            wanted=self._sales_state_leads(wanted, **parts),
            over=self._sales_state_leads(over, **parts),
        )

    @api.model
    def _sales_state_fact(self, name, customer, company):
        return SQL(
            """(SELECT %s FROM customer_segmentation_profile known
                 WHERE known.partner_id = %s AND known.company_id = %s)""",
            SQL.identifier("known", name),
            customer,
            company,
        )

    @api.model
    def _sales_state_quotations(self, customer, company):
        return SQL(
            """SELECT FROM sale_order quotation
                 JOIN res_partner buyer ON buyer.id = quotation.partner_id
                 JOIN res_company seller ON seller.id = quotation.company_id
                 JOIN (%(windows)s) policy ON policy.company_id = %(company)s
                WHERE buyer.commercial_partner_id = %(customer)s AND quotation.state IN ('draft', 'sent')
                  AND COALESCE(quotation.validity_date >= policy.today, TRUE)
                  AND split_part(seller.parent_path, '/', 1)::int = %(company)s""",
            windows=self._sales_state_windows(),
            company=company,
            customer=customer,
        )

    @api.model
    def _sales_state_leads(self, condition, customer, company):
        return SQL(
            """SELECT FROM crm_lead lead
                 JOIN res_partner contact ON contact.id = lead.partner_id
                 LEFT JOIN res_company seller ON seller.id = lead.company_id
                WHERE contact.commercial_partner_id = %s AND (%s)
                  AND COALESCE(split_part(seller.parent_path, '/', 1)::int, %s) = %s""",
            customer,
            condition,
            company,
            company,
        )
