from odoo import api, models, tools
from odoo.exceptions import AccessError

from ...tools.days import knows_time_zone


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._ensure_policies()
        return companies

    def write(self, vals):
        if "active" not in vals:
            return super().write(vals)
        before = self.filtered("active")
        result = super().write(vals)
        policies = self.env["customer.segmentation.policy"].sudo()
        changed = self.filtered(lambda company: company.active != (company in before))
        of_changed = policies.search([("company_id", "in", changed.ids)])
        of_changed.filtered(lambda policy: policy._is_at_work())._queue_run()
        self.env["customer.segmentation.rest"]._go_to_rest(of_changed.filtered(lambda policy: not policy._is_at_work()))
        return result

    def _ensure_policies(self):
        """Make a policy, and queue its first run, for each root company that has none."""
        policies = self.env["customer.segmentation.policy"].sudo()
        roots = self.sudo().filtered(lambda company: not company.parent_id)
        covered = policies.search([("company_id", "in", roots.ids), ("active", "=", True)]).company_id
        made = policies.create(
            [{"company_id": company.id, "tz": company._known_time_zone()} for company in roots - covered]
        )
        made._queue_run()
        return made

    def _known_time_zone(self):
        zone = self.partner_id.tz
        return zone if zone and knows_time_zone(self.env, zone) else "UTC"

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

    @api.model
    @tools.ormcache("tuple(self.env.companies.ids)")
    def _out_of_sight(self):
        """The identifiers of the companies whose contacts Odoo hides from who works in those chosen at the top right.

        Odoo empties the cache whenever a company is made or a user works in another one.
        """
        everybody = self.sudo().with_context(active_test=False)
        return tuple(everybody.search(["!", ("id", "parent_of", self.env.companies.ids)]).ids)

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
