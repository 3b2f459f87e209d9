"""Profiles that go: those of customers who are excluded from profiling or archived."""

from odoo import api, models
from odoo.tools import SQL

from ...tools.people import language_of


class CustomerSegmentationRemoval(models.AbstractModel):
    _name = "customer.segmentation.removal"
    _description = "Removal of Customer Profiles"

    @api.model
    def _remove_left_aside(self, company, customer_ids=None, limit=None):
        """Delete the profiles, with their history, of customers nothing is computed about any more.

        What playbooks began for them is closed with the reason and kept without numbers, for who asks what was done.

        :param company: a root company
        :param customer_ids: only these commercial entities; None for all
        :param limit: at most so many
        :return: how many were deleted
        """
        found = self._found_left_aside(company, customer_ids, limit)
        if not found:
            return 0
        speaking = self.with_context(lang=language_of(self.env, company.partner_id)).env
        profiles = self.env["customer.segmentation.profile"].sudo()
        reasons = {
            True: speaking._("The customer was excluded from profiling."),
            False: speaking._("The customer was archived."),
        }
        for excluded, reason in reasons.items():
            ids = [profile_id for profile_id, is_excluded, _partner in found if is_excluded == excluded]
            self._remove(profiles.browse(ids), reason)
        if customer_ids is not None:  # a run counts anew by itself
            self.env["customer.transaction"]._past_changed(company)
        return len(found)

    @api.model
    def _found_left_aside(self, company, customer_ids, limit):
        """The identifiers of these profiles, each with whether the customer is excluded, and the customer."""
        self.env["customer.segmentation.profile"].flush_model(["partner_id", "company_id"])
        exclusions = self.env["customer.segmentation.exclusion"].sudo()
        return self.env.execute_query(
            SQL(
                """SELECT profile.id, profile.partner_id IN (%(excluded)s), profile.partner_id
                     FROM customer_segmentation_profile profile
                    WHERE profile.company_id = %(company)s AND %(only)s AND profile.partner_id IN (%(left_aside)s)
                    ORDER BY profile.id LIMIT %(limit)s""",
                excluded=exclusions._sql_excluded(company.id),
                company=company.id,
                limit=limit,
                only=SQL("TRUE") if customer_ids is None else SQL("profile.partner_id = ANY(%s)", list(customer_ids)),
                left_aside=exclusions._sql_left_aside(company.id, customer_ids),
            )
        )

    @api.model
    def _remove(self, profiles, reason):
        """Delete these profiles.

        :param reason: in words, why what is open of playbooks is cancelled
        """
        if not profiles:
            return
        profiles.playbook_entry_ids._close("cancelled", reason)
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE customer_playbook_entry SET profile_id = NULL, transition_id = NULL, value = 0,
                          snoozed_until = NULL
                    WHERE profile_id = ANY(%s)""",
                profiles.ids,
            )
        )
        # What names one of them and is finished meanwhile has this undone and tried again: no error to log.
        delete = SQL("DELETE FROM customer_segmentation_profile WHERE id = ANY(%s)", profiles.ids)
        self.env.cr.execute(delete, log_exceptions=False)
        self.env.invalidate_all(flush=False)
