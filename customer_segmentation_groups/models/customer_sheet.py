from odoo import api, models
from odoo.addons.customer_segmentation.tools.periods import WINDOW
from odoo.addons.customer_segmentation.tools.sheet import FIRM, Section
from odoo.addons.customer_segmentation.tools.words import listed


class CustomerSheet(models.AbstractModel):
    """What the customer buys most, to the firm; the lists it is on, to the customer."""

    _inherit = "customer.sheet"

    @api.model
    def _sections(self, subject, audience):
        sections = super()._sections(subject, audience)
        if audience == FIRM:
            return [*sections, Section(78, "categories", self._bought_most(subject))]
        return [*sections, Section(45, "labels", self._lists(subject.customer))]

    @api.model
    def _bought_most(self, subject):
        """The largest category first."""
        if not subject.profile:
            return []
        customer = subject.customer
        bought = customer._categories_bought(WINDOW).get(customer.id)
        if bought is None:  # left aside since: nothing is read of it any more
            return []
        return customer._category_rows(bought, self.env.company.sudo().root_id)

    @api.model
    def _lists(self, customer):
        groups = customer.sudo().customer_group_ids
        return self._lines(
            (
                self.env._("Groups"),
                listed(self.env, groups.mapped("name")),
                self.env._("Lists of customers that we made for our work."),
            )
        )
