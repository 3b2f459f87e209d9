"""A churn risk that rises brings a customer into a playbook."""

from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.triggers import Trigger
from odoo.exceptions import ValidationError
from odoo.tools import SQL

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

    @api.model
    def _triggers(self):
        return super()._triggers() | {
            "churn_rise": Trigger(
                "transition",
                "_sql_churn_rose",
                "_sql_churn_still_high",
                self.env._("The churn risk is lower again."),
            ),
        }

    @api.constrains("trigger", "churn_band")
    def _check_churn_band(self):
        for playbook in self:
            if playbook.trigger == "churn_rise" and not playbook.churn_band:
                raise ValidationError(self.env._("Choose the level of churn risk that brings a customer in."))

    def _check_what_is_typed(self):
        self._check_churn_band()
        return super()._check_what_is_typed()

    def _churn_bands(self):
        """The chosen level and those above it."""
        names = [name for name, _label in CHURN_BANDS]
        return names[names.index(self.churn_band or "high") :]

    def _sql_churn_rose(self, _policy):
        bands = self._churn_bands()
        before = self._sql_one_of(SQL("change.from_churn_band"), bands)
        return SQL("(%s AND NOT %s)", self._sql_one_of(SQL("change.to_churn_band"), bands), before)

    def _sql_churn_high(self):
        """Who is gone has no churn risk any more."""
        return self._sql_one_of(SQL("profile.churn_band"), self._churn_bands())

    def _sql_churn_still_high(self, _policy):
        """Who has entered stays in when gone: the risk is not lower again, it came true."""
        return SQL("(%s OR profile.lifecycle_stage IS NOT DISTINCT FROM 'lost')", self._sql_churn_high())

    def _lasting_states(self):
        """Like a stage, a churn risk lasts."""
        return super()._lasting_states() | {"churn_rise": self._sql_churn_high}

    # ------------------------------------------------------------------ in words

    @api.depends("churn_band")
    def _compute_who_would_enter(self):
        return super()._compute_who_would_enter()

    @api.depends("churn_band")
    def _compute_in_words(self):
        return super()._compute_in_words()

    def _trigger_in_words(self):
        if self.trigger == "churn_rise":
            return self.env._("The churn risk of a customer becomes: %s", self._bands_in_words())
        return super()._trigger_in_words()

    def _bands_in_words(self):
        return self.env._(" or ").join(self._label_of("churn_band", band) for band in self._churn_bands())
