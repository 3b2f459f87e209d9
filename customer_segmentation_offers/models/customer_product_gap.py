from odoo import api, fields, models
from odoo.tools import SQL


class CustomerProductGap(models.Model):
    """How long customers usually let pass between two purchases of a product: what few own purchases are drawn to.

    Found by looking at everybody, after each run; the page of one customer reads it.
    """

    _name = "customer.product.gap"
    _description = "Usual Gap of a Product"
    _order = "product_key, id"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    product_key = fields.Integer(
        required=True, readonly=True, help="The product or, where habits are about variants, the variant."
    )
    gap_days = fields.Float(
        readonly=True, aggregator="avg", help="The median of the usual gaps of the customers who buy it regularly."
    )

    _once = models.Constraint("UNIQUE(company_id, product_key)", "A product has one usual gap in each company.")

    @api.model
    def _of(self, policy, products):
        """The gap of each of these products, an array as long as theirs; NaN where none is known."""
        import numpy as np

        wanted = np.unique(products).tolist()
        rows = self.env.execute_query(
            SQL(
                """SELECT product_key, gap_days FROM customer_product_gap
                    WHERE company_id = %s AND product_key = ANY(%s) ORDER BY product_key""",
                policy.company_id.id,
                wanted,
            )
        )
        if not rows:
            return np.full(products.size, np.nan)
        keys, gaps = (np.array(column) for column in zip(*rows, strict=True))
        place = np.minimum(np.searchsorted(keys, products), keys.size - 1)
        return np.where(keys[place] == products, gaps[place], np.nan)

    @api.model
    def _keep(self, company, products, gaps):
        """Write what is different from what is kept, and forget products nobody buys regularly any more."""
        self.flush_model()
        keys = products.tolist()
        self.env.cr.execute(
            SQL(
                """INSERT INTO customer_product_gap (company_id, product_key, gap_days)
                   SELECT %s, found.key, found.gap FROM unnest(%s::int[], %s::float8[]) found (key, gap)
                       ON CONFLICT (company_id, product_key) DO UPDATE SET gap_days = EXCLUDED.gap_days
                    WHERE customer_product_gap.gap_days IS DISTINCT FROM EXCLUDED.gap_days""",
                company.id,
                keys,
                gaps.tolist(),
            )
        )
        self.env.cr.execute(
            SQL(
                "DELETE FROM customer_product_gap WHERE company_id = %s AND product_key <> ALL(%s::int[])",
                company.id,
                keys,
            )
        )
        self.invalidate_model()
