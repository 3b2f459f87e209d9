"""A customer with planted habits: coffee every week, tea every month, and what else a test buys."""

from odoo.fields import Command

from ..addon.common import AccountingCase, noon


class OffersCase(AccountingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coffee, cls.tea, cls.cake, cls.visit = (
            cls.thing(name, type=kind)
            for name, kind in (("Coffee", "consu"), ("Tea", "consu"), ("Cake", "consu"), ("Visit", "service"))
        )
        cls.acme = cls.customer("Acme")
        cls.answers = cls.env["customer.segmentation.answers"]

    @classmethod
    def thing(cls, name, **values):
        return cls.env["product.product"].create(
            {"name": name, "type": "consu", "list_price": 10, "taxes_id": False, "invoice_policy": "order", **values}
        )

    @classmethod
    def buy(cls, partner, product, days_ago, *, quantity=1, price=10, company=None, **values):
        """A confirmed order of a product."""
        company = company or cls.company
        line = {"product_id": product.id, "product_uom_qty": quantity, "price_unit": price, "tax_ids": False}
        return (
            cls.env["sale.order"]
            .with_company(company)
            .create(
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "state": "sale",
                    "date_order": noon(cls.day(days_ago)),
                    "order_line": [Command.create(line)],
                    **values,
                }
            )
        )

    @classmethod
    def buy_every(cls, partner, product, gap, last, times, **values):
        """Orders of a product every so many days, the last one some days ago, the earliest first."""
        return [cls.buy(partner, product, last + gap * number, **values) for number in reversed(range(times))]

    @classmethod
    def quote(cls, partner, *products, **values):
        lines = [Command.create({"product_id": product.id}) for product in products]
        return cls.env["sale.order"].create({"partner_id": partner.id, "order_line": lines, **values})

    def due(self, partner=None, limit=10, **context):
        return [one["name"] for one in self.answers.with_context(**context).due((partner or self.acme).id, limit)]

    def missed(self, partner=None, limit=10):
        return [one["name"] for one in self.answers.no_longer((partner or self.acme).id, limit)]

    @classmethod
    def look(cls, policy=None):
        """As the night does: score everybody, then look through all habits."""
        cls.recompute(policy)
        cls.env["customer.product.lost"]._look(policy or cls.policy)

    @classmethod
    def lost(cls, partner=None):
        return cls.env["customer.product.lost"].search([("partner_id", "=", (partner or cls.acme).id)])
