from odoo import api, fields, models
from odoo.exceptions import ValidationError

INTENTS = [
    ("interested", "Interested"),
    ("hesitating", "Hesitating"),
    ("not_now", "Not Now"),
    ("never", "Never"),
]
MAXIMUM_DAYS = 3650


class CustomerIntentStep(models.Model):
    """What to do next when a lead shows an intent: one record for each, edited by a manager."""

    _name = "customer.intent.step"
    _inherit = ["customer.shared"]
    _description = "Next Step of an Intent"
    _order = "sequence, id"
    _rec_name = "intent"

    sequence = fields.Integer(default=10)
    intent = fields.Selection(INTENTS, required=True, readonly=True, engine_only=True)
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        string="Activity",
        ondelete="set null",
        domain=["|", ("res_model", "=", False), ("res_model", "=", "crm.lead")],
        help="What is scheduled for the salesperson when this intent is chosen. Leave empty to schedule nothing.",
    )
    summary = fields.Char(translate=True, help="What the activity says, in the language of the salesperson.")
    days = fields.Integer(
        default=1,
        required=True,
        help="In how many days the activity is due. For Not Now: how many days before the expected purchase date.",
    )
    days_in_words = fields.Char(compute="_compute_days_in_words", string="Due")

    _one_per_intent = models.Constraint("UNIQUE(intent)", "This intent has its next step already; change that one.")

    @api.depends("intent", "days")
    @api.depends_context("lang")
    def _compute_days_in_words(self):
        for step in self:
            step.days_in_words = (
                self.env._("days before the expected purchase date")
                if step.intent == "not_now"
                else self.env._("days after the intent is chosen")
            )

    @api.constrains("days")
    def _check_days(self):
        for step in self:
            if not 0 <= step.days <= MAXIMUM_DAYS:
                labels = dict(self._fields["intent"]._description_selection(self.env))
                raise ValidationError(
                    self.env._(
                        "%(days)s days cannot be used for “%(intent)s”: type 0 to %(maximum)s days.",
                        days=step.days,
                        intent=labels[step.intent],
                        maximum=MAXIMUM_DAYS,
                    )
                )
