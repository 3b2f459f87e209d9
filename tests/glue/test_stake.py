"""What is at stake where churn risk is predicted: its share of the yearly value, else as the base counts it."""

from ..addon import test_stake


class TestAmountByPrediction(test_stake.TestAmount):
    def chance(self, profile):
        known = profile.prediction_basis == "model"
        return profile.churn_risk if known else super().chance(profile)

    def test_the_words_say_what_it_is_made_of(self):
        profile = self.all.filtered(lambda one: one.at_stake and one.prediction_basis == "model")[:1]
        self.assertIn(f"{profile.yearly_value:,.2f}", profile.stake_in_words)
        self.assertIn(f"× {round(100 * profile.churn_risk)}% churn risk", profile.stake_in_words)
        self.assertFalse(self.all.filtered(lambda one: one.lifecycle_stage == "lost")[:1].stake_in_words)

    def test_closed_days_are_no_silence(self):
        """A risk that was predicted moves with the runs only, whatever days come between."""
        late = self.all.filtered(lambda one: one.lifecycle_stage == "at_risk")
        before = {profile: profile.at_stake for profile in late}
        self.assertTrue(late)
        with self.later(1):
            self.assertEqual({profile: profile.at_stake for profile in late}, before)

    def test_without_a_prediction_the_history_of_the_company_says_it(self):
        profile = self.all.filtered(lambda one: one.lifecycle_stage == "mature")[:1]
        predicted = profile.at_stake
        self.env.flush_all()
        self.env.cr.execute(
            """UPDATE customer_segmentation_profile SET churn_risk = NULL, prediction_basis = 'not_enough_data'
                WHERE id = %s""",
            [profile.id],
        )
        self.env.invalidate_all(flush=False)
        self.assertNotAlmostEqual(profile.at_stake, predicted)
        self.assertAlmostEqual(profile.at_stake, profile.yearly_value * super().chance(profile), 2)
        self.assertIn("of what customers like this one brought", profile.stake_in_words)


class TestRunsByPrediction(test_stake.TestRuns):
    pass


class TestCompaniesByPrediction(test_stake.TestCompanies):
    chance = TestAmountByPrediction.chance


class TestListsByPrediction(test_stake.TestLists):
    pass
