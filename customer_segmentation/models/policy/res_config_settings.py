from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    customer_segmentation_policy_id = fields.Many2one(
        "customer.segmentation.policy", compute="_compute_customer_segmentation_policy_id"
    )
    customer_segmentation_scheme_id = fields.Many2one(related="customer_segmentation_policy_id.scheme_id")
    customer_segmentation_source = fields.Selection(
        related="customer_segmentation_policy_id.source", readonly=False, string="Purchases Come From"
    )
    customer_segmentation_window_months = fields.Integer(
        related="customer_segmentation_policy_id.window_months", readonly=False, string="Window (Months)"
    )
    customer_segmentation_health = fields.Char(compute="_compute_customer_segmentation_health")
    module_customer_segmentation_coverage = fields.Boolean(
        string="Coverage",
        help="Taking it away forgets whose follow-up was stopped and why, who owns which tier, and what contacts "
        "weigh. Customers in the public pool stay without a salesperson.",
    )
    customer_segmentation_has_coverage = fields.Boolean(compute="_compute_customer_segmentation_apps")
    module_customer_segmentation_intent = fields.Boolean(
        string="Intent of Leads",
        help="Taking it away forgets the intents, expected purchases, reasons and product gaps noted on leads.",
    )
    customer_segmentation_has_intent = fields.Boolean(compute="_compute_customer_segmentation_apps")
    module_customer_segmentation_groups = fields.Boolean(
        string="Custom Groups and Product Categories",
        help="Taking it away forgets the groups and who is in them. Playbooks that ask for groups or product "
        "categories are stopped.",
    )
    customer_segmentation_has_groups = fields.Boolean(compute="_compute_customer_segmentation_apps")
    module_customer_segmentation_preview = fields.Boolean(
        string="Preview of Rules", help="Taking it away deletes the drafts of rules that are not applied."
    )
    customer_segmentation_has_preview = fields.Boolean(compute="_compute_customer_segmentation_apps")

    module_customer_segmentation_offers = fields.Boolean(
        string="Offers",
        help="Taking it away forgets which products are no longer bought. Playbooks for them are stopped.",
    )
    customer_segmentation_has_offers = fields.Boolean(compute="_compute_customer_segmentation_apps")

    module_customer_segmentation_value = fields.Boolean(
        string="Value Score, Credit Classes and Satisfaction",
        help="Taking it away forgets what is weighed, how satisfied customers were, and the potential, followers, "
        "referrals and gender noted on contacts. Tiers ask no more for value, payments and growth, ABC classes go by "
        "revenue, playbooks for dissatisfied customers end, and the survey after a delivery goes as well.",
    )
    customer_segmentation_has_value = fields.Boolean(compute="_compute_customer_segmentation_apps")

    @api.depends("company_id")
    def _compute_customer_segmentation_policy_id(self):
        """Of a company that somebody else works in, whatever the request says, nothing is told, as of one without."""
        for settings in self:
            policy = self.env["customer.segmentation.policy"]._of_company(settings.company_id._filter_own()[:1])
            settings.customer_segmentation_policy_id = policy.sudo(False)

    @api.depends("customer_segmentation_policy_id")
    def _compute_customer_segmentation_health(self):
        for settings in self:
            settings.customer_segmentation_health = self.env["customer.segmentation.health"]._line(
                settings.customer_segmentation_policy_id.sudo()
            )

    @api.depends("company_id")
    def _compute_customer_segmentation_apps(self):
        """A box of an addon whose folder is not there would do nothing."""
        apps = [name for name in self._fields if name.startswith("customer_segmentation_has_")]
        names = {name: name.replace("_has_", "_") for name in apps}
        there = (
            self.env["ir.module.module"]
            .sudo()
            .search([("name", "in", list(names.values())), ("state", "!=", "uninstallable")])
        )
        for settings in self:
            settings.update({name: module in there.mapped("name") for name, module in names.items()})

    @api.model
    def _apps_to_choose(self):
        """The apps that are there and not installed: by addon, what it is called and what it is like without it."""
        without = {
            "customer_segmentation_coverage": self.env._(
                "Nobody sees whether calls and visits go where the revenue is, and customers are followed up for ever."
            ),
            "customer_segmentation_intent": self.env._(
                "What a lead means to do, and what our products lack, stays in somebody's head."
            ),
            "customer_segmentation_groups": self.env._(
                "Customers are chosen by segment and tier only, not by groups of your own or by what they bought."
            ),
            "customer_segmentation_preview": self.env._(
                "A change of the rules shows its effect only after customers are scored by it."
            ),
            "customer_segmentation_offers": self.env._(
                "A call says that a customer is due, not which products it needs now and which it no longer buys."
            ),
            "customer_segmentation_value": self.env._(
                "Customers are valued by their orders only, not by how they pay, how satisfied they are and what they "
                "could buy."
            ),
        }
        there = [("name", "in", list(without)), ("state", "=", "uninstalled")]
        found = self.env["ir.module.module"].sudo().search(there).mapped("name")
        labels = {name: self._fields[f"module_{name}"]._description_string(self.env) for name in found}
        return {name: (labels[name], words) for name, words in without.items() if name in labels}

    def action_open_customer_segmentation_policy(self):
        policy = self.env["customer.segmentation.policy"]._of_action()
        return {
            "type": "ir.actions.act_window",
            "res_model": "customer.segmentation.policy",
            "res_id": policy.id,
            "views": [(False, "form")],
        }

    def action_open_customer_segmentation_run(self):
        run = self.env["customer.segmentation.policy"]._of_action().last_run_id
        return {
            "type": "ir.actions.act_window",
            "res_model": "customer.segmentation.run",
            "res_id": run.id,
            "views": [(False, "form" if run else "list")],
        }
