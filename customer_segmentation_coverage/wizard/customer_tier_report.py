from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.people import as_reader, managers_of
from odoo.addons.customer_segmentation.tools.words import listed
from odoo.exceptions import UserError


class CustomerTierReport(models.TransientModel):
    """Which quarter and company the tier report is about."""

    _name = "customer.tier.report"
    _description = "Quarterly Tier Report: Choose the Quarter"
    _inherit = ["customer.report.wizard"]

    _report_action = "customer_segmentation_coverage.action_print_tier_report"
    _periods_offered = {"quarter": 12}

    recipients_in_words = fields.Char(
        compute="_compute_recipients_in_words",
        string="Send Now Goes to",
        groups="customer_segmentation.group_manager",
        help="The managers of the company, each in their language and with what they may see.",
    )

    # ------------------------------------------------------------------ sending

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_recipients_in_words(self):
        for wizard in self:
            names = listed(self.env, wizard._recipients().mapped("name"))
            wizard.recipients_in_words = names or self.env._("nobody: no manager has an e-mail address")

    def _recipients(self):
        """The managers of the company who can be written to: the report is for nobody else."""
        return managers_of(self.env, self.company_id).sudo().filtered("email").sorted("name")

    def action_send(self):
        """E-mail the report of the quarter to the managers of the company now."""
        self.ensure_one()
        self._report()._check_reader()
        self._scored_policy()
        recipients = self._recipients()
        if not recipients:
            raise UserError(
                self.env._("Nobody would get this report: no manager of the company has an e-mail address.")
            )
        for user in recipients:
            theirs = as_reader(self.browse(), user, self.company_id)
            report = theirs.create({"company_id": self.company_id.id, "period": self.period})
            self.env["mail.mail"].sudo().create(report._mail_values())
        return self._sent_in_words(recipients)

    def _mail_values(self):
        """The report as whoever it is for may read it."""
        made = self._made()
        statement = made._statement()
        company = self.company_id.sudo().name
        body = self.env["ir.qweb"]._render(
            "customer_segmentation_coverage.tier_report_mail",
            {"statement": statement, "intro": self.env._("The tier report of %s is attached.", company)},
        )
        subject = self.env._("Tiers of %(company)s: %(period)s", company=company, period=statement["title"])
        return made._mail_values(subject, body)

    def _sent_in_words(self, recipients):
        names = listed(self.env, recipients.mapped("name"))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The e-mail to %s goes out within a minute or so.", names),
            },
        }
