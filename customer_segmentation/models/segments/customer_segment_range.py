from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.words import listed

MEASURES = {"recency": "R", "frequency": "F", "monetary": "M", "fm": "FM"}


class CustomerSegmentRange(models.Model):
    """A block of scores that belongs to a segment; a segment may consist of several."""

    _name = "customer.segment.range"
    _inherit = ["customer.shared"]
    _description = "Segment Range"
    _order = "segment_id, recency_max desc, fm_max desc, id"

    segment_id = fields.Many2one("customer.segment", required=True, ondelete="cascade", index=True)
    recency_min = fields.Integer("R from", required=True, default=1)
    recency_max = fields.Integer("R to", required=True, default=9)
    frequency_min = fields.Integer("F from", required=True, default=1)
    frequency_max = fields.Integer("F to", required=True, default=9)
    monetary_min = fields.Integer("M from", required=True, default=1)
    monetary_max = fields.Integer("M to", required=True, default=9)
    fm_min = fields.Integer("FM from", required=True, default=1, help="FM is the mean of F and M, halves rounded up.")
    fm_max = fields.Integer("FM to", required=True, default=9)
    first_purchase = fields.Selection(
        [("any", "Any time"), ("inside", "Inside the window"), ("before", "Before the window")],
        required=True,
        default="any",
        help="Whether the first purchase ever lies inside the policy's window.",
    )
    gone = fields.Selection(
        [("any", "Gone or not"), ("yes", "Gone"), ("no", "Not gone")],
        string="Gone by Own Rhythm",
        required=True,
        default="any",
        help="Whether the customer is in the last stage of its life, held against its own rhythm.",
    )

    @api.constrains(*(f"{measure}_{end}" for measure in MEASURES for end in ("min", "max")))
    def _check_ranges(self):
        for scope in self:
            for measure, label in MEASURES.items():
                low, high = scope[f"{measure}_min"], scope[f"{measure}_max"]
                if not 1 <= low <= high <= 9:
                    raise ValidationError(
                        self.env._(
                            "Segment %(segment)s: the range %(measure)s %(low)s to %(high)s is not possible. "
                            "A range goes from a lower to a higher score between 1 and 9.",
                            segment=scope.segment_id.name,
                            measure=label,
                            low=low,
                            high=high,
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        self.check_access("create")
        segments = self.env["customer.segment"]
        segments.browse({vals["segment_id"] for vals in vals_list if vals.get("segment_id")})._check_may_change()
        ranges = super().create(vals_list)
        ranges.segment_id.scheme_id._segments_changed()
        return ranges

    def write(self, vals):
        self.check_access("write")
        self.env["customer.segment"].browse(vals.get("segment_id") or [])._check_may_change()
        schemes = self.segment_id.scheme_id
        result = super().write(vals)
        (schemes | self.segment_id.scheme_id)._segments_changed()
        return result

    def _check_may_change(self):
        self.segment_id._check_may_change()

    def unlink(self):
        schemes = self.segment_id.scheme_id
        result = super().unlink()
        schemes.exists()._segments_changed()
        return result

    def _in_words(self):
        """The block as a rule to print beside the segment's name: "R 4–5, FM 2–3"."""
        self.ensure_one()
        bands = self.segment_id.scheme_id.bands
        if bands == 2:
            parts = self._above_or_below_mean()
        else:
            parts = [
                f"{label} {low}" if low == high else f"{label} {low}–{high}"
                for label, (low, high) in self._limits().items()
                if (low, high) != (1, bands)
            ]
        if self.first_purchase != "any":
            parts.append(
                self.env._("first purchase inside the window")
                if self.first_purchase == "inside"
                else self.env._("first purchase before the window")
            )
        if self.gone != "any":
            parts.append(self.env._("gone by own rhythm") if self.gone == "yes" else self.env._("not gone"))
        return listed(self.env, parts)

    def _limits(self):
        """Lowest and highest score by measure; an upper end above the scheme's bands means "and more"."""
        bands = self.segment_id.scheme_id.bands
        return {
            label: (self[f"{measure}_min"], min(self[f"{measure}_max"], bands)) for measure, label in MEASURES.items()
        }

    def _above_or_below_mean(self):
        """With two bands a score says high or low: "R high, F low, M high"."""
        return [
            self.env._("%s high", label) if low == 2 else self.env._("%s low", label)
            for label, (low, high) in self._limits().items()
            if low == high
        ]
