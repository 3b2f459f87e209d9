from odoo import api, models
from odoo.tools import SQL


class CustomerSegmentationStake(models.AbstractModel):
    """The chance of losing a customer is the churn risk where there is one."""

    _inherit = "customer.segmentation.stake"

    @api.model
    def _sql_chance(self, term, day, found):
        return SQL("COALESCE(%s, %s)", term("churn_risk"), super()._sql_chance(term, day, found))

    @api.model
    def _in_words(self, profile, words, has_history):
        if profile.prediction_basis != "model":
            return super()._in_words(profile, words, has_history)
        return self.env._("%(value)s a year × %(chance)s%% churn risk.", **words)
