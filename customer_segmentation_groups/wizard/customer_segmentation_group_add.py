from odoo import api, fields, models


class CustomerSegmentationGroupAdd(models.TransientModel):
    """Put the customers chosen in a list into a group with fixed members, or take them out."""

    _name = "customer.segmentation.group.add"
    _inherit = ["customer.wizard"]
    _description = "Add to Customer Group"

    group_id = fields.Many2one(
        "customer.segmentation.group",
        required=True,
        ondelete="cascade",
        domain="[('kind', '=', 'static')]",
        help="Only groups with fixed members can be chosen. Type a new name to make a group.",
    )
    operation = fields.Selection([("add", "Add"), ("remove", "Take out")], required=True, default="add", string="Do")
    partner_ids = fields.Many2many("res.partner", string="Customers", default=lambda self: self._chosen())

    @api.model
    def _chosen(self):
        """The contacts of the list the wizard was opened from."""
        records = self.env.context.get("active_model"), self.env.context.get("active_ids") or []
        if records[0] == "res.partner":
            return self.env["res.partner"].browse(records[1])
        if records[0] in ("customer.segmentation.profile", "customer.segmentation.group.look.alike"):
            return self.env[records[0]].browse(records[1]).partner_id
        return self.env["res.partner"]

    def action_apply(self):
        self.ensure_one()
        if self.operation == "add":
            self.group_id._add_members(self.partner_ids)
        else:
            self.group_id._remove_members(self.partner_ids)
        return self.group_id.action_open_members()
