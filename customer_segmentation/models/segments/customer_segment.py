from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.context import Told
from ...tools.labels import RANGE_FIELDS
from ...tools.rule_words import words_of

NUMBER = "customer_segmentation.group_user"
# The fields of a range that say which scores are in it.
LIMITS = (*(f"{name}_{end}" for name in ("recency", "frequency", "monetary", "fm") for end in ("min", "max")),)
LIMITS += ("first_purchase",)


class CustomerSegment(models.Model):
    """One segment of a scheme: its name, what it means and what to do about it."""

    _name = "customer.segment"
    _inherit = ["customer.shared", "customer.rule.child"]
    _description = "Customer Segment"
    _order = "scheme_id, sequence, id"
    _rules_path = "scheme_id"
    _set_with_rules = ("code", "sequence")

    scheme_id = fields.Many2one("customer.segment.scheme", required=True, ondelete="cascade", index=True)
    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short technical name, unique in the scheme.")
    sequence = fields.Integer(default=10, help="From the best segment to the worst.")
    color = fields.Integer(string="Color Index")
    attention = fields.Integer(
        default=50, help="In which order a salesperson should look after customers of this segment: 1 comes first."
    )
    worth_a_call = fields.Selection(
        [("yes", "Yes"), ("formerly_top", "Only who was among the top 10%"), ("no", "No: e-mail only")],
        string="Worth a Call",
        required=True,
        default="yes",
        help="Whether somebody should spend time on customers of this segment. Playbooks leave out whom it says no one "
        "calls but the formerly best; where a playbook names a segment that is worth no call, its start says so.",
    )
    advice = fields.Text(translate=True, help="What to do with customers of this segment.")
    range_ids = fields.One2many("customer.segment.range", "segment_id", string="Ranges", copy=True)
    rule = fields.Char(compute="_compute_rule", help="Which scores belong to the segment.")

    rank = fields.Integer(compute="_compute_rank", help="1 is the worst segment of the scheme; the best has the most.")
    standing = fields.Integer(
        compute="_compute_standing",
        store=True,
        help="1 is the best. In the order of the scheme, but a segment customers come to by silence alone never stands "
        "above the one they come from: who moves there gets worse.",
    )
    in_use = fields.Boolean(
        compute="_compute_in_use", search="_search_in_use", help="The company scores its customers by this segment."
    )

    # What the segment holds in the company the user works in
    currency_id = fields.Many2one("res.currency", compute="_compute_statistics", groups=NUMBER)
    customer_count = fields.Integer(compute="_compute_statistics", string="Customers", groups=NUMBER)
    customer_share = fields.Float(
        compute="_compute_statistics",
        string="Share of Customers",
        groups=NUMBER,
        help="Part of all scored customers of the company.",
    )
    order_count = fields.Integer(
        compute="_compute_statistics", string="Orders", groups=NUMBER, help="Purchases in the policy's window."
    )
    revenue = fields.Monetary(
        compute="_compute_statistics", groups=NUMBER, help="Untaxed purchases less refunds in the policy's window."
    )
    revenue_share = fields.Float(
        compute="_compute_statistics",
        string="Share of Revenue",
        groups=NUMBER,
        help="Part of the revenue of all scored customers of the company.",
    )
    average_order_value = fields.Monetary(
        compute="_compute_statistics",
        string="Average Order",
        groups=NUMBER,
        help="Revenue in the window divided by the orders in the window.",
    )

    _code_unique = models.Constraint("UNIQUE(scheme_id, code)", "Two segments of one scheme cannot share a code.")

    @api.depends("scheme_id.bands", *(f"range_ids.{name}" for name in LIMITS))
    @api.depends_context("lang")
    def _compute_rule(self):
        for segment in self:
            segment.rule = self.env._(" or ").join(scope._in_words() for scope in segment.range_ids)

    @api.depends("scheme_id.segment_ids.sequence")
    def _compute_rank(self):
        for scheme, segments in self.grouped("scheme_id").items():
            worst_first = scheme.segment_ids.sorted().ids[::-1]
            for segment in segments:
                segment.rank = worst_first.index(segment.id) + 1 if segment.id in worst_first else 0

    @api.depends(
        "scheme_id.bands",
        "scheme_id.segment_ids.sequence",
        *(f"scheme_id.segment_ids.range_ids.{name}" for name in LIMITS),
    )
    def _compute_standing(self):
        for scheme in self.scheme_id:
            places = scheme._standings()
            for segment in self & scheme.segment_ids:
                segment.standing = places.get(segment.id, segment.sequence)
        (self - self.scheme_id.segment_ids).standing = 0

    @api.depends("scheme_id")
    @api.depends_context("company")
    def _compute_in_use(self):
        scheme = self.env["customer.segmentation.policy"]._of_company(self.env.company).scheme_id
        for segment in self:
            segment.in_use = segment.scheme_id == scheme

    @api.model
    def _search_in_use(self, operator, value):
        if operator != "in":
            return NotImplemented
        scheme = self.env["customer.segmentation.policy"]._of_company(self.env.company).scheme_id
        return Domain.OR(Domain("scheme_id", "=" if wanted else "!=", scheme.id) for wanted in value)

    @api.depends_context("company")
    def _compute_statistics(self):
        """Customers, orders and revenue of all segments, in one query."""
        company = self.env.company.sudo().root_id
        rows = self.env["customer.segmentation.profile"]._read_group(
            [("company_id", "=", company.id), ("segment_id", "!=", False)],
            ["segment_id"],
            ["__count", "order_count:sum", "revenue:sum"],
        )
        numbers = {segment.id: (customers, orders, revenue) for segment, customers, orders, revenue in rows}
        all_customers = sum(customers for customers, _orders, _revenue in numbers.values())
        all_revenue = sum(revenue for _customers, _orders, revenue in numbers.values())
        for segment in self:
            customers, orders, revenue = numbers.get(segment._origin.id, (0, 0, 0))
            segment.currency_id = company.currency_id
            segment.customer_count, segment.order_count, segment.revenue = customers, orders, revenue
            segment.customer_share = customers / all_customers if all_customers else 0
            segment.revenue_share = revenue / all_revenue if all_revenue > 0 else 0
            segment.average_order_value = revenue / orders if orders else 0

    def _in_columns(self):
        """The columns of the board: the segments customers are in; on an empty board those they could be in."""
        return self or self.search([("in_use", "=", True)])

    @api.model_create_multi
    def create(self, vals_list):
        """Who may make none is not told who else uses a scheme."""
        self.check_access("create")
        schemes = self.env["customer.segment.scheme"]
        schemes.browse({vals["scheme_id"] for vals in vals_list if vals.get("scheme_id")})._check_may_change()
        segments = super(CustomerSegment, self.with_context(scheme_checked_by_caller=Told.BY_CODE)).create(vals_list)
        segments = segments.with_env(self.env)
        segments.scheme_id._segments_changed()
        return segments

    def write(self, vals):
        """Nor is a segment moved into a scheme that may not be changed."""
        self.check_access("write")
        self.env["customer.segment.scheme"].browse(vals.get("scheme_id") or [])._check_may_change()
        schemes = self.scheme_id
        result = super(CustomerSegment, self.with_context(scheme_checked_by_caller=Told.BY_CODE)).write(vals)
        if vals.keys() & {"range_ids", "scheme_id"}:
            (schemes | self.scheme_id)._segments_changed()
        elif "sequence" in vals:
            schemes._order_changed()
        return result

    def _check_may_change(self):
        self.sudo(False).scheme_id._check_may_change()

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_a_tier_asks_for_it(self):
        criterion = self.env["customer.tier.criterion"].sudo()._asking_for(self)[:1]
        if criterion:
            raise UserError(
                self.env._(
                    "The tier %(tier)s of %(company)s asks for the segment %(segment)s. Change what the tier asks "
                    "first.",
                    tier=criterion.tier_id.name,
                    company=criterion.tier_id.company_id.name,
                    segment=(criterion.entry_segment_id & self or criterion.keep_segment_id).name,
                )
            )

    def unlink(self):
        schemes = self.scheme_id
        result = super().unlink()
        schemes.exists()._segments_changed()
        return result

    def action_open_customers(self):
        """The customers of this segment in the company the user works in: those the list of segments counts."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation.action_customers")
        company = self.env.company.sudo().root_id
        domain = [("segment_id", "=", self.id), ("company_id", "=", company.id)]
        return dict(action, domain=domain, name=self.name, display_name=self.name, context={})

    def _as_rules(self):
        return {
            "id": self._origin_record().id,
            "code": self.code,
            "ranges": sorted([scope[name] for name in RANGE_FIELDS] for scope in self.range_ids),
            "words": words_of(self, "name", "advice", "color", "attention", "worth_a_call"),
        }
