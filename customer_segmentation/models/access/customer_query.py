from odoo import models


class CustomerQuery(models.AbstractModel):
    """Rows that are a query (`_auto = False`), which takes its time: what is not there is not looked for row by row."""

    _name = "customer.query"
    _description = "Rows of a Query"

    def _read_format(self, fnames, load="_classic_read"):
        """Odoo asks the database again for each row it did not find."""
        unread = set(self._ids)
        for field in self._fields.values():
            if field.store and field.column_type and unread:
                unread.intersection_update(field._cache_missing_ids(self.browse(unread)))
        gone = self.browse(unread) - self.browse(unread).exists()
        return super(CustomerQuery, self - gone if gone else self)._read_format(fnames, load)
