from odoo import api, models


class MailActivitySchedule(models.TransientModel):
    _inherit = "mail.activity.schedule"

    @api.constrains("res_model")
    def _check_schedules_on_no_row_of_ours(self):
        self.env["customer.activities"]._refuse_activities_on(set(self.mapped("res_model")))
