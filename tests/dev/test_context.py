"""Of what a request says in its context, nothing is heeded but what a button, a page or Odoo itself says there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = sorted(
    file for file in ROOT.glob("customer_segmentation*/**/*.py") if "demo" not in file.parts[len(ROOT.parts)]
)
MAY_BE_SAID = {
    "ladder": "a button: which preset, a word out of some",
    "keep_tiers": "a button: whether the tier is kept, or another one chosen",
    "value_preset": "a button: which preset, a word out of some",
    "over_other_changes": "a button: yes, although the rules were changed meanwhile",
    "preview_domain": "a button: which customers of a preview are listed",
    "figures_day": "a page: of which day its own figures are; nothing is kept of them",
    "figures_since": "a page: from which day its own figures are; nothing is kept of them",
    "figures_until": "a page: up to which day its own figures are; nothing is kept of them",
    "default_res_model": "Odoo: what an activity is planned for; read to refuse it",
    "restored": "compared with a class of our own",
    "active_model": "Odoo: what was selected",
    "active_ids": "Odoo: what was selected",
    "allowed_company_ids": "Odoo: checked by it",
    "cron_id": "Odoo: only refuses",
    "start_datetime": "Odoo: the days of a digest",
    "end_datetime": "Odoo: the days of a digest",
}
READ_AS_A_WHOLE = {
    "context.py": "reads what code says",
    "customer_playbook_engine.py": "cleans it",
    "customer_guarded.py": "checks defaults",
    "customer_company_condition.py": "gives it a short name",
}
SETS = re.compile(r"with_context\(([^()]*)")
ODOO_HEEDS = {
    "lang",
    "tz",
    "active_test",
    "allowed_company_ids",
    "display_default_code",
    "mail_auto_subscribe_no_notify",
}


def test_what_is_read_as_it_is_may_be_said():
    """Else it is said by `by_code` and read by `said`."""
    wrong = []
    for file in FILES:
        text = file.read_text()
        keys = re.findall(r"\bcontext(?:\.get\(\s*|\[)[\"'](\w+)", text)
        wrong += [(file.name, key) for key in keys if key not in MAY_BE_SAID]
        if file.name not in READ_AS_A_WHOLE:
            wrong += [(file.name, whole) for whole in re.findall(r"\benv\.context\b(?!\.get\(\s*[\"']).*", text)]
    assert not wrong


def test_what_code_says_no_request_can_say():
    """A plain value of our own key would be read by somebody who cannot tell who said it."""
    wrong = [
        (file.name, key)
        for file in FILES
        for arguments in SETS.findall(file.read_text())
        for key in re.findall(r"(?:^|,)\s*(\w+)\s*=\s*(?!Told\.|Restored|=)", arguments)
        if key not in ODOO_HEEDS | MAY_BE_SAID.keys()
    ]
    assert not wrong
