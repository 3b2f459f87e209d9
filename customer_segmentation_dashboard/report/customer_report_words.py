"""The monthly and quarterly report in the reader's language."""

from odoo import api, models
from odoo.addons.customer_segmentation.report.chart import bars, picture
from odoo.addons.customer_segmentation.tools.words import percent
from odoo.tools import format_date

MOVEMENTS_SHOWN = 8


class CustomerReport(models.AbstractModel):
    _inherit = "report.customer_segmentation_dashboard.customer_report"

    @api.model
    def _in_words(self, statement):
        """The statement with titles, amounts and comparisons as a manager reads them."""
        currency = statement["currency"]
        for tile in statement["tiles"]:
            tile["in_words"] = self._value_in_words(tile["value"], tile["unit"], currency)
            tile["previous_in_words"] = self._value_in_words(tile["previous"], tile["unit"], currency)
            tile["change_in_words"] = self._change_in_words(tile)
        for segment in statement["segments"]:
            known = segment["revenue"] is not None
            segment["revenue_in_words"] = self._money(segment["revenue"], currency) if known else "–"
            segment["share_in_words"] = self._share(segment["share"]) if known else "–"
            segment["customers_in_words"] = self._value_in_words(segment["customers"], "count", currency)
            segment["change"] = self._difference(segment["customers"], segment["previous"])
        for tier in statement["tiers"]:
            for name in ("after", "came", "left"):
                tier[f"{name}_in_words"] = self._value_in_words(tier[name], "count", currency)
            tier["change"] = self._difference(tier["after"], tier["before"])
        for row in statement["at_risk"] + statement["gained"] + statement["lost"]:
            for name in ("revenue", "lifetime_revenue", "at_stake"):
                row[f"{name}_in_words"] = self._value_in_words(row[name], "money", currency)
            row["last_in_words"] = format_date(self.env, row["last"])
        statement["moves"] = self._moves(statement)
        statement["moves_shown"] = MOVEMENTS_SHOWN
        statement["heading"] = self.env._("Customers of %s", statement["company"].sudo().name)
        statement["chart"] = self._chart(statement)
        statement["chart_title"] = self.env._("Revenue by Month (%s)", currency.name)
        statement["summary"] = self._summary(statement)
        return statement

    # ------------------------------------------------------------------ words

    @api.model
    def _value_in_words(self, value, unit, currency):
        if value is None:
            return "–"
        if unit == "money":
            return self._money(value, currency)
        return self._share(value) if unit == "share" else self._count(value)

    @api.model
    def _share(self, share):
        return percent(self.env, self._percent(100 * share))

    @api.model
    def _change_in_words(self, tile):
        """ "▲ 12.0%", for shares "▲ 3.1 points"; the word better or worse says what the arrow means."""
        change = tile["change"]
        if change is None:
            return "–"
        size = self._percent(100 * abs(change))
        if size == self._percent(0):
            return self.env._("unchanged")
        better = (change > 0) == (tile["better"] == "up")
        words = {
            "arrow": "▲" if change > 0 else "▼",
            "size": size,
            "verdict": self.env._("better") if better else self.env._("worse"),
        }
        if tile["unit"] == "share":
            return self.env._("%(arrow)s %(size)s points, %(verdict)s", **words)
        return self.env._("%(arrow)s %(size)s%%, %(verdict)s", **words)

    @api.model
    def _difference(self, now, before):
        if now is None or before is None:
            return "–"
        sign = "+" if now > before else "-" if now < before else ""
        return f"{sign}{self._count(abs(now - before))}"

    @api.model
    def _moves(self, statement):
        """From where to where, the movements of the most customers first; the new ones among them."""
        movement = statement["movement"]
        labels = {group["key"]: group["label"] for group in movement["groups"]}
        moved = [cell for cell in movement["cells"] if cell["before"] != cell["after"]]
        moved.sort(key=lambda cell: (-cell["customers"], -cell["revenue"]))
        return [
            {
                "before": labels.get(cell["before"], ""),
                "after": labels.get(cell["after"], ""),
                "customers": cell["customers"],
                "revenue": cell["revenue"],
                "customers_in_words": self._count(cell["customers"]),
                "revenue_in_words": self._money(cell["revenue"], statement["currency"]),
            }
            for cell in moved
        ]

    @api.model
    def _chart(self, statement):
        """The revenue of twelve months, as a picture."""
        months = statement["months"]
        words = [self._short_money(month["revenue"]) for month in months]
        labels = [month["short"] for month in months]
        return picture(bars(labels, [month["revenue"] for month in months], words, months[-1]["running"]))

    @api.model
    def _summary(self, statement):
        """What happened, why, and who should do what: one sentence each."""
        sentences = [self._happened(statement), self._why(statement), self._to_do(statement)]
        if statement["running"]:
            sentences.append(self.env._("The period is not over: these are the figures until today."))
        return [sentence for sentence in sentences if sentence]
