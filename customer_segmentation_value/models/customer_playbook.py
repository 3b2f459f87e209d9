"""A low satisfaction brings a customer into a playbook, once for each time it was typed in."""

from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.triggers import Trigger
from odoo.tools import SQL

from .customer_satisfaction import LOW


class CustomerPlaybook(models.Model):
    _inherit = "customer.playbook"

    trigger = fields.Selection(
        selection_add=[("holiday",), ("low_satisfaction", "Is dissatisfied (1 or 2 stars)"), ("stage_enter",)],
        ondelete={"low_satisfaction": lambda playbooks: playbooks._remove_with_trigger()},
    )

    @api.model
    def _triggers(self):
        return {
            **super()._triggers(),
            "low_satisfaction": Trigger(
                "state",
                "_query_low_satisfaction",
                "_sql_still_dissatisfied",
                self.env._("The customer is satisfied again."),
            ),
        }

    def _query_low_satisfaction(self, policy, _today, _now):
        return SQL(
            """SELECT profile.id AS profile_id, 'satisfaction:' || latest.id AS cause, latest.date AS reached
                 FROM (%s) latest
                 JOIN customer_segmentation_profile profile
                   ON profile.partner_id = latest.customer_id AND profile.company_id = %s
                WHERE latest.score <= %s""",
            self.env["customer.satisfaction"].sudo()._latest(policy.company_id),
            policy.company_id.id,
            LOW,
        )

    def _sql_still_dissatisfied(self, policy):
        return SQL(
            "profile.partner_id IN (SELECT customer_id FROM (%s) latest WHERE score <= %s)",
            self.env["customer.satisfaction"].sudo()._latest(policy.company_id),
            LOW,
        )
