from odoo import models


class CustomerReport(models.TransientModel):
    """Which month or quarter, and which company, the customer report is about."""

    _name = "customer.report"
    _description = "Customer Report: Choose the Month or Quarter"
    _inherit = ["customer.report.wizard"]

    _report_action = "customer_segmentation_dashboard.action_print_customer_report"
    _periods_offered = {"month": 13, "quarter": 6}

    def _name_of_report(self, kind):
        return self.env._("Quarterly Customer Report") if kind == "quarter" else self.env._("Monthly Customer Report")
