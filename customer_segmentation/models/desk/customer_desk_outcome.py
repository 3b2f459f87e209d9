"""What can come of a call, and what follows: an open list, which other addons extend (`_outcomes`).

_checked()   what a person says, refused where it cannot be
_tell()      keep it, and do what follows (`customer.desk.follow.up` does it to activities and playbooks)
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.context import one_of, refuse, whole
from ...tools.days import day_given
from ...tools.desk import Answer, Outcome
from ...tools.words import headed

SAID = {"channel", "note", "attitude", "day", "reason_id", "wrong_label"}
NOTE_LENGTH = 500
ATTEMPTS = 3  # calls nobody answered, before one writes
REST_DAYS = {"least": 14, "most": 90}  # who needs nothing now is left alone for a usual gap within these


class CustomerDeskOutcome(models.AbstractModel):
    _name = "customer.desk.outcome"
    _description = "What Came of a Call"

    @api.model
    def _outcomes(self):
        """All outcomes by technical name, with the labels of the reader; another addon adds its own."""
        return {
            "ordered": Outcome(
                1, self.env._("Ordered"), "fa-shopping-cart", "_comes_back", days=7, order_ends=True, heard="helped"
            ),
            "will_order": Outcome(
                2,
                self.env._("Will order"),
                "fa-calendar-check-o",
                "_comes_back",
                days=7,
                order_ends=True,
                heard="helped",
            ),
            "not_reached": Outcome(3, self.env._("Not reached"), "fa-phone", "_try_again", days=1, order_ends=True),
            "later": Outcome(4, self.env._("Later"), "fa-clock-o", "_comes_back", days=14, order_ends=True),
            "no_need": Outcome(5, self.env._("No need now"), "fa-pause-circle-o", "_rests", heard="other"),
            "elsewhere": Outcome(
                6, self.env._("Buys elsewhere"), "fa-sign-out", "_rests_long", asks="reason", heard="elsewhere"
            ),
            "complaint": Outcome(7, self.env._("Complaint"), "fa-exclamation-circle", "_complains", heard="other"),
            "wrong_number": Outcome(8, self.env._("Wrong number"), "fa-question-circle-o", "_finds_number", days=1),
            "helped": Outcome(9, self.env._("It helped"), "fa-thumbs-o-up", "_rests_shortly", heard="helped"),
        }

    @api.model
    def _in_order(self):
        """All outcomes, `(name, Outcome)`, as they are offered and counted."""
        return sorted(self._outcomes().items(), key=lambda item: item[1].number)

    @api.model
    def _selection(self):
        return [(name, one.label) for name, one in self._in_order()]

    # ------------------------------------------------------------------ what a person says

    @api.model
    def _checked(self, row, outcome, said, entry=None, activity=None):
        """What is said of a row, as an `Answer`.

        :param entry: the entry of a playbook that is answered
        :param activity: the activity of the entry on which somebody does
        :raise UserError: naming what cannot be
        """
        said, known = self._said(said), self._outcomes()
        name = one_of(self.env, "outcome", outcome, known)
        return Answer(
            name,
            self._choice(row, "channel", said) or "call",
            self._note(said),
            self._choice(row, "attitude", said),
            self._coming_day(row, said),
            self._reason(known[name], said),
            bool(said.get("wrong_label")),
            self.env["customer.playbook.entry"] if entry is None else entry,
            self.env["mail.activity"] if activity is None else activity,
        )

    @api.model
    def _said(self, said):
        """What is said beside the outcome, by name.

        :raise UserError: when it is something else
        """
        said = said or {}
        if not isinstance(said, dict) or said.keys() - SAID:
            refuse(self.env, "told", said)
        return said

    @api.model
    def _choice(self, row, name, said):
        value = said.get(name)
        return one_of(self.env, name, value, dict(row._fields[name].selection)) if value else None

    @api.model
    def _note(self, said):
        note = said.get("note") or ""
        if not isinstance(note, str):
            refuse(self.env, "note", note)
        kept = note.encode(errors="ignore").decode().replace("\0", "")  # the rest is no text for the database
        return kept.strip()[:NOTE_LENGTH]

    @api.model
    def _coming_day(self, row, said):
        day = day_given(self.env, said.get("day") or None)
        if day and day <= self.env["customer.desk"]._desk(row.company_id).today:
            raise UserError(self.env._("Choose the day on which it comes back: tomorrow or later."))
        return day

    @api.model
    def _reason(self, outcome, said):
        reasons = self.env["customer.churn.reason"]
        reason = reasons.browse(whole(self.env, "reason_id", said.get("reason_id")) or []).exists()
        reason.check_access("read")
        if outcome.asks == "reason" and not reason:
            raise UserError(self.env._("Choose why the customer buys elsewhere."))
        return reason if outcome.asks == "reason" else reasons

    # ------------------------------------------------------------------ what follows

    @api.model
    def _tell(self, row, answer):
        """Keep what was said, log the contact, and do what follows.

        :param row: as the person who says it, or as superuser where that person has no desk
        """
        desk = self.env["customer.desk"]._desk(row.company_id, row.user_id)
        held_back = self.env["customer.desk.candidates"]._held_back(desk, row.partner_id.ids)
        row.sudo().write(
            {
                "state": "done",
                "done_at": fields.Datetime.now(),
                "outcome": answer.outcome,
                "channel": answer.channel,
                "attitude": answer.attitude,
                "note": answer.note,
                "churn_reason_id": answer.reason.id,
                "wrong_label": answer.wrong_label,
                "held_back": bool(held_back),
            }
        )
        outcome = self._outcomes()[answer.outcome]
        self._follow_ups()._answer_afterwards(answer, outcome.heard)
        getattr(self, outcome.follows)(row, answer)

    @api.model
    def _comes_back(self, row, answer):
        self._follow_ups()._again(row, answer, self._day(row, answer), self._summary(row, answer))

    @api.model
    def _finds_number(self, row, answer):
        summary = self.env._("Find the right number of %s", row.partner_id.name)
        self._follow_ups()._again(row, answer, self._day(row, answer), summary, kind="todo")

    @api.model
    def _try_again(self, row, answer):
        """The next working day; after three calls in vain one writes."""
        attempts, summary, kind = self._attempts_in_vain(row), self._summary(row, answer), None
        if attempts >= ATTEMPTS:
            words = {"customer": row.partner_id.name, "count": attempts}
            summary, kind = self.env._("Write to %(customer)s: not reached %(count)s times", **words), "email"
        self._follow_ups()._again(row, answer, self._day(row, answer), summary, kind)

    @api.model
    def _rests(self, row, answer):
        gap = round(row._profile().typical_gap_days or 0)
        self._leave_alone(row, answer, min(max(gap, REST_DAYS["least"]), REST_DAYS["most"]))

    @api.model
    def _rests_long(self, row, answer):
        self._leave_alone(row, answer, REST_DAYS["most"])

    @api.model
    def _rests_shortly(self, row, answer):
        self._leave_alone(row, answer, REST_DAYS["least"])

    @api.model
    def _leave_alone(self, row, answer, days):
        """Nobody is asked to call the customer for a while."""
        self._follow_ups()._finish(row, answer, self._outcomes()[answer.outcome].heard)
        row.sudo().rests_until = self._today(row) + timedelta(days=days)

    @api.model
    def _complains(self, row, answer):
        """Somebody sees to it: who serves the customer, else who was told; for a while nobody sells."""
        day = self._day(row, answer)
        title = self.env._("Complaint of %s", row.partner_id.name)
        service = self._served_by(row)
        self._leave_alone(row, answer, REST_DAYS["least"])
        self._follow_ups()._plan(row, day, headed(self.env, filter(None, [title, answer.note])), "todo", service)

    @api.model
    def _served_by(self, row):
        """Who serves the customer, if somebody of the company does."""
        profile, usable = row._profile(), self.env["customer.playbook.responsible"]._usable_users(row.company_id)
        service = profile and self.env["customer.tier.service"]._contact_of(profile)
        return service if service and service.id in usable else None

    # ------------------------------------------------------------------ days and words

    @api.model
    def _follow_ups(self):
        return self.env["customer.desk.follow.up"]

    @api.model
    def _today(self, row):
        return self.env["customer.desk"]._desk(row.company_id).today

    @api.model
    def _day(self, row, answer):
        """The day it comes back: the one said, else the usual one, on which the person works."""
        days = self._outcomes()[answer.outcome].days or 1
        return answer.day or row.user_id._working_day(self._today(row) + timedelta(days=days), row.company_id)

    @api.model
    def _summary(self, row, answer):
        name = row.partner_id.name
        return {
            "ordered": self.env._("Has the order of %s come in?", name),
            "will_order": self.env._("%s wanted to order: ask", name),
        }.get(answer.outcome) or self.env._("Call %s again", name)

    @api.model
    def _attempts_in_vain(self, row):
        """How many times in a row nobody answered, this time included."""
        said = row.sudo().search(
            [("partner_id", "=", row.partner_id.id), ("company_id", "=", row.company_id.id), ("outcome", "!=", False)],
            order="done_at desc, id desc",
            limit=20,
        )
        names = [one.outcome for one in said]
        return next((place for place, name in enumerate(names) if name != "not_reached"), len(names))

    @api.model
    def _in_words(self, answer):
        """What is posted on the contact, for every colleague to read."""
        outcome = self._outcomes()[answer.outcome]
        return headed(self.env, filter(None, [outcome.label, answer.reason.name, answer.note]))
