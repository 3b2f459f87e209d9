from odoo import api, models


class CustomerSegmentationWorkList(models.AbstractModel):
    _inherit = "customer.segmentation.work.list"

    @api.model
    def _action(self, name, filter_name):
        """The lists people call customers from begin without those nobody calls."""
        action = super()._action(name, filter_name)
        if action["res_model"] == "customer.segmentation.profile":
            action["context"]["search_default_followed_up"] = 1
        return action
