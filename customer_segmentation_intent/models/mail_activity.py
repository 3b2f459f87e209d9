from odoo import fields, models
from odoo.addons.customer_segmentation.tools.rights import LABEL

from .customer_intent_step import INTENTS


class MailActivity(models.Model):
    _inherit = "mail.activity"

    lead_intent = fields.Selection(
        INTENTS,
        string="Intent It Follows",
        readonly=True,
        engine_only=True,
        copy=False,
        groups=LABEL,
        help="The intent chosen on the lead that this activity is the next step of.",
    )
