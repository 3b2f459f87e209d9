"""The page Segmentation by own rhythm: what it says of today is what was scored, what it foretells comes true."""

from odoo.addons.customer_segmentation.scoring import what_if
from odoo.addons.customer_segmentation.scoring.calendar import date_of, day_of

from ..addon.test_own_rhythm import OwnRhythmCase


class TestOwnRhythmPage(OwnRhythmCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sell(cls.shop(16))
        cls.time_off(40, 31)
        cls.recompute()

    def states(self, day):
        rules = self.policy._what_if_rules()
        return {
            profile.partner_id: what_if.state_on(profile._purchase_history(self.policy), day_of(day), rules)
            for profile in self.env["customer.segmentation.profile"].search([("company_id", "=", self.company.id)])
        }

    def scored(self):
        names = ("recency_score", "frequency_score", "monetary_score")
        found = self.env["customer.segmentation.profile"].search([("company_id", "=", self.company.id)])
        return {one.partner_id: (*(one[name] for name in names), one.segment_id.id, one.abc_class) for one in found}

    def test_the_page_says_what_was_scored(self):
        self.assertEqual(self.states(self.today), self.scored())

    def test_what_silence_is_said_to_lead_to_comes(self):
        rules = self.policy._what_if_rules()
        profiles = self.env["customer.segmentation.profile"].search([("company_id", "=", self.company.id)])
        told = {}
        for profile in profiles:
            history, now = profile._purchase_history(self.policy), self.states(self.today)[profile.partner_id]
            changes = what_if.quiet_states(history, day_of(self.today), day_of(self.today) + 365, rules)
            day = next((day for day, state in changes if state.recency_score != now.recency_score), None)
            if day:
                told[profile.partner_id] = date_of(day)
        self.assertGreater(len(told), 5)
        before = {partner: scores[0] for partner, scores in self.scored().items()}
        for day in sorted(set(told.values()))[:4]:
            self.recompute(as_of=day)
            for partner, scores in self.scored().items():
                # the company's median is that of the same purchases on any of these days
                self.assertEqual(scores[0] != before[partner], partner in told and told[partner] <= day, partner.name)

    def test_each_answer_has_words(self):
        for profile in self.env["customer.segmentation.profile"].search([("company_id", "=", self.company.id)]):
            answers = profile.segment_answers
            self.assertTrue(answers["grid"]["rows"] and answers["rule"] and answers["outlook"]["silence"])
            own = [cell for row in answers["grid"]["rows"] for cell in row["cells"] if cell["own"]]
            self.assertEqual([cell["name"] for cell in own], [profile.segment_id.name])

    def test_closed_days_are_not_at_stake(self):
        profiles = self.env["customer.segmentation.profile"].search([("company_id", "=", self.company.id)])
        stake = self.env["customer.segmentation.stake"]
        found = stake._chances(self.policy.last_run_id.cut_points)
        self.assertIn(day_of(self.day(35)), found["closed_days"])
        silence = stake._read(profiles, lambda term: stake._sql_silence(term, self.today, found))
        expected = dict(zip(profiles.ids, self.env["customer.segmentation.rhythm"]._silence(profiles), strict=True))
        self.assertEqual({key: float(days) for key, days in silence.items()}, expected)
