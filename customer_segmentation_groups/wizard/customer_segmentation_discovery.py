"""Natural groups of customers, found once when a manager asks; nothing of it runs by itself."""

from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.words import listed
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

SEED = 1  # the same customers give the same groups
MOST_SAID = 3  # facts about one group


class CustomerSegmentationDiscovery(models.TransientModel):
    _name = "customer.segmentation.discovery"
    _inherit = ["customer.wizard"]
    _description = "Discover Groups"

    _company_path = "company_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    customer_count = fields.Integer(string="Customers", readonly=True)
    silhouette = fields.Float(readonly=True, digits=(5, 2), help="How clearly the groups differ: 1 at best, 0 not.")
    clearness = fields.Char(compute="_compute_clearness", string="How Clear the Groups Are")
    line_ids = fields.One2many("customer.segmentation.discovery.line", "discovery_id", string="Groups")

    @api.depends_context("lang")
    def _compute_display_name(self):
        self.display_name = self.env._("Discovered Groups")

    @api.depends("silhouette")
    @api.depends_context("lang")
    def _compute_clearness(self):
        for discovery in self:
            if discovery.silhouette >= 0.5:
                text = self.env._("The groups differ clearly.")
            elif discovery.silhouette >= 0.25:
                text = self.env._("The groups differ, but some customers lie between them.")
            else:
                text = self.env._("There are hardly natural groups among your customers: use these with care.")
            discovery.clearness = text

    @api.model
    def action_open(self):
        """Find the groups of the company the user works in and show them."""
        self.env["customer.segmentation.group"].check_access("create")
        policy = self.env["customer.segmentation.policy"]._of_action()
        discovery = self._discover(policy)
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation_groups.action_discovery")
        return dict(action, res_id=discovery.id)

    @api.model
    def _discover(self, policy):
        # pandas and SciPy are loaded by who asks, not by every worker
        from odoo.addons.customer_segmentation.scoring import discovery

        stored, facts = self.env["customer.segmentation.profile"]._comparable_facts(policy)
        if len(facts) < discovery.FEWEST_CUSTOMERS:
            raise UserError(
                self.env._(
                    "Groups can be discovered among %(least)s customers or more; %(count)s have bought so far. "
                    "If there are orders already, recompute first.",
                    least=discovery.FEWEST_CUSTOMERS,
                    count=len(facts),
                )
            )
        try:
            found = discovery.discover(facts, SEED)
        except ValueError as error:
            message = self.env._("All customers bought the same on the same days, so there are no groups.")
            raise UserError(message) from error
        described = discovery.describe(facts, found.label)
        return self.sudo().create(
            {
                "company_id": policy.company_id.id,
                "customer_count": len(facts),
                "silhouette": found.silhouette,
                "line_ids": [
                    fields.Command.create(self._line(number, stored[found.label == number], stored, facts))
                    for facts, number in zip(described, range(len(described)), strict=True)
                ],
            }
        )

    @api.model
    def _line(self, number, members, everybody, remarkable):
        revenue = members["revenue"].sum()
        whole = everybody["revenue"].clip(lower=0).sum()
        return {
            "name": self.env._("Group %s", number + 1),
            "customer_count": len(members),
            "revenue": revenue,
            "revenue_share": 100 * max(revenue, 0) / whole if whole else 0,
            "description": self._in_words(remarkable),
            "customers": members["partner_id"].tolist(),
        }

    @api.model
    def _in_words(self, remarkable):
        """Against the average customer: "orders 3 × as often, spends half as much per order"."""
        words = {
            "recency_days": self.env._("last bought %s as long ago"),
            "order_count": self.env._("orders %s as often"),
            "revenue": self.env._("brings %s as much revenue"),
            "average_order": self.env._("spends %s as much per order"),
            "tenure_days": self.env._("has been a customer %s as long"),
        }
        if not remarkable:
            return self.env._("Like the average customer")
        text = listed(self.env, [words[name] % self._times(ratio) for name, ratio in remarkable[:MOST_SAID]])
        return text[0].upper() + text[1:]

    @api.model
    def _times(self, ratio):
        if ratio < 0.05:
            return self.env._("less than 5%")
        if 0.45 <= ratio <= 0.55:
            return self.env._("half")
        return self.env._("%(times)s ×", times=formatLang(self.env, ratio, digits=0 if ratio >= 10 else 1))


class CustomerSegmentationDiscoveryLine(models.TransientModel):
    _name = "customer.segmentation.discovery.line"
    _inherit = ["customer.wizard"]
    _description = "Discovered Group"
    _order = "id"

    discovery_id = fields.Many2one(
        "customer.segmentation.discovery",
        required=True,
        readonly=True,
        engine_only=True,
        ondelete="cascade",
        index=True,
    )
    name = fields.Char(required=True)
    description = fields.Text(string="Against the Average", readonly=True, engine_only=True)
    customer_count = fields.Integer(string="Customers", readonly=True, engine_only=True)
    currency_id = fields.Many2one(related="discovery_id.company_id.currency_id")
    revenue = fields.Monetary(readonly=True, engine_only=True)
    revenue_share = fields.Float(string="Share of Revenue (%)", digits=(5, 1), readonly=True, engine_only=True)
    customers = fields.Json(string="Identifiers of the Customers", readonly=True, engine_only=True)
    group_id = fields.Many2one(
        "customer.segmentation.group", string="Saved As", readonly=True, engine_only=True, ondelete="set null"
    )

    def action_save(self):
        """Keep the group as a custom group with fixed members."""
        self.ensure_one()
        if not self.group_id:
            company = self.discovery_id.company_id
            self.sudo().group_id = self.env["customer.segmentation.group"].create(
                {
                    "name": self.name,
                    "description": self.description,
                    "kind": "static",
                    "company_id": company.id,
                }
            )
            customers = self.env["res.partner"].with_context(active_test=False)._search([("id", "in", self.customers)])
            self.group_id._add_members(customers)
        return True

    def action_open_group(self):
        self.ensure_one()
        return self.group_id.action_open_members()
