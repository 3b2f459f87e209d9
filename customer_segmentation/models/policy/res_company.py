from odoo import api, models
from odoo.exceptions import AccessError


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

    @api.model
    def _own(self):
        """The companies the user works in now, as chosen at the top right, with their root companies.

        Also as superuser: that Odoo believes any company of a context there does not make it the user's.
        """
        companies = self.env(su=False).companies
        return companies.sudo() | companies.sudo().root_id

    def _check_own(self):
        """Refuse a company of somebody else, whoever named it: an identifier, a record or the context."""
        if not self.env.su and self.sudo() - self._own():
            raise AccessError(self.env._("You do not work in this company; select it at the top right first."))

    def _filter_own(self):
        """Those of these companies the user works in; none when the context names one of somebody else."""
        try:
            return self.sudo() & self._own()
        except AccessError:
            return self.browse()
