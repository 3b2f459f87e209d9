from odoo import fields, models
from odoo.exceptions import UserError


class CustomerAllocationLine(models.TransientModel):
    """One customer who would get another salesperson, and why."""

    _name = "customer.segmentation.allocation.line"
    _inherit = ["customer.wizard", "customer.segmentation.mixin", "customer.row"]
    _description = "Proposed Salesperson"
    _order = "id"
    _rec_name = "partner_id"
    _customer_path = "partner_id"

    allocation_id = fields.Many2one(
        "customer.segmentation.allocation",
        required=True,
        readonly=True,
        engine_only=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, engine_only=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, engine_only=True, ondelete="cascade"
    )
    current_user_id = fields.Many2one(
        "res.users", string="Salesperson Today", readonly=True, engine_only=True, ondelete="cascade"
    )
    proposed_user_id = fields.Many2one(
        "res.users",
        string="Proposed Salesperson",
        required=True,
        ondelete="cascade",
        domain="[('share', '=', False)]",
        help="Choose somebody else before you apply, if you know better.",
    )
    reason = fields.Text(string="Why", readonly=True, engine_only=True)
    state = fields.Selection(
        [("proposed", "Proposed"), ("applied", "Applied"), ("changed", "Changed Meanwhile")],
        default="proposed",
        required=True,
        readonly=True,
        engine_only=True,
        help="Changed meanwhile: somebody else set the salesperson after this was proposed; nothing was overwritten.",
    )

    def action_apply(self):
        """Make the proposed salespeople those of the chosen customers: one write for each of them."""
        self.env["res.partner"]._check_allocation_manager()
        self.partner_id.check_access("read")
        chosen = self.filtered(lambda line: line.state == "proposed")
        if not chosen:
            raise UserError(self.env._("The chosen proposals were applied already; propose again."))
        chosen._check_proposed_users()
        changed = chosen.filtered(lambda line: line.partner_id.sudo().user_id != line.current_user_id)
        changed.sudo().state = "changed"
        applied = chosen - changed
        for user, lines in applied.grouped("proposed_user_id").items():
            lines.partner_id._hand_over(user, {line.partner_id.id: line._note() for line in lines})
            lines.partner_id._notify_new_owner(user)
        applied.sudo().state = "applied"
        return self._told(len(applied), len(changed))

    def _check_proposed_users(self):
        for company, lines in self.grouped("company_id").items():
            users = lines.proposed_user_id
            for user in users - users._can_own_customers_of(company):
                raise UserError(
                    self.env._(
                        "%(user)s cannot own customers of %(company)s: choose an active salesperson who works there.",
                        user=user.name,
                        company=company.name,
                    )
                )

    def _note(self):
        """Not why: whoever sees the contact reads it, people of other companies, too."""
        return self.env._("Salesperson by resource allocation: %s.", self.proposed_user_id.name)

    def _told(self, applied_count, changed_count):
        words = [self.env._("Customers with a new salesperson: %s.", applied_count)]
        if changed_count:
            words.append(self.env._("Left alone, because somebody set their salesperson meanwhile: %s.", changed_count))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if changed_count else "success",
                "message": " ".join(words),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
