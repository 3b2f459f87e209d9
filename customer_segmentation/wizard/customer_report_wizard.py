from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..scoring import periods
from ..tools.words import period_in_words


class CustomerReportWizard(models.AbstractModel):
    """What the dialogs of our reports share: period and company, and making the report to read, print or export it.

    What the report says, a `customer.period.report` knows; what it said is kept in a `customer.segmentation.report`.
    Of a period that is over there is one report, the one that was made first, until somebody makes it anew.
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
    made_id = fields.Many2one("customer.segmentation.report", string="Report Made", readonly=True, engine_only=True)
    made_in_words = fields.Char(compute="_compute_made_in_words", string="Made Already")

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

    # ------------------------------------------------------------------ as it was made

    @api.depends("period", "company_id")
    @api.depends_context("lang")
    def _compute_made_in_words(self):
        for wizard in self:
            found = wizard._found() if wizard.period and wizard.company_id else None
            wizard.made_in_words = found._made_in_words() if found else False

    def _found(self):
        """The report made already of a period that is over, as far as the user may read it."""
        kind, period = self._chosen()
        made = self.env["customer.segmentation.report"]
        return made._find_final(self._printed().report_name, self.company_id.sudo(), kind, period.start)

    def _made(self):
        """The report: the one made already, or made now; of a running period one for each dialog and choice."""
        self.ensure_one()
        return self._found() or self._made_here() or self._make()

    def _made_here(self):
        _kind, period = self._chosen()
        made = self.made_id
        same = (made.company_id, made.period_start, made.period_end, made.lang)
        return made.filtered(lambda _one: same == (self.company_id, *period, self.env.lang or "en_US"))

    def _make(self):
        self.ensure_one()
        made = self._report()._make(self._scored_policy(), *self._chosen(), self._file_name())
        self.sudo().made_id = made
        return made

    def action_print(self):
        """The report as a PDF."""
        return self._made().action_print()

    def action_show(self):
        """The report in the browser, to read or to print from there."""
        return self._made().action_show()

    def action_export(self):
        """The report as an Excel file."""
        return self._made().action_export()

    def action_make_anew(self):
        """Make the report once more, with the figures of today, and read it; the one before stays."""
        return self._make().action_show()
