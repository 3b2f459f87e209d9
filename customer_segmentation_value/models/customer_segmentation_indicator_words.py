"""What an indicator weighs, in the words of the screens."""

from odoo import api, fields, models

from .customer_segmentation_indicator import SOURCE


class CustomerSegmentationIndicator(models.Model):
    _inherit = "customer.segmentation.indicator"

    source_in_words = fields.Char(
        string="What Is Weighed", compute="_compute_source_in_words", help="Where the number comes from."
    )
    problem = fields.Char(
        compute="_compute_problem", help="Why the indicator is skipped by the recompute; empty if it works."
    )

    @api.depends("author_id", *sorted(SOURCE))
    @api.depends_context("lang")
    def _compute_problem(self):
        for indicator in self:
            indicator.problem = indicator._problem() or indicator._refused_to_author()

    @api.depends("higher_is_better", *sorted(SOURCE))
    @api.depends_context("lang")
    def _compute_source_in_words(self):
        for indicator in self:
            if indicator._problem():
                indicator.source_in_words = False
                continue
            words = {
                "measure": indicator._measure_in_words,
                "field": indicator._field_in_words,
                "records": indicator._records_in_words,
            }[indicator.kind]()
            better = self.env._("more is better") if indicator.higher_is_better else self.env._("less is better")
            indicator.source_in_words = self.env._("%(weighed)s; %(better)s", weighed=words, better=better)

    def _measure_in_words(self):
        return dict(self._fields["measure"]._description_selection(self.env)).get(self.measure, "")

    def _field_in_words(self):
        return self._label_of("res.partner", self.partner_field)

    def _records_in_words(self):
        """ "Sum of Expected Revenue: Lead, of the last 12 months, filtered" """
        values = {"model": self._label_of_model(), "field": self._label_of(self.model_name, self.amount_field)}
        words = {
            "count": self.env._("Count: %(model)s", **values),
            "sum": self.env._("Sum of %(field)s: %(model)s", **values),
            "average": self.env._("Average of %(field)s: %(model)s", **values),
            "last": self.env._("Days since the last: %(model)s", **values),
        }[self.aggregate]
        if self.window_months == 1:
            words = self.env._("%s, of the last month", words)
        elif self.window_months:
            words = self.env._("%(words)s, of the last %(months)s months", words=words, months=self.window_months)
        narrowed = (self.domain or "[]").strip() not in ("", "[]")
        return self.env._("%s, filtered", words) if narrowed else words

    def _label_of_model(self):
        """ "Lead", or "Contact (Referred by)" where the link is another one than the customer of the record"""
        label = self.env["ir.model"].sudo()._get(self.model_name).name or self.model_name
        if self.link_field in ("partner_id", "res_id"):
            return label
        return self.env._("%(model)s (%(link)s)", model=label, link=self._label_of(self.model_name, self.link_field))

    def _label_of(self, model_name, name):
        field = self.env[model_name]._fields.get(name)
        return field._description_string(self.env) if field else name or ""
