from odoo import fields, models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    customer_playbook_entry_id = fields.Many2one(
        "customer.playbook.entry", string="Playbook Entry", readonly=True, copy=False, index="btree_not_null",
        ondelete="set null", groups="customer_segmentation.group_user",
        help="The playbook that asked for this activity.",
    )  # fmt: skip
