from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Command

ROW = Markup('<tr><td class="fw-bold text-nowrap pe-3 align-top">%s</td><td>%s</td></tr>')


class CustomerSegmentationSetup(models.TransientModel):
    """The first question after installing: segments and tiers. Asked once, and open to managers at any time."""

    _name = "customer.segmentation.setup"
    _inherit = ["customer.wizard"]
    _description = "Choose Segments and Tiers"

    _company_path = "policy_id.company_id"

    policy_id = fields.Many2one(
        "customer.segmentation.policy",
        required=True,
        readonly=True,
        ondelete="cascade",
        default=lambda self: self.env["customer.segmentation.policy"]._of_action().id,
    )
    company_id = fields.Many2one(related="policy_id.company_id")
    scheme_id = fields.Many2one(
        "customer.segment.scheme",
        string="Segments",
        compute="_compute_from_policy",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="The set of segments customers are put in.",
    )
    scheme_description = fields.Text(related="scheme_id.description", string="When to Choose It")
    segment_ids = fields.One2many(related="scheme_id.segment_ids", string="These Are the Segments")
    ladder = fields.Selection(
        [
            ("none", "None of these"),
            ("vip", "VIP / Potential / Ordinary / Low Value"),
            ("value", "High / Medium / Low Value"),
            ("monthly", "By Monthly Average"),
            ("metals", "Gold / Silver / Bronze"),
        ],
        string="Tiers",
        required=True,
        default="none",
        help="Customers rise at once and fall at reviews only. You can change every tier later.",
    )
    ladder_rules = fields.Html(compute="_compute_ladder_rules", sanitize=False, string="Who Is on Which Tier")
    source = fields.Selection(
        [("sale", "Sales orders"), ("invoice", "Invoices")],
        string="Purchases Come From",
        compute="_compute_from_policy",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="Sales orders: confirmed orders on the day of the order, less what credit notes take back. "
        "Invoices: posted customer invoices and credit notes.",
    )

    @api.depends("policy_id")
    def _compute_from_policy(self):
        for setup in self:
            setup.scheme_id = setup.policy_id.scheme_id
            setup.source = setup.policy_id.source

    @api.depends("ladder", "scheme_id", "policy_id")
    @api.depends_context("lang")
    def _compute_ladder_rules(self):
        presets = self.env["customer.tier.ladder"]._presets()
        for setup in self:
            rows = setup._preset_rules() if setup.ladder in presets else setup._present_rules()
            table = Markup('<table class="mb-0">%s</table>') % Markup("").join(ROW % row for row in rows)
            if rows and setup.ladder not in presets:
                table = Markup("<p>%s</p>") % self.env._("The present tiers stay as they are:") + table
            setup.ladder_rules = table if rows else Markup("<p>%s</p>") % setup._without_tiers()

    def _preset_rules(self):
        """Name and rule of each tier of the chosen ladder."""
        ladder = self.env["customer.tier.ladder"]
        names, rungs = ladder._preset_names(), ladder._presets()[self.ladder]
        values = [ladder._preset_tier(self.scheme_id.bands, *rung)[2] for rung in enumerate(rungs, 1)]
        return [(names[tier["name"]], self.env["customer.tier"].new(tier).rule) for tier in values]

    def _present_rules(self):
        return [(tier.name, tier.rule) for tier in self.policy_id.tier_ids.sorted()]

    def _without_tiers(self):
        return self.env._("Customers get a segment and an ABC class, but no tier. You can choose tiers later.")

    # ------------------------------------------------------------------ asking

    @api.model
    def _to_ask(self, user):
        """The policies of the user's companies about which this manager is to be asked."""
        policies = self.env["customer.segmentation.policy"].sudo()
        if not user.has_group("customer_segmentation.group_manager"):
            return policies
        return policies.search(
            [
                ("setup_done", "=", False),
                ("setup_later_user_ids", "not in", user.ids),
                ("company_id", "in", user.sudo().company_ids.root_id.ids),
            ]
        )

    @api.model
    def action_question(self):
        """The form that asks the user, a manager, about the company he works in; False when nothing is to be asked."""
        policy = self.env["customer.segmentation.policy"]._of_action()
        return self._action(policy) if policy in self._to_ask(self.env.user) else False

    @api.model
    def _action(self, policy, asked=True):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Choose Segments and Tiers"),
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_policy_id": policy.id, "setup_asked": asked},
        }

    # ------------------------------------------------------------------ answering

    def action_apply(self):
        """Set the policy and start scoring by it; returns the screen that shows the progress."""
        self.ensure_one()
        policy = self.env["customer.segmentation.policy"]._of_action(self.policy_id.company_id).with_env(self.env)
        policy._check_manager()
        policy.write(self._policy_values())
        policy.sudo().setup_done = True
        if self.ladder in self.env["customer.tier.ladder"]._presets():
            policy.with_context(ladder=self.ladder).action_use_ladder()
        return policy.action_recompute()

    def _policy_values(self):
        values = {"source": self.source}
        if self.scheme_id != self.policy_id.scheme_id:
            values |= {"scheme_id": self.scheme_id.id, **self._banding()}
        if self.ladder in self.env["customer.tier.ladder"]._presets():
            # They are made for the bands of the scheme, unlike the tiers until now.
            values["tier_ids"] = [Command.clear()]
        return values

    def _banding(self):
        return self.scheme_id._banding(self.policy_id.bands, self.policy_id.recency_banding)

    def action_later(self):
        """Do not ask this user again about this company."""
        self.ensure_one()
        self.policy_id._check_manager()
        self.policy_id.sudo().setup_later_user_ids = [Command.link(self.env.uid)]
        return {"type": "ir.actions.act_window_close"}
