from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.privacy.customer_segmentation_exclusion import REASONS
from ..tools.words import some_of

NAMED = 10


class CustomerSegmentationExclude(models.TransientModel):
    """Why the customers chosen in a list or form shall not be profiled, and where."""

    _name = "customer.segmentation.exclude"
    _inherit = ["customer.wizard"]
    _description = "Exclude from Profiling"

    _company_path = "company_id"

    partner_ids = fields.Many2many("res.partner", string="Contacts", default=lambda self: self._chosen(), readonly=True)
    customer_count = fields.Integer(compute="_compute_customers", string="Customers to Exclude")
    customers = fields.Char(compute="_compute_customers", string="Names of the Customers")
    has_contacts = fields.Boolean(compute="_compute_customers")
    reason = fields.Selection(REASONS, required=True, default="objection")
    note = fields.Char(help="Shown on the customer, such as: letter of 3 May.")
    scope = fields.Selection(
        [("everywhere", "Every company"), ("company", "Only this company")],
        string="Excluded in",
        required=True,
        default=lambda self: self._default_scope(),
        help="Whoever objects usually objects to all of us. For every company you must work in all of them.",
    )
    company_id = fields.Many2one(
        "res.company", readonly=True, engine_only=True, default=lambda self: self.env.company.sudo().root_id
    )
    has_companies = fields.Boolean(compute="_compute_has_companies")
    consequences = fields.Text(
        compute="_compute_consequences", help="What the customers lose, beside what is computed about them."
    )

    @api.model
    def _chosen(self):
        """The contacts of the list or form the wizard was opened from."""
        model, ids = self.env.context.get("active_model"), self.env.context.get("active_ids") or []
        if model == "customer.segmentation.profile":
            return self.env[model].browse(ids).partner_id
        return self.env["res.partner"].browse(ids if model == "res.partner" else [])

    @api.model
    def _default_scope(self):
        elsewhere = self.env["customer.segmentation.exclusion"]._companies_elsewhere()
        return "company" if elsewhere else "everywhere"

    @api.depends("partner_ids")
    def _compute_customers(self):
        for wizard in self:
            customers = wizard.partner_ids._origin.commercial_partner_id
            wizard.customer_count, wizard.customers = len(customers), self._names(customers)
            wizard.has_contacts = bool(wizard.partner_ids._origin - customers)

    @api.model
    def _names(self, customers):
        return some_of(self.env, customers.mapped("display_name"), NAMED)

    def _compute_has_companies(self):
        several = self.env["customer.segmentation.policy"].sudo().search_count([]) > 1
        for wizard in self:
            wizard.has_companies = several

    def _compute_consequences(self):
        for wizard in self:
            wizard.consequences = "\n".join(wizard._consequences()) or False

    def _consequences(self):
        """Sentences about what the customers lose beside what is computed about them; an addon adds its own."""
        return []

    def action_exclude(self):
        """Exclude those who are not excluded there yet."""
        self.ensure_one()
        exclusions = self.env["customer.segmentation.exclusion"]
        exclusions._check_manager()
        self.partner_ids.check_access("read")
        company = self.company_id if self.scope == "company" else self.company_id.browse()
        customers = self.partner_ids.commercial_partner_id
        there = [("partner_id", "in", customers.ids), ("company_id", "in", [False, company.id])]
        customers -= exclusions.sudo().search(there).partner_id
        if not customers:
            raise UserError(self.env._("Already excluded from profiling: %s", self.customers or self.env._("nobody")))
        exclusions.create(
            [
                {"partner_id": customer.id, "company_id": company.id, "reason": self.reason, "note": self.note}
                for customer in customers
            ]
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Excluded from profiling: %s", self._names(customers)),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
