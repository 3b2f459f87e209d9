"""Who should own which customer: the proposal a manager looks at before anything changes.

_propose()   customers and owners as arrays → scoring.allocation → one line for each customer who would move
lines        the manager picks, changes the new owner where needed, and applies (`….allocation.line`)
"""

from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, ValidationError
from odoo.tools import SQL
from odoo.tools.misc import formatLang


class Proposal(NamedTuple):
    """The arrays of a proposal: one element a customer (owners as positions), one an owner (loads)."""

    rows: list  # profile, partner, tier, owner (identifiers)
    users: object  # res.users, in the order of their positions
    owners: object
    proposed: object
    weights: object
    load: object
    load_then: object


class CustomerAllocation(models.TransientModel):
    _name = "customer.segmentation.allocation"
    _inherit = ["customer.wizard"]
    _description = "Allocation of Customers"

    _company_path = "company_id"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        engine_only=True,
        default=lambda self: self.env.company.sudo().root_id,
        ondelete="cascade",
    )
    tolerance = fields.Float(
        string="Tolerance (%)",
        default=25,
        digits=(6, 1),
        required=True,
        help="A salesperson who may own a customer keeps it, unless the load is more than so many percent above the "
        "average of those who share the tier.",
    )
    line_ids = fields.One2many(
        "customer.segmentation.allocation.line", "allocation_id", readonly=True, engine_only=True
    )
    load_ids = fields.One2many(
        "customer.segmentation.allocation.load", "allocation_id", string="Balance", readonly=True, engine_only=True
    )
    line_count = fields.Integer(string="Proposed Changes", readonly=True, engine_only=True)
    problems = fields.Text(
        readonly=True,
        engine_only=True,
        help="Owners who cannot own customers, and tiers that stay as they are.",
    )

    @api.constrains("tolerance")
    def _check_tolerance(self):
        if any(allocation.tolerance < 0 for allocation in self):
            raise ValidationError(self.env._("The tolerance must not be negative; 0 shares out as evenly as possible."))

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for allocation in self:
            allocation.display_name = self.env._("Allocation of %s", allocation.company_id.sudo().name)

    @api.model
    def action_start(self):
        """Propose an allocation for the company the user works in and show it."""
        self.env["res.partner"]._check_allocation_manager()
        allocation = self.create({})
        allocation.action_propose()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": allocation.id,
            "views": [(False, "form")],
            "name": self.env._("Resource Allocation"),
        }

    def action_propose(self):
        """Propose again, with what is true now. Nothing but the proposal changes."""
        self.ensure_one()
        self.env["res.partner"]._check_allocation_manager()
        tiers = self._tiers()
        if not any(tier._owners() for tier in tiers):
            raise RedirectWarning(
                self.env._(
                    "Say first who owns the customers of a tier: open the policy, page Tiers, and name a team or "
                    "salespeople on each tier."
                ),
                self.env.ref("customer_segmentation.action_policies").id,
                self.env._("Open the Policies"),
            )
        proposal = self._proposal(tiers)
        self.sudo().line_ids.unlink()
        self.sudo().load_ids.unlink()
        self._write_lines(proposal)
        self._write_loads(proposal)
        self.sudo().problems = "\n".join(self._problems(tiers))

    def action_open_lines(self):
        """The customers who would get another salesperson."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation_coverage.action_allocation_lines")
        return dict(action, domain=[("allocation_id", "=", self.id)])

    # ------------------------------------------------------------------ reading

    def _tiers(self):
        policy = self.env["customer.segmentation.policy"]._of_action(self.company_id)
        return policy.tier_ids.sorted().sudo(False)

    def _eligible(self, tier):
        """Who can own the customers of a tier now."""
        return tier._owners()._can_own_customers_of(self.company_id)

    def _customers(self):
        """Profile, customer, tier and owner of every active customer of the company who is followed up."""
        profiles = self.env["customer.segmentation.profile"]
        query = profiles._search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "any", [("active", "=", True)]),
                ("follow_up_stopped", "=", False),
                ("lifecycle_stage", "!=", "prospect"),
            ],
            order="id",
        )
        columns = [profiles._field_to_sql(query.table, name, query) for name in ("partner_id", "tier_id", "user_id")]
        return self.env.execute_query(query.select(SQL.identifier(query.table, "id"), *columns))

    def _proposal(self, tiers):
        import numpy as np

        from odoo.addons.customer_segmentation.scoring import allocation

        rows = self._customers()
        eligible = [self._eligible(tier) for tier in tiers]
        user_ids = sorted({user for *_key, user in rows if user}.union(*(users.ids for users in eligible)))
        position = {user_id: place for place, user_id in enumerate(user_ids)}
        weight = {tier.id: tier.owner_weight for tier in tiers}
        rung = {tier.id: place for place, tier in enumerate(tiers)}
        owners = np.array([position.get(user, allocation.NOBODY) for *_key, user in rows], dtype=np.int64)
        weights = np.array([weight.get(tier, 1.0) for _profile, _partner, tier, _user in rows])
        proposed = allocation.allocate(
            np.array([partner for _profile, partner, _tier, _user in rows], dtype=np.int64),
            weights,
            owners,
            np.array([rung.get(tier, len(tiers)) for _profile, _partner, tier, _user in rows], dtype=np.int64),
            [*([position[user_id] for user_id in users.ids] for users in eligible), []],
            len(user_ids),
            self.tolerance / 100,
        )
        load = allocation.loads(weights, owners, len(user_ids))
        load_then = allocation.loads(weights, proposed, len(user_ids))
        return Proposal(rows, self.env["res.users"].browse(user_ids), owners, proposed, weights, load, load_then)

    # ------------------------------------------------------------------ writing the proposal

    def _write_lines(self, proposal):
        moving = (proposal.owners != proposal.proposed).nonzero()[0].tolist()
        shared = self.env["res.partner"]._shared_with_other_companies(
            [proposal.rows[place][1] for place in moving], self.company_id
        )
        self.sudo().line_count = len(moving)
        why = {}  # many customers share the same reason
        lines = []
        for place in moving:
            _profile, partner_id, tier_id, user_id = proposal.rows[place]
            key = (tier_id, user_id, int(proposal.proposed[place]))
            why[key] = why.get(key) or self._why(proposal, *key)
            words = [why[key], self._shared_in_words()] if partner_id in shared else [why[key]]
            lines.append(
                {
                    "allocation_id": self.id,
                    "company_id": self.company_id.id,
                    "partner_id": partner_id,
                    "current_user_id": user_id,
                    "proposed_user_id": proposal.users[key[-1]].id,
                    "reason": " ".join(words),
                }
            )
        self.env["customer.segmentation.allocation.line"].sudo().create(lines)

    @api.model
    def _shared_in_words(self):
        return self.env._(
            "Careful: also a customer of another company; a contact has one salesperson, who changes there, too."
        )

    def _why(self, proposal, tier_id, user_id, new):
        """ "Gold belongs to team Key Accounts; Ben is not one of them. Ana carries 12, the others 18 on average." """
        tier = self.env["customer.tier"].browse(tier_id)
        values = {"tier": tier.name, "owners": tier._owners_in_words(), "company": self.company_id.sudo().name}
        eligible = self._eligible(tier)
        user = self.env["res.users"].browse(user_id).sudo()
        values["user"] = user.name
        if not user:
            first = self.env._("%(tier)s belongs to %(owners)s; nobody owns this customer yet.", **values)
        elif not user.active:
            first = self.env._("%(tier)s belongs to %(owners)s; %(user)s is archived.", **values)
        elif not user._can_own_customers_of(self.company_id):
            first = self.env._("%(tier)s belongs to %(owners)s; %(user)s does not work in %(company)s.", **values)
        elif user not in eligible:
            first = self.env._("%(tier)s belongs to %(owners)s; %(user)s is not one of them.", **values)
        else:
            return " ".join(self._overload_in_words(proposal, user, proposal.users[new], values))
        return f"{first} {self._loads_in_words(proposal, eligible, proposal.users[new])}"

    def _overload_in_words(self, proposal, user, new, values):
        """Why a customer leaves a salesperson who may own it: too much today, or with all other changes."""
        load = dict(zip(proposal.users.ids, proposal.load.tolist(), strict=True))
        load_then = dict(zip(proposal.users.ids, proposal.load_then.tolist(), strict=True))
        today = load[user.id] > load[new.id]
        shown = load if today else load_then
        loads = {"new": new.name, "load": self._number(shown[new.id]), "others": self._number(shown[user.id])}
        if today:
            return (
                self.env._("%(tier)s belongs to %(owners)s; %(user)s carries more than a fair share.", **values),
                self.env._("%(new)s carries %(load)s, %(user)s %(others)s.", user=user.name, **loads),
            )
        return (
            self.env._(
                "%(tier)s belongs to %(owners)s; with the other changes %(user)s would carry more than a fair share.",
                **values,
            ),
            self.env._("With all changes %(new)s carries %(load)s, %(user)s %(others)s.", user=user.name, **loads),
        )

    def _loads_in_words(self, proposal, eligible, new):
        load = dict(zip(proposal.users.ids, proposal.load.tolist(), strict=True))
        others = eligible - new
        if not others:
            return self.env._("%s is the only one.", new.name)
        average = sum(load[other.id] for other in others) / len(others)
        values = {"new": new.name, "load": self._number(load[new.id]), "others": self._number(average)}
        return self.env._("%(new)s carries %(load)s, the others %(others)s on average.", **values)

    def _number(self, value):
        return formatLang(self.env, value, digits=0 if float(value).is_integer() else 1)

    def _write_loads(self, proposal):
        import numpy as np

        from odoo.addons.customer_segmentation.scoring import allocation

        count, ones = len(proposal.users), np.ones(len(proposal.rows))
        columns = {
            "customers_now": allocation.loads(ones, proposal.owners, count),
            "customers_then": allocation.loads(ones, proposal.proposed, count),
            "load_now": proposal.load,
            "load_then": proposal.load_then,
        }
        self.env["customer.segmentation.allocation.load"].sudo().create(
            [
                {
                    "allocation_id": self.id,
                    "user_id": user.id,
                    **{name: values[place] for name, values in columns.items()},
                }
                for place, user in enumerate(proposal.users)
            ]
        )

    def _problems(self, tiers):
        """What the manager should know: owners who cannot own, tiers that stay as they are."""
        for tier in tiers:
            values = {"tier": tier.name, "company": self.company_id.sudo().name}
            owners, eligible = tier._owners(), self._eligible(tier)
            for user in owners - eligible:
                if user.active:
                    yield self.env._("%(tier)s: %(user)s does not work in %(company)s.", user=user.name, **values)
                else:
                    yield self.env._("%(tier)s: %(user)s is archived.", user=user.name, **values)
            if not owners:
                yield self.env._("%(tier)s: no owners named; its customers stay where they are.", **values)
            elif not eligible:
                yield self.env._("%(tier)s: nobody can own its customers; they stay where they are.", **values)


class CustomerAllocationLoad(models.TransientModel):
    """What a salesperson carries before and after the proposal."""

    _name = "customer.segmentation.allocation.load"
    _inherit = ["customer.wizard"]
    _description = "Load of a Salesperson"
    _order = "load_then desc, id"

    allocation_id = fields.Many2one("customer.segmentation.allocation", required=True, ondelete="cascade", index=True)
    user_id = fields.Many2one("res.users", string="Salesperson", required=True, ondelete="cascade")
    customers_now = fields.Integer()
    customers_then = fields.Integer(string="Customers Proposed")
    load_now = fields.Float(digits=(12, 1), help="Customers owned, each times the weight of its tier.")
    load_then = fields.Float(string="Load Proposed", digits=(12, 1))
