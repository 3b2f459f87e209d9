from odoo import api, models
from odoo.addons.customer_segmentation.tools.desk import Reason
from odoo.tools import SQL, format_date

from .customer_satisfaction import LOW


class CustomerDeskReason(models.AbstractModel):
    """Who was not satisfied the last time somebody asked."""

    _inherit = "customer.desk.reason"

    @api.model
    def _reasons(self):
        return [*super()._reasons(), Reason(45, "_dissatisfied")]

    @api.model
    def _dissatisfied(self, desk, seen):
        latest = self.env["customer.satisfaction"]._latest(desk.company, seen.customers.ids)
        rows = self.env.execute_query(
            SQL("SELECT customer_id, score, date FROM (%s) latest WHERE score <= %s", latest, LOW)
        )
        return {
            customer: self.env._(
                "Satisfied with %(score)s of 5 only (%(day)s)", score=score, day=format_date(self.env, day)
            )
            for customer, score, day in rows
        }
