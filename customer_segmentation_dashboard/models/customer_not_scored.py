"""Customers in somebody's eyes who have no scores, or whose scores reach nobody: why, and what repairs it.

How a row comes about (`_table_query`):

    evidence      orders, invoices, imported purchases and leads of a company; customers and assigned contacts of none
        ▼
    known         whoever of them has no purchase that was scored, is active, and neither excluded nor a colleague
        ▼
    candidate     the same, each in the companies where there are documents, or in none
        ▼
    _not_scored_sources()     one SELECT per kind of reason, extended by glue addons
      candidates    no purchase, only refunds, left out, not computed: by what `customer.transaction` knows of them
      duplicates    the same VAT or e-mail as another customer of the company: the one with fewer orders
      no salesperson, excluded

A contact without documents belongs to no company: `company_id` is empty. A customer may have several rows, one for
each reason.
"""

from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.context import by_code, said
from odoo.addons.customer_segmentation.tools.labels import PROBLEMS
from odoo.fields import Domain
from odoo.tools import SQL

REASONS = [
    ("no_purchase", "No purchase"),
    ("only_refunds", "Only refunds"),
    ("left_out", "Purchases left out"),
    ("not_computed", "Not computed yet"),
    ("duplicate", "Possible duplicate"),
    ("no_salesperson", "No salesperson"),
    ("excluded", "Excluded"),
]
# A row's identifier: customer, company, reason.
COMPANIES, REASON_SLOTS = 2**16, 16
SHORTEST_VAT = 5


class CustomerNotScored(models.Model):
    _name = "customer.not.scored"
    _inherit = ["customer.query", "customer.row"]
    _description = "Customer Not Scored"
    _auto = False
    _order = "reason, partner_name, id"
    _rec_name = "partner_id"
    _customer_path = "partner_id"
    # What the ORM writes to the database before it runs the query.
    _depends = {
        "sale.order": ["state", "partner_id", "company_id", "date_order", "amount_untaxed", "currency_rate"],
        "sale.order.line": ["order_id", "price_subtotal", "invoice_lines"],
        "account.move": ["state", "move_type", "partner_id", "commercial_partner_id", "company_id", "invoice_date"],
        "account.move.line": ["move_id", "balance", "price_subtotal", "display_type"],
        "crm.lead": ["active", "won_status", "partner_id", "company_id"],
        "customer.imported.purchase": ["partner_id", "company_id", "date", "amount", "currency_id"],
        "customer.segmentation.exclusion": ["partner_id", "company_id"],
        "customer.segmentation.policy": ["source", "tz", "count_zero_orders", "import_cutover_date", "active"],
        "customer.segmentation.profile": ["partner_id", "company_id", "lifetime_order_count"],
        "res.company": ["parent_path", "partner_id"],
        "res.currency.rate": ["currency_id", "company_id", "name", "rate"],
        "res.partner": [
            "active",
            "commercial_partner_id",
            "company_id",
            "complete_name",
            "customer_rank",
            "email",
            "email_normalized",
            "user_id",
            "vat",
        ],
        "res.users": ["partner_id", "share"],
    }

    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    partner_name = fields.Char(string="Customer Name", readonly=True)
    company_id = fields.Many2one(
        "res.company", readonly=True, help="Empty for a contact that has no documents in any company."
    )
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    reason = fields.Selection(REASONS, readonly=True, help="Why the customer has no scores, or nobody uses them.")
    detail = fields.Text(compute="_compute_detail", string="What Is Known", help="What the reason follows from.")
    repair = fields.Text(compute="_compute_detail", string="How to Repair", help="What the button does or opens.")
    quotation_count = fields.Integer(string="Open Quotations", readonly=True)
    order_count = fields.Integer(string="Confirmed Orders", readonly=True)
    invoice_count = fields.Integer(string="Posted Invoices", readonly=True)
    lead_count = fields.Integer(string="Open Opportunities", readonly=True)
    problem = fields.Selection(PROBLEMS, string="Left Out Because", readonly=True)
    other_id = fields.Many2one("res.partner", string="Same as", readonly=True, help="The customer with more orders.")
    same = fields.Selection([("vat", "Tax ID"), ("email", "E-mail")], string="In Common", readonly=True)
    exclusion_id = fields.Many2one("customer.segmentation.exclusion", readonly=True)

    # ------------------------------------------------------------------ the query

    @property
    def _table_query(self):
        return SQL(
            """WITH branch AS (SELECT id, split_part(parent_path, '/', 1)::int AS root_id FROM res_company),
                    excluded AS (%(excluded)s),
                    scored AS (%(scored)s),
                    known AS MATERIALIZED (%(known)s),
                    candidate AS MATERIALIZED (%(candidates)s)
               SELECT (source.partner_id::bigint * %(companies)s + COALESCE(source.company_id, 0)) * %(slots)s
                      + array_position(%(reasons)s::varchar[], source.reason::varchar) AS id,
                      source.*, partner.user_id, partner.complete_name AS partner_name
                 FROM (%(sources)s) source
                 JOIN res_partner partner ON partner.id = source.partner_id AND partner.active""",
            excluded=self._excluded(),
            scored=self._scored(),
            known=self._known(),
            candidates=self._candidates(),
            companies=COMPANIES,
            slots=REASON_SLOTS,
            reasons=[reason for reason, _label in REASONS],
            sources=SQL(" UNION ALL ").join(SQL("(%s)", source) for source in self._not_scored_sources()),
        )

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Who opens the group of one reason waits for no other."""
        terms = list(Domain(domain))
        reasons = None
        if "|" not in terms and "!" not in terms:
            conditions = [term for term in terms if isinstance(term, tuple | list)]
            of_reason = [(operator, value) for name, operator, value in conditions if name == "reason"]
            reasons = [
                value if operator == "in" else [value] for operator, value in of_reason if operator in ("=", "in")
            ]
        model = self.with_context(**by_code(only_reasons=reasons[0])) if reasons else self
        return super(CustomerNotScored, model)._search(domain, *args, **kwargs)

    @api.model
    def _not_scored_sources(self):
        """The SELECTs whose union is this model, each with the columns of `_columns`; a glue addon appends its own."""
        sources = {
            self._select_candidates: ("no_purchase", "only_refunds", "left_out", "not_computed"),
            self._select_duplicates: ("duplicate",),
            self._select_without_salesperson: ("no_salesperson",),
            self._select_excluded: ("excluded",),
        }
        only = said(self.env, "only_reasons")
        needed = [select for select, reasons in sources.items() if not only or set(reasons) & set(only)]
        return [select() for select in needed or sources]

    @api.model
    def _columns(self, reason, **values):
        """The columns every source delivers, NULL where it says nothing of them."""
        types = {
            "quotation_count": "bigint",
            "order_count": "bigint",
            "invoice_count": "bigint",
            "lead_count": "bigint",
            "problem": "varchar",
            "other_id": "int",
            "same": "varchar",
            "exclusion_id": "int",
        }
        columns = [
            SQL("%s::%s AS %s", values.get(name, SQL("NULL")), SQL(kind), SQL.identifier(name))
            for name, kind in types.items()
        ]
        return SQL("%s::varchar AS reason, %s", reason, SQL(", ").join(columns))

    # ------------------------------------------------------------------ who is meant

    @api.model
    def _excluded(self):
        """Whom nobody wants to score; in which company: NULL for all."""
        return SQL("SELECT partner_id, company_id, id AS exclusion_id FROM customer_segmentation_exclusion")

    @api.model
    def _is_excluded(self, alias):
        return SQL(
            """EXISTS (SELECT FROM excluded WHERE excluded.partner_id = %(partner)s
                          AND (excluded.company_id IS NULL OR %(company)s IS NULL
                               OR excluded.company_id = %(company)s))""",
            partner=SQL.identifier(alias, "partner_id"),
            company=SQL.identifier(alias, "company_id"),
        )

    @api.model
    def _scored(self):
        return SQL(
            """SELECT partner_id, company_id, lifetime_order_count AS orders
                 FROM customer_segmentation_profile WHERE lifetime_order_count > 0"""
        )

    @api.model
    def _known(self):
        """Who should have scores and has none: one row per customer and company, with what there is of documents."""
        return SQL(
            """SELECT evidence.partner_id, evidence.company_id, SUM(quotation) AS quotation_count,
                      SUM(confirmed) AS order_count, SUM(invoice) AS invoice_count, SUM(lead) AS lead_count
                 FROM (%(evidence)s) evidence
                 JOIN res_partner partner ON partner.id = evidence.partner_id AND partner.active
                WHERE NOT EXISTS (SELECT FROM scored WHERE scored.partner_id = evidence.partner_id
                                     AND scored.company_id = evidence.company_id)
                  AND (evidence.company_id IS NOT NULL
                       OR NOT EXISTS (SELECT FROM scored WHERE scored.partner_id = evidence.partner_id))
                  AND NOT %(excluded)s
                  AND NOT EXISTS (SELECT FROM res_users WHERE res_users.partner_id = partner.id
                                     AND NOT res_users.share)
                  AND NOT EXISTS (SELECT FROM res_company WHERE res_company.partner_id = partner.id)
                GROUP BY evidence.partner_id, evidence.company_id""",
            evidence=SQL(" UNION ALL ").join(self._evidence()),
            excluded=self._is_excluded("evidence"),
        )

    @api.model
    def _candidates(self):
        """What says nothing about a company counts only for who is known in none."""
        return SQL(
            """SELECT * FROM known
                WHERE company_id IS NOT NULL
                   OR NOT EXISTS (SELECT FROM known other WHERE other.partner_id = known.partner_id
                                     AND other.company_id IS NOT NULL)"""
        )

    @api.model
    def _evidence(self):
        """What makes somebody a customer: partner_id, company_id, and 1 or 0 for each kind of document."""
        partner = SQL("JOIN res_partner contact ON contact.id = document.partner_id")
        branch = SQL("JOIN branch ON branch.id = document.company_id")
        return [
            SQL(
                """SELECT contact.commercial_partner_id AS partner_id, branch.root_id AS company_id,
                          (document.state IN ('draft', 'sent'))::int AS quotation,
                          (document.state = 'sale')::int AS confirmed, 0 AS invoice, 0 AS lead
                     FROM sale_order document %s %s""",
                partner,
                branch,
            ),
            SQL(
                """SELECT document.commercial_partner_id, branch.root_id, 0, 0,
                          (document.move_type = 'out_invoice')::int, 0
                     FROM account_move document %s
                    WHERE document.state = 'posted' AND document.move_type IN ('out_invoice', 'out_refund')""",
                branch,
            ),
            SQL(
                """SELECT contact.commercial_partner_id, branch.root_id, 0, 0, 0, 0
                     FROM customer_imported_purchase document %s %s""",
                partner,
                branch,
            ),
            SQL(
                """SELECT contact.commercial_partner_id, branch.root_id, 0, 0, 0, 1
                     FROM crm_lead document %s LEFT %s
                    WHERE document.active AND document.won_status IS DISTINCT FROM 'lost'""",
                partner,
                branch,
            ),
            SQL(
                """SELECT document.id, branch.root_id, 0, 0, 0, 0 FROM res_partner document LEFT %s
                    WHERE document.id = document.commercial_partner_id
                      AND (document.customer_rank > 0 OR document.user_id IS NOT NULL)""",
                branch,
            ),
        ]

    # ------------------------------------------------------------------ one SELECT per kind of reason

    @api.model
    def _select_candidates(self):
        """By what the purchases say: the first that holds of scored later, left out, and only refunded."""
        # Read for the candidates only: they are few, and their documents are found by index.
        transactions = self.env["customer.transaction"].sudo()
        transactions = transactions.with_context(
            **by_code(only_customer_ids=SQL("ARRAY(SELECT partner_id FROM candidate)"))
        )
        return SQL(
            """SELECT candidate.partner_id, candidate.company_id, %(columns)s
                 FROM candidate
                 LEFT JOIN (SELECT partner_id, company_id,
                                   BOOL_OR(is_purchase) AS bought,
                                   BOOL_OR(kind = 'refund') AS refunded,
                                   MIN(problem) FILTER (WHERE kind = 'purchase') AS problem
                              FROM %(transactions)s entry
                             GROUP BY partner_id, company_id) found
                   ON found.partner_id = candidate.partner_id AND found.company_id = candidate.company_id""",
            transactions=transactions._table_sql,
            columns=self._columns(
                SQL("""CASE WHEN found.bought THEN 'not_computed' WHEN found.problem IS NOT NULL THEN 'left_out'
                            WHEN found.refunded THEN 'only_refunds' ELSE 'no_purchase' END"""),
                quotation_count=SQL("candidate.quotation_count"),
                order_count=SQL("candidate.order_count"),
                invoice_count=SQL("candidate.invoice_count"),
                lead_count=SQL("candidate.lead_count"),
                problem=SQL("CASE WHEN found.bought THEN NULL ELSE found.problem END"),
            ),
        )

    @api.model
    def _select_duplicates(self):
        """Customers who share a tax ID, or an e-mail of one of their contacts, with one of more orders.

        Who belongs to no company may be the same as a customer of any, which is said to that company; customers of two
        companies are not compared.
        """
        return SQL(
            """SELECT DISTINCT ON (partner_id, company_id) partner_id, company_id, %(columns)s
                 FROM (SELECT ranked.*, CASE WHEN best.company_id IS NULL THEN own_company_id
                                             ELSE COALESCE(own_company_id, scope_id) END AS company_id
                 FROM (WITH keyed AS (%(keyed)s)
                       SELECT keyed.partner_id, keyed.company_id AS own_company_id, keyed.kind, scope.id AS scope_id,
                              FIRST_VALUE(keyed.partner_id) OVER (
                                  PARTITION BY keyed.kind, keyed.value, scope.id
                                  ORDER BY keyed.orders DESC, keyed.partner_id) AS best_id
                         FROM keyed
                         JOIN (SELECT kind, value FROM keyed GROUP BY kind, value
                               HAVING MIN(partner_id) <> MAX(partner_id)) shared USING (kind, value)
                         JOIN res_company scope ON scope.id = COALESCE(keyed.company_id, scope.id)
                          AND scope.parent_id IS NULL) ranked
                 JOIN res_partner best ON best.id = best_id
                WHERE best_id <> partner_id) told
                ORDER BY partner_id, company_id, kind DESC, scope_id""",
            columns=self._columns("duplicate", other_id=SQL("best_id"), same=SQL("kind")),
            keyed=self._keyed(),
        )

    @api.model
    def _keyed(self):
        """Customers, scored or not, with each tax ID and e-mail of theirs."""
        return SQL(
            """SELECT DISTINCT known.partner_id, known.company_id, known.orders, key.kind, key.value
                 FROM (SELECT partner_id, company_id, orders FROM scored WHERE NOT %(excluded)s
                        UNION ALL SELECT partner_id, company_id, 0 FROM candidate) known
                 JOIN res_partner customer ON customer.id = known.partner_id AND customer.active
                 JOIN res_partner contact ON contact.commercial_partner_id = known.partner_id AND contact.active
                CROSS JOIN LATERAL (%(keys)s) key (kind, value)
                WHERE key.value IS NOT NULL""",
            excluded=self._is_excluded("scored"),
            keys=self._keys("contact"),
        )

    @api.model
    def _keys(self, alias):
        """What tells who somebody is: kind and value, NULL where it is too short to be a tax ID."""
        vat = SQL("UPPER(REGEXP_REPLACE(%s, '[^[:alnum:]]', '', 'g'))", SQL.identifier(alias, "vat"))
        return SQL(
            """VALUES ('vat', CASE WHEN LENGTH(%(vat)s) >= %(shortest)s THEN %(vat)s END),
                      ('email', NULLIF(%(email)s, ''))""",
            vat=vat,
            shortest=SHORTEST_VAT,
            email=SQL.identifier(alias, "email_normalized"),
        )

    @api.model
    def _select_without_salesperson(self):
        """Scored, but on nobody's desk; those a manager left to e-mail on purpose are none of them."""
        followed_up = self.env["customer.segmentation.profile"]._sql_followed_up(
            SQL("scored.partner_id"), SQL("scored.company_id")
        )
        return SQL(
            """SELECT scored.partner_id, scored.company_id, %s
                 FROM scored
                 JOIN res_partner customer ON customer.id = scored.partner_id AND customer.user_id IS NULL
                WHERE %s AND NOT %s""",
            self._columns("no_salesperson", order_count=SQL("scored.orders")),
            followed_up,
            self._is_excluded("scored"),
        )

    @api.model
    def _select_excluded(self):
        return SQL(
            "SELECT partner_id, company_id, %s FROM excluded",
            self._columns("excluded", exclusion_id=SQL("exclusion_id")),
        )
