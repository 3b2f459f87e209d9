"""Profiles of many customers at once, as a run has them: for lists and groups that look at everybody."""

from datetime import date

from odoo import api, models
from odoo.tools import SQL


class CustomerSegmentationReader(models.AbstractModel):
    _name = "customer.segmentation.reader"
    _description = "Reading of Many Customer Profiles"

    @api.model
    def _read(self, domain, as_of):
        """The facts and scores of many profiles as a run has them, in one DataFrame; record rules apply.

        Dates are days since 1970-01-01, -1 for none: `last_order_date` is in `last_order_day`.
        """
        import pandas as pd  # loaded by who looks at all customers, not by every worker

        from ...tools import binary_copy

        self.env.flush_all()
        profiles = self.env["customer.segmentation.profile"]
        query = profiles._search(domain, order="id")
        terms = {name: self._term(query.table, name) for name in ("id", "partner_id", *profiles._staged_fields())}
        terms = {name: term for name, term in terms.items() if term}
        types = {
            name.replace("_date", "_day"): {"int4": binary_copy.INTEGER, "float8": binary_copy.FLOAT}.get(
                size, binary_copy.text(1)
            )
            for name, (size, _term) in terms.items()
        }
        selected = query.select(*(term for _size, term in terms.values()))
        stored = pd.DataFrame(binary_copy.read(self.env.cr, selected, types)).rename(columns={"segment_id": "segment"})
        return stored.assign(
            abc_class=stored["abc_class"].str.decode("ascii"),
            recency_days=(as_of - date(1970, 1, 1)).days - stored["last_order_day"],
        )

    @api.model
    def _term(self, table, name):
        """How a column is read as numbers, a stage by its rank: its PostgreSQL type and the SQL; nothing for a text."""
        column, kind = SQL.identifier(table, name), self.env["customer.segmentation.profile"]._fields[name].type
        if kind == "date":
            return "int4", SQL("COALESCE(%s - DATE '1970-01-01', -1)::int4", column)
        if kind in ("integer", "many2one"):
            return "int4", SQL("COALESCE(%s, 0)::int4", column)
        if kind in ("float", "monetary"):
            return "float8", SQL("COALESCE(%s, 0)::float8", column)
        if name == "lifecycle_stage":
            return "int4", SQL(
                "COALESCE(%s, 0)::int4", self.env["customer.segmentation.writer"]._sql_position(name, column)
            )
        return ("char", SQL("COALESCE(%s, '-')", column)) if name == "abc_class" else None
