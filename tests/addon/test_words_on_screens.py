"""What screens call things: nothing English is shown to a Chinese user, and no two fields of a record look the same."""

import re
from collections import defaultdict
from pathlib import Path

import polib

from odoo import fields
from odoo.modules.module import get_manifest
from odoo.tests import TransactionCase, tagged

from dev import environment

from .test_translations import LATIN, LATIN_WORD

CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Names of places and of people's own making are not translated.
NOT_WORDS = {"tz"}
IN_SCRIPTS = re.compile(r"""\b_t\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`([^`]*)`)""")


class LabelChecks:
    """What holds for the labels of every addon that is installed."""

    def setUp(self):
        super().setUp()
        addons = environment.own_addons()
        self.installed = {addon for addon in addons if addon in self.env.registry._init_modules}

    def labels(self, lang):
        """(model, {field: what it is told as}, names of our fields) of each model with fields of ours."""
        for name, model in sorted(self.env.registry.items()):
            ours = {field.name for field in model._fields.values() if self.installed & set(field._modules)}
            if ours:
                told = self.env[name].with_context(lang=lang)
                attributes = ["string", "help", "selection", "searchable"]
                yield name, told.fields_get(attributes=attributes), ours

    def test_nothing_english_is_shown_to_a_chinese_user(self):
        seen, english = set(), defaultdict(list)
        for model, told, ours in self.labels("zh_CN"):
            for name in ours & told.keys() - NOT_WORDS:
                choices = [label for _value, label in told[name].get("selection") or []]
                for text in filter(None, [told[name]["string"], told[name].get("help"), *choices]):
                    seen.add(text)
                    if not CHINESE.search(text) and set(LATIN_WORD.findall(text)) - LATIN:
                        english[text].append(f"{model}.{name}")
        self.assertGreater(len(seen), 500)
        self.assertFalse(dict(english))

    def test_no_choice_is_translated_by_an_addon_that_came_before_its_model(self):
        """Whoever installs an app later reads the choices its models inherit in English: only the app's own file is
        read then. Such a choice is said by code, or by the field it repeats."""
        wrong = []
        for name, model in self.env.registry.items():
            home = model._original_module
            for field in model._fields.values() if home in self.installed else ():
                plain = (
                    field.type == "selection"
                    and type(field)._description_selection is fields.Selection._description_selection
                )
                if plain:
                    told_by = {
                        module for modules in field._selection_modules(self.env[name]).values() for module in modules
                    }
                    wrong += [(str(field), module) for module in told_by if home not in self.with_depends(module)]
        self.assertFalse(wrong)

    def with_depends(self, module):
        """An addon and all it depends on."""
        depends = get_manifest(module)["depends"] if module in self.installed else ()
        return {module}.union(*map(self.with_depends, depends))

    def test_no_two_fields_of_a_record_are_called_alike(self):
        """They stand beside each other where people choose fields: conditions, groups, columns, exports."""
        for lang in ("en_US", "zh_CN"):
            for model, told, ours in self.labels(lang):
                called = defaultdict(set)
                for name, description in told.items():
                    if name in ours or description.get("searchable"):
                        called[description["string"]].add(name)
                for label, names in called.items():
                    if len(names) > 1 and names & ours:
                        self.fail(f"{model}, {lang}: {sorted(names)} are all called {label}")

    def test_every_text_of_a_script_is_translated(self):
        """Odoo leaves texts without two letters or digits out of the files, so that they stay English."""
        for addon in self.installed:
            folder = Path(environment.REPOSITORY_ROOT, addon)
            entries = polib.pofile(str(folder / "i18n" / "zh_CN.po"))
            translated = {entry.msgid for entry in entries if entry.msgstr}
            for file in (folder / "static" / "src").rglob("*.js"):
                for texts in IN_SCRIPTS.findall(file.read_text()):
                    text = "".join(texts).replace('\\"', '"')
                    with self.subTest(file=file.name, text=text):
                        self.assertIn(text, translated)


@tagged("post_install", "-at_install")
class TestLabels(LabelChecks, TransactionCase):
    pass
