"""What My Day shows of a row, as plain values."""

from odoo import api, models

from ...tools.words import amount_in_words, day_in_words, weekday_in_words


class CustomerDeskSheet(models.AbstractModel):
    _name = "customer.desk.sheet"
    _description = "What My Day Shows"

    @api.model
    def _of_day(self, desk, rows, waiting):
        """A day with its rows.

        :param waiting: how many customers have a reason and no row
        """
        return {
            "day": weekday_in_words(self.env, desk.today),
            "rows": self._of_rows(desk, rows),
            "done": len(rows.filtered(lambda row: row.state != "open")),
            "total": len(rows),
            "waiting": waiting,
            "leads": self.env["customer.desk.team"]._leads(),
            "company_id": desk.company.id,
        } | self._what_can_be_said()

    @api.model
    def _what_can_be_said(self):
        """What the dialog offers, at the desk and where an entry of a playbook is answered."""
        return {
            "outcomes": [self._offered(name, one) for name, one in self.env["customer.desk.outcome"]._in_order()],
            "reasons": [{"id": one.id, "name": one.name} for one in self.env["customer.churn.reason"].search([])],
            "channels": self._choices("channel"),
            "attitudes": self._choices("attitude"),
        }

    @api.model
    def _offered(self, name, outcome):
        """An outcome as the dialog shows it."""
        shown = ("number", "label", "icon", "days", "asks")
        return {"name": name} | {field: getattr(outcome, field) for field in shown}

    @api.model
    def _choices(self, name):
        return self.env["customer.desk.row"]._fields[name]._description_selection(self.env)

    # ------------------------------------------------------------------ rows

    @api.model
    def _of_rows(self, desk, rows):
        """All rows; of those that are done only who and what came of it."""
        left = rows.filtered(lambda row: row.state == "open")
        reasons = self.env["customer.desk.reason"]
        seen = reasons._seen(desk, left.partner_id)
        words = reasons._in_words(desk, seen)
        contacts = self.env["customer.interaction.summary"]._last_by_customer(left.partner_id.ids, desk.company)
        planned = self._planned_by_others(desk, left.partner_id)
        return [
            self._short(row)
            | (
                self._open(desk, row.partner_id, seen)
                | {
                    "why": words[row.partner_id.id],
                    "last_contact": self._contact_in_words(contacts.get(row.partner_id.id)),
                    "planned": planned.get(row.partner_id.id, []),
                }
                if row.state == "open"
                else {}
            )
            for row in rows
        ]

    @api.model
    def _short(self, row):
        said = row.outcome and dict(self._choices("outcome"))[row.outcome]
        return {
            "id": row.id,
            "customer_id": row.partner_id.id,
            "name": row.partner_id.display_name,
            "state": row.state,
            "outcome": said or (row.state != "open" and dict(self._choices("state"))[row.state]),
            "next_day": row.next_day and day_in_words(self.env, row.next_day),
        }

    @api.model
    def _open(self, desk, customer, seen):
        profile = seen.profiles.get(customer.id)
        return {
            "phone": self._phone(customer),
            "email": customer.email,
            "say": self._what_to_say(customer, profile, seen),
            "due": self._due_in_words(customer, seen),
            "badges": self._badges(profile) if profile else [],
            "at_stake": profile and profile.at_stake and amount_in_words(profile, profile.at_stake),
            "profile_id": profile and profile.id,
        }

    @api.model
    def _phone(self, customer):
        """The customer's own number, else the first one of its people."""
        return customer.phone or next(filter(None, customer.child_ids.mapped("phone")), False)

    @api.model
    def _badges(self, profile):
        """The segment, and the tier where there is one: (label, color)."""
        badges = [(record.name, record.color) for record in (profile.segment_id, profile.tier_id) if record]
        return [{"label": label, "color": color} for label, color in badges]

    @api.model
    def _what_to_say(self, customer, profile, seen):
        """The text of the playbook's activity, else what the segment advises: HTML, and plain text."""
        activities = self.env["mail.activity"].browse([one.activity_id for one in seen.planned.get(customer.id, [])])
        note = next(filter(None, activities.mapped("note")), None)
        return {"html": note, "text": not note and profile and profile.segment_id.advice}

    @api.model
    def _due_in_words(self, customer, seen):
        """What is planned next for the person, and until when."""
        planned = seen.planned.get(customer.id)
        if not planned:
            return False
        activity = self.env["mail.activity"].browse(planned[0].activity_id)
        return self.env._(
            "%(what)s by %(day)s",
            what=activity.activity_type_id.name or self.env._("To do"),
            day=day_in_words(self.env, planned[0].day),
        )

    @api.model
    def _contact_in_words(self, contact):
        if not contact:
            return self.env._("never")
        labels = dict(self.env["customer.interaction"]._fields["channel"]._description_selection(self.env))
        return " · ".join(filter(None, [day_in_words(self.env, contact.date), labels.get(contact.channel)]))

    @api.model
    def _planned_by_others(self, desk, customers):
        """What colleagues mean to do, as far as the reader may see it: {customer id: [text]}."""
        found = self.env["mail.activity"].search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "in", customers.ids),
                ("user_id", "not in", [desk.user.id, False]),
            ],
            order="date_deadline, id",
        )
        return {
            customer: [
                self.env._(
                    "%(person)s: %(what)s on %(day)s",
                    person=activity.user_id.name,
                    what=activity.summary or activity.activity_type_id.name,
                    day=day_in_words(self.env, activity.date_deadline),
                )
                for activity in activities
            ]
            for customer, activities in found.grouped("res_id").items()
        }
