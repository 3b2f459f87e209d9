"""What playbooks know of a contact, and what the page Segmentation says about them."""

from odoo import fields, models

from ...tools.rights import NUMBER


class ResPartner(models.Model):
    _inherit = "res.partner"

    customer_birthday = fields.Date(
        string="Birthday",
        groups="base.group_user",
        index="btree_not_null",
        help="Fill it in to have a playbook remind the salesperson some days before. The year does not matter.",
    )
    customer_playbook_entry_ids = fields.One2many(
        related="customer_profile_id.playbook_entry_ids", string="Customer Playbook Entries", groups=NUMBER
    )

    def _mail_address(self):
        """What makes two e-mails go to the same place."""
        return self.email_normalized or (self.email or "").strip().lower()
