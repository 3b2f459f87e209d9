"""What playbooks know of a contact, and what the page Segmentation says about them."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.orm.utils import COLLECTION_TYPES
from odoo.tools import SQL

from ...tools.rights import NUMBER
from ...tools.sql import seen_with


class ActivitiesShown(fields.One2many):
    """Odoo asks as superuser whether there are any, and whether some are among them."""

    def condition_to_sql(self, field_expr, operator, value, model, alias, query):
        plain = operator in ("in", "not in") and isinstance(value, COLLECTION_TYPES)
        if model.env.su or not plain or (False in value and len(value) > 1):  # which Odoo asks again, one by one
            return super().condition_to_sql(field_expr, operator, value, model, alias, query)
        any_at_all = False in value
        domain = Domain.TRUE if any_at_all else Domain("id", "in", value)
        shown = model.env[self.comodel_name].with_context(active_test=False)._search(domain, bypass_access=True)
        exists = "any!" if (operator == "in") is not any_at_all else "not any!"
        return super().condition_to_sql(field_expr, exists, shown, model, alias, query)


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

    customer_activity_ids = fields.One2many(
        "mail.activity",
        compute="_compute_customer_activity_ids",
        string="Planned with the Customer",
        groups=NUMBER,
        help="What is planned with the customer and the contacts in it, the most urgent first.",
    )

    # Odoo follows these as superuser, and would read the texts of activities hidden from the reader.
    activity_ids = ActivitiesShown()
    activity_summary = fields.Char(related_sudo=False)
    activity_type_id = fields.Many2one(related_sudo=False)
    activity_type_icon = fields.Char(related_sudo=False, groups="base.group_user", help="")

    def _search_activity_state(self, operator, value):
        """Odoo asks the table, and would find customers by activities hidden from the user."""
        found = super()._search_activity_state(operator, value)
        if found is NotImplemented or self.env.su:
            return found
        return [(name, within, self._of_shown_activities(query)) for name, within, query in found]

    def _read_group_groupby(self, alias, groupby_spec, query):
        """As searching by it does, and the coloured bars above columns."""
        joined = set(query._joins)
        result = super()._read_group_groupby(alias, groupby_spec, query)
        if groupby_spec == "activity_state" and not self.env.su:
            for name in query._joins.keys() - joined:
                kind, table, condition = query._joins[name]
                query._joins[name] = (kind, self._of_shown_activities(table), condition)
        return result

    def _of_shown_activities(self, query):
        """A query about activities, with those alone in its table that are not hidden from the user."""
        activities = self.env["mail.activity"]
        shown = activities.sudo().with_context(active_test=False)._search(~Domain(activities._domain_of_hidden()))
        return SQL("(WITH mail_activity AS (%s) %s)", shown.select(SQL("mail_activity.*")), query)

    @api.depends("commercial_partner_id", "activity_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_customer_activity_ids(self):
        planned = self.env["customer.activities"]._activities_of(self)
        for partner in self:
            partner.customer_activity_ids = planned.get(partner.commercial_partner_id.id)

    def action_schedule_customer_activity(self):
        """Odoo's own dialog to schedule an activity, on this contact."""
        self.ensure_one()
        return self.env["customer.activities"]._schedule_on(self)

    def action_open_contact(self):
        """The contact's own form."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def _mail_address(self):
        """What makes two e-mails go to the same place."""
        return self.email_normalized or (self.email or "").strip().lower()

    def _birthdays_between(self, first, last, company):
        """By customer: [(day, name of the contact)] of the contacts all people of a root company may see, in order.

        The names go into texts, which people of other branches read than the one a contact is kept by.

        Who was born on 29 February is congratulated on 28 February in other years.
        """
        self.env["res.partner"].flush_model(
            ["customer_birthday", "commercial_partner_id", "active", "name", "company_id"]
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT partner.commercial_partner_id, birthday.day, partner.name
                 FROM res_partner partner
                 JOIN res_partner customer ON customer.id = partner.commercial_partner_id
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
                theirs=seen_with("partner", "customer", company),
            )
        )
        birthdays = {}
        for customer, day, name in rows:
            birthdays.setdefault(customer, []).append((day, name))
        return birthdays
