from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from ...tools.context import Told, told
from ...tools.labels import MAXIMUM_BANDS, MINIMUM_BANDS, RFM
from ...tools.rule_words import words_of
from ...tools.words import listed

CELLS_NAMED = 6


class CustomerSegmentScheme(models.Model):
    """A named set of segments that covers every combination of R, F and M exactly once.

    An active scheme is always complete: it is checked after every change of its segments or their ranges. One that
    is being put together is archived until it is complete.
    """

    _name = "customer.segment.scheme"
    _inherit = ["customer.shared"]
    _description = "Segment Scheme"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company",
        domain="[('parent_id', '=', False)]",
        ondelete="cascade",
        index="btree_not_null",
        copy=False,
        default=lambda self: False if self.env.su else self.env.company.sudo().root_id,
        help="Only this company sees and uses the scheme. Empty: a preset for every company.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(
        default=True, help="An archived scheme may have gaps while you work on it; activating it checks it."
    )
    bands = fields.Integer(
        required=True,
        default=5,
        help="How many scores each of R, F and M has (2 to 9). The policy that uses the scheme has the same number.",
    )
    description = fields.Text(translate=True, help="When to choose this scheme.")
    segment_ids = fields.One2many("customer.segment", "scheme_id", string="Segments", copy=True)
    segment_count = fields.Integer(compute="_compute_segment_count", string="Number of Segments")
    used_elsewhere = fields.Boolean(
        compute="_compute_used_elsewhere",
        help="A company is scored by the scheme in which you may not work, so you cannot change it.",
    )

    _bands_range = models.Constraint(
        f"CHECK (bands BETWEEN {MINIMUM_BANDS} AND {MAXIMUM_BANDS})",
        f"A scheme has {MINIMUM_BANDS} to {MAXIMUM_BANDS} bands.",
    )

    @api.depends("segment_ids")
    def _compute_segment_count(self):
        for scheme in self:
            scheme.segment_count = len(scheme.segment_ids)

    @api.depends_context("uid")
    def _compute_used_elsewhere(self):
        for scheme in self:
            scheme.used_elsewhere = scheme._used_out_of_sight()

    def copy_data(self, default=None):
        return [
            dict(vals, name=self.env._("%s (copy)", scheme.name))
            for scheme, vals in zip(self, super().copy_data(default), strict=True)
        ]

    @api.model_create_multi
    def create(self, vals_list):
        schemes = super(CustomerSegmentScheme, self.with_context(scheme_checked_by_caller=Told.BY_CODE)).create(
            vals_list
        )
        schemes = schemes.with_env(self.env)
        schemes._check_coverage()
        schemes._check_may_share()
        return schemes

    def write(self, vals):
        if vals.get("active") is False:
            self._check_unused()
        if "company_id" in vals:
            self._check_may_share()
        result = super(CustomerSegmentScheme, self.with_context(scheme_checked_by_caller=Told.BY_CODE)).write(vals)
        if vals.keys() & {"active", "bands", "segment_ids"}:
            self._segments_changed()
        if "company_id" in vals:
            self._check_may_share()
        return result

    @api.constrains("company_id")
    def _check_company_of_policies(self):
        for scheme in self.sudo().filtered("company_id"):
            if scheme.company_id.parent_id:
                raise ValidationError(self.env._("Schemes belong to whole companies, branches are part of them."))
            others = scheme._companies_that_use() - scheme.company_id
            if others:
                raise ValidationError(
                    self.env._("The customers of another company are scored by the scheme %s.", scheme.name)
                )

    @api.ondelete(at_uninstall=False)
    def _check_unused(self):
        policy = self.env["customer.segmentation.policy"].sudo().search([("scheme_id", "in", self.ids)], limit=1)
        if policy:
            raise UserError(
                self.env._(
                    "The scheme %(scheme)s scores the customers of %(company)s. Choose another scheme there first.",
                    scheme=policy.scheme_id.display_name,
                    company=policy.company_id.display_name,
                )
            )

    def _segments_changed(self):
        """Check the coverage after a change and tell the policies that score by these schemes.

        Called by segments and ranges; inside a write of the scheme itself once, at its end.
        """
        if not told(self.env, "scheme_checked_by_caller"):
            self._check_coverage()
            policies = self.env["customer.segmentation.policy"].sudo().search([("scheme_id", "in", self.ids)])
            policies.env["customer.tier.ladder"]._check(policies)
            policies.env["customer.segmentation.rules"]._perhaps_changed(policies)

    def _order_changed(self):
        """The order of segments is a rule only where a ladder asks for "this segment or better"."""
        if not told(self.env, "scheme_checked_by_caller"):
            criteria = self.env["customer.tier.criterion"].sudo()._asking_for(self.segment_ids)
            criteria.env["customer.tier.ladder"]._changed(criteria.tier_id.policy_id, {})

    def _check_coverage(self):
        """Refuse gaps and overlaps, naming the cells."""
        from ...scoring import segments  # NumPy is loaded by those who score, not by every worker

        for scheme in self._to_be_complete():
            if not MINIMUM_BANDS <= scheme.bands <= MAXIMUM_BANDS:
                raise ValidationError(
                    self.env._(
                        "The scheme %(scheme)s has %(bands)s bands; a scheme has 2 to 9.",
                        scheme=scheme.name,
                        bands=scheme.bands,
                    )
                )
            try:
                segments.lookup_table(scheme._segment_ranges(), scheme.bands)
            except segments.SchemeError as error:
                raise ValidationError(scheme._coverage_message(error)) from error

    def _origin_record(self):
        """The scheme that rules are told in terms of: itself, if it is not the copy of one."""
        return self

    def _action_form(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation.action_schemes")
        views = [view for view in action["views"] if view[1] == "form"]
        return dict(action, res_id=self.id, views=views, target="current")

    def _to_be_complete(self):
        """Those that may have no gaps, and by which a policy can score."""
        return self.filtered("active")

    def _coverage_message(self, error):
        """What is wrong with the scheme, naming the first cells."""
        self.ensure_one()
        cells = error.gaps + error.overlaps
        if not cells:
            return self.env._(
                "A range of the scheme %(scheme)s begins above its highest score, %(bands)s.",
                scheme=self.name,
                bands=self.bands,
            )
        lines = [self.env._("The scheme %s must give every customer exactly one segment.", self.name)]
        lines += [self._cell_in_words(cell) for cell in cells[:CELLS_NAMED]]
        if len(cells) > CELLS_NAMED:
            lines.append(self.env._("… and %s more cells.", len(cells) - CELLS_NAMED))
        return "\n".join(lines)

    def _cell_in_words(self, cell):
        scores = f"R{cell.recency} F{cell.frequency} M{cell.monetary}"
        if cell.first_purchase == "inside":
            scores = self.env._("%s (first purchase inside the window)", scores)
        elif cell.first_purchase == "before":
            scores = self.env._("%s (first purchase before the window)", scores)
        if cell.gone == "yes":
            scores = self.env._("%s (customer is gone)", scores)
        elif cell.gone == "no":
            scores = self.env._("%s (customer is not gone)", scores)
        if not cell.segments:
            return self.env._("%s belongs to no segment", scores)
        names = self.segment_ids.browse(cell.segments).mapped("name")
        return self.env._("%(cell)s belongs to several segments: %(names)s", cell=scores, names=listed(self.env, names))

    def _standings(self):
        """The place of each segment, the best first; nothing while the scheme has gaps."""
        from ...scoring import segments

        try:
            return segments.standings(self._segment_ranges(), self.bands)
        except segments.SchemeError:
            return {}

    def _segment_ranges(self):
        """The scheme's rules as the scoring package takes them, each segment as its identifier."""
        from ...scoring.segment_range import SegmentRange

        self.ensure_one()
        return [
            SegmentRange(scope.segment_id.id, *scope._limits().values(), scope.first_purchase, scope.gone)
            for scope in self.segment_ids.sorted().range_ids
        ]

    def _as_rules(self):
        """The scheme as a value of JSON, with its segments."""
        return {
            "id": self._origin_record().id,
            "bands": self.bands,
            "words": words_of(self, "name"),
            "segments": [segment._as_rules() for segment in self.segment_ids.sorted()],
        }

    @api.model
    def _default(self):
        """The 11 segments by own rhythm, or what an administrator put in their place."""
        presets = self.sudo().search([("company_id", "=", False)])
        usual = self.env.ref("customer_segmentation.scheme_own_rhythm", raise_if_not_found=False)
        return ((usual and presets & usual) or presets[:1]).with_env(self.env)

    def _asks_who_is_gone(self):
        return any(scope.gone != "any" for scope in self.segment_ids.range_ids)

    def _recency_banding(self):
        """What recency is judged by in a scheme as it is meant."""
        if self._asks_who_is_gone():
            return "own_rhythm"
        return "mean" if self.bands == 2 else "quantile"

    def _banding(self, bands, recency_banding=None):
        """The values that make a policy of so many bands fit the scheme; none when it fits.

        :param recency_banding: how the policy judges recency: own rhythm comes and goes with the scheme it is made for
        """
        values, method = {}, "mean" if self.bands == 2 else "quantile"
        if self.bands != bands:
            values = {"bands": self.bands, **{f"{measure}_banding": method for measure in RFM}}
        if values or self._asks_who_is_gone() or recency_banding == "own_rhythm":
            values["recency_banding"] = self._recency_banding()
        return values

    # ------------------------------------------------------------------ shared between companies

    def _companies_that_use(self):
        """Whatever policy has it counts, at work or not: it may score by it again."""
        policies = self.env["customer.segmentation.policy"].sudo().with_context(active_test=False)
        return policies.search([("scheme_id", "in", self._origin.ids)]).company_id

    def _check_may_share(self):
        """A preset is everybody's: it is made, and taken from the others, by who works in every company."""
        shared = self.filtered(lambda scheme: not scheme.company_id)
        everywhere = self._companies_scored()
        if shared and self.env.uid != SUPERUSER_ID and everywhere - self.env.user.sudo().company_ids.root_id:
            raise UserError(
                self.env._(
                    "A scheme without a company is a preset for every company, and you may not work in one of them. "
                    "Say for which company the scheme is."
                )
            )

    def _used_elsewhere_message(self):
        return self.env._(
            "A company in which you may not work is also scored by the scheme %s. Copy it with “Copy for My Company”, "
            "and change the copy.",
            self.name,
        )

    def action_copy_for_company(self):
        """Score the company the user works in by a copy of this scheme, which can be changed, and open the copy."""
        self.ensure_one()
        policy = self.env["customer.segmentation.policy"]._of_company(self.env.company).with_env(self.env)
        policy._check_manager()
        if policy.scheme_id != self:
            raise UserError(self.env._("%s is not scored by this scheme; duplicate it.", policy.company_id.sudo().name))
        return self.env["customer.segmentation.rules"]._copy_scheme(policy)._action_form()

    def _copy_to_change(self, company):
        """A copy of the scheme for a company, which may change it; playbooks ask for the copies of segments, too.

        :return: the copy, {segment: its copy}
        """
        copy = self.copy({"active": True, "company_id": company.id})
        by_code = {segment.code: segment for segment in copy.segment_ids}
        copies = {segment: by_code[segment.code] for segment in self.segment_ids}
        self._tell_playbooks(copies)
        return copy, copies

    @api.model
    def _tell_playbooks(self, copies):
        """Have playbooks that ask for some segments ask for their copies as well, whichever company they are for."""
        playbooks = self.env["customer.playbook"].sudo().with_context(active_test=False)
        for playbook in playbooks.search([("segment_ids", "in", [segment.id for segment in copies])]):
            wanted = [copies[segment].id for segment in playbook.segment_ids if segment in copies]
            playbook.segment_ids = [Command.link(segment_id) for segment_id in wanted]
