"""The satisfaction survey some days after a delivery: who is asked, once, and what comes of the answer."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.addons.customer_segmentation_survey.hooks import uninstall_hook
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..addon.common import noon
from ..addon.playbook_common import PlaybookCase

MODULE = "customer_segmentation_survey"
POLICY_LOG = f"odoo.addons.{MODULE}.models.customer_segmentation_policy"


class SurveyCase(PlaybookCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "survey_manager", "sales_team.group_sale_manager,survey.group_survey_user")
        cls.survey = cls.env["survey.survey"].create(
            {
                "title": "How was it?",
                "access_mode": "token",
                "question_and_page_ids": [
                    Command.create({"title": "Your name", "question_type": "char_box", "sequence": 1}),
                    Command.create(
                        {
                            "title": "How satisfied are you?",
                            "question_type": "scale",
                            "scale_min": 0,
                            "scale_max": 10,
                            "sequence": 2,
                        }
                    ),
                    Command.create({"title": "Why?", "question_type": "text_box", "sequence": 3}),
                ],
            }
        )
        cls.name_question, cls.scale, cls.why = cls.survey.question_ids
        cls.requests = cls.env["customer.satisfaction.request"]
        cls.cron = cls.env.ref(f"{MODULE}.ir_cron_satisfaction_surveys")

    @classmethod
    def switch_on(cls, policy=None, since=60, **values):
        """As a manager does, so many days ago."""
        policy = policy or cls.policy
        values = {"satisfaction_survey_on": True, "satisfaction_survey_id": cls.survey.id, **values}
        policy.with_user(cls.manager).write(values)
        policy.satisfaction_survey_since = cls.day(since)

    @classmethod
    def buyer(cls, name="Acme", email="acme@example.com", **values):
        partner = cls.customer(name, email=email, **values)
        cls.scored(partner=partner)
        return partner

    @classmethod
    def service(cls, partner, days_ago, company=None, **values):
        """A confirmed order nobody has to deliver."""
        return cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "company_id": (company or cls.company).id,
                "state": "sale",
                "date_order": noon(cls.day(days_ago)),
                **values,
            }
        )

    def ask(self):
        """Run the scheduled action; returns what it sent."""
        before = self.requests.search([])
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(self.cron.failure_count)
        return self.requests.search([]) - before

    def asked(self):
        return self.ask().partner_id

    def mails(self, request):
        return self.env["mail.mail"].search([("model", "=", request._name), ("res_id", "in", request.ids)])

    def answer(self, request, value=2, why="It came late.\nAnd broken."):
        answer = request.answer_id
        answer._save_lines(self.scale, str(value))  # as the page sends it
        answer._save_lines(self.why, why)
        answer._mark_done()
        self.env.flush_all()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestWhoIsAsked(SurveyCase):
    def test_nobody_until_it_is_switched_on(self):
        self.policy.satisfaction_survey_id = self.survey
        self.service(self.buyer(), 7)
        self.assertFalse(self.ask())
        self.policy.satisfaction_survey_since = self.day(60)
        self.assertFalse(self.ask())

    def test_so_many_days_after_delivery(self):
        self.switch_on()
        partners = {days: self.buyer(f"After {days}") for days in (0, 6, 7, 20, 21, 22)}
        for days, partner in partners.items():
            self.service(partner, days)
        self.assertEqual(self.asked(), partners[7] | partners[20] | partners[21], "14 days late at most")
        self.policy.satisfaction_survey_days = 0
        self.assertEqual(self.asked(), partners[0] | partners[6])

    def test_deliveries_from_before_are_not_asked_about(self):
        before, after = self.buyer("Before"), self.buyer("After")
        self.service(before, 9)
        self.service(after, 8)
        self.switch_on(since=8)
        self.assertEqual(self.asked(), after)

    def test_promised_day_counts_where_there_is_one(self):
        self.switch_on()
        early, late = self.buyer("Early"), self.buyer("Late")
        self.service(early, 30, commitment_date=noon(self.day(8)))
        self.service(late, 8, commitment_date=noon(self.day(-8)))
        self.assertEqual(self.asked(), early)

    def test_confirmed_orders_only(self):
        self.switch_on()
        for state in ("draft", "sent", "cancel"):
            self.service(self.buyer(state), 7).state = state
        self.assertFalse(self.ask())

    def test_once_in_so_many_months(self):
        self.switch_on(satisfaction_survey_pause=2)
        partner = self.buyer()
        self.service(partner, 8)
        self.service(partner, 7)
        [request] = self.ask()
        self.assertEqual((request.partner_id, request.delivered_on), (partner, self.day(7)))
        self.assertEqual(len(self.mails(request)), 1)
        self.assertFalse(self.ask(), "run again on the same day")
        for days, expected in ((40, False), (62, True)):
            with freeze_time(noon(self.today) + timedelta(days=days)):
                self.service(partner, 7 - days)
                self.assertEqual(bool(self.ask()), expected)

    def test_the_same_order_is_not_asked_about_twice(self):
        self.switch_on(satisfaction_survey_pause=1, satisfaction_survey_days=0)
        partner = self.buyer()
        order = self.service(partner, 0)
        self.assertEqual(self.ask().order_id, order)
        with freeze_time(noon(self.today) + timedelta(days=40)):
            order.commitment_date = noon(self.day(-40))
            self.assertFalse(self.ask())

    def test_contacts_are_one_customer(self):
        self.switch_on()
        company = self.buyer("Acme")
        ann, bob = (
            self.env["res.partner"].create({"name": name, "parent_id": company.id, "email": f"{name}@example.com"})
            for name in ("Ann", "Bob")
        )
        self.service(ann, 9)
        self.service(bob, 8)
        [request] = self.ask()
        self.assertEqual((request.partner_id, request.contact_id), (company, bob))
        self.assertEqual(self.mails(request).recipient_ids, bob)
        self.assertEqual(request.answer_id.partner_id, bob)

    def test_contact_without_address_is_spoken_for_by_the_company(self):
        self.switch_on()
        company = self.buyer("Acme")
        ann = self.env["res.partner"].create({"name": "Ann", "parent_id": company.id})
        self.service(ann, 8)
        self.assertEqual(self.ask().contact_id, company)

    def test_who_must_not_be_asked(self):
        self.switch_on()
        mute, blocked, archived, unknown, stopped = (
            self.buyer(name, f"{name}@example.com") for name in ("mute", "blocked", "archived", "unknown", "stopped")
        )
        for partner in mute | blocked | archived | unknown | stopped:
            self.service(partner, 8)
        mute.email = False
        self.env["mail.blacklist"]._add("blocked@example.com")
        archived.active = False
        self.env["customer.segmentation.profile"].search([("partner_id", "=", unknown.id)]).unlink()
        self.env["customer.follow.up.stop"].create(
            {
                "partner_id": stopped.id,
                "company_id": self.company.id,
                "since": self.today,
                "reason": "Too small",
                "stopped_at": noon(self.today),
            }
        )
        self.assertFalse(self.ask())
        self.env["mail.blacklist"]._remove("blocked@example.com")
        self.env["customer.follow.up.stop"].search([("partner_id", "=", stopped.id)]).ended_on = self.today
        self.assertEqual(self.asked(), blocked | stopped)

    def test_who_objects_is_not_asked_at_another_address(self):
        self.switch_on()
        company = self.buyer("Acme")
        ann = self.env["res.partner"].create({"name": "Ann", "parent_id": company.id, "email": "ann@example.com"})
        self.env["mail.blacklist"]._add("ann@example.com")
        self.service(ann, 8)
        self.assertFalse(self.ask())

    def test_each_company_on_its_own(self):
        other = self.other_company()
        branch = self.branch(self.company)
        partner = self.buyer()
        self.scored(partner=partner, company=other)
        self.service(partner, 8, company=branch)
        self.service(partner, 8, company=other)
        self.switch_on()
        [request] = self.ask()
        self.assertEqual(request.company_id, self.company, "the branch belongs to it")
        self.manager.company_ids += other
        self.switch_on(self.policy_of(other))
        [theirs] = self.ask()
        self.assertEqual((theirs.partner_id, theirs.company_id), (partner, other))
        self.answer(theirs, 10, False)
        self.assertEqual(partner.with_company(other).customer_satisfaction, "5")
        self.assertFalse(partner.with_company(self.company).customer_satisfaction)
        ours = self.requests.with_user(new_test_user(self.env, "survey_ours", "sales_team.group_sale_manager"))
        self.assertEqual(ours.search([]), request)
        with self.assertRaises(AccessError):
            ours.browse(theirs.id).read(["comment"])


@tagged("post_install", "-at_install")
class TestDeliveries(SurveyCase):
    def confirmed(self, partner, quantity=1):
        line = Command.create({"product_id": self.goods.id, "product_uom_qty": quantity})
        order = self.env["sale.order"].create({"partner_id": partner.id, "order_line": [line]})
        order.action_confirm()
        order.date_order = noon(self.day(20))
        return order

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goods = cls.env["product.product"].create({"name": "Goods", "type": "consu", "taxes_id": False})

    def deliver(self, picking, days_ago, quantity=1):
        picking.move_ids.write({"quantity": quantity, "picked": True})
        picking._action_done()
        picking.date_done = noon(self.day(days_ago))

    def test_the_day_the_goods_went_out(self):
        self.switch_on()
        delivered, waiting, soon = (self.buyer(name) for name in ("Delivered", "Waiting", "Soon"))
        self.confirmed(waiting)
        self.deliver(self.confirmed(delivered).picking_ids, 7)
        self.deliver(self.confirmed(soon).picking_ids, 6)
        [request] = self.ask()
        self.assertEqual((request.partner_id, request.delivered_on), (delivered, self.day(7)))

    def test_the_last_of_several_deliveries(self):
        self.switch_on()
        order = self.confirmed(self.buyer(), 2)
        self.deliver(order.picking_ids, 9)
        rest = order.picking_ids.filtered(lambda picking: picking.state != "done")
        self.assertTrue(rest, "a back order")
        self.assertFalse(self.ask())
        self.deliver(rest, 8)
        self.assertEqual(self.ask().delivered_on, self.day(8))

    def test_a_cancelled_rest_is_not_waited_for(self):
        self.switch_on()
        order = self.confirmed(self.buyer(), 2)
        self.deliver(order.picking_ids, 9)
        self.assertFalse(self.ask())
        order.picking_ids.filtered(lambda picking: picking.state != "done").action_cancel()
        self.assertEqual(self.ask().delivered_on, self.day(9))


@tagged("post_install", "-at_install")
class TestTheMail(SurveyCase):
    def test_a_link_of_ones_own(self):
        self.switch_on()
        self.service(self.buyer(), 8, name="S00042")
        [request] = self.ask()
        [mail] = self.mails(request)
        self.assertIn(f"answer_token={request.answer_id.access_token}", mail.body_html)
        self.assertIn("S00042", mail.body_html)
        self.assertEqual(mail.state, "outgoing", "Odoo's own queue sends it")
        self.assertIn(self.company.name, mail.subject)

    def test_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        template = self.policy.satisfaction_template_id
        template.with_context(lang="zh_CN").subject = "您满意吗？"
        self.switch_on()
        chinese, english = self.buyer("中", lang="zh_CN"), self.buyer("Acme", lang="en_US")
        self.service(chinese, 8)
        self.service(english, 8)
        requests = self.ask().grouped("partner_id")
        self.assertEqual(self.mails(requests[chinese]).subject, "您满意吗？")
        self.assertNotEqual(self.mails(requests[english]).subject, "您满意吗？")
        self.assertEqual(requests[chinese].answer_id.lang_id.code, "zh_CN")
        self.survey.lang_ids = self.env["res.lang"]._lang_get("en_US")
        self.assertFalse(self.requests._empty_answer(self.survey, chinese).lang_id)

    def test_killed_in_the_middle(self):
        self.switch_on()
        partners = [self.buyer(f"Buyer {number}") for number in range(5)]
        for partner in partners:
            self.service(partner, 8)
        progress = type(self.env["ir.cron"])._commit_progress
        calls = []

        def out_of_time(cron, processed=0, **values):
            calls.append(processed)
            progress(cron, processed, **values)
            return 0.0 if processed else 1.0

        with (
            patch(f"odoo.addons.{MODULE}.models.customer_segmentation_policy.BATCH_SIZE", 2),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", out_of_time),
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
        ):
            self.env(cr=cr)["customer.segmentation.policy"]._cron_satisfaction_surveys()
        self.assertEqual(calls, [0, 1])
        self.env.invalidate_all()
        first = self.requests.search([])
        self.assertEqual(len(first), 2)
        self.assertEqual(len(self.ask()), 3)
        self.assertEqual(len(self.mails(self.requests.search([]))), 5)

    def test_two_at_once(self):
        """A second worker that looked before the first was done gets nowhere, and nobody is told of a problem."""
        self.switch_on()
        self.service(self.buyer(), 8)
        rows = self.requests._due(self.policy)
        self.policy._ask_batch(rows)
        with mute_logger("odoo.sql_db"):
            self.policy._ask_batch(rows)
        request = self.requests.search([])
        self.assertEqual((len(request), len(self.mails(request))), (1, 1))
        self.assertEqual(len(self.survey.user_input_ids), 1)
        self.assertFalse(self.policy.satisfaction_survey_problem)

    def test_what_fails_leaves_nothing_and_says_so(self):
        self.switch_on()
        partner = self.buyer()
        self.service(partner, 8)
        template = self.policy.satisfaction_template_id
        before = template.body_html
        template.body_html = '<p t-out="object.no_such_field"/>'
        with mute_logger(POLICY_LOG, "odoo.addons.mail.models.mail_render_mixin"):
            self.assertFalse(self.ask())
        self.assertRegex(self.policy.satisfaction_survey_problem, "^Failed to render .*no_such_field[^\n]*$")
        self.assertFalse(self.survey.user_input_ids)
        template.body_html = before
        self.assertEqual(self.asked(), partner)
        self.assertFalse(self.policy.satisfaction_survey_problem)

    def test_a_closed_survey_is_not_sent(self):
        self.switch_on()
        self.service(self.buyer(), 8)
        self.survey.active = False
        self.assertFalse(self.ask())
        self.assertIn("closed", self.policy.satisfaction_survey_problem)
        self.survey.active = True
        self.assertTrue(self.ask())


@tagged("post_install", "-at_install")
class TestAnswers(SurveyCase):
    def request(self, **values):
        self.switch_on(**values)
        self.service(self.buyer(), 8, name="S00042")
        return self.ask()

    def test_the_answer_is_the_satisfaction(self):
        request = self.request()
        self.answer(request)
        self.assertEqual((request.state, request.rating), ("answered", "2"))
        satisfaction = request.satisfaction_id
        self.assertEqual(satisfaction.comment, "Survey after S00042: It came late. And broken.")
        self.assertEqual((satisfaction.date, satisfaction.company_id), (self.policy._today(), self.company))
        self.assertFalse(satisfaction.user_id)
        self.assertEqual(request.partner_id.customer_satisfaction, "2")

    def test_it_brings_the_customer_into_the_playbook(self):
        playbook = self.playbook(trigger="low_satisfaction", segment_ids=False)
        self.work()
        request = self.request()
        self.answer(request, 0)
        self.next_day()
        self.nobody_waits()
        self.work()
        domain = [("playbook_id", "=", playbook.id), ("partner_id", "=", request.partner_id.id)]
        self.assertEqual(self.entries.search(domain).state, "open")

    def test_scales(self):
        for low, high, ratings in (
            (0, 10, {0: 1, 1: 1, 2: 2, 3: 2, 4: 3, 5: 3, 6: 3, 7: 4, 8: 4, 9: 5, 10: 5}),
            (1, 5, {1: 1, 2: 2, 3: 3, 4: 4, 5: 5}),
            (1, 2, {1: 1, 2: 5}),
        ):
            self.scale.write({"scale_min": low, "scale_max": high})
            for value, expected in ratings.items():
                answer = self.survey._create_answer(partner=self.seller.partner_id, check_attempts=False)
                answer._save_lines(self.scale, str(value))
                with self.subTest(low=low, high=high, value=value):
                    self.assertEqual(answer._satisfaction(self.scale), expected)

    def test_left_out(self):
        request = self.request()
        request.answer_id._save_lines(self.scale, False)
        request.answer_id._save_lines(self.why, "No time")
        request.answer_id._mark_done()
        self.assertEqual((request.state, request.satisfaction_id.id), ("answered", False))

    def test_nothing_written_to_it(self):
        request = self.request()
        self.answer(request, 10, False)
        self.assertEqual(request.comment, "Survey after S00042")

    def choice(self, scores):
        return self.env["survey.question"].create(
            {
                "survey_id": self.survey.id,
                "title": "Again?",
                "question_type": "simple_choice",
                "sequence": 9,
                "suggested_answer_ids": [
                    Command.create({"value": f"Answer {number}", "answer_score": score})
                    for number, score in enumerate(scores)
                ],
            }
        )

    def test_a_chosen_question(self):
        question = self.choice((-1, 0, 3))
        request = self.request(satisfaction_question_id=question.id)
        request.answer_id._save_lines(self.scale, 10)
        request.answer_id._save_lines(question, str(question.suggested_answer_ids[1].id))
        request.answer_id._mark_done()
        self.assertEqual(request.rating, "2")

    def test_a_choice_without_scale(self):
        self.scale.unlink()
        question = self.choice((10, 0))
        self.assertEqual(self.survey._satisfaction_question(), question)
        request = self.request()
        request.answer_id._save_lines(question, str(question.suggested_answer_ids[0].id))
        request.answer_id._mark_done()
        self.assertEqual(request.rating, "5")

    def test_the_score_of_the_whole_survey(self):
        self.scale.unlink()
        self.survey.scoring_type = "scoring_without_answers"
        question = self.env["survey.question"].create(
            {
                "survey_id": self.survey.id,
                "title": "What was good?",
                "question_type": "multiple_choice",
                "suggested_answer_ids": [
                    Command.create({"value": str(score), "answer_score": score, "is_correct": True}) for score in (3, 1)
                ],
            }
        )
        request = self.request()
        request.answer_id._save_lines(question, [str(question.suggested_answer_ids[0].id)])
        request.answer_id._mark_done()
        self.assertEqual(request.rating, "4", "75%")

    def test_east_of_the_server(self):
        """Past midnight in Shanghai and the day before in UTC."""
        self.policy.tz = "Asia/Shanghai"
        request = self.request()
        with freeze_time(noon(self.today) + timedelta(hours=5)):
            self.answer(request)
            self.assertEqual(request.satisfaction_id.date, self.today + timedelta(days=1))

    def test_answers_to_other_links_are_none(self):
        self.request()
        answer = self.survey._create_answer(partner=self.seller.partner_id, check_attempts=False)
        answer._save_lines(self.scale, 1)
        answer._mark_done()
        self.assertFalse(self.env["customer.satisfaction"].search([("partner_id", "=", self.seller.partner_id.id)]))

    def test_merged_customers_are_asked_once(self):
        request = self.request()
        twin = self.buyer("Acme again")
        self.service(twin, 8)
        second = self.ask()
        self.assertEqual(second.partner_id, twin)
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            [request.partner_id.id, twin.id], request.partner_id
        )
        self.env.invalidate_all()
        self.service(request.partner_id, 7)
        self.assertFalse(self.ask())


@tagged("post_install", "-at_install")
class TestSwitchingOn(SurveyCase):
    def test_off_as_shipped_and_who_switched_it_on(self):
        self.assertFalse(self.policy.satisfaction_survey_on)
        self.assertFalse(self.policy.satisfaction_survey_note)
        self.assertTrue(self.policy.satisfaction_template_id, "of policies from before, too")
        self.policy.with_user(self.manager).write(
            {"satisfaction_survey_on": True, "satisfaction_survey_id": self.survey.id}
        )
        self.assertEqual(self.policy.satisfaction_survey_user_id, self.manager)
        self.assertEqual(self.policy.satisfaction_survey_since, self.policy._today())
        self.assertRegex(self.policy.satisfaction_survey_note, "^Switched on by survey_manager.* on .*\\.$")
        self.policy.satisfaction_survey_since = self.day(9)
        self.policy.satisfaction_survey_days = 3
        self.assertEqual(self.policy.satisfaction_survey_since, self.day(9), "only switching on begins anew")
        self.policy.satisfaction_survey_on = False
        self.policy.with_user(self.manager).satisfaction_survey_on = True
        self.assertEqual(self.policy.satisfaction_survey_since, self.policy._today())

    def test_counts(self):
        self.switch_on()
        for number in range(2):
            self.service(self.buyer(f"Buyer {number}"), 8)
        self.answer(self.ask()[0])
        self.assertRegex(self.policy.satisfaction_survey_note, r"2 sent, 1 answered\.$")
        action = self.policy.with_user(self.manager).action_open_satisfaction_requests()
        self.assertEqual(self.requests.search_count(action["domain"]), 2)

    def test_what_cannot_be_sent_is_refused(self):
        other = self.survey.copy()
        plain = self.env["survey.question"].create(
            {"survey_id": self.survey.id, "title": "Colour?", "question_type": "simple_choice"}
        )
        refused = (
            ({"satisfaction_survey_id": False}, "Choose the survey"),
            ({"satisfaction_template_id": False}, "Choose the e-mail"),
            ({"satisfaction_question_id": other.question_ids[1].id}, "none of"),
            ({"satisfaction_question_id": plain.id}, "different scores"),
            ({"satisfaction_survey_days": -1}, "0 to 365"),
            ({"satisfaction_survey_days": 366}, "0 to 365"),
            ({"satisfaction_survey_pause": 0}, "1 to 60"),
            ({"satisfaction_survey_pause": 61}, "1 to 60"),
        )
        for values, message in refused:
            with self.subTest(values), self.assertRaisesRegex(ValidationError, message), self.cr.savepoint():
                self.switch_on(**values)
            self.env.invalidate_all(flush=False)

    def test_surveys_that_cannot_be_sent_are_refused(self):
        for values, message in (
            ({"users_login_required": True}, "login"),
            ({"active": False}, "closed"),
            ({"question_and_page_ids": [Command.delete(self.scale.id)]}, "does not tell"),
        ):
            with self.subTest(values), self.assertRaisesRegex(ValidationError, message), self.cr.savepoint():
                self.survey.write(values)
                self.switch_on()
            self.env.invalidate_all(flush=False)

    def test_roles(self):
        self.switch_on()
        self.service(self.buyer(), 8)
        request = self.ask()
        for role in ("base.group_user", "sales_team.group_sale_salesman", "base.group_portal"):
            user = new_test_user(self.env, f"survey_{role[-6:]}", role)
            with self.assertRaises(AccessError):
                request.with_user(user).read(["state"])
            with self.assertRaises(AccessError):
                self.policy.with_user(user).satisfaction_survey_on = True
        with self.assertRaises(AccessError):
            request.with_user(self.manager).unlink()
        self.assertEqual(request.with_user(self.manager).read(["comment", "rating"])[0]["comment"], False)
        rep = self.policy.with_user(self.seller)
        self.assertNotIn("satisfaction_survey_on", rep.fields_get())
        self.assertNotIn("satisfaction_survey", rep.get_view(view_type="form")["arch"])

    def test_a_manager_without_rights_on_surveys(self):
        self.switch_on()
        plain = new_test_user(self.env, "survey_plain", "sales_team.group_sale_manager")
        policy = self.policy.with_user(plain)
        columns = {"satisfaction_survey_id": {"fields": {"display_name": {}}}, "satisfaction_survey_note": {}}
        self.assertEqual(policy.web_read(columns)[0]["satisfaction_survey_id"]["display_name"], "How was it?")
        self.assertNotIn('name="satisfaction_question_id"', policy.get_view(view_type="form")["arch"])
        policy.satisfaction_survey_days = 9
        policy.satisfaction_survey_on = False


class TestUninstalling(SurveyCase):
    def test_policies_let_go_of_the_e_mail(self):
        """Archived ones and drafts as well: the database refuses to delete what one of them holds on to."""
        template = self.env.ref(f"{MODULE}.mail_template_satisfaction")
        south = self.policy_of(self.other_company())
        south.active = False
        self.assertEqual((self.policy | south).satisfaction_template_id, template)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            template.unlink()
        uninstall_hook(self.env)
        self.assertFalse((self.policy | south).satisfaction_template_id)
        template.unlink()
        self.assertFalse(template.exists())


@tagged("post_install", "-at_install")
class TestAnswering(SurveyCase, HttpCase):
    def test_the_link_opens_without_a_login(self):
        self.switch_on()
        self.service(self.buyer(), 8)
        [request] = self.ask()
        page = self.url_open(request.answer_id.get_start_url())
        self.assertEqual(page.status_code, 200)
        self.assertIn("How was it?", page.text)
