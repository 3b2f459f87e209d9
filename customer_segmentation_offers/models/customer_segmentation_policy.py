from odoo import fields, models


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    offer_level = fields.Selection(
        [("template", "Products"), ("variant", "Product variants")],
        string="Habits Are About",
        default="template",
        required=True,
        help="Products: coffee is due, whichever package was bought. Product variants: the one package is due, even if "
        "another one was bought meanwhile.",
    )
    habits_run_id = fields.Many2one(
        "customer.segmentation.run",
        string="Habits Known Since Run",
        readonly=True,
        engine_only=True,
        copy=False,
        ondelete="set null",
        help="The run after which all habits of customers were looked through last.",
    )

    def write(self, vals):
        """Habits are looked through anew when they are about something else."""
        result = super().write(vals)
        if "offer_level" in vals:
            self.sudo().habits_run_id = False
            self.env["customer.product.lost"]._start_job()
        return result
