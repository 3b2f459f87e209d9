from odoo import models


class CustomerPlaybookResponsible(models.AbstractModel):
    """Who gets the activity of a playbook: never nobody."""

    _name = "customer.playbook.responsible"
    _description = "Responsible for Playbook Activities"

    def _responsibles(self, playbook, policy, profiles, starter=None):
        """Who gets the activity of each customer: {profile id: user}, never nobody.

        The first of the chain who is an active internal user of the company: whom the playbook names, the
        salesperson, the leader of the sales team, the substitute, who started the playbook, a manager.

        :param starter: who is about to start it
        """
        playbook.ensure_one()
        playbook, profiles = playbook.sudo(), profiles.sudo()
        usable = self._usable_users(policy.company_id)
        starter = (starter or playbook.started_by_id).sudo()
        found, last = {}, None
        for profile in profiles:
            chain = (*self._chain(playbook, profile), starter)
            user = next((user for user in chain if user.id in usable), None)
            if user is None:
                last = last or self._last_resort(starter, usable)
                user = last
            found[profile.id] = user
        return found

    def _usable_users(self, company):
        """Identifiers of the active internal users who work in a root company or a branch of it."""
        companies = self.env["res.company"].sudo().search([("id", "child_of", company.id)])
        domain = [("active", "=", True), ("share", "=", False), ("company_ids", "in", companies.ids)]
        return set(self.env["res.users"].sudo().search(domain).ids)

    def _chain(self, playbook, profile):
        """Whom to ask, one after the other."""
        salesperson = profile.partner_id.user_id
        leader = self._team_leader(salesperson)
        if playbook.responsible == "person":
            yield playbook.responsible_user_id
        elif playbook.responsible == "service_contact":
            yield self.env["customer.tier.service"]._contact_of(profile)
        elif playbook.responsible == "team_leader":
            yield leader
        if playbook.responsible != "person":
            yield from (salesperson, leader)
        yield playbook.fallback_user_id

    def _team_leader(self, salesperson):
        """Also of somebody who left: the team stays."""
        return salesperson.with_context(active_test=False).crm_team_member_ids[:1].crm_team_id.user_id

    def _last_resort(self, starter, usable):
        """A manager of the company, whoever started it in another one, or the administrator."""
        managers = self.env.ref("customer_segmentation.group_manager").sudo().all_user_ids
        known = managers.filtered(lambda user: user.id in usable).sorted("id")[:1]
        return known or starter.filtered(lambda user: user.active and not user.share) or self.env.ref("base.user_admin")
