"""What every test of the addon starts from: a company with a policy, a product, and short ways to make documents."""

from contextlib import nullcontext
from datetime import datetime, time, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.fields import Command
from odoo.tests import TransactionCase, tagged

NO_MAIL = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "sale_no_log_for_new_lines": True,
}


def as_a_whole(records):
    """The records for who changes the rules as a whole, which must be done where drafts are installed."""
    rules = records.env["customer.segmentation.rules"]
    return rules._as_a_whole(records) if hasattr(rules, "_as_a_whole") else records


@tagged("post_install", "-at_install")
class SegmentationCase(TransactionCase):
    by_own_rhythm = False  # most tests count on quantiles, whose groups can be told from a few purchases

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, **NO_MAIL})
        if not cls.by_own_rhythm:
            score_by_quantiles(cls)
        cls.company = cls.env.company
        cls.policy = cls.policy_of(cls.company)
        cls.today = cls.policy._today()
        cls.product = cls.env["product.product"].create(
            {"name": "Thing", "type": "consu", "list_price": 1, "taxes_id": False, "invoice_policy": "order"}
        )

    @classmethod
    def policy_of(cls, company):
        return cls.env["customer.segmentation.policy"].search([("company_id", "=", company.id)])

    @classmethod
    def customer(cls, name="Customer", **values):
        return cls.env["res.partner"].create({"name": name, "is_company": True, **values})

    @classmethod
    def day(cls, days_ago):
        return cls.today - timedelta(days=days_ago)

    @classmethod
    def order(cls, partner, amount=100.0, days_ago=0, *, company=None, **values):
        """A confirmed order of one line, at noon of a day in the past."""
        company = company or cls.company
        line = {"product_id": cls.product.id, "price_unit": amount, "tax_ids": False}
        return (
            cls.env["sale.order"]
            .with_company(company)
            .create(
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "state": "sale",
                    "date_order": datetime.combine(cls.day(days_ago), time(12)),
                    "order_line": [Command.create(line)],
                    **values,
                }
            )
        )

    @classmethod
    def transactions(cls, partner, **domain):
        """The customer's rows, oldest first."""
        cls.env.invalidate_all()  # a row of the view may have changed since it was read last
        terms = [("partner_id", "=", partner.id), *[(name, "=", value) for name, value in domain.items()]]
        return cls.env["customer.transaction"].search(terms, order="date, id")

    @classmethod
    def profile(cls, partner, company=None):
        return cls.env["customer.segmentation.profile"].search(
            [("partner_id", "=", partner.id), ("company_id", "=", (company or cls.company).id)]
        )

    @classmethod
    def recompute(cls, policy=None, as_of=None):
        """A finished run; of a day to come, as if that day were today."""
        day = fields.Date.to_date(as_of)
        with freeze_time(noon(day)) if day and day > cls.today else nullcontext():
            run = (policy or cls.policy).recompute(as_of)
        if run.state != "done":
            raise AssertionError(f"run is {run.state}: {run.message}")
        return run

    @classmethod
    def nobody_waits(cls):
        """As after the job that refreshes waiting customers, which follows each run."""
        cls.env.cr.flush()
        cls.env["customer.segmentation.queue"].search([]).unlink()

    @classmethod
    def branch(cls, company, name="Branch"):
        return cls.env["res.company"].create({"name": name, "parent_id": company.id})

    @classmethod
    def other_company(cls, name="Other Company", currency="EUR"):
        currency = cls.env["res.currency"].with_context(active_test=False).search([("name", "=", currency)])
        currency.active = True
        company = cls.env["res.company"].create({"name": name, "currency_id": currency.id})
        cls.env.user.company_ids += company
        return company

    @classmethod
    def rate(cls, currency, value, day="2000-01-01", company=None):
        """`value` units of the currency are worth one of the reference currency from that day on."""
        return cls.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "name": day,
                "rate": value,
                "company_id": (company or cls.company).root_id.id,
            }
        )

    @classmethod
    def currency(cls, name):
        currency = cls.env["res.currency"].with_context(active_test=False).search([("name", "=", name)])
        currency.active = True
        currency.rate_ids.unlink()
        return currency


def score_by_quantiles(test_class):
    """Have every policy, and those of companies to come, score recency by quantiles and the 11 segments of these."""
    env = test_class.env
    scheme = env.ref("customer_segmentation.scheme_11_segments")
    test_class.startClassPatcher(
        patch.object(type(scheme), "_default", lambda self: self.env.ref("customer_segmentation.scheme_11_segments"))
    )
    env.flush_all()
    env.cr.execute("UPDATE customer_segmentation_policy SET scheme_id = %s, recency_banding = 'quantile'", [scheme.id])
    env.cr.execute("DELETE FROM customer_segmentation_policy_version")
    env.invalidate_all()
    policies = env["customer.segmentation.policy"].with_context(active_test=False).search([])
    env["customer.segmentation.rules"]._ensure_versions(policies)
    env.invalidate_all()


class AccountingCase(SegmentationCase):
    """With a chart of accounts, so that orders can be invoiced and credited for real."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.company.chart_template:
            cls.env["account.chart.template"].try_loading("generic_coa", company=cls.company, install_demo=False)

    @classmethod
    def invoice(cls, order, days_ago=0):
        invoice = order._create_invoices(final=True)
        invoice.invoice_date = cls.day(days_ago)
        invoice.action_post()
        return invoice

    @classmethod
    def credit(cls, invoice, days_ago=0, amount=None):
        """A posted credit note of an invoice; `amount` credits only so much of its first line."""
        note = invoice._reverse_moves([{"invoice_date": cls.day(days_ago), "date": cls.day(days_ago)}])
        if amount is not None:
            note.invoice_line_ids[0].price_unit = amount
        note.action_post()
        return note

    @classmethod
    def move(cls, partner, amount, days_ago=0, move_type="out_invoice", **values):
        """A posted invoice or credit note without an order."""
        move = cls.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": partner.id,
                "invoice_date": cls.day(days_ago),
                "invoice_line_ids": [
                    Command.create({"product_id": cls.product.id, "price_unit": amount, "tax_ids": False})
                ],
                **values,
            }
        )
        move.action_post()
        return move


def noon(day):
    return datetime.combine(fields.Date.to_date(day), time(12))
