"""The page Profile: potential, satisfaction and its trend, referrals, ages, and the playbook for low satisfaction."""

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user

from ..addon.common import SegmentationCase
from ..addon.playbook_common import PlaybookCase


class FieldsCase(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(cls.env, "fields_seller", "sales_team.group_sale_salesman")
        cls.employee = new_test_user(cls.env, "fields_employee", "base.group_user,base.group_partner_manager")
        cls.partner = cls.customer("Rated")

    @classmethod
    def rate(cls, rating, days_ago=0, partner=None, **values):
        values = {"partner_id": (partner or cls.partner).id, "rating": str(rating), "date": cls.day(days_ago), **values}
        return cls.env["customer.satisfaction"].create(values)

    def found(self, *condition, user=None):
        partners = self.env["res.partner"].with_user(user or self.seller)
        return partners.search([("name", "like", "Rated"), condition])


class TestSatisfaction(FieldsCase):
    def read(self, partner=None):
        self.env.invalidate_all()
        partner = (partner or self.partner).with_user(self.seller)
        return partner.customer_satisfaction, partner.customer_satisfaction_trend

    def test_the_latest_and_the_trend(self):
        self.assertEqual(self.read(), (False, False))
        self.rate(3, 30)
        self.assertEqual(self.read(), ("3", False), "nothing to compare with")
        self.rate(5, 20)
        self.assertEqual(self.read(), ("5", "up"))
        self.rate(1, 40)
        self.assertEqual(self.read(), ("5", "up"), "an older one typed in later")
        self.rate(2, 10)
        self.assertEqual(self.read(), ("2", "down"))
        last = self.rate(2, 10)
        self.assertEqual(self.read(), ("2", "same"), "two on one day: the later one counts")
        self.assertEqual(self.partner.customer_satisfaction_date, self.day(10))
        last.rating = "4"
        self.assertEqual(self.read(), ("4", "up"))
        self.assertEqual(last.score, 4)
        self.assertEqual(self.env["customer.satisfaction"]._read_group([], [], ["score:avg"])[0][0], 15 / 5)

    def test_people_speak_for_their_company(self):
        person = self.customer("Rated person", parent_id=self.partner.id, is_company=False)
        self.rate(2, 5, person)
        self.assertEqual([self.read(), self.read(person)], [("2", False)] * 2)

    def test_searching(self):
        bad, unknown = self.customer("Rated bad"), self.customer("Rated never")
        self.rate(1, 9, bad)
        self.rate(1, 9)
        self.rate(5, 1)
        self.assertEqual(self.found("customer_satisfaction", "in", ["1", "2"]), bad)
        self.assertEqual(self.found("customer_satisfaction", "=", "5"), self.partner)
        self.assertEqual(self.found("customer_satisfaction", "=", False), unknown)
        self.assertEqual(self.found("customer_satisfaction", "!=", "5"), bad | unknown)

    def test_typed_on_the_contact(self):
        with Form(self.partner.with_user(self.seller)) as form, form.customer_satisfaction_ids.new() as line:
            line.rating = "2"
            line.comment = "Late delivery"
        rated = self.partner.customer_satisfaction_ids
        self.assertEqual((rated.date, rated.user_id, rated.company_id), (self.today, self.seller, self.company))
        self.assertEqual(self.read(), ("2", False))

    def test_bad_input(self):
        with self.assertRaisesRegex(ValidationError, "one to five stars"):
            self.rate(0)
        with self.assertRaisesRegex(ValidationError, "lies in the future"):
            self.rate(3, -5)

    def test_other_companies_and_roles(self):
        other = self.other_company()
        rated = self.rate(1, 3, company_id=other.id)
        self.assertEqual(self.read(), (False, False))
        self.assertFalse(self.found("customer_satisfaction", "=", "1"))
        self.assertEqual(self.partner.with_company(other).customer_satisfaction, "1")
        with self.assertRaises(AccessError):
            rated.with_user(self.seller).read(["comment"])
        self.assertFalse(self.partner.with_user(self.seller).customer_satisfaction_ids)
        with self.assertRaises(AccessError):
            rated.with_user(self.employee).read(["comment"])
        with self.assertRaises(AccessError):
            self.partner.with_user(self.employee).read(["customer_satisfaction"])
        with self.assertRaises(AccessError):
            self.env["customer.satisfaction"].with_user(self.seller).create(
                {"partner_id": self.partner.id, "rating": "3", "company_id": other.id}
            )

    def test_merged_contacts(self):
        twin = self.customer("Rated twin", email="rated@example.com")
        self.rate(2, 10, twin)
        self.rate(4, 5)
        self.env["base.partner.merge.automatic.wizard"]._merge([twin.id, self.partner.id], self.partner)
        self.assertEqual(self.read(), ("4", "up"))


class TestFields(FieldsCase):
    def test_potential(self):
        self.partner.with_user(self.seller).customer_potential = "4"
        self.assertEqual(self.found("customer_potential", "in", ["4", "5"]), self.partner)
        self.partner.with_user(self.seller).customer_potential = "0"
        self.assertFalse(self.partner.customer_potential, "no star is nothing known")
        self.assertFalse(self.customer("Rated", customer_potential="0").customer_potential)
        with self.assertRaises(AccessError):
            self.partner.with_user(self.employee).customer_potential = "4"

    def test_followers(self):
        self.partner.customer_followers = 12_000
        with self.assertRaisesRegex(ValidationError, "cannot have -1 followers"):
            self.partner.customer_followers = -1

    def test_referrals(self):
        person = self.customer("Person", parent_id=self.partner.id, is_company=False)
        first, second, third = (
            self.customer(f"Rated {number}", customer_referred_by_id=referrer.id)
            for number, referrer in enumerate((self.partner, person, self.partner))
        )
        partner = self.partner.with_user(self.seller)
        self.assertEqual((partner.customer_referral_count, person.customer_referral_count), (3, 3))
        self.assertEqual(first.customer_referral_count, 0)
        action = partner.action_open_customer_referrals()
        self.assertEqual(self.env["res.partner"].search(action["domain"]), first | second | third)
        third.active = False
        self.env.invalidate_all()
        self.assertEqual(partner.customer_referral_count, 2)
        self.assertEqual(len(self.env["res.partner"].search(action["domain"])), 2)

    def test_nobody_refers_itself(self):
        person = self.customer("Person", parent_id=self.partner.id, is_company=False)
        for referrer in (self.partner, person):
            with self.assertRaisesRegex(ValidationError, "by itself or its own people"):
                self.partner.customer_referred_by_id = referrer
        second = self.customer("Second", customer_referred_by_id=self.partner.id)
        third = self.customer("Third", customer_referred_by_id=second.id)
        with self.assertRaisesRegex(ValidationError, "directly or through others"):
            self.partner.customer_referred_by_id = third

    def refers(self):
        return new_test_user(self.env, "refers", "sales_team.group_sale_salesman_all_leads,base.group_partner_manager")

    def test_nobody_is_referred_by_whom_the_user_may_not_read(self):
        theirs = self.customer("Theirs", company_id=self.other_company().id)
        mine = self.partner.with_user(self.refers())
        with self.assertRaises(AccessError) as refused:
            mine.customer_referred_by_id = theirs.id
        self.assertNotIn("Theirs", str(refused.exception))
        with self.assertRaises(AccessError):
            mine.create({"name": "New", "customer_referred_by_id": theirs.id})
        new = mine.with_context(default_customer_referred_by_id=theirs.id).create({"name": "New"})
        self.assertFalse(new.customer_referred_by_id)

    def test_no_message_names_whom_the_user_may_not_read(self):
        """The one about a circle neither."""
        theirs = self.customer("Theirs", company_id=self.other_company().id, customer_referred_by_id=self.partner.id)
        with self.assertRaises(AccessError) as refused:
            self.partner.with_user(self.refers()).customer_referred_by_id = theirs.id
        self.assertNotIn("Theirs", str(refused.exception))

    def test_a_form_names_nobody_the_user_may_not_read(self):
        theirs = self.customer("Theirs", company_id=self.other_company().id)
        spec = {"customer_referred_by_id": {"fields": {"display_name": {}}}, "name": {}}
        contacts = self.env["res.partner"].with_user(self.refers())
        asking = contacts.with_context(default_customer_referred_by_id=theirs.id)
        self.assertNotIn("Theirs", str(asking.onchange({}, [], spec)))
        for given in (theirs.id, {"id": theirs.id}):
            typed = {"name": "New", "customer_referred_by_id": given}
            self.assertNotIn("Theirs", str(contacts.onchange(typed, ["customer_referred_by_id"], spec)))
            self.assertNotIn("Theirs", str(contacts.onchange(typed, [], spec)))

    def test_who_may_see_a_contact_may_see_who_referred_it(self):
        """Nobody else: a contact of one company is not noted on one that all companies see."""
        other = self.other_company()
        theirs, known = self.customer("Theirs", company_id=other.id), self.customer("Known")
        with self.assertRaisesRegex(ValidationError, "may not see Theirs"):
            self.partner.customer_referred_by_id = theirs
        second = self.customer("Second of theirs", company_id=other.id, customer_referred_by_id=theirs.id)
        self.partner.customer_referred_by_id = known
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": other.id})
        second.company_id = branch  # who works there sees what is of the company above
        self.assertEqual(second.customer_referred_by_id, theirs)
        second.company_id = False
        self.assertFalse(second.customer_referred_by_id)
        known.company_id = other
        self.assertFalse(self.partner.customer_referred_by_id)

    def test_a_referrer_that_stays_is_not_asked_for_again(self):
        """Noted before, by whoever could see both."""
        theirs = self.customer("Theirs", company_id=self.other_company().id)
        self.env.cr.execute(
            "UPDATE res_partner SET customer_referred_by_id = %s WHERE id = %s", [theirs.id, self.partner.id]
        )
        self.env.invalidate_all()
        self.partner.with_user(self.refers()).write({"customer_referred_by_id": theirs.id, "comment": "Nice"})
        self.assertIn("Nice", self.partner.comment)

    def test_age_bands(self):
        ages = {17: "0_17", 18: "18_24", 24: "18_24", 25: "25_34", 64: "55_64", 65: "65", 99: "65"}
        for age, band in ages.items():
            for days, expected in ((0, band), (1, None)):
                born = self.today - relativedelta(years=age) - relativedelta(days=days)
                person = self.customer(f"Rated {age}", is_company=False, customer_birthday=born)
                with self.subTest(age=age, days=days):
                    self.assertEqual(person.customer_age_band, expected or band)
        tomorrow = self.today + relativedelta(days=1) - relativedelta(years=18)
        self.assertEqual(self.customer("Rated", customer_birthday=tomorrow).customer_age_band, "0_17")
        self.assertFalse(self.partner.customer_age_band)

    def test_age_bands_in_lists(self):
        young = self.customer("Rated young", customer_birthday=self.today - relativedelta(years=20))
        old = self.customer("Rated old", customer_birthday=self.today - relativedelta(years=70))
        self.assertEqual(self.found("customer_age_band", "=", "18_24"), young)
        self.assertEqual(self.found("customer_age_band", "in", ["18_24", "65"]), young | old)
        self.assertEqual(self.found("customer_age_band", "=", False), self.partner)
        self.assertEqual(self.found("customer_age_band", "!=", "65"), young | self.partner)
        groups = (
            self.env["res.partner"]
            .with_user(self.seller)
            ._read_group([("name", "like", "Rated")], ["customer_age_band"], ["__count"])
        )
        self.assertEqual(dict(groups), {"18_24": 1, "65": 1, False: 1})

    def test_the_form_of_every_role(self):
        manager = new_test_user(self.env, "fields_manager", "sales_team.group_sale_manager")
        for user, sees in ((manager, True), (self.seller, True), (self.employee, False)):
            arch = self.env["res.partner"].with_user(user).get_view(view_type="form")["arch"]
            self.assertEqual("customer_potential" in arch, sees)
            with Form(self.partner.with_user(user)) as form:
                form.comment = f"<p>{user.login}</p>"


class TestLowSatisfaction(PlaybookCase):
    def typed(self, profile, rating, days_ago=0, company=None):
        return self.env["customer.satisfaction"].create(
            {
                "partner_id": profile.partner_id.id,
                "rating": rating,
                "date": self.day(days_ago),
                "company_id": (company or self.company).id,
            }
        )

    def play(self, **values):
        return self.playbook(trigger="low_satisfaction", segment_ids=[Command.clear()], **values)

    def test_an_activity_for_each_time(self):
        playbook = self.play()
        bad, good = self.scored(name="Bad"), self.scored(name="Good")
        self.typed(bad, "2")
        self.typed(good, "3")
        self.next_day()
        self.work()
        self.assertEqual(len(self.activities_of(bad)), 1)
        self.assertFalse(self.activities_of(good))
        self.next_day()
        self.work()
        self.assertEqual(len(self.entries_of(bad)), 1, "once for each time it was typed in")
        self.assertIn("Is dissatisfied", playbook.when_in_words)

    def test_satisfied_again(self):
        self.play()
        profile = self.scored()
        self.typed(profile, "1")
        self.next_day()
        self.work()
        self.assertEqual(self.entries_of(profile).state, "open")
        self.typed(profile, "5")
        self.next_day()
        self.work()
        entry = self.entries_of(profile)
        self.assertEqual(entry.state, "cancelled")
        self.assertIn("satisfied again", entry.closing_reason)

    def test_before_the_start_and_for_whoever_is_now(self):
        profile = self.scored()
        self.typed(profile, "1", 40)
        playbook = self.play()
        self.next_day()
        self.work()
        self.assertFalse(self.entries_of(profile))
        self.assertEqual(self.env["customer.playbook.entrance"]._candidates_now(playbook), profile)

    def test_in_its_company(self):
        self.play()
        profile = self.scored()
        self.typed(profile, "1", company=self.other_company())
        self.next_day()
        self.work()
        self.assertFalse(self.entries_of(profile))

    def test_the_preset(self):
        playbook = self.env["customer.playbook"].search([("name", "=", "Dissatisfied Customer")])
        self.assertFalse(playbook, "the class starts without playbooks")
        profile = self.scored()
        self.assertFalse(profile.satisfaction_in_words)
        self.typed(profile, "2").comment = "Late delivery"
        self.env.invalidate_all()
        self.assertRegex(profile.satisfaction_in_words, r"^2 of 5 on .+: Late delivery$")
