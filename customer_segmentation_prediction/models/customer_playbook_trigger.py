"""A churn risk that rises brings a customer into a playbook."""

from odoo import models
from odoo.addons.customer_segmentation.tools.triggers import Trigger, one_of
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..labels import CHURN_BANDS


class CustomerPlaybookTrigger(models.AbstractModel):
    _inherit = "customer.playbook.trigger"

    def _triggers(self):
        return super()._triggers() | {
            "churn_rise": Trigger(
                "transition",
                "_sql_churn_rose",
                "_sql_churn_still_high",
                self.env._("The churn risk is lower again."),
                lasts="_sql_churn_high",
            ),
        }

    def _check(self, playbook):
        if playbook.trigger == "churn_rise" and not playbook.churn_band:
            raise ValidationError(self.env._("Choose the level of churn risk that brings a customer in."))
        return super()._check(playbook)

    def _churn_bands(self, playbook):
        """The chosen level and those above it."""
        names = [name for name, _label in CHURN_BANDS]
        return names[names.index(playbook.churn_band or "high") :]

    def _sql_churn_rose(self, playbook, _policy):
        bands = self._churn_bands(playbook)
        before = one_of(SQL("change.from_churn_band"), bands)
        return SQL("(%s AND NOT %s)", one_of(SQL("change.to_churn_band"), bands), before)

    def _sql_churn_high(self, playbook, _policy):
        """Who is gone has no churn risk any more."""
        return one_of(SQL("profile.churn_band"), self._churn_bands(playbook))

    def _sql_churn_still_high(self, playbook, _policy):
        """Who has entered stays in when gone: the risk is not lower again, it came true."""
        return SQL(
            "(%s OR profile.lifecycle_stage IS NOT DISTINCT FROM 'lost')", self._sql_churn_high(playbook, _policy)
        )
