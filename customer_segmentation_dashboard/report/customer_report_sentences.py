"""The three sentences a manager reads first: what happened in the period, why, and who should do what."""

from odoo import api, models
from odoo.addons.customer_segmentation.tools.words import joined, listed

PEOPLE_NAMED = 3
LEAST_SHARE = 0.0005  # less is said to be as much


class CustomerReport(models.AbstractModel):
    _inherit = "report.customer_segmentation_dashboard.customer_report"

    @api.model
    def _revenues(self, statement):
        """Revenue of the period, and of the one it is compared with."""
        sources = statement["sources"].values()
        return sum(now for _count, now, _before in sources), sum(before for _count, _now, before in sources)

    # ------------------------------------------------------------------ what happened

    @api.model
    def _happened(self, statement):
        now, before = self._revenues(statement)
        tiles = {tile["key"]: tile["in_words"] for tile in statement["tiles"]}
        return self.env._(
            "Customers bought for %(revenue)s, %(change)s; %(active)s of %(customers)s bought, %(new)s of them for the "
            "first time.",
            revenue=self._money(now, statement["currency"]),
            change=self._compared(now, before, statement),
            **{name: tiles[name] for name in ("active", "customers", "new")},
        )

    @api.model
    def _compared(self, now, before, statement):
        words = {"before": self._money(before, statement["currency"])}
        if before <= 0:
            return self.env._("after %(before)s in the period before", **words)
        share = (now - before) / before
        if abs(share) < LEAST_SHARE:
            return self.env._("as much as in the period before", **words)
        words["share"] = self._share(abs(share))
        if statement["running"]:
            if share > 0:
                return self.env._("%(share)s more than in the same days of the period before (%(before)s)", **words)
            return self.env._("%(share)s less than in the same days of the period before (%(before)s)", **words)
        if share > 0:
            return self.env._("%(share)s more than in the period before (%(before)s)", **words)
        return self.env._("%(share)s less than in the period before (%(before)s)", **words)

    # ------------------------------------------------------------------ why

    @api.model
    def _why(self, statement):
        """The parts the change is made of; first the one that did most for it."""
        now, before = self._revenues(statement)
        parts = self._parts(statement)
        if not parts:
            return self.env._("Nobody bought in either period.")
        rising = now >= before
        parts.sort(key=lambda part: -part[0] if rising else part[0])
        first, *others = (words for _amount, words in parts)
        if not others:
            return self.env._("The reason: %s.", first)
        return self.env._(
            "The main reason: %(first)s; beside it: %(others)s.", first=first, others=joined(self.env, others)
        )

    @api.model
    def _parts(self, statement):
        """(change of revenue, in words) of what customers did in both periods."""
        found = []
        for kind, (count, now, before) in statement["sources"].items():
            words = {"customers": self._count(count), "amount": self._money(abs(now - before), statement["currency"])}
            found.append((now - before, self._part(kind, now >= before, words)))
        return found

    @api.model
    def _part(self, kind, rising, words):
        if kind == "new":
            return self.env._("new customers (%(customers)s) brought %(amount)s", **words)
        if kind == "returned":
            return self.env._(
                "customers who had not bought in the period before (%(customers)s) brought %(amount)s", **words
            )
        if kind == "away":
            return self.env._(
                "customers who had bought in the period before (%(customers)s) stayed away, %(amount)s less", **words
            )
        if rising:
            return self.env._("who bought in both periods (%(customers)s) brought %(amount)s more", **words)
        return self.env._("who bought in both periods (%(customers)s) brought %(amount)s less", **words)

    # ------------------------------------------------------------------ who should do what

    @api.model
    def _to_do(self, statement):
        """Salespeople, not customers: whoever is erased is named in no sentence."""
        people = statement["to_call"]
        if not people:
            return self.env._("To do: nobody is slipping, so see that new customers order a second time.")
        named = listed(self.env, [self._person(*person, statement) for person in people[:PEOPLE_NAMED]])
        if statement["running"]:
            return self.env._(
                "To do: call who is slipping, those with the most at stake first: %(people)s.", people=named
            )
        return self.env._("To do: call who is slipping, the largest customers first: %(people)s.", people=named)

    @api.model
    def _person(self, name, count, amount, statement):
        words = {"customers": self._count(count), "amount": self._money(amount, statement["currency"])}
        if not name:
            return self.env._("without a salesperson %(customers)s customers (%(amount)s)", **words)
        return self.env._("%(name)s %(customers)s customers (%(amount)s)", name=name, **words)
