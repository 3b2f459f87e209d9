"""A model card in words: what the numbers of a back-test mean, in the reader's language."""

from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.misc import formatLang

DAYS_A_MONTH = 30
# So far off, in parts of what came, totals are called wrong.
TOTALS_OFF = 0.25


class CustomerSegmentationModelCard(models.Model):
    _inherit = "customer.segmentation.model.card"

    headline = fields.Char(compute="_compute_words", help="What came of it, in one sentence.")
    meaning = fields.Char(compute="_compute_words", help="How far the predictions can be trusted.")
    comparison = fields.Html(compute="_compute_words", sanitize=False, help="What was expected and what came.")

    @api.depends("state", "result", "message", "grade", "flagged_count", "flagged_silent_count")
    @api.depends_context("lang")
    def _compute_words(self):
        for card in self:
            compared = card.state == "done" and "flagged" in card.result
            card.headline = card._headline()
            card.meaning = card.state == "done" and card._meaning()
            card.comparison = card.state == "done" and card.env["ir.qweb"]._render(
                "customer_segmentation_prediction.model_card_comparison",
                {
                    "rows": card._rows() if compared else [],
                    "best": card._best_in_words() if compared else "",
                    "season": card._season_in_words() if compared else "",
                    "reasons": card._reasons_in_words() if compared else [],
                    "grade": card.grade,
                },
            )

    # ------------------------------------------------------------------ sentences

    def _headline(self):
        if self.state == "pending":
            return self.env._("Waiting: the check starts within a minute.")
        if self.state == "failed":
            return self.env._("The check failed: %s", self.message)
        if "flagged" not in self.result:
            return self._no_model_in_words()
        values = {"count": self._number(self.flagged_count), "silent": self._number(self.flagged_silent_count)}
        if not self.flagged_count:
            return self.env._("Nobody was flagged as high churn risk %s.", self._ago())
        return self.env._(
            "Of %(count)s flagged as high churn risk %(ago)s, %(silent)s never came back.", ago=self._ago(), **values
        )

    def _ago(self):
        months, days = divmod(self.horizon_days, DAYS_A_MONTH)
        if months > 1 and not days:
            return self.env._("%s months ago", months)
        return self.env._("%s days ago", self._number(self.horizon_days)) if days != 1 else self.env._("1 day ago")

    def _meaning(self):
        return {
            "A": self.env._("Churn risk and predicted value are a sound basis for deciding whom to call first."),
            "B": self.env._("Useful for deciding whom to call first; take the amounts as rough."),
            "C": self.env._("Better than guessing. Look at the customer's own rhythm before you act."),
            "not_usable": self.env._(
                "Do not act on churn risk or predicted value. Go by the last order and the customer's own rhythm."
            ),
        }[self.grade]

    def _no_model_in_words(self):
        """Why there was nothing to compare."""
        day = format_date(self.env, self.cut_off_date)
        reason = self.result["grade_reasons"][0]
        return {
            "no_scipy": self.env._(
                "The Python package SciPy is missing on the server, so nothing is predicted. Install it (pip install "
                "scipy), then check again."
            ),
            "no_customers": self.env._(
                "Too little history: nobody had bought by %s, the day the check predicts from. Check again later, or "
                "import the purchases of the system you came from.",
                day,
            ),
            "history_too_short": self.env._(
                "Too little history: on %s, the day the check predicts from, the first purchase was less than 30 days "
                "ago. Check again later, or import the purchases of the system you came from.",
                day,
            ),
            "no_repeat_purchases": self.env._(
                "Too few repeat purchases: nobody had bought twice by %s, the day the check predicts from.", day
            ),
            "too_few_repeat_buyers": self.env._(
                "Too few repeat purchases: fewer than 5 customers had bought twice by %s, the day the check predicts "
                "from.",
                day,
            ),
        }[reason]

    def _reasons_in_words(self):
        """What kept the prediction from a better grade."""
        words = {
            "too_few_customers": self.env._("Fewer than 30 customers could be compared: too few to tell."),
            "too_few_buyers": self.env._("Fewer than 10 customers bought in the time compared: too few to tell."),
            "too_few_non_buyers": self.env._(
                "Fewer than 10 customers stayed away in the time compared: too few to tell."
            ),
            "ranking": self.env._("Who would buy and who would not was told apart too rarely."),
            "totals": self.env._("The number of orders expected was too far from what came."),
            "baseline": self.env._(
                "Customer by customer, assuming that everybody goes on as before was closer than the model."
            ),
            "few_customers": self.env._("The model was fitted to fewer than 30 customers."),
            "few_repeat_buyers": self.env._("The model was fitted to fewer than 10 customers who bought twice."),
            "not_fitted": self.env._("No parameters fitted the purchases; rough values were used instead."),
        }
        reasons = self.result["grade_reasons"] + (self.result.get("low_confidence") or [])
        return [words[reason] for reason in reasons if reason in words]

    def _season_in_words(self):
        """The standing warning, sharper when the sums were wrong this time."""
        off = self._off(self.result["expected_orders"], self.result["actual_orders"])
        warning = self.env._(
            "The model knows no season: after a busy or a quiet time its sums can be a quarter off either way. Trust "
            "the order of the customers and each one's odds, not the totals."
        )
        if off is None or abs(off) <= TOTALS_OFF:
            return warning
        return self.env._("%(warning)s This time the orders were %(off)s off.", warning=warning, off=self._signed(off))

    def _best_in_words(self):
        found, captured = self.result["top_found"], self.result["top_captured"]
        if found is None:
            return ""
        return self.env._(
            "The fifth of the customers predicted best held %(found)s of those who really were the best fifth, and "
            "brought %(captured)s of all revenue.",
            found=self._share(found),
            captured=self._share(captured),
        )

    # ------------------------------------------------------------------ the table

    def _rows(self):
        """Label, predicted, what came, and what the rule of thumb would have said; "" where there is no such thing."""
        result = self.result
        rows = [
            self._row(self.env._("Orders"), "orders", lambda value: self._number(round(value))),
            self._row(self.env._("Revenue"), "revenue", self._money),
            (
                self.env._("Flagged who bought nothing"),
                self._number(round(result["flagged_expected"])),
                self._number(result["flagged_did_not_buy"]),
                "",
            ),
            (
                self.env._("Orders off, per customer"),
                self._decimal(result["mean_error"]),
                "",
                self._decimal(result["naive_mean_error"]),
            ),
        ]
        if result["area_under_curve"] is not None:
            ranking = [self._share(result[name]) for name in ("area_under_curve", "naive_area_under_curve")]
            rows.append((self.env._("Buyer ranked above non-buyer"), ranking[0], "", ranking[1]))
        return rows

    def _row(self, label, name, show):
        expected, actual, naive = (self.result[f"{kind}_{name}"] for kind in ("expected", "actual", "naive"))
        return label, self._with_off(show, expected, actual), show(actual), self._with_off(show, naive, actual)

    def _with_off(self, show, value, actual):
        off = self._off(value, actual)
        return show(value) if off is None else f"{show(value)} ({self._signed(off)})"

    def _off(self, expected, actual):
        return (expected - actual) / actual if actual > 0 else None

    # ------------------------------------------------------------------ numbers in the reader's language

    def _share(self, share):
        return self.env._("%(share)s%%", share=self._number(round(100 * share)))

    def _signed(self, share):
        sign = "+" if share > 0 else "−" if share < 0 else "±"
        return self.env._("%(sign)s%(share)s%%", sign=sign, share=self._number(abs(round(100 * share))))

    def _money(self, amount):
        return formatLang(self.env, amount, currency_obj=self.sudo().currency_id)

    def _number(self, number):
        return formatLang(self.env, number, digits=0)

    def _decimal(self, number):
        return formatLang(self.env, number, digits=2)
