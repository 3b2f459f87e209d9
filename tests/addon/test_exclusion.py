"""Who is excluded from profiling has no scores, gets none again, and is left alone by everything that uses scores."""

from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.addons.customer_segmentation.models.run.customer_segmentation_run import CustomerSegmentationRun
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import AccountingCase, SegmentationCase
from .playbook_common import PlaybookCase
from .security_common import SecurityCase


class ExclusionCase(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.exclusions = cls.env["customer.segmentation.exclusion"]
        cls.customers = [cls.customer(f"Customer {number}") for number in range(8)]
        for number, partner in enumerate(cls.customers):
            cls.order(partner, 100 * (8 - number), days_ago=10 * number + 5)
        cls.recompute()
        cls.recompute()
        cls.env.cr.flush()
        cls.env["customer.segmentation.queue"].search([]).unlink()
        cls.best, cls.second = cls.customers[:2]

    @classmethod
    def exclude(cls, *partners, company=None, **values):
        return cls.exclusions.create(
            [{"partner_id": partner.id, "company_id": company and company.id, **values} for partner in partners]
        )

    def refresh(self):
        with self.enter_registry_test_mode():
            self.env.ref("customer_segmentation.ir_cron_refresh").method_direct_trigger()
        self.env.invalidate_all()

    def everything(self):
        """All profiles, as they are stored."""
        self.env.flush_all()
        self.env.cr.execute("SELECT * FROM customer_segmentation_profile ORDER BY id")
        return self.env.cr.fetchall()


class TestScoresGo(ExclusionCase):
    def test_at_once(self):
        profile = self.profile(self.best)
        transitions = profile.transition_ids
        self.assertTrue(transitions)
        self.exclude(self.best)
        self.assertFalse(profile.exists() or transitions.exists())
        self.assertFalse(self.best.customer_segment_id or self.best.customer_tier_id or self.best.customer_profile_id)
        self.assertTrue(self.best.customer_excluded)

    def test_of_nobody_else(self):
        before = self.everything()
        profile = self.profile(self.best)
        self.exclude(self.best)
        self.assertEqual(self.everything(), [row for row in before if row[0] != profile.id])

    def test_a_run_does_not_see_the_customer_and_the_next_writes_nothing(self):
        total = self.policy.last_run_id.cut_points["total_revenue"]
        self.exclude(self.best)
        run = self.recompute()
        self.assertEqual(run.cut_points["total_revenue"], total - 800)
        self.assertEqual(run.customer_count, 7)
        self.assertFalse(self.profile(self.best))
        again = self.recompute()
        self.assertEqual(again.changed_count, 0)
        self.assertEqual(again.cut_points["total_revenue"], total - 800)

    def test_a_run_scores_as_if_the_customer_had_never_been_there(self):
        self.exclude(self.best)
        self.recompute()
        names = ("rfm_code", "abc_class", "typical_gap_days", "lifecycle_stage")
        excluded = [self.profile(partner).read(names) for partner in self.customers[1:]]
        self.policy.last_run_id.cut_points = None  # else rhythm and model of last week go on
        self.recompute()
        excluded = [self.profile(partner).read(names) for partner in self.customers[1:]]
        self.env["sale.order"].search([("partner_id", "=", self.best.id)])._action_cancel()
        self.exclusions.search([]).unlink()
        self.policy.last_run_id.cut_points = None
        self.recompute()
        self.assertEqual([self.profile(partner).read(names) for partner in self.customers[1:]], excluded)

    def test_a_run_without_change_writes_only_what_follows(self):
        """The smallest customer weighs nothing: nobody's row changes but its own."""
        tiny = self.customer("Tiny", active=True)
        self.env["sale.order"].create({"partner_id": tiny.id})  # a prospect: outside of all cut points
        self.recompute()
        self.assertEqual(self.profile(tiny).lifecycle_stage, "prospect")
        self.recompute()
        self.exclude(tiny)
        self.assertEqual(self.recompute().changed_count, 0)

    def test_an_order_does_not_bring_it_back(self):
        self.exclude(self.best)
        order = self.order(self.best, 50, state="draft")
        order.action_confirm()
        self.refresh()
        self.assertFalse(self.profile(self.best))
        self.assertFalse(order.segment_at_order_id or order.tier_at_order_id)

    def test_a_quotation_a_lead_and_an_imported_purchase_do_not(self):
        newcomer, asking, old = self.customer("Newcomer"), self.customer("Asking"), self.customer("Old")
        person = self.customer("Person", is_company=False, parent_id=asking.id)
        self.exclude(newcomer, asking, old)
        self.env["sale.order"].create({"partner_id": newcomer.id})
        self.env["crm.lead"].create({"name": "Asks", "partner_id": person.id, "type": "opportunity"})
        self.env["customer.imported.purchase"].create(
            {"partner_id": old.id, "date": self.today, "amount": 5, "reference": "1"}
        )
        self.refresh()
        self.recompute()
        self.assertFalse(self.profile(newcomer) or self.profile(asking) or self.profile(old))

    def test_a_profile_made_meanwhile_disappears_with_the_next_run(self):
        """A step of a run that looked before the exclusion was committed may have written it."""
        self.exclude(self.best)
        made = self.env["customer.segmentation.profile"].create(
            {"partner_id": self.best.id, "company_id": self.company.id, "revenue": 5}
        )
        run = self.recompute()
        self.assertFalse(made.exists())
        self.assertEqual(self.recompute().changed_count, 0)
        self.assertGreaterEqual(run.changed_count, 1)

    def test_a_profile_made_meanwhile_disappears_with_the_refresh(self):
        self.exclude(self.best)
        made = self.env["customer.segmentation.profile"].create(
            {"partner_id": self.best.id, "company_id": self.company.id, "revenue": 5}
        )
        self.refresh()
        self.assertFalse(made.exists())
        self.assertFalse(self.env["customer.segmentation.queue"].search([]))

    def test_excluded_while_a_run_is_at_work(self):
        newcomer = self.customer("Newcomer")
        self.order(newcomer, 77)
        run = self.policy._queue_run()
        run._step()
        self.exclude(self.best, newcomer)
        archived = self.customers[2]
        self.env["customer.segmentation.removal"]._remove(self.profile(archived), "Archived meanwhile")
        archived.active = False
        while run.state == "running":
            run._step()
            self.assertFalse(self.profile(self.best) or self.profile(newcomer) or self.profile(archived))
        self.assertEqual(run.state, "done")
        self.assertFalse(self.profile(self.best) or self.profile(newcomer), "staged before, never written")

    def test_many_profiles_are_removed_step_by_step(self):
        """Kill-safe: each step is committed, the next finds what is left."""
        excluded = self.env["res.partner"].union(*self.customers[:5])
        self.exclude(*excluded)
        profiles = self.env["customer.segmentation.profile"].create(
            [{"partner_id": partner.id, "company_id": self.company.id} for partner in excluded]
        )
        run = self.policy._queue_run()
        left = []
        with patch.object(CustomerSegmentationRun, "_chunk_size", 2):
            while run.state in ("pending", "running"):
                run._step()
                left.append(len(profiles.exists()))
        self.assertEqual(left[-4:], [3, 1, 0, 0])
        self.assertEqual(run.state, "done")

    def test_a_contact_excludes_its_company(self):
        person = self.customer("Person", is_company=False, parent_id=self.best.id)
        exclusion = self.exclude(person)
        self.assertEqual(exclusion.partner_id, self.best)
        self.assertFalse(self.profile(self.best))
        self.assertTrue(person.customer_excluded)

    def test_profiled_again(self):
        before = self.profile(self.best).revenue
        self.exclude(self.best)
        self.refresh()
        self.best.action_profile_again()
        self.assertFalse(self.best.customer_excluded)
        self.refresh()
        self.assertEqual(self.profile(self.best).revenue, before)
        with self.assertRaisesRegex(UserError, "None of the chosen"):
            self.best.action_profile_again()

    def test_noted_on_the_contact(self):
        self.exclude(self.best, note="letter of 3 May")
        self.best.action_profile_again()
        notes = self.best.message_ids.mapped("body")
        self.assertIn("Profiled again", notes[0])
        self.assertIn("Excluded from profiling", notes[1])
        self.assertNotIn("letter of 3 May", "".join(notes), "people of other companies read it")

    def test_manual_tier_and_labels_of_orders_are_gone(self):
        self.policy.with_context(ladder="metals").action_use_ladder()
        self.recompute()
        tier = self.policy.tier_ids[0]
        order = self.order(self.best, 10, state="draft")
        order.action_confirm()
        order.pricelist_tier_id = order.payment_term_tier_id = tier
        theirs = self.order(self.second, 10, state="draft")
        theirs.action_confirm()
        kept = theirs.segment_at_order_id
        self.env["customer.tier.decision"]._set(
            self.profile(self.best), self.policy, tier, self.today, self.day(-30), "By hand"
        )
        self.exclude(self.best)
        self.assertFalse(
            order.segment_at_order_id or order.tier_at_order_id or order.pricelist_tier_id or order.payment_term_tier_id
        )
        self.assertTrue(kept)
        self.assertEqual(theirs.segment_at_order_id, kept)
        self.best.action_profile_again()
        self.refresh()
        self.recompute()
        self.assertFalse(self.profile(self.best).tier_locked_until)

    def test_a_quotation_shows_nothing(self):
        self.policy.with_context(ladder="metals").action_use_ladder()
        self.policy.tier_ids.write({"has_benefit_text": True, "benefit_text": "Free samples"})
        self.recompute()
        quotation = self.order(self.best, 10, state="draft")
        self.assertTrue(quotation.customer_segment_id and quotation.tier_benefit_note)
        self.exclude(self.best)
        self.assertFalse(quotation.customer_segment_id or quotation.tier_benefit_note or quotation.customer_tier_id)


class TestWhere(ExclusionCase):
    def setUp(self):
        super().setUp()
        self.south = self.other_company()
        self.order(self.best, 40, company=self.south)
        self.order(self.second, 30, company=self.south)
        self.recompute(self.policy_of(self.south))

    def test_in_one_company_only(self):
        self.exclude(self.best, company=self.company)
        self.assertFalse(self.profile(self.best))
        self.assertEqual(self.profile(self.best, self.south).revenue, 40)
        self.recompute(self.policy_of(self.south))
        self.recompute()
        self.assertFalse(self.profile(self.best))
        self.assertEqual(self.profile(self.best, self.south).revenue, 40)
        self.assertTrue(self.best.customer_excluded)
        self.assertFalse(self.best.with_company(self.south).customer_excluded)

    def test_in_all(self):
        self.exclude(self.best)
        self.recompute(self.policy_of(self.south))
        self.recompute()
        self.assertFalse(self.profile(self.best) or self.profile(self.best, self.south))
        later = self.other_company("Later")
        self.order(self.best, 5, company=later)
        self.recompute(self.policy_of(later))
        self.assertFalse(self.profile(self.best, later), "also in companies that come later")

    def test_a_branch_stands_for_its_company(self):
        branch = self.branch(self.company)
        exclusion = self.exclude(self.best, company=branch)
        self.assertEqual(exclusion.company_id, self.company)
        self.order(self.best, 5, company=branch)
        self.recompute()
        self.assertFalse(self.profile(self.best))
        self.assertTrue(self.best.with_company(branch).customer_excluded)

    def test_both_and_one_ended(self):
        everywhere, here = self.exclude(self.best), self.exclude(self.best, company=self.company)
        self.assertEqual(self.exclusions._of(self.best, self.company), {self.best.id: everywhere})
        everywhere.unlink()
        self.refresh()
        self.assertFalse(self.profile(self.best))
        self.assertEqual(self.profile(self.best, self.south).revenue, 40)
        here.unlink()
        self.refresh()
        self.assertTrue(self.profile(self.best))

    def test_never_twice(self):
        self.exclude(self.best)
        self.exclude(self.second, company=self.company)
        for partner, company in ((self.best, None), (self.second, self.company)):
            with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation), self.env.cr.savepoint():
                self.exclude(partner, company=company)
                self.env.flush_all()

    def test_found_in_the_company_one_works_in(self):
        self.exclude(self.best, company=self.company)
        person = self.customer("Person", is_company=False, parent_id=self.best.id)
        partners = self.env["res.partner"]
        mine = [("id", "in", (self.best | self.second | person).ids)]
        excluded = [*mine, ("customer_excluded", "=", True)]
        self.assertEqual(partners.search(excluded), self.best | person)
        self.assertEqual(partners.search([*mine, ("customer_excluded", "=", False)]), self.second)
        self.assertEqual(partners.search([*mine, ("customer_excluded", "!=", True)]), self.second)
        self.assertFalse(partners.with_company(self.south).search(excluded))
        self.assertEqual(len(partners.search([*mine, ("customer_excluded", "in", [True, False])])), 3)


class TestTyped(ExclusionCase):
    def test_other_reason_needs_a_note(self):
        with self.assertRaisesRegex(ValidationError, "note is empty"), self.env.cr.savepoint():
            self.exclude(self.best, reason="other", note=" ")
        self.assertIn("by law", self.exclude(self.best, reason="other", note="by law")._in_words())

    def test_not_in_the_future(self):
        with self.assertRaisesRegex(ValidationError, "in the future"), self.env.cr.savepoint():
            self.exclude(self.best, date=self.day(-1))
        self.exclude(self.best, date=self.day(400))

    def test_words(self):
        words = self.exclude(self.best, note="letter of 3 May")._in_words()
        self.assertIn(f"by {self.env.user.name}", words)
        self.assertIn("The customer objects to profiling: letter of 3 May", words)
        self.assertEqual(self.best.customer_exclusion_message, words)
        self.assertFalse(self.second.customer_exclusion_message)
        self.assertTrue(self.exclude(self.second)._in_words().endswith("The customer objects to profiling"))

    def test_who_and_where_are_not_changed(self):
        exclusion = self.exclude(self.best)
        for values in ({"partner_id": self.second.id}, {"company_id": self.company.id}, {"user_id": 1}):
            with self.assertRaisesRegex(UserError, "cannot be changed"):
                exclusion.write(values)
        exclusion.note = "Called again"
        self.assertIn("Called again", exclusion._in_words())

    def test_wizard_of_a_list(self):
        person = self.customer("Person", is_company=False, parent_id=self.best.id)
        chosen = person | self.best | self.second
        wizards = self.env["customer.segmentation.exclude"].with_context(
            active_model="res.partner", active_ids=chosen.ids
        )
        with Form(wizards) as form:
            self.assertTrue(form.has_contacts)
            self.assertEqual(form.customer_count, 2)
            form.reason, form.note = "test", "Try-out"
        form.record.action_exclude()
        found = self.exclusions.search([])
        self.assertEqual(found.partner_id, self.best | self.second)
        self.assertEqual(set(found.mapped("reason")), {"test"})
        with self.assertRaisesRegex(UserError, "Already excluded from profiling: Customer"):
            wizards.create({}).action_exclude()
        more = wizards.with_context(active_ids=[self.best.id, self.customers[2].id]).create({})
        more.action_exclude()
        self.assertTrue(self.customers[2].customer_excluded, "who is excluded already is passed over")

    def test_wizard_of_profiles_and_of_the_page(self):
        profile = self.profile(self.best)
        wizards = self.env["customer.segmentation.exclude"]
        of_list = wizards.with_context(active_model=profile._name, active_ids=profile.ids).create({})
        self.assertEqual(of_list.partner_ids, self.best)
        self.assertFalse(of_list.has_contacts)
        action = self.best.action_exclude_customer()
        self.assertEqual(wizards.with_context(**action["context"]).create({}).partner_ids, self.best)
        self.assertFalse(wizards.create({}).partner_ids)

    def test_wizard_for_one_company(self):
        self.other_company()
        wizard = (
            self.env["customer.segmentation.exclude"]
            .with_context(active_model="res.partner", active_ids=self.best.ids)
            .create({"scope": "company"})
        )
        self.assertTrue(wizard.has_companies)
        wizard.action_exclude()
        self.assertEqual(self.exclusions.search([]).company_id, self.company)


class TestPlaybooksStop(PlaybookCase):
    def exclude(self, profile):
        return self.env["customer.segmentation.exclusion"].create({"partner_id": profile.partner_id.id})

    def test_what_is_open_is_cancelled_with_the_reason(self):
        self.policy.playbook_capacity_person = 1
        self.playbook()
        first, second = self.falls("First", revenue=900), self.falls("Second")
        self.work()
        entries = self.entries_of(first, second)
        self.assertEqual(entries.mapped("state"), ["open", "waiting"])
        activities = self.activities_of(first)
        partners = first.partner_id | second.partner_id
        self.exclude(first)
        self.exclude(second)
        self.assertFalse(activities.exists())
        self.assertEqual(set(entries.mapped("state")), {"cancelled"})
        self.assertEqual(set(entries.mapped("closing_reason")), {"The customer was excluded from profiling."})
        self.assertEqual(entries.partner_id, partners, "what was planned stays on record, without numbers")
        self.assertFalse(entries.profile_id or any(entries.mapped("value")))
        self.assertIn(entries[0].action_open_customer()["res_id"], partners.ids)

    def test_no_playbook_works_on_the_customer_again(self):
        self.playbook()
        self.playbook("Visit", trigger="periodic", trigger_days=1, segment_ids=False)
        profile = self.falls()
        partner = profile.partner_id
        self.order(partner, 10, days_ago=400)
        self.exclude(profile)
        self.recompute()
        self.next_day()
        self.work()
        self.assertFalse(self.entries.search([("partner_id", "=", partner.id)]))
        self.assertFalse(self.env["mail.activity"].search([("res_id", "=", partner.id), ("automated", "=", True)]))

    def test_snoozed_entries_do_not_wake(self):
        self.playbook()
        profile = self.falls()
        self.work()
        entry = self.entries_of(profile)
        entry._answer("snooze", until=self.today)
        self.exclude(profile)
        self.work()
        self.assertEqual(entry.state, "cancelled")
        self.assertFalse(entry.snoozed_until)

    def test_results_do_not_count_the_customer(self):
        playbook = self.playbook()
        kept, gone = self.falls("Kept"), self.falls("Gone")
        self.work()
        self.exclude(gone)
        results = self.env["customer.playbook.result"].search([("playbook_id", "=", playbook.id)])
        self.assertEqual(results.profile_id, kept)
        self.assertEqual(playbook.treated_count, 1)

    def test_archived_with_the_reason(self):
        self.playbook()
        profile = self.falls()
        self.work()
        entry, partner = self.entries_of(profile), profile.partner_id
        partner.active = False
        self.recompute()
        self.assertFalse(self.profile(partner))
        self.assertEqual((entry.state, entry.closing_reason), ("cancelled", "The customer was archived."))

    def test_deleted_customers_leave_nothing(self):
        self.playbook()
        profile = self.falls(lang=False)
        self.work()
        entry, partner = self.entries_of(profile), profile.partner_id
        exclusion = self.exclude(profile)
        self.assertTrue(entry.exists())
        partner.unlink()
        self.env.invalidate_all()
        self.assertFalse(entry.exists() or exclusion.exists())

    def test_entries_go_with_a_customer_who_was_not_excluded(self):
        self.playbook()
        profile = self.falls()
        self.work()
        entry, partner = self.entries_of(profile), profile.partner_id
        partner.unlink()
        self.env.invalidate_all()
        self.assertFalse(entry.exists() or profile.exists())


class TestMerge(ExclusionCase):
    def merge(self, kept, *gone):
        self.env["base.partner.merge.automatic.wizard"].create(
            {
                "state": "selection",
                "dst_partner_id": kept.id,
                "partner_ids": [Command.set((kept | kept.union(*gone)).ids)],
            }
        ).action_merge()
        self.env.invalidate_all()

    def test_excluded_wins_as_loser(self):
        self.exclude(self.second)
        self.merge(self.best, self.second)
        self.assertFalse(self.second.exists())
        self.assertTrue(self.best.customer_excluded)
        self.assertFalse(self.profile(self.best), "at once")
        self.refresh()
        self.recompute()
        self.assertFalse(self.profile(self.best))

    def test_excluded_wins_as_survivor(self):
        self.exclude(self.best)
        self.merge(self.best, self.second)
        self.refresh()
        self.recompute()
        self.assertFalse(self.profile(self.best))
        self.assertTrue(self.best.customer_excluded)

    def test_both_excluded_keep_the_oldest_of_each_company(self):
        south = self.other_company()
        self.exclude(self.best, company=self.company, date=self.day(1))
        self.exclude(self.best, date=self.day(5))
        self.exclude(self.second, company=self.company, date=self.day(9))
        self.exclude(self.second, company=south)
        self.exclude(self.customers[2], date=self.day(2))
        self.merge(self.best, self.second, self.customers[2])
        found = self.exclusions.search([("partner_id", "=", self.best.id)])
        self.assertEqual(
            {exclusion.company_id: exclusion.date for exclusion in found},
            {self.company: self.day(9), self.company.browse(): self.day(5), south: self.today},
        )
        self.assertEqual(len(found), 3)

    def test_nobody_excluded(self):
        self.merge(self.best, self.second)
        self.refresh()
        self.assertFalse(self.best.customer_excluded)
        self.assertEqual(self.profile(self.best).order_count, 2)

    def test_a_contact_of_a_company_rests_until_it_leaves(self):
        self.exclude(self.second)
        self.second.write({"is_company": False, "parent_id": self.best.id})
        self.refresh()
        self.assertTrue(self.profile(self.best))
        self.assertFalse(self.second.customer_excluded)
        self.second.write({"parent_id": False})
        self.refresh()
        self.assertTrue(self.second.customer_excluded)
        self.assertFalse(self.profile(self.second))


class TestArchived(ExclusionCase):
    def test_runs_leave_archived_customers_aside(self):
        total = self.policy.last_run_id.cut_points["total_revenue"]
        self.best.active = False
        run = self.recompute()
        self.assertFalse(self.profile(self.best))
        self.assertEqual(run.cut_points["total_revenue"], total - 800)
        self.assertEqual(self.recompute().changed_count, 0)
        self.best.active = True
        self.recompute()
        self.assertEqual(self.profile(self.best).revenue, 800)

    def test_an_archived_contact_changes_nothing(self):
        person = self.customer("Person", is_company=False, parent_id=self.best.id)
        self.order(person, 5)
        self.recompute()
        self.refresh()
        person.active = False
        self.assertFalse(self.env["customer.segmentation.queue"].search([]))
        self.assertEqual(self.recompute().changed_count, 0)
        self.assertEqual(self.profile(self.best).revenue, 805)

    def test_excluded_and_archived(self):
        self.exclude(self.best)
        self.best.active = False
        self.best.active = True
        self.refresh()
        self.recompute()
        self.assertFalse(self.profile(self.best))

    def test_writing_what_is_there_queues_nobody(self):
        self.best.write({"active": True})
        self.assertFalse(self.env["customer.segmentation.queue"].search([]))

    def test_models_of_people_are_found_or_deleted_with_them(self):
        """Odoo's Privacy Lookup looks for links that are not deleted with the contact; ours are, but for purchases."""
        kept = {
            (name, field.name)
            for name, model in self.env.items()
            if model._original_module == "customer_segmentation" and not model._abstract and model._auto
            for field in model._fields.values()
            if field.type == "many2one"
            and field.comodel_name == "res.partner"
            and field.store
            and field.ondelete != "cascade"
        }
        self.assertEqual(kept, {("customer.imported.purchase", "partner_id")})


class TestCredit(AccountingCase):
    def test_source_invoices(self):
        self.policy.source = "invoice"
        customer, other = self.customer("Excluded"), self.customer("Other")
        for partner in (customer, other):
            self.credit(self.move(partner, 100), amount=10)
        self.env["customer.segmentation.exclusion"].create({"partner_id": customer.id})
        run = self.recompute()
        self.assertFalse(self.profile(customer))
        self.assertEqual(self.profile(other).revenue, 90)
        self.assertEqual(run.cut_points["total_revenue"], 90)


@tagged("post_install", "-at_install")
class TestRights(SecurityCase):
    def exclusion(self, company="north"):
        company_id = company and self.company[company].id
        return self.env["customer.segmentation.exclusion"].create(
            {"partner_id": self.acme.id, "company_id": company_id, "note": "A letter"}
        )

    def test_only_managers_decide(self):
        exclusion = self.exclusion()
        values = {"partner_id": self.bolt.id, "company_id": self.company["north"].id}
        for role in ("public", "portal", "employee", "billing", "seller", "all_seller", "scores_user"):
            exclusions = self.model("customer.segmentation.exclusion", role)
            with self.subTest(role=role):
                self.assertRefused(exclusions.create, values)
                self.assertRefused(exclusions.browse(exclusion.id).write, {"note": "x"})
                self.assertRefused(exclusions.browse(exclusion.id).unlink)
                self.assertRefused(exclusions.browse(exclusion.id).action_profile_again)
                self.assertRefused(self.model("res.partner", role).browse(self.bolt.id).action_exclude_customer)
                self.assertRefused(self.model("res.partner", role).browse(self.acme.id).action_profile_again)
                self.assertRefused(self.model("customer.segmentation.exclude", role).create, {})
        for role in ("sales_manager", "scores_manager"):
            exclusions = self.model("customer.segmentation.exclusion", role)
            with self.subTest(role=role):
                made = exclusions.create(values)
                self.assertEqual(made.user_id, self.user[role])
                made.unlink()

    def test_sellers_see_that_and_why(self):
        self.exclusion()
        for role in ("seller", "scores_user", "branch_seller", "sales_manager"):
            acme = self.model("res.partner", role).browse(self.acme.id)
            with self.subTest(role=role):
                self.assertTrue(acme.customer_excluded)
                self.assertIn("A letter", acme.customer_exclusion_message)
                self.assertTrue(self.model("customer.segmentation.exclusion", role).search([]))
                self.assertFalse(acme.customer_segment_id or acme.customer_tier_id)
        for role in ("public", "portal", "employee", "billing"):
            with self.subTest(role=role):
                self.assertRefused(self.model("customer.segmentation.exclusion", role).search, [])
                self.assertRefused(self.model("res.partner", role).search, [("customer_excluded", "=", True)])

    def test_the_user_who_decides_is_not_typed(self):
        values = {"partner_id": self.bolt.id, "company_id": self.company["north"].id}
        exclusions = self.model("customer.segmentation.exclusion", "sales_manager")
        self.assertRefused(exclusions.create, {**values, "user_id": 1})
        made = exclusions.with_context(default_user_id=1).create(values)
        self.assertEqual(made.user_id, self.user["sales_manager"])

    def test_another_company_is_not_decided_about(self):
        exclusions = self.model("customer.segmentation.exclusion", "sales_manager")
        with self.assertRaises(AccessError):  # and its savepoint
            exclusions.create({"partner_id": self.acme.id, "company_id": self.company["south"].id})
        theirs = self.exclusion("south")
        self.assertRefused(exclusions.browse(theirs.id).unlink)
        self.assertFalse(self.model("res.partner", "sales_manager").browse(self.acme.id).customer_excluded)

    def test_every_company_is_decided_about_by_who_works_in_all(self):
        exclusions = self.model("customer.segmentation.exclusion", "sales_manager")
        with self.assertRaisesRegex(AccessError, "about every company"), self.env.cr.savepoint():
            exclusions.create({"partner_id": self.acme.id, "company_id": False})
        everywhere = self.exclusion(company=None)
        for call in (
            lambda: exclusions.browse(everywhere.id).write({"note": "x"}),
            exclusions.browse(everywhere.id).unlink,
            self.model("res.partner", "sales_manager").browse(self.acme.id).action_profile_again,
        ):
            with self.assertRaisesRegex(AccessError, "about every company"):
                call()
        self.assertTrue(everywhere.exists())
        self.assertTrue(self.model("res.partner", "sales_manager").browse(self.acme.id).customer_excluded)

    def test_who_works_in_all_companies(self):
        manager = self.user["both_manager"]
        manager.company_ids = self.env["customer.segmentation.policy"].search([]).company_id
        wizards = (
            self.env["customer.segmentation.exclude"]
            .with_user(manager)
            .with_context(active_model="res.partner", active_ids=self.acme.ids)
        )
        self.assertEqual(wizards.create({}).scope, "everywhere")
        wizards.create({}).action_exclude()
        self.assertFalse(self.profile(self.acme) or self.profile(self.acme, "south"))
        self.acme.with_user(manager).action_profile_again()
        self.assertFalse(self.acme.customer_excluded)

    def test_wizard_offers_what_one_may(self):
        wizards = self.model("customer.segmentation.exclude", "sales_manager").with_context(
            active_model="res.partner", active_ids=self.acme.ids
        )
        self.assertEqual(wizards.create({}).scope, "company")
        wizards.create({}).action_exclude()
        self.assertTrue(self.profile(self.acme, "south"))
        self.assertFalse(self.profile(self.acme))

    def test_forms_open_for_every_role(self):
        self.exclusion()
        for role in ("employee", "billing", "seller", "sales_manager", "scores_user", "scores_manager"):
            for partner in (self.acme, self.ann, self.bolt):
                with self.subTest(role=role, partner=partner.name):
                    Form(self.model("res.partner", role).browse(partner.id))
        manager = self.model("customer.segmentation.exclusion", "sales_manager")
        with Form(manager) as form:
            form.partner_id = self.bolt
            form.note = "By phone"
        self.assertEqual(form.record.company_id, self.company["north"])
        self.assertEqual(form.record.date, fields.Date.context_today(form.record))
