from odoo import models
from odoo.addons.customer_segmentation.tools.words import some_of

NAMED = 5


class CustomerSegmentationExclude(models.TransientModel):
    _inherit = "customer.segmentation.exclude"

    def _consequences(self):
        """Who has no tier gets no promotion that asks for one."""
        consequences = super()._consequences()
        programs = self.env["loyalty.program"]
        if not programs.has_access("read"):
            return consequences
        limited = programs.search([("id", "in", programs._limited().ids)])
        names = some_of(self.env, limited.mapped("name"), NAMED)
        lost = [self.env._("Loses access to tier promotions: %s", names)] if limited else []
        return [*consequences, *lost]
