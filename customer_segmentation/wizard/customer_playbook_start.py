from odoo import api, fields, models


class CustomerPlaybookStart(models.TransientModel):
    """What starting a playbook would bring about today, and the decision."""

    _name = "customer.playbook.start"
    _inherit = ["customer.wizard"]
    _description = "Start Playbook"

    _company_path = "company_id"

    playbook_id = fields.Many2one("customer.playbook", required=True, ondelete="cascade")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        engine_only=True,
        default=lambda self: self.env.company.sudo().root_id,
    )
    candidate_count = fields.Integer(
        compute="_compute_candidates", string="Customers Today", help="So many customers are in this state now."
    )
    by_responsible = fields.Text(
        compute="_compute_candidates", string="For Whom", help="How many of them each person would get."
    )
    contradictions = fields.Html(
        compute="_compute_contradictions",
        string="What Contradicts Each Other",
        sanitize=False,
        help="What else is said about the same customers and does not go together with the playbook.",
    )
    include_now = fields.Boolean(
        string="Also those who are in this state now",
        help="Otherwise only customers who come into this state from now on get an activity.",
    )

    @api.depends("playbook_id")
    def _compute_candidates(self):
        self.update({"candidate_count": 0, "by_responsible": ""})
        for wizard in self.filtered("playbook_id"):
            playbook = wizard.playbook_id
            policy = self.env["customer.segmentation.policy"]._of_action(wizard.company_id)
            here = playbook.with_company(policy.company_id)
            profiles = here.env["customer.playbook.entrance"]._candidates_now(here)
            wizard.candidate_count = len(profiles)
            responsible = self.env["customer.playbook.responsible"]._responsibles(
                playbook, policy, profiles, self.env.user
            )
            wizard.by_responsible = wizard._in_words(responsible)

    @api.depends("playbook_id")
    @api.depends_context("lang")
    def _compute_contradictions(self):
        guard = self.env["customer.playbook.consistency"]
        for wizard in self:
            policy = self.env["customer.segmentation.policy"]._of_action(wizard.company_id)
            found = guard._of_playbook(wizard.playbook_id, policy) if wizard.playbook_id and policy else []
            wizard.contradictions = guard._in_html(found)

    @api.model
    def _in_words(self, responsible):
        """One line per person, who gets most first."""
        counts = {}
        for user in responsible.values():
            counts[user] = counts.get(user, 0) + 1
        lines = sorted(counts.items(), key=lambda line: (-line[1], line[0].name))
        return "\n".join(f"{user.name}: {count}" for user, count in lines)

    def action_start(self):
        self.ensure_one()
        self.playbook_id._check_manager()
        self.playbook_id._start(self.company_id, self.include_now)
        return {"type": "ir.actions.act_window_close"}
