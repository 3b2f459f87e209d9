from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def action_archive(self):
        """Odoo deletes the activities of whoever leaves: what playbooks asked for goes to somebody else."""
        return super(ResUsers, self.with_context(playbook_person_leaves=True)).action_archive()
