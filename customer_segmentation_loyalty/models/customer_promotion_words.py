"""What is said about promotions that are for some customers only: why not, and what a manager should look at.

Staff reads tier, segment and what is missing to the next tier, amounts only if they may. A customer of the web shop is
told of tiers alone: that a promotion asks for a segment would say what we think of him.
"""

import functools

from odoo import api, models
from odoo.addons.customer_segmentation.tools.words import listed

NUMBER = "customer_segmentation.group_user"


class CustomerPromotionWords(models.AbstractModel):
    _name = "customer.promotion.words"
    _description = "Promotions for Some Customers in Words"

    # ------------------------------------------------------------------ why not

    @api.model
    def _refusal(self, order, program):
        """Why the customer of an order may not use a limited promotion, for whoever asks.

        :param program: as superuser
        """
        if order._is_from_web_shop() or not self.env.user._is_internal():
            return self._for_customer(order, program)
        return self._for_staff(order, program, self.env.user.has_group(NUMBER))

    @api.model
    def _for_customer(self, order, program):
        tier, _segments = order._loyalty_standing()
        if program.customer_tier_ids and tier not in program.customer_tier_ids:
            return self.env._("This code is for members of the tier %s.", self._tiers(program))
        if order.sudo().partner_id.is_public:
            return self.env._("Log in to use this code.")
        return self.env._("This code is not for this account.")

    @api.model
    def _for_staff(self, order, program, with_amounts):
        tier, segments = order._loyalty_standing()
        told = []
        if program.customer_tier_ids and tier not in program.customer_tier_ids:
            told += [self._only_tiers(program), self._on_tier(order, program, tier, with_amounts)]
        if program.customer_segment_ids and not program.customer_segment_ids & segments:
            told += [self._only_segments(program), self._in_segment(segments)]
        return self._sentences(told)

    @api.model
    def _sentences(self, sentences):
        """One after the other, with the blank of the language."""
        return functools.reduce(
            lambda first, second: self.env._("%(first)s %(second)s", first=first, second=second), sentences
        )

    @api.model
    def _withdrawn(self, order, program):
        """What the quotation keeps about a promotion it lost: without amounts, which not all its readers may see."""
        taken_off = self.env._("The promotion “%s” was taken off.", program.name)
        return self._sentences([taken_off, self._for_staff(order, program, False)])

    # ------------------------------------------------------------------ who may

    @api.model
    def _tiers(self, program):
        """ "Gold and above", or the tiers one by one, in the reader's language."""
        tiers = program.customer_tier_ids.sorted()
        ladder = tiers.policy_id.tier_ids.sorted() if len(tiers.policy_id) == 1 else tiers.browse()
        if len(tiers) > 1 and ladder[: len(tiers)] == tiers:
            return self.env._("%s and above", tiers[-1:].name)
        return listed(self.env, tiers.mapped("name"))

    @api.model
    def _only_tiers(self, program):
        return self.env._("%s only.", self._tiers(program))

    @api.model
    def _only_segments(self, program):
        segments = program.customer_segment_ids
        return self.env._("Only for customers in: %s.", listed(self.env, segments.mapped("name")))

    # ------------------------------------------------------------------ where the customer stands

    @api.model
    def _on_tier(self, order, program, tier, with_amounts):
        """ "This customer is Silver. To Gold: Orders: 2 more." """
        profile = order.sudo().customer_profile_id
        if not profile:
            return self.env._(
                "This customer has no tier: nothing is known of it yet, or it is excluded from profiling."
            )
        if not tier:
            return self.env._("This customer is on no tier.")
        words = {"tier": tier.name, "gap": profile.next_tier_gap}
        is_next = tier == profile.tier_id and profile.next_tier_id in program.customer_tier_ids
        if with_amounts and words["gap"] and is_next:
            words["next"] = profile.next_tier_id.name
            return self.env._("This customer is %(tier)s. To %(next)s: %(gap)s", **words)
        return self.env._("This customer is %(tier)s.", **words)

    @api.model
    def _in_segment(self, segments):
        if not segments:
            return self.env._("This customer is in no segment.")
        names = segments.mapped("name")
        return self.env._("This customer is in: %s.", listed(self.env, names))

    @api.model
    def _kept(self, order):
        """What the quotation says of a tier that counts for promotions although the customer is on another now."""
        tier = order.loyalty_tier_id
        counts = order.state in ("draft", "sent") and tier and order._keeps_standing()
        if not counts or tier == order.customer_profile_id.tier_id or order._better_tier() != tier:
            return []
        return [self.env._("Promotions as on the tier %s, on which they were first applied", tier.name)]

    # ------------------------------------------------------------------ what a manager should look at

    @api.model
    def _warning(self, program):
        """What is wrong with the limits of a promotion, as its reader may know it."""
        if not (program.customer_tier_ids or program.customer_segment_ids):
            return False
        told = [word for word in (self._companies(program), self._till(program)) if word]
        return self._sentences(told) if told else False

    @api.model
    def _companies(self, program):
        companies, own = program.customer_tier_ids.company_id, program.company_id.sudo().root_id
        if own and companies and own not in companies:
            return self.env._(
                "Nobody gets it: the tiers are those of %(tiers)s, the promotion is of %(own)s.",
                tiers=listed(self.env, companies.mapped("name")),
                own=program.company_id.name,
            )
        scored = self.env["customer.segmentation.policy"].sudo().search_count([], limit=2)
        if own or len(companies) != 1 or scored < 2:
            return None
        return self.env._(
            "The promotion is for every company, its tiers are those of %s: customers of other companies never get it. "
            "Choose the company, or tiers of the others, too.",
            companies.name,
        )

    @api.model
    def _till(self, program):
        if "pos_ok" not in program._fields or not program.pos_ok:
            return None
        return self.env._("The point of sale does not ask for tiers or segments: there everybody gets it.")
