"""The monthly and quarterly report as tables: figures, segments, movements, tiers, and customers by name."""

from odoo import api, models
from odoo.addons.customer_segmentation.report.xlsx import Sheet


class CustomerReport(models.AbstractModel):
    _inherit = "report.customer_segmentation_dashboard.customer_report"

    @api.model
    def _workbook(self, statement):
        quality = self.env._("Reliability of predictions: %s", statement["quality"])
        return super()._workbook({**statement, "summary": [*statement["summary"], quality]})

    @api.model
    def _sheets(self, statement):
        revenue = self.env._("Revenue (%s)", statement["currency_name"])
        sheets = [
            self._figures_sheet(statement["tiles"]),
            self._segments_sheet(statement, revenue),
            self._movements_sheet(statement["moves"], revenue),
            self._tiers_sheet(statement["tiers"]),
            self._customers_sheet(statement, revenue),
        ]
        return [sheet for sheet in sheets if sheet]

    @api.model
    def _figures_sheet(self, tiles):
        columns = [
            (self.env._("Figure"), "label", "text", 24),
            (self.env._("Value"), "in_words", "text", 18),
            (self.env._("Period Before"), "previous_in_words", "text", 18),
            (self.env._("Change"), "change_in_words", "text", 24),
            (self.env._("Definition"), "help", "text", 80),
        ]
        return Sheet(self.env._("Figures"), columns, tiles)

    @api.model
    def _segments_sheet(self, statement, revenue):
        columns = [
            (self.env._("Segment"), "name", "text", 26),
            (self.env._("Customers"), "customers", "number", 11),
            (self.env._("Customers Before"), "previous", "number", 11),
            (revenue, "revenue", "money", 16),
            (self.env._("Share of Revenue (%)"), "percent", "share", 12),
            (self.env._("Average Order (%s)", statement["currency_name"]), "average", "money", 16),
        ]
        rows = [{**row, "percent": 100 * row["share"]} for row in statement["segments"]]
        return Sheet(self.env._("Segments"), columns, rows)

    @api.model
    def _movements_sheet(self, moves, revenue):
        columns = [
            (self.env._("From"), "before", "text", 26),
            (self.env._("To"), "after", "text", 26),
            (self.env._("Customers"), "customers", "number", 11),
            (revenue, "revenue", "money", 16),
        ]
        return Sheet(self.env._("Movements"), columns, moves)

    @api.model
    def _tiers_sheet(self, tiers):
        """None without a ladder."""
        columns = [
            (self.env._("Tier"), "name", "text", 24),
            (self.env._("Customers Before"), "before", "number", 12),
            (self.env._("Customers"), "after", "number", 12),
            (self.env._("Came In"), "came", "number", 10),
            (self.env._("Went Out"), "left", "number", 10),
        ]
        return Sheet(self.env._("Tiers"), columns, tiers) if tiers else None

    @api.model
    def _customers_sheet(self, statement, revenue):
        kinds = {
            "at_risk": self.env._("Customer slipping"),
            "gained": self.env._("Customer gained"),
            "lost": self.env._("Customer gone"),
        }
        currency = statement["currency_name"]
        columns = [
            (self.env._("What Happened"), "kind", "text", 18),
            (self.env._("Customer"), "name", "text", 40),
            (self.env._("Salesperson"), "salesperson", "text", 24),
            (self.env._("Segment"), "segment", "text", 24),
            (self.env._("First Order"), "first", "date", 12),
            (self.env._("Last Order"), "last", "date", 12),
            (revenue, "revenue", "money", 16),
            (self.env._("Revenue Ever (%s)", currency), "lifetime_revenue", "money", 16),
            (self.env._("At Stake (%s)", currency), "at_stake", "money", 16),
        ]
        rows = [{**row, "kind": label} for key, label in kinds.items() for row in statement[key]]
        return Sheet(self.env._("Customers"), columns, rows)
