"""The edge list: who can rise and who will fall, made anew whenever it is opened.

What stands in it moves every night and with every order of anybody, so nothing of it is kept on the profiles. The
measures are read as the page of a customer reads them, of all customers at once.
"""

from datetime import date
from secrets import token_hex

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.steps import Scoring

FARTHEST = 0.5  # of a threshold: who lacks more is not listed, whatever the filter says
CLOSE = 80  # percent of a threshold: who meets as much of the tier above is close to it
SOON = 30  # days: who loses the tier within them is close to the one below


class CustomerTierEdge(models.TransientModel):
    _name = "customer.tier.edge"
    _inherit = ["customer.wizard", "customer.row"]
    _description = "Customer at the Edge of a Tier"
    _order = "direction, review_date, closeness desc, id"
    _rec_name = "partner_id"
    _customer_path = "partner_id"

    _company_path = "profile_id.company_id"

    opening = fields.Char(required=True, readonly=True, index=True, help="The rows of one opening of the list.")
    profile_id = fields.Many2one("customer.segmentation.profile", required=True, readonly=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", string="Customer", required=True, readonly=True, ondelete="cascade")
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    phone = fields.Char(related="partner_id.phone", string="Phone")
    direction = fields.Selection([("drop", "Will Drop"), ("rise", "Can Rise")], required=True, readonly=True)
    tier_id = fields.Many2one("customer.tier", readonly=True, ondelete="cascade", help="The tier the customer has.")
    tier_color = fields.Integer(related="tier_id.color", aggregator=None)
    next_tier_id = fields.Many2one(
        "customer.tier",
        string="Would Be",
        readonly=True,
        ondelete="cascade",
        help="The tier the customer can rise to or will drop to.",
    )
    next_tier_color = fields.Integer(
        related="next_tier_id.color", string="Color of the Tier It Would Be", aggregator=None
    )
    gap = fields.Char(
        compute="_compute_gap", string="Missing", help="What the customer lacks to rise, or to keep the tier."
    )
    closeness = fields.Float(
        string="Met (%)",
        digits=(5, 1),
        readonly=True,
        aggregator="avg",
        help="How much of what the tier asks the customer meets, by the criterion met worst: at 90%, 10% is missing.",
    )
    review_date = fields.Date(string="Drops On", readonly=True, help="The review at which the customer drops.")
    currency_id = fields.Many2one(related="profile_id.currency_id")
    revenue = fields.Monetary(related="profile_id.revenue")
    at_stake = fields.Monetary(related="profile_id.at_stake", aggregator=None)

    @api.depends("profile_id", "direction", "tier_id", "next_tier_id")
    @api.depends_context("lang")
    def _compute_gap(self):
        outlook = self.env["customer.tier.outlook"]
        ladders = outlook._ladders(self.profile_id)
        values = outlook._values(self.profile_id, ladders)
        for edge in self:
            rungs = {rung["tier"]: rung for rung in ladders[edge.profile_id.company_id]}
            rung = rungs.get(edge.next_tier_id.id if edge.direction == "rise" else edge.tier_id.id)
            threshold = "entry" if edge.direction == "rise" else "keep"
            if not rung:  # the ladder was changed since
                edge.gap = False
                continue
            gap = outlook._gap_in_words(edge.profile_id, rung, threshold, values[edge.profile_id])
            edge.gap = gap or self.env._("Nothing: rises at the next run, within the minimum stay by a new purchase")

    # ------------------------------------------------------------------ making the list

    @api.model
    def action_open(self):
        """The list as of now, of the company the user works in."""
        opening = token_hex(8)
        policy = self.env["customer.segmentation.policy"]._of_action()
        ladder = (policy.last_run_id.cut_points or {}).get("tiers")
        if ladder:
            self._insert(opening, ladder, *self._edges(policy, ladder))
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation.action_tier_edges")
        return dict(action, domain=[("opening", "=", opening)])

    @api.model
    def _edges(self, policy, ladder):
        """The customers the user may see, as stored, and which of them are at an edge of the ladder."""
        from ..scoring.edge import edges  # pandas is loaded by who opens the list, not by every worker
        from ..scoring.tiers import asked_measures

        today, measures = policy._today(), self.env["customer.segmentation.measure"]
        movable = [
            ("company_id", "=", policy.company_id.id),
            ("tier_since", "!=", False),
            ("partner_id.active", "=", True),
            "|",
            ("tier_locked_until", "=", False),
            ("tier_locked_until", "<", today),
        ]
        stored = self.env["customer.segmentation.reader"]._read(movable, today)
        names = asked_measures(ladder)
        scored = Scoring(policy, today, cut_points=policy.last_run_id.cut_points, facts=stored, scores=stored)
        frame = measures._frame(names, scored)
        ranks = {rung["tier"]: rank for rank, rung in enumerate(ladder)}
        rank = stored["tier_id"].map(ranks).fillna(len(ladder)).to_numpy(dtype="int64")
        return stored, edges(frame, ladder, rank, (stored["tier_review_day"] >= 0).to_numpy(), FARTHEST)

    @api.model
    def _search_close(self, operator, value):
        """The customers close to another tier, in the companies the user works in."""
        if operator != "in":
            return NotImplemented
        ids = []
        for company in self.env.companies.sudo().root_id:
            policy = self.env["customer.segmentation.policy"]._of_action(company)
            ladder = (policy.last_run_id.cut_points or {}).get("tiers")
            ids += self._close(policy, ladder) if ladder else []
        found = Domain("id", "in", ids)
        return Domain.OR(found if wanted else ~found for wanted in value)

    @api.model
    def _close(self, policy, ladder):
        """The identifiers of the profiles of one company that are close to another tier."""
        stored, found = self._edges(policy, ladder)
        customers = stored.iloc[found["position"]]
        last_day = (policy._today() - date(1970, 1, 1)).days + SOON
        near = found["met"].to_numpy() >= CLOSE
        soon = customers["tier_review_day"].to_numpy() <= last_day
        rises = found["rises"].to_numpy(dtype=bool)
        return customers["id"][(rises & near) | (~rises & soon)].tolist()

    @api.model
    def _insert(self, opening, ladder, stored, found):
        """The rows of one opening; who could rise to a tier that was deleted since the run is left out."""
        tier_ids = [*(rung["tier"] for rung in ladder), 0]
        customers = stored.iloc[found["position"]]
        columns = {
            "profile_id": customers["id"],
            "partner_id": customers["partner_id"],
            "tier_id": customers["tier_id"],
            "next_tier_id": found["to_rank"].map(dict(enumerate(tier_ids))),
            "review_day": customers["tier_review_day"],
        }
        self.env.cr.execute(
            SQL(
                """INSERT INTO customer_tier_edge
                          (opening, profile_id, partner_id, tier_id, next_tier_id, closeness, direction, review_date,
                           create_uid, create_date, write_uid, write_date)
                   SELECT %(opening)s, edge.profile_id, edge.partner_id, own.id, next.id, edge.met,
                          CASE WHEN edge.rises THEN 'rise' ELSE 'drop' END,
                          CASE WHEN NOT edge.rises THEN DATE '1970-01-01' + edge.review_day END,
                          %(user)s, %(now)s, %(user)s, %(now)s
                     FROM unnest(%(integers)s, %(met)s::float8[], %(rises)s::bool[])
                          AS edge (profile_id, partner_id, tier_id, next_tier_id, review_day, met, rises)
                     LEFT JOIN customer_tier own ON own.id = edge.tier_id
                     LEFT JOIN customer_tier next ON next.id = edge.next_tier_id
                    WHERE next.id IS NOT NULL OR NOT edge.rises""",
                opening=opening,
                user=self.env.uid,
                now=self.env.cr.now(),
                integers=SQL(", ").join(SQL("%s::int[]", column.tolist()) for column in columns.values()),
                met=found["met"].tolist(),
                rises=found["rises"].tolist(),
            )
        )

    # ------------------------------------------------------------------ what users see and click

    @api.model
    def get_empty_list_help(self, help_message):
        """What to do first, as long as there are no tiers; after that what the screen says itself."""
        policy = self.env["customer.segmentation.policy"]._of_action()
        first = self.env["customer.segmentation.health"]._first_steps(policy)
        if not first and not policy.tier_ids:
            first = self.env["ir.qweb"]._render("customer_segmentation.edge_list_without_tiers")
        return first or super().get_empty_list_help(help_message)

    def action_open_customer(self):
        """The contact's own form, where the page Segmentation explains the tier."""
        return self.profile_id.action_open_customer()

    def action_schedule_activity(self):
        """Odoo's own dialog to schedule an activity with these customers."""
        return self.profile_id.action_schedule_activity()
