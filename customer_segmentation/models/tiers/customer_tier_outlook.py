"""What a customer lacks of a tier: to rise to the one above, to keep the own one. In words."""

from odoo import api, fields, models

from ...scoring import tiers
from ...tools.words import amount_in_words, day_in_words, listed, plain_number


class CustomerTierOutlook(models.AbstractModel):
    _name = "customer.tier.outlook"
    _description = "What Is Missing to a Tier"

    @api.model
    def _ladders(self, profiles):
        """The rungs of each company's last run, best first, as far as they were not deleted since."""
        ladders = {
            company: (policy.last_run_id.cut_points or {}).get("tiers", [])
            for company, policy in profiles._policies().items()
        }
        tiers_of_runs = {rung["tier"] for ladder in ladders.values() for rung in ladder}
        kept = set(self.env["customer.tier"].browse(tiers_of_runs).exists().ids)
        return {company: [rung for rung in ladder if rung["tier"] in kept] for company, ladder in ladders.items()}

    @api.model
    def _values(self, profiles, ladders):
        """The measures the ladders ask for, by profile and name."""
        measures, values = self.env["customer.segmentation.measure"], {}
        for company, ladder in ladders.items():
            names = tiers.asked_measures(ladder)
            of_company = profiles.filtered(lambda profile, company=company: profile.company_id == company)
            values |= measures._of_profiles(names, of_company)
        return values

    @api.model
    def _in_words(self, profile, rung):
        """ "Keeps Gold until 31 Dec; needs 1,200 € more." """
        if profile.tier_locked_until and profile.tier_locked_until >= fields.Date.context_today(profile):
            return self.env._(
                "Set by hand until %(day)s: %(reason)s",
                day=day_in_words(self.env, profile.tier_locked_until),
                reason=profile.tier_lock_reason or "",
            )
        if profile.tier_proposed_id:
            return self.env._("Qualifies for %(tier)s, waits for approval", tier=profile.tier_proposed_id.name)
        if not rung or not profile.tier_review_date:
            return False
        if not profile.tier_keep_gap:
            return self.env._("Meets what %(tier)s asks again", tier=profile.tier_id.name)
        day = day_in_words(self.env, profile.tier_review_date)
        words = {"tier": profile.tier_id.name, "day": day, "gap": profile.tier_keep_gap}
        if profile.tier_review_date <= profile._policies()[profile.company_id]._today():
            return self.env._(
                "Due for a downgrade since %(day)s, waits for approval; to keep %(tier)s: %(gap)s", **words
            )
        return self.env._("Keeps %(tier)s until %(day)s; needs %(gap)s", **words)

    @api.model
    def _gap_in_words(self, profile, rung, threshold, values):
        """What the customer lacks for a rung, in words."""
        return listed(self.env, (self._one_gap(profile, gap) for gap in tiers.gap_to(rung, values, threshold)))

    @api.model
    def _one_gap(self, profile, gap):
        measure = self.env["customer.segmentation.measure"]._declared()[gap["measure"]]
        label = self.env["customer.segmentation.measure"]._label(gap["measure"])
        if gap["missing"] is None:
            return self.env._("%s: nobody qualifies", label)
        if measure.unit == "segment":
            return self.env._(
                "%(measure)s: %(segment)s or better", measure=label, segment=self._segment_name(profile, gap["needed"])
            )
        missing = (
            amount_in_words(profile, gap["missing"])
            if measure.unit == "amount"
            else plain_number(self.env, gap["missing"])
        )
        if measure.higher_is_better:
            return self.env._("%(measure)s: %(missing)s more", measure=label, missing=missing)
        return self.env._("%(measure)s: %(missing)s less", measure=label, missing=missing)

    @api.model
    def _segment_name(self, profile, rank):
        """The segment of a rank; nothing when the scheme was changed after the last run."""
        segments = profile._policies()[profile.company_id].scheme_id.segment_ids
        return segments.filtered(lambda segment: segment.rank == rank).with_env(self.env).name or ""
