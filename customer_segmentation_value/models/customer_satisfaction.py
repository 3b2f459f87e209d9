from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

RATINGS = [
    ("1", "Very Dissatisfied"),
    ("2", "Dissatisfied"),
    ("3", "Neutral"),
    ("4", "Satisfied"),
    ("5", "Very Satisfied"),
]
# The priority widget takes its first value for "no star".
STARS = [("0", "Not Rated"), *RATINGS]
LOW = 2  # so satisfied at most is a reason to call


class CustomerSatisfaction(models.Model):
    """How satisfied a customer was, as a salesperson saw it: the newest counts, the one before is the trend."""

    _name = "customer.satisfaction"
    _inherit = ["customer.guarded"]
    _description = "Customer Satisfaction"
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _customer_path = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        ondelete="cascade",
        index=True,
        help="A contact of a company speaks for the company.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        engine_only=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company.sudo().root_id,
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    rating = fields.Selection(
        STARS, string="Satisfaction", required=True, default="0", help="1: very dissatisfied, 5: very satisfied."
    )
    score = fields.Integer(
        compute="_compute_score",
        store=True,
        string="Satisfaction (1–5)",
        aggregator="avg",
        help="The same as a number, for averages.",
    )
    comment = fields.Char(help="What the customer said, or why you think so.")
    user_id = fields.Many2one(
        "res.users",
        string="Typed by",
        readonly=True,
        engine_only=True,
        default=lambda self: self.env.user,
        ondelete="set null",
    )
    is_own = fields.Boolean(string="Given by Me", compute="_compute_is_own")

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_is_own(self):
        for satisfaction in self:
            satisfaction.is_own = satisfaction.user_id == self.env.user

    @api.depends("rating")
    def _compute_score(self):
        for satisfaction in self:
            satisfaction.score = int(satisfaction.rating or 0)

    @api.constrains("rating", "date")
    def _check_rating(self):
        for satisfaction in self:
            if satisfaction.rating not in dict(RATINGS):
                raise ValidationError(self.env._("How satisfied is the customer? Choose one to five stars."))
            if satisfaction.date > fields.Date.context_today(satisfaction):
                raise ValidationError(
                    self.env._(
                        "The satisfaction of %s lies in the future; type today or a day before.", satisfaction.date
                    )
                )

    @api.model
    def _latest(self, company, customer_ids=None):
        """A query of `customer_id, id, date, score, comment, before`: the latest of each customer and the one before.

        :param customer_ids: only these commercial entities; None for all
        """
        self.flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        only = SQL("TRUE")
        if customer_ids is not None:
            only = SQL("partner.commercial_partner_id = ANY(%s)", list(customer_ids))
        return SQL(
            """SELECT DISTINCT ON (customer_id) *
                 FROM (SELECT partner.commercial_partner_id AS customer_id, seen.id, seen.date, seen.score,
                              seen.comment, LEAD(seen.score) OVER newest AS before
                         FROM customer_satisfaction seen
                         JOIN res_partner partner ON partner.id = seen.partner_id
                        WHERE seen.company_id = %s AND %s
                       WINDOW newest AS (PARTITION BY partner.commercial_partner_id
                                         ORDER BY seen.date DESC, seen.id DESC)) rated
                ORDER BY customer_id, date DESC, id DESC""",
            company.sudo().root_id.id,
            only,
        )
