from odoo import api, fields, models
from odoo.tools.misc import formatLang

from ...tools.profile_fields import ProfileDate, ProfileMonetary, ProfileText
from ...tools.rights import LABEL, NUMBER


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "customer.segmentation.mixin"]

    _profile_partner_path = "commercial_partner_id"
    _profile_company_field = None

    service_user_id = fields.Many2one(
        "res.users",
        string="Dedicated Service Contact",
        ondelete="set null",
        index="btree_not_null",
        domain=[("share", "=", False)],
        groups=LABEL,
        help="The user who serves this customer, whatever its tier says. All contacts of a company share it.",
    )

    # The page Segmentation
    customer_segment_since = ProfileDate(
        related="customer_profile_id.segment_since", string="In Customer Segment Since", groups=LABEL
    )
    customer_segment_advice = ProfileText(
        related="customer_profile_id.segment_id.advice", string="Customer Segment Advice", groups=LABEL
    )
    customer_explanation = fields.Char(
        related="customer_profile_id.explanation", string="Customer Explanation", groups=NUMBER
    )
    customer_score_details = fields.Json(
        related="customer_profile_id.score_details", string="Customer Score Details", groups=NUMBER
    )
    customer_revenue_share = fields.Float(
        related="customer_profile_id.revenue_share",
        string="Customer Share of Revenue (%)",
        groups=NUMBER,
        digits=(5, 2),
        aggregator=None,
    )
    customer_cumulative_share = fields.Float(
        related="customer_profile_id.cumulative_share",
        string="Customer Cumulative Share (%)",
        groups=NUMBER,
        digits=(5, 2),
        aggregator=None,
    )
    customer_first_order_date = ProfileDate(
        related="customer_profile_id.first_order_date", string="Customer First Order", groups=NUMBER
    )
    customer_lifetime_revenue = ProfileMonetary(
        related="customer_profile_id.lifetime_revenue",
        string="Customer Lifetime Revenue",
        groups=NUMBER,
        currency_field="customer_currency_id",
        aggregator=None,
    )
    customer_share_in_words = fields.Char(
        compute="_compute_customer_share_in_words", string="Customer Share in Words", groups=NUMBER
    )
    customer_period = fields.Char(
        compute="_compute_customer_share_in_words", string="Customer Period in Words", groups=NUMBER
    )
    customer_stake_in_words = fields.Char(
        related="customer_profile_id.stake_in_words", string="Customer at Stake in Words", groups=NUMBER
    )
    customer_tier_description = ProfileText(
        related="customer_profile_id.tier_id.description", string="Customer Tier Meaning", groups=LABEL
    )
    customer_tier_since = ProfileDate(
        related="customer_profile_id.tier_since", string="On Customer Tier Since", groups=NUMBER
    )
    customer_tier_outlook = fields.Char(
        related="customer_profile_id.tier_outlook", string="Customer Tier Outlook", groups=NUMBER
    )
    customer_next_tier_id = fields.Many2one(
        related="customer_profile_id.next_tier_id", string="Customer Next Tier", groups=NUMBER
    )
    customer_next_tier_gap = fields.Char(
        related="customer_profile_id.next_tier_gap", string="Customer Gap to Next Tier", groups=NUMBER
    )
    customer_benefits = fields.Char(
        related="customer_profile_id.benefits",
        string="Customer Benefits",
        groups=NUMBER,
        help="What the customer gets by its tier, and who serves it.",
    )
    customer_last_contact_date = fields.Date(
        related="customer_profile_id.last_contact_date", string="Customer Last Contact", groups=NUMBER
    )
    customer_contact_count = fields.Integer(
        related="customer_profile_id.contact_count", string="Customer Contacts", groups=NUMBER
    )
    customer_preferred_channel = fields.Selection(
        related="customer_profile_id.preferred_channel", string="Customer Preferred Channel", groups=NUMBER
    )
    customer_transition_ids = fields.One2many(
        related="customer_profile_id.transition_ids", string="Customer History", groups=NUMBER
    )

    @api.depends("customer_revenue_share", "customer_cumulative_share", "customer_abc_class")
    @api.depends_context("company", "lang")
    def _compute_customer_share_in_words(self):
        """The share of revenue, and the period it is a share of, as a seller reads them."""
        company = self.env.company.sudo().root_id
        policy = self.env["customer.segmentation.policy"]._last_of(company).get(company)
        period = policy._window_in_words() if policy else False
        for partner in self.sudo():
            partner.customer_period = period
            partner.customer_share_in_words = partner.customer_abc_class and partner._share_in_words(period)

    def _share_in_words(self, period):
        if not self.customer_revenue_share:
            return self.env._("No revenue %s.", period)
        return self.env._(
            "%(share)s%% of all revenue %(period)s; this customer and all larger ones together: %(cumulative)s%%.",
            share=formatLang(self.env, self.customer_revenue_share, digits=2),
            cumulative=formatLang(self.env, self.customer_cumulative_share, digits=2),
            period=period,
        )

    @api.constrains("service_user_id")
    def _check_service_user(self):
        self.sudo().service_user_id._check_serves_customers()

    @api.model
    def _synced_commercial_fields(self):
        return [*super()._synced_commercial_fields(), "service_user_id"]

    def action_open_customer_transactions(self):
        """The purchases and refunds behind the scores."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation.action_transactions")
        return dict(action, domain=[("partner_id", "=", self.commercial_partner_id.id)])

    def action_open_customer_interactions(self):
        """The contacts somebody had with the customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation.action_interactions")
        return dict(action, domain=[("partner_id", "=", self.commercial_partner_id.id)])

    def write(self, vals):
        if not vals.keys() & {"parent_id", "is_company", "commercial_partner_id"}:
            return super().write(vals)
        before = self | self.commercial_partner_id
        result = super().write(vals)
        if self.commercial_partner_id - before or before - self - self.commercial_partner_id:
            self.env["customer.segmentation.queue"]._enqueue_everywhere(before | self.commercial_partner_id)
        return result
