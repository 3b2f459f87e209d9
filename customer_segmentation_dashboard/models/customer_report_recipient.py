"""Who gets the monthly or quarterly report by e-mail, and sending it: once for each period, also when it is killed.

    _cron_send()     daily: recipients whose period is over and scored, one after the other, each committed
        ▼
    _send(period)    as the recipient: in its language, with its rights; queues the e-mail, notes the period
        ▼
    mail.mail        sent by Odoo's own queue

The e-mail and the note that it was made are one transaction: what is killed before is made again, what was committed
is not.
"""

import logging

from odoo import api, fields, models
from odoo.addons.customer_segmentation.scoring import periods
from odoo.addons.customer_segmentation.tools.people import as_reader
from odoo.addons.customer_segmentation.tools.words import listed
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

_logger = logging.getLogger(__name__)


class CustomerReportRecipient(models.Model):
    _name = "customer.report.recipient"
    _inherit = ["customer.guarded"]
    _description = "Recipient of the Customer Report"
    _order = "frequency, id"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users",
        string="Recipient",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('share', '=', False), ('company_ids', 'child_of', company_id)]",
        help="A colleague who may see scores and works in the company. The report is in the colleague's language.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="cascade",
        index=True,
        default=lambda self: self.env.company.sudo().root_id,
        domain="[('parent_id', '=', False)]",
    )
    frequency = fields.Selection(
        [("month", "Every month"), ("quarter", "Every quarter")], required=True, default="month"
    )
    active = fields.Boolean(default=True)
    sent_until = fields.Date(
        readonly=True,
        engine_only=True,
        copy=False,
        help="The last day of the period the recipient was last sent the report of.",
    )
    status = fields.Char(compute="_compute_status", help="What comes next, or why nothing comes.")

    _once = models.Constraint(
        "UNIQUE(user_id, company_id, frequency)",
        "This colleague gets this report already; see the filter Switched Off.",
    )

    # ------------------------------------------------------------------ who may be chosen

    @api.model_create_multi
    def create(self, vals_list):
        """The first report is that of the period that runs now: nobody is sent the past unasked."""
        recipients = super().create(vals_list)
        for recipient in recipients.filtered(lambda one: not one.sent_until):
            recipient.sudo().sent_until = recipient._last_period().end
        return recipients

    @api.constrains("user_id", "company_id")
    def _check_user(self):
        for recipient in self.sudo():
            if recipient.company_id.parent_id:
                raise ValidationError(
                    self.env._(
                        "%s is a branch; choose its company, whose report contains it.", recipient.company_id.name
                    )
                )
            if not recipient._may_read():
                raise ValidationError(
                    self.env._(
                        "%(name)s may not see the scores of %(company)s. Choose somebody who works there and has the "
                        "right Customer Segmentation: User.",
                        name=recipient.user_id.name,
                        company=recipient.company_id.name,
                    )
                )

    def _may_read(self):
        user = self.sudo().user_id
        return (
            user.active
            and user.has_group("customer_segmentation.group_user")
            and self.company_id in user.company_ids.root_id
        )

    # ------------------------------------------------------------------ which period

    def _policy(self):
        return self.env["customer.segmentation.policy"].sudo()._of_company(self.company_id.sudo())

    def _last_period(self):
        """The last month or quarter that is over in the company."""
        return periods.latest_periods(self.frequency, self._policy()._today(), 2)[1]

    def _period_to_send(self):
        """The last period, unless it was sent or its customers are not scored as of a day after it; None then."""
        if not self._policy()._is_at_work():
            return None
        period, run = self._last_period(), self._policy().last_run_id
        if (self.sent_until and self.sent_until >= period.end) or not run or run.as_of <= period.end:
            return None
        return period

    @api.depends("sent_until", "active", "user_id", "company_id", "frequency")
    @api.depends_context("lang")
    def _compute_status(self):
        for recipient in self:
            recipient.status = bool(recipient.user_id and recipient.company_id) and recipient._status_in_words()

    def _status_in_words(self):
        if not self.active:
            return self.env._("Switched off")
        if not self._may_read():
            return self.env._("Nothing is sent: the colleague may no longer see the scores of the company.")
        if not self.sudo().user_id.email:
            return self.env._("Nothing is sent: the colleague has no e-mail address.")
        if not self._policy()._is_at_work():
            return self.env._("Nothing is sent: the customers of the company are not scored any more.")
        period = self._last_period()
        if self.sent_until and self.sent_until >= period.end:
            period = periods.period_at(self.frequency, period.end + periods.DAY)
        return self.env._("Next: after %s, as soon as the customers are scored", format_date(self.env, period.end))

    # ------------------------------------------------------------------ sending

    @api.model
    def _cron_send(self):
        """Scheduled action: one recipient after the other; whom it fails for is tried again tomorrow."""
        cron, due = self.env["ir.cron"], self._due()
        cron._commit_progress(remaining=len(due))
        for recipient in due:
            recipient._send_guarded()
            if not cron._commit_progress(1):
                return

    @api.model
    def _due(self):
        return self.search([]).filtered(
            lambda one: one._may_read() and one.sudo().user_id.email and one._period_to_send()
        )

    def _send_guarded(self):
        """Send unless somebody else is at it; an error stops nobody else's report."""
        locked = self.try_lock_for_update(allow_referencing=True)
        locked.invalidate_recordset(["sent_until"])
        period = locked and locked._period_to_send()
        if not period:
            return
        try:
            with self.env.cr.savepoint():
                locked._send(period)
        except Exception as error:  # whatever one report fails of
            _logger.exception("Customer report: could not be made for recipient %s", self.id)
            self.env.invalidate_all(flush=False)
            self.env["customer.segmentation.failure"]._tell(
                self._policy(), f"report:{self.id}", str(error) or type(error).__name__
            )
        else:
            self.env["customer.segmentation.failure"]._forget(self._policy(), f"report:{self.id}")

    def _send(self, period):
        """Queue the e-mail about a period and note that this was done."""
        mail = self._as_reader()._mail_values(period)
        self.env["mail.mail"].sudo().create(mail)
        if period.end < self._policy()._today():  # a period that still runs is sent when it is over, too
            self.sudo().sent_until = max(self.sent_until or period.end, period.end)

    def _as_reader(self):
        """This record as the recipient reads it: rights, language, time zone and company."""
        return as_reader(self, self.sudo().user_id, self.sudo().company_id)

    def _mail_values(self, period):
        """What `mail.mail` is created with; read with the recipient's rights."""
        company = self.sudo().company_id
        report = self.env["customer.report"].create(
            {"company_id": company.id, "period": f"{self.sudo().frequency}:{period.start}"}
        )
        made = report._made()
        statement = made._statement()
        url = f"{self.env['ir.config_parameter'].sudo().get_param('web.base.url')}/odoo/segmentation-dashboard"
        body = self.env["ir.qweb"]._render(
            "customer_segmentation_dashboard.customer_report_mail",
            {
                "statement": statement,
                "url": url,
                "intro": self.env._("The customer report of %s is attached.", company.name),
            },
        )
        subject = self.env._("Customers of %(company)s: %(period)s", company=company.name, period=statement["title"])
        return made._mail_values(subject, body)

    def action_send_last(self):
        """Send the report of the last complete period now, whether it was sent or not."""
        self.ensure_one()
        self.check_access("write")
        if not self._policy().last_run_id:
            raise UserError(self.env._("Nobody is scored yet in this company: recompute it first."))
        if not self.sudo().user_id.email:
            raise UserError(self.env._("%s has no e-mail address: fill it in first.", self.user_id.name))
        self._check_user()
        self._send(self._last_period())
        return self._sent_in_words()

    def _sent_in_words(self):
        names = listed(self.env, self.sudo().user_id.mapped("name"))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The e-mail to %s goes out within a minute or so.", names),
            },
        }
