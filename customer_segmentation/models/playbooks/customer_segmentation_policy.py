from functools import partial

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


@api.depends("scheme_id")
@api.depends_context("company", "lang", "uid")
def _compute_contradictions(policies):
    guard = policies.env["customer.playbook.consistency"]
    for policy in policies:
        policy.contradictions = bool(policy._origin) and guard._in_html(guard._of_policy(policy._origin))


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    playbook_capacity_person = fields.Integer(
        string="Open Playbook Activities per Person",
        default=20,
        required=True,
        help="So many customers of playbooks are on the desk of one person at a time; the others wait, those with "
        "most at stake first.",
    )
    playbook_capacity_customer = fields.Integer(
        string="Open Playbooks per Customer",
        default=1,
        required=True,
        help="So many playbooks of one person work on one customer at a time; the others wait.",
    )

    contradictions = fields.Html(
        compute=_compute_contradictions,
        string="What Contradicts Each Other",
        sanitize=False,
        groups="customer_segmentation.group_manager",
        help="What playbooks, segments and other apps say about the same customers and does not go together.",
    )

    @api.constrains("playbook_capacity_person", "playbook_capacity_customer")
    def _check_playbook_capacity(self):
        for policy in self:
            if not (1 <= policy.playbook_capacity_person <= 10_000 and 1 <= policy.playbook_capacity_customer <= 100):
                raise ValidationError(
                    self.env._(
                        "A person can have 1 to 10,000 open playbook activities, a customer 1 to 100 open playbooks."
                    )
                )

    def _sql_playbook_order(self):
        """What customers of playbooks are ordered by before their revenue, as SQL over `profile`: what is at stake."""
        stake, term = self.env["customer.segmentation.stake"], partial(SQL.identifier, "profile")
        found = stake._chances(self.last_run_id.cut_points)
        return SQL("COALESCE(%s, 0)", stake._sql_on(term, self._today(), found))
