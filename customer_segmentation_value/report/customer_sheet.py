"""What the sheets about a customer say of its value: the portrait for the firm, the privacy sheet for the customer."""

from odoo import api, models
from odoo.addons.customer_segmentation.report.privacy_sheet import Line
from odoo.tools.misc import formatLang


class CustomerPortrait(models.AbstractModel):
    _inherit = "report.customer_segmentation.customer_portrait"

    @api.model
    def _who(self, customer, profile):
        readable = customer.sudo()
        potential = readable.customer_potential and self._label(readable, "customer_potential")
        return super()._who(customer, profile) + self._rows((self.env._("Sales Potential"), potential))

    @api.model
    def _standing(self, customer, profile):
        """Beside tier and benefits: satisfaction, and how it pays."""
        credit = customer.customer_credit_class
        pays = customer.customer_credit_in_words
        return super()._standing(customer, profile) + self._rows(
            (self.env._("Satisfaction"), profile.satisfaction_in_words if profile else ""),
            (
                self.env._("Credit Class"),
                self.env._("%(credit_class)s: %(words)s", credit_class=credit, words=pays) if credit else pays,
            ),
        )

    @api.model
    def _standing_heading(self):
        return self.env._("Tier, Satisfaction, Payment")

    @api.model
    def _notes(self):
        return self.env._(
            "Scores, purchases and credit class are company-wide. Contacts and opportunities are those the reader may "
            "see. Amounts are untaxed, those of payments include taxes."
        )


class PrivacySheet(models.AbstractModel):
    _inherit = "report.customer_segmentation.privacy_sheet"

    @api.model
    def _worth(self, profile, policy):
        yield from super()._worth(profile, policy)
        yield from self._value(profile)
        yield from self._credit(profile, policy)

    @api.model
    def _value(self, profile):
        if not profile.value_band:
            return
        yield Line(
            self.env._("Value score"),
            self.env._("%s of 100", formatLang(self.env, profile.value_score, digits=0)),
            self.env._("Several measures weighed together; 100 is best. %s", profile.value_in_words),
        )

    @api.model
    def _credit(self, profile, policy):
        customer, company = profile.partner_id, profile.company_id
        credits_of = self.env["customer.credit.class"].sudo()
        credit = credits_of._read_of(company, customer).get(customer.id)
        if credit and credit.credit_class:
            yield Line(
                self.env._("Payment class"),
                f"{credit.credit_class}: {credits_of._in_words(policy, credit)}",
                self.env._("From when your invoices were due and when they were paid: A is best, D is worst."),
            )

    @api.model
    def _noted(self, customer):
        found = {
            self.env._("Sales potential"): self._label(customer, "customer_potential"),
            self.env._("Satisfaction"): self._label(customer, "customer_satisfaction"),
            self.env._("Followers on social networks"): customer.customer_followers,
            self.env._("Referred by"): customer.customer_referred_by_id.display_name,
            self.env._("Gender"): self._label(customer, "customer_gender"),
        }
        return [(label, value) for label, value in found.items() if value] + super()._noted(customer)
