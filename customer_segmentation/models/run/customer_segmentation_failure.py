"""A job that does not get on in a company: managers and administrators are told once, not every night.

    _tell(policy, job, reason)   where a job catches what went wrong, in the transaction that goes on after it
    _forget(policy, job)         where it got on: the next failure is news again

A row is a failure people know of. It is a row of its own, because the jobs lock the policy while they work.
"""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.people import language_of, managers_of


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

    @api.model
    def _tell(self, policy, job, reason):
        """Tell managers and administrators, unless they know already.

        :param job: one of `_names_of_jobs`, with what makes it another one after a colon
        """
        policy.ensure_one()
        self.env.cr.execute(
            SQL(
                """INSERT INTO customer_segmentation_failure (policy_id, company_id, job, since, message)
                   VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id""",
                policy.id,
                policy.company_id.id,
                job,
                fields.Datetime.now(),
                str(reason),
            )
        )
        if not self.env.cr.fetchone():
            return
        self.invalidate_model()
        for language, users in self._told(policy).grouped(lambda user: language_of(self.env, user)).items():
            self.env["mail.thread"].sudo().with_context(lang=language).message_notify(
                partner_ids=users.partner_id.ids, **self.with_context(lang=language)._message(policy, job, reason)
            )

    @api.model
    def _forget(self, policy, job):
        """Forget the failure: the job got on."""
        self.sudo().search([("policy_id", "=", policy.id), ("job", "=", job)]).unlink()

    @api.model
    def _told(self, policy):
        """The managers who work in the company or one of its branches, and who administers the database."""
        administrators = self.env.ref("base.group_system").sudo().all_user_ids.filtered("active")
        return (managers_of(self.env, policy.company_id) | administrators) - self.env.ref("base.user_root")

    @api.model
    def _message(self, policy, job, reason):
        name = self._names_of_jobs().get(job.split(":")[0], job)
        values = {"job": name, "company": policy.sudo().company_id.name}
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
        }
