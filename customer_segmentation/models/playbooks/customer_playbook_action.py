"""What a playbook does when it is a customer's turn: activities, a tag, an e-mail. In bulk, and without one message
per customer: who is responsible is told once a day."""

from datetime import timedelta

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.people import language_of

# What keeps Odoo from telling and tracking each activity: the digest does it.
QUIETLY = {"mail_activity_quick_update": True, "tracking_disable": True, "mail_notrack": True}


class CustomerPlaybookAction(models.AbstractModel):
    _name = "customer.playbook.action"
    _description = "Playbook Action"

    def _act(self, playbook, policy, entries):
        """Do what the playbook says for entries that have a place now."""
        playbook.ensure_one()
        today = policy._today()
        entries.partner_id.with_context(**QUIETLY).mapped("display_name")  # one query instead of one per activity
        called = self._to_be_called(playbook, policy, entries)
        if called:
            self._create_activities(playbook, called, today)
        entries.write({"state": "open", "opened_on": today})
        self._set_tag(playbook, entries)
        self._queue_mails(playbook, entries, today)
        if playbook.action_kind == "none":
            entries._close("done", self.env._("Done without an activity."))
        elif written_to := entries - called:
            written_to._close("done", self.env._("The customer is gone: the e-mail only, no call."))

    def _to_be_called(self, playbook, policy, entries):
        """Those somebody gets an activity for: who is gone gets the e-mail only, where there is one."""
        if playbook.action_kind == "none":
            return entries.browse()
        if not self.env["customer.playbook.entrance"]._writes_as_well(playbook):
            return entries
        worth = self.env["customer.playbook.consistency"]._worth_a_call(policy, entries.profile_id)
        return entries.filtered(lambda entry: entry.profile_id in worth)

    def _set_tag(self, playbook, entries):
        if not playbook.tag_id:
            return
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """INSERT INTO res_partner_res_partner_category_rel (partner_id, category_id)
                   SELECT unnest(%s::int[]), %s ON CONFLICT DO NOTHING""",
                entries.partner_id.ids,
                playbook.tag_id.id,
            )
        )
        entries.partner_id.invalidate_recordset(["category_id"])

    # ------------------------------------------------------------------ activities

    def _create_activities(self, playbook, entries, today):
        values = []
        for user, of_user in entries.grouped("user_id").items():
            language = language_of(self.env, user)
            speaking = self.with_context(lang=language)
            translated = playbook.with_env(speaking.env)
            texts = {}
            if playbook.action_kind == "activity":
                texts = speaking._texts_of(translated, of_user, user)
            for entry in of_user:
                values += speaking._activity_values(translated, entry, today, texts.get(entry.profile_id.id))
        self.env["mail.activity"].with_context(**QUIETLY).create(values)

    def _texts_of(self, playbook, entries, user):
        """What the activities of one user say, filled in with the rights of the author of the texts."""
        text = self.env["customer.playbook.text"]
        profiles = text._for_author(playbook, entries.profile_id.with_env(self.env), entries.company_id)
        return text._texts_for(playbook, profiles, user)

    def _activity_values(self, playbook, entry, today, texts):
        common = {
            "res_model_id": self.env["ir.model"]._get_id("res.partner"),
            "res_id": entry.partner_id.id,
            "automated": True,
            "customer_playbook_entry_id": entry.id,
            "customer_playbook_company_id": entry.company_id.id,
            "user_id": entry.user_id.id,
        }
        if playbook.action_kind == "plan":
            return [common | self._planned_values(step, entry, today) for step in playbook.plan_id.template_ids]
        summary, note = texts
        return [
            common
            | {
                "activity_type_id": playbook.activity_type_id.id,
                "summary": summary,
                "note": note,
                "date_deadline": entry.user_id._working_day(
                    today + timedelta(days=playbook.due_days), entry.company_id
                ),
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

    # ------------------------------------------------------------------ e-mail

    def _queue_mails(self, playbook, entries, today):
        """Put the e-mails into Odoo's own queue, in the transaction that remembers them."""
        if not playbook.send_mail or not playbook.mail_template_id:
            return
        receiving = self._may_be_mailed(playbook, entries, today)
        if not receiving:
            return
        template = playbook.mail_template_id
        records = receiving.partner_id if template.model == "res.partner" else receiving.profile_id
        mails = self._rendered_mails(playbook, records, entries.company_id)
        receiving.mailed_on = today
        for entry, mail in zip(receiving, mails, strict=True):
            entry.mail_id = mail

    def _rendered_mails(self, playbook, records, company):
        """An e-mail in the queue for each record; the template reads and does what its author may, at this moment.

        :raise UserError: when the author is gone or may not do what the template asks for
        """
        template = self.env["customer.playbook.text"]._for_mail_author(playbook, playbook.mail_template_id, company)
        try:
            return template.send_mail_batch(records.ids, force_send=False)
        except (AccessError, UserError) as error:
            raise UserError(
                self.env._(
                    "The e-mail template %(template)s cannot be filled in with the rights of %(author)s: %(reason)s",
                    template=playbook.mail_template_id.name,
                    author=template.env.user.sudo().name,
                    reason=error,
                )
            ) from error

    def _may_be_mailed(self, playbook, entries, today):
        """Who has an address, is not on the blacklist and got no e-mail from a playbook for a while.

        Contacts that share an address get one e-mail: it is the address that is written to.
        """
        open_to_mail = entries.partner_id.filtered(lambda partner: partner.email and not partner.is_blacklisted)
        first_of_address = {}
        for entry in entries.filtered(lambda entry: entry.partner_id in open_to_mail):
            first_of_address.setdefault(entry.partner_id._mail_address(), entry)
        written_to = self._addresses_written_to(playbook, entries, list(first_of_address), today)
        return self.env["customer.playbook.entry"].union(
            *(entry for address, entry in first_of_address.items() if address not in written_to)
        )

    def _addresses_written_to(self, playbook, entries, addresses, today):
        """Those of these addresses a playbook wrote to within the pause, whichever contact had it then."""
        domain = Domain("partner_id", "in", entries.partner_id.ids)
        domain |= Domain("partner_id.email_normalized", "in", addresses)
        domain &= Domain("mailed_on", ">", today - timedelta(days=playbook.mail_pause_days))
        recent = self.env["customer.playbook.entry"].with_context(active_test=False).search(domain).partner_id
        return {partner._mail_address() for partner in recent}
