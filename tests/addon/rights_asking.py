"""Asking as a role: each answer is searched for what the role must not see, whatever the table says."""

import re
from contextlib import suppress

from odoo.exceptions import UserError
from odoo.service.model import call_kw

from . import rights_introspection as introspection
from .rights_outcomes import CRASH, NOTHING_THERE, Answer, ask, leaks
from .rights_world import RightsCase

SCOPES = ("own", "colleague", "abroad")
CONTENT = re.compile(r"/web/content/(?P<model>[a-z.]+)/(?P<id>\d+)/(?P<field>\w+)")
REPORT = re.compile(r"/report/html/(?P<name>[\w.]+)/(?P<id>\d+)")


class AskingCase(RightsCase):
    addon = introspection.ADDON  # and addons whose name begins so: what is asked about

    def our_models(self):
        return introspection.our_models(self.env, self.addon)

    def public_methods(self):
        return introspection.public_methods(self.env, self.addon)

    def setUp(self):
        super().setUp()
        self.wrong = []
        self.specifications = {}

    def as_role(self, model, role, **context):
        """The model as a role's request sees it."""
        return self.model(model, role).with_context(**context)

    def ask(self, role, what, call):
        """The answer to a call; what it leaks, and that it breaks, is kept in `wrong`."""
        answer = ask(self.env, call)
        if answer.outcome == CRASH:
            self.wrong.append(f"{what} as {role} breaks: {answer.text[:300]}")
        for found in leaks(answer.text, self.foreign_text[role]):
            self.wrong.append(f"{what} as {role} says {found}")
        return answer

    def rpc_answer(self, role, model, method, *args, **kwargs):
        """Ask what the web client would call."""
        return self.ask(role, f"{model}.{method}", self.request(role, model, method, *args, **kwargs))

    def request(self, role, model, method, *args, context=None, **kwargs):
        """A call as the web client sends it, which says in the context in which companies one works."""
        records = self.model(model, role)
        kwargs["context"] = {**records.env.context, **(context or {})}
        return lambda: call_kw(records, method, list(args), kwargs)

    def cell(self, answers):
        """The outcomes of the scopes as a cell of a table: a sign for each."""
        return "".join(answers[scope].outcome if scope in answers else NOTHING_THERE for scope in SCOPES)

    def ask_scopes(self, model, role, call):
        """{scope: answer} of a call of a row."""
        rows = self.scopes(model, role)
        return {scope: call(row) if row else Answer(NOTHING_THERE) for scope, row in rows.items()}

    def specification(self, model, role):
        if (model, role) not in self.specifications:
            self.specifications[model, role] = introspection.specification(self.as_role(model, role))
        return self.specifications[model, role]

    def assertNothingWrong(self, *wrong):
        every = [*self.wrong, *wrong]
        if every:
            self.fail(f"{len(every)} wrong:\n" + "\n".join(sorted(set(every))))

    # ------------------------------------------------------------------ what an action opens

    def followed(self, role, said):
        """What a method returned, and what the screen or page shows that it opens."""
        found = [said]
        if isinstance(said, dict) and said.get("type"):
            with suppress(UserError, ValueError):
                found.append(self.opened(role, said))
        return found

    def opened(self, role, action):
        if action["type"] == "ir.actions.act_window":
            return self.window(role, action)
        if action["type"] == "ir.actions.report":
            return self.page(role, action["report_name"], action["context"].get("active_ids") or [])
        url = action.get("url") or ""
        if report := REPORT.search(url):
            return self.page(role, report["name"], [int(report["id"])])
        if content := CONTENT.search(url):
            row = self.as_role(content["model"], role).browse(int(content["id"]))
            return row.read([content["field"]])
        return ""

    def window(self, role, action):
        model = self.as_role(action["res_model"], role, **self.plain_context(action.get("context")))
        specification = {name: {} for name in introspection.plain_fields(model)}
        if action.get("res_id"):
            return model.browse(action["res_id"]).web_read(specification)
        if action.get("target") == "new":
            return model.onchange({}, [], specification)
        domain = action.get("domain") or []
        return model.web_search_read(domain if isinstance(domain, list) else [], specification, limit=5)

    def plain_context(self, context):
        context = context if isinstance(context, dict) else {}
        return {key: value for key, value in context.items() if key.startswith(("default_", "active_"))}

    def page(self, role, report, ids):
        return self.as_role("ir.actions.report", role)._render_qweb_html(report, ids)[0].decode()

    # ------------------------------------------------------------------ what is left alone

    def fingerprint(self, role):
        """What the other company's rows hold; the same before and after whatever the role calls."""
        abroad = self.abroad(role)
        found = {}
        for model in introspection.our_models(self.env):
            records = self.env[model].sudo().with_context(active_test=False)
            domain = self.rows.company_domain(model, abroad.company)
            if records._auto and domain:
                query = records._search(domain)
                # the day a row was refreshed says nothing
                self.env.cr.execute(
                    f'SELECT md5(string_agg(t::text, $$|$$ ORDER BY id)) FROM "{records._table}" t WHERE id IN %s',
                    [tuple(query.get_result_ids()) or (0,)],
                )
                found[model] = self.env.cr.fetchone()[0]
        return found

    def writes(self):
        """How many rows this transaction has written so far."""
        self.env.cr.execute("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables")
        return self.env.cr.fetchone()[0]

    def watched(self, role, what, call):
        """A call that says when it changes rows of the other company."""

        def watching():
            before = self.writes()
            said = call()
            self.env.flush_all()
            if self.is_abroad(role) and self.writes() != before:
                now = self.fingerprint(role)
                changed = [model for model, kept in self.fingerprints[role].items() if now[model] != kept]
                self.wrong += [f"{what} as {role} changes {model} of the other company" for model in changed]
            return self.followed(role, said)

        return watching
