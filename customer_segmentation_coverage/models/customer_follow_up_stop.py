"""Customers who are not followed up actively any more: e-mail only, no salesperson, free for any rep to take.

A manager stops (`_stop`). The stop ends once: the manager resumes, a rep takes the customer, somebody is set as its
salesperson, or it orders again (`_end_by_orders`, in the transaction that rescores the customer). There is one row for
each customer and company, used again when it is stopped again; what was before is noted on the contact.
"""

import logging

from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.people import language_of
from odoo.addons.customer_segmentation.tools.words import listed
from odoo.exceptions import AccessError, LockError, UserError
from odoo.tools import SQL, format_date

_logger = logging.getLogger(__name__)


class CustomerFollowUpStop(models.Model):
    _name = "customer.follow.up.stop"
    _inherit = ["customer.segmentation.mixin", "customer.row"]
    _description = "Stopped Follow-up"
    _order = "since desc, id desc"
    _rec_name = "partner_id"
    _customer_path = "partner_id"

    partner_id = fields.Many2one("res.partner", string="Customer", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade", index=True)
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    phone = fields.Char(related="partner_id.phone", string="Phone")
    email = fields.Char(related="partner_id.email", string="Email")
    city = fields.Char(related="partner_id.city", string="City")
    country_id = fields.Many2one(related="partner_id.country_id", string="Country")
    since = fields.Date(required=True, readonly=True, help="Since this day nobody calls the customer.")
    stopped_at = fields.Datetime(required=True, readonly=True, help="An order from this moment on ends the stop.")
    stopped_by_id = fields.Many2one("res.users", string="Stopped by", readonly=True, ondelete="set null")
    reason = fields.Text(compute="_compute_reason", help="Why nobody calls the customer, as typed or in your language.")
    typed_reason = fields.Text(string="Reason Typed", readonly=True)
    reason_facts = fields.Json(string="Reason Known", readonly=True)
    previous_user_id = fields.Many2one(
        "res.users",
        string="Salesperson before",
        readonly=True,
        ondelete="set null",
        help="Who owned the customer before it was released; comes back with the next order.",
    )
    effort_count = fields.Integer(
        string="Contacts Then",
        readonly=True,
        aggregator="avg",
        help="Contacts made with the customer in the policy's window before the stop.",
    )
    ended_on = fields.Date(readonly=True, help="Since this day the customer is followed up again.")
    end_reason = fields.Char(compute="_compute_end_reason")
    end_facts = fields.Json(string="End Known", readonly=True)

    # A constraint, not a unique index: merging contacts in Odoo looks for constraints only.
    _partner_company_unique = models.Constraint(
        "UNIQUE(partner_id, company_id)", "Active follow-up of this customer is stopped already; reload the page."
    )
    _open = models.Index("(company_id, partner_id) WHERE ended_on IS NULL")

    @api.depends("typed_reason", "reason_facts")
    @api.depends_context("lang")
    def _compute_reason(self):
        words = self.env["customer.follow.up.words"]
        for stop in self:
            stop.reason = stop.typed_reason or (stop.reason_facts and words._why(stop.reason_facts))

    @api.depends("end_facts")
    @api.depends_context("lang")
    def _compute_end_reason(self):
        words = self.env["customer.follow.up.words"]
        for stop in self:
            stop.end_reason = stop.end_facts and words._ended(*stop.end_facts)

    def _in_words(self):
        """What the contact says, in the reader's language."""
        self.ensure_one()
        values = {"day": format_date(self.env, self.since), "reason": self.reason}
        if self.partner_id.user_id:
            return self.env._("Active follow-up stopped since %(day)s: e-mail only. %(reason)s", **values)
        return self.env._(
            "Active follow-up stopped since %(day)s: e-mail only; in the public pool. %(reason)s", **values
        )

    # ------------------------------------------------------------------ stopping

    @api.model
    def _stop(self, profiles, reasons, efforts, cancel_calls):
        """Stop the active follow-up of these customers and release them to the public pool.

        :param reasons: by profile identifier, as typed or as known (`_facts` of the review)
        :param efforts: by customer identifier, contacts in the window
        :param cancel_calls: whether planned calls are cancelled
        """
        self._cancel_playbooks(profiles)
        for company, of_company in profiles.grouped("company_id").items():
            today = of_company._policies()[company]._today()
            rows = {
                profile.partner_id.id: {
                    "partner_id": profile.partner_id.id,
                    "company_id": company.id,
                    "since": today,
                    "stopped_at": fields.Datetime.now(),
                    "stopped_by_id": self.env.uid,
                    **self._as_fields(reasons[profile.id]),
                    "previous_user_id": profile.partner_id.user_id.id,
                    "ended_on": False,
                    "end_facts": False,
                    "effort_count": efforts.get(profile.partner_id.id, 0),
                }
                for profile in of_company
            }
            self.sudo()._write_rows(company, rows)
        customers = profiles.partner_id
        cancelled = {}
        for company, of_company in profiles.grouped("company_id").items() if cancel_calls else ():
            cancelled |= self._cancel_calls(of_company.partner_id, company)
        notes = {
            profile.partner_id.id: self._note_of_stop(cancelled.get(profile.partner_id.id, [])) for profile in profiles
        }
        customers._hand_over(self.env["res.users"], notes)

    @api.model
    def _as_fields(self, reason):
        typed = isinstance(reason, str)
        return {"typed_reason": typed and reason, "reason_facts": not typed and reason}

    @api.model
    def _cancel_playbooks(self, profiles):
        """What playbooks want done for these customers is off, whoever's desk it lies on; only e-mails go on."""
        entries = profiles.sudo().playbook_entry_ids.filtered(lambda entry: entry.playbook_id.action_kind != "none")
        entries._close("cancelled", self.env._("Active follow-up of the customer was stopped."))

    def _write_rows(self, company, rows):
        """Use the rows of customers who were stopped before again, create the others."""
        for stop in self.search([("company_id", "=", company.id), ("partner_id", "in", list(rows))]):
            stop.write(rows.pop(stop.partner_id.id))
        self.create(list(rows.values()))
        self._forget_cached()

    @api.model
    def _forget_cached(self):
        """What contacts and profiles say of stops does not depend on a field of theirs."""
        self.env["res.partner"].invalidate_model(["customer_follow_up_stopped", "customer_follow_up_message"])
        self.env["customer.segmentation.profile"].invalidate_model(["follow_up_stopped"])

    def _note_of_stop(self, cancelled):
        """Not why: whoever sees the contact reads it, people of other companies, too."""
        note = self.env._("Active follow-up stopped: e-mail only; released to the public pool.")
        calls = self.env._("Planned calls cancelled: %s", listed(self.env, cancelled)) if cancelled else ""
        return f"{note}\n{calls}".strip()

    @api.model
    def _planned_calls(self, customers, company):
        """The open call activities on the customers and their contacts, of the people of a root company."""
        contacts = self.env["res.partner"].sudo().with_context(active_test=False)
        family = contacts._search([("commercial_partner_id", "in", customers.ids)])
        calls = self.env["mail.activity"].sudo()
        calls = calls.search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "in", family),
                ("activity_type_id.category", "=", "phonecall"),
                ("customer_playbook_company_id", "in", [False, company.id]),
            ]
        )
        return calls.filtered(lambda call: company in call.user_id.company_ids.root_id)

    @api.model
    def _cancel_calls(self, customers, company):
        """Cancel the planned calls of a root company. What playbooks call them holds amounts, which not all may read.

        :return: what they were, by customer identifier
        """
        calls, cancelled = self._planned_calls(customers, company), {}
        contacts = self.env["res.partner"].sudo().browse(calls.mapped("res_id"))
        customer_of = {contact.id: contact.commercial_partner_id.id for contact in contacts}
        for call in calls:
            typed = not call.customer_playbook_entry_id and call.summary
            words = [typed or call.activity_type_id.name, format_date(self.env, call.date_deadline)]
            cancelled.setdefault(customer_of[call.res_id], []).append(" ".join(words))
        calls.unlink()
        return cancelled

    # ------------------------------------------------------------------ ending

    def _end(self, reasons):
        """Mark the stops as ended.

        :param reasons: by identifier of the stop, as `customer.follow.up.words` takes it to say it
        """
        today = {company: policy._today() for company, policy in self._policies().items()}
        for stop in self.sudo():
            stop.write({"ended_on": today[stop.company_id], "end_facts": reasons[stop.id]})
        self._forget_cached()

    def _policies(self):
        policies = self.env["customer.segmentation.policy"].sudo()
        return {company: policies._of_company(company) for company in self.sudo().company_id}

    def action_take(self):
        """The user becomes the salesperson of these customers of the public pool."""
        if not self.env.user.has_group("customer_segmentation.group_user"):
            raise AccessError(self.env._("Only salespeople take customers from the public pool."))
        stops = self._opened()
        for stop in stops:
            if stop.user_id:
                raise UserError(
                    self.env._(
                        "%(customer)s has a salesperson: %(user)s.",
                        customer=stop.partner_id.name,
                        user=stop.user_id.name,
                    )
                )
        reason = ("taken", self.env.user.name)
        stops._end(dict.fromkeys(stops.ids, reason))
        notes = {stop.partner_id.id: stop.end_reason for stop in stops}
        stops.partner_id._hand_over(self.env.user, notes)
        return self._told(
            self.env._("You are the salesperson of %s now.", listed(self.env, stops.mapped("partner_id.name")))
        )

    def action_resume(self):
        """Follow these customers up again, with the salesperson of before."""
        self.env["res.partner"]._check_allocation_manager()
        stops = self._opened()
        stops._end_and_restore(dict.fromkeys(stops.ids, ("resumed", self.env.user.name)))
        return self._told(self.env._("These customers are followed up again: %s", len(stops)))

    def _opened(self):
        """The chosen stops, locked, so that two reps never take the same customer."""
        self.check_access("read")
        stops = self.sudo()
        try:
            stops.lock_for_update()
        except LockError as error:
            raise UserError(self.env._("Somebody else takes one of these customers at this moment.")) from error
        if not stops or any(stops.mapped("ended_on")):
            gone = listed(self.env, stops.filtered("ended_on").mapped("partner_id.name"))
            raise UserError(self.env._("No longer in the public pool: %s", gone or self.env._("this customer")))
        return stops

    def _told(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _end_and_restore(self, reasons):
        """End the stops; the salesperson of before comes back where still able to and where nobody took over."""
        self._end(reasons)
        for user, stops in self.sudo().filtered(lambda stop: not stop.user_id).grouped("previous_user_id").items():
            for company, of_company in stops.grouped("company_id").items():
                returning = user._can_own_customers_of(company)
                notes = {stop.partner_id.id: stop._note_of_end(user, returning) for stop in of_company}
                of_company.partner_id._hand_over(returning, notes)
                of_company.partner_id._notify_new_owner(returning)

    def _note_of_end(self, user, returning):
        """Not why, as that of a stop."""
        if returning:
            return self.env._(
                "Active follow-up goes on. Salesperson again: %(user)s.",
                user=user.name,
            )
        if user:
            return self.env._(
                "Active follow-up goes on. %(user)s, the salesperson before, is not active here any more: "
                "the customer has no salesperson.",
                user=user.name,
            )
        return self.env._("Active follow-up goes on. The customer had no salesperson before.")

    @api.model
    def _end_of_owned(self, partners):
        """Somebody was set as salesperson by hand: the customer is followed up again where that person works."""
        owned = self.sudo().search([("partner_id", "in", partners.ids), ("ended_on", "=", False)])
        owned = owned.filtered(lambda stop: stop.user_id._can_own_customers_of(stop.company_id))
        owned._end({stop.id: ("owned", stop.user_id.name) for stop in owned})

    @api.model
    def _end_of_parts(self, partners):
        """A stop of what is a contact of another customer now means nothing."""
        opened = self.sudo().search([("partner_id", "in", partners.ids), ("ended_on", "=", False)])
        part = opened.filtered(lambda stop: stop.partner_id.commercial_partner_id != stop.partner_id)
        part._end(dict.fromkeys(part.ids, ("part",)))

    @api.model
    def _end_by_orders(self, company, customer_ids=None):
        """End the stops of customers who ordered since. Called where customers were rescored, in that transaction.

        :param customer_ids: only these; default all of the company
        """
        found = self.env["customer.transaction"]._first_purchases_after(
            company, self._sql_stopped(company, customer_ids)
        )
        if not found:
            return
        stops = self.sudo().with_context(lang=language_of(self.env, company.partner_id)).browse(found)
        reasons = {stop.id: self._ordered(found[stop.id]) for stop in stops}
        try:
            with self.env.cr.savepoint():
                stops._end_and_restore(reasons)
        except Exception:  # scores must not fail for a salesperson who cannot come back: the next run tries again
            _logger.warning("Follow-up of customers of %s could not go on", company.name, exc_info=True)
            self.env.invalidate_all(flush=False)

    @api.model
    def _ordered(self, document):
        if document._name == "sale.order":
            return ("ordered", document.name)
        return ("bought",)

    @api.model
    def _sql_stopped(self, company, customer_ids):
        return SQL(
            """SELECT id, partner_id, since AS day, stopped_at AS moment FROM customer_follow_up_stop
                WHERE company_id = %s AND ended_on IS NULL AND %s""",
            company.id,
            SQL("TRUE") if customer_ids is None else SQL("partner_id = ANY(%s)", list(customer_ids)),
        )

    # ------------------------------------------------------------------ merging contacts

    @api.model
    def _followed_up(self, partners):
        """Before a merge: the companies that follow one of the customers up, and the salesperson of the largest."""
        profiles = self.env["customer.segmentation.profile"].sudo()
        found = {}
        for profile in profiles.search([("partner_id", "in", partners.ids), ("lifetime_order_count", ">", 0)]):
            if not profile.follow_up_stopped:
                found[profile.company_id] = found.get(profile.company_id) or profile.user_id
        return found

    @api.model
    def _after_merge(self, survivors, followed_up):
        """Who was followed up stays so, with the salesperson."""
        self._end_of_parts(survivors)
        opened = self.sudo().search([("partner_id", "in", survivors.ids), ("ended_on", "=", False)])
        for stop in opened.filtered(lambda stop: stop.company_id in followed_up):
            stop._end({stop.id: ("merged",)})
            user = stop.user_id or followed_up[stop.company_id]
            stop.partner_id._hand_over(user, {stop.partner_id.id: stop.end_reason})
