"""Asking as a role: each answer is searched for what the role must not see, whatever the table says."""

from odoo.service.model import call_kw

from . import rights_introspection as introspection
from .rights_outcomes import CRASH, NOTHING_THERE, Answer, ask, leaks
from .rights_world import RightsCase

SCOPES = ("own", "colleague", "abroad")


class AskingCase(RightsCase):
    addon = introspection.ADDON  # and addons whose name begins so: what is asked about

    def our_models(self):
        return introspection.our_models(self.env, self.addon)

    def public_methods(self):
        return introspection.public_methods(self.env, self.addon)

    def setUp(self):
        super().setUp()
        self.wrong = []
        self.written_before = {}

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

    def ask_operation(self, model, role, operation, call):
        """As `ask_scopes`; whom the model refuses whatever the row is asked once, for the first row there is."""
        if self.as_role(model, role).has_access(operation):
            return self.ask_scopes(model, role, call)
        rows = self.scopes(model, role)
        row = next(filter(None, rows.values()), None)
        answer = call(row) if row else Answer(NOTHING_THERE)
        return {scope: answer if row else Answer(NOTHING_THERE) for scope, row in rows.items()}

    def assertNothingWrong(self, *wrong):
        every = [*self.wrong, *wrong]
        if every:
            self.fail(f"{len(every)} wrong:\n" + "\n".join(sorted(set(every))))

    # ------------------------------------------------------------------ what is left alone

    def fingerprint(self, role, tables=None):
        """What the other company's rows hold; the same before and after whatever the role calls.

        :param tables: those of these models; of all of ours otherwise
        """
        abroad = self.abroad(role)
        found = {}
        for model in introspection.our_models(self.env):
            records = self.env[model].sudo().with_context(active_test=False)
            domain = self.rows.company_domain(model, abroad.company)
            if records._auto and domain and (tables is None or records._table in tables):
                ids = tuple(records._search(domain).get_result_ids())
                self.env.cr.execute(
                    f'SELECT md5(string_agg(t::text, $$|$$ ORDER BY id)) FROM "{records._table}" t WHERE id IN %s',
                    [ids or (0,)],
                )
                found[model] = self.env.cr.fetchone()[0]
        return found

    def written(self):
        """{table of ours: how many rows this transaction has written so far}."""
        self.env.cr.execute(
            """SELECT relname, pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
                             + pg_stat_get_xact_tuples_deleted(oid)
                 FROM pg_class WHERE relname IN %s AND relkind = 'r' AND pg_table_is_visible(oid)""",
            [tuple(self.env[model]._table for model in introspection.our_models(self.env))],
        )
        return dict(self.env.cr.fetchall())

    def watched(self, role, what, call):
        """A call that says when it changes rows of the other company."""

        def watching():
            said = call()
            self.env.flush_all()
            if self.is_abroad(role):
                tables = self.newly_written()
                now = self.fingerprint(role, tables) if tables else {}
                changed = [model for model, found in now.items() if self.fingerprints[role][model] != found]
                self.wrong += [f"{what} as {role} changes {model} of the other company" for model in changed]
            return said

        return watching

    def newly_written(self):
        """Tables of ours that were written since this was last asked; what was undone is counted, too."""
        before, self.written_before = self.written_before, self.written()
        return {table for table, count in self.written_before.items() if count != before.get(table)}
