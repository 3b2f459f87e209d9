"""What a sales firm wants to know of a customer and salespeople type in: the page Profile. All of it is optional.

Beside it what is worked out of the customer's value and of how it pays.
"""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.rights import NUMBER
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .customer_credit_class import CREDIT_CLASSES
from .customer_satisfaction import STARS

POTENTIALS = [("0", "Not Rated"), ("1", "Very Low"), ("2", "Low"), ("3", "Medium"), ("4", "High"), ("5", "Very High")]

# name: (from this age, below that age)
AGE_BANDS = {
    "0_17": (0, 18),
    "18_24": (18, 25),
    "25_34": (25, 35),
    "35_44": (35, 45),
    "45_54": (45, 55),
    "55_64": (55, 65),
    "65": (65, 200),
}


REFERRER = "customer_referred_by_id"


class ResPartner(models.Model):
    _inherit = "res.partner"

    customer_potential = fields.Selection(
        POTENTIALS,
        string="Sales Potential",
        groups=NUMBER,
        help="How much this customer could buy from us, whatever it buys now. 5: very much.",
    )
    customer_satisfaction_ids = fields.One2many(
        "customer.satisfaction", "partner_id", string="Satisfaction History", groups=NUMBER
    )
    customer_satisfaction = fields.Selection(
        STARS,
        string="Satisfaction",
        compute="_compute_customer_satisfaction",
        search="_search_customer_satisfaction",
        groups=NUMBER,
        help="The latest that was typed in, in this company. Contacts share that of their company.",
    )
    customer_satisfaction_date = fields.Date(
        string="Satisfaction As Of", compute="_compute_customer_satisfaction", groups=NUMBER
    )
    customer_satisfaction_trend = fields.Selection(
        [("up", "Up"), ("same", "Same"), ("down", "Down")],
        string="Satisfaction Trend",
        compute="_compute_customer_satisfaction",
        groups=NUMBER,
        help="Against the time before.",
    )
    customer_followers = fields.Integer(
        string="Social Followers",
        groups=NUMBER,
        aggregator=None,
        help="How many people follow this customer on social networks: how far its word reaches.",
    )
    customer_referred_by_id = fields.Many2one(
        "res.partner",
        string="Referred by",
        groups=NUMBER,
        ondelete="set null",
        domain="['|', ('company_id', '=', False), ('company_id', 'parent_of', company_id)]",
        index="btree_not_null",
        help="The customer or contact who brought this one to us.",
    )
    customer_referral_count = fields.Integer(
        string="Referrals",
        compute="_compute_customer_referral_count",
        groups=NUMBER,
        help="How many contacts this customer or its people brought to us.",
    )
    customer_gender = fields.Selection(
        [("female", "Female"), ("male", "Male"), ("other", "Other")], string="Gender", groups=NUMBER
    )
    customer_age_band = fields.Selection(
        selection="_selection_customer_age_band",
        string="Age",
        compute="_compute_customer_age_band",
        search="_search_customer_age_band",
        groups=NUMBER,
        help="From the birthday, as of today.",
    )

    customer_value_details = fields.Json(
        related="customer_profile_id.value_details", string="Customer Value Details", groups=NUMBER
    )
    customer_value_in_words = fields.Char(
        related="customer_profile_id.value_in_words", string="Customer Value in Words", groups=NUMBER
    )
    customer_credit_class = fields.Selection(
        CREDIT_CLASSES,
        string="Credit Class",
        compute="_compute_customer_credit",
        groups=NUMBER,
        help="How the customer pays its invoices: A in time, D very late or mostly overdue for long. The limits are in "
        "the policy. Contacts share the class of their company.",
    )
    customer_credit_in_words = fields.Char(
        string="Payment Behaviour", compute="_compute_customer_credit", groups=NUMBER
    )

    # ------------------------------------------------------------------ typed in

    @api.model
    def default_get(self, fields):
        """A default of the context does not name a contact either."""
        defaults = super().default_get(fields)
        if not self._may_name(defaults.get(REFERRER)):
            del defaults[REFERRER]
        return defaults

    def onchange(self, values, field_names, fields_spec):
        if not self._may_name(values.get(REFERRER)):
            values = {**values, REFERRER: False}
        return super().onchange(values, field_names, fields_spec)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_may_name(vals.get(REFERRER))
        partners = super().create([self._without_stars(vals) for vals in vals_list])
        partners._check_referrer_is_seen()
        return partners

    def write(self, vals):
        changed = self.browse()
        if REFERRER in vals:  # who saves the form without touching it is not asked
            changed = self.filtered(lambda partner: partner.sudo()[REFERRER].id != vals[REFERRER])
        if changed:
            self._check_may_name(vals[REFERRER])
        result = super().write(self._without_stars(vals))
        if "company_id" in vals:
            self._forget_unseen_referrers()
        changed._check_referrer_is_seen()
        return result

    @api.model
    def _may_name(self, referrer):
        """Whether the user may read a contact, given as forms and programs give one; none is no secret."""
        given = referrer.get("id") if isinstance(referrer, dict) else referrer
        found = self.browse(given if isinstance(given, int) else ()).exists()
        return not found or found.has_access("read")

    @api.model
    def _check_may_name(self, referrer):
        """Nobody learns who a contact is by naming it as the one who referred another.

        Before anything else is checked: messages name contacts, and Odoo asks constraints as superuser.
        """
        if not self._may_name(referrer):
            raise AccessError(self.env._("The contact who is to have referred this one is not for you to see."))

    def _of_unseen_referrer(self):
        """Those whose referrer not everybody sees who sees them: it is of another company, or of one branch."""
        return self.filtered(
            lambda one: (
                one[REFERRER] and not one[REFERRER].filtered_domain(one[REFERRER]._check_company_domain(one.company_id))
            )
        )

    def _check_referrer_is_seen(self):
        for partner in self.sudo()._of_unseen_referrer():
            raise ValidationError(
                self.env._(
                    "%(name)s cannot be referred by %(referrer)s: some who see %(name)s may not see %(referrer)s, "
                    "who belongs to %(company)s.",
                    name=partner.display_name,
                    referrer=partner[REFERRER].display_name,
                    company=partner[REFERRER].company_id.display_name,
                )
            )

    def _forget_unseen_referrers(self):
        """A contact that moves to a company is no longer named on those that others see."""
        contacts = self.env["res.partner"].sudo().with_context(active_test=False)
        concerned = Domain("id", "in", self.ids) | Domain(REFERRER, "in", self.ids)
        contacts.search(Domain(REFERRER, "!=", False) & concerned)._of_unseen_referrer()[REFERRER] = False

    @api.model
    def _without_stars(self, vals):
        """No star is no potential known, and nothing else."""
        return dict(vals, customer_potential=False) if vals.get("customer_potential") == "0" else vals

    @api.constrains("customer_followers")
    def _check_customer_followers(self):
        for partner in self.sudo():
            if partner.customer_followers < 0:
                raise ValidationError(
                    self.env._(
                        "%(name)s cannot have %(count)s followers; type 0 or more.",
                        name=partner.display_name,
                        count=partner.customer_followers,
                    )
                )

    @api.constrains("customer_referred_by_id", "parent_id")
    def _check_customer_referred_by(self):
        for partner in self.sudo():
            referrer = partner.customer_referred_by_id
            if referrer.commercial_partner_id == partner.commercial_partner_id and referrer:
                raise ValidationError(
                    self.env._(
                        "%s cannot be referred by itself or its own people; choose somebody else.", partner.display_name
                    )
                )
            if partner._has_cycle("customer_referred_by_id"):
                raise ValidationError(
                    self.env._(
                        "%(name)s brought %(referrer)s to us, directly or through others, and cannot be referred by "
                        "it too.",
                        name=partner.display_name,
                        referrer=referrer.display_name,
                    )
                )

    # ------------------------------------------------------------------ satisfaction

    @api.depends("commercial_partner_id", "customer_satisfaction_ids.rating", "customer_satisfaction_ids.date")
    @api.depends_context("company")
    def _compute_customer_satisfaction(self):
        customers = self.sudo().commercial_partner_id
        query = self.env["customer.satisfaction"]._latest(self.env.company, customers._origin.ids)
        found = {customer: row for customer, *row in self.env.execute_query(query)} if customers._origin.ids else {}
        for partner in self:
            _id, day, score, _comment, before = found.get(partner._open_customer_id(), [None] * 5)
            partner.customer_satisfaction = score and str(score)
            partner.customer_satisfaction_date = day
            partner.customer_satisfaction_trend = before and self._trend(before, score)

    @api.model
    def _trend(self, before, now):
        return "same" if now == before else "up" if now > before else "down"

    @api.model
    def _search_customer_satisfaction(self, operator, value):
        if operator != "in":
            return NotImplemented
        self._check_field_access(self._fields["customer_satisfaction"], "read")
        latest = self.env["customer.satisfaction"]._latest(self.env.company)
        scores = [int(item) for item in value if item]
        rated = SQL("(SELECT customer_id FROM (%s) latest WHERE score = ANY(%s))", latest, scores)
        domain = Domain("commercial_partner_id", "in", rated)
        if False in value:
            domain |= Domain("commercial_partner_id", "not in", SQL("(SELECT customer_id FROM (%s) latest)", latest))
        return domain

    # ------------------------------------------------------------------ referrals

    @api.depends("commercial_partner_id")
    def _compute_customer_referral_count(self):
        """Of those the user may see: the list the button opens is as long."""
        people = (
            self.env["res.partner"]
            .with_context(active_test=False)
            ._search(
                [("commercial_partner_id", "in", self.sudo().commercial_partner_id._origin.ids)], bypass_access=True
            )
        )
        counts = {}
        groups = self.env["res.partner"]._read_group(
            [("customer_referred_by_id", "in", people)], ["customer_referred_by_id"], ["__count"]
        )
        for referrer, count in groups:
            customer = referrer.sudo().commercial_partner_id.id
            counts[customer] = counts.get(customer, 0) + count
        for partner in self:
            partner.customer_referral_count = counts.get(partner._open_customer_id(), 0)

    def action_open_customer_referrals(self):
        """Whom the customer and its people brought to us."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Referrals"),
            "res_model": "res.partner",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("customer_referred_by_id.commercial_partner_id", "=", self.commercial_partner_id.id)],
            "context": {"default_customer_referred_by_id": self.id},
        }

    # ------------------------------------------------------------------ age

    @api.model
    def _selection_customer_age_band(self):
        under, over = self.env._("Under 18"), self.env._("65 and Older")
        labels = {name: f"{low}–{high - 1}" for name, (low, high) in AGE_BANDS.items()}
        return list({**labels, "0_17": under, "65": over}.items())

    @api.model
    def _age_band_birthdays(self):
        """Band, first and last birthday of whoever is of that age today."""
        today = fields.Date.context_today(self)
        return {
            name: (today - relativedelta(years=high) + relativedelta(days=1), today - relativedelta(years=low))
            for name, (low, high) in AGE_BANDS.items()
        }

    @api.depends("customer_birthday")
    def _compute_customer_age_band(self):
        bands = self._age_band_birthdays()
        for partner in self:
            born = partner.sudo().customer_birthday
            matching = (name for name, (first, last) in bands.items() if born and first <= born <= last)
            partner.customer_age_band = next(matching, False)

    @api.model
    def _search_customer_age_band(self, operator, value):
        if operator != "in":
            return NotImplemented
        self._check_field_access(self._fields["customer_age_band"], "read")
        bands = self._age_band_birthdays()
        within = {
            name: Domain("customer_birthday", ">=", first) & Domain("customer_birthday", "<=", last)
            for name, (first, last) in bands.items()
        }
        domain = Domain.OR(within[name] for name in value if name in within)
        return domain | ~Domain.OR(within.values()) if False in value else domain

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr != "customer_age_band":
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        birthday = self.sudo()._field_to_sql(alias, "customer_birthday", query)
        bands = SQL(" ").join(
            SQL("WHEN %s BETWEEN %s AND %s THEN %s", birthday, first, last, name)
            for name, (first, last) in self._age_band_birthdays().items()
        )
        return SQL("CASE %s END", bands)

    # ------------------------------------------------------------------ how it pays

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "lang")
    def _compute_customer_credit(self):
        """Read for the page that is open: what is overdue moves every day."""
        credits_of = self.env["customer.credit.class"]
        found = credits_of._read_of(self.env.company, self.sudo().commercial_partner_id)
        policy = self.env["customer.segmentation.policy"]._of_company(self.env.company)
        for partner in self:
            credit = found.get(partner._open_customer_id())
            partner.customer_credit_class = credit and credit.credit_class
            partner.customer_credit_in_words = (
                credits_of._in_words(policy, credit)
                if partner.customer_credit_class
                else self.env._("Not known: no invoice was due yet.")
            )
