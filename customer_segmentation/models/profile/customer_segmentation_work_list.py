"""Lists people work from: they open with one's own customers."""

from ast import literal_eval

from odoo import api, models


class CustomerSegmentationWorkList(models.AbstractModel):
    _name = "customer.segmentation.work.list"
    _description = "Lists to Work From"

    @api.model
    def _action(self, name, filter_name):
        """A list that opens with the user's own rows, or, for who has none, as most managers, with everybody's."""
        action = self.env["ir.actions.act_window"]._for_xml_id(f"customer_segmentation.{name}")
        context = literal_eval(action["context"])
        if self.env[action["res_model"]].search_count([("user_id", "=", self.env.uid)], limit=1):
            context[f"search_default_{filter_name}"] = 1
        return dict(action, context=context, domain=literal_eval(action["domain"] or "[]"))
