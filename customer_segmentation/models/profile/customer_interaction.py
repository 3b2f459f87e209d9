"""One row per contact somebody really had with a customer: what counts as a contact is said here and nowhere else.

How a row comes about (`_table_query`):

    _documents()    contacts, orders, leads and customer invoices, each with its commercial entity
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

PostgreSQL takes what it worked out itself for a few rows and may compare two such lists each with each. So no part of
the query is joined to another one: each looks up stored rows by their index, or sorts what came before. What a few
customers are asked for begins with the identifiers of their documents.
"""

from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.context import said
from ...tools.labels import CHANNELS

INVOICE_TYPES = ["out_invoice", "out_refund", "out_receipt"]


class DocumentKind(NamedTuple):
    """Documents customers are written to on, as SQL over the alias `document`.

    The owner looks after the document. The salesperson is the owner of what not everybody may read.
    """

    model: str
    rows: SQL
    customer: SQL
    owner: SQL
    salesperson: SQL
    condition: SQL


class CustomerInteraction(models.Model):
    _name = "customer.interaction"
    _description = "Contact with a Customer"
    _inherit = ["customer.query", "customer.document.row"]
    _auto = False
    _order = "moment desc, id desc"
    _rec_name = "partner_id"
    _customer_path = "partner_id"
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
            """WITH message AS MATERIALIZED (%(messages)s), sending AS MATERIALIZED (%(sendings)s)
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
            messages=SQL(" UNION ALL ").join(self._messages_on(kind) for kind in self._documents()),
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
        """What customers are written to on. A contact's messages are open to all."""
        return [
            DocumentKind(
                "res.partner",
                SQL("res_partner document"),
                customer=SQL("document.commercial_partner_id"),
                owner=SQL("document.user_id"),
                salesperson=SQL("NULL::int"),
                condition=self._is_no_employee(SQL("document.id")),
            ),
            self._document_with_partner("sale.order", SQL("sale_order")),
            self._document_with_partner("crm.lead", SQL("crm_lead")),
            self._document_with_partner(
                "account.move",
                SQL("account_move"),
                owner=SQL("document.invoice_user_id"),
                condition=SQL("document.move_type = ANY(%s)", INVOICE_TYPES),
            ),
        ]

    @api.model
    def _document_with_partner(self, model, table, owner=None, condition=None):
        owner = owner or SQL("document.user_id")
        return DocumentKind(
            model,
            SQL("%s document JOIN res_partner partner ON partner.id = document.partner_id", table),
            customer=SQL("partner.commercial_partner_id"),
            owner=owner,
            salesperson=owner,
            condition=condition or SQL("TRUE"),
        )

    @api.model
    def _columns_of_document(self, kind):
        return SQL(
            """%s::varchar AS model, document.id AS res_id, %s AS customer_id, document.company_id AS branch_id,
               %s AS owner_id, %s AS salesperson_id""",
            kind.model,
            kind.customer,
            kind.owner,
            kind.salesperson,
        )

    @api.model
    def _only_on(self, kind, document_id):
        """A condition on the document of an event: of the customers that are asked for (see `_only_customers`).

        Their documents are listed first, so that the events of each are found by index whatever PostgreSQL expects.
        """
        if said(self.env, "only_customer_ids") is None:
            return SQL("TRUE")
        return SQL(
            "%s = ANY(ARRAY(SELECT document.id FROM %s WHERE %s))",
            document_id,
            kind.rows,
            self._only_customers(kind.customer),
        )

    @api.model
    def _is_no_employee(self, partner):
        """A condition on a contact: colleagues are no customers, though they attend every meeting."""
        return SQL(
            "NOT EXISTS (SELECT FROM res_users WHERE res_users.partner_id = %s AND NOT res_users.share)", partner
        )

    @api.model
    def _employee(self, partner):
        """The employee a partner is; automation (OdooBot) is none."""
        return SQL(
            """(SELECT MIN(employee.id) FROM res_users employee
                 WHERE employee.partner_id = %s AND NOT employee.share AND employee.id <> %s)""",
            partner,
            self.env.ref("base.user_root").id,
        )

    # ------------------------------------------------------------------ messages

    @api.model
    def _messages_on(self, kind):
        """What may be a contact: messages on documents of a kind, with the employee who wrote them."""
        marked_as_sent = self.env.ref("sale.mt_order_sent").id
        return SQL(
            """SELECT %(document)s, message.id AS message_id, message.date AS moment, message.message_type,
                      message.author_id, %(employee)s AS employee_id,
                      %(is_order)s AND COALESCE(message.subtype_id = %(marked_as_sent)s, FALSE) AS is_marked
                 FROM %(rows)s
                 JOIN mail_message message ON message.res_id = document.id AND message.model = %(model)s
                WHERE %(only)s AND %(condition)s
                  AND (message.message_type IN ('email', 'email_outgoing', 'comment')
                       OR message.subtype_id = %(marked_as_sent)s)""",
            document=self._columns_of_document(kind),
            employee=self._employee(SQL("message.author_id")),
            is_order=kind.model == "sale.order",
            marked_as_sent=marked_as_sent,
            rows=kind.rows,
            model=kind.model,
            only=self._only_on(kind, SQL("message.res_id")),
            condition=kind.condition,
        )

    @api.model
    def _sendings(self):
        """What an employee wrote that left as an e-mail to a person of the customer, and orders sent as a quotation.

        An order was sent by the first message that sent it, or that says somebody marked it as sent, and without any
        when its state says so (`message_id` is empty then). A confirmed order was a quotation only when that message
        is from before its confirmation (`date_order`).
        """
        orders = self._document_with_partner("sale.order", SQL("sale_order"))
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
                        CROSS JOIN LATERAL (SELECT %(really_sent)s AS is_sent OFFSET 0) delivered
                         LEFT JOIN sale_order ON sale_order.id = message.res_id AND message.model = 'sale.order'
                        WHERE delivered.is_sent OR message.is_marked
                        UNION ALL
                       SELECT %(document)s, NULL, document.date_order, NULL, FALSE, TRUE
                         FROM %(orders)s WHERE document.state = 'sent' AND %(only)s) sent""",
            really_sent=self._really_sent(),
            document=self._columns_of_document(orders),
            orders=orders.rows,
            only=self._only_customers(orders.customer),
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
            """SELECT %s AS id, customer_id AS partner_id, branch_id, user_id, salesperson_id,
                      CASE WHEN written::date = date_done THEN written ELSE date_done + TIME '12:00' END AS moment,
                      CASE WHEN written::date = date_done THEN NULL ELSE date_done END AS day,
                      CASE category WHEN 'phonecall' THEN 'call' WHEN 'meeting' THEN 'meeting'
                                    ELSE 'activity' END AS channel,
                      model AS source_model, res_id AS source_id
                 FROM (%s) done
                WHERE NOT EXISTS (SELECT FROM (%s AND meeting.id = done.calendar_event_id) attended
                                   WHERE attended.customer_id = done.customer_id OFFSET 0)""",
            self._row_id(SQL("activity_id"), 0),
            SQL(" UNION ALL ").join(self._activities_on(kind) for kind in self._documents()),
            self._attended(),
        )

    @api.model
    def _activities_on(self, kind):
        return SQL(
            """SELECT %(document)s, activity.id AS activity_id, activity.date_done, activity.write_date AS written,
                      type.category, activity.calendar_event_id,
                      COALESCE(activity.user_id, activity.write_uid) AS user_id
                 FROM %(rows)s
                 JOIN mail_activity activity ON activity.res_id = document.id AND activity.res_model = %(model)s
                 LEFT JOIN mail_activity_type type ON type.id = activity.activity_type_id
                WHERE NOT activity.active AND activity.date_done IS NOT NULL AND %(only)s AND %(condition)s""",
            document=self._columns_of_document(kind),
            rows=kind.rows,
            model=kind.model,
            only=self._only_on(kind, SQL("activity.res_id")),
            condition=kind.condition,
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
