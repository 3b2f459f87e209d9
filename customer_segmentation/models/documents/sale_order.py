from odoo import fields, models
from odoo.tools import SQL


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "customer.segmentation.mixin"]

    segment_at_order_id = fields.Many2one(
        "customer.segment",
        string="Segment at Order",
        readonly=True,
        engine_only=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups="base.group_user",
        help="The segment of the customer when the order was confirmed.",
    )

    tier_at_order_id = fields.Many2one(
        "customer.tier",
        string="Tier at Order",
        readonly=True,
        engine_only=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups="base.group_user",
        help="The tier of the customer when the order was confirmed.",
    )

    def _prepare_confirmation_values(self):
        """Each order keeps its customer's labels: with the other values when all have the same, as one order has."""
        values = super()._prepare_confirmation_values()
        labels = self._current_labels()
        if len(set(labels.values())) == 1:
            segment_id, tier_id = labels.popitem()[1]
            return dict(values, segment_at_order_id=segment_id, tier_at_order_id=tier_id)
        for order in self.sudo():
            order.segment_at_order_id, order.tier_at_order_id = labels[order.id]
        return values

    def _current_labels(self):
        """Segment and tier of each order's customer, by one small query: confirming shall not become slower."""
        keys = {order.id: (order.partner_id.id, order.company_id._root_id()) for order in self.sudo()}
        self.partner_id.flush_recordset(["commercial_partner_id"])
        self.env["customer.segmentation.profile"].flush_model(["segment_id", "tier_id"])
        rows = self.env.execute_query(
            SQL(
                """SELECT contact.id, profile.company_id, profile.segment_id, profile.tier_id
                     FROM res_partner contact
                     JOIN customer_segmentation_profile profile ON profile.partner_id = contact.commercial_partner_id
                    WHERE contact.id = ANY(%s)""",
                [partner for partner, _company in keys.values()],
            )
        )
        labels = {(partner, company): (segment, tier) for partner, company, segment, tier in rows}
        return {order_id: labels.get(key, (None, None)) for order_id, key in keys.items()}

    def write(self, vals):
        if vals.get("state") == "draft":
            vals = dict(vals, segment_at_order_id=False, tier_at_order_id=False)
        return super().write(vals)
