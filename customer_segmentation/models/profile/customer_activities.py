"""What is planned with a customer, on every row about it: Odoo's activities of its contact and of all contacts in it.

An activity stands on the contact, where everybody finds it, and is acted on there from every list and card. None stands
on a profile or any other row of ours: they come and go with runs, and no other screen shows them.
"""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

FAMILY = __name__.split(".")[2]
STATES = ("overdue", "today", "planned")  # the most urgent first


class CustomerActivities(models.AbstractModel):
    _name = "customer.activities"
    _description = "What Is Planned with a Customer"

    next_activity_ids = fields.One2many(
        "mail.activity",
        compute="_compute_next_activities",
        string="Activities Planned",
        groups="base.group_user",
        help="What is planned with the customer and the contacts in it, the most urgent first.",
    )
    next_activity_state = fields.Selection(
        lambda self: self.env["customer.activities"]._labels_of_states(),
        compute="_compute_next_activities",
        search="_search_next_activity_state",
        groups="base.group_user",
        help="Overdue: something should have been done before today. Empty: nothing is planned.",
    )
    next_activity_date = fields.Date(
        compute="_compute_next_activities", string="Next Activity On", groups="base.group_user"
    )
    next_activity_summary = fields.Char(
        compute="_compute_next_activities", string="What Comes Next", groups="base.group_user"
    )
    next_activity_icon = fields.Char(compute="_compute_next_activities", groups="base.group_user")

    @api.model
    def _labels_of_states(self):
        """Said by code: Odoo translates the choices of each model by the addon of that model."""
        return [
            ("overdue", self.env._("Overdue")),
            ("today", self.env._("Today")),
            ("planned", self.env._("Planned")),
        ]

    @api.depends("partner_id.activity_ids")
    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_next_activities(self):
        planned = self._activities_of(self.partner_id)
        for row in self:
            activities = planned.get(row.partner_id.sudo().commercial_partner_id.id, self.env["mail.activity"])
            row.next_activity_ids, first = activities, activities[:1]
            row.next_activity_state = first.state
            row.next_activity_date = first.date_deadline
            row.next_activity_summary = first.summary or first.activity_type_id.name
            row.next_activity_icon = first.icon

    @api.model
    def _search_next_activity_state(self, operator, value):
        """By the most urgent activity of all contacts of a customer; asked of contacts, with the user's rights."""
        if operator not in ("in", "not in"):
            return NotImplemented
        states = {*STATES, False}
        states = states & set(value) if operator == "in" else states - set(value)
        with_state = {state: self._domain_of_state(state) for state in STATES}
        found = [Domain.AND([~Domain.OR(with_state.values())])] if False in states else []
        for position, state in enumerate(STATES):
            if state in states:
                more_urgent = Domain.OR(with_state[other] for other in STATES[:position])
                found.append(with_state[state] & ~more_urgent)
        return Domain.OR(found)

    @api.model
    def _domain_of_state(self, state):
        """Rows of customers of whom some contact has an activity in this state."""
        contacts = self.env["res.partner"]
        contacts.flush_model(["commercial_partner_id"])
        query = contacts._search([("activity_state", "=", state)])
        return Domain("partner_id", "in", query.subselect("commercial_partner_id"))

    @api.model
    def _activities_of(self, customers):
        """By identifier of the customer: what is planned with it that the user may see, the most urgent first.

        :param customers: contacts, also some the user may not see
        """
        commercial = customers.sudo().commercial_partner_id
        contacts = self.env["res.partner"].search([("commercial_partner_id", "in", commercial.ids)])
        activities = contacts.activity_ids.filtered("active")._filtered_access("read")
        customer_of = {contact.id: contact.commercial_partner_id.id for contact in contacts}
        return activities.sorted(lambda activity: (activity.date_deadline, activity.id)).grouped(
            lambda activity: customer_of[activity.res_id]
        )

    @api.model
    def _schedule_on(self, contacts):
        """Odoo's own dialog to schedule an activity, on these contacts."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Schedule Activity"),
            "res_model": "mail.activity.schedule",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "active_model": "res.partner",
                "active_ids": contacts.ids,
                "active_id": contacts[:1].id,
                "dialog_size": "large",
            },
        }

    @api.model
    def _refuse_activities_on(self, model_names):
        """An activity of one of our own rows would be seen nowhere else: it belongs to the contact."""
        for name in model_names:
            model = self.env.registry.get(name) if isinstance(name, str) else None
            if model is not None and model._original_module.startswith(FAMILY):
                raise ValidationError(
                    self.env._(
                        "Activities are planned on the customer's contact, not on “%s”: there everybody finds them.",
                        self.env["ir.model"]._get(name).name,
                    )
                )
