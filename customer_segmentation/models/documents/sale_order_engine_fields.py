"""Labels and benefits an order remembers are found by the program; a salesperson does not type them."""

from odoo import models

LABELS = ("segment_at_order_id", "tier_at_order_id")
FOUND = "customer_segmentation_labels_at_order"


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "customer.engine.fields"]

    def _prepare_confirmation_values(self):
        """What was found is remembered until the commit: Odoo writes it with the rights of whoever confirms."""
        values = super()._prepare_confirmation_values()
        labels = {name: values[name] for name in LABELS if name in values}
        self.env.cr.precommit.data.setdefault(FOUND, {}).update(dict.fromkeys(self.ids, labels))
        return values

    def _check_engine_only(self, vals):
        labels = {name: vals[name] for name in LABELS if name in vals}
        reset = vals.get("state") == "draft" and not any(labels.values())
        found = self.env.cr.precommit.data.get(FOUND, {})
        if labels and self and (reset or all(found.get(order.id) == labels for order in self)):
            vals = {name: value for name, value in vals.items() if name not in labels}
        return super()._check_engine_only(vals)
