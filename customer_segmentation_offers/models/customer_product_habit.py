"""The habits of customers: which products they buy again and again, what is due, and what they no longer buy.

    _due(), _lost()        some customers, as their pages show it: read from their documents on the spot
    _known()               habits of some customers, or of all of a company, each with its usual gap
      _read()              the lines of what they bought and gave back, in one statement
    _to_offer()            what may be offered to them today: for sale here, not quoted, not on its way

One formula for one customer and for all: `scoring/habits.py`. What all habits say together is kept in
`customer.product.gap` and `customer.product.lost`, looked through after each run.
"""

from datetime import timedelta
from typing import Any, NamedTuple

from odoo import api, fields, models
from odoo.addons.customer_segmentation.scoring.calendar import date_of, day_of
from odoo.addons.customer_segmentation.tools.context import by_code
from odoo.addons.customer_segmentation.tools.sql import of_company
from odoo.tools import SQL

YEARS = 5  # what was bought before says nothing about today
ABOUT = ("new", "active", "mature", "at_risk", "returning")  # who is neither silent nor gone
DELIVERY_DAYS = 366  # an order that is older is not on its way any more


class Known(NamedTuple):
    """Habits, and what else is known of each: arrays of one length."""

    habits: Any  # scoring.habits.Habits; its products are templates or variants, as the policy says
    variant: Any  # that was bought last and is still there, 0 for none
    gap: Any  # open days usually between two purchases
    about: Any  # whether the customer is neither silent nor gone


class Habit(NamedTuple):
    """One habit as it is told."""

    customer_id: int
    product: models.Model  # the variant bought last
    times: int
    gap_days: int
    last_date: Any
    days_ago: int
    amount: float  # in company currency
    quantity: float  # usually bought at once, in the unit of the product


class CustomerProductHabit(models.AbstractModel):
    _name = "customer.product.habit"
    _description = "Habits of Customers"

    # ------------------------------------------------------------------ some customers

    @api.model
    def _due(self, policy, customers, limit):
        """What is due, best first: {customer id: [Habit]}; who has nothing that is due is missing.

        :param customers: commercial entities whose contact and figures the user may see
        :param limit: so many of each customer at most
        """
        from odoo.addons.customer_segmentation.scoring.habits import due

        known = self.sudo()._known(policy, customers.ids)
        return self._told(policy, known, due(known.habits, known.gap), limit)

    @api.model
    def _lost(self, policy, customers, limit):
        """What they no longer buy, in the same way."""
        from odoo.addons.customer_segmentation.scoring.habits import no_longer

        known = self.sudo()._known(policy, customers.ids)
        return self._told(policy, known, no_longer(known.habits, known.gap, known.about), limit)

    @api.model
    def _told(self, policy, known, chosen, limit):
        """Those at these positions that may be offered, as far as the user may see the products."""
        habits = [self._habit(policy, known, position) for position in chosen.tolist() if known.variant[position]]
        told = {}
        for habit in self._to_offer(policy, habits):
            of_customer = told.setdefault(habit.customer_id, [])
            if len(of_customer) < limit:
                of_customer.append(habit)
        return told

    @api.model
    def _habit(self, policy, known, position):
        found, last_date = known.habits, date_of(int(known.habits.last_day[position]))
        return Habit(
            int(found.customer[position]),
            self.env["product.product"].browse(int(known.variant[position])),
            int(found.times[position]),
            max(round(float(known.gap[position])), 1),
            last_date,
            (policy._today() - last_date).days,
            float(found.amount[position]),
            float(found.quantity[position]),
        )

    # ------------------------------------------------------------------ reading

    @api.model
    def _known(self, policy, customer_ids=None, found=None):
        """What is known of the habits of these customers, None for all of the company.

        :param found: what `_habits` said of them, if somebody asked before
        """
        from odoo.addons.customer_segmentation.scoring.habits import usual_gap

        habits, variant = found or self._habits(policy, customer_ids)
        gap = usual_gap(habits, self.env["customer.product.gap"]._of(policy, habits.product))
        return Known(habits, variant, gap, self._are_about(policy, habits.customer, customer_ids))

    @api.model
    def _habits(self, policy, customer_ids=None):
        """Habits, and of each the variant that was bought last and is still there, 0 for none."""
        from odoo.addons.customer_segmentation.scoring.habits import habits

        lines, variant = self._read(policy, customer_ids)
        found = habits(lines, day_of(policy._today()), self._closed_days(policy))
        return found, self._last_variants(lines, variant, found)

    @api.model
    def _closed_days(self, policy):
        from odoo.addons.customer_segmentation.scoring.closed_days import closed_days

        return closed_days(self.env["customer.segmentation.rhythm"]._closed_days(policy))

    @api.model
    def _read(self, policy, customer_ids):
        """The lines of what was bought and given back, and the variant of each, 0 if it is not there any more.

        Nothing of customers who are left aside.
        """
        import numpy as np  # NumPy is loaded by who computes, not by every worker

        from odoo.addons.customer_segmentation.scoring.habits import Lines
        from odoo.addons.customer_segmentation.tools import binary_copy

        self.env.flush_all()
        whole, amount = binary_copy.INTEGER, binary_copy.FLOAT
        kinds = (whole, whole, whole, whole, amount, amount, whole)
        names = (*Lines._fields, "variant")
        query = self._lines_query(policy, customer_ids)
        columns = binary_copy.read(self.env.cr, query, dict(zip(names, kinds, strict=True)))
        left_aside = self.env["customer.segmentation.exclusion"]._left_aside(policy.company_id, customer_ids)
        kept = ~np.isin(columns["customer"], left_aside)
        columns = {name: values[kept] for name, values in columns.items()}
        variant = columns.pop("variant")
        return Lines(**columns), variant

    @api.model
    def _lines_query(self, policy, customer_ids):
        company, today = policy.company_id, policy._today()
        start = today.replace(month=1, day=1, year=today.year - YEARS)
        scoped = self.env["customer.purchase.category"].with_context(
            **by_code(only_customer_ids=customer_ids, only_company_id=company.id, as_of=today)
        )
        return SQL(
            """SELECT line.partner_id::int4, %(key)s::int4, line.unit::int4, (line.date - DATE '1970-01-01')::int4,
                      line.amount::float8, COALESCE(line.quantity, 0)::float8,
                      (CASE WHEN product.active THEN product.id ELSE 0 END)::int4
                 FROM (%(lines)s) line
                 JOIN product_product product ON product.id = line.product_id
                 JOIN product_template template ON template.id = product.product_tmpl_id
                WHERE line.company_id = %(company)s AND line.date <= %(today)s AND line.amount IS NOT NULL
                  AND %(sold)s""",
            key=SQL("product.id") if policy.offer_level == "variant" else SQL("template.id"),
            lines=SQL(" UNION ALL ").join(scoped._sources(SQL("%s::date", start), start)),
            company=company.id,
            today=today,
            sold=self._sql_sold(company),
        )

    @api.model
    def _sql_sold(self, company):
        """Whether the product of a `template` is sold by the company: a service, a delivery, an advance or a gift card
        is nothing to offer."""
        return SQL(
            "template.active AND template.sale_ok AND template.type <> 'service' AND %s",
            of_company("template", company),
        )

    @api.model
    def _last_variants(self, lines, variant, found):
        import numpy as np

        bought = (lines.amount > 0) & (variant > 0)
        pair, variant = _pair(lines.customer[bought], lines.product[bought]), variant[bought]
        order = np.lexsort((variant, lines.day[bought], pair))
        pair, variant = pair[order], variant[order]
        latest = np.append(pair[1:] != pair[:-1], True)[: pair.size]
        pair, variant, wanted = pair[latest], variant[latest], _pair(found.customer, found.product)
        if not pair.size:
            return np.zeros(wanted.size, dtype=np.int64)
        place = np.minimum(np.searchsorted(pair, wanted), pair.size - 1)
        return np.where(pair[place] == wanted, variant[place], 0)

    @api.model
    def _are_about(self, policy, customer, customer_ids):
        """Of each of these customers whether it is neither silent nor gone."""
        import numpy as np

        only = SQL("TRUE") if customer_ids is None else SQL("partner_id = ANY(%s)", list(customer_ids))
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id FROM customer_segmentation_profile
                    WHERE company_id = %s AND lifecycle_stage = ANY(%s) AND %s""",
                policy.company_id.id,
                list(ABOUT),
                only,
            )
        )
        return np.isin(customer, [partner_id for (partner_id,) in rows])

    # ------------------------------------------------------------------ what may be offered today

    @api.model
    def _to_offer(self, policy, habits):
        """Without what the user does not see or sell here, what is on a quotation, and what has just come."""
        products = self.env["product.product"].union(*(habit.product for habit in habits))
        here = self.env["product.product"]._check_company_domain(self.env.company)
        seen = products.search([("id", "in", products.ids), *here]) if products else products
        customer_ids = list({habit.customer_id for habit in habits})
        quoted = self.sudo()._quoted(policy, customer_ids)
        delivered = self.sudo()._delivered(policy, customer_ids, products)
        return [
            habit
            for habit in habits
            if habit.product in seen
            and (habit.customer_id, self._key(policy, habit.product)) not in quoted
            and not self._has_just_come(policy, habit, delivered)
        ]

    @api.model
    def _key(self, policy, product):
        """By what products are told apart: the variant or the template."""
        return product.id if policy.offer_level == "variant" else product.sudo().product_tmpl_id.id

    @api.model
    def _sql_key(self, policy):
        return SQL("product.id") if policy.offer_level == "variant" else SQL("product.product_tmpl_id")

    @api.model
    def _quoted(self, policy, customer_ids):
        """What is on open quotations of these customers, whoever made them: {(customer id, product)}."""
        if not customer_ids:
            return set()
        return set(
            self.env.execute_query(
                SQL(
                    """SELECT contact.commercial_partner_id, %s
                         FROM res_partner contact
                         JOIN sale_order quotation ON quotation.partner_id = contact.id
                         JOIN res_company branch ON branch.id = quotation.company_id
                         JOIN sale_order_line line ON line.order_id = quotation.id
                         JOIN product_product product ON product.id = line.product_id
                        WHERE contact.commercial_partner_id = ANY(%s) AND quotation.state IN ('draft', 'sent')
                          AND split_part(branch.parent_path, '/', 1)::int = %s""",
                    self._sql_key(policy),
                    customer_ids,
                    policy.company_id.id,
                )
            )
        )

    @api.model
    def _delivered(self, policy, customer_ids, products):
        """When the latest order of each product was delivered: {(customer id, product): moment}.

        None while a part of the order is on its way.
        """
        if not products:
            return {}
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (1, 2) contact.commercial_partner_id, %(key)s, %(delivered)s
                     FROM res_partner contact
                     JOIN sale_order ON sale_order.partner_id = contact.id AND sale_order.state = 'sale'
                     JOIN res_company branch ON branch.id = sale_order.company_id
                     JOIN sale_order_line line ON line.order_id = sale_order.id
                     JOIN product_product product ON product.id = line.product_id
                    WHERE contact.commercial_partner_id = ANY(%(customers)s) AND %(key)s = ANY(%(products)s)
                      AND split_part(branch.parent_path, '/', 1)::int = %(company)s
                      AND sale_order.date_order > %(since)s
                    ORDER BY 1, 2, sale_order.date_order DESC""",
                key=self._sql_key(policy),
                delivered=self.env["sale.order"]._delivered_at_sql("sale_order"),
                customers=customer_ids,
                products=[self._key(policy, product) for product in products],
                company=policy.company_id.id,
                since=fields.Datetime.now() - timedelta(days=DELIVERY_DAYS),
            )
        )
        return {(customer, product): moment for customer, product, moment in rows}

    @api.model
    def _has_just_come(self, policy, habit, delivered):
        """Whether it was delivered less than half a gap ago.

        What is still on its way is no reason: one product that is late keeps a whole order open.
        """
        moment = delivered.get((habit.customer_id, self._key(policy, habit.product)))
        return bool(moment) and moment > fields.Datetime.now() - timedelta(days=habit.gap_days / 2)


def _pair(customer, product):
    """One number for a customer and a product, in the order of both."""
    return (customer.astype("int64") << 32) + product
