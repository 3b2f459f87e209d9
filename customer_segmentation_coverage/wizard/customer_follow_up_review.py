"""Low-value customers who cost more contacts than they bring orders: the list a manager decides about."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.rule_words import words_of
from odoo.addons.customer_segmentation.tools.words import listed
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL


class CustomerFollowUpReview(models.TransientModel):
    _name = "customer.follow.up.review"
    _inherit = ["customer.wizard"]
    _description = "Review of Follow-up"

    _company_path = "company_id"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        engine_only=True,
        default=lambda self: self.env.company.sudo().root_id,
        ondelete="cascade",
    )
    months = fields.Integer(
        string="Months without an Order",
        default=12,
        required=True,
        help="Only customers whose last order is longer ago.",
    )
    minimum_contacts = fields.Integer(
        default=1,
        required=True,
        help="Only customers somebody spent effort on: calls, meetings, e-mails, quotations and activities in the "
        "policy's window. 0 lists all.",
    )
    basis = fields.Char(compute="_compute_basis", help="Which customers are of low value.")

    @api.constrains("months", "minimum_contacts")
    def _check_numbers(self):
        for review in self:
            if review.months < 1:
                raise ValidationError(self.env._("The months without an order must be at least 1."))
            if review.minimum_contacts < 0:
                raise ValidationError(self.env._("The number of contacts must not be negative; 0 lists all."))

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_basis(self):
        for review in self:
            policy = review._policy()
            names = listed(self.env, policy.tier_ids.sorted().filtered("low_value").mapped("name"))
            if not policy.tier_ids:
                review.basis = self.env._("Class C and slipping, silent or gone, because there are no tiers")
            elif names:
                review.basis = self.env._("On the tier %s", names)
            else:
                review.basis = self.env._("None: no tier is marked as low value. Mark one in the policy, page Tiers.")

    def _policy(self):
        return self.env["customer.segmentation.policy"]._of_action(self.company_id)

    def action_show(self):
        """List the candidates; nothing changes before a manager approves."""
        self.ensure_one()
        self.env["res.partner"]._check_allocation_manager()
        self._write_lines()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_segmentation_coverage.action_follow_up_review_lines"
        )
        return dict(action, domain=[("review_id", "=", self.id)])

    # ------------------------------------------------------------------ candidates

    def _candidates_domain(self):
        policy = self._policy()
        if policy.tier_ids:
            of_low_value = Domain("tier_id.low_value", "=", True)
        else:
            no_longer_buying = Domain("lifecycle_stage", "in", ("at_risk", "dormant", "lost"))
            of_low_value = Domain("abc_class", "=", "C") & no_longer_buying
        limit = policy._today() - relativedelta(months=self.months)
        return of_low_value & Domain(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "any", [("active", "=", True)]),
                ("last_order_date", "<=", limit),
                ("follow_up_stopped", "=", False),
            ]
        )

    def _candidates(self):
        """Profile, customer, tier, segment, last order and owner of the candidates, whatever was spent on them."""
        profiles = self.env["customer.segmentation.profile"]
        query = profiles._search(self._candidates_domain(), order="id")
        names = ("partner_id", "tier_id", "segment_id", "last_order_date", "user_id")
        columns = [profiles._field_to_sql(query.table, name, query) for name in names]
        return self.env.execute_query(query.select(SQL.identifier(query.table, "id"), *columns))

    def _write_lines(self):
        rows = self._candidates()
        partner_ids = [partner for _profile, partner, *_rest in rows]
        contacts = self.env["customer.interaction.summary"]._last_by_customer(partner_ids, self.company_id)
        shared = self.env["res.partner"]._shared_with_other_companies(partner_ids, self.company_id)
        months = self._policy().window_months
        lines = []
        for profile, partner, tier, segment, last_order_date, user in rows:
            contact = contacts.get(partner)
            count = contact.count if contact else 0
            if count >= self.minimum_contacts:
                lines.append(
                    {
                        "review_id": self.id,
                        "company_id": self.company_id.id,
                        "profile_id": profile,
                        "partner_id": partner,
                        "user_id": user,
                        "last_order_date": last_order_date,
                        "contact_count": count,
                        "last_contact_date": contact and contact.date,
                        "facts": self._facts(tier, segment, last_order_date, months, count, partner in shared),
                    }
                )
        self.env["customer.follow.up.review.line"].sudo().create(lines)

    def _facts(self, tier_id, segment_id, last_order_date, months, count, is_shared):
        """Why this customer is proposed, as it is kept: whoever reads it has a language of their own."""
        has_tiers = bool(self._policy().tier_ids)
        model, standing_id = ("customer.tier", tier_id) if has_tiers else ("customer.segment", segment_id)
        return {
            "has_tiers": has_tiers,
            "standing": words_of(self.env[model].sudo().browse(standing_id), "name"),
            "last_order_date": fields.Date.to_string(last_order_date),
            "months": months,
            "contacts": count,
            "is_shared": is_shared,
        }


class CustomerFollowUpReviewLine(models.TransientModel):
    """One customer proposed for the end of active follow-up."""

    _name = "customer.follow.up.review.line"
    _inherit = ["customer.wizard", "customer.segmentation.mixin"]
    _description = "Candidate for the End of Follow-up"
    _order = "contact_count desc, id"
    _rec_name = "partner_id"
    _customer_path = "partner_id"

    review_id = fields.Many2one(
        "customer.follow.up.review", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    profile_id = fields.Many2one("customer.segmentation.profile", required=True, readonly=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", string="Customer", required=True, readonly=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True, ondelete="set null")
    last_order_date = fields.Date(string="Last Order", readonly=True)
    contact_count = fields.Integer(string="Contacts", readonly=True, help="Contacts in the policy's window.")
    last_contact_date = fields.Date(string="Last Contact", readonly=True)
    facts = fields.Json(readonly=True, engine_only=True)
    reason = fields.Text(compute="_compute_reason")

    @api.depends("facts")
    @api.depends_context("lang")
    def _compute_reason(self):
        for line in self:
            line.reason = line.facts and self.env["customer.follow.up.words"]._why(line.facts)

    def action_open_customer(self):
        """The contact's own form."""
        self.ensure_one()
        return self.profile_id.action_open_customer()

    def action_approve(self):
        """Open the dialog in which a manager approves the end of active follow-up."""
        self.env["res.partner"]._check_allocation_manager()
        if not self:
            raise UserError(self.env._("Choose customers first."))
        action = self.profile_id.action_stop_follow_up()
        return dict(action, context={"default_profile_ids": self.profile_id.ids, "default_line_ids": self.ids})
