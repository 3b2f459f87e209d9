import base64
import json
from datetime import date
from urllib.parse import urlencode

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..scoring import periods
from ..tools.words import period_in_words


class CustomerReportWizard(models.AbstractModel):
    """What the dialogs of our reports share: period and company, and reading, printing or exporting the report.

    What the report says, a `customer.period.report` knows.
    """

    _name = "customer.report.wizard"
    _inherit = ["customer.wizard"]
    _description = "Customer Report: Choose the Period"

    _company_path = "company_id"

    _report_action = None  # the report's own action
    _periods_offered = {}  # how many of each kind; one of the first kind is proposed

    period = fields.Selection(
        selection="_selection_period",
        required=True,
        default=lambda self: self._default_period(),
        help="A period that is not over ends today.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False), ('id', 'parent_of', allowed_company_ids)]",
    )
    file = fields.Binary(readonly=True, engine_only=True, attachment=False)
    file_name = fields.Char(readonly=True, engine_only=True)

    # ------------------------------------------------------------------ the period

    @api.model
    def _selection_period(self):
        """The latest periods of each kind, the running ones first."""
        today = fields.Date.context_today(self)
        return [
            (f"{kind}:{period.start}", self._label(kind, period, today))
            for kind, count in self._periods_offered.items()
            for period in periods.latest_periods(kind, today, count)
        ]

    @api.model
    def _label(self, kind, period, today):
        label = period_in_words(self.env, kind, period.start)
        return self.env._("%s, until today", label) if period.end >= today else label

    @api.model
    def _default_period(self):
        """The last one that is over."""
        kind = next(iter(self._periods_offered))
        return f"{kind}:{periods.latest_periods(kind, fields.Date.context_today(self), 2)[1].start}"

    @api.constrains("period")
    def _check_period(self):
        """A selection made by a method is not checked by Odoo."""
        for wizard in self:
            wizard._chosen()

    def _chosen(self):
        """Kind of period, and the period."""
        kind, _separator, day = (self.period or "").partition(":")
        try:
            start = date.fromisoformat(day)
            period = periods.period_at(kind, start)
            if kind not in self._periods_offered or period.start != start:
                raise ValueError(self.period)
        except ValueError as error:
            example = self._default_period()
            raise ValidationError(
                self.env._(
                    "“%(text)s” is no period of this report; write it like %(example)s.",
                    text=self.period,
                    example=example,
                )
            ) from error
        return kind, period

    @api.depends("period", "company_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = wizard._printed().name

    # ------------------------------------------------------------------ the report

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

    def _printed(self):
        return self.env.ref(self._report_action).sudo()

    def _report(self):
        return self.env[f"report.{self._printed().report_name}"]

    def _statement(self):
        """The report's content."""
        policy = self._scored_policy()
        return self._report()._statement(policy, *self._chosen())

    def _workbook(self, statement):
        return self._report()._workbook(statement)

    def _file_name(self):
        kind, period = self._chosen()
        return self.env._(
            "%(report)s (%(period)s)",
            report=self._name_of_report(kind),
            period=period_in_words(self.env, kind, period.start),
        )

    def _name_of_report(self, kind):
        """What a report of a kind of period is called, in the reader's language."""
        return self._printed().name

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
        url = f"/report/html/{self._printed().report_name}/{self.id}?{context}"
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}

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
