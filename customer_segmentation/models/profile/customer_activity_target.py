"""What activities may be planned on: never on our own rows about a customer."""

from odoo import api, models


class CustomerActivityTarget(models.AbstractModel):
    """For models that say by `res_model` on which records there are activities."""

    _name = "customer.activity.target"
    _description = "Model Activities Are Planned On"

    @api.model_create_multi
    def create(self, vals_list):
        default = self.env.context.get("default_res_model")
        self.env["customer.activities"]._refuse_activities_on([vals.get("res_model", default) for vals in vals_list])
        return super().create(vals_list)

    def write(self, vals):
        self.env["customer.activities"]._refuse_activities_on([vals.get("res_model")])
        return super().write(vals)
