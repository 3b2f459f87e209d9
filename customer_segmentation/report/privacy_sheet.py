"""What we compute about one customer and why, for the customer to read: printed in the customer's language.

_get_report_values()   one sheet for each customer, in the company the user works in
_sheet()               data used, scores with value and meaning, what people noted, how long it is kept
"""

from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import format_date
from odoo.tools.misc import formatLang


class Line(NamedTuple):
    """One thing that is known: what it is, what it says of this customer, and what that means."""

    label: str
    value: str
    meaning: str


class PrivacySheet(models.AbstractModel):
    _name = "report.customer_segmentation.privacy_sheet"
    _description = "What We Compute About a Customer"

    @api.model
    def _get_report_values(self, docids, data=None):
        self._check_reader()
        customers = self.env["res.partner"].browse(docids).commercial_partner_id
        customers.check_access("read")
        return {"docs": customers, "sheets": {customer.id: self._sheet(customer) for customer in customers}}

    @api.model
    def _check_reader(self):
        if not self.env.su and not self.env.user.has_group("customer_segmentation.group_user"):
            raise AccessError(self.env._("Only users of Customer Segmentation see what is computed about customers."))

    @api.model
    def _sheet(self, customer):
        """Everything the sheet says about one customer."""
        known = self.env["res.lang"]._get_data(code=customer.lang)
        lang = customer.lang if known else self.env.lang
        speaking = self.with_context(lang=lang)
        company = self.env.company.root_id
        policy = speaking.env["customer.segmentation.policy"]._of_company(company)
        profile = speaking._profile(customer, company)
        exclusion = speaking.env["customer.segmentation.exclusion"]._of(customer, company).get(customer.id)
        return {
            "lang": lang,
            "customer": customer,
            "company": company,
            "policy": policy,
            "day": format_date(speaking.env, policy._today()),
            "excluded": exclusion and speaking._excluded(exclusion),
            "computed": speaking._computed(profile, policy),
            "noted": speaking._noted(customer.with_env(speaking.env).sudo()),
            "follow_ups": speaking._follow_ups(customer, company),
            "seen_by": speaking._seen_by(company),
            "history_kept": speaking._history_kept(policy),
        }

    @api.model
    def _profile(self, customer, company):
        return (
            self.env["customer.segmentation.profile"]
            .sudo()
            .search([("partner_id", "=", customer.id), ("company_id", "=", company.id)])
        )

    # ------------------------------------------------------------------ what is computed

    @api.model
    def _computed(self, profile, policy):
        """The lines about a profile, those that say nothing left out."""
        if not profile:
            return []
        lines = [
            *self._purchases(profile, policy),
            *self._scores(profile),
            *self._groups(profile),
            *self._rhythm(profile, policy),
            *self._tier(profile),
            *self._contacts(profile),
            *self._value(profile),
            *self._credit(profile, policy),
        ]
        return [line for line in lines if line.value]

    @api.model
    def _purchases(self, profile, policy):
        if not profile.lifetime_order_count:
            return
        yield Line(
            self.env._("Purchases"),
            profile.purchases_in_words,
            self.env._(
                "Your orders and what they came to without tax, less what you gave back, %s.",
                policy._window_in_words(),
            ),
        )
        yield Line(
            self.env._("All your purchases"), profile.lifetime_in_words, self.env._("The same since your first order.")
        )

    @api.model
    def _scores(self, profile):
        for score in profile.score_details or []:
            yield Line(
                score["label"],
                self.env._("%(score)s of %(best)s", score=score["score"], best=score["bands"]),
                self._meaning_of_score(score),
            )
        if profile.rfm_code:
            yield Line(
                self.env._("RFM score"),
                self.env._("%s of 100", formatLang(self.env, profile.rfm_score, digits=1)),
                self.env._("These three scores as one number; 100 is best."),
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
    def _groups(self, profile):
        yield Line(
            self.env._("Segment"),
            profile.segment_id.name,
            self.env._("The group of customers with similar scores, so that we know how to serve you."),
        )
        yield Line(
            self.env._("ABC class"),
            profile.abc_class,
            self.env._("Whether you are among the customers who together bring most of our revenue: A, B or C."),
        )
        yield Line(
            self.env._("Lifecycle stage"),
            self._label(profile, "lifecycle_stage"),
            self.env._("Where you stand, held against how often you usually order."),
        )

    @api.model
    def _rhythm(self, profile, policy):
        yield Line(
            self.env._("Rhythm"),
            profile.typical_gap_days and self._rhythm_in_words(profile),
            self.env._("From the days between your orders; with few orders also from those of other customers."),
        )

    @api.model
    def _rhythm_in_words(self, profile):
        days = formatLang(self.env, profile.typical_gap_days, digits=0)
        if not profile.expected_next_order_date:
            return self.env._("an order about every %s days", days)
        return self.env._(
            "an order about every %(days)s days, the next one expected around %(day)s",
            days=days,
            day=format_date(self.env, profile.expected_next_order_date),
        )

    @api.model
    def _tier(self, profile):
        if not profile.tier_id:
            return
        yield Line(
            self.env._("Customer tier"),
            profile.tier_id.name,
            self.env._("Set by one of our people: %s", profile.tier_lock_reason)
            if profile.tier_lock_reason
            else self.env._("From the rules of our tiers: %s", profile.tier_id.rule or profile.tier_id.name),
        )
        yield Line(
            self.env._("Benefits of the tier"), profile.benefits, self.env._("What you get because of the tier.")
        )

    @api.model
    def _contacts(self, profile):
        if not profile.last_contact_date:
            return
        yield Line(
            self.env._("Contacts with us"),
            self.env._(
                "%(count)s, the last on %(day)s",
                count=profile.contact_count,
                day=format_date(self.env, profile.last_contact_date),
            ),
            self.env._("Calls, meetings, e-mails and quotations are counted; what was said in them is not read."),
        )

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

    # ------------------------------------------------------------------ what people noted and did

    @api.model
    def _noted(self, customer):
        """What salespeople typed in; it is not computed, but about the same person."""
        found = {
            self.env._("Sales potential"): self._label(customer, "customer_potential"),
            self.env._("Satisfaction"): self._label(customer, "customer_satisfaction"),
            self.env._("Followers on social networks"): customer.customer_followers,
            self.env._("Referred by"): customer.customer_referred_by_id.display_name,
            self.env._("Gender"): self._label(customer, "customer_gender"),
            self.env._("Birthday"): customer.customer_birthday and format_date(self.env, customer.customer_birthday),
        }
        return [(label, value) for label, value in found.items() if value]

    @api.model
    def _follow_ups(self, customer, company):
        """How often playbooks had our people do something for the customer, and when last."""
        done = [
            ("partner_id", "=", customer.id),
            ("company_id", "=", company.id),
            ("opened_on", "!=", False),
        ]
        entries = self.env["customer.playbook.entry"].sudo().search(done, order="opened_on desc")
        return entries and self.env._(
            "Times our people were reminded to contact you: %(count)s; the last time on %(day)s.",
            count=len(entries),
            day=format_date(self.env, entries[0].opened_on),
        )

    # ------------------------------------------------------------------ who sees it, and how long

    @api.model
    def _excluded(self, exclusion):
        return self.env._(
            "You have been excluded from profiling since %s. What had been computed about you was deleted then, and "
            "nothing has been computed since.",
            format_date(self.env, exclusion.date),
        )

    @api.model
    def _seen_by(self, company):
        return self.env._(
            "Everybody who works for %s with this software sees your segment, class, tier and stage; amounts and "
            "scores only those who sell, and their managers. Nobody else, and no other company.",
            company.name,
        )

    @api.model
    def _history_kept(self, policy):
        if not policy.retention_months:
            return self.env._("The history of changes and of follow-ups is kept as long as your record is.")
        return self.env._(
            "The history of changes and of follow-ups is deleted after %s months, once nothing in it is open any more.",
            policy.retention_months,
        )

    @api.model
    def _label(self, record, name):
        return dict(record._fields[name]._description_selection(self.env)).get(record[name])

    @api.model
    def _money(self, profile, amount):
        return formatLang(self.env, amount, currency_obj=profile.currency_id)
