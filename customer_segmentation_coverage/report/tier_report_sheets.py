"""The quarterly tier report as tables: one for the tiers, the movements and the mismatches each."""

from odoo import api, models
from odoo.addons.customer_segmentation.report.xlsx import Sheet


class TierReport(models.AbstractModel):
    _inherit = "report.customer_segmentation_coverage.tier_report"

    @api.model
    def _sheets(self, statement):
        return [self._tiers_sheet(statement), self._movements_sheet(statement), self._mismatches_sheet(statement)]

    @api.model
    def _tiers_sheet(self, statement):
        columns = [
            (self.env._("Tier"), "name", "text", 20),
            (self.env._("Customers"), "customers", "number", 11),
            (self.env._("Share of Customers (%)"), "customer_share", "share", 12),
            (self.env._("Revenue (%s)", statement["currency_name"]), "revenue", "money", 16),
            (self.env._("Share of Revenue (%)"), "revenue_share", "share", 12),
            (self.env._("Contacts"), "contacts", "number", 11),
            (self.env._("Effort"), "effort", "share", 11),
            (self.env._("Share of Effort (%)"), "effort_share", "share", 12),
            (self.env._("Recommended Owner"), "owners_in_words", "text", 34),
            (self.env._("Recommended Cadence"), "cadence_in_words", "text", 40),
            (self.env._("In Words"), "sentence", "text", 70),
        ]
        return Sheet(self.env._("Tiers"), columns, statement["tiers"])

    @api.model
    def _movements_sheet(self, statement):
        titles = {kind: title for kind, (title, _sign) in self._directions().items()}
        rows = [{**row, "kind": titles[row["kind"]]} for row in statement["movements"]]
        columns = [
            (self.env._("Movement"), "kind", "text", 14),
            (self.env._("Rank"), "rank", "number", 8),
            (self.env._("Customer"), "name", "text", 40),
            (self.env._("From"), "from_name", "text", 20),
            (self.env._("To"), "to_name", "text", 20),
            (self.env._("Revenue Before (%s)", statement["currency_name"]), "revenue_before", "money", 18),
            (self.env._("Revenue After (%s)", statement["currency_name"]), "revenue_after", "money", 18),
        ]
        return Sheet(self.env._("Movements between Tiers"), columns, rows)

    @api.model
    def _mismatches_sheet(self, statement):
        kinds = {
            "too_much": self.env._("Much effort, little revenue"),
            "too_little": self.env._("Much revenue, little effort"),
        }
        rows = [{**row, "kind": label} for direction, label in kinds.items() for row in statement[direction]]
        columns = [
            (self.env._("Mismatch"), "kind", "text", 30),
            (self.env._("Rank"), "rank", "number", 8),
            (self.env._("Customer"), "name", "text", 40),
            (self.env._("Contacts"), "contacts", "number", 11),
            (self.env._("Share of Effort (%)"), "effort_share", "share", 12),
            (self.env._("Revenue (%s)", statement["currency_name"]), "revenue", "money", 16),
            (self.env._("Share of Revenue (%)"), "revenue_share", "share", 12),
        ]
        return Sheet(self.env._("Mismatches"), columns, rows)
