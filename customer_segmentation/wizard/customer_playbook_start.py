from odoo import api, fields, models


class CustomerPlaybookStart(models.TransientModel):
    """What starting a playbook would bring about today, and the decision."""

    _name = "customer.playbook.start"
    _description = "Start Playbook"

    playbook_id = fields.Many2one("customer.playbook", required=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company.sudo().root_id, required=True)
    candidate_count = fields.Integer(compute="_compute_candidates", string="Customers Today")
    by_responsible = fields.Text(compute="_compute_candidates", help="How many of them for whom.")
    include_now = fields.Boolean(
        string="Also those who are in this state now",
        help="Otherwise only customers who come into this state from now on get an activity.",
    )

    @api.depends("playbook_id")
    def _compute_candidates(self):
        for wizard in self:
            wizard.candidate_count = len(wizard.playbook_id._candidates_now())
            wizard.by_responsible = False

    def action_start(self):
        self.ensure_one()
        self.playbook_id._check_manager()
        self.playbook_id._start(self.company_id)
