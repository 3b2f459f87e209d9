"""How good the predictions are: one back-test of one company, kept as a card.

    _cron_check()       the scheduled action: makes the cards that are due, then works on every one that waits
    action_check_now()  of a manager: a card that waits, and the scheduled action called for it
      ▼
    _check()            all purchases ──▶ scoring/backtest.py ──▶ numbers, grade and reasons of the card

A card says nothing about single customers. What its numbers mean in words is in `…_model_card_words.py`.
"""

import logging

from odoo import api, fields, models
from odoo.addons.customer_segmentation.scoring import calendar
from odoo.addons.customer_segmentation.tools.people import language_of
from odoo.tools import format_date

_logger = logging.getLogger(__name__)

GRADES = [("A", "A – Reliable"), ("B", "B – Useful"), ("C", "C – Rough"), ("not_usable", "Not usable")]
NO_SCIPY = "no_scipy"


class CustomerSegmentationModelCard(models.Model):
    _name = "customer.segmentation.model.card"
    _description = "Prediction Quality"
    _order = "id desc"

    policy_id = fields.Many2one(
        "customer.segmentation.policy", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="policy_id.company_id", string="Company", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    policy_version = fields.Integer(readonly=True, help="The version of the policy whose prediction was checked.")
    state = fields.Selection(
        [("pending", "Waiting"), ("done", "Done"), ("failed", "Failed")],
        default="pending",
        required=True,
        readonly=True,
        index=True,
    )
    as_of = fields.Date(string="Checked On", required=True, readonly=True, help="The last day that was compared.")
    cut_off_date = fields.Date(
        string="Predicted On",
        readonly=True,
        help="The prediction was made as if it were this day: nothing that came later was known to it.",
    )
    horizon_days = fields.Integer(
        string="Days Compared", readonly=True, aggregator=None, help="The time between the prediction and the check."
    )
    grade = fields.Selection(
        GRADES,
        readonly=True,
        help="A: churn risk and predicted value can be relied on. B: useful to decide whom to call first. C: rough, "
        "look at the customer first. Not usable: worse than a rule of thumb, or too few purchases to tell.",
    )
    customer_count = fields.Integer(
        string="Customers Compared",
        readonly=True,
        help="Customers who had bought by the day of the prediction and were not gone on it.",
    )
    flagged_count = fields.Integer(
        string="Flagged", readonly=True, help="Customers who had a high churn risk on the day of the prediction."
    )
    flagged_silent_count = fields.Integer(
        string="Never Came Back", readonly=True, help="Flagged customers who bought nothing until the day of the check."
    )
    expected_orders = fields.Float(
        readonly=True, digits=(16, 0), help="Days with an order the model expected in the time compared."
    )
    actual_orders = fields.Integer(readonly=True, help="Days with an order that really came in the time compared.")
    expected_revenue = fields.Monetary(readonly=True, help="Revenue the model expected in the time compared.")
    actual_revenue = fields.Monetary(readonly=True, help="Revenue that really came in the time compared.")
    ranking = fields.Float(
        string="Ranking (%)",
        readonly=True,
        digits=(5, 0),
        aggregator="avg",
        help="Of a customer who bought and one who did not: how often the first had been given the better odds. "
        "50% is luck, 75% is good.",
    )
    result = fields.Json(readonly=True, help="All numbers of the check, and what kept it from a better grade.")
    message = fields.Text(readonly=True, help="Why the check failed.")

    @api.depends("as_of", "company_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for card in self:
            card.display_name = f"{card.sudo().company_id.name}, {format_date(self.env, card.as_of)}"

    # ------------------------------------------------------------------ who calls

    @api.model
    def action_check_now(self):
        """Check the prediction of the company the user works in, and open the card that will say how good it is."""
        policy = self.env["customer.segmentation.policy"]._of_action().with_env(self.env)
        return policy.action_check_prediction()

    @api.model
    def _cron_check(self):
        """Scheduled action: this month's card of every policy, and every card that waits."""
        cron = self.env["ir.cron"]
        self._queue_due_cards()
        waiting = self.search([("state", "=", "pending")], order="id")
        waiting = waiting.filtered(lambda card: card.policy_id._is_at_work())
        cron._commit_progress(remaining=len(waiting))
        for position, card in enumerate(waiting, 1):
            card._check()
            if not cron._commit_progress(1, remaining=len(waiting) - position):
                return

    @api.model
    def _trigger_first_check(self, policy):
        """Do not let a new policy wait for the night."""
        if not self.search_count([("policy_id", "=", policy.id)], limit=1):
            self.env.ref("customer_segmentation_prediction.ir_cron_model_card")._trigger()

    @api.model
    def _queue_due_cards(self):
        """A card for each policy with customers that has none of this month and version; at most one a day."""
        for policy in self.env["customer.segmentation.policy"]._at_work():
            today = policy._today()
            mine = [("policy_id", "=", policy.id)]
            valid = [
                ("state", "!=", "failed"),
                ("as_of", ">=", today.replace(day=1)),
                ("policy_version", "=", policy.version),
            ]
            known = self.search_count(mine + valid, limit=1) or self.search_count([*mine, ("as_of", "=", today)])
            if policy.last_run_id.customer_count and not known:
                self._queue(policy)

    @api.model
    def _queue(self, policy):
        """The card of the policy that waits, or a new one."""
        values = {"as_of": policy._today(), "policy_version": policy.version}
        waiting = self.search([("policy_id", "=", policy.id), ("state", "=", "pending")], limit=1)
        waiting.write(values)
        return waiting or self.create({"policy_id": policy.id, **values})

    # ------------------------------------------------------------------ one check

    def _check(self):
        """Compare what would have been predicted with what happened; whatever goes wrong, the card says it."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self._keep(self._backtest())
            self.env["customer.segmentation.failure"]._forget(self.policy_id, "prediction")
        except Exception as error:
            _logger.warning("Checking the prediction of %s failed", self.company_id.sudo().name, exc_info=True)
            self.env.invalidate_all()
            self.write({"state": "failed", "message": str(error) or type(error).__name__})
            self.env["customer.segmentation.failure"]._tell(self.policy_id, "prediction", self.message)
        self._notify()

    def _backtest(self):
        """The numbers as the scoring package gives them."""
        import numpy as np  # NumPy and SciPy are loaded by the job only

        from odoo.addons.customer_segmentation.scoring import backtest, lifetime_value

        policy = self.policy_id
        arguments = policy._backtest_arguments()
        cut_off_day = calendar.day_of(self.as_of) - arguments["horizon_days"]
        if not lifetime_value.available():
            return {
                "grade": backtest.NOT_USABLE,
                "grade_reasons": [NO_SCIPY],
                "cut_off_day": cut_off_day,
                "horizon_days": arguments["horizon_days"],
            }
        known, _left_out = self.env["customer.transaction"]._read_transactions(policy, self.as_of)
        _customers, customer = np.unique(known.partner_id, return_inverse=True)
        arguments["is_purchase"] = known.is_purchase
        return backtest.backtest(customer, known.day, known.amount, calendar.day_of(self.as_of), **arguments)

    def _keep(self, result):
        self.write(
            {
                "state": "done",
                "message": False,
                "result": result,
                "grade": result["grade"],
                "policy_version": self.policy_id.version,
                "horizon_days": result["horizon_days"],
                "cut_off_date": fields.Date.subtract(self.as_of, days=result["horizon_days"]),
                "customer_count": result.get("customers", 0),
                "flagged_count": result.get("flagged", 0),
                "flagged_silent_count": result.get("flagged_did_not_buy", 0),
                "expected_orders": result.get("expected_orders", 0),
                "actual_orders": result.get("actual_orders", 0),
                "expected_revenue": result.get("expected_revenue", 0),
                "actual_revenue": result.get("actual_revenue", 0),
                "ranking": 100 * (result.get("area_under_curve") or 0),
            }
        )

    def _notify(self):
        """Tell who asked for the check, if anybody did, that it is over."""
        user = self.create_uid.filtered("active")
        if user and user._is_internal() and user != self.env.ref("base.user_root"):
            card = self.with_context(lang=language_of(self.env, user))
            user._bus_send(
                "simple_notification",
                {
                    "type": "danger" if self.state == "failed" else "success",
                    "title": card.env._("Prediction checked"),
                    "message": card.env._(
                        "%(company)s: %(headline)s", company=card.company_id.sudo().name, headline=card.headline
                    ),
                },
            )
