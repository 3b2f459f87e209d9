"""Who may use a promotion: everybody, or the customers on some tiers and in some segments."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .customer_purchase_source import PAYMENT_PROGRAMS

LABEL = "base.group_user"


class LoyaltyProgram(models.Model):
    _inherit = "loyalty.program"

    # A limit that is deleted would make the promotion everybody's: the database refuses it, too.
    customer_tier_ids = fields.Many2many(
        "customer.tier",
        "loyalty_program_customer_tier_rel",
        "program_id",
        "tier_id",
        string="Customer Tiers",
        ondelete="restrict",
        context={"active_test": False},
        groups=LABEL,
        help="Only customers on one of these tiers get the promotion: by itself, by code, and in the web shop once "
        "they are logged in. It is checked again when the order is changed or confirmed, but a quotation keeps the "
        "tier its customer was on when the promotion was first applied, until it expires. Empty: every tier, and "
        "customers without one.",
    )
    customer_segment_ids = fields.Many2many(
        "customer.segment",
        "loyalty_program_customer_segment_rel",
        "program_id",
        "segment_id",
        string="Customer Segments",
        ondelete="restrict",
        context={"active_test": False},
        groups=LABEL,
        help="Only customers in one of these segments get the promotion; with tiers as well, who meets both. Customers "
        "are never told that a promotion asks for a segment. Empty: every segment.",
    )
    only_issued_customer = fields.Boolean(
        string="Only for the Customer It Was Issued to",
        groups=LABEL,
        help="A coupon that was issued to somebody is refused on orders of other customers, whoever knows the code. "
        "Colleagues of the same company may use it. Coupons issued to nobody are for whoever has the code.",
    )
    customer_limit_warning = fields.Char(
        compute="_compute_customer_limit_warning",
        groups=LABEL,
        help="Why customers might get the promotion who should not, or the other way round.",
    )

    @api.depends("company_id", "customer_tier_ids", "customer_segment_ids", "program_type")
    @api.depends_context("lang", "uid", "company")
    def _compute_customer_limit_warning(self):
        words = self.env["customer.promotion.words"]
        for program in self:
            program.customer_limit_warning = words._warning(program)

    # ------------------------------------------------------------------ who may use it

    @api.model
    def _limited(self):
        """The promotions that are not for everybody, as superuser; what pays is its owner's whatever the tier."""
        programs = self.sudo().with_context(active_test=False)
        return programs.search(
            [
                ("program_type", "not in", PAYMENT_PROGRAMS),
                "|",
                ("customer_tier_ids", "!=", False),
                ("customer_segment_ids", "!=", False),
            ]
        )

    def _is_for(self, tier, segments):
        """Whether a customer on a tier and in one of some segments may use this limited promotion."""
        self.ensure_one()
        on_tier = not self.customer_tier_ids or tier in self.customer_tier_ids
        return on_tier and (not self.customer_segment_ids or bool(self.customer_segment_ids & segments))

    def _is_of_other(self, card, partner):
        """Whether a coupon of the program was issued to a customer other than a contact's."""
        issued_to = card.sudo().partner_id
        if not self.sudo().only_issued_customer or not issued_to or issued_to.is_public:
            return False
        return issued_to.commercial_partner_id != partner.sudo().commercial_partner_id

    @api.model
    def _check_not_named(self, field_name, records):
        """Refuse to delete tiers or segments that limit a promotion.

        :raise UserError: when one of them does
        """
        programs = self.sudo().with_context(active_test=False)
        program = programs.search([(field_name, "in", records.ids)], limit=1)
        if program:
            raise UserError(
                self.env._(
                    "The promotion “%(promotion)s” is for customers of “%(limit)s” only. Without it everybody would "
                    "get it: change who may use the promotion first.",
                    promotion=program.name,
                    limit=(program[field_name] & records)[:1].name,
                )
            )
