from odoo import fields, models


class CustomerPlaybookState(models.Model):
    """How far the playbooks of one policy are; whoever works on them locks and rewrites this row first.

    A row of its own: locking the policy would keep recomputes and order refreshes waiting.
    """

    _name = "customer.playbook.state"
    _description = "Playbook Progress"
    _log_access = False

    policy_id = fields.Many2one("customer.segmentation.policy", required=True, readonly=True, ondelete="cascade")
    states_date = fields.Date(readonly=True, help="The day for which states and dates were looked through.")
    batch_count = fields.Integer(readonly=True)

    _policy_unique = models.Constraint("UNIQUE(policy_id)", "A policy has one row.")
