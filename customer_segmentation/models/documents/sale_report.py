from odoo import models


class SaleReport(models.Model):
    _name = "sale.report"
    _inherit = ["sale.report", "customer.segmentation.mixin"]

    _profile_partner_path = "commercial_partner_id"
