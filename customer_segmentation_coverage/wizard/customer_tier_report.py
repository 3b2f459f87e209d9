from odoo import models


class CustomerTierReport(models.TransientModel):
    """Which quarter and company the tier report is about."""

    _name = "customer.tier.report"
    _description = "Quarterly Tier Report: Choose the Quarter"
    _inherit = ["customer.report.wizard"]

    _report_action = "customer_segmentation_coverage.action_print_tier_report"
    _periods_offered = {"quarter": 12}
