from odoo import api, fields, models

from ..labels import CHURN_BANDS


class CustomerPlaybook(models.Model):
    _inherit = "customer.playbook"

    trigger = fields.Selection(
        selection_add=[("stage_enter",), ("churn_rise", "Churn risk rises"), ("overdue",)],
        ondelete={"churn_rise": lambda playbooks: playbooks._remove_with_trigger()},
    )
    churn_band = fields.Selection(
        [band for band in CHURN_BANDS if band[0] != "low"],
        string="Churn Risk",
        default="high",
        help="The level of churn risk that brings a customer in; a higher one does as well.",
    )

    @api.constrains("churn_band")
    def _check_churn_band(self):
        for playbook in self:
            self.env["customer.playbook.trigger"]._check(playbook)

    @api.depends("churn_band")
    def _compute_who_would_enter(self):
        return super()._compute_who_would_enter()

    @api.depends("churn_band")
    def _compute_in_words(self):
        return super()._compute_in_words()
