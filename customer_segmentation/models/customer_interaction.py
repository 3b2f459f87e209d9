"""One row per contact somebody really had with a customer: what counts as a contact is said here and nowhere else.

How a row comes about (`_table_query`):

    document        contacts, orders, leads and customer invoices, each with its commercial entity
    message         e-mails and portal messages on these documents, each with the employee who wrote it
    sending         those that reached the customer, the first one that sent an order as a quotation marked
        ▼
    _interaction_sources()      one SELECT per channel; each event of the real world is in exactly one of them
        done activities         but not those whose meeting is in the calendar with the customer
        meetings held           once per customer, however many of its people attended
        quotations sent         once per order
        e-mails                 but not the one that sent the quotation

What nobody did is no contact: messages of type notification or automated comment, messages written by OdooBot, the
message a done activity leaves, and e-mails that failed or wait. An identifier is unique inside its source only, so
`id` is made of both (see `_row_id`).

PostgreSQL takes what it worked out itself for one row and compares two such lists each with each. So nothing of the
query is joined to another part of it: each step looks up stored rows by their index, or sorts what came before.
"""

from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

CHANNELS = [
    ("call", "Call"),
    ("meeting", "Meeting"),
    ("email_out", "E-mail Sent"),
    ("email_in", "E-mail Received"),
    ("quotation", "Quotation Sent"),
    ("activity", "Other Activity"),
]
INVOICE_TYPES = ["out_invoice", "out_refund", "out_receipt"]


class LastContact(NamedTuple):
    """What a customer's contacts come down to; the count and the channel are those of the policy's window."""

    date: fields.Date
    count: int
    channel: str | None


class CustomerInteraction(models.Model):
    _name = "customer.interaction"
    _description = "Contact with a Customer"
    _inherit = ["customer.document.row"]
    _auto = False
    _order = "moment desc, id desc"
    _rec_name = "partner_id"
    # What the ORM writes to the database before it runs the query.
    _depends = {
        "mail.activity": [
            "active",
            "date_done",
            "res_model",
            "res_id",
            "user_id",
            "activity_type_id",
            "calendar_event_id",
        ],
        "mail.activity.type": ["category"],
        "mail.message": ["model", "res_id", "message_type", "subtype_id", "author_id", "date"],
        "mail.notification": ["mail_message_id", "res_partner_id", "notification_type", "notification_status"],
        "mail.mail": ["mail_message_id", "state"],
        "calendar.event": ["active", "start", "user_id", "partner_ids"],
        "calendar.attendee": ["event_id", "partner_id", "state"],
        "sale.order": ["partner_id", "company_id", "user_id", "state", "date_order"],
        "crm.lead": ["partner_id", "company_id", "user_id"],
        "account.move": ["partner_id", "company_id", "invoice_user_id", "move_type"],
        "res.partner": ["commercial_partner_id", "company_id", "user_id"],
        "res.users": ["partner_id", "share"],
        "res.company": ["parent_path"],
        "customer.segmentation.policy": ["tz", "active"],
    }

    partner_id = fields.Many2one(
        "res.partner", string="Customer", readonly=True, help="The company the contact belongs to."
    )
    company_id = fields.Many2one(
        "res.company", readonly=True, help="Empty for meetings and for contacts that belong to no company."
    )
    branch_id = fields.Many2one("res.company", readonly=True, help="The company or branch the document was made in.")
    user_id = fields.Many2one(
        "res.users",
        string="Done by",
        readonly=True,
        help="Who did the activity, held the meeting or sent the message; for a received one who looks after it.",
    )
    salesperson_id = fields.Many2one(
        "res.users",
        string="Salesperson of the Document",
        readonly=True,
        help="Empty where it happened on the contact itself.",
    )
    moment = fields.Datetime(string="Time", readonly=True)
    date = fields.Date(readonly=True, help="The day in the time zone of the policy.")
    channel = fields.Selection(CHANNELS, readonly=True)

    # ------------------------------------------------------------------ the query

    @property
    def _table_query(self):
        policy = self.env["customer.segmentation.policy"].sudo()._of_company(self.env.company)
        return SQL(
            """WITH document AS MATERIALIZED (%(documents)s), message AS MATERIALIZED (%(messages)s),
                    sending AS MATERIALIZED (%(sendings)s)
               SELECT source.id, source.partner_id, root.id AS company_id, source.branch_id, source.user_id,
                      source.salesperson_id, source.moment,
                      COALESCE(source.day,
                               (source.moment AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(policy.tz, %(tz)s))::date
                      ) AS date,
                      source.channel, source.source_model, source.source_id
                 FROM (%(sources)s) source
                 LEFT JOIN res_company branch ON branch.id = source.branch_id
                 LEFT JOIN res_company root ON root.id = split_part(branch.parent_path, '/', 1)::int
                 LEFT JOIN customer_segmentation_policy policy ON policy.company_id = root.id AND policy.active""",
            documents=SQL(" UNION ALL ").join(self._documents()),
            messages=self._messages(),
            sendings=self._sendings(),
            sources=SQL(" UNION ALL ").join(self._interaction_sources()),
            tz=policy.tz or "UTC",
        )

    @api.model
    def _interaction_sources(self):
        """The SELECTs whose union is this model; a glue addon appends its own, with a free slot in `_row_id`."""
        return [
            self._select_activities(),
            self._select_meetings(),
            self._select_quotations(),
            self._select_emails_sent(),
            self._select_emails_received(),
        ]

    # ------------------------------------------------------------------ where contacts take place

    @api.model
    def _documents(self):
        """What customers are written to on: model, res_id, customer_id, branch_id, owner_id, salesperson_id.

        The owner looks after the document. The salesperson is the owner of what not everybody may read; a contact's
        messages are open to all.
        """
        return [
            SQL(
                "%s AND %s",
                self._document(
                    "res.partner",
                    SQL("res_partner document"),
                    SQL("document"),
                    owner=SQL("document.user_id"),
                    salesperson=SQL("NULL::int"),
                ),
                self._is_no_employee(SQL("document.id")),
            ),
            self._document_with_partner("sale.order", SQL("sale_order")),
            self._document_with_partner("crm.lead", SQL("crm_lead")),
            SQL(
                "%s AND document.move_type = ANY(%s)",
                self._document_with_partner("account.move", SQL("account_move"), SQL("document.invoice_user_id")),
                INVOICE_TYPES,
            ),
        ]

    @api.model
    def _document(self, model, table, partner, *, owner, salesperson):
        return SQL(
            """SELECT %s::varchar AS model, document.id AS res_id, %s.commercial_partner_id AS customer_id,
                      document.company_id AS branch_id, %s AS owner_id, %s AS salesperson_id
                 FROM %s WHERE %s""",
            model,
            partner,
            owner,
            salesperson,
            table,
            self._only_customers(SQL("%s.commercial_partner_id", partner)),
        )

    @api.model
    def _document_with_partner(self, model, table, owner=None):
        joined = SQL("%s document JOIN res_partner partner ON partner.id = document.partner_id", table)
        owner = owner or SQL("document.user_id")
        return self._document(model, joined, SQL("partner"), owner=owner, salesperson=owner)

    @api.model
    def _is_no_employee(self, partner):
        """A condition on a contact: colleagues are no customers, though they attend every meeting."""
        return SQL(
            "NOT EXISTS (SELECT FROM res_users WHERE res_users.partner_id = %s AND NOT res_users.share)", partner
        )

    @api.model
    def _employee(self, partner):
        """The employee a partner is, as a lateral join; automation (OdooBot) is none."""
        return SQL(
            """LATERAL (SELECT employee.id FROM res_users employee
                         WHERE employee.partner_id = %s AND NOT employee.share AND employee.id <> %s
                         ORDER BY employee.id LIMIT 1)""",
            partner,
            self.env.ref("base.user_root").id,
        )

    # ------------------------------------------------------------------ messages

    @api.model
    def _messages(self):
        """What may be a contact: messages on the documents, with the employee who wrote them."""
        return SQL(
            """SELECT document.*, message.id AS message_id, message.date AS moment, message.message_type,
                      message.author_id, employee.id AS employee_id,
                      document.model = 'sale.order' AND COALESCE(message.subtype_id = %(marked_as_sent)s, FALSE)
                      AS is_marked
                 FROM document
                 JOIN mail_message message ON message.model = document.model AND message.res_id = document.res_id
                 LEFT JOIN %(employee)s employee ON TRUE
                WHERE message.message_type IN ('email', 'email_outgoing', 'comment')
                   OR message.subtype_id = %(marked_as_sent)s""",
            employee=self._employee(SQL("message.author_id")),
            marked_as_sent=self.env.ref("sale.mt_order_sent").id,
        )

    @api.model
    def _sendings(self):
        """What an employee wrote that left as an e-mail to a person of the customer, and orders sent as a quotation.

        An order was sent by the first message that sent it, or that says somebody marked it as sent, and without any
        when its state says so (`message_id` is empty then). A confirmed order was a quotation only when that message
        is from before its confirmation (`date_order`).
        """
        return SQL(
            """SELECT sent.*, opens AND row_number() OVER (PARTITION BY model, res_id, opens
                                                           ORDER BY message_id IS NULL, moment, message_id) = 1
                      AS is_quotation
                 FROM (SELECT message.model, message.res_id, message.customer_id, message.branch_id, message.owner_id,
                              message.salesperson_id, message.message_id, message.moment, message.employee_id,
                              delivered.is_sent,
                              COALESCE(sale_order.state IN ('sent', 'cancel')
                                       OR sale_order.state = 'sale' AND message.moment <= sale_order.date_order,
                                       FALSE) AS opens
                         FROM message
                        CROSS JOIN LATERAL (SELECT %(really_sent)s AS is_sent) delivered
                         LEFT JOIN sale_order ON sale_order.id = message.res_id AND message.model = 'sale.order'
                        WHERE delivered.is_sent OR message.is_marked
                        UNION ALL
                       SELECT document.*, NULL, sale_order.date_order, NULL, FALSE, TRUE
                         FROM document JOIN sale_order ON sale_order.id = document.res_id
                        WHERE document.model = 'sale.order' AND sale_order.state = 'sent') sent""",
            really_sent=self._really_sent(),
        )

    @api.model
    def _really_sent(self):
        """Who got it is kept as notifications; an e-mail written outside of the chatter may have none of them."""
        return SQL(
            """message.employee_id IS NOT NULL AND message.message_type IN ('email', 'email_outgoing', 'comment')
               AND (EXISTS (SELECT FROM mail_notification notification
                              JOIN res_partner person ON person.id = notification.res_partner_id
                             WHERE notification.mail_message_id = message.message_id
                               AND notification.notification_type = 'email'
                               AND notification.notification_status IN ('process', 'pending', 'sent')
                               AND person.commercial_partner_id = message.customer_id)
                    OR (message.message_type = 'email_outgoing'
                        AND NOT EXISTS (SELECT FROM mail_notification notification
                                         WHERE notification.mail_message_id = message.message_id
                                           AND notification.notification_type = 'email')
                        AND NOT EXISTS (SELECT FROM mail_mail mail
                                         WHERE mail.mail_message_id = message.message_id
                                           AND mail.state IN ('outgoing', 'exception', 'cancel'))))"""
        )

    @api.model
    def _select_emails_sent(self):
        return SQL(
            """SELECT %s AS id, customer_id AS partner_id, branch_id, employee_id AS user_id, salesperson_id, moment,
                      NULL::date AS day, 'email_out' AS channel, model AS source_model, res_id AS source_id
                 FROM sending WHERE is_sent AND NOT is_quotation""",
            self._row_id(SQL("message_id"), 3),
        )

    @api.model
    def _select_emails_received(self):
        """Incoming e-mails, and what the customer wrote in the portal."""
        return SQL(
            """SELECT %s, message.customer_id, message.branch_id, message.owner_id, message.salesperson_id,
                      message.moment, NULL::date, 'email_in', message.model, message.res_id
                 FROM message
                 LEFT JOIN res_partner author ON author.id = message.author_id
                WHERE message.employee_id IS NULL
                  AND ((message.message_type IN ('email', 'comment')
                        AND author.commercial_partner_id = message.customer_id)
                       OR (message.message_type = 'email' AND message.author_id IS NULL))""",
            self._row_id(SQL("message.message_id"), 4),
        )

    @api.model
    def _select_quotations(self):
        return SQL(
            """SELECT %s, customer_id, branch_id, COALESCE(employee_id, owner_id), salesperson_id, moment, NULL::date,
                      'quotation', model, res_id
                 FROM sending WHERE is_quotation""",
            self._row_id(SQL("res_id"), 2),
        )

    # ------------------------------------------------------------------ activities and meetings

    @api.model
    def _select_activities(self):
        """Done activities. Odoo keeps the day they were done, and the time as long as nobody edits them later."""
        return SQL(
            """SELECT %(row_id)s AS id, document.customer_id AS partner_id, document.branch_id,
                      COALESCE(activity.user_id, activity.write_uid) AS user_id, document.salesperson_id,
                      CASE WHEN activity.write_date::date = activity.date_done THEN activity.write_date
                           ELSE activity.date_done + TIME '12:00' END AS moment,
                      CASE WHEN activity.write_date::date = activity.date_done THEN NULL
                           ELSE activity.date_done END AS day,
                      CASE kind.category WHEN 'phonecall' THEN 'call' WHEN 'meeting' THEN 'meeting'
                                         ELSE 'activity' END AS channel,
                      document.model AS source_model, document.res_id AS source_id
                 FROM document
                 JOIN mail_activity activity ON activity.res_model = document.model
                  AND activity.res_id = document.res_id
                 LEFT JOIN mail_activity_type kind ON kind.id = activity.activity_type_id
                WHERE NOT activity.active AND activity.date_done IS NOT NULL
                  AND NOT EXISTS (SELECT FROM (%(attended)s AND meeting.id = activity.calendar_event_id) attended
                                   WHERE attended.customer_id = document.customer_id OFFSET 0)""",
            row_id=self._row_id(SQL("activity.id"), 0),
            attended=self._attended(),
        )

    @api.model
    def _attended(self):
        """The meetings of each customer, past and future, that were neither cancelled nor declined."""
        return SQL(
            """SELECT meeting.id AS event_id, person.commercial_partner_id AS customer_id, attendee.id AS attendee_id,
                      meeting.start, meeting.user_id
                 FROM res_partner person
                 JOIN calendar_event_res_partner_rel invited ON invited.res_partner_id = person.id
                 JOIN calendar_event meeting ON meeting.id = invited.calendar_event_id AND meeting.active
                 JOIN calendar_attendee attendee ON attendee.event_id = meeting.id AND attendee.partner_id = person.id
                WHERE COALESCE(attendee.state, '') <> 'declined' AND %s AND %s""",
            self._only_customers(SQL("person.commercial_partner_id")),
            self._is_no_employee(SQL("person.id")),
        )

    @api.model
    def _select_meetings(self):
        return SQL(
            """SELECT %s, customer_id, NULL::int, MIN(user_id), NULL::int, MIN(start), NULL::date, 'meeting',
                      'calendar.event', event_id
                 FROM (%s) attended WHERE start <= %s
                GROUP BY event_id, customer_id""",
            self._row_id(SQL("MIN(attendee_id)"), 1),
            self._attended(),
            fields.Datetime.now(),
        )

    # ------------------------------------------------------------------ what it comes down to

    @api.model
    def _last_by_customer(self, customer_ids, company=None):
        """The last contact of each customer, how many there were in the window, and by which channel most of them.

        Contacts of the company count and those that belong to none, whoever had them.

        :param customer_ids: commercial entities; None for all of them
        :param company: a root company; default that of the user's current company
        :return: {customer id: LastContact}, without customers nobody ever had contact with
        """
        company = company or self.env.company.root_id
        policy = self.env["customer.segmentation.policy"].sudo()._of_company(company)
        today = policy._today()
        scoped = self.sudo().with_company(company).with_context(only_customer_ids=customer_ids)
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, MAX(date), SUM(count)::int,
                          (ARRAY_AGG(channel ORDER BY count DESC, moment DESC, channel) FILTER (WHERE count > 0))[1]
                     FROM (SELECT partner_id, channel, MAX(date) AS date,
                                  COUNT(*) FILTER (WHERE date > %(start)s) AS count,
                                  MAX(moment) FILTER (WHERE date > %(start)s) AS moment
                             FROM %(rows)s interaction
                            WHERE date <= %(today)s AND (company_id = %(company)s OR company_id IS NULL)
                            GROUP BY partner_id, channel) by_channel
                    GROUP BY partner_id""",
                rows=scoped._table_sql,
                today=today,
                company=company.id,
                start=policy._window_start(today),
            )
        )
        return {customer_id: LastContact(*contact) for customer_id, *contact in rows}
