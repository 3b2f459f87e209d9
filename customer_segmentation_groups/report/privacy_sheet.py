from odoo import api, models
from odoo.addons.customer_segmentation.report.privacy_sheet import Line


class PrivacySheet(models.AbstractModel):
    _inherit = "report.customer_segmentation.privacy_sheet"

    @api.model
    def _groups(self, profile):
        yield from super()._groups(profile)
        groups = profile.partner_id.sudo().with_env(self.env).customer_group_ids
        yield Line(
            self.env._("Groups"),
            ", ".join(groups.mapped("name")),
            self.env._("Lists of customers that we made for our work."),
        )
