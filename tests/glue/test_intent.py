"""Intents of leads: what is asked, which activity follows, the list of product gaps, and the states of customers."""

from datetime import timedelta

from odoo.addons.customer_segmentation_intent.hooks import uninstall_hook
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import RecordCapturer, new_test_user, tagged
from odoo.tools import mute_logger

from ..addon.common import SegmentationCase
from ..addon.security_common import SecurityCase


class IntentCase(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id = False  # whatever day it is, somebody works
        cls.seller = new_test_user(cls.env, "intent_seller", "sales_team.group_sale_salesman")
        cls.manager = new_test_user(cls.env, "intent_manager", "sales_team.group_sale_manager")
        cls.employee = new_test_user(cls.env, "intent_employee", "base.group_user")
        cls.reason = cls.env.ref("customer_segmentation.churn_reason_product")
        cls.partner = cls.customer("Prospect")

    @classmethod
    def lead(cls, user=None, **values):
        return cls.env["crm.lead"].create(
            {
                "name": "Lead",
                "type": "opportunity",
                "partner_id": cls.partner.id,
                "company_id": cls.company.id,
                "user_id": (user or cls.seller).id,
                **values,
            }
        )

    @classmethod
    def activities(cls, lead, active=True):
        return (
            cls.env["mail.activity"]
            .with_context(active_test=False)
            .search([("res_model", "=", "crm.lead"), ("res_id", "=", lead.id), ("active", "=", active)])
        )

    @classmethod
    def step(cls, intent):
        return cls.env.ref(f"customer_segmentation_intent.intent_step_{intent}")


class TestIntent(IntentCase):
    def test_choosing_schedules_the_step_once(self):
        lead = self.lead().with_user(self.seller)
        lead.customer_intent = "hesitating"
        activity = self.activities(lead)
        self.assertEqual((activity.user_id, activity.summary), (self.seller, self.step("hesitating").summary))
        self.assertEqual(activity.date_deadline, lead.intent_date + timedelta(days=7))
        self.assertEqual(activity.activity_type_id, self.step("hesitating").activity_type_id)
        lead.write({"customer_intent": "hesitating"})
        lead.write({"customer_intent": "hesitating", "name": "Other"})
        self.assertEqual(self.activities(lead), activity)
        activity.action_feedback()
        lead.write({"customer_intent": "hesitating"})
        self.assertFalse(self.activities(lead), "done is done")

    def test_another_intent_replaces_the_open_step(self):
        lead = self.lead(customer_intent="hesitating")
        own = lead.activity_schedule("mail.mail_activity_data_todo", summary="Own")
        lead.customer_intent = "interested"
        self.assertEqual(set(self.activities(lead).mapped("summary")), {"Own", self.step("interested").summary})
        lead.customer_intent = False
        self.assertEqual(self.activities(lead), own)
        self.assertFalse(lead.intent_date)

    def test_of_several_leads_only_those_that_change_get_a_new_day(self):
        long_ago = self.today - timedelta(days=90)
        before, now = self.lead(customer_intent="interested"), self.lead()
        before.intent_date = long_ago
        (before | now).write({"customer_intent": "interested"})
        self.assertEqual([before.intent_date, now.intent_date], [long_ago, self.today])

    def test_without_its_step_nothing_is_scheduled(self):
        lead = self.lead(customer_intent="hesitating")
        self.step("hesitating").unlink()
        lead.write({"customer_intent": False})
        lead.write({"customer_intent": "hesitating"})
        self.assertFalse(self.activities(lead))

    def test_made_with_an_intent(self):
        leads = self.env["crm.lead"].create(
            [{"name": "One", "customer_intent": "interested", "user_id": self.seller.id}, {"name": "Two"}]
        )
        self.assertEqual([len(self.activities(lead)) for lead in leads], [1, 0])
        self.assertTrue(leads[0].intent_date)

    def test_what_a_manager_changed(self):
        step = self.step("interested").with_user(self.manager)
        step.write(
            {"summary": "Visit", "days": 3, "activity_type_id": self.env.ref("mail.mail_activity_data_meeting").id}
        )
        lead = self.lead(customer_intent="interested")
        activity = self.activities(lead)
        self.assertEqual((activity.summary, activity.date_deadline), ("Visit", lead.intent_date + timedelta(days=3)))
        step.activity_type_id = False
        self.assertFalse(self.activities(self.lead(customer_intent="interested")), "nothing is to be scheduled")
        with self.assertRaisesRegex(ValidationError, "type 0 to 3650 days"):
            step.days = -1
        with self.assertRaises(AccessError):
            self.step("interested").with_user(self.seller).days = 9

    def test_nobody_or_a_former_salesperson(self):
        leaver = new_test_user(self.env, "intent_leaver", "sales_team.group_sale_salesman")
        lead, orphan = self.lead(leaver), self.lead(user_id=False)
        leaver.active = False
        for one in (lead, orphan):
            one.with_user(self.manager).customer_intent = "interested"
            self.assertEqual(self.activities(one).user_id, self.manager)

    def test_lost_and_won_leads_get_no_activity(self):
        lost, won = self.lead(), self.lead()
        lost.action_set_lost()
        won.action_set_won()
        for lead in (lost, won):
            lead.write({"customer_intent": "never", "intent_reason_id": self.reason.id})
            self.assertFalse(self.activities(lead))

    def test_a_won_lead_has_no_next_step(self):
        lead = self.lead(customer_intent="interested")
        self.assertTrue(self.activities(lead))
        lead.action_set_won()
        self.assertFalse(self.activities(lead))

    def test_a_lead_dragged_into_another_stage_keeps_its_step(self):
        lead = self.lead(customer_intent="interested")
        lead.stage_id = self.env["crm.stage"].search([("is_won", "=", False)], order="sequence desc", limit=1)
        self.assertEqual(len(self.activities(lead)), 1)

    def test_merged_leads_keep_one_next_step(self):
        same = self.lead(customer_intent="interested") | self.lead(customer_intent="interested")
        other = self.lead(customer_intent="hesitating")
        merged = (same | other).merge_opportunity()
        self.assertEqual(self.activities(merged).lead_intent, merged.customer_intent)
        self.assertEqual(len(self.activities(merged)), 1)

    def test_merged_into_a_lead_without_intent(self):
        day = self.today + timedelta(days=90)
        head = self.lead(probability=90)
        tail = self.lead(probability=10, customer_intent="not_now", intent_purchase_date=day)
        merged = (head | tail).merge_opportunity()
        self.assertEqual((merged.customer_intent, merged.intent_purchase_date), ("not_now", day))
        self.assertEqual(self.activities(merged).date_deadline, day - timedelta(days=14))

    def test_due_on_a_working_day(self):
        self.company.resource_calendar_id = self.env["resource.calendar"].create({"name": "Monday to Friday"})
        for days in range(7):
            self.step("interested").days = days
            activity = self.activities(self.lead(customer_intent="interested"))
            self.assertLess(activity.date_deadline.weekday(), 5)
            self.assertLess(activity.date_deadline, self.today + timedelta(days=days + 3))

    def test_in_the_salespersons_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.step("interested").with_context(lang="fr_FR").summary = "Rappeler"
        self.seller.lang = "fr_FR"
        self.assertEqual(self.activities(self.lead(customer_intent="interested")).summary, "Rappeler")

    # ------------------------------------------------------------------ not now

    def test_not_now_asks_for_the_day(self):
        lead = self.lead()
        with self.assertRaisesRegex(ValidationError, "Fill in the expected purchase date"):
            lead.customer_intent = "not_now"
        with self.assertRaisesRegex(ValidationError, "Fill in the expected purchase date"):
            self.lead(customer_intent="not_now")

    def test_reminded_before_the_expected_purchase(self):
        lead, day = self.lead(), self.today + timedelta(days=90)
        lead.write({"customer_intent": "not_now", "intent_purchase_date": day})
        activity = self.activities(lead)
        self.assertEqual(activity.date_deadline, day - timedelta(days=14))
        activity.summary = "My own words"
        lead.intent_purchase_date = day + timedelta(days=30)
        self.assertEqual(self.activities(lead), activity, "moved, not made again")
        self.assertEqual(activity.date_deadline, day + timedelta(days=16))
        lead.intent_purchase_date = self.today + timedelta(days=2)
        self.assertGreaterEqual(activity.date_deadline, self.today, "never in the past")
        activity.action_feedback()
        lead.intent_purchase_date = day
        self.assertEqual(self.activities(lead).date_deadline, day - timedelta(days=14), "a new day is a new reminder")
        with self.assertRaisesRegex(ValidationError, "Fill in the expected purchase date"):
            lead.intent_purchase_date = False

    def test_answers_go_with_their_intent(self):
        lead = self.lead(customer_intent="not_now", intent_purchase_date=self.today + timedelta(days=60))
        lead.write({"customer_intent": "never", "intent_reason_id": self.reason.id, "intent_product_gap": "Too loud"})
        self.assertFalse(lead.intent_purchase_date)
        lead.customer_intent = "interested"
        self.assertFalse(lead.intent_reason_id)
        self.assertEqual(lead.intent_product_gap, "Too loud", "product people still read it")

    def test_a_day_in_the_past_is_pointed_out(self):
        lead = self.env["crm.lead"].new({"intent_purchase_date": self.today - timedelta(days=9)})
        self.assertIn("past", lead._onchange_intent_purchase_date()["warning"]["message"])
        lead.intent_purchase_date = self.today + timedelta(days=9)
        self.assertIsNone(lead._onchange_intent_purchase_date())

    # ------------------------------------------------------------------ never

    def test_never_asks_for_the_reason(self):
        with self.assertRaisesRegex(ValidationError, "why will the customer never buy"):
            self.lead().customer_intent = "never"
        lead = self.lead()
        lead.write({"customer_intent": "never", "intent_reason_id": self.reason.id})
        self.assertEqual(self.activities(lead).summary, self.step("never").summary)

    def test_product_gaps(self):
        never = {"customer_intent": "never", "intent_reason_id": self.reason.id}
        lead = self.lead(intent_product_gap="No blue one", expected_revenue=900, **never)
        self.lead(intent_product_gap="  ", **never)
        lead.action_set_lost()
        gaps = self.env["customer.product.gap"]
        gap = gaps.search([("lead_id", "=", lead.id)])
        self.assertEqual((gap.gap, gap.reason_id, gap.partner_id), ("No blue one", self.reason, self.partner))
        self.assertEqual(len(gaps.search([("partner_id", "=", self.partner.id)])), 1, "blanks are no note")
        self.assertEqual(gap.with_user(self.manager).expected_revenue, 900)
        self.assertEqual(gap.with_user(self.manager).action_open_lead()["res_id"], lead.id)
        product_person = new_test_user(self.env, "intent_product", "base.group_user,customer_segmentation.group_user")
        self.assertEqual(gap.with_user(product_person).gap, "No blue one")
        with self.assertRaises(AccessError):
            gap.with_user(product_person).read(["expected_revenue"])
        with self.assertRaises(AccessError):
            gap.with_user(product_person).action_open_lead()
        with self.assertRaises(AccessError):
            gap.with_user(self.employee).read(["gap"])

    def test_product_gaps_of_other_companies(self):
        other = self.other_company()
        self.lead(intent_product_gap="Here")
        self.lead(intent_product_gap="There", company_id=other.id, user_id=False, team_id=False)
        self.lead(intent_product_gap="Everywhere", company_id=False, user_id=False, team_id=False)
        both = new_test_user(
            self.env,
            "intent_both",
            "sales_team.group_sale_manager",
            company_id=self.company.id,
            company_ids=(self.company | other).ids,
        )

        def found(user, *companies):
            gaps = self.env["customer.product.gap"].with_user(user)
            gaps = gaps.with_context(allowed_company_ids=[company.id for company in companies])
            return set(gaps.search([("partner_id", "=", self.partner.id)]).mapped("gap"))

        self.assertEqual(found(self.manager, self.company), {"Here", "Everywhere"})
        self.assertEqual(found(both, other), {"There", "Everywhere"})
        self.assertEqual(found(both, self.company, other), {"Here", "There", "Everywhere"})

    def test_merging_keeps_the_note(self):
        first, second = self.lead(), self.lead(intent_product_gap="No blue one")
        merged = (first | second).merge_opportunity(auto_unlink=False)
        self.assertEqual(merged.intent_product_gap, "No blue one")

    def test_a_copy_starts_anew(self):
        copy = self.lead(customer_intent="interested", intent_product_gap="x").copy()
        self.assertEqual((copy.customer_intent, copy.intent_product_gap), (False, False))
        self.assertFalse(self.activities(copy))

    # ------------------------------------------------------------------ in the pipeline

    def test_grouped_by_intent(self):
        self.lead(customer_intent="interested")
        leads = self.env["crm.lead"].with_user(self.manager)
        domain = [("partner_id", "=", self.partner.id)]
        groups = dict(leads._read_group(domain, ["customer_intent"], ["__count"]))
        self.assertEqual(groups, {"interested": 1})
        shown = leads.with_context(read_group_expand=True).web_read_group(domain, ["customer_intent"])["groups"]
        self.assertEqual(len([group for group in shown if group["customer_intent"]]), 4, "an empty column each")

    def test_rights(self):
        lead = self.lead(customer_intent="interested")
        with self.assertRaises(AccessError):
            lead.with_user(self.employee).read(["customer_intent"])
        other = new_test_user(self.env, "intent_other", "sales_team.group_sale_salesman")
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            lead.with_user(other).customer_intent = "hesitating"


class TestSalesState(IntentCase):
    def state(self, record, user=None):
        """Read, searched and grouped: the same each time."""
        self.env.flush_all()
        self.env.invalidate_all()
        record = record.with_user(user or self.manager).with_context(active_test=False)
        state = record.customer_sales_state
        model = record.browse().with_context(active_test=False)
        own = [("id", "=", record.id)]
        self.assertTrue(model.search_count([*own, ("customer_sales_state", "=", state)]))
        self.assertFalse(model.search_count([*own, ("customer_sales_state", "!=", state)]))
        self.assertEqual(model._read_group(own, ["customer_sales_state"], ["__count"]), [(state, 1)])
        return state

    def quote(self, lead=None, **values):
        values = {"state": "draft", "opportunity_id": lead and lead.id, **values}
        return self.order(self.partner, 50, values.pop("days_ago", 0), **values)

    def test_leads(self):
        self.assertEqual(self.state(self.lead()), "potential")
        self.assertEqual(self.state(self.lead(customer_intent="interested")), "hot")
        quoted, expired, signed, old = (self.lead() for _number in range(4))
        self.quote(quoted, state="sent")
        self.quote(expired, validity_date=self.day(1), days_ago=20)
        self.quote(signed, state="sale", days_ago=10)
        self.quote(old, state="sale", days_ago=500)
        states = [self.state(lead) for lead in (quoted, expired, signed, old)]
        self.assertEqual(states, ["hot", "potential", "signed", "lapsed"])
        self.quote(old)
        self.assertEqual(self.state(old), "hot", "a quotation is open again")
        never = self.lead(customer_intent="never", intent_reason_id=self.reason.id)
        self.quote(never)
        self.assertEqual(self.state(never), "lapsed", "whatever is still open")
        lost, won = self.lead(customer_intent="interested"), self.lead()
        lost.action_set_lost()
        won.action_set_won()
        self.assertEqual([self.state(lost), self.state(won)], ["lapsed", "signed"])
        won.date_closed = self.day(500)
        self.assertEqual(self.state(won), "lapsed")
        self.assertEqual(self.env["crm.lead"].new({"name": "x"}).customer_sales_state, False)

    def test_customers(self):
        self.assertFalse(self.state(self.partner))
        lead = self.lead(customer_intent="hesitating")
        self.assertEqual(self.state(self.partner), "potential")
        lead.customer_intent = "interested"
        self.assertEqual(self.state(self.partner), "hot")
        lead.write({"customer_intent": "never", "intent_reason_id": self.reason.id})
        self.assertEqual(self.state(self.partner), "lapsed")
        quotation = self.quote(days_ago=3)
        self.assertEqual(self.state(self.partner), "hot")
        quotation.validity_date = self.day(1)
        self.assertEqual(self.state(self.partner), "lapsed")
        self.order(self.partner, 100, 500)
        self.recompute()
        self.assertEqual(self.state(self.partner), "lapsed")
        self.order(self.partner, 100, 5)
        self.recompute()
        self.assertEqual(self.state(self.partner), "signed")
        child = self.customer("Person", parent_id=self.partner.id, is_company=False)
        self.assertEqual(self.state(child), "signed", "as the company")
        self.assertEqual(self.state(self.partner, self.employee), "signed", "a label for every employee")

    def test_another_company(self):
        other = self.other_company()
        self.order(self.partner, 50, company=other, state="draft")
        self.lead(company_id=other.id, user_id=False, team_id=False, customer_intent="interested")
        self.assertFalse(self.state(self.partner))
        self.assertEqual(self.partner.with_company(other).customer_sales_state, "hot")
        branch = self.branch(self.company)
        self.order(self.partner, 50, company=branch, state="draft")
        self.assertEqual(self.state(self.partner), "hot", "branches are part of the company")

    def test_not_for_portal_users(self):
        portal = new_test_user(self.env, "intent_portal", "base.group_portal")
        with self.assertRaises(AccessError):
            portal.partner_id.with_user(portal).read(["customer_sales_state"])
        with self.assertRaises(AccessError):
            self.env["res.partner"].with_user(portal).search([("customer_sales_state", "=", "hot")])


class TestInTheFamily(IntentCase):
    def test_portrait_says_the_intent(self):
        lead = self.lead(customer_intent="hesitating", expected_revenue=900)
        sheet = self.env["customer.sheet"].with_user(self.seller)
        self.assertEqual([row["word"] for row in sheet._open_leads(self.partner)], ["Hesitating"])
        lead.customer_intent = False
        self.assertEqual([row["word"] for row in sheet._open_leads(self.partner)], ["Not asked yet"])

    def test_open_steps_end_with_a_word_when_the_addon_goes(self):
        lead = self.lead(customer_intent="interested")
        own = lead.activity_schedule("mail.mail_activity_data_todo", user_id=self.seller.id)
        with RecordCapturer(self.env["mail.message"]) as told:
            uninstall_hook(self.env)
        self.assertEqual(lead.activity_ids, own, "what a person planned stays")
        word = told.records.filtered(lambda message: message.message_type == "user_notification")
        self.assertEqual(word.notified_partner_ids, self.seller.partner_id)
        self.assertIn("1", word.body)

    def test_its_box_is_in_the_settings(self):
        settings = self.env["res.config.settings"].create({})
        self.assertTrue(settings.customer_segmentation_has_intent)
        self.assertTrue(settings.module_customer_segmentation_intent)


@tagged("post_install", "-at_install")
class TestCompanies(SecurityCase):
    def gap(self, name, partner=None):
        lead = self.env["crm.lead"].create(
            {"name": name, "partner_id": partner and partner.id, "intent_product_gap": "Too small", "user_id": False}
        )
        lead.company_id = False
        return lead

    def test_product_gaps_without_a_company_are_as_open_as_their_contact(self):
        south = self.company["south"]
        theirs, everybodys = self.env["res.partner"].create([{"name": "Only South"}, {"name": "All"}])
        leads = [self.gap("Theirs", theirs), self.gap("Everybody's", everybodys), self.gap("Nobody's")]
        theirs.company_id = south
        self.env.flush_all()
        of_all = [("lead_id", "in", [lead.id for lead in leads])]
        for role, seen in (("sales_manager", 2), ("both_manager", 3)):
            with self.subTest(role=role):
                self.assertEqual(len(self.model("customer.product.gap", role).search(of_all)), seen)

    def test_steps_are_not_changed_by_one_company(self):
        step = self.env["customer.intent.step"].search([], limit=1)
        mine = step.with_env(self.model("customer.intent.step", "sales_manager").env)
        for call in (lambda: mine.write({"summary": "Mine"}), mine.unlink):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                call()
