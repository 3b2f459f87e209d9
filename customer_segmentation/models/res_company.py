from odoo import api, models


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self.env["customer.segmentation.policy"]._ensure_policies(companies)
        return companies

    def _root_id(self):
        """The identifier of the root company, without a search as `root_id` makes one."""
        return int(self.parent_path.split("/", 1)[0])
