"""What a playbook does when it is a customer's turn: activities, a tag, an e-mail. In bulk, and without one message
per customer: who is responsible is told once a day."""

from datetime import timedelta

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.people import language_of

# What keeps Odoo from telling and tracking each activity: the digest does it.
QUIETLY = {"mail_activity_quick_update": True, "tracking_disable": True, "mail_notrack": True}


class CustomerPlaybook(models.Model):
    _inherit = "customer.playbook"

    # ------------------------------------------------------------------ who is responsible

    def _responsibles(self, policy, profiles, starter=None):
        """Who gets the activity of each customer: {profile id: user}, never nobody.

        The first of the chain who is an active internal user of the company: whom the playbook names, the
        salesperson, the leader of the sales team, the substitute, who started the playbook, a manager.

        :param starter: who is about to start it
        """
        self.ensure_one()
        playbook, profiles = self.sudo(), profiles.sudo()
        usable = self._usable_users(policy)
        starter = (starter or playbook.started_by_id).sudo()
        found, last = {}, None
        for profile in profiles:
            chain = (*playbook._chain(profile), starter)
            user = next((user for user in chain if user.id in usable), None)
            if user is None:
                last = last or playbook._last_resort(starter, usable)
                user = last
            found[profile.id] = user
        return found

    @api.model
    def _usable_users(self, policy):
        return self._usable_users_of(policy.company_id)

    @api.model
    def _usable_users_of(self, company):
        companies = self.env["res.company"].sudo().search([("id", "child_of", company.id)])
        domain = [("active", "=", True), ("share", "=", False), ("company_ids", "in", companies.ids)]
        return set(self.env["res.users"].sudo().search(domain).ids)

    def _chain(self, profile):
        """Whom to ask, one after the other."""
        salesperson = profile.partner_id.user_id
        leader = self._team_leader(salesperson)
        if self.responsible == "person":
            yield self.responsible_user_id
        elif self.responsible == "service_contact":
            yield profile._service_contact()
        elif self.responsible == "team_leader":
            yield leader
        if self.responsible != "person":
            yield from (salesperson, leader)
        yield self.fallback_user_id

    @api.model
    def _team_leader(self, salesperson):
        """Also of somebody who left: the team stays."""
        return salesperson.with_context(active_test=False).crm_team_member_ids[:1].crm_team_id.user_id

    @api.model
    def _last_resort(self, starter, usable):
        """A manager of the company, whoever started it in another one, or the administrator."""
        managers = self.env.ref("customer_segmentation.group_manager").sudo().all_user_ids
        known = managers.filtered(lambda user: user.id in usable).sorted("id")[:1]
        return known or starter.filtered(lambda user: user.active and not user.share) or self.env.ref("base.user_admin")

    # ------------------------------------------------------------------ what is done

    def _act(self, policy, entries):
        """Do what the playbook says for entries that have a place now."""
        self.ensure_one()
        today = policy._today()
        entries.partner_id.with_context(**QUIETLY).mapped("display_name")  # one query instead of one per activity
        if self.action_kind != "none":
            self._create_activities(entries, today)
        entries.write({"state": "open", "opened_on": today})
        self._set_tag(entries)
        self._queue_mails(entries, today)
        if self.action_kind == "none":
            entries._close("done", self.env._("Done without an activity."))

    def _create_activities(self, entries, today):
        values = []
        for user, of_user in entries.grouped("user_id").items():
            language = language_of(self.env, user)
            speaking = self.with_context(lang=language)
            profiles = of_user.profile_id.with_context(lang=language)
            texts = {}
            if self.action_kind == "activity":
                texts = speaking._texts_for(self._for_author(profiles, entries.company_id), user)
            for entry in of_user:
                values += speaking._activity_values(entry, today, texts.get(entry.profile_id.id))
        self.env["mail.activity"].with_context(**QUIETLY).create(values)

    def _activity_values(self, entry, today, texts):
        common = {
            "res_model_id": self.env["ir.model"]._get_id("res.partner"),
            "res_id": entry.partner_id.id,
            "automated": True,
            "customer_playbook_entry_id": entry.id,
            "customer_playbook_company_id": entry.company_id.id,
            "user_id": entry.user_id.id,
        }
        if self.action_kind == "plan":
            return [common | self._planned_values(step, entry, today) for step in self.plan_id.template_ids]
        summary, note = texts
        return [
            common
            | {
                "activity_type_id": self.activity_type_id.id,
                "summary": summary,
                "note": note,
                "date_deadline": entry.user_id._working_day(today + timedelta(days=self.due_days), entry.company_id),
            }
        ]

    def _planned_values(self, step, entry, today):
        """One step of an activity plan, for its own person if that is still there."""
        named = step.responsible_type == "other" and step.responsible_id.active and step.responsible_id
        user = named or entry.user_id
        return {
            "activity_type_id": step.activity_type_id.id,
            "summary": step.summary,
            "note": step.note,
            "date_deadline": user._working_day(step._get_date_deadline(today), entry.company_id),
            "user_id": user.id,
        }

    def _set_tag(self, entries):
        if not self.tag_id:
            return
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """INSERT INTO res_partner_res_partner_category_rel (partner_id, category_id)
                   SELECT unnest(%s::int[]), %s ON CONFLICT DO NOTHING""",
                entries.partner_id.ids,
                self.tag_id.id,
            )
        )
        entries.partner_id.invalidate_recordset(["category_id"])

    # ------------------------------------------------------------------ e-mail

    def _queue_mails(self, entries, today):
        """Put the e-mails into Odoo's own queue, in the transaction that remembers them."""
        if not self.send_mail or not self.mail_template_id:
            return
        receiving = self._may_be_mailed(entries, today)
        if not receiving:
            return
        template = self.mail_template_id
        records = receiving.partner_id if template.model == "res.partner" else receiving.profile_id
        mails = self._rendered_mails(records, entries.company_id)
        receiving.mailed_on = today
        for entry, mail in zip(receiving, mails, strict=True):
            entry.mail_id = mail

    def _rendered_mails(self, records, company):
        """An e-mail in the queue for each record; the template reads and does what its author may, at this moment.

        :raise UserError: when the author is gone or may not do what the template asks for
        """
        template = self._for_mail_author(self.mail_template_id, company)
        try:
            return template.send_mail_batch(records.ids, force_send=False)
        except (AccessError, UserError) as error:
            raise UserError(
                self.env._(
                    "The e-mail template %(template)s cannot be filled in with the rights of %(author)s: %(reason)s",
                    template=self.mail_template_id.name,
                    author=template.env.user.sudo().name,
                    reason=error,
                )
            ) from error

    def _may_be_mailed(self, entries, today):
        """Who has an address, is not on the blacklist and got no e-mail from a playbook for a while.

        Contacts that share an address get one e-mail: it is the address that is written to.
        """
        open_to_mail = entries.partner_id.filtered(lambda partner: partner.email and not partner.is_blacklisted)
        first_of_address = {}
        for entry in entries.filtered(lambda entry: entry.partner_id in open_to_mail):
            first_of_address.setdefault(entry.partner_id._mail_address(), entry)
        written_to = self._addresses_written_to(entries, list(first_of_address), today)
        return self.env["customer.playbook.entry"].union(
            *(entry for address, entry in first_of_address.items() if address not in written_to)
        )

    def _addresses_written_to(self, entries, addresses, today):
        """Those of these addresses a playbook wrote to within the pause, whichever contact had it then."""
        domain = Domain("partner_id", "in", entries.partner_id.ids)
        domain |= Domain("partner_id.email_normalized", "in", addresses)
        domain &= Domain("mailed_on", ">", today - timedelta(days=self.mail_pause_days))
        recent = self.env["customer.playbook.entry"].with_context(active_test=False).search(domain).partner_id
        return {partner._mail_address() for partner in recent}

    # ------------------------------------------------------------------ the message of the day

    @api.model
    def _send_digest(self, user, entries):
        speaking = self.with_context(lang=language_of(self.env, user))
        counts = [
            (playbook.name, len(of_playbook))
            for playbook, of_playbook in entries.with_env(speaking.env).grouped("playbook_id").items()
        ]
        body = speaking.env["ir.qweb"]._render("customer_segmentation.playbook_digest", {"counts": counts})
        speaking.env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids,
            body=body,
            subject=speaking.env._("New on your desk from playbooks: %s", len(entries)),
        )
