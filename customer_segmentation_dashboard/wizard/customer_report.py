from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.words import listed
from odoo.exceptions import UserError


class CustomerReport(models.TransientModel):
    """Which month or quarter, and which company, the customer report is about."""

    _name = "customer.report"
    _description = "Customer Report: Choose the Month or Quarter"
    _inherit = ["customer.report.wizard"]

    _report_action = "customer_segmentation_dashboard.action_print_customer_report"
    _periods_offered = {"month": 13, "quarter": 6}

    recipients_in_words = fields.Char(
        compute="_compute_recipients_in_words",
        string="Send Now Goes to",
        groups="customer_segmentation.group_manager",
        help="Each gets the report in their language, with what they may see.",
    )

    def _name_of_report(self, kind):
        return self.env._("Quarterly Customer Report") if kind == "quarter" else self.env._("Monthly Customer Report")

    # ------------------------------------------------------------------ sending

    @api.depends("period", "company_id")
    @api.depends_context("lang")
    def _compute_recipients_in_words(self):
        for wizard in self:
            found = wizard._recipients() if wizard.period and wizard.company_id else ()
            wizard.recipients_in_words = listed(self.env, [one.sudo().user_id.name for one in found]) or self.env._(
                "nobody yet: add recipients under Configuration"
            )

    def _recipients(self):
        """Whom a report of this kind goes to, as far as one can be sent."""
        kind, _period = self._chosen()
        found = self.env["customer.report.recipient"].search(
            [("company_id", "=", self.company_id.id), ("frequency", "=", kind)]
        )
        return found.filtered(lambda one: one._may_read() and one.sudo().user_id.email)

    def action_send(self):
        """E-mail the report of the period to its recipients now, whether they got it before or not."""
        self.ensure_one()
        self.env["customer.report.recipient"].check_access("write")
        self._scored_policy()
        recipients = self._recipients()
        if not recipients:
            raise UserError(
                self.env._("Nobody would get this report: add colleagues with an e-mail address as recipients first.")
            )
        _kind, period = self._chosen()
        for recipient in recipients:
            recipient._send(period)
        return recipients._sent_in_words()
