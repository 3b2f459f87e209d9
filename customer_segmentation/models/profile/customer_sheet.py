"""What is said of one customer, to the firm and to the customer: two audiences of one sheet.

    _parts()            the lines by part of the sheet
      _in_order()       the sections in the order of their numbers
        _sections()     what each room and each addon has to say; extended by those that know more
    _label() …          how a value is said

Records are read with the rights they come with, and everything is said in the language of the environment.
"""

from odoo import api, models
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ...tools.context import by_code
from ...tools.sheet import FIRM, Line, Section, Subject
from ...tools.words import joined, listed, percent

LAST_CONTACTS, LAST_CHANGES = 5, 8


class CustomerSheet(models.AbstractModel):
    _name = "customer.sheet"
    _description = "Customer Sheet"

    @api.model
    def _subjects(self, customers, company):
        """Customers as a company knows them.

        :param company: a root company
        """
        profiles = self.env["customer.segmentation.profile"].search(
            [("partner_id", "in", customers.ids), ("company_id", "=", company.id)]
        )
        of_customer = {profile.partner_id.id: profile for profile in profiles}
        policy = self.env["customer.segmentation.policy"].sudo()._of_company(company)
        return [Subject(one, of_customer.get(one.id, profiles.browse()), policy) for one in customers]

    @api.model
    def _parts(self, subject, audience):
        """All lines about a customer, by part of the sheet."""
        parts = {}
        for section in self._in_order(subject, audience):
            parts.setdefault(section.part, []).extend(section.lines)
        return parts

    @api.model
    def _in_order(self, subject, audience):
        return sorted(self._sections(subject, audience), key=lambda section: section.number)

    @api.model
    def _sections(self, subject, audience):
        """The sections of a sheet in any order; another addon adds its own."""
        bought = subject.profile if subject.profile.lifetime_order_count else subject.profile.browse()
        sections = [
            Section(20, "numbers", self._purchases(bought, subject.policy, audience)),
            Section(30, "scores", self._scores(subject.profile, audience)),
            Section(40, "labels", self._labels(subject.profile, audience)),
        ]
        if audience != FIRM:
            return [*sections, Section(80, "contacts", self._how_often_in_contact(subject.profile))]
        return [
            Section(10, "who", self._who(subject)),
            *sections,
            Section(80, "contacts", self._last_contacts(subject.customer)),
            Section(130, "changes", self._changes(subject.profile)),
        ]

    # ------------------------------------------------------------------ words

    @api.model
    def _label(self, record, name):
        """The reader's word for the value of a selection."""
        return dict(record._fields[name]._description_selection(self.env)).get(record[name], "")

    @api.model
    def _money(self, profile, name):
        return formatLang(self.env, profile[name], currency_obj=profile.sudo().currency_id)

    @api.model
    def _day(self, day):
        return format_date(self.env, day) if day else ""

    @api.model
    def _lines(self, *lines):
        """Without those that say nothing."""
        return [Line(*line) for line in lines if line[1]]

    @api.model
    def _standing_heading(self):
        """What the part about tiers is called, with what another addon says in it."""
        return self.env._("Tier")

    @api.model
    def _notes(self):
        """What the firm has to know when reading it, at the foot of the page."""
        return self.env._(
            "Scores and purchases are company-wide. Contacts and opportunities are those the reader may see. Amounts "
            "are untaxed."
        )

    # ------------------------------------------------------------------ who, numbers and scores

    @api.model
    def _who(self, subject):
        readable, profile = subject.customer.sudo(), subject.profile
        contact = self.env["customer.tier.service"]._contact_of(profile).sudo() if profile else self.env["res.users"]
        return self._lines(
            (self.env._("Salesperson"), readable.user_id.name),
            (self.env._("Service Contact"), contact.name),
            (self.env._("Phone"), readable.phone),
            (self.env._("Email"), readable.email),
            (self.env._("Place"), listed(self.env, filter(None, (readable.city, readable.country_id.name)))),
            (self.env._("Industry"), readable.industry_id.name),
            (self.env._("Customer since"), self._day(profile.first_order_date)),
        )

    @api.model
    def _purchases(self, profile, policy, audience):
        if not profile:
            return []
        if audience == FIRM:
            return self._numbers(profile)
        return self._lines(
            (
                self.env._("Purchases"),
                profile.purchases_in_words,
                self.env._(
                    "Your orders and what they came to without tax, less what you gave back, %s.",
                    policy._window_in_words(),
                ),
            ),
            (
                self.env._("All your purchases"),
                profile.lifetime_in_words,
                self.env._("The same since your first order."),
            ),
        )

    @api.model
    def _numbers(self, profile):
        return self._lines(
            (self.env._("Purchases"), profile.purchases_in_words),
            (self.env._("Average Order"), profile.order_count and self._money(profile, "average_order_value")),
            (self.env._("Purchases Ever"), profile.lifetime_in_words),
            (self.env._("Refunds"), profile.refund_total and self._money(profile, "refund_total")),
            (
                self.env._("Share of Revenue"),
                percent(self.env, formatLang(self.env, profile.revenue_share, digits=2)),
            ),
            (self.env._("RFM Code"), profile.rfm_code),
            (self.env._("Last Order"), self._last_order(profile)),
        )

    @api.model
    def _last_order(self, profile):
        days = profile.recency_days
        ago = self.env._("today") if not days else self.env._("%s days ago", days)
        return self.env._("%(day)s (%(ago)s)", day=self._day(profile.last_order_date), ago=ago)

    @api.model
    def _scores(self, profile, audience):
        """R, F and M: the score of how many; to the firm with the value and why, to the customer with what it means."""
        scores = [
            {**score, "in_words": self.env._("%(score)s of %(bands)s", score=score["score"], bands=score["bands"])}
            for score in (profile.score_details or [] if profile else [])
        ]
        if audience == FIRM:
            return scores
        return self._lines(
            *((score["label"], score["in_words"], self._meaning_of_score(score)) for score in scores),
            (
                self.env._("RFM score"),
                profile.rfm_code and self.env._("%s of 100", formatLang(self.env, profile.rfm_score, digits=1)),
                self.env._("These three scores as one number; 100 is best."),
            ),
        )

    @api.model
    def _meaning_of_score(self, score):
        compared = {
            "recency": self.env._("How recently you bought, compared with our other customers: %s."),
            "frequency": self.env._("How often you bought, compared with our other customers: %s."),
            "monetary": self.env._("How much you bought, compared with our other customers: %s."),
        }
        return compared[score["measure"]] % score["value"]

    @api.model
    def _labels(self, profile, audience):
        """Segment, tier, class and stage; of the tier the customer is told with its benefits."""
        if not profile:
            return []
        stage = self._label(profile, "lifecycle_stage")
        if audience == FIRM:
            return self._lines(
                (self.env._("Segment"), profile.segment_id.name),
                (self.env._("Tier"), profile.tier_id.name),
                (self.env._("ABC Class"), profile.abc_class),
                (self.env._("Lifecycle Stage"), stage),
            )
        return self._lines(
            (
                self.env._("Segment"),
                profile.segment_id.name,
                self.env._("The group of customers with similar scores, so that we know how to serve you."),
            ),
            (
                self.env._("ABC class"),
                profile.abc_class,
                self.env._("Whether you are among the customers who together bring most of our revenue: A, B or C."),
            ),
            (
                self.env._("Lifecycle stage"),
                stage,
                self.env._("Where you stand, held against how often you usually order."),
            ),
        )

    # ------------------------------------------------------------------ contacts and changes

    @api.model
    def _how_often_in_contact(self, profile):
        if not profile.last_contact_date:
            return []
        count, day = profile.contact_count, self._day(profile.last_contact_date)
        return self._lines(
            (
                self.env._("Contacts with us"),
                self.env._("%(count)s, the last on %(day)s", count=count, day=day),
                self.env._("Calls, meetings, e-mails and quotations are counted; what was said in them is not read."),
            )
        )

    @api.model
    def _last_contacts(self, customer):
        rows = self.env["customer.interaction"].with_context(**by_code(only_customer_ids=customer.ids))
        # With their fields at once: all contacts are worked out for each reading.
        rows = rows.search_fetch(
            [("partner_id", "=", customer.id)], ["date", "channel", "user_id"], limit=LAST_CONTACTS
        )
        return [
            {"day": self._day(row.date), "channel": self._label(row, "channel"), "by": row.user_id.sudo().name or ""}
            for row in rows
        ]

    @api.model
    def _changes(self, profile):
        """What changed, latest first."""
        return [
            {"day": self._day(change.date), "words": self._because(change, words)}
            for change in profile.transition_ids.sorted(lambda one: (one.date, one.id), reverse=True)[:LAST_CHANGES]
            if (words := self._change_in_words(change))
        ]

    @api.model
    def _because(self, change, words):
        return self.env._("%s (the rules were changed)", words) if change.direction == "rules" else words

    @api.model
    def _change_in_words(self, change):
        profiles = self.env["customer.segmentation.profile"]
        pairs = [
            (
                profiles._fields[name]._description_string(self.env),
                self._value_in_words(change, f"from_{name}"),
                self._value_in_words(change, f"to_{name}"),
            )
            for name, label in profiles._labels().items()
            if label.is_told
        ]
        changed = [(label, before, after) for label, before, after in pairs if (before or "") != (after or "")]
        return joined(
            self.env,
            (
                self.env._("%(label)s: %(before)s → %(after)s", label=label, before=before or "–", after=after or "–")
                for label, before, after in changed
            ),
        )

    @api.model
    def _value_in_words(self, change, name):
        return change[name].name if change._fields[name].relational else self._label(change, name)
