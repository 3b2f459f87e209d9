"""The survey after a delivery: whom to ask, the one e-mail, and the answer as the customer's satisfaction.

A row is written in the transaction that puts the e-mail into Odoo's own queue, and whoever has a row of the last
months is not asked, for which each batch looks again: killed, run twice or run by two at once, a customer gets one
e-mail.
"""

from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.people import language_of
from odoo.tools import SQL

LATE_DAYS = 14  # when the job stood still, older deliveries are not asked about any more


class CustomerSatisfactionRequest(models.Model):
    _name = "customer.satisfaction.request"
    _description = "Satisfaction Survey Sent"
    _order = "sent_on desc, id desc"
    _rec_name = "partner_id"
    _customer_path = "partner_id"

    partner_id = fields.Many2one("res.partner", string="Customer", required=True, readonly=True, ondelete="cascade")
    contact_id = fields.Many2one(
        "res.partner", string="Sent to", readonly=True, ondelete="set null", index="btree_not_null"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade", index=True)
    order_id = fields.Many2one("sale.order", readonly=True, ondelete="set null", index="btree_not_null")
    delivered_on = fields.Date(readonly=True, help="The day the order was delivered or, for a service, confirmed.")
    sent_on = fields.Date(required=True, readonly=True)
    answer_id = fields.Many2one("survey.user_input", readonly=True, ondelete="set null", index="btree_not_null")
    satisfaction_id = fields.Many2one(
        "customer.satisfaction",
        string="Satisfaction Noted",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="What the answer says, as the contact shows it.",
    )
    rating = fields.Selection(related="satisfaction_id.rating", string="Satisfaction")
    comment = fields.Char(related="satisfaction_id.comment")
    state = fields.Selection([("sent", "Sent"), ("answered", "Answered")], required=True, readonly=True, default="sent")
    url = fields.Char(compute="_compute_url", groups="base.group_system", help="Where the customer answers.")

    # Whatever runs twice, a customer is asked once a day at most; the pause of the policy is longer.
    # A constraint, not a unique index: merging contacts in Odoo looks for constraints only.
    _partner_company_day_unique = models.Constraint(
        "UNIQUE(partner_id, company_id, sent_on)", "This customer was sent the survey today already."
    )

    @api.depends("answer_id")
    def _compute_url(self):
        for request in self:
            answer = request.sudo().answer_id
            request.url = answer and answer.survey_id.get_base_url() + answer.get_start_url()

    # ------------------------------------------------------------------ whom to ask

    @api.model
    def _due(self, policy, customer_ids=None):
        """Whom to ask today: rows of customer, contact, order, day of the delivery; the latest of each customer.

        :param customer_ids: only these commercial entities; None for all
        """
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (customer_id) customer_id, contact_id, order_id, delivered_on
                     FROM (%(delivered)s) delivered
                    WHERE delivered_on BETWEEN GREATEST(%(today)s - %(days)s - %(late)s, %(since)s)
                                           AND %(today)s - %(days)s AND %(only)s
                    ORDER BY customer_id, delivered_on DESC, order_id DESC""",
                delivered=self._delivered(policy),
                today=policy._today(),
                days=policy.satisfaction_survey_days,
                late=LATE_DAYS,
                since=policy.satisfaction_survey_since,
                only=SQL("TRUE") if customer_ids is None else SQL("customer_id = ANY(%s)", list(customer_ids)),
            )
        )

    @api.model
    def _delivered(self, policy):
        """Orders of customers who may be asked. Who is excluded from profiling has no profile."""
        delivered = self.env["sale.order"]._delivered_at_sql("document")
        return SQL(
            """SELECT customer.id AS customer_id, contact.id AS contact_id, document.id AS order_id,
                      (%(delivered)s AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date AS delivered_on
                 FROM sale_order document
                 JOIN res_company seller ON seller.id = document.company_id
                                        AND split_part(seller.parent_path, '/', 1)::int = %(company)s
                 JOIN res_partner buyer ON buyer.id = document.partner_id AND buyer.active
                 JOIN res_partner customer ON customer.id = buyer.commercial_partner_id AND customer.active
                 JOIN res_partner contact
                   ON contact.id = CASE WHEN buyer.email_normalized IS NULL THEN customer.id ELSE buyer.id END
                  AND contact.email_normalized IS NOT NULL
                 JOIN customer_segmentation_profile profile
                   ON profile.partner_id = customer.id AND profile.company_id = %(company)s
                WHERE document.state = 'sale' AND %(may_be_asked)s""",
            delivered=delivered,
            tz=policy.tz,
            company=policy.company_id.id,
            may_be_asked=SQL(" AND ").join(self._conditions(policy)),
        )

    @api.model
    def _conditions(self, policy):
        """On `document`, `customer` and `contact`: not asked for a while, no objection, still followed up."""
        company = policy.company_id.id
        pause = SQL("make_interval(months => %s)", policy.satisfaction_survey_pause)
        return [
            SQL("NOT EXISTS (SELECT FROM mail_blacklist b WHERE b.active AND b.email = contact.email_normalized)"),
            self.env["customer.segmentation.profile"]._sql_followed_up(SQL("customer.id"), SQL("%s", company)),
            SQL(
                """NOT EXISTS (SELECT FROM customer_satisfaction_request asked
                                 JOIN res_partner person ON person.id = asked.partner_id
                                WHERE person.commercial_partner_id = customer.id AND asked.company_id = %s
                                  AND (asked.sent_on > %s - %s OR asked.order_id = document.id))""",
                company,
                policy._today(),
                pause,
            ),
        ]

    # ------------------------------------------------------------------ asking

    @api.model
    def _ask(self, policy, rows):
        """Put the e-mails into Odoo's queue, in the transaction that remembers them.

        :param rows: of `_due`
        """
        if not rows:
            return
        survey, today = policy.satisfaction_survey_id, policy._today()
        contacts = self.env["res.partner"].browse([contact for _customer, contact, *_rest in rows])
        requests = self.create(
            [
                {
                    "partner_id": customer,
                    "contact_id": contact.id,
                    "company_id": policy.company_id.id,
                    "order_id": order,
                    "delivered_on": delivered,
                    "sent_on": today,
                    "answer_id": self._empty_answer(survey, contact).id,
                }
                for (customer, _contact, order, delivered), contact in zip(rows, contacts, strict=True)
            ]
        )
        policy.satisfaction_template_id.send_mail_batch(requests.ids, force_send=False)

    @api.model
    def _empty_answer(self, survey, contact):
        """A link of one's own, in the language of the customer if the survey speaks it."""
        answer = survey._create_answer(partner=contact, check_attempts=False)
        if contact.lang in survey._get_supported_lang_codes():
            answer.lang_id = self.env["res.lang"]._lang_get(contact.lang)
        return answer

    # ------------------------------------------------------------------ answers

    def _note_answers(self):
        """Write down how satisfied those who answered are."""
        for request in self:
            policy = self.env["customer.segmentation.policy"]._of_company(request.company_id)
            request.state = "answered"
            rating = request.answer_id._satisfaction(policy._question_of(request.answer_id.survey_id))
            if rating:
                request.satisfaction_id = request._create_satisfaction(policy, rating)

    def _create_satisfaction(self, policy, rating):
        """In the policy's time zone: whoever answers is in none."""
        speaking = self.with_context(lang=language_of(self.env, policy.company_id.partner_id), tz=policy.tz)
        return speaking.env["customer.satisfaction"].create(
            {
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "date": policy._today(),
                "rating": str(rating),
                "user_id": False,
                "comment": speaking._comment(),
            }
        )

    def _comment(self):
        """ "Survey after S00123: the delivery was late" """
        source = self.order_id.name or self.answer_id.survey_id.title
        words = self.answer_id._comment()
        if not words:
            return self.env._("Survey after %s", source)
        return self.env._("Survey after %(order)s: %(words)s", order=source, words=words)
