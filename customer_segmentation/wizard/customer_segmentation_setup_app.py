from odoo import api, fields, models


class CustomerSegmentationSetupApp(models.TransientModel):
    """One app that can be installed beside the base, in the question after installing."""

    _name = "customer.segmentation.setup.app"
    _inherit = ["customer.wizard"]
    _description = "App to Choose"

    setup_id = fields.Many2one("customer.segmentation.setup", string="Question", required=True, ondelete="cascade")
    name = fields.Char(required=True, help="The technical name of the app.")
    chosen = fields.Boolean(string="Install", help="Install this app.")
    label = fields.Char(compute="_compute_words", string="App")
    without = fields.Char(compute="_compute_words", string="Without It", help="What leaving the app out means.")

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_words(self):
        apps = self.env["res.config.settings"]._apps_to_choose()
        for app in self:
            app.label, app.without = apps.get(app.name, (app.name, False))
