"""What the demo addon is made of, and that nothing but `bin/demo` installs it."""

import ast
import sys

import pytest

from dev import environment, odoo_command
from dev import test as test_command
from shop import words

FOLDER = environment.REPOSITORY_ROOT / environment.DEMO_ADDON
FROM_ODOO = {"dateutil", "markupsafe", "pytz"}  # packages wherever Odoo is


def manifest(addon):
    return ast.literal_eval((environment.REPOSITORY_ROOT / addon / "__manifest__.py").read_text(encoding="utf-8"))


def imported(path):
    """Names of what a file imports: of packages, and dots for what lies outside of its folder."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level != 1:
            yield "." * node.level + (node.module or "").split(".")[0]


@pytest.mark.parametrize("path", sorted((FOLDER / "shop").rglob("*.py")), ids=lambda path: path.stem)
def test_the_shop_needs_neither_odoo_nor_anything_outside_of_itself(path):
    assert set(imported(path)) <= {*sys.stdlib_module_names, *FROM_ODOO}


def test_nobody_gets_the_demo_who_does_not_ask_for_it():
    assert not manifest(environment.DEMO_ADDON).get("auto_install")
    assert environment.MAIN_ADDON in manifest(environment.DEMO_ADDON)["depends"]
    others = environment.own_addons()
    assert environment.DEMO_ADDON not in others
    assert not any(environment.DEMO_ADDON in manifest(addon)["depends"] for addon in others)


def test_the_lint_reads_every_addon_the_demo_as_well():
    *_, odoos_rules = test_command.lint_commands("python")
    assert {environment.MAIN_ADDON, environment.DEMO_ADDON} <= set(odoos_rules)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("… odoo.modules.loading: Loading module sale (23/67) ", ("sale", "23", "67")),
        (
            "… odoo.addons.customer_segmentation_demo.shop.session: Loading e-mails and notes (200/2400) 12 0.1 0.2",
            ("e-mails and notes", "200", "2400"),
        ),
    ],
)
def test_the_terminal_shows_how_far_modules_and_records_are(line, shown):
    assert odoo_command.LOADING.search(line).groups() == shown


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_what_the_demo_refuses_is_said_in_one_sentence_with_its_remedy(language):
    texts = words.of(language).TEXTS
    assert "rep, lea" in texts["not_empty"].format(logins="rep, lea")
    said = texts["no_time"].format(seconds=120, database="shop")
    assert "120" in said and f"-d shop -i {environment.DEMO_ADDON}" in said
