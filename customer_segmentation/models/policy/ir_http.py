from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Whether the web client has to ask this manager for segments and tiers (see setup_question_service.js)."""
        info = super().session_info()
        policies = self.env["customer.segmentation.setup"]._to_ask(self.env.user)
        return dict(info, customer_segmentation_setup=True) if policies else info
