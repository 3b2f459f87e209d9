from collections.abc import Collection
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.context import by_code, said

SOURCE_SLOTS = 16  # glue addons bring sources of their own


class CustomerDocumentRow(models.AbstractModel):
    """What queries over several kinds of documents share: one row a document, or an event on one.

    A document's identifier is unique inside its source only, so `id` is made of both (see `_row_id`).
    """

    _name = "customer.document.row"
    _inherit = ["customer.one.record"]
    _description = "Document of a Customer"

    source_model = fields.Char(string="Document Model", readonly=True)
    source_id = fields.Many2oneReference(string="Document", model_field="source_model", readonly=True)

    def action_open_document(self):
        """Open the document behind the row."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.source_model,
            "res_id": self.source_id,
            "views": [(False, "form")],
        }

    @api.model
    def _row_id(self, source_id, slot):
        """An identifier unique over all sources: a slot, from 0, of the source's own identifier."""
        return SQL("%s::bigint * %s + %s", source_id, SOURCE_SLOTS, slot)

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Who looks at one customer waits for no other."""
        customer_ids = self._customers_asked_for(Domain(domain))
        model = self if customer_ids is None else self.with_context(**by_code(only_customer_ids=customer_ids))
        return super(CustomerDocumentRow, model)._search(domain, *args, **kwargs)

    @api.model
    def _customers_asked_for(self, domain):
        """The identifiers one of the conditions that all must be met asks for; None when none does."""
        if said(self.env, "only_customer_ids") is not None:
            return None
        for term in domain.children if getattr(domain, "OPERATOR", None) == "&" else [domain]:
            if getattr(term, "field_expr", None) == "partner_id" and term.operator in ("=", "in"):
                values = [term.value] if term.operator == "=" else term.value
                if isinstance(values, Collection) and all(type(value) is int for value in values):
                    return list(values)
        return None

    @api.model
    def _only_customers(self, partner):
        """A condition on the commercial entity: only the customers code says in `only_customer_ids`, if it does.

        They may also be SQL, an array of identifiers.
        Said inside every source, because PostgreSQL cannot move a condition from a union into a grouped part.
        """
        customer_ids = said(self.env, "only_customer_ids")
        if customer_ids is None:
            return SQL("TRUE")
        return SQL("%s = ANY(%s)", partner, customer_ids)

    @api.model
    def _only_days(self, moment):
        """A condition on the UTC time of a document: near the days code says in `only_days` (first, last), if it does.

        Each may be None. So that an index finds the documents of a few days; days differ by time zone, so it leaves
        one on both sides.
        """
        first, last = said(self.env, "only_days") or (None, None)
        return SQL(
            "%s AND %s",
            SQL("%s >= %s", moment, first - timedelta(days=1)) if first else SQL("TRUE"),
            SQL("%s < %s", moment, last + timedelta(days=2)) if last else SQL("TRUE"),
        )
