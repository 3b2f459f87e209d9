"""A ladder with customers on it, and promotions that are for some of them, with Odoo's own loyalty programs."""

from odoo.fields import Command
from odoo.tests import new_test_user

from ..addon.common import AccountingCase

REP = "sales_team.group_sale_salesman_all_leads"
BOOKKEEPER = f"{REP},account.group_account_invoice"
SALES_MANAGER = "sales_team.group_sale_manager"


class PromotionsCase(AccountingCase):
    """Ann is Gold, Sam is Silver, a stranger has bought nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.program"].search([]).active = False
        cls.gold, cls.silver, cls.bronze = cls.ladder(cls.policy)
        cls.ann, cls.sam, cls.stranger = cls.customer("Ann"), cls.customer("Sam"), cls.customer("Stranger")
        cls.order(cls.ann, 2000)
        cls.order(cls.sam, 600)
        cls.recompute()
        cls.rep = new_test_user(cls.env, "promotion_rep", groups=BOOKKEEPER)
        cls.words = cls.env["customer.promotion.words"]

    @classmethod
    def ladder(cls, policy):
        policy.tier_ids = [
            Command.create(
                {
                    "name": name,
                    "sequence": sequence,
                    "criterion_ids": [Command.create({"measure": "revenue", "entry": entry})] if entry else [],
                }
            )
            for sequence, (name, entry) in enumerate((("Gold", 1000), ("Silver", 500), ("Bronze", 0)))
        ]
        return policy.tier_ids.sorted()

    @classmethod
    def program(cls, program_type="promotion", *, discount=10, code=None, **values):
        """A discount on the whole order, by itself or with a code."""
        rule = {"mode": "with_code", "code": code} if code else {"mode": "auto"}
        reward = {"reward_type": "discount", "discount": discount, "discount_applicability": "order"}
        return cls.env["loyalty.program"].create(
            {
                "name": f"{discount} % off",
                "program_type": program_type,
                "company_id": False,
                "currency_id": cls.company.currency_id.id,
                "trigger": "with_code" if code or program_type == "coupons" else "auto",
                "applies_on": "current",
                "rule_ids": [Command.clear(), *([] if program_type == "coupons" else [Command.create(rule)])],
                "reward_ids": [Command.clear(), Command.create(reward)],
                **values,
            }
        )

    @classmethod
    def for_tiers(cls, tiers, program_type="promotion", **values):
        return cls.program(program_type, customer_tier_ids=[Command.set(tiers.ids)], **values)

    @classmethod
    def card(cls, program, partner=None, code="CARD", points=1, **values):
        return cls.env["loyalty.card"].create(
            {
                "program_id": program.id,
                "partner_id": partner and partner.id,
                "code": code,
                "points": points,
                **values,
            }
        )

    def quotation(self, partner=None, user=None, amount=100, **values):
        line = Command.create({"product_id": self.product.id, "price_unit": amount, "tax_ids": False})
        orders = self.env["sale.order"].with_user(user or self.rep).with_context(self.env.context)
        return orders.create({"partner_id": (partner or self.ann).id, "order_line": [line], **values})

    def claim(self, order):
        """Take the one reward that applies, as the button of the quotation does."""
        order.action_open_reward_wizard()
        return order

    def enter(self, order, code):
        """What the dialog says to a code; the reward is taken when there is one."""
        found = order._try_apply_code(code)
        if "error" in found:
            return found["error"]
        for coupon, rewards in found.items():
            order._apply_program_reward(rewards[:1], coupon)
        order._update_programs_and_rewards()
        return None

    def discount(self, order):
        return -sum(order.order_line.filtered("reward_id").mapped("price_total"))

    def kept(self, order):
        """Customer, tier and segment the order keeps for promotions."""
        order = order.sudo()
        return order.loyalty_profile_id.id, order.loyalty_tier_id.id, order.loyalty_segment_id.id

    def fall(self, partner=None, tier=None):
        """The customer goes to another tier."""
        profile, tier = self.profile(partner or self.ann), tier or self.silver
        self.env["customer.tier.decision"]._set(profile, self.policy, tier, self.today, None, None)
        self.env.invalidate_all()
