"""What contradicts a playbook: said before it is started and on the policy, and decided where the answer is clear."""

from odoo.tests import Form

from .playbook_common import PlaybookCase


class ConsistencyCase(PlaybookCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hibernating = cls.segment("hibernating")
        cls.hibernating.worth_a_call = "no"
        cls.lost.worth_a_call = "formerly_top"
        cls.at_risk.worth_a_call = "yes"
        cls.manager = cls.user("guarded_manager", "sales_team.group_sale_manager")
        run = cls.policy.last_run_id
        run.cut_points = dict(run.cut_points or {}, lifetime_top_10=1000)

    def gone(self, name="Gone", lifetime_revenue=10, **values):
        values = {"lifecycle_stage": "lost", "lifetime_revenue": lifetime_revenue, **values}
        return self.scored(self.at_risk, name, **values)

    def candidates(self, playbook):
        return self.env["customer.playbook.entrance"]._candidates_now(playbook)

    def told(self, playbook):
        """What the dialog says before the start."""
        return (
            self.env["customer.playbook.start"]
            .with_user(self.manager)
            .create({"playbook_id": playbook.id})
            .contradictions
        )


class TestWhatContradicts(ConsistencyCase):
    def test_calls_for_a_segment_that_is_worth_none(self):
        self.hibernating.advice = "A mailing, <no> calls."
        playbook = self.playbook("Wake Up", start=False, segment_ids=(self.hibernating + self.at_risk).ids)
        said = self.told(playbook)
        self.assertIn("“Wake Up” plans activities for Hibernating, who are not worth a call.", said)
        self.assertIn("A mailing, &lt;no&gt; calls.", said)
        self.assertIn(f'href="/odoo/customer.segment/{self.hibernating.id}"', said)
        self.assertNotIn("At Risk", said)

    def test_it_is_the_field_that_decides_and_not_the_text(self):
        self.hibernating.advice = "Call them all."
        playbook = self.playbook(start=False, segment_ids=self.hibernating.ids)
        self.assertTrue(self.told(playbook))
        self.hibernating.write({"worth_a_call": "yes", "advice": "No calls."})
        self.assertFalse(self.told(playbook))

    def test_what_contradicts_nothing(self):
        for values in (
            {"segment_ids": self.at_risk.ids},
            {"segment_ids": self.hibernating.ids, "action_kind": "none"},
            {"segment_ids": self.hibernating.ids, "trigger": "segment_leave"},
            {"segment_ids": False},
        ):
            with self.subTest(**values):
                self.assertFalse(self.told(self.playbook(start=False, **values)))

    def test_segments_of_a_scheme_nobody_is_scored_by(self):
        other = self.env.ref("customer_segmentation.segment_general_win_back")
        self.assertNotEqual(other.scheme_id, self.policy.scheme_id)
        other.worth_a_call = "no"
        self.assertFalse(self.told(self.playbook(start=False, segment_ids=(other + self.at_risk).ids)))

    def test_in_the_form_of_the_start(self):
        playbook = self.playbook("Wake Up", start=False, segment_ids=self.hibernating.ids)
        starts = self.env["customer.playbook.start"].with_user(self.manager)
        form = Form(starts.with_context(default_playbook_id=playbook.id))
        self.assertIn("Wake Up", form.contradictions)

    def test_the_policy_lists_what_is_at_work(self):
        policy = self.policy.with_user(self.manager)
        playbook = self.playbook("Wake Up", start=False, segment_ids=self.hibernating.ids)
        self.assertFalse(policy.contradictions, "it is not started")
        playbook._start(self.company)
        self.env.invalidate_all()
        self.assertIn("Wake Up", policy.contradictions)
        playbook.action_stop()
        self.env.invalidate_all()
        self.assertFalse(policy.contradictions)

    def test_presets_say_whom_nobody_calls(self):
        for scheme in ("segment", "segment_rhythm"):
            lost = self.env.ref(f"customer_segmentation.{scheme}_lost")
            hibernating = self.env.ref(f"customer_segmentation.{scheme}_hibernating")
            champions = self.env.ref(f"customer_segmentation.{scheme}_champions")
            self.assertEqual(champions.worth_a_call, "yes")
            self.assertIn(lost.worth_a_call, ("formerly_top",))
            self.assertEqual(hibernating.worth_a_call, "no")

    def test_a_version_brings_it_back_with_the_segment(self):
        self.assertEqual(self.lost._as_rules()["words"]["worth_a_call"], "formerly_top")


class TestWhoIsGone(ConsistencyCase):
    def test_only_the_formerly_best_are_called(self):
        small, top = self.gone("Small"), self.gone("Top", 1000)
        playbook = self.playbook(start=False)
        self.assertEqual(self.candidates(playbook), top)
        self.assertEqual(playbook.who_would_enter, 1)
        playbook._start(self.company, include_now=True)
        self.work()
        self.assertEqual(self.entries_of(small, top).profile_id, top)

    def test_gone_by_the_day(self):
        """The stage is that of the last run; the day has come since."""
        due = self.gone("Due", lifecycle_stage="dormant", gone_date=self.today)
        later = self.gone("Later", lifecycle_stage="dormant", gone_date=self.day(-1))
        self.assertEqual(self.candidates(self.playbook(start=False)) & (due + later), later)

    def test_a_segment_that_only_the_best_of_are_called(self):
        small = self.scored(self.lost, "Small", lifetime_revenue=10, lifecycle_stage="dormant")
        top = self.scored(self.lost, "Top", lifetime_revenue=5000, lifecycle_stage="dormant")
        playbook = self.playbook(start=False, segment_ids=self.lost.ids)
        self.assertEqual(self.candidates(playbook), top)
        self.lost.worth_a_call = "yes"
        self.assertEqual(self.candidates(playbook), small + top)

    def test_all_get_an_email(self):
        small, top = self.gone("Small"), self.gone("Top", 1000)
        template = self.env["mail.template"].create(
            {"name": "Come back", "model_id": self.env["ir.model"]._get_id("res.partner")}
        )
        playbook = self.playbook(
            start=False, action_kind="none", send_mail=True, mail_template_id=template.id, summary=False
        )
        self.assertEqual(self.candidates(playbook), small + top)
        self.assertFalse(self.told(playbook))

    def test_beside_an_activity_who_is_gone_gets_the_email(self):
        """No call, no place on a desk, and it is said beforehand."""
        template = self.env["mail.template"].create(
            {"name": "Come back", "model_id": self.env["ir.model"]._get_id("res.partner"), "subject": "Come back"}
        )
        self.policy.playbook_capacity_person = 1
        playbook = self.playbook("Both", start=False, send_mail=True, mail_template_id=template.id)
        small, top, there = self.gone("Small"), self.gone("Top", 1000), self.scored(self.at_risk, "There")
        for number, profile in enumerate(small + top + there):
            profile.partner_id.email = f"customer{number}@example.com"
        self.assertEqual(self.candidates(playbook), small + top + there)
        self.assertRegex(playbook.candidates_in_words, r"^2 activities.*; gone, so the e-mail only: 1$")
        self.assertIn("Customers who get the e-mail of “Both” and no call", self.told(playbook))
        playbook._start(self.company, include_now=True)
        self.work()
        written_to = self.entries_of(small)
        self.assertEqual((written_to.state, written_to.mailed_on), ("done", self.today))
        self.assertFalse(small.partner_id.activity_ids)
        self.assertIn("e-mail only", written_to.closing_reason)
        called = self.entries_of(top, there)
        self.assertEqual(sorted(called.mapped("state")), ["open", "waiting"], "one place on the desk")
        self.assertEqual(len((top + there).partner_id.activity_ids), 1)

    def test_nobody_is_among_the_best_before_that_is_known(self):
        self.policy.last_run_id.cut_points = dict(self.policy.last_run_id.cut_points, lifetime_top_10=None)
        self.gone("Top", 1_000_000)
        self.assertFalse(self.candidates(self.playbook(start=False)))

    def test_they_are_counted_and_said(self):
        playbook = self.playbook("Win Back", start=False)
        self.gone("Small")
        self.gone("Small too")
        self.assertEqual(playbook.candidates_in_words, "Nobody today; gone, so not called: 2")
        self.gone("Top", 1000)
        self.scored(self.at_risk, "There")
        self.env.invalidate_all()
        self.assertRegex(playbook.candidates_in_words, r"^2 activities: .*; gone, so not called: 2$")
        said = self.told(playbook)
        self.assertIn("because they are gone and were not among the top 10%: 2.", said)
        self.assertIn(f'href="/odoo/customer.playbook/{playbook.id}"', said)

    def test_who_is_gone_while_waiting_is_called_no_more(self):
        self.policy.playbook_capacity_person = 1
        playbook = self.playbook()
        first, second = self.falls("First", revenue=500), self.falls("Second")
        self.work()
        opened, waiting = self.entries_of(first), self.entries_of(second)
        self.assertEqual((opened.state, waiting.state), ("open", "waiting"))
        (first + second).write({"lifecycle_stage": "lost"})
        self.work()
        self.assertEqual(opened.state, "open", "what somebody is at is for that person to end")
        self.assertEqual(waiting.state, "cancelled")
        self.assertIn("gone", waiting.closing_reason)
        self.assertEqual(playbook.open_count, 1)
