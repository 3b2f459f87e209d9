"""A playbook in plain words: what it does, and what a salesperson would read today."""

from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from ...tools.words import listed

PURPOSES = [
    ("keep", "Keep and win back"),
    ("grow", "Welcome and grow"),
    ("tier", "Tiers and visits"),
    ("care", "Greetings and news"),
]
# Whose responsible is worked out to show it in a list; more take too long.
MOST_NAMED = 2_000
# Which conditions a trigger takes beside the audience.
SEGMENT_TRIGGERS = {"segment_enter", "segment_leave", "segment_stay", "periodic"}
TIER_TRIGGERS = {"tier_up", "tier_down", "tier_at_risk", "periodic"}
CLASS_TRIGGERS = {"abc_drop", "periodic"}


class CustomerPlaybook(models.Model):
    _inherit = "customer.playbook"

    purpose = fields.Selection(
        PURPOSES, required=True, default="keep", group_expand=True, help="Where the playbook stands in the list."
    )
    running = fields.Selection([("off", "Off"), ("on", "Running")], compute="_compute_running", string="State")
    takes_segments = fields.Boolean(compute="_compute_takes")
    takes_tiers = fields.Boolean(compute="_compute_takes")
    takes_class = fields.Boolean(compute="_compute_takes")
    when_in_words = fields.Char(compute="_compute_in_words", string="When")
    what_in_words = fields.Char(compute="_compute_in_words", string="What")
    candidates_in_words = fields.Text(
        compute="_compute_candidates_in_words",
        string="For Whom Today",
        groups="customer_segmentation.group_user",
        help="How many activities starting it for those in this state now would make, and for whom.",
    )
    preview_title = fields.Char(compute="_compute_preview", groups="customer_segmentation.group_user")
    preview_summary = fields.Char(compute="_compute_preview", groups="customer_segmentation.group_user")
    preview_note = fields.Html(compute="_compute_preview", groups="customer_segmentation.group_user")

    def copy_data(self, default=None):
        """A copy says that it is one: it does the same until it is changed."""
        named = "name" in (default or {})
        return [
            values if named else dict(values, name=self.env._("%s (copy)", playbook.name))
            for playbook, values in zip(self, super().copy_data(default), strict=True)
        ]

    @api.depends("is_started")
    @api.depends_context("company")
    def _compute_running(self):
        for playbook in self:
            playbook.running = "on" if playbook.is_started else "off"

    @api.depends("trigger")
    def _compute_takes(self):
        for playbook in self:
            playbook.takes_segments = playbook.trigger in SEGMENT_TRIGGERS
            playbook.takes_tiers = playbook.trigger in TIER_TRIGGERS
            playbook.takes_class = playbook.trigger in CLASS_TRIGGERS

    # ------------------------------------------------------------------ the sentences

    @api.depends(
        "trigger",
        "trigger_days",
        "visits_by_tier",
        "segment_ids",
        "health",
        "tier_ids",
        "abc_class",
        "audience_domain",
        "action_kind",
        "activity_type_id",
        "plan_id",
        "due_days",
        "responsible",
        "responsible_user_id",
        "send_mail",
        "tag_id",
    )
    @api.depends_context("lang")
    def _compute_in_words(self):
        for playbook in self:
            playbook.when_in_words = playbook._when_in_words()
            playbook.what_in_words = playbook._what_in_words()

    def _when_in_words(self):
        when, only = self._trigger_in_words(), self._only_in_words()
        return self.env._("%(when)s; only %(only)s", when=when, only=only) if only else when

    def _trigger_in_words(self):
        values = {"days": self._days_in_words(), "who": self._condition_in_words()}
        words = {
            "segment_enter": lambda: self.env._("A customer enters %(who)s", **values),
            "segment_leave": lambda: self.env._("A customer leaves %(who)s", **values),
            "segment_stay": lambda: self.env._("A customer stays %(days)s in %(who)s", **values),
            "tier_up": lambda: self.env._("A customer rises to %(who)s", **values),
            "tier_down": lambda: self.env._("A customer falls from %(who)s", **values),
            "tier_at_risk": lambda: self.env._("A customer is due to fall from %(who)s within %(days)s", **values),
            "abc_drop": lambda: self.env._("A customer drops from %(who)s", **values),
            "periodic": lambda: self.env._("Every %(days)s for customers in %(who)s", **values),
            "no_contact": lambda: self.env._("No contact with a customer for %(days)s", **values),
            "birthday": lambda: self.env._("%(days)s before a contact's birthday", **values),
            "anniversary": lambda: self.env._("%(days)s before the anniversary of the first order", **values),
            "holiday": lambda: self.env._("%(days)s before a holiday", **values),
        }.get(self.trigger)
        if not self.trigger_days and self.trigger in ("birthday", "anniversary", "holiday"):
            words = {
                "birthday": lambda: self.env._("On a contact's birthday"),
                "anniversary": lambda: self.env._("On the anniversary of the first order"),
                "holiday": lambda: self.env._("On a holiday"),
            }[self.trigger]
        return words() if words else self._label_of("trigger", self.trigger)

    def _label_of(self, name, value):
        """What a choice of one of the fields is called."""
        return dict(self._fields[name]._description_selection(self.env)).get(value, value)

    def _days_in_words(self):
        days = self._days(self.trigger_days)
        if self.trigger == "periodic" and self.visits_by_tier:
            return self.env._("%s, or as often as the tier promises,", days)
        return days

    @api.model
    def _days(self, days):
        return self.env._("1 day") if days == 1 else self.env._("%s days", days)

    def _condition_in_words(self):
        """The segments, tiers or class the trigger is about."""
        takes = {"segment": self.takes_segments, "tier": self.takes_tiers, "abc": self.takes_class}
        return listed(self.env, self._filters_in_words(takes)) or self._any_in_words()

    def _only_in_words(self):
        """Who else is left out: the filters the trigger is not about, and the audience."""
        takes = {"segment": not self.takes_segments, "tier": not self.takes_tiers, "abc": not self.takes_class}
        parts = self._filters_in_words(takes)
        if (self.audience_domain or "[]").strip() not in ("", "[]"):
            parts.append(self.env._("who meets the conditions"))
        return listed(self.env, parts)

    def _filters_in_words(self, takes):
        parts = []
        if takes["segment"] and self.segment_ids:
            in_use = self.segment_ids.filtered("in_use") or self.segment_ids
            parts.append(self.env._(" or ").join(in_use.mapped("name")))
        if takes["segment"] and self.health:
            health = dict(self._fields["health"]._description_selection(self.env))[self.health]
            parts.append(self.env._("a segment of health “%s”", health))
        if takes["tier"] and self.tier_ids:
            parts.append(self.env._("tier %s", self.env._(" or ").join(self.tier_ids.mapped("name"))))
        if takes["abc"] and self.abc_class:
            parts.append(self.env._("class %s", self.abc_class))
        return parts

    def _any_in_words(self):
        if self.trigger == "periodic":
            return self.env._("any segment")
        if self.takes_segments:
            return self.env._("a segment")
        return self.env._("a tier") if self.takes_tiers else self.env._("an ABC class")

    def _what_in_words(self):
        parts = []
        if self.action_kind == "activity" and self.activity_type_id:
            values = {"activity": self.activity_type_id.name, "who": self._who_in_words()}
            parts.append(
                self.env._("%(activity)s for %(who)s, due in %(days)s", days=self._days(self.due_days), **values)
                if self.due_days
                else self.env._("%(activity)s for %(who)s, due at once", **values)
            )
        elif self.action_kind == "plan" and self.plan_id:
            parts.append(self.env._("Plan “%(plan)s” for %(who)s", plan=self.plan_id.name, who=self._who_in_words()))
        if self.mail_template_id:
            parts.append(self.env._("E-mail to the customer") if self.send_mail else self.env._("E-mail, switched off"))
        if self.tag_id:
            parts.append(self.env._("Tag “%s”", self.tag_id.name))
        return "; ".join(parts) or self.env._("Nothing yet")

    def _who_in_words(self):
        if self.responsible == "person":
            return self.responsible_user_id.name or self.env._("a person")
        return {
            "salesperson": self.env._("the salesperson"),
            "service_contact": self.env._("the service contact"),
            "team_leader": self.env._("the team leader"),
        }[self.responsible]

    # ------------------------------------------------------------------ today

    @api.depends("trigger", "action_kind", "responsible", "who_would_enter")
    @api.depends_context("company", "lang")
    def _compute_candidates_in_words(self):
        policy = self.env["customer.segmentation.policy"]._of_company(self.env.company)
        for playbook in self:
            playbook.candidates_in_words = playbook._candidates_by_person(policy, playbook._candidates_now())

    def _candidates_by_person(self, policy, customers):
        """ "24 activities: 10 for Marc, 8 for Ann, 6 for others"."""
        if not customers:
            return self.env._("Nobody today")
        if self.action_kind == "none":
            return self.env._("No activity")
        each = len(self.plan_id.template_ids) if self.action_kind == "plan" else 1
        total = (
            self.env._("%s activities", each * len(customers))
            if each * len(customers) > 1
            else (self.env._("1 activity"))
        )
        if len(customers) > MOST_NAMED:
            return total
        starter = None if self.is_started else self.env.user  # as if whoever reads this started it
        counts = Counter(self._responsibles(policy, customers, starter).values()).most_common()
        parts = [self.env._("%(count)s for %(name)s", count=each * count, name=user.name) for user, count in counts[:3]]
        if others := sum(count for _user, count in counts[3:]):
            parts.append(self.env._("%s for others", each * others))
        return self.env._("%(total)s: %(parts)s", total=total, parts=listed(self.env, parts))

    @api.depends("summary", "note", "trigger", "action_kind")
    @api.depends_context("company", "lang")
    def _compute_preview(self):
        """What the salesperson of one customer would read: of one who would come in today, or of the best customer."""
        for playbook in self:
            profile = playbook._preview_profile()
            title, summary, note = playbook._preview(profile) if profile else (False, False, False)
            playbook.preview_title, playbook.preview_summary, playbook.preview_note = title, summary, note

    def _preview_profile(self):
        if self.action_kind != "activity" or not (self.summary or not is_html_empty(self.note)):
            return None
        company = self.env.company.sudo().root_id
        return self._candidates_now()[:1] or self.env["customer.segmentation.profile"].search(
            [("company_id", "=", company.id), ("segment_id", "!=", False)], limit=1
        )

    def _preview(self, profile):
        title = self.env._("As it reads today for %s", profile.partner_id.name)
        try:
            self._check_texts()  # what is being typed was not saved yet
            summary, note = self._texts_for(profile)[profile.id]
        except UserError as error:
            return title, str(error), False
        return title, summary, note

    @api.model
    def action_count_offered(self):
        """How many playbooks a manager could start, as long as customers are scored and none is started; else 0."""
        policy = self.env["customer.segmentation.policy"]._of_action()
        manager = self.env.user.has_group("customer_segmentation.group_manager")
        if not manager or not policy.last_run_id or self.search_count([("is_started", "=", True)], limit=1):
            return 0
        return self.search_count([])
