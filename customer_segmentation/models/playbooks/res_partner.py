"""What playbooks know of a contact, and what the page Segmentation says about them."""

from odoo import fields, models
from odoo.tools import SQL

from ...tools.rights import NUMBER
from ...tools.sql import of_company


class ResPartner(models.Model):
    _inherit = "res.partner"

    customer_birthday = fields.Date(
        string="Birthday",
        groups="base.group_user",
        index="btree_not_null",
        help="Fill it in to have a playbook remind the salesperson some days before. The year does not matter.",
    )
    customer_playbook_entry_ids = fields.One2many(
        related="customer_profile_id.playbook_entry_ids", string="Customer Playbook Entries", groups=NUMBER
    )

    def _mail_address(self):
        """What makes two e-mails go to the same place."""
        return self.email_normalized or (self.email or "").strip().lower()

    def _birthdays_between(self, first, last, company):
        """By customer: [(day, name of the contact)] of all contacts a root company has of these customers, in order.

        Who was born on 29 February is congratulated on 28 February in other years.
        """
        self.env["res.partner"].flush_model(["customer_birthday", "commercial_partner_id", "active", "name"])
        rows = self.env.execute_query(
            SQL(
                """SELECT partner.commercial_partner_id, birthday.day, partner.name
                 FROM res_partner partner
                CROSS JOIN LATERAL generate_series(%(first)s::date, %(last)s::date, '1 day') coming
                CROSS JOIN LATERAL (SELECT coming::date AS day) birthday
                WHERE partner.commercial_partner_id = ANY(%(customers)s) AND partner.active
                  AND partner.customer_birthday IS NOT NULL
                  AND %(theirs)s
                  AND birthday.day = (partner.customer_birthday + make_interval(
                          years => (EXTRACT(YEAR FROM birthday.day) - EXTRACT(YEAR FROM partner.customer_birthday))::int
                      ))::date
                ORDER BY birthday.day, partner.name""",
                first=first,
                last=last,
                customers=self.ids,
                theirs=of_company("partner", company),
            )
        )
        birthdays = {}
        for customer, day, name in rows:
            birthdays.setdefault(customer, []).append((day, name))
        return birthdays
