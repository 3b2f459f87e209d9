"""Two years of nine customers, recomputed every Monday and reviewed after it; every movement and its day is known.

Gold from 1000 of three months (kept from 800), Silver from 500 (kept from 400), Bronze for all others; 30 days of
grace, 60 days of minimum stay; quarterly reviews, which lower by themselves. 1 January 2024 is a Monday; the reviews
of 31 March and 30 June 2024 take place on the Mondays after, that of 30 September 2024 is on a Monday.

The same two years day by day, with the reviews on their very days, are in tests/scoring/test_tiers_two_years.py.
"""

from datetime import date, timedelta
from itertools import pairwise

from odoo.fields import Command

from ..addon.test_tiers import TierCase
from .test_payment_behaviour import PaymentCase

FIRST, LAST = date(2024, 1, 1), date(2025, 12, 29)
OVERRIDDEN, PAID, CHANGED = date(2024, 5, 13), date(2024, 11, 25), date(2025, 2, 3)


def monthly(amounts, start=(2024, 1), end=(2025, 12)):
    """Purchases on the tenth of each month, the amounts one after the other and again."""
    months = range(start[0] * 12 + start[1] - 1, end[0] * 12 + end[1])
    return [(date(month // 12, month % 12 + 1, 10), amounts[n % len(amounts)]) for n, month in enumerate(months)]


HISTORIES = {
    "riser": monthly([200], end=(2024, 8)) + monthly([400], start=(2024, 9)),
    "dip within grace": [
        (date(2024, 1, 10), 1200),
        (date(2024, 4, 20), 900),
        (date(2024, 7, 15), 1000),
        *monthly([400], start=(2024, 8)),
    ],
    "dip beyond grace": [(date(2024, 1, 10), 1200)],
    "seasonal": [(date(2024, 11, 20), 1000), (date(2025, 11, 20), 1000)],
    "overridden": monthly([100]),
    "refunded": [(date(2024, 2, 6), 1000), (date(2024, 2, 20), -400)],
    "policy changed": monthly([250]),
    # Every fourth month 790 of three months, otherwise 810 or 830.
    "late payer": monthly([400]),
    "hovering": [(date(2024, 1, 10), 1000), *monthly([270, 270, 250, 290], start=(2024, 2))],
}
MOVEMENTS = {
    "riser": [("2024-01-15", "Bronze"), ("2024-03-11", "Silver"), ("2024-10-14", "Gold")],
    "dip within grace": [("2024-01-15", "Gold")],
    # Below since 15 April.
    "dip beyond grace": [("2024-01-15", "Gold"), ("2024-07-01", "Silver"), ("2024-09-30", "Bronze")],
    # Below since 24 February 2025, 35 days before the review.
    "seasonal": [("2024-11-25", "Gold"), ("2025-03-31", "Silver"), ("2025-06-30", "Bronze"), ("2025-11-24", "Gold")],
    # Gold by hand until 31 August; below since 2 September, 28 days before the review, so lowered at the next one.
    "overridden": [
        ("2024-01-15", "Bronze"),
        ("2024-05-13", "Gold"),
        ("2025-01-06", "Silver"),
        ("2025-03-31", "Bronze"),
    ],
    # Below since 26 February, 34 days before the review.
    "refunded": [("2024-02-12", "Gold"), ("2024-04-01", "Silver"), ("2024-07-01", "Bronze")],
    # Gold begins at 700 from February 2025 on.
    "policy changed": [("2024-01-15", "Bronze"), ("2024-02-12", "Silver"), ("2025-02-03", "Gold")],
    # An invoice due on 1 May is open for more than 60 days since 1 July, is the only reason, and is paid in November.
    "late payer": [
        ("2024-01-15", "Bronze"),
        ("2024-02-12", "Silver"),
        ("2024-03-11", "Gold"),
        ("2024-09-30", "Silver"),
        ("2024-11-25", "Gold"),
    ],
    "hovering": [("2024-01-15", "Gold")],
}


class TestTiersTwoYears(TierCase, PaymentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.window_months = 3
        cls.tiers = cls.metals(grace_days=30, minimum_stay_days=60)
        cls.tiers[0].criterion_ids = [Command.create({"measure": "days_paid_late", "kind": "veto", "entry": 60})]
        cls.policy.tier_review_by_hand = False
        cls.partners = {name: cls.customer(name) for name in HISTORIES}
        for name, purchases in HISTORIES.items():
            for day, amount in purchases:
                cls.buy(cls.partners[name], day, amount)
        cls.open_invoice = cls.move(
            cls.partners["late payer"],
            1000,
            invoice_date="2024-04-02",
            invoice_date_due="2024-05-01",
            invoice_payment_term_id=False,
        )

    def set_by_hand(self, day):
        wizard = self.env["customer.tier.override"].create(
            {
                "profile_ids": self.profile(self.partners["overridden"]).ids,
                "tier_id": self.tiers[0].id,
                "reason": "Opens a second shop",
                "locked_until": "2024-08-31",
            }
        )
        with self.on(day):
            wizard.action_apply()
        self.env.flush_all()

    def ease_gold(self):
        revenue = self.tiers[0].criterion_ids.filtered(lambda criterion: criterion.measure == "revenue")
        change = Command.update(revenue.id, {"entry": 700, "keep": 600})
        self.policy.write({"tier_ids": [Command.update(self.tiers[0].id, {"criterion_ids": [change]})]})

    def test_every_movement_on_its_day(self):
        day = FIRST
        while day <= LAST:
            if day == CHANGED:
                self.ease_gold()
            if day == PAID:
                self.pay(self.open_invoice, 0, payment_date="2024-11-20")
            self.recompute(as_of=day)
            self.review()
            if day == OVERRIDDEN:
                self.set_by_hand(day)
            day += timedelta(weeks=1)
        self.assertEqual(self.recompute(as_of=LAST).changed_count, 0)
        for name, expected in MOVEMENTS.items():
            with self.subTest(customer=name):
                movements = self.movements(self.partners[name])
                self.assertEqual([(moved, tier) for moved, tier, _direction in movements], expected)
                ranks = [self.tiers.mapped("name").index(tier) for _day, tier in expected]
                directions = ["up" if after < before else "down" for before, after in pairwise(ranks)]
                if name == "policy changed":
                    directions[-1] = "rules"  # nobody has done anything
                self.assertEqual([direction for _day, _tier, direction in movements[1:]], directions)
                self.assertEqual(self.tier(self.partners[name]), expected[-1][1])
        changed = self.profile(self.partners["policy changed"]).transition_ids
        by_rule = changed.filtered(lambda change: change.date == CHANGED)
        self.assertEqual(by_rule.mapped("processed"), [True], "a change of the rules is no news for automation")

    def test_a_company_without_a_ladder(self):
        company = self.other_company()
        policy, partner = self.policy_of(company), self.partners["riser"]
        for day, amount in HISTORIES["riser"]:
            self.buy(partner, day, amount, company=company)
        for month in range(1, 25):
            self.recompute(policy, as_of=date(2024 + (month - 1) // 12, (month - 1) % 12 + 1, 28))
            self.assertIsNone(policy._review_to_hold())
        profile = self.profile(partner, company)
        self.assertFalse(profile.tier_id or profile.tier_since or profile.tier_outlook or profile.next_tier_id)
        self.assertFalse(profile.transition_ids.filtered(lambda change: change.from_tier_id or change.to_tier_id))
        self.assertTrue(profile.transition_ids.filtered("to_segment_id"), "it has segments")
        self.assertFalse(policy.tier_last_review_date)
        self.assertFalse(self.profile(partner), "and the other company does not notice")
