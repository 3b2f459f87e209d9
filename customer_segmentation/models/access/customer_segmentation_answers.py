"""What may be asked about a customer, by screens, programs and agents alike: apps add the questions they can answer.

Every public method here is part of the contract: it takes plain values and gives plain values, best first, each with
the `reason` in the reader's words; it writes nothing, and says no more than the screens show the same user.
"""

from odoo import api, models
from odoo.exceptions import UserError

from ...tools.context import refuse, whole

MOST = 100


class CustomerSegmentationAnswers(models.AbstractModel):
    _name = "customer.segmentation.answers"
    _description = "Answers about Customers"

    @api.model
    def _asked_about(self, partner_id):
        """The customer a question about a contact is about.

        :raise AccessError: for who may see neither the contact nor figures of customers
        :raise UserError: when there is none
        """
        self.env["customer.segmentation.profile"].check_access("read")
        contact = self.env["res.partner"].browse(whole(self.env, "partner_id", partner_id) or [])
        if not contact.exists():
            raise UserError(self.env._("There is no such contact."))
        contact.check_access("read")
        return contact.commercial_partner_id

    @api.model
    def _at_most(self, limit):
        """How many answers are wanted.

        :raise UserError: when that is no number from 1 on
        """
        wanted = whole(self.env, "limit", limit)
        if wanted is None or wanted < 1:
            refuse(self.env, "limit", limit)
        return min(wanted, MOST)
