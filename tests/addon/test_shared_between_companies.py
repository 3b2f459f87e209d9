"""What several companies use together does not change under one of them: refused, or copied for who changes it."""

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .security_common import SecurityCase


@tagged("post_install", "-at_install")
class SharedCase(SecurityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.north, cls.south = (cls.policy[cls.company[name]] for name in ("north", "south"))
        cls.scheme = cls.north.scheme_id

    def as_role(self, record, role="sales_manager"):
        return record.with_env(self.model(record._name, role).env)

    def assertUntouched(self, call):
        """Refused in words, and the other company's rules are what they were."""
        rules, version = self.env["customer.segmentation.rules"]._of(self.south), self.south.version
        with self.assertRaises(UserError), self.env.cr.savepoint():
            call()
            self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(
            (self.env["customer.segmentation.rules"]._of(self.south), self.south.version), (rules, version)
        )


class TestSchemes(SharedCase):
    def test_both_companies_are_scored_by_one_scheme(self):
        self.assertEqual(self.scheme, self.south.scheme_id)

    def test_one_companys_manager_changes_nothing_of_it(self):
        scheme = self.as_role(self.scheme)
        segment, scope = scheme.segment_ids[0], scheme.segment_ids[0].range_ids[0]
        other = self.as_role(self.env.ref("customer_segmentation.scheme_8_classes")).segment_ids[0]
        for call in (
            lambda: scheme.write({"name": "Mine"}),
            lambda: scheme.write({"segment_ids": [Command.update(segment.id, {"advice": "Mine"})]}),
            lambda: scheme.update_field_translations("name", {"en_US": "Mine"}),
            lambda: segment.write({"name": "Mine"}),
            lambda: segment.write({"sequence": 99}),
            lambda: segment.update_field_translations("advice", {"en_US": "Mine"}),
            lambda: segment.copy({"code": "mine"}),
            lambda: other.write({"scheme_id": scheme.id, "code": "mine"}),
            lambda: scope.write({"recency_min": 4}),
            lambda: scope.copy(),
            scope.unlink,
            segment.unlink,
            scheme.unlink,
            lambda: self.model("customer.playbook", "sales_manager").create(
                {"name": "Through a line", "segment_ids": [Command.update(segment.id, {"name": "Mine"})]}
            ),
        ):
            self.assertUntouched(call)

    def test_who_may_make_none_is_not_told_who_uses_the_scheme(self):
        segment = self.scheme.segment_ids[0]
        for role in ("portal", "employee", "seller"):
            segments, ranges = (self.model(name, role) for name in ("customer.segment", "customer.segment.range"))
            for call in (
                lambda segments=segments: segments.create({"name": "Mine", "scheme_id": self.scheme.id}),
                lambda segments=segments: segments.browse(segment.id).write({"scheme_id": self.scheme.id}),
                lambda ranges=ranges: ranges.create({"segment_id": segment.id}),
                lambda ranges=ranges: ranges.browse(segment.range_ids[0].id).write({"segment_id": segment.id}),
            ):
                self.assertRefused(call)

    def test_the_message_offers_a_copy(self):
        scheme = self.as_role(self.scheme)
        self.assertTrue(scheme.used_elsewhere)
        with self.assertRaisesRegex(UserError, "Copy for My Company"):
            scheme.segment_ids[0].name = "Mine"

    def test_a_copy_is_ones_own(self):
        before = self.env["customer.segmentation.rules"]._of(self.south)
        playbook = self.env["customer.playbook"].create(
            {"name": "Best", "summary": "Call", "segment_ids": self.scheme.segment_ids[:2].ids}
        )
        action = self.as_role(self.scheme).action_copy_for_company()
        copy = self.north.scheme_id
        self.assertEqual(action["res_id"], copy.id)
        self.assertNotEqual(copy, self.scheme)
        self.assertEqual(copy.segment_ids.mapped("code"), self.scheme.segment_ids.mapped("code"))
        self.assertEqual(
            playbook.segment_ids.filtered(lambda segment: segment.scheme_id == copy).mapped("code"),
            self.scheme.segment_ids[:2].mapped("code"),
            "playbooks go on",
        )
        self.as_role(copy).segment_ids[0].name = "Mine"
        self.assertFalse(self.as_role(copy).used_elsewhere)
        self.assertEqual(
            (self.south.scheme_id, self.env["customer.segmentation.rules"]._of(self.south)), (self.scheme, before)
        )
        self.assertEqual(self.north.recompute().state, "done")

    def test_who_works_in_all_companies_changes_it_for_all(self):
        self.user["both_manager"].company_ids |= self.env["customer.segmentation.policy"].search([]).company_id
        self.as_role(self.scheme, "both_manager").segment_ids[0].name = "Everybody's"
        self.assertEqual(self.scheme.segment_ids[0].name, "Everybody's")

    def test_presets_stay_usable(self):
        eight = self.env.ref("customer_segmentation.scheme_8_classes")
        policy = self.as_role(self.north)
        policy.write({"scheme_id": eight.id, **eight._banding(policy.bands)})
        self.assertEqual(self.north.scheme_id, eight)


class TestSchemesOfOneCompany(SharedCase):
    """What a company prepares or made of a preset is its own; a preset is everybody's."""

    def made(self, role="sales_manager", **values):
        """A copy of the preset, as a manager makes it with “Duplicate”."""
        return self.as_role(self.scheme, role).copy({"name": "Of North", **values})

    def test_no_other_company_sees_or_changes_it(self):
        scheme = self.made()
        self.assertEqual(scheme.sudo().company_id, self.north.company_id)
        segment = scheme.segment_ids.filtered("range_ids")[0]
        for record in (scheme, segment, segment.range_ids[0]):
            for role, company in (("south_manager", "south"), ("both_manager", "south")):
                with self.subTest(record=record, role=role):
                    theirs = self.model(record._name, role, company).with_context(active_test=False)
                    self.assertNotIn(record.id, theirs.search([]).ids)
                    theirs = theirs.browse(record.id)
                    self.assertRefused(theirs.read, ["display_name"])
                    self.assertRefused(theirs.write, {"sequence": 7})
                    self.assertRefused(theirs.copy)
                    self.assertRefused(theirs.unlink)
            for role in ("employee", "seller", "sales_manager"):
                self.assertGranted(self.as_role(record, role).read, ["display_name"])

    def test_no_other_company_is_scored_by_it(self):
        scheme = self.made()
        self.assertRefused(self.as_role(self.south, "south_manager").write, {"scheme_id": scheme.id})
        with self.assertRaisesRegex(UserError, "ompany"), self.env.cr.savepoint():
            self.south.scheme_id = scheme.sudo()
        self.as_role(self.north).scheme_id = scheme
        self.assertEqual(self.north.recompute().state, "done")
        with self.assertRaisesRegex(ValidationError, "another company"), self.env.cr.savepoint():
            scheme.sudo().company_id = self.south.company_id
        with self.assertRaisesRegex(ValidationError, "whole companies"), self.env.cr.savepoint():
            scheme.sudo().company_id = self.company["harbour"]

    def test_the_copy_for_a_company_is_that_companys(self):
        self.as_role(self.scheme).action_copy_for_company()
        copy = self.north.scheme_id
        self.assertEqual((self.scheme.company_id.id, copy.company_id), (False, self.north.company_id))

    def test_rules_of_old_are_restored_as_a_scheme_of_ones_own(self):
        mine, preset = self.made(active=True), self.scheme
        self.as_role(self.north).scheme_id = mine
        rules = self.env["customer.segmentation.rules"]._of(self.north)
        self.as_role(self.north).scheme_id = preset
        mine.sudo().company_id = self.south.company_id
        self.env["customer.segmentation.rules"]._set(self.north, rules)
        again = self.north.scheme_id
        self.assertNotIn(again, mine + preset)
        self.assertEqual(again.company_id, self.north.company_id)

    def test_presets_are_made_and_taken_by_who_works_everywhere(self):
        eight = self.env.ref("customer_segmentation.scheme_8_classes")
        for call in (
            lambda: self.made(company_id=False),
            lambda: setattr(self.made(), "company_id", False),
            lambda: setattr(self.as_role(eight), "company_id", self.north.company_id),
        ):
            with self.assertRaisesRegex(UserError, "preset for every company"), self.env.cr.savepoint():
                call()
        user = self.user["both_manager"]
        user.company_ids |= self.env["customer.segmentation.policy"].search([]).company_id
        self.made("both_manager").company_id = False

    def test_a_new_company_begins_with_a_preset(self):
        schemes = self.env["customer.segment.scheme"]
        self.made(sequence=-5)
        self.scheme.active = True
        company = self.env["res.company"].create({"name": "East"})
        policy = self.env["customer.segmentation.policy"]._of_company(company)
        self.assertEqual((policy.scheme_id, schemes._default()), (self.scheme, self.scheme))


class TestWhatEveryCompanyUses(SharedCase):
    def test_holidays_and_reasons_are_not_changed_by_one_company(self):
        for name in ("customer.holiday", "customer.churn.reason"):
            record = self.env[name].search([], limit=1)
            mine = self.as_role(record)
            with self.subTest(model=name):
                for call in (
                    lambda mine=mine: mine.write({"name": "Mine"}),
                    lambda mine=mine: mine.update_field_translations("name", {"en_US": "Mine"}),
                    mine.unlink,
                ):
                    self.assertUntouched(call)
        self.assertUntouched(
            lambda: self.model("customer.holiday", "sales_manager").create({"name": "Mine", "date": "2031-01-01"})
        )

    def test_a_manager_of_every_company_changes_them(self):
        user = self.user["both_manager"]
        user.company_ids |= self.env["customer.segmentation.policy"].search([]).company_id
        holiday = self.env["customer.holiday"].search([], limit=1)
        self.as_role(holiday, "both_manager").name = "Ours"
        self.assertEqual(holiday.name, "Ours")
