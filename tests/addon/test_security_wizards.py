"""A row of a dialog belongs to who made it, and holds nothing its maker may not read; every dialog there is."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .security_samples import SamplesCase

OTHERS = ("scores_manager", "both_manager", "south_manager", "seller", "employee")
CREATOR = "sales_manager"


@tagged("post_install", "-at_install")
class TestSecurityWizards(SamplesCase):
    def wizards(self):
        names = self.our_models(transient=True)
        self.assertIn("customer.tier.override", names)
        return names

    def test_every_dialog_keeps_rows_for_their_maker(self):
        for name in self.wizards():
            with self.subTest(model=name):
                self.assertIsInstance(self.env[name], self.registry["customer.wizard"])

    def test_a_row_belongs_to_who_made_it(self):
        for name in self.wizards():
            row = self.sample(name, "north", self.user[CREATOR])
            self.assertEqual(row.create_uid, self.user[CREATOR])
            self.assertGranted(self.model(name, CREATOR).browse(row.id).read, ["create_date"])
            self.assertIn(row, self.model(name, CREATOR).search([]))
            for role in OTHERS:
                with self.subTest(model=name, role=role):
                    self.check_closed(self.model(name, role).browse(row.id))

    def check_closed(self, row):
        self.env.invalidate_all()
        self.assertRefused(row.read, ["create_date"])
        self.assertRefused(row.web_read, {"display_name": {}})
        self.assertRefused(row.write, {})
        self.assertRefused(row.unlink)
        self.assertRefused(row.export_data, ["display_name"])
        if row.has_access("read"):  # the model, not the row
            self.fail("readable")
        if row.browse().has_access("read"):
            self.assertFalse(row.search([("id", "=", row.id)]))
            self.assertFalse(row.search_count([("id", "=", row.id)]))

    def test_nothing_can_be_done_with_the_row_of_somebody_else(self):
        for name in self.wizards():
            row = self.sample(name, "north", self.user[CREATOR])
            methods = self.our_methods(name)
            for role in OTHERS:
                theirs = self.model(name, role).browse(row.id)
                for method, function in methods.items():
                    if getattr(function, "_api_model", False):
                        continue
                    with self.subTest(model=name, role=role, method=method):
                        self.assertRefused(self.call, theirs, method, function)

    def test_a_line_does_not_enter_the_dialog_of_somebody_else(self):
        for name in self.wizards():
            parents = {
                field.name: field.comodel_name
                for field in self.env[name]._fields.values()
                if field.type == "many2one" and field.store and self.registry[field.comodel_name]._transient
            }
            for field, model in parents.items():
                own = self.sample(name, "north", self.user["scores_manager"])
                foreign = self.sample(model, "north", self.user[CREATOR])
                line = self.model(name, "scores_manager").browse(own.id)
                with self.subTest(model=name, field=field):
                    self.assertRefused(line.write, {field: foreign.id})
                    own.sudo()[field] = foreign
                    self.assertRefused(line.read, ["create_date"])

    # ------------------------------------------------------------------ what is put in

    def references(self, name):
        """Fields of a dialog that a user fills, and a record of company South for each."""
        for field in self.env[name]._fields.values():
            if not field.store or field.compute or field.type not in ("many2one", "many2many"):
                continue
            foreign = self.samples["south"].get(field.comodel_name)
            if foreign and not self.model(foreign._name, CREATOR).browse(foreign.ids).has_access("read"):
                yield field, foreign.id if field.type == "many2one" else [Command.set(foreign.ids)]

    def test_a_dialog_takes_no_record_its_user_may_not_read(self):
        tried = set()
        for name in self.wizards():
            dialogs = self.model(name, CREATOR)
            own = dialogs.browse(self.sample(name, "north", self.user[CREATOR]).id)
            values = self.values(name, "north", self.user[CREATOR])
            for field, foreign in self.references(name):
                tried.add((name, field.name))
                with self.subTest(model=name, field=field.name):
                    self.assertRefused(dialogs.create, {**values, field.name: foreign})
                    self.assertRefused(own.write, {field.name: foreign})
                    asked = {other: {} for other in dialogs._fields}
                    self.assertRefused(dialogs.onchange, {field.name: foreign}, [field.name], asked)
        self.assertIn(("customer.playbook.start", "company_id"), tried)
        self.assertIn(("customer.tier.override", "profile_ids"), tried)

    def test_a_default_of_the_request_brings_in_no_record_either(self):
        for name in self.wizards():
            for field, foreign in self.references(name):
                dialogs = self.model(name, CREATOR).with_context(**{f"default_{field.name}": foreign})
                with self.subTest(model=name, field=field.name):
                    try:
                        defaults = dialogs.default_get([field.name])
                    except AccessError:
                        continue
                    self.assertNotEqual(defaults.get(field.name), foreign)

    def test_chosen_customers_of_a_list_are_checked_too(self):
        foreign = self.samples["south"]["customer.segmentation.profile"]
        chosen = {"active_model": foreign._name, "active_ids": foreign.ids}
        dialogs = self.model("customer.segmentation.exclude", CREATOR).with_context(**chosen)
        self.assertRefused(dialogs.default_get, ["partner_ids"])


@tagged("post_install", "-at_install")
class TestSecurityWizardFiles(SamplesCase, HttpCase):
    def test_a_file_is_downloaded_by_who_made_it_only(self):
        for name in self.our_models(transient=True):
            for field in self.env[name]._fields.values():
                if field.type not in ("binary", "image"):
                    continue
                row = self.sample(name, "north", self.user[CREATOR])
                row.sudo()[field.name] = b"U2VjcmV0"
                url = f"/web/content/{name}/{row.id}/{field.name}"
                with self.subTest(model=name, field=field.name):
                    self.assertEqual(self.got(CREATOR, url), b"Secret")
                    for role in (*OTHERS, "portal", None):
                        self.assertNotIn(b"Secret", self.got(role, url))
                        self.assertNotIn(b"Secret", self.got(role, url.replace("content", "image")))

    def got(self, role, url):
        login = self.user[role].login if role else None
        self.authenticate(login, login)
        return self.url_open(url).content
