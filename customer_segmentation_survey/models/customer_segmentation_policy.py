"""The satisfaction survey after a delivery: off until a manager switches it on."""

import logging

import psycopg2

from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.locks import wait_briefly
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_date, split_every

_logger = logging.getLogger(__name__)

BATCH_SIZE = 50  # about a second
CONFLICTS = (
    psycopg2.errors.UniqueViolation,
    psycopg2.errors.SerializationFailure,
    psycopg2.errors.DeadlockDetected,
    psycopg2.errors.LockNotAvailable,
)
MANAGER = "customer_segmentation.group_manager"
SETTINGS = (
    "satisfaction_survey_on",
    "satisfaction_survey_id",
    "satisfaction_question_id",
    "satisfaction_template_id",
    "satisfaction_survey_days",
    "satisfaction_survey_pause",
)


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    satisfaction_survey_on = fields.Boolean(
        "Send after Delivery",
        groups=MANAGER,
        copy=False,
        help="Customers get the survey by e-mail some days after their order was delivered. Off until a manager "
        "switches it on.",
    )
    satisfaction_survey_since = fields.Date(
        "Survey Switched on",
        readonly=True,
        engine_only=True,
        copy=False,
        groups=MANAGER,
        help="Deliveries from before this day are not asked about.",
    )
    satisfaction_survey_user_id = fields.Many2one(
        "res.users",
        string="Survey Switched on by",
        readonly=True,
        engine_only=True,
        copy=False,
        ondelete="set null",
        groups=MANAGER,
    )
    satisfaction_survey_id = fields.Many2one(
        "survey.survey",
        ondelete="set null",
        groups=MANAGER,
        copy=False,
        help="What customers are asked. One question needs a scale, or a choice whose answers have scores.",
    )
    satisfaction_question_id = fields.Many2one(
        "survey.question",
        ondelete="set null",
        groups=MANAGER,
        copy=False,
        domain="[('survey_id', '=', satisfaction_survey_id), ('question_type', 'in', ('scale', 'simple_choice'))]",
        help="Its answer, brought to 1–5, is the customer's satisfaction. Empty: the first question with a scale, else "
        "the first choice whose answers have scores, else the score of the whole survey.",
    )
    satisfaction_template_id = fields.Many2one(
        "mail.template",
        string="Survey E-mail",
        ondelete="restrict",
        groups=MANAGER,
        domain="[('model', '=', 'customer.satisfaction.request')]",
        default=lambda self: self.env.ref("customer_segmentation_survey.mail_template_satisfaction", False),
        help="Written in the language of the customer, where it is translated.",
    )
    satisfaction_survey_days = fields.Integer(
        "Days after Delivery",
        default=7,
        required=True,
        groups=MANAGER,
        help="Counted from the day the last delivery of the order was done; without deliveries from the promised day "
        "or, for a service, from the confirmation.",
    )
    satisfaction_survey_pause = fields.Integer(
        "Months between Surveys",
        default=6,
        required=True,
        groups=MANAGER,
        help="A customer is asked once in so many months at most, however often it orders and whoever orders for it.",
    )
    satisfaction_survey_problem = fields.Char(
        readonly=True, engine_only=True, copy=False, groups=MANAGER, help="Why the survey could not be sent."
    )
    satisfaction_survey_note = fields.Char(compute="_compute_satisfaction_survey_note", groups=MANAGER)

    @api.model
    def _fill_satisfaction_template(self):
        """At install: policies that were there before have no default."""
        template = self.env.ref("customer_segmentation_survey.mail_template_satisfaction", False)
        self.search([("satisfaction_template_id", "=", False)]).satisfaction_template_id = template

    @api.depends("satisfaction_survey_on", "satisfaction_survey_since", "satisfaction_survey_user_id")
    @api.depends_context("lang")
    def _compute_satisfaction_survey_note(self):
        requests = self.env["customer.satisfaction.request"].sudo()
        counts = requests._read_group([("company_id", "in", self.company_id.ids)], ["company_id", "state"], ["__count"])
        counts = {(company.id, state): count for company, state, count in counts}
        for policy in self:
            answered = counts.get((policy.company_id.id, "answered"), 0)
            sent = answered + counts.get((policy.company_id.id, "sent"), 0)
            policy.satisfaction_survey_note = policy._survey_in_words(sent, answered)

    def _survey_in_words(self, sent, answered):
        """ "Switched on by Ann on 11/20/2026. 40 sent, 12 answered." """
        words = self.env._("%(sent)s sent, %(answered)s answered.", sent=sent, answered=answered) if sent else ""
        if not self.satisfaction_survey_on:
            return words
        since = self.env._(
            "Switched on by %(person)s on %(day)s.",
            person=self.satisfaction_survey_user_id.name or self.env._("somebody who left"),
            day=format_date(self.env, self.satisfaction_survey_since),
        )
        return f"{since} {words}".strip()

    # ------------------------------------------------------------------ switching on

    def write(self, vals):
        """Note who switches it on, and since when."""
        begun = self.browse()
        if vals.get("satisfaction_survey_on"):
            begun = self.filtered(lambda policy: not policy.satisfaction_survey_on)
        result = super().write(vals)
        if any(name in vals for name in SETTINGS):
            self.sudo().filtered("satisfaction_survey_problem").satisfaction_survey_problem = False
        for policy in begun:
            policy.sudo().write(
                {"satisfaction_survey_since": policy._today(), "satisfaction_survey_user_id": self.env.uid}
            )
        return result

    @api.constrains(*SETTINGS)
    def _check_satisfaction_survey(self):
        for policy in self:
            if not 0 <= policy.satisfaction_survey_days <= 365:
                raise ValidationError(
                    self.env._(
                        "The survey is sent %s days after delivery; type 0 to 365. Usual are 7.",
                        policy.satisfaction_survey_days,
                    )
                )
            if not 1 <= policy.satisfaction_survey_pause <= 60:
                raise ValidationError(
                    self.env._(
                        "%s months between two surveys of a customer cannot be; type 1 to 60. Usual are 6.",
                        policy.satisfaction_survey_pause,
                    )
                )
            problem = policy.satisfaction_survey_on and policy.sudo()._survey_refusal()
            if problem:
                raise ValidationError(problem)

    def _survey_refusal(self):
        """Why this survey cannot be sent to customers; None when it can."""
        survey, question = self.satisfaction_survey_id, self.satisfaction_question_id
        if not survey:
            return self.env._("Choose the survey that customers shall get, then switch it on.")
        if not self.satisfaction_template_id:
            return self.env._("Choose the e-mail that brings customers the survey.")
        if survey.users_login_required:
            return self.env._("“%s” asks for a login, which customers do not have. Allow access without.", survey.title)
        if question and question.survey_id != survey:
            return self.env._(
                "The satisfaction question “%(question)s” is none of “%(survey)s”; choose another one.",
                question=question.title,
                survey=survey.title,
            )
        if question and not question._tells_satisfaction():
            return self.env._(
                "“%s” does not tell how satisfied a customer is: its answers need different scores.", question.title
            )
        if not question and not survey._can_tell_satisfaction():
            return self.env._(
                "“%s” does not tell how satisfied a customer is. Add a question with a scale, or give scores to the "
                "answers of a choice.",
                survey.title,
            )
        try:
            survey.check_validity()
        except UserError as error:
            return str(error)
        return None

    def _question_of(self, survey):
        """The question of a survey that tells how satisfied a customer is; none: the score of all of them does."""
        chosen = self.sudo().satisfaction_question_id
        return chosen if chosen.survey_id == survey else survey._satisfaction_question()

    # ------------------------------------------------------------------ scheduled action

    @api.model
    def _cron_satisfaction_surveys(self):
        """Ask the customers of each company whose deliveries are so many days ago, a batch at a time."""
        cron = self.env["ir.cron"]
        policies = self._at_work().filtered("satisfaction_survey_on")
        batches = [
            (policy, chunk)
            for policy in (policy.with_company(policy.company_id) for policy in policies)
            for chunk in split_every(BATCH_SIZE, policy._customers_to_ask(), list)
        ]
        cron._commit_progress(remaining=len(batches))
        for policy, rows in batches:
            policy._ask_batch(rows)
            if not cron._commit_progress(1):
                return

    def _customers_to_ask(self):
        problem = self._survey_refusal() or False
        if problem != self.satisfaction_survey_problem:
            self.satisfaction_survey_problem = problem
        return [] if problem else self.env["customer.satisfaction.request"]._due(self)

    def _asks_alone(self):
        """Whether nobody else asks the customers of this company, which stays so until the next commit.

        A lock of its own: one on the policy would keep a recompute from its next step.
        """
        lock = SQL("SELECT pg_try_advisory_xact_lock('customer_satisfaction_request'::regclass::oid::int, %s)", self.id)
        return self.env.execute_query(lock)[0][0]

    def _ask_batch(self, rows):
        """Ask those who are still to be asked; another worker, or they themselves, may have been quicker.

        Whatever is wrong in one company must not stop the others; it is noted for the manager.
        """
        if not self._asks_alone():
            return
        requests = self.env["customer.satisfaction.request"]
        wait_briefly(self.env)
        try:
            with self.env.cr.savepoint():
                requests._ask(self, requests._due(self, [customer for customer, *_rest in rows]))
                self.env.flush_all()
        except CONFLICTS as error:  # a contact was changed at this moment; the next run sees who is left
            self.env.invalidate_all(flush=False)
            _logger.info("The satisfaction survey of policy %s is left to another worker: %s", self.id, error)
        except Exception as error:
            self.env.invalidate_all(flush=False)
            _logger.warning("The satisfaction survey of policy %s was not sent", self.id, exc_info=True)
            words = str(error).split("\n\nTraceback")[0].strip()  # of the e-mail; the rest is in the log
            self.satisfaction_survey_problem = words or type(error).__name__
            self.env["customer.segmentation.failure"]._tell(self, "survey", self.satisfaction_survey_problem)
        else:
            self.env["customer.segmentation.failure"]._forget(self, "survey")

    def action_open_satisfaction_requests(self):
        """To whom the survey was sent, and what they answered."""
        self.ensure_one()
        actions = self.env["ir.actions.act_window"]
        action = actions._for_xml_id("customer_segmentation_survey.action_satisfaction_requests")
        return {**action, "domain": [("company_id", "=", self.company_id.id)]}
