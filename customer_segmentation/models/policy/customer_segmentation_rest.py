"""Policies at rest: archived, or of an archived company. Nothing is computed or announced by them, screens stay open.

    policy._at_work()          the policies scheduled actions look at
    policy._last_of(companies) the policy that explains the scores of a company, at work or not
    _live(policies)            those by which customers are scored, or were

What runs when a policy goes to rest is stopped; open follow-ups of its customers are closed by the playbooks' own
scheduled action. When it comes back to work, a run is queued: all that happened meanwhile is in the purchases.
"""

from odoo import api, models
from odoo.fields import Domain


class CustomerSegmentationRest(models.AbstractModel):
    _name = "customer.segmentation.rest"
    _description = "Policies at Rest"

    @api.model
    def _live_domain(self):
        """Which policies customers are scored by, or were: all, where no addon keeps policies to be tried out."""
        return Domain.TRUE

    @api.model
    def _live(self, policies):
        """Those of these policies."""
        return policies.filtered_domain(self._live_domain())

    @api.model
    def _with_open_follow_ups_at_rest(self):
        """Policies at rest whose customers are still on somebody's desk."""
        rows = self.env["customer.playbook.entry"]._read_group(
            [("state", "in", ("waiting", "open"))], ["company_id"], []
        )
        policies = self.env["customer.segmentation.policy"]
        companies = self.env["res.company"].union(*(company for (company,) in rows)) - policies._at_work().company_id
        return policies.browse([policy.id for policy in policies._last_of(companies).values()])

    @api.model
    def _active_changed(self, policies, before):
        """Stop what is at work for policies that went to rest, and queue a run for those that are back.

        :param before: those of the policies that were active
        """
        live = self._live(policies)
        self._go_to_rest((live & before).filtered(lambda policy: not policy.active))
        (live - before).filtered(lambda policy: policy._is_at_work())._queue_run()

    @api.model
    def _go_to_rest(self, policies):
        """Stop what runs or waits, and have the open follow-ups closed."""
        runs = self.env["customer.segmentation.run"].sudo()
        runs.search([("policy_id", "in", policies.ids), ("state", "in", ("pending", "running"))])._cancel()
        if policies:
            self.env["customer.playbook.engine"]._wake()
