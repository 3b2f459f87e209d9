from odoo import fields, models
from odoo.tools import SQL

from .customer_intent_step import INTENTS


class CustomerProductGap(models.Model):
    """What our products lack, as salespeople wrote it on leads, lost ones too: one list for product people.

    Readable without the right to read the leads themselves, so it holds no amount for anybody but managers.
    """

    _name = "customer.product.gap"
    _description = "Product Gap"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "gap"
    _depends = {
        "crm.lead": [
            "intent_product_gap",
            "intent_reason_id",
            "customer_intent",
            "intent_date",
            "partner_id",
            "user_id",
            "team_id",
            "company_id",
            "expected_revenue",
            "create_date",
        ],
    }

    lead_id = fields.Many2one("crm.lead", readonly=True)
    gap = fields.Text(string="Product Gap", readonly=True)
    reason_id = fields.Many2one("customer.churn.reason", readonly=True)
    intent = fields.Selection(INTENTS, readonly=True)
    date = fields.Date(readonly=True, help="The day the intent was chosen, or the lead was made.")
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="lead_id.company_currency", related_sudo=True)
    expected_revenue = fields.Monetary(
        readonly=True, groups="customer_segmentation.group_manager", help="What the lead was expected to bring."
    )

    @property
    def _table_query(self):
        return SQL(
            """SELECT id, id AS lead_id, intent_product_gap AS gap, intent_reason_id AS reason_id,
                      customer_intent AS intent, COALESCE(intent_date, create_date::date) AS date, partner_id, user_id,
                      team_id, company_id, expected_revenue
                 FROM crm_lead WHERE TRIM(intent_product_gap) <> ''"""
        )

    def action_open_lead(self):
        """The lead the note was written on, as far as the user may read it."""
        self.ensure_one()
        self.lead_id.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "res_id": self.lead_id.id,
            "views": [(False, "form")],
        }
