import base64
import json
from urllib.parse import urlencode

from odoo import fields, models
from odoo.exceptions import UserError


class CustomerReportWizard(models.AbstractModel):
    """What the dialogs of our reports share: the company, and reading, printing or exporting what `_statement` says.

    A dialog adds what is chosen, `_statement()`, `_workbook(statement)` and `_file_name()`.
    """

    _name = "customer.report.wizard"
    _inherit = ["customer.wizard"]
    _description = "Customer Report: Choose the Period"

    _company_path = "company_id"

    _report_action = None  # the report's own action

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False), ('id', 'parent_of', allowed_company_ids)]",
    )
    file = fields.Binary(readonly=True, engine_only=True, attachment=False)
    file_name = fields.Char(readonly=True, engine_only=True)

    def _scored_policy(self):
        """The policy of the company, as soon as somebody is scored."""
        self.ensure_one()
        policy = self.env["customer.segmentation.policy"]._of_action(self.company_id).with_env(self.env)
        if not policy.last_run_id:
            raise UserError(
                self.env._(
                    "%s has no scored customers you may see yet. Recompute the policy of the company first.",
                    self.company_id.sudo().name,
                )
            )
        return policy

    def action_print(self):
        """The report as a PDF."""
        self.ensure_one()
        self._statement()  # what cannot be printed is said here, not on a broken page
        return self.env.ref(self._report_action).report_action(self)

    def action_show(self):
        """The report in the browser, to read or to print from there."""
        self.ensure_one()
        self._statement()
        # Odoo chooses the language of such a page by the browser, not by the user.
        context = urlencode({"context": json.dumps({"lang": self.env.lang})})
        name = self.env.ref(self._report_action).sudo().report_name
        return {"type": "ir.actions.act_url", "url": f"/report/html/{name}/{self.id}?{context}", "target": "new"}

    def action_export(self):
        """The report as an Excel file."""
        self.ensure_one()
        content = self._workbook(self._statement())
        self.sudo().write({"file": base64.b64encode(content), "file_name": f"{self._file_name()}.xlsx"})
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file?download=true&filename_field=file_name",
            "target": "download",
        }
