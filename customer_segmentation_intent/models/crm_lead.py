"""What the customer means to do, chosen on a lead or opportunity, and the next step that follows from it.

Choosing an intent schedules its step for the salesperson once. Another intent takes the open step of the former one
away; another expected purchase date moves it.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.people import language_of
from odoo.addons.customer_segmentation.tools.rights import LABEL
from odoo.exceptions import ValidationError

from .customer_intent_step import INTENTS

# What is asked for an intent, and forgotten with it. The note on the product stays: product people read it.
ASKED = {"not_now": "intent_purchase_date", "never": "intent_reason_id"}

# Fields that win or lose a lead; then nothing is left to do for its intent.
CLOSING = ("stage_id", "probability", "active")


class CrmLead(models.Model):
    _inherit = "crm.lead"

    customer_intent = fields.Selection(
        INTENTS,
        string="Intent",
        copy=False,
        index="btree_not_null",
        groups=LABEL,
        tracking=True,
        group_expand=True,
        help="What the customer means to do. Choosing one schedules its next activity for the salesperson.",
    )
    intent_date = fields.Date(
        string="Intent Since",
        readonly=True,
        engine_only=True,
        copy=False,
        groups=LABEL,
        help="The day the intent was chosen.",
    )
    intent_purchase_date = fields.Date(
        string="Expected Purchase",
        copy=False,
        groups=LABEL,
        tracking=True,
        help="When the customer wants to buy. An activity reminds the salesperson some days before.",
    )
    intent_reason_id = fields.Many2one(
        "customer.churn.reason",
        string="Why Never",
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        groups=LABEL,
        tracking=True,
        help="Why this customer will not buy.",
    )
    intent_product_gap = fields.Text(
        string="Product Gap",
        copy=False,
        groups=LABEL,
        help="What our products lack for this customer. The list Product Gaps in the reports of CRM has all of them.",
    )

    # ------------------------------------------------------------------ what is asked

    @api.constrains("customer_intent", "intent_purchase_date", "intent_reason_id")
    def _check_intent(self):
        for lead in self.sudo():
            if lead.customer_intent == "not_now" and not lead.intent_purchase_date:
                raise ValidationError(
                    self.env._(
                        "“%s”: when does the customer expect to buy? Fill in the expected purchase date, so that "
                        "somebody is reminded before it; choose Never if there is no such day.",
                        lead.name,
                    )
                )
            if lead.customer_intent == "never" and not lead.intent_reason_id:
                raise ValidationError(
                    self.env._(
                        "“%s”: why will the customer never buy? Choose the reason, or another intent.", lead.name
                    )
                )

    @api.onchange("intent_purchase_date")
    def _onchange_intent_purchase_date(self):
        if self.intent_purchase_date and self.intent_purchase_date < fields.Date.context_today(self):
            return {
                "warning": {
                    "title": self.env._("This day is over"),
                    "message": self.env._("The expected purchase date is in the past: the reminder is due today."),
                }
            }
        return None

    # ------------------------------------------------------------------ choosing an intent

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create([self._without_blank_gap(vals) for vals in vals_list])
        intended = leads.sudo().filtered("customer_intent").with_env(self.env)
        intended._date_intent()
        intended._follow_intent()
        return leads

    def write(self, vals):
        vals = self._without_blank_gap(vals)
        if not vals.keys() & {"customer_intent", "intent_purchase_date"}:
            result = super().write(vals)
            if not vals.keys().isdisjoint(CLOSING):
                self.filtered(lambda lead: not lead._is_open())._intent_activities().unlink()
            return result
        before = self._intents()
        if "customer_intent" in vals:
            vals = self._without_answers_of_others(vals)
        result = super().write(vals)
        after = self._intents()
        self.filtered(lambda lead: before[lead.id][0] != after[lead.id][0])._date_intent()
        self.filtered(lambda lead: before[lead.id] != after[lead.id])._follow_intent()
        return result

    def _intents(self):
        return {lead.id: (lead.customer_intent, lead.intent_purchase_date) for lead in self.sudo()}

    @api.model
    def _without_blank_gap(self, vals):
        """The values; a note of blanks is none, and would stand on the list of product gaps."""
        note = vals.get("intent_product_gap")
        return {**vals, "intent_product_gap": note.strip() or False} if isinstance(note, str) else vals

    @api.model
    def _without_answers_of_others(self, vals):
        """The values, and what was asked for another intent emptied."""
        emptied = {name: False for intent, name in ASKED.items() if intent != vals["customer_intent"]}
        return {**emptied, **vals}

    def _date_intent(self):
        """Only those that changed: of several leads some may have had the intent for long."""
        today = fields.Date.context_today(self)
        for intent, leads in self.sudo().grouped(lambda lead: bool(lead.customer_intent)).items():
            leads.intent_date = today if intent else False

    def _merge_get_fields(self):
        return [*super()._merge_get_fields(), "intent_product_gap"]

    def _merge_data(self, fnames=None):
        """The intent of the first lead that has one, with what was answered to it."""
        known = self.sudo().filtered("customer_intent")[:1]
        intent = {"customer_intent": known.customer_intent, "intent_purchase_date": known.intent_purchase_date}
        intent["intent_reason_id"] = known.intent_reason_id.id
        return {**super()._merge_data(fnames), **(intent if known else {})}

    def _merge_opportunity(self, *args, **kwargs):
        """The steps of all leads came along: one stays."""
        lead = super()._merge_opportunity(*args, **kwargs)
        lead._follow_intent()
        return lead

    # ------------------------------------------------------------------ the next step

    def _follow_intent(self):
        """Leave one open activity on each lead: the step of its intent."""
        steps = {step.intent: step for step in self.env["customer.intent.step"].sudo().search([])}
        for lead in self:
            intent = lead.sudo().customer_intent
            open_activities = lead._intent_activities()
            valid = open_activities.filtered(lambda activity, intent=intent: activity.lead_intent == intent)[:1]
            valid = valid if lead._is_open() else valid.browse()
            (open_activities - valid).unlink()
            if intent not in steps:
                continue  # the step was deleted: what is open stays as it is
            if valid:
                valid.date_deadline = lead._intent_deadline(steps[intent], valid.user_id)
            elif steps[intent].activity_type_id and lead._is_open():
                lead._schedule_intent(steps[intent])

    def _is_open(self):
        return self.active and self.won_status == "pending"

    def _intent_activities(self):
        return (
            self.env["mail.activity"]
            .sudo()
            .search([("res_model", "=", "crm.lead"), ("res_id", "in", self.ids), ("lead_intent", "!=", False)])
        )

    def _schedule_intent(self, step):
        salesperson = self.user_id.filtered("active") or self.env.user
        step = step.with_context(lang=language_of(self.env, salesperson.sudo()))
        activity = self.activity_schedule(
            activity_type_id=step.activity_type_id.id,
            summary=step.summary,
            user_id=salesperson.id,
            date_deadline=self._intent_deadline(step, salesperson),
        )
        activity.sudo().lead_intent = step.intent

    def _intent_deadline(self, step, user):
        """So many days from now, or before the expected purchase, but not in the past; a day the user works on."""
        today = fields.Date.context_today(self)
        day = today + timedelta(days=step.days)
        if step.intent == "not_now":
            day = max(today, self.sudo().intent_purchase_date - timedelta(days=step.days))
        return user._working_day(day, self.sudo().company_id or self.env.company)
