from odoo import api, models
from odoo.addons.customer_segmentation.tools.sheet import FIRM, Section
from odoo.tools.misc import formatLang


class CustomerSheet(models.AbstractModel):
    """Potential, satisfaction, how it pays, the value score, and what people noted of the customer."""

    _inherit = "customer.sheet"

    @api.model
    def _sections(self, subject, audience):
        sections = super()._sections(subject, audience)
        if audience == FIRM:
            return [
                *sections,
                Section(15, "who", self._potential(subject.customer.sudo())),
                Section(75, "standing", self._satisfaction(subject)),
            ]
        return [
            *sections,
            Section(90, "value", self._value(subject.profile)),
            Section(95, "credit", self._credit(subject)),
            Section(100, "noted", self._noted(subject.customer)),
        ]

    # ------------------------------------------------------------------ to the firm

    @api.model
    def _standing_heading(self):
        return self.env._("Tier, Satisfaction, Payment")

    @api.model
    def _notes(self):
        return self.env._(
            "Scores, purchases and credit class are company-wide. Contacts and opportunities are those the reader may "
            "see. Amounts are untaxed, those of payments include taxes."
        )

    @api.model
    def _potential(self, customer):
        return self._lines((self.env._("Sales Potential"), self._label(customer, "customer_potential")))

    @api.model
    def _satisfaction(self, subject):
        """How satisfied the customer is, and how it pays."""
        customer, profile = subject.customer, subject.profile
        credit, pays = customer.customer_credit_class, customer.customer_credit_in_words
        if credit:
            pays = self.env._("%(credit_class)s: %(words)s", credit_class=credit, words=pays)
        return self._lines(
            (self.env._("Satisfaction"), profile.satisfaction_in_words if profile else ""),
            (self.env._("Credit Class"), pays),
        )

    # ------------------------------------------------------------------ to the customer

    @api.model
    def _value(self, profile):
        if not profile.value_band:
            return []
        return self._lines(
            (
                self.env._("Value score"),
                self.env._("%s of 100", formatLang(self.env, profile.value_score, digits=0)),
                self.env._("Several measures weighed together; 100 is best. %s", profile.value_in_words),
            )
        )

    @api.model
    def _credit(self, subject):
        customer, policy = subject.customer, subject.policy
        credits_of = self.env["customer.credit.class"].sudo()
        credit = subject.profile and credits_of._read_of(policy.company_id, customer).get(customer.id)
        if not credit or not credit.credit_class:
            return []
        return self._lines(
            (
                self.env._("Payment class"),
                f"{credit.credit_class}: {credits_of._in_words(policy, credit)}",
                self.env._("From when your invoices were due and when they were paid: A is best, D is worst."),
            )
        )

    @api.model
    def _noted(self, customer):
        """What salespeople typed in; it is not computed, but about the same person."""
        referrer = customer.customer_referred_by_id.with_env(self.env)
        return self._lines(
            (self.env._("Sales potential"), self._label(customer, "customer_potential")),
            (self.env._("Satisfaction"), self._label(customer, "customer_satisfaction")),
            (self.env._("Followers on social networks"), customer.customer_followers),
            (self.env._("Referred by"), referrer._filtered_access("read").display_name),
            (self.env._("Gender"), self._label(customer, "customer_gender")),
        )
