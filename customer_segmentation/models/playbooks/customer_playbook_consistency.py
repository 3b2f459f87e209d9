"""What playbooks do against what else is said about the same customers: an open list, which apps extend.

Where the answer is clear it is decided, and the sentence says so: who is gone is called only if once among the best.
All else is for a manager to settle, who finds the record concerned beside the sentence.
"""

from markupsafe import Markup

from odoo import models
from odoo.tools import SQL

from ...tools.consistency import Contradiction


class CustomerPlaybookConsistency(models.AbstractModel):
    _name = "customer.playbook.consistency"
    _description = "What Contradicts Each Other"

    # ------------------------------------------------------------------ the list

    def _of_playbook(self, playbook, policy):
        """What a playbook contradicts in the company of a policy, a `Contradiction` each."""
        if playbook.action_kind == "none":
            return []
        return [*self._against_advice(playbook, policy), *self._of_gone(playbook, policy)]

    def _of_policy(self, policy):
        """The same of all that is at work in the company."""
        playbooks = self.env["customer.playbook"].sudo()
        started = playbooks.search([("started_company_ids", "in", policy.company_id.ids)])
        return [found for playbook in started for found in self._of_playbook(playbook, policy)]

    def _against_advice(self, playbook, policy):
        """Segments the playbook names although nobody there is worth a call."""
        named = playbook.segment_ids & policy.scheme_id.segment_ids
        trigger = self.env["customer.playbook.trigger"]._triggers().get(playbook.trigger)
        if not trigger or "segment" in trigger.own:
            return []
        return [
            Contradiction(self._advice_in_words(playbook, segment), segment)
            for segment in named.filtered(lambda segment: segment.worth_a_call == "no").sorted()
        ]

    def _of_gone(self, playbook, policy):
        count = self._count_held_back(playbook, policy, "gone")
        return [Contradiction(self._gone_in_words(playbook, count), playbook)] if count else []

    def _count_held_back(self, playbook, policy, name):
        """How many customers of today get no activity for a reason of `_held_back`; 0 while it asks nobody."""
        entrance = self.env["customer.playbook.entrance"]
        if entrance._numbers_are_refused(playbook) or entrance._audience_refusal(playbook, policy.company_id):
            return 0
        return entrance._count_held_back(playbook, policy.company_id, name)

    # ------------------------------------------------------------------ decided

    def _sql_worth_a_call(self, policy, today):
        """Of who is gone, and of segments that say so, only those who were among the top 10%."""
        limit = self.env["customer.segmentation.share"]._lifetime_top_limits().get(policy.company_id.id)
        only_top = self.env["customer.segment"].sudo().search([("worth_a_call", "=", "formerly_top")])
        return SQL(
            """(COALESCE(%(top)s, FALSE) OR NOT (
                COALESCE(profile.lifecycle_stage = 'lost', FALSE) OR COALESCE(profile.gone_date <= %(today)s, FALSE)
                OR COALESCE(profile.segment_id = ANY(%(segments)s), FALSE)))""",
            top=SQL("FALSE") if limit is None else SQL("profile.lifetime_revenue >= %s", limit),
            today=today,
            segments=only_top.ids,
        )

    def _worth_a_call(self, policy, profiles):
        """Those of these customers of a policy."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM customer_segmentation_profile profile WHERE id = ANY(%s) AND %s",
                profiles.ids,
                self._sql_worth_a_call(policy, policy._today()),
            )
        )
        return profiles.browse([row[0] for row in rows])

    # ------------------------------------------------------------------ in words

    def _in_html(self, found):
        """A line each, with a link to the record concerned; nothing when nothing contradicts."""
        lines = [
            Markup('<li>%s <a href="/odoo/%s/%s">%s</a></li>')
            % (sentence, record._name, record.id, record.display_name)
            for sentence, record in found
        ]
        return Markup('<ul class="mb-0 ps-3">%s</ul>') % Markup().join(lines) if lines else False

    def _advice_in_words(self, playbook, segment):
        values = {"playbook": playbook.name, "segment": segment.name, "advice": segment.advice}
        if not segment.advice:
            return self.env._("“%(playbook)s” plans activities for %(segment)s, who are not worth a call.", **values)
        return self.env._(
            "“%(playbook)s” plans activities for %(segment)s, who are not worth a call. The advice: %(advice)s",
            **values,
        )

    def _gone_in_words(self, playbook, count):
        if self.env["customer.playbook.entrance"]._writes_as_well(playbook):
            return self.env._(
                "Customers who get the e-mail of “%(playbook)s” and no call, because they are gone and were not among "
                "the top 10%%: %(count)s.",
                playbook=playbook.name,
                count=count,
            )
        return self.env._(
            "Customers whom “%(playbook)s” leaves out because they are gone and were not among the top 10%%: "
            "%(count)s. A playbook of e-mails may reach them.",
            playbook=playbook.name,
            count=count,
        )
