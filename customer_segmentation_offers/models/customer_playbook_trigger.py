"""A product that is no longer bought brings a customer into a playbook, once for each time it was given up."""

from odoo import models
from odoo.addons.customer_segmentation.tools.triggers import Trigger
from odoo.tools import SQL


class CustomerPlaybookTrigger(models.AbstractModel):
    _inherit = "customer.playbook.trigger"

    def _triggers(self):
        return super()._triggers() | {
            "product_lost": Trigger(
                "state",
                "_query_product_lost",
                "_sql_still_lost",
                self.env._("The customer buys it again, or it is not sold any more."),
            ),
        }

    def _sql_cause(self):
        return SQL("'product:' || lost.product_id || ':' || lost.last_date")

    def _query_product_lost(self, _playbook, policy, today, _now):
        """Of several products the one that brought most."""
        return SQL(
            """SELECT DISTINCT ON (lost.profile_id) lost.profile_id, %s AS cause, lost.lost_date AS reached
                 FROM customer_product_lost lost
                WHERE lost.company_id = %s AND lost.lost_date <= %s
                ORDER BY lost.profile_id, lost.amount DESC, lost.id""",
            self._sql_cause(),
            policy.company_id.id,
            today,
        )

    def _sql_still_lost(self, _playbook, _policy):
        """The product the entry is about."""
        return SQL(
            """EXISTS (SELECT FROM customer_product_lost lost
                        WHERE lost.profile_id = profile.id
                          AND (NOT starts_with(entry.cause, 'product:') OR entry.cause = %s))""",
            self._sql_cause(),
        )
