"""Triggers that read rhythm and lifecycle; how triggers are said: `customer_playbook_triggers`."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL
from odoo.tools.misc import formatLang

from ...tools.labels import LIFECYCLE_STAGES
from ...tools.triggers import Trigger


class CustomerPlaybook(models.Model):
    _inherit = "customer.playbook"

    lifecycle_stage = fields.Selection(
        [stage for stage in LIFECYCLE_STAGES if stage[0] != "prospect"],
        help="The stage that brings a customer in. Empty: every stage.",
    )
    overdue_ratio = fields.Float(
        string="Overdue (× Usual Gap)",
        default=2.0,
        digits=(5, 1),
        help="How many times its usual gap a customer has let pass since the last order: 2 = twice as long as usual.",
    )

    @api.model
    def _triggers(self):
        return super()._triggers() | {
            "stage_enter": Trigger(
                "transition",
                "_sql_entered_stage",
                "_sql_still_in_stage",
                self.env._("The customer left the lifecycle stage."),
            ),
            "overdue": Trigger(
                "state",
                "_query_overdue",
                "_sql_still_overdue",
                self.env._("The customer has ordered."),
            ),
        }

    @api.constrains("trigger", "overdue_ratio")
    def _check_overdue_ratio(self):
        for playbook in self:
            if playbook.trigger == "overdue" and not 1 <= playbook.overdue_ratio <= 100:
                raise ValidationError(
                    self.env._(
                        "Overdue: %s times the usual gap; it must be 1 to 100. Usual is 2.", playbook.overdue_ratio
                    )
                )

    # ------------------------------------------------------------------ lifecycle

    def _sql_in_stage(self):
        stages = [self.lifecycle_stage] if self.lifecycle_stage else None
        return self._sql_one_of(SQL("profile.lifecycle_stage"), stages)

    def _sql_entered_stage(self, _policy):
        """Whoever changes from one chosen stage to another has entered it; a first purchase is no such change."""
        changed = SQL("change.from_lifecycle_stage IS DISTINCT FROM change.to_lifecycle_stage")
        into = self._sql_one_of(
            SQL("change.to_lifecycle_stage"), [self.lifecycle_stage] if self.lifecycle_stage else None
        )
        return SQL("(%s AND %s)", changed, into)

    def _sql_still_in_stage(self, _policy):
        if self.lifecycle_stage:
            return self._sql_in_stage()
        return SQL("(change.id IS NULL OR profile.lifecycle_stage = change.to_lifecycle_stage)")

    # ------------------------------------------------------------------ rhythm

    def _sql_overdue_day(self):
        """The first day on which the silence is longer than so many usual gaps."""
        return SQL(
            "(profile.last_order_date + (FLOOR(ROUND((%s * profile.typical_gap_days)::numeric, 3)) + 1)::int)",
            float(self.overdue_ratio),
        )

    def _query_overdue(self, policy, today, _now):
        """Lost customers are another matter."""
        return SQL(
            """SELECT profile.id AS profile_id, 'overdue:' || profile.last_order_date AS cause, %(day)s AS reached
                 FROM customer_segmentation_profile profile
                WHERE profile.company_id = %(company)s AND profile.typical_gap_days > 0
                  AND profile.last_order_date IS NOT NULL AND profile.lifecycle_stage <> 'lost'
                  AND %(day)s <= %(today)s""",
            day=self._sql_overdue_day(),
            company=policy.company_id.id,
            today=today,
        )

    def _sql_still_overdue(self, policy):
        return SQL("COALESCE(%s <= %s, FALSE)", self._sql_overdue_day(), policy._today())

    # ------------------------------------------------------------------ now, and in words

    def _lasting_states(self):
        """A stage is a state that lasts, whenever it began."""
        return super()._lasting_states() | {"stage_enter": self._sql_in_stage}

    @api.depends("lifecycle_stage", "overdue_ratio")
    def _compute_who_would_enter(self):
        return super()._compute_who_would_enter()

    @api.depends("lifecycle_stage", "overdue_ratio")
    def _compute_in_words(self):
        return super()._compute_in_words()

    def _trigger_in_words(self):
        if self.trigger == "stage_enter" and self.lifecycle_stage:
            stage = self._label_of("lifecycle_stage", self.lifecycle_stage)
            return self.env._("A customer enters the lifecycle stage “%s”", stage)
        if self.trigger == "overdue":
            ratio = formatLang(self.env, self.overdue_ratio, digits=0 if self.overdue_ratio.is_integer() else 1)
            return self.env._("A customer has not ordered for more than %s times the usual gap", ratio)
        return super()._trigger_in_words()
