"""The customer portrait: everything known about one customer, on one page to print or to take along.

    _of_profiles(), _of_contacts()     whose portraits: the customer of a contact, its profile in the reader's company
        ▼
    _portrait()                        sections of plain words and numbers, in the reader's language
        ▼
    the template                       lays them out; it reads no record

What the reader may not open is left out: contacts and opportunities follow the reader's rights, the scores are
company-wide as on the page Segmentation.
"""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.misc import formatLang

LAST_CONTACTS, LAST_CHANGES, OPEN_LEADS, FOLLOW_UPS = 5, 8, 5, 6


class CustomerPortrait(models.AbstractModel):
    _name = "report.customer_segmentation.customer_portrait"
    _description = "Customer Portrait"

    @api.model
    def _get_report_values(self, docids, data=None):
        profiles = self.env["customer.segmentation.profile"].browse(docids).exists()
        profiles.check_access("read")
        return {"portraits": [self._portrait(profile.partner_id, profile) for profile in profiles]}

    @api.model
    def _portrait(self, customer, profile):
        """All sections of one customer; `profile` may be empty: then only what is known without scores is said."""
        profile = self._in_its_company(profile)
        customer = customer.with_env(profile.env)
        report = self.with_env(profile.env)
        return {
            "customer": customer,
            "company": profile.company_id.sudo() or self.env.company.root_id,
            "heading": self.env._("Customer portrait of %s", format_date(self.env, self._today(profile))),
            "labels": report._labels(profile),
            "explanation": profile.explanation if profile else self.env._("Not scored: no purchase yet."),
            "advice": profile.segment_id.advice,
            "who": report._who(customer, profile),
            "numbers": report._numbers(profile),
            "scores": report._scores(profile),
            "outlook": report._outlook(profile),
            "standing": report._standing(customer, profile),
            "standing_heading": report._standing_heading(),
            "notes": report._notes(),
            "categories": report._categories(customer) if profile else [],
            "contacts": report._last_contacts(customer),
            "leads": report._open_leads(customer),
            "follow_ups": report._follow_ups(customer, profile),
            "changes": report._changes(profile),
        }

    @api.model
    def _in_its_company(self, profile):
        """What is computed for the company the reader works in shall be that of the profile."""
        root = profile.company_id
        if not profile or root == self.env.company.sudo().root_id or root not in self.env.user.company_ids:
            return profile
        return profile.with_company(root)

    @api.model
    def _today(self, profile):
        policies = self.env["customer.segmentation.policy"].sudo()
        return policies._of_company(profile.company_id or self.env.company)._today()

    # ------------------------------------------------------------------ words

    @api.model
    def _label(self, record, name):
        """The reader's word for the value of a selection."""
        return dict(record._fields[name]._description_selection(record.env)).get(record[name], "")

    @api.model
    def _money(self, profile, name):
        return formatLang(self.env, profile[name], currency_obj=profile.sudo().currency_id)

    @api.model
    def _day(self, day):
        return format_date(self.env, day) if day else ""

    @api.model
    def _rows(self, *rows):
        """(label, value) without those that have no value."""
        return [(label, value) for label, value in rows if value]

    # ------------------------------------------------------------------ sections

    @api.model
    def _labels(self, profile):
        """What stands under the name: segment, tier, class, stage."""
        return (
            self._rows(
                (self.env._("Segment"), profile.segment_id.name),
                (self.env._("Health"), self._label(profile, "health")),
                (self.env._("Tier"), profile.tier_id.name),
                (self.env._("ABC Class"), profile.abc_class),
                (self.env._("Lifecycle Stage"), self._label(profile, "lifecycle_stage")),
            )
            if profile
            else []
        )

    @api.model
    def _who(self, customer, profile):
        readable = customer.sudo()
        contact = profile._service_contact().sudo() if profile else self.env["res.users"]
        return self._rows(
            (self.env._("Salesperson"), readable.user_id.name),
            (self.env._("Service Contact"), contact.name),
            (self.env._("Phone"), readable.phone),
            (self.env._("Email"), readable.email),
            (self.env._("Place"), ", ".join(filter(None, (readable.city, readable.country_id.name)))),
            (self.env._("Industry"), readable.industry_id.name),
            (self.env._("Customer since"), self._day(profile.first_order_date)),
        )

    @api.model
    def _numbers(self, profile):
        if not profile.lifetime_order_count:
            return []
        return self._rows(
            (self.env._("Purchases"), profile.purchases_in_words),
            (self.env._("Average Order"), profile.order_count and self._money(profile, "average_order_value")),
            (self.env._("Purchases Ever"), profile.lifetime_in_words),
            (self.env._("Refunds"), profile.refund_total and self._money(profile, "refund_total")),
            (
                self.env._("Share of Revenue"),
                self.env._("%s %%", formatLang(self.env, profile.revenue_share, digits=2)),
            ),
            (self.env._("RFM Code"), profile.rfm_code),
            (self.env._("Last Order"), self._last_order(profile)),
        )

    @api.model
    def _scores(self, profile):
        """R, F and M: the score of how many, the value, and why."""
        return [
            {**score, "in_words": self.env._("%(score)s of %(bands)s", score=score["score"], bands=score["bands"])}
            for score in (profile.score_details or [] if profile else [])
        ]

    @api.model
    def _last_order(self, profile):
        days = profile.recency_days
        ago = self.env._("today") if not days else self.env._("%s days ago", days)
        return self.env._("%(day)s (%(ago)s)", day=self._day(profile.last_order_date), ago=ago)

    @api.model
    def _outlook(self, profile):
        """Rhythm, churn risk and value, with how far to trust them."""
        if not profile.lifetime_order_count:
            return []
        churn = profile.churn_in_words or ""
        if profile.churn_band:
            churn = self.env._("%(band)s. %(words)s", band=self._label(profile, "churn_band"), words=churn).strip()
        return self._rows(
            (self.env._("Rhythm"), profile.rhythm),
            (self.env._("Next Order Expected"), self._day(profile.expected_next_order_date)),
            (self.env._("Activity Level"), self._label(profile, "activity_level")),
            (self.env._("Churn Risk"), churn),
            (self.env._("Predicted Value"), profile.predicted_clv and self._money(profile, "predicted_clv")),
            (self.env._("Revenue at Risk"), profile.revenue_at_risk and self._money(profile, "revenue_at_risk")),
            (self.env._("Basis"), profile.prediction_reason),
            (self.env._("Reliability"), profile.prediction_quality),
        )

    @api.model
    def _standing(self, customer, profile):
        """Tier and benefits; another addon adds what it knows."""
        return self._rows(
            (self.env._("Tier Outlook"), profile.tier_outlook),
            (self.env._("Missing to the Next Tier"), profile.next_tier_gap),
            (self.env._("Benefits"), profile.benefits),
        )

    @api.model
    def _standing_heading(self):
        return self.env._("Tier")

    @api.model
    def _notes(self):
        """What to know when reading it, at the foot of the page."""
        return self.env._(
            "Scores and purchases are company-wide. Contacts and opportunities are those the reader may see. Amounts "
            "are untaxed."
        )

    @api.model
    def _categories(self, customer):
        """What the customer buys most, the largest first; told by an addon that knows."""
        return []

    @api.model
    def _last_contacts(self, customer):
        rows = self.env["customer.interaction"].with_context(only_customer_ids=customer.ids)
        # With their fields at once: all contacts are worked out for each reading.
        rows = rows.search_fetch(
            [("partner_id", "=", customer.id)], ["date", "channel", "user_id"], limit=LAST_CONTACTS
        )
        return [
            {"day": self._day(row.date), "channel": self._label(row, "channel"), "by": row.user_id.sudo().name or ""}
            for row in rows
        ]

    @api.model
    def _open_leads(self, customer):
        leads = self.env["crm.lead"]
        if not leads.has_access("read"):
            return []
        found = leads.search(
            [("partner_id", "child_of", customer.id), ("won_status", "=", "pending")],
            order=self._order_of_leads(),
            limit=OPEN_LEADS,
        )
        return [self._lead_row(lead) for lead in found]

    @api.model
    def _order_of_leads(self):
        return "expected_revenue desc, id"

    @api.model
    def _lead_row(self, lead):
        """What is said of a lead; other addons add to it."""
        return {
            "name": lead.name,
            "word": "",
            "day": self._day(lead.date_deadline),
            "revenue": formatLang(self.env, lead.expected_revenue, currency_obj=lead.sudo().company_currency),
        }

    @api.model
    def _follow_ups(self, customer, profile):
        """Open playbooks, then the activities planned on the contact."""
        entries = self.env["customer.playbook.entry"].search(
            [("profile_id", "in", profile.ids), ("state", "in", ("waiting", "open"))], limit=FOLLOW_UPS
        )
        rows = [
            {
                "name": entry.playbook_id.name,
                "day": self._day(entry.entered_on),
                "by": entry.user_id.sudo().name or "",
            }
            for entry in entries
        ]
        activities = customer.activity_ids.sorted("date_deadline")
        return (
            rows
            + [
                {
                    "name": activity.summary or activity.activity_type_id.name or "",
                    "day": self._day(activity.date_deadline),
                    "by": activity.user_id.sudo().name or "",
                }
                for activity in activities
            ]
        )[:FOLLOW_UPS]

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
        return "; ".join(
            self.env._("%(label)s: %(before)s → %(after)s", label=label, before=before or "–", after=after or "–")
            for label, before, after in changed
        )

    @api.model
    def _value_in_words(self, change, name):
        return change[name].name if change._fields[name].relational else self._label(change, name)


class ContactPortrait(models.AbstractModel):
    """The same, printed from contacts: of the company a contact belongs to, as the reader's company knows it."""

    _name = "report.customer_segmentation.contact_portrait"
    _inherit = ["report.customer_segmentation.customer_portrait"]
    _description = "Customer Portrait of a Contact"

    @api.model
    def _get_report_values(self, docids, data=None):
        contacts = self.env["res.partner"].browse(docids).exists()
        contacts.check_access("read")
        customers = contacts.commercial_partner_id
        if not customers:
            raise UserError(self.env._("This contact was deleted; reload the list."))
        profiles = self.env["customer.segmentation.profile"].search(
            [("partner_id", "in", customers.ids), ("company_id", "=", self.env.company.sudo().root_id.id)]
        )
        known = {profile.partner_id: profile for profile in profiles}
        return {"portraits": [self._portrait(one, known.get(one, profiles.browse())) for one in customers]}
