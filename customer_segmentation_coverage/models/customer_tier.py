"""Who owns the customers of a tier, and which tiers are worth no active follow-up."""

from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.bounds import WEIGHT
from odoo.addons.customer_segmentation.tools.words import listed
from odoo.exceptions import ValidationError


class CustomerTier(models.Model):
    _inherit = "customer.tier"

    owner_team_id = fields.Many2one(
        "crm.team",
        string="Owned by Team",
        ondelete="set null",
        help="The members of this team own the customers of the tier. Allocation proposes who hands over to whom.",
    )
    owner_user_ids = fields.Many2many(
        "res.users",
        "customer_tier_owner_rel",
        "tier_id",
        "user_id",
        string="Owned by",
        domain="[('share', '=', False)]",
        help="These salespeople own the customers of the tier, beside the members of the team. Without team and "
        "salespeople the customers of the tier stay with whoever owns them.",
    )
    owner_weight = fields.Float(
        string="Weight in Allocation",
        default=1,
        digits=(6, 2),
        bounds=(None, WEIGHT),
        help="How much one customer of the tier weighs when customers are shared out: 3 takes the time of three "
        "customers of weight 1.",
    )
    low_value = fields.Boolean(
        help="Customers of this tier who have not ordered for long are proposed for the end of active follow-up."
    )

    @api.constrains("owner_weight")
    def _check_owner_weight(self):
        for tier in self:
            if tier.owner_weight <= 0:
                raise ValidationError(
                    self.env._("%s: the weight in allocation must be above 0; 1 is an ordinary customer.", tier.name)
                )

    @api.constrains("owner_team_id", "policy_id")
    def _check_owner_team(self):
        for tier in self.sudo():
            company = tier.owner_team_id.company_id
            if company and company.root_id != tier.company_id:
                raise ValidationError(
                    self.env._(
                        "%(tier)s: the team %(team)s belongs to %(other)s; choose one of %(company)s or one without "
                        "company.",
                        tier=tier.name,
                        team=tier.owner_team_id.name,
                        other=company.name,
                        company=tier.company_id.name,
                    )
                )

    def _owners(self):
        """Everybody named as an owner of the tier's customers, whether able to own one or not."""
        tier = self.sudo().with_context(active_test=False)
        return tier.owner_user_ids | tier.owner_team_id.crm_team_member_ids.user_id

    def _owners_in_words(self):
        """ "team Key Accounts, Ana"."""
        tier = self.sudo()
        team = [self.env._("team %s", tier.owner_team_id.name)] if tier.owner_team_id else []
        return listed(self.env, [*team, *tier.owner_user_ids.mapped("name")])
