"""Past month-ends replayed from the purchases that are there, and the history they make with what is seen live."""

import random
from collections import Counter, defaultdict
from datetime import timedelta
from itertools import pairwise
from unittest.mock import patch

import psycopg2
from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, LockError, UserError, ValidationError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from odoo.addons.customer_segmentation.models.customer_segmentation_transition_replay import LABELS

from .common import AccountingCase
from .test_tiers import MANAGER, SELLER, TierCase

RUN_LOG = "odoo.addons.customer_segmentation.models.customer_segmentation_run"
MONTHS = 14


def month_ends_before(day, count):
    """The last days of so many months that were over before a day, ascending."""
    first_of_month = day.replace(day=1)
    return [first_of_month - relativedelta(months=month) - timedelta(days=1) for month in reversed(range(count))]


class ReplayCase(TierCase):
    """Forty customers with thirty months of purchases and refunds, imported; the first live run is today's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.write({"window_months": 12, "replay_months": MONTHS, "tier_review_by_hand": True})
        cls.customers = [cls.customer(f"Customer {number:02}") for number in range(40)]
        cls.purchases = cls.history()
        cls.import_into(cls.company)

    @classmethod
    def history(cls):
        """(customer, days ago, amount): some often, some seldom, some stopped, some came late; a few refunds."""
        dice = random.Random(19)
        rows = []
        for partner in cls.customers:
            gap, begin = dice.choice([9, 20, 45, 90, 200]), dice.randint(60, 900)
            day, end = begin, dice.choice([0, 0, 0, 150, 400])
            while day >= end:
                amount = round(dice.lognormvariate(4, 1), 2)
                rows.append((partner, day, amount))
                if dice.random() < 0.05:
                    rows.append((partner, max(day - 10, 0), -round(amount / 2, 2)))
                day -= max(1, round(dice.expovariate(1 / gap)))
        return rows

    @classmethod
    def import_into(cls, company):
        cls.env["customer.imported.purchase"].create([
            {
                "partner_id": partner.id, "company_id": company.id, "date": cls.day(days_ago), "amount": amount,
                "currency_id": company.currency_id.id, "reference": f"P{number}",
            }
            for number, (partner, days_ago, amount) in enumerate(cls.purchases)
        ])  # fmt: skip

    @classmethod
    def ladder(cls, policy):
        """Low thresholds, so that customers move on it often."""
        criteria = [("revenue", 900, 700)], [("revenue", 300, 200)], [("recency_score", 2, 2)]
        return cls.set_ladder(
            *(
                cls.rung(name, number, *rules, grace_days=20, minimum_stay_days=40)
                for number, (name, rules) in enumerate(zip(("Gold", "Silver", "Bronze"), criteria, strict=True))
            ),
            policy=policy,
        )

    def replay(self, policy=None, **values):
        """A replay of all month-ends the policy asks for, at once."""
        policy = policy or self.policy
        policy.write(values)
        run = policy._queue_replay()
        run._execute()
        self.assertEqual((run.state, run.message), ("done", False))
        return run

    def changes(self, policy=None, **domain):
        """All changes of the company, in the order of the history of each customer."""
        terms = [("company_id", "=", (policy or self.policy).company_id.id)]
        terms += [(name, "=", value) for name, value in domain.items()]
        return self.env["customer.segmentation.transition"].search(terms, order="profile_id, date, id")

    def labels(self, record, prefix=""):
        """Segment, class, tier, stage and churn band, comparable between companies."""
        segment, abc, tier, stage, band = (record[prefix + name] for name in LABELS)
        return segment.code, abc, tier.name, stage, band

    def assert_whole(self, policy=None):
        """Each customer's changes start where the one before went, and end where the customer is; none says nothing."""
        policy = policy or self.policy
        self.env.invalidate_all()
        by_profile = self.changes(policy).grouped("profile_id")
        for profile in self.env["customer.segmentation.profile"].search([("company_id", "=", policy.company_id.id)]):
            changes = by_profile[profile]
            for before, after in pairwise(changes):
                self.assertEqual(self.labels(before, "to_"), self.labels(after, "from_"), (profile, before, after))
            self.assertEqual(self.labels(changes[-1], "to_"), self.labels(profile), profile)
            for change in changes.filtered(lambda change: not change.reason):
                self.assertNotEqual(self.labels(change, "to_"), self.labels(change, "from_"), change)

    def content(self, policy=None):
        """What the history says, without identifiers of changes."""
        rows = [
            (
                change.profile_id.partner_id.id, change.date, change.kind, self.labels(change, "from_"),
                self.labels(change, "to_"), change.revenue, change.direction, change.processed,
            )
            for change in self.changes(policy)
        ]  # fmt: skip
        return sorted(rows, key=lambda row: row[:2])

    def groups(self, policy=None):
        """The month-ends: {(date, segment, tier, class, stage): (customers, revenue, revenue at risk)}."""
        kept = self.env["customer.segmentation.snapshot"].search(
            [("company_id", "=", (policy or self.policy).company_id.id)]
        )
        found = {
            (group.date, group.segment_id.code, group.tier_id.name, group.abc_class, group.lifecycle_stage): (
                group.customer_count, round(group.revenue, 2), round(group.revenue_at_risk, 2),
            )
            for group in kept
        }  # fmt: skip
        self.assertEqual(len(found), len(kept), "a group is kept twice")
        return found


class TestReplayEqualsLive(ReplayCase):
    """The same purchases in a second company that was scored live at every month-end."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.policy_of(cls.other_company(currency=cls.company.currency_id.name))
        cls.other.write({"window_months": 12, "tier_review_by_hand": False})
        cls.import_into(cls.other.company_id)

    def live_month_by_month(self, month_ends):
        """The labels of each customer with a profile after each month's run and review: {(day, customer): labels}."""
        found = {}
        for day in month_ends:
            self.recompute(self.other, day)
            self.review(self.other)
            for profile in self.env["customer.segmentation.profile"].search(
                [("company_id", "=", self.other.company_id.id), ("segment_id", "!=", False)]
            ):
                found[day, profile.partner_id] = self.labels(profile)
        return found

    def assert_equal_to_live(self):
        month_ends = month_ends_before(self.today, MONTHS)
        live = self.live_month_by_month(month_ends)
        self.recompute()
        run = self.replay()
        self.assertEqual((run.replay_from, run.as_of), (month_ends[0], month_ends[-1]))
        self.assert_whole()
        replayed, state = {}, {}
        by_day = self.changes(kind="replay").grouped("date")
        for day in month_ends:
            for change in by_day.get(day, ()):
                partner = change.profile_id.partner_id
                self.assertEqual(self.labels(change, "from_"), state.get(partner, (False,) * 5))
                state[partner] = self.labels(change, "to_")
            replayed |= {(day, partner): labels for partner, labels in state.items()}
        self.assertEqual(replayed, live)
        self.assertGreater(len(self.changes(kind="replay")), 100, "otherwise this proves little")
        return month_ends

    def test_without_a_ladder(self):
        month_ends = self.assert_equal_to_live()
        rows = [row[:2] + row[3:7] for row in self.content() if row[2] == "replay"]
        live = [row[:2] + row[3:7] for row in self.content(self.other)]
        self.assertEqual(rows, live, "the changes are the same ones, with their revenue and direction")
        self.recompute(self.other, self.today)
        self.assertEqual(self.groups(), self.groups(self.other), "the groups of each month-end, too")
        self.assertEqual({key[0] for key in self.groups()}, set(month_ends))

    def test_with_a_ladder_and_reviews(self):
        for rhythm in ("month", "quarter", "every_run"):
            with self.subTest(rhythm=rhythm):
                self.env["customer.segmentation.profile"].search([]).unlink()
                self.env["customer.segmentation.run"].search([]).unlink()
                for policy in self.policy, self.other:
                    policy.write({"tier_review": rhythm, "tier_last_review_date": False})
                    self.ladder(policy)
                self.policy.tier_rise_by_hand = True
                self.assert_equal_to_live()
                directions = Counter(
                    change.direction for change in self.changes(kind="replay")
                    if change.from_tier_id and change.from_tier_id != change.to_tier_id
                )  # fmt: skip
                self.assertGreater(min(directions["up"], directions["down"]), 5, directions)
