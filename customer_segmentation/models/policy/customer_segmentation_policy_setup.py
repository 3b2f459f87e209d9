"""The first question after installing: which segments, and which tiers."""

from odoo import api, fields, models
from odoo.tools import SQL

ANSWERED_BY = {"scheme_id", "tier_ids"}


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    setup_done = fields.Boolean(
        string="Segments and Tiers Are Chosen",
        readonly=True,
        engine_only=True,
        copy=False,
        help="Until a manager has chosen them, each manager is asked once.",
    )
    setup_later_user_ids = fields.Many2many(
        "res.users",
        "customer_segmentation_setup_later_rel",
        string="Decide Later",
        readonly=True,
        engine_only=True,
        copy=False,
        help="Managers who want to choose segments and tiers later, and are not asked again.",
    )

    def _init_column(self, column_name):
        """Policies from before this question existed were in use: nobody is asked about them."""
        if column_name != "setup_done":
            return super()._init_column(column_name)
        self.env.cr.execute(SQL("UPDATE %s SET setup_done = TRUE", SQL.identifier(self._table)))

    def write(self, vals):
        """Whoever changes the scheme or the ladder by hand has answered the question."""
        result = super().write(vals)
        if vals.keys() & ANSWERED_BY and "setup_done" not in vals:
            self.sudo().filtered(lambda policy: not policy.setup_done).setup_done = True
        return result

    @api.model
    def _to_ask(self, user):
        """The policies of the user's companies about which this manager is to be asked."""
        policies = self.browse().sudo()
        if not user.has_group("customer_segmentation.group_manager"):
            return policies
        return policies.search(
            [
                ("setup_done", "=", False),
                ("setup_later_user_ids", "not in", user.ids),
                ("company_id", "in", user.sudo().company_ids.root_id.ids),
            ]
        )

    def action_open_setup(self):
        """Choose segments and tiers, whenever a manager wants to."""
        self.ensure_one()
        return self.env["customer.segmentation.setup"]._action(self, asked=False)
