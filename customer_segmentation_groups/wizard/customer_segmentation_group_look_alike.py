"""Who is like the members of a group: a list made anew whenever it is opened."""

from secrets import token_hex

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

MOST_LISTED = 200


class CustomerSegmentationGroupLookAlike(models.TransientModel):
    _name = "customer.segmentation.group.look.alike"
    _inherit = ["customer.wizard"]
    _description = "Look-alike of a Customer Group"
    _order = "closeness desc, id"
    _rec_name = "partner_id"
    _customer_path = "partner_id"

    _company_path = "profile_id.company_id"

    opening = fields.Char(required=True, readonly=True, index=True, help="The rows of one opening of the list.")
    group_id = fields.Many2one("customer.segmentation.group", required=True, readonly=True, ondelete="cascade")
    profile_id = fields.Many2one("customer.segmentation.profile", required=True, readonly=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", string="Customer", required=True, readonly=True, ondelete="cascade")
    closeness = fields.Float(
        string="Alike (%)",
        digits=(5, 1),
        readonly=True,
        aggregator="avg",
        help="100: the same days since the last order, orders, revenue, average order and time as a customer as the "
        "nearest members. 50: one standard deviation apart.",
    )
    currency_id = fields.Many2one(related="profile_id.currency_id")
    last_order_date = fields.Date(related="profile_id.last_order_date")
    order_count = fields.Integer(related="profile_id.order_count")
    revenue = fields.Monetary(related="profile_id.revenue")
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")

    @api.model
    def _open(self, group):
        """The list as of now, of the company the user works in."""
        policy = self.env["customer.segmentation.policy"]._of_action()
        opening = token_hex(8)
        self._insert(opening, group, *self._nearest(group, policy))
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation_groups.action_group_look_alikes")
        name = self.env._("Look-alikes of %s", group.name)
        return dict(action, display_name=name, domain=[("opening", "=", opening)])

    @api.model
    def _nearest(self, group, policy):
        """The stored rows of the customers most like the members, and how close they are."""
        # pandas and SciPy are loaded by who asks, not by every worker
        from odoo.addons.customer_segmentation.scoring.similarity import look_alikes

        stored, facts = self.env["customer.segmentation.profile"]._comparable_facts(policy)
        members = stored["partner_id"].isin(list(group._members_query())).to_numpy()
        if not members.any():
            raise UserError(
                self.env._("No member of %s has bought anything yet, so there is nothing to compare with.", group.name)
            )
        position, closeness = look_alikes(facts, members, MOST_LISTED)
        return stored.iloc[position], closeness

    @api.model
    def _insert(self, opening, group, stored, closeness):
        self.env.cr.execute(
            SQL(
                """INSERT INTO customer_segmentation_group_look_alike
                          (opening, group_id, profile_id, partner_id, closeness,
                           create_uid, create_date, write_uid, write_date)
                   SELECT %(opening)s, %(group)s, row.profile_id, row.partner_id, row.closeness,
                          %(user)s, %(now)s, %(user)s, %(now)s
                     FROM unnest(%(profiles)s::int[], %(partners)s::int[], %(closeness)s::float8[])
                          AS row (profile_id, partner_id, closeness)""",
                opening=opening,
                group=group.id,
                user=self.env.uid,
                now=self.env.cr.now(),
                profiles=stored["id"].tolist(),
                partners=stored["partner_id"].tolist(),
                closeness=closeness.tolist(),
            )
        )

    def action_open_customer(self):
        return self.profile_id.action_open_customer()

    def action_schedule_activity(self):
        return self.profile_id.action_schedule_activity()

    def action_add_to_group(self):
        """Ask for a group with fixed members; offered is the one they are like, if it is one."""
        group = self.group_id[:1]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Add to Group"),
            "target": "new",
            "res_model": "customer.segmentation.group.add",
            "views": [(False, "form")],
            "context": {
                "active_model": self._name,
                "active_ids": self.ids,
                "default_group_id": group.id if group.kind == "static" else False,
            },
        }
