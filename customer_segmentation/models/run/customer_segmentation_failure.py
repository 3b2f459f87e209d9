"""A job that does not get on in a company: managers and administrators are told once, not every night.

    policy._tell_failure(job, reason)   where a job catches what went wrong, in the transaction that goes on after it
    policy._tell_success(job)           where it got on: the next failure is news again

A row is a failure people know of. It is a row of its own, because the jobs lock the policy while they work.
"""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.people import language_of


class CustomerSegmentationFailure(models.Model):
    _name = "customer.segmentation.failure"
    _description = "Failing Job of Customer Segmentation"
    _order = "id desc"
    _log_access = False

    policy_id = fields.Many2one(
        "customer.segmentation.policy", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True, index=True)
    job = fields.Char(required=True, readonly=True, help="Which job fails.")
    since = fields.Datetime(readonly=True, help="When it failed first.")
    message = fields.Text(readonly=True, help="Why it failed then.")

    _once = models.Constraint("UNIQUE(policy_id, job)", "People are told once of a job that fails.")


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    def _tell_failure(self, job, reason):
        """Tell managers and administrators, unless they know already.

        :param job: one of `_names_of_jobs`, with what makes it another one after a colon
        """
        self.ensure_one()
        self.env.cr.execute(
            SQL(
                """INSERT INTO customer_segmentation_failure (policy_id, company_id, job, since, message)
                   VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id""",
                self.id,
                self.company_id.id,
                job,
                fields.Datetime.now(),
                str(reason),
            )
        )
        if not self.env.cr.fetchone():
            return
        self.env["customer.segmentation.failure"].invalidate_model()
        for language, users in self._told_of_failures().grouped(lambda user: language_of(self.env, user)).items():
            speaking = self.with_context(lang=language)
            self.env["mail.thread"].sudo().with_context(lang=language).message_notify(
                partner_ids=users.partner_id.ids, **speaking._failure_message(job, reason)
            )

    def _tell_success(self, job):
        """Forget the failure: the job got on."""
        failures = self.env["customer.segmentation.failure"].sudo()
        failures.search([("policy_id", "=", self.id), ("job", "=", job)]).unlink()

    def _told_of_failures(self):
        """The managers who work in the company or one of its branches, and who administers the database."""
        administrators = self.env.ref("base.group_system").sudo().all_user_ids.filtered("active")
        return (self._managers() | administrators) - self.env.ref("base.user_root")

    def _failure_message(self, job, reason):
        name = self._names_of_jobs().get(job.split(":")[0], job)
        values = {"job": name, "company": self.sudo().company_id.name}
        later = self.env._("It is tried again by itself. You are told again only after it worked meanwhile.")
        return {
            "subject": self.env._("%(job)s fails in %(company)s", **values),
            "body": Markup("<p>%s</p><p>%s</p>") % (reason, later),
        }

    @api.model
    def _names_of_jobs(self):
        """The jobs people are told of, in the language of the environment; an addon adds its own."""
        return {
            "recompute": self.env._("Recomputing customers"),
            "review": self.env._("Tier review"),
            "playbooks": self.env._("Running playbooks"),
            "prediction": self.env._("Checking the prediction"),
        }
