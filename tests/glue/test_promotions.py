"""Promotions that are for some customers only, on quotations and orders."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.addons.customer_segmentation_loyalty import uninstall_hook
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .promotions_common import REP, SALES_MANAGER, PromotionsCase


@tagged("post_install", "-at_install")
class TestWhoGetsIt(PromotionsCase):
    def test_a_promotion_is_for_everybody_until_it_is_limited(self):
        program = self.program()
        for partner in (self.ann, self.sam, self.stranger):
            order = self.claim(self.quotation(partner))
            self.assertEqual(self.discount(order), 10)
            self.assertEqual(self.kept(order), (False, False, False))
        self.assertFalse(program.customer_limit_warning)
        self.assertFalse(program._limited())

    def test_by_itself(self):
        self.for_tiers(self.gold)
        self.assertEqual(self.discount(self.claim(self.quotation(self.ann))), 10)
        for partner in (self.sam, self.stranger):
            self.assertEqual(self.discount(self.claim(self.quotation(partner))), 0)

    def test_by_code(self):
        self.for_tiers(self.gold | self.silver, "promo_code", code="METAL")
        for partner, given in ((self.ann, 10), (self.sam, 10), (self.stranger, 0)):
            order = self.quotation(partner)
            self.assertEqual(bool(self.enter(order, "METAL")), not given)
            self.assertEqual(self.discount(order), given)

    def test_by_coupon(self):
        program = self.for_tiers(self.gold, "coupons")
        card = self.card(program)
        self.assertTrue(self.enter(self.quotation(self.sam), "CARD"))
        order = self.quotation(self.ann)
        self.assertFalse(self.enter(order, "CARD"))
        self.assertEqual(self.discount(order), 10)
        order.action_confirm()
        self.assertEqual(card.points, 0)

    def test_by_segment(self):
        segment = self.profile(self.ann).segment_id
        self.assertNotEqual(segment, self.profile(self.sam).segment_id)
        self.program(customer_segment_ids=[Command.set(segment.ids)])
        self.assertEqual(self.discount(self.claim(self.quotation(self.ann))), 10)
        self.assertEqual(self.discount(self.claim(self.quotation(self.sam))), 0)

    def test_tiers_and_segments_are_both_asked(self):
        of_sam = self.profile(self.sam).segment_id
        self.for_tiers(self.gold | self.silver, customer_segment_ids=[Command.set(of_sam.ids)])
        self.assertEqual(self.discount(self.claim(self.quotation(self.ann))), 0)
        self.assertEqual(self.discount(self.claim(self.quotation(self.sam))), 10)

    def test_points_of_a_card_are_for_the_tier_only(self):
        """Two buyers of one company have two cards, and both are on the tier of the company."""
        program = self.for_tiers(self.gold, "loyalty", applies_on="both", trigger="auto")
        buyers = [self.customer(name, is_company=False, parent_id=self.ann.id) for name in ("Buyer", "Colleague")]
        for partner in (*buyers, self.sam):
            self.quotation(partner).action_confirm()
        self.assertEqual(program.coupon_ids.partner_id, buyers[0] | buyers[1])

    def test_a_card_that_pays_is_its_owners_whatever_the_tier(self):
        program = self.program("gift_card", applies_on="future", customer_tier_ids=[Command.set(self.gold.ids)])
        program.reward_ids.write({"discount_mode": "per_point", "discount": 1})
        self.card(program, points=30)
        order = self.quotation(self.sam)
        self.assertFalse(self.enter(order, "CARD"))
        self.assertEqual(self.discount(order), 30)

    def test_changed_and_confirmed_orders_are_looked_at_again(self):
        self.for_tiers(self.gold)
        order = self.claim(self.quotation(self.ann))
        order.partner_id = self.sam
        order._update_programs_and_rewards()
        self.assertEqual(self.discount(order), 0)
        other = self.claim(self.quotation(self.ann))
        other.partner_id = self.sam
        other.action_confirm()
        self.assertEqual((other.state, self.discount(other)), ("sale", 0))

    def test_stacked_with_promotions_for_everybody(self):
        """Of two discounts on the whole order Odoo gives the better one: of those the customer may use."""
        self.program(discount=5)
        self.for_tiers(self.gold, "promo_code", code="GOLD", discount=20)
        for partner, refused, given in ((self.ann, False, 20), (self.sam, True, 5)):
            order = self.claim(self.quotation(partner))
            self.assertEqual(self.discount(order), 5)
            self.assertEqual(bool(self.enter(order, "GOLD")), refused)
            self.assertEqual(self.discount(order), given)

    def test_an_archived_ladder_opens_nothing(self):
        self.for_tiers(self.gold)
        self.policy.active = False
        self.assertEqual(self.discount(self.claim(self.quotation(self.sam))), 0)

    def test_what_a_salesperson_may_not_see_limits_all_the_same(self):
        """Tiers of another company: the promotion of every company is for none of this one's customers."""
        other = self.other_company("North")
        tiers = self.ladder(self.policy_of(other))
        self.for_tiers(tiers[0])
        self.assertFalse(tiers[0].with_user(self.rep).has_access("read"))
        self.assertEqual(self.discount(self.claim(self.quotation(self.ann))), 0)
        self.assertEqual(self.discount(self.claim(self.quotation(self.sam))), 0)

    def test_branch(self):
        """Tier and promotion are those of the company above, the user works in the branch only."""
        branch = self.branch(self.company)
        rep = new_test_user(
            self.env, "branch_rep", groups=REP, company_id=branch.id, company_ids=[Command.set(branch.ids)]
        )
        program = self.for_tiers(self.gold, "coupons", company_id=self.company.id, only_issued_customer=True)
        card = self.card(program, self.ann)
        values = {"user": rep, "company_id": branch.id, "amount": 50}
        refused = self.quotation(self.sam, **values)
        self.assertIn("Gold only.", self.enter(refused.with_company(branch), "CARD"))
        order = self.quotation(self.ann, **values).with_company(branch)
        self.assertFalse(self.enter(order, "CARD"))
        order.action_confirm()
        self.assertEqual((self.discount(order), order.loyalty_tier_id, card.points), (5, self.gold, 0))


@tagged("post_install", "-at_install")
class TestWhyNot(PromotionsCase):
    def refused(self, partner, code="CODE", user=None):
        return self.enter(self.quotation(partner, user), code)

    def test_staff_reads_tier_and_what_is_missing(self):
        program = self.for_tiers(self.gold, "promo_code", code="CODE")
        user = new_test_user(self.env, "promotion_seller", groups=f"{REP},customer_segmentation.group_user")
        self.assertRegex(
            self.refused(self.sam, user=user),
            r"^Gold only\. This customer is Silver\. To Gold: Revenue in the window: .*400\.00 more$",
        )
        program.customer_tier_ids = self.gold | self.silver
        self.assertEqual(
            self.refused(self.stranger, user=user),
            "Silver and above only. This customer has no tier: nothing is known of it yet, or it is excluded from "
            "profiling.",
        )
        program.customer_tier_ids = self.gold | self.bronze
        self.assertRegex(self.refused(self.sam, user=user), r"^Gold, Bronze only\. This customer is Silver\. To Gold")

    def test_the_amount_is_for_who_may_read_amounts(self):
        self.for_tiers(self.gold, "promo_code", code="CODE")
        limited = self.env["loyalty.program"]._limited()
        told = self.words._for_staff(self.quotation(self.sam), limited, False)
        self.assertEqual(told, "Gold only. This customer is Silver.")

    def test_the_dialog_says_so(self):
        self.for_tiers(self.gold, "promo_code", code="CODE")
        order = self.quotation(self.sam)
        dialog = self.env["sale.loyalty.coupon.wizard"].with_user(self.rep)
        dialog = dialog.create({"order_id": order.id, "coupon_code": "CODE"})
        with self.assertRaisesRegex(ValidationError, "Gold only. This customer is Silver"):
            dialog.action_apply()

    def test_staff_reads_segments(self):
        segment = self.profile(self.ann).segment_id
        of_sam = self.profile(self.sam).segment_id
        self.program("promo_code", code="CODE", customer_segment_ids=[Command.set(segment.ids)])
        self.assertEqual(
            self.refused(self.sam), f"Only for customers in: {segment.name}. This customer is in: {of_sam.name}."
        )

    def test_customers_are_told_of_tiers_only(self):
        program = self.for_tiers(self.gold, "promo_code", code="CODE")
        portal = new_test_user(self.env, "promotion_portal", groups="base.group_portal", partner_id=self.sam.id)
        order = self.quotation(self.sam).with_user(portal).sudo()
        self.assertEqual(order._try_apply_code("CODE"), {"error": "This code is for members of the tier Gold."})
        program.customer_tier_ids = False
        segment = self.profile(self.ann).segment_id
        program.customer_segment_ids = segment
        told = order._try_apply_code("CODE")["error"]
        self.assertEqual(told, "This code is not for this account.")
        program.customer_tier_ids = self.silver
        self.assertEqual(order._try_apply_code("CODE")["error"], told)

    def test_a_guest_logs_in(self):
        program = self.for_tiers(self.gold, "promo_code", code="CODE")
        public = self.env.ref("base.public_user")
        order = self.quotation(public.partner_id.with_context(active_test=False)).with_user(public).sudo()
        self.assertEqual(order._try_apply_code("CODE"), {"error": "This code is for members of the tier Gold."})
        program.write({"customer_tier_ids": False, "customer_segment_ids": self.profile(self.ann).segment_id})
        self.assertEqual(order._try_apply_code("CODE"), {"error": "Log in to use this code."})

    def test_another_reason_of_odoo_comes_first(self):
        program = self.for_tiers(self.gold, "promo_code", code="CODE", date_to=self.day(1))
        self.assertIn("invalid", self.refused(self.sam))
        program.date_to = False
        self.assertIn("Gold only.", self.refused(self.sam))
        self.assertIn("invalid", self.refused(self.sam, "OTHER"))


@tagged("post_install", "-at_install")
class TestKeptStanding(PromotionsCase):
    def test_tier_falls_between_quotation_and_confirmation(self):
        self.for_tiers(self.gold)
        order = self.claim(self.quotation(self.ann, validity_date=self.today + timedelta(days=10)))
        self.assertEqual(order.loyalty_tier_id, self.gold)
        self.assertEqual(order.loyalty_segment_id, self.profile(self.ann).segment_id)
        self.fall()
        self.assertIn("Promotions as on the tier Gold, on which they were first applied", order.tier_benefit_note)
        order._update_programs_and_rewards()
        self.assertEqual(self.discount(order), 10)
        order.action_confirm()
        self.assertEqual((self.discount(order), order.tier_at_order_id), (10, self.silver))
        self.assertEqual(self.discount(self.claim(self.quotation(self.ann))), 0, "a new one is of today's tier")

    def test_an_expired_quotation_is_looked_at_anew_and_says_why(self):
        self.for_tiers(self.gold)
        order = self.claim(self.quotation(self.ann, validity_date=self.today + timedelta(days=10)))
        self.fall()
        with freeze_time(self.today + timedelta(days=11)):
            order._update_programs_and_rewards()
        self.assertEqual(self.discount(order), 0)
        self.assertIn(
            "The promotion “10 % off” was taken off. Gold only. This customer is Silver.", order.message_ids[:1].body
        )

    def test_what_is_kept_never_rises(self):
        """Silver when first applied, Gold for a while, Silver again: Gold was never promised."""
        self.for_tiers(self.silver | self.gold)
        for_gold = self.for_tiers(self.gold, "promo_code", code="GOLD", discount=20)
        order = self.claim(self.quotation(self.sam))
        self.fall(self.sam, self.gold)
        order._update_programs_and_rewards()
        self.assertEqual(order.loyalty_tier_id, self.silver)
        self.assertNotIn(for_gold, order._programs_for_others(), "the better of the kept one and today's")
        self.fall(self.sam, self.silver)
        self.assertTrue(self.enter(order, "GOLD"))

    def test_another_customer_inherits_nothing(self):
        self.for_tiers(self.gold)
        order = self.claim(self.quotation(self.ann))
        order.partner_id = self.sam
        self.assertEqual(order._loyalty_standing()[0], self.silver)
        order.partner_id = self.ann
        self.fall()
        self.assertEqual(order._loyalty_standing()[0], self.gold, "the same customer again")
        colleague = self.customer("Colleague", is_company=False, parent_id=self.ann.id)
        order.partner_id = colleague
        self.assertEqual(order._loyalty_standing()[0], self.gold)

    def test_a_customer_won_back_keeps_what_was_offered(self):
        segment, other = self.profile(self.ann).segment_id, self.profile(self.sam).segment_id
        self.program(customer_segment_ids=[Command.set(segment.ids)])
        order = self.claim(self.quotation(self.ann))
        self.profile(self.ann).sudo().segment_id = other
        self.env.invalidate_all()
        order.action_confirm()
        self.assertEqual(self.discount(order), 10)

    def test_a_copy_and_a_cancelled_order_keep_nothing(self):
        self.for_tiers(self.gold)
        order = self.claim(self.quotation(self.ann))
        self.assertFalse(order.copy().loyalty_tier_id)
        order.action_confirm()
        order._action_cancel()
        self.assertEqual(self.kept(order), (False, False, False))

    def test_a_customer_confirms_online(self):
        """Who signs has no rights on tiers, and sees nothing of them."""
        self.for_tiers(self.gold)
        order = self.claim(self.quotation(self.ann))
        portal = new_test_user(self.env, "signing_portal", groups="base.group_portal", partner_id=self.ann.id)
        order.message_subscribe(self.ann.ids)
        self.fall()
        mine = order.with_user(portal)
        self.assertEqual(mine.amount_total, 90)
        for name in ("loyalty_tier_id", "loyalty_segment_id", "loyalty_profile_id", "tier_benefit_note"):
            with self.assertRaises(AccessError):
                mine.read([name])
        mine.sudo()._validate_order()
        self.assertEqual((order.state, self.discount(order)), ("sale", 10))

    def test_nobody_types_it(self):
        order = self.quotation(self.sam)
        for name, value in (("loyalty_tier_id", self.gold), ("loyalty_profile_id", self.profile(self.ann))):
            with self.assertRaises(AccessError):
                order.write({name: value.id})


@tagged("post_install", "-at_install")
class TestIssuedTo(PromotionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coupons = cls.program("coupons", only_issued_customer=True)
        cls.contact, cls.colleague = (
            cls.customer(name, is_company=False, parent_id=cls.ann.id) for name in ("Contact", "Colleague")
        )

    def test_coupon_of_another_customer(self):
        self.card(self.coupons, self.contact)
        order = self.quotation(self.sam)
        self.assertEqual(self.enter(order, "CARD"), "This coupon was issued to another customer.")
        self.assertFalse(order.applied_coupon_ids)
        self.coupons.only_issued_customer = False
        self.assertFalse(self.enter(order, "CARD"))

    def test_colleagues_of_the_company_may(self):
        for number, partner in enumerate((self.contact, self.colleague, self.ann)):
            self.card(self.coupons, self.contact, code=f"CARD{number}")
            order = self.quotation(partner)
            self.assertFalse(self.enter(order, f"CARD{number}"))
            self.assertEqual(self.discount(order), 10)

    def test_who_was_issued_nothing(self):
        self.card(self.coupons)
        self.assertFalse(self.enter(self.quotation(self.sam), "CARD"))

    def test_a_coupon_of_a_guest_is_for_whoever_has_the_code(self):
        self.card(self.coupons, self.env.ref("base.public_user").partner_id)
        self.assertFalse(self.enter(self.quotation(self.sam), "CARD"))

    def test_a_quotation_that_gets_another_customer(self):
        card = self.card(self.coupons, self.contact)
        order = self.quotation(self.colleague)
        self.enter(order, "CARD")
        order.partner_id = self.sam
        order.action_confirm()
        self.assertEqual((self.discount(order), order.applied_coupon_ids, card.points), (0, card.browse(), 1))

    def test_refund_after_redemption(self):
        """The coupon is used up, and what is credited is what was paid."""
        card = self.card(self.coupons, self.ann)
        order = self.quotation(self.ann)
        self.enter(order, "CARD")
        order.action_confirm()
        order = order.sudo()
        self.credit(self.invoice(order))
        self.assertCountEqual([row.amount for row in self.transactions(self.ann)], [2000, 90, -90])
        self.assertEqual(card.points, 0)
        self.assertIn("already been used", self.enter(self.quotation(self.ann), "CARD"))

    def test_cancelling_gives_the_coupon_back(self):
        card = self.card(self.coupons, self.ann)
        order = self.quotation(self.ann)
        self.enter(order, "CARD")
        order.action_confirm()
        order._action_cancel()
        self.assertEqual(card.points, 1)
        self.assertFalse(self.enter(self.quotation(self.colleague), "CARD"))


@tagged("post_install", "-at_install")
class TestExcludedCustomer(PromotionsCase):
    def exclude(self, partner):
        self.env["customer.segmentation.exclusion"].create({"partner_id": partner.id})
        self.env.invalidate_all()

    def test_no_tier_promotions(self):
        self.for_tiers(self.gold, "promo_code", code="GOLD")
        everybody = self.program(discount=5)
        order = self.quotation(self.ann)
        self.enter(order, "GOLD")
        self.assertEqual(self.discount(order), 10)
        self.exclude(self.ann)
        self.assertEqual(self.kept(order), (False, False, False))
        order._update_programs_and_rewards()
        self.assertEqual(self.discount(order), 0)
        self.assertIn(everybody, order._get_points_programs(), "public offers stay")
        self.assertIn("excluded from profiling", self.enter(self.quotation(self.ann), "GOLD"))

    def test_the_dialog_says_what_is_lost(self):
        dialog = self.env["customer.segmentation.exclude"].with_context(
            active_model="res.partner", active_ids=self.ann.ids
        )
        self.assertFalse(dialog.create({}).consequences)
        program = self.for_tiers(self.gold)
        self.assertEqual(dialog.create({}).consequences, "Loses access to tier promotions: 10 % off")
        program.active = False
        self.assertFalse(dialog.create({}).consequences)


@tagged("post_install", "-at_install")
class TestLimits(PromotionsCase):
    def test_what_limits_a_promotion_stays(self):
        segment = self.profile(self.ann).segment_id
        program = self.for_tiers(self.gold, customer_segment_ids=[Command.set(segment.ids)], active=False)
        with self.assertRaisesRegex(UserError, "“10 % off” is for customers of “Gold” only"):
            self.gold.unlink()
        with self.assertRaisesRegex(UserError, "“10 % off” is for customers of “Gold” only"):
            self.policy.tier_ids = [Command.clear()]
        copy = self.policy.scheme_id._copy_to_change(self.company)[0]
        self.assertEqual(
            program.customer_segment_ids - segment, copy.segment_ids.filtered_domain([("code", "=", segment.code)])
        )

    def test_a_promotion_of_every_company_with_tiers_of_one(self):
        program = self.for_tiers(self.gold)
        self.assertFalse(program.customer_limit_warning, "there is one company")
        north = self.other_company("North")
        program.invalidate_recordset()
        self.assertIn(f"its tiers are those of {self.company.name}", program.customer_limit_warning)
        program.company_id = self.company
        self.assertFalse(program.customer_limit_warning)
        program.company_id = north
        self.assertEqual(
            program.customer_limit_warning,
            f"Nobody gets it: the tiers are those of {self.company.name}, the promotion is of North.",
        )

    def test_form(self):
        manager = new_test_user(self.env, "promotion_manager", groups=f"{SALES_MANAGER},product.group_product_manager")
        with Form(self.env["loyalty.program"].with_user(manager)) as form:
            form.name = "Gold week"
            form.customer_tier_ids.add(self.gold)
        self.assertEqual(form.record.customer_tier_ids, self.gold)

    @mute_logger("odoo.addons.customer_segmentation_loyalty.hooks")
    def test_uninstalling_opens_nothing(self):
        limited, open_to_all = self.for_tiers(self.gold), self.program()
        uninstall_hook(self.env)
        self.assertEqual((limited.active, open_to_all.active), (False, True))
