from odoo import models
from odoo.addons.customer_segmentation.tools.consistency import Contradiction

from .sale_order import SUSPENDING


class CustomerPlaybookConsistency(models.AbstractModel):
    _inherit = "customer.playbook.consistency"

    def _of_policy(self, policy):
        return [*super()._of_policy(policy), *self._of_payment_terms(policy)]

    def _of_payment_terms(self, policy):
        """Tiers that give time to pay to who pays late: suspended on their quotations."""
        giving = policy.tier_ids.sorted().filtered(lambda tier: tier._offered("payment_term", policy.company_id))
        late = self._count_late(policy, giving) if giving else {}
        return [
            Contradiction(self._payment_terms_in_words(tier, late[tier.id]), tier) for tier in giving if tier.id in late
        ]

    def _count_late(self, policy, tiers):
        """Customers on each of these tiers whose credit class suspends payment terms."""
        profiles = self.env["customer.segmentation.profile"].sudo()
        rows = profiles._read_group(
            [("company_id", "=", policy.company_id.id), ("tier_id", "in", tiers.ids)], ["tier_id", "partner_id"]
        )
        credits = self.env["customer.credit.class"].sudo()
        customers = self.env["res.partner"].concat(*(partner for _tier, partner in rows))
        known = credits._read_of(policy.company_id, customers)
        counts = {}
        for tier, partner in rows:
            if partner.id in known and known[partner.id].credit_class in SUSPENDING:
                counts[tier.id] = counts.get(tier.id, 0) + 1
        return counts

    def _payment_terms_in_words(self, tier, count):
        return self.env._(
            "Customers of the tier %(tier)s in credit class C or D, whose payment terms “%(terms)s” are suspended on "
            "new quotations: %(count)s.",
            tier=tier.name,
            terms=tier.sudo().payment_term_id.name,
            count=count,
        )
