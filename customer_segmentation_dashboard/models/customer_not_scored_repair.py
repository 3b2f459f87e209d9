"""Customers without scores in the reader's language, and what repairs each of them."""

from odoo import api, models
from odoo.addons.customer_segmentation.tools.words import listed
from odoo.exceptions import UserError
from odoo.tools import SQL

MERGED_AT_ONCE = 3


class CustomerNotScored(models.Model):
    _inherit = "customer.not.scored"

    @api.depends("reason")
    @api.depends_context("lang")
    def _compute_detail(self):
        sources = self._sources_of_companies()
        for row in self:
            row.detail = getattr(row, f"_detail_{row.reason}")(sources.get(row.company_id))
            row.repair = getattr(row, f"_words_{row.reason}")(sources.get(row.company_id))

    @api.model
    def _sources_of_companies(self):
        """What each company scores: "sale" or "invoice"."""
        policies = self.env["customer.segmentation.policy"].sudo().search([])
        return {policy.company_id.with_env(self.env): policy.source for policy in policies}

    # ------------------------------------------------------------------ no purchase

    def _detail_no_purchase(self, source):
        parts = [
            (self.quotation_count, self.env._("open quotations: %s", self.quotation_count)),
            (self.lead_count, self.env._("open leads and opportunities: %s", self.lead_count)),
            (
                self.order_count,
                self.env._("confirmed orders not invoiced: %s", self.order_count)
                if source == "invoice"
                else self.env._("confirmed orders of zero: %s", self.order_count),
            ),
            (source == "sale" and self.invoice_count, self.env._("invoices without order: %s", self.invoice_count)),
        ]
        found = [words for count, words in parts if count]
        if not found:
            return self.env._("Nothing was ever sold or offered.")
        return self.env._("Nothing that counts was sold yet; %s.", listed(self.env, found))

    def _words_no_purchase(self, source):
        if source == "invoice" and self.order_count:
            return self.env._("Invoice the orders: this company scores by invoices.")
        if self.quotation_count:
            return self.env._("Win the quotation: the confirmed order scores the customer.")
        if self.lead_count:
            return self.env._("Win the opportunity, or mark it as lost.")
        if self.invoice_count and source == "sale":
            return self.env._(
                "This company scores by sales orders. Make orders before invoices, or let the policy score invoices."
            )
        if self.order_count:
            return self.env._("Nothing to do for samples; if they are purchases, let the policy count orders of zero.")
        return self.env._(
            "Offer something, import the purchases made before Odoo, or archive the contact if it is no customer."
        )

    def _repair_no_purchase(self):
        if self.quotation_count or self.order_count:
            return self._open_documents("sale.order", self.env._("Quotations and Orders"))
        if self.lead_count:
            return self._open_documents("crm.lead", self.env._("Leads and Opportunities"))
        if self.invoice_count:
            return self._open_documents("account.move", self.env._("Invoices"))
        return self._new_quotation()

    # ------------------------------------------------------------------ purchases that are none

    def _detail_only_refunds(self, source):
        return self.env._("There are refunds and no purchase.")

    def _words_only_refunds(self, source):
        return self.env._(
            "Import the purchase the refund belongs to if it was made before Odoo; otherwise check the refund."
        )

    def _repair_only_refunds(self):
        return self._open_purchases()

    def _detail_left_out(self, source):
        labels = dict(self._fields["problem"]._description_selection(self.env))
        return self.env._("There are purchases, but none can be counted: %s.", labels[self.problem].lower())

    def _words_left_out(self, source):
        return {
            "no_rate": self.env._("Add the missing currency rate, then recompute."),
            "zero_rate": self.env._("Correct the currency rate of the order, then recompute."),
            "future_date": self.env._("Correct the date if it is wrong; otherwise the purchase counts from that day."),
        }.get(self.problem) or self.env._("Correct the documents listed, then recompute.")

    def _repair_left_out(self):
        return self._open_purchases()

    def _detail_not_computed(self, source):
        return self.env._("There are purchases since the last computation.")

    def _words_not_computed(self, source):
        return self.env._("Wait for a minute, or recompute: scores follow by themselves.")

    def _repair_not_computed(self):
        if self.env.user.has_group("customer_segmentation.group_manager"):
            return self.env["customer.segmentation.policy"].with_company(self.company_id).action_recompute_company()
        return self.action_open_customer()

    # ------------------------------------------------------------------ nobody's desk, excluded

    def _detail_no_salesperson(self, source):
        return self.env._("Scored, but on nobody's desk: no salesperson gets its follow-up.")

    def _words_no_salesperson(self, source):
        return self.env._("Choose a salesperson on the contact.")

    def _repair_no_salesperson(self):
        return self.action_open_customer()

    def _detail_excluded(self, source):
        return self.exclusion_id.sudo()._in_words()

    def _words_excluded(self, source):
        return self.env._("Nothing to do, unless the reason no longer holds: then a manager ends the exclusion.")

    def _repair_excluded(self):
        return self.action_open_customer()

    # ------------------------------------------------------------------ duplicates

    def _detail_duplicate(self, source):
        other = self._readable_other()
        name = other.display_name or self.env._("a contact you may not see")
        if self.same == "vat":
            return self.env._("Has the tax ID of %s, which has more orders or came first.", name)
        return self.env._("Has an e-mail address of %s, which has more orders or came first.", name)

    def _words_duplicate(self, source):
        return self.env._("Merge both contacts if they are the same: their purchases are added up.")

    def _readable_other(self):
        return self.other_id.with_context(active_test=False)._filtered_access("read")

    def _repair_duplicate(self):
        """Odoo's own dialog to merge contacts, with one contact of each customer."""
        if not self.env["base.partner.merge.automatic.wizard"].has_access("create"):
            raise UserError(
                self.env._("You may not merge contacts. Ask somebody whose user has the right to create contacts.")
            )
        contacts = self._contacts_in_common()
        action = self.env["ir.actions.act_window"]._for_xml_id("base.action_partner_merge")
        return dict(action, context={"active_model": "res.partner", "active_ids": contacts.ids[:MERGED_AT_ONCE]})

    def _contacts_in_common(self):
        """Of each of both customers the contact that carries what they share, the company itself if it does."""
        both = self.partner_id | self._readable_other()
        if len(both) < 2:
            raise UserError(self.env._("You may not see the other contact; ask somebody who may merge both."))
        rows = self.env.execute_query(
            SQL(
                """WITH carrier AS (
                   SELECT contact.id, contact.commercial_partner_id AS customer_id, key.value
                     FROM res_partner contact CROSS JOIN LATERAL (%(keys)s) key (kind, value)
                    WHERE contact.commercial_partner_id = ANY(%(both)s) AND contact.active AND key.kind = %(kind)s)
               SELECT DISTINCT ON (carrier.customer_id) carrier.id
                 FROM carrier
                 JOIN carrier twin ON twin.value = carrier.value AND twin.customer_id <> carrier.customer_id
                ORDER BY carrier.customer_id, carrier.id <> carrier.customer_id, carrier.id""",
                keys=self._keys("contact"),
                both=both.ids,
                kind=self.same,
            )
        )
        return self.env["res.partner"].browse(contact for (contact,) in rows)

    # ------------------------------------------------------------------ what users click

    def action_repair(self):
        """Open what repairs the row."""
        self.ensure_one()
        return getattr(self, f"_repair_{self.reason}")()

    def _open_documents(self, model, name):
        """The customer's documents, as far as the user may read such."""
        if not self.env[model].has_access("read"):
            return self.action_open_customer()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("partner_id", "child_of", self.partner_id.id), *self._of_company(model)],
            "context": {"default_partner_id": self.partner_id.id},
        }

    def _of_company(self, model):
        companies = [("company_id", "child_of", self.company_id.id)] if self.company_id else []
        return {
            "account.move": [*companies, ("move_type", "in", ["out_invoice", "out_refund"])],
            "sale.order": companies,
        }.get(model, [])

    def _new_quotation(self):
        if not self.env["sale.order"].has_access("create"):
            return self.action_open_customer()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Quotation"),
            "res_model": "sale.order",
            "views": [(False, "form")],
            "context": {"default_partner_id": self.partner_id.id},
        }

    def _open_purchases(self):
        """The purchases and refunds, with the reason for which each is left out."""
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation.action_transactions")
        domain = [("partner_id", "=", self.partner_id.id), ("company_id", "=", self.company_id.id)]
        return dict(action, domain=domain, context={})

    def action_recompute_company(self):
        """Recompute the company the user works in."""
        return self.env["customer.segmentation.policy"].action_recompute_company()

    @api.model
    def get_empty_list_help(self, help_message):
        """What to do first, as long as nobody is scored; after that what the screen says itself."""
        policy = self.env["customer.segmentation.policy"]._of_action()
        return self.env["customer.segmentation.health"]._first_steps(policy) or super().get_empty_list_help(
            help_message
        )
