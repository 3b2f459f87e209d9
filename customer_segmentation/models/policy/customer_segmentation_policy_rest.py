"""Policies at rest: archived, or of an archived company. Nothing is computed or announced by them, screens stay open.

    _at_work()          the policies scheduled actions look at
    _last_of(companies) the policy that explains the scores of a company, at work or not
    _live()             those by which customers are scored, or were

What runs when a policy goes to rest is stopped; open follow-ups of its customers are closed by the playbooks' own
scheduled action. When it comes back to work, a run is queued: all that happened meanwhile is in the purchases.
"""

from odoo import api, models
from odoo.fields import Domain


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    @api.model
    def _at_work(self):
        """The policies by which customers are scored and people are told."""
        return self.search([("company_id.active", "=", True)])

    def _is_at_work(self):
        return self.active and self.sudo().company_id.active

    @api.model
    def _live_domain(self):
        """Which policies customers are scored by, or were: all, where no addon keeps policies to be tried out."""
        return Domain.TRUE

    def _live(self):
        return self.filtered_domain(self._live_domain())

    @api.model
    def _last_of(self, companies):
        """By company: its policy, or the last one where it is not scored any more."""
        domain = Domain("company_id", "in", companies.ids) & self._live_domain()
        found = self.sudo().with_context(active_test=False).search(domain, order="active, id")
        return {policy.company_id: policy for policy in found.with_env(self.env(su=True))}

    @api.model
    def _with_open_follow_ups_at_rest(self):
        """Policies at rest whose customers are still on somebody's desk."""
        rows = self.env["customer.playbook.entry"]._read_group(
            [("state", "in", ("waiting", "open"))], ["company_id"], []
        )
        companies = self.env["res.company"].union(*(company for (company,) in rows)) - self._at_work().company_id
        return self.browse([policy.id for policy in self._last_of(companies).values()])

    def write(self, vals):
        if "active" not in vals:
            return super().write(vals)
        before = self.filtered("active")
        result = super().write(vals)
        live = self._live()
        (live & before).filtered(lambda policy: not policy.active)._go_to_rest()
        (live - before).filtered(lambda policy: policy._is_at_work())._queue_run()
        return result

    def _go_to_rest(self):
        """Stop what runs or waits, and have the open follow-ups closed."""
        runs = self.env["customer.segmentation.run"].sudo()
        runs.search([("policy_id", "in", self.ids), ("state", "in", ("pending", "running"))])._cancel()
        if self:
            self.env["customer.playbook.engine"]._wake()


class ResCompany(models.Model):
    _inherit = "res.company"

    def write(self, vals):
        if "active" not in vals:
            return super().write(vals)
        before = self.filtered("active")
        result = super().write(vals)
        policies = self.env["customer.segmentation.policy"].sudo()
        changed = self.filtered(lambda company: company.active != (company in before))
        of_changed = policies.search([("company_id", "in", changed.ids)])
        of_changed.filtered(lambda policy: policy._is_at_work())._queue_run()
        of_changed.filtered(lambda policy: not policy._is_at_work())._go_to_rest()
        return result
