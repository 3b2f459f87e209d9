"""Salespeople of customers: handing over, and what the end of active follow-up says on the contact."""

from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.people import language_of
from odoo.addons.customer_segmentation.tools.rights import LABEL
from odoo.addons.customer_segmentation.tools.words import some_of
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL


class ResPartner(models.Model):
    _inherit = "res.partner"

    customer_follow_up_stopped = fields.Boolean(
        compute="_compute_customer_follow_up",
        search="_search_customer_follow_up_stopped",
        string="Customer Follow-up Stopped",
        groups=LABEL,
        help="Nobody calls this customer: e-mail only, until the next order or until a salesperson takes it.",
    )
    customer_follow_up_message = fields.Char(
        compute="_compute_customer_follow_up", string="Customer Follow-up in Words", groups=LABEL
    )

    @api.depends("commercial_partner_id", "user_id")
    @api.depends_context("company", "lang")
    def _compute_customer_follow_up(self):
        stops = (
            self.env["customer.follow.up.stop"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.env.company.sudo().root_id.id),
                    ("ended_on", "=", False),
                    ("partner_id", "in", self.commercial_partner_id.ids),
                ]
            )
        )
        found = {stop.partner_id.id: stop for stop in stops}
        for partner in self:
            stop = found.get(partner._open_customer_id())
            partner.customer_follow_up_stopped = bool(stop)
            partner.customer_follow_up_message = stop and stop._in_words()

    @api.model
    def _search_customer_follow_up_stopped(self, operator, value):
        if operator != "in":
            return NotImplemented
        self._check_field_access(self._fields["customer_follow_up_stopped"], "read")
        stops = self.env["customer.follow.up.stop"].sudo()
        stopped = stops._search([("company_id", "=", self.env.company.sudo().root_id.id), ("ended_on", "=", False)])
        found = Domain("commercial_partner_id", "in", stopped.subselect("partner_id"))
        return Domain.OR(found if wanted else ~found for wanted in value)

    def _customer_follow_up_stop(self):
        """The open stop of this contact's customer in the company the user works in."""
        self.ensure_one()
        domain = [("partner_id", "=", self.commercial_partner_id.id), ("ended_on", "=", False)]
        company = self.env.company.sudo().root_id
        return self.env["customer.follow.up.stop"].search([*domain, ("company_id", "=", company.id)])

    def action_take_customer(self):
        """Become the salesperson of a customer in the public pool."""
        return self._customer_follow_up_stop().action_take()

    def action_resume_follow_up(self):
        """Follow the customer up again, with the salesperson of before."""
        return self._customer_follow_up_stop().action_resume()

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"parent_id", "is_company"}:
            self.env["customer.follow.up.stop"]._end_of_parts(self)
        if vals.get("user_id"):
            self.env["customer.follow.up.stop"]._end_of_owned(self)
        return result

    # ------------------------------------------------------------------ handing over

    def _hand_over(self, user, notes):
        """Make a user, or nobody, the salesperson of these customers; one write for all.

        Contacts of the customer who have the same salesperson today go along: a quotation takes its salesperson from
        them first. Quotations and orders stay as they are.

        :param notes: by customer identifier: why, as it is noted on the contact
        """
        customers = self.sudo().with_context(mail_auto_subscribe_no_notify=True)
        (customers | customers._contacts_of_same_salesperson()).write({"user_id": user.id})
        customers._message_log_batch(bodies={customer.id: notes[customer.id] for customer in customers})

    def _contacts_of_same_salesperson(self):
        contacts = self.with_context(active_test=False).search(
            [("commercial_partner_id", "in", self.ids), ("id", "not in", self.ids), ("user_id", "!=", False)]
        )
        return contacts.filtered(lambda contact: contact.user_id == contact.commercial_partner_id.user_id)

    @api.model
    def _check_allocation_manager(self):
        if not self.env.su and not self.env.user.has_group("customer_segmentation.group_manager"):
            raise AccessError(self.env._("Only managers of Customer Segmentation decide who owns which customer."))

    @api.model
    def _shared_with_other_companies(self, partner_ids, company):
        """The customers who are customers of another root company as well: they share one salesperson.

        Of companies in which the user may not work, nobody is told whose customers they are.
        """
        others = self.env.user.sudo().company_ids.root_id - company
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT partner_id FROM customer_segmentation_profile
                    WHERE partner_id = ANY(%s) AND company_id = ANY(%s) AND lifetime_order_count > 0""",
                list(partner_ids),
                others.ids,
            )
        )
        return {partner_id for (partner_id,) in rows}

    def _notify_new_owner(self, user):
        """Tell a salesperson, in one message, about the customers who are theirs from now on."""
        if user and user != self.env.user and self:
            names = some_of(self.env, self.mapped("display_name"), 10)
            user_env = self.env["mail.thread"].with_context(lang=language_of(self.env, user))
            user_env.sudo().message_notify(
                partner_ids=user.partner_id.ids,
                subject=user_env.env._("Customers assigned to you: %s", len(self)),
                body=user_env.env._("You are the salesperson of these customers from now on: %s", names),
            )
