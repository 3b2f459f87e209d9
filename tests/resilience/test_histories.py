"""Random histories through Odoo against facts counted here in plain Python."""

from collections import defaultdict
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from tests.addon.common import SegmentationCase

RATE = 4  # units of the foreign currency for one of the company's
CUTOVER_DAYS_AGO = 100
DAYS_AGO = st.one_of(st.integers(0, 900), st.sampled_from([0, CUTOVER_DAYS_AGO - 1, CUTOVER_DAYS_AGO, 364, 365, 366]))


class Document(NamedTuple):
    kind: str  # local, foreign, branch: orders; imported
    customer: int
    by_contact: bool
    days_ago: int
    cents: int
    state: str = "sale"

    @property
    def counts(self):
        if self.kind == "imported":
            return self.cents != 0 and self.days_ago >= CUTOVER_DAYS_AGO
        return self.cents != 0 and self.state == "sale"

    @property
    def amount(self):
        """In the company's currency."""
        amount = Decimal(self.cents) / 100 / (RATE if self.kind == "foreign" else 1)
        return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


HISTORIES = st.lists(
    st.builds(
        Document,
        kind=st.sampled_from(["local", "local", "foreign", "branch", "imported"]),
        customer=st.integers(0, 3),
        by_contact=st.booleans(),
        days_ago=DAYS_AGO,
        cents=st.one_of(st.integers(-50_000, 200_000), st.sampled_from([0, 1, -1, 100_000_000])),
        state=st.sampled_from(["sale", "sale", "sale", "draft", "cancel"]),
    ),
    max_size=14,
)


def facts(documents, today, window_months=12):
    """By customer: first and last day, orders and revenue in the window, orders and revenue ever, refunds."""
    window_start = today - relativedelta(months=window_months)
    by_customer = defaultdict(list)
    for document in documents:
        if document.counts:
            by_customer[document.customer].append((today - timedelta(days=document.days_ago), document.amount))
    result = {}
    for customer, rows in by_customer.items():
        bought = [day for day, amount in rows if amount >= 0]
        if bought:
            inside = [amount for day, amount in rows if day > window_start]
            result[customer] = (
                min(bought),
                max(bought),
                sum(day > window_start for day in bought),
                sum(inside),
                len(bought),
                sum(amount for _day, amount in rows),
                -sum(amount for _day, amount in rows if amount < 0),
            )
    return result


def prospects(documents, buyers):
    """Who has a quotation and has not bought."""
    quoted = {document.customer for document in documents if document.kind != "imported" and document.state == "draft"}
    return quoted - set(buyers)


@tagged("post_install", "-at_install")
class TestHistories(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = cls.other_company("Shop", "USD")
        cls.policy = cls.policy_of(cls.shop)
        cls.policy.import_cutover_date = cls.day(CUTOVER_DAYS_AGO)
        cls.branches = cls.branch(cls.shop, "First branch") | cls.branch(cls.shop, "Second branch")
        cls.rate(cls.currency("USD"), 1, company=cls.shop)
        cls.foreign = cls.currency("GBP")
        cls.rate(cls.foreign, RATE, company=cls.shop)
        cls.pricelist = cls.env["product.pricelist"].create(
            {"name": "Foreign", "currency_id": cls.foreign.id, "company_id": cls.shop.id}
        )
        cls.customers = [cls.customer(f"Customer {n}") for n in range(4)]
        cls.contacts = [cls.customer("Contact", is_company=False, parent_id=company.id) for company in cls.customers]

    @given(HISTORIES)
    @settings(
        max_examples=25,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow],
    )
    def test_profiles_equal_facts_counted_by_hand(self, documents):
        savepoint = self.env.cr.savepoint()
        try:
            for number, document in enumerate(documents):
                self.make(document, number)
            self.recompute()
            expected = facts(documents, self.today)
            self.assertEqual(self.profiles(("lifecycle_stage", "!=", "prospect")), expected)
            self.assertEqual(set(self.profiles(("lifecycle_stage", "=", "prospect"))), prospects(documents, expected))
            self.assertEqual(self.recompute().changed_count, 0)
        finally:
            savepoint.rollback()
            self.env.invalidate_all(flush=False)

    def make(self, document, number):
        partner = (self.contacts if document.by_contact else self.customers)[document.customer]
        amount = document.cents / 100
        if document.kind == "imported":
            self.env["customer.imported.purchase"].create(
                {
                    "company_id": self.shop.id,
                    "partner_id": partner.id,
                    "date": self.day(document.days_ago),
                    "amount": amount,
                    "currency_id": self.shop.currency_id.id,
                    "reference": str(number),
                }
            )
            return
        company = self.branches[number % 2] if document.kind == "branch" else self.shop
        values = {"pricelist_id": self.pricelist.id} if document.kind == "foreign" else {"pricelist_id": False}
        self.order(partner, amount, document.days_ago, company=company, state=document.state, **values)

    def profiles(self, condition):
        profiles = self.env["customer.segmentation.profile"].search([("company_id", "=", self.shop.id), condition])
        return {self.customers.index(profile.partner_id): self.facts_of(profile) for profile in profiles}

    def facts_of(self, profile):
        def money(amount):
            return Decimal(str(amount)).quantize(Decimal("0.01"))

        return (
            profile.first_order_date,
            profile.last_order_date,
            profile.order_count,
            money(profile.revenue),
            profile.lifetime_order_count,
            money(profile.lifetime_revenue),
            money(profile.refund_total),
        )
