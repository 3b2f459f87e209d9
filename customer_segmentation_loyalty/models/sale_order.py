"""Promotions that are for some customers only, on quotations, orders and carts of the web shop.

    _get_program_domain, _get_trigger_domain    leave out what is not for the customer: by these Odoo finds what may be
                                                applied, and looks again at each change and at the confirmation
    _try_apply_program, _try_apply_code         say why, before Odoo says that there is no such code
    _keep_standing                              keeps tier and segment of when a limited promotion was first applied

The customer's standing is read as superuser: it decides alike for a salesperson, a customer of the portal and a guest.
"""

from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.context import Told, told
from odoo.fields import Domain

LABEL = "base.group_user"


class SaleOrder(models.Model):
    _inherit = "sale.order"

    loyalty_profile_id = fields.Many2one(
        "customer.segmentation.profile",
        string="Customer of Promotions",
        readonly=True,
        engine_only=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups="customer_segmentation.group_user",
        help="Whose tier and segment were kept: another customer does not inherit them.",
    )
    loyalty_tier_id = fields.Many2one(
        "customer.tier",
        string="Tier for Promotions",
        readonly=True,
        engine_only=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups=LABEL,
        help="The customer's tier when a promotion that is for some customers only was first applied. It counts until "
        "the quotation expires, unless the customer is on a better one.",
    )
    loyalty_segment_id = fields.Many2one(
        "customer.segment",
        string="Segment for Promotions",
        readonly=True,
        engine_only=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups=LABEL,
        help="The customer's segment when a promotion that is for some customers only was first applied. It counts "
        "until the quotation expires, beside the one the customer is in.",
    )

    # ------------------------------------------------------------------ what applies

    def _get_program_domain(self):
        return self._without_those_for_others(super()._get_program_domain(), "id")

    def _get_trigger_domain(self):
        return self._without_those_for_others(super()._get_trigger_domain(), "program_id")

    def _without_those_for_others(self, domain, program_field):
        """The same with one leaf more, at the end.

        A list, not a `Domain`: the web shop replaces leaves of what it gets in place, whichever of the two addons
        comes first. Programs by identifier: what a program is limited to is not everybody's to read.
        """
        if told(self.env, "promotions_for_everybody") or not (others := self._programs_for_others()):
            return domain
        return [*domain, (program_field, "not in", others.ids)]

    def _programs_for_others(self):
        """The limited promotions this order's customer may not use, as superuser."""
        limited = self.env["loyalty.program"]._limited()
        if not limited:
            return limited
        standing = self._loyalty_standing()
        return limited.filtered(lambda program: not program._is_for(*standing))

    # ------------------------------------------------------------------ where the customer stands

    def _loyalty_standing(self):
        """The customer's tier, the better of the kept one and today's; and the segments, kept and today's.

        A segment is no rank: who was offered something to win him back keeps it when he comes back.
        """
        order = self.sudo()
        profile = order.customer_profile_id
        if not order._keeps_standing():
            return profile.tier_id, profile.segment_id
        return order._better_tier(), profile.segment_id | order.loyalty_segment_id

    def _better_tier(self):
        kept, current = self.loyalty_tier_id, self.customer_profile_id.tier_id
        if kept and current and kept.policy_id != current.policy_id:
            return current
        return (kept | current).sorted()[:1]

    def _keeps_standing(self):
        """Whether tier and segment were kept for this customer in this company, and the quotation has not expired."""
        order = self.sudo()
        if not order.loyalty_profile_id or order.loyalty_profile_id != order.customer_profile_id:
            return False
        expires = order.validity_date
        return order.state == "sale" or not expires or expires >= order._get_confirmed_tx_create_date()

    def _keep_standing(self):
        """Keep tier and segment when a limited promotion is first applied; what is kept never rises."""
        order = self.sudo()
        if order._keeps_standing() or not order._limited_programs_applied():
            return
        profile = order.customer_profile_id
        order.write(
            {
                "loyalty_profile_id": profile.id,
                "loyalty_tier_id": profile.tier_id.id,
                "loyalty_segment_id": profile.segment_id.id,
            }
        )

    def _limited_programs_applied(self):
        applied = self._get_applied_programs() | self.applied_coupon_ids.program_id
        return applied & applied._limited()

    def _action_cancel(self):
        """Promotions go with the order, and what was kept for them: who orders again is looked at anew."""
        result = super()._action_cancel()
        kept = self.sudo().filtered("loyalty_profile_id")
        kept.write({"loyalty_profile_id": False, "loyalty_tier_id": False, "loyalty_segment_id": False})
        return result

    # ------------------------------------------------------------------ applying, and why not

    def _try_apply_program(self, program, coupon=None):
        if refusal := self._refusal(program):
            return {"error": refusal}
        result = super()._try_apply_program(program, coupon)
        self._keep_standing()
        return result

    def _try_apply_code(self, code):
        program, card = self._found_by_code(code)
        if refusal := self._refusal(program) or self._refusal_of_card(card):
            return {"error": refusal}
        result = super()._try_apply_code(code)
        self._keep_standing()
        return result

    def _found_by_code(self, code):
        """The program of a code, and the coupon when it is one, whoever they are for."""
        for_everybody = self.with_context(promotions_for_everybody=Told.BY_CODE)
        of_code = [("mode", "=", "with_code"), ("code", "=", code)]
        rule = self.env["loyalty.rule"].search(Domain.AND([for_everybody._get_trigger_domain(), of_code]), limit=1)
        card = self.env["loyalty.card"]
        if not rule:
            card = card.search([("code", "=", code)])
        return rule.program_id or card.program_id, card

    def _refusal(self, program):
        """Why a promotion is not for this customer; None when it is, or when Odoo has another reason."""
        if program.sudo() not in self._programs_for_others():
            return None
        for_everybody = self.with_context(promotions_for_everybody=Told.BY_CODE)
        if not program.filtered_domain(for_everybody._get_program_domain()):
            return None
        return self.env["customer.promotion.words"]._refusal(self, program.sudo())

    def _refusal_of_card(self, card):
        if not card.program_id._is_of_other(card, self.partner_id):
            return None
        return self.env._("This coupon was issued to another customer.")

    # ------------------------------------------------------------------ checked again

    def _update_programs_and_rewards(self):
        self.ensure_one()
        before = self._get_reward_programs()
        self._leave_coupons_of_others()
        result = super()._update_programs_and_rewards()
        self._keep_standing()
        self._note_withdrawn(before - self._get_reward_programs())
        return result

    def _leave_coupons_of_others(self):
        """A quotation that got another customer leaves the coupons of the first one."""
        if self.state == "sale":
            return
        foreign = self.applied_coupon_ids.filtered(lambda card: card.program_id._is_of_other(card, self.partner_id))
        if foreign:
            self.order_line.filtered(lambda line: line.coupon_id in foreign).unlink()
            self.applied_coupon_ids -= foreign

    def _note_withdrawn(self, programs):
        """Say on the quotation which promotions it lost because the customer may not use them any more."""
        if self._is_from_web_shop():
            return
        words = self.env["customer.promotion.words"]
        for program in programs.sudo() & self._programs_for_others():
            self.sudo()._message_log(body=words._withdrawn(self, program))

    def _is_from_web_shop(self):
        order = self.sudo()
        return "website_id" in order._fields and bool(order.website_id)

    # ------------------------------------------------------------------ in words

    @api.depends("loyalty_tier_id", "state", "validity_date")
    def _compute_tier_benefit_note(self):
        return super()._compute_tier_benefit_note()

    def _document_lines(self):
        return super()._document_lines() + self.env["customer.promotion.words"]._kept(self)
