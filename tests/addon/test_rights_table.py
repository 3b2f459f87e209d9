"""Every model and every public method of ours, asked for by every role, for rows of its own and of others.

The outcomes are kept in three tables, a line a subject and a column a role:

rights_of_models.txt   what is granted of the role's own row / of a colleague's, where rows are personal / of one of the
                       other company: r read, w write, c create, d delete; a capital letter is refused because of the
                       values alone, for everybody who has the right; nothing at all is -
rights_of_methods.txt  the same three: + granted, - refused, 0 nothing found, w refused in words, . no such row
rights_of_fields.txt   a value the row has, written again: + accepted, - refused, w refused in words

    CUSTOMER_SEGMENTATION_WRITE_TABLE=1 bin/test --fast tests/addon/test_rights_table.py

writes the tables anew; what became different is then read by eye. A model, method or field somebody adds is asked for
by itself. What no table can allow is asserted whatever is in it: nobody is told a name or an amount of a company that
is not theirs, nobody changes its rows, the portal and the public are told nothing, nothing breaks.
"""

from pathlib import Path

from odoo.fields import Command
from odoo.models import MAGIC_COLUMNS
from odoo.tests import tagged

from . import rights_introspection as introspection
from . import rights_roads, rights_table
from .rights_asking import SCOPES
from .rights_outcomes import CRASH, GRANTED, IN_WORDS, NOTHING_THERE, Answer
from .rights_rows import CREATED, KNOWN, nothing_more

OPERATIONS = {"r": "read", "w": "write", "c": "create", "d": "unlink"}
# Methods look at groups and companies; whose documents one sees is asked for where rows are read. A manager of the
# other company would be told the same, from the other side.
CALLERS = ("portal", "employee", "seller", "scores_user", "scores_manager", "sales_manager")
# Each set of rights that writes anything.
WRITERS = ("employee", "seller", "scores_user", "scores_manager", "sales_manager")


@tagged("post_install", "-at_install")
class TestRights(rights_roads.RoadsCase):
    folder = Path(__file__).parent

    def test_every_model_has_a_row_in_both_companies(self):
        """Otherwise nothing is asked: say in `rights_rows` how one is made, or put it into the world."""
        for model in self.our_models():
            for role in ("sales_manager", "south_manager"):
                with self.subTest(model=model, role=role):
                    self.assertTrue(self.rows.get(model, self.places[role]), self.rows.failed.get(model))

    def test_operations(self):
        found = {
            model: {role: self.cell_of_operations(model, role) for role in self.names} for model in self.our_models()
        }
        different = rights_table.differences(self.folder / "rights_of_models.txt", self.names, found)
        self.assertNothingWrong(*different)

    def cell_of_operations(self, model, role):
        """What is granted of the own row, a colleague's and the other company's, a letter for each operation."""
        answers = {letter: getattr(self, f"ask_{name}")(model, role) for letter, name in OPERATIONS.items()}
        scopes = [
            "".join(self.letter(letter, of_scopes.get(scope)) for letter, of_scopes in answers.items()) or "-"
            for scope in SCOPES
        ]
        while len(scopes) > 1 and scopes[-1] == "-":
            scopes.pop()
        return "/".join(scopes)

    def letter(self, letter, answer):
        """Of an operation that was granted; a capital one when it was refused in words, the values being at fault."""
        outcome = answer.outcome if answer else NOTHING_THERE
        return {GRANTED: letter, IN_WORDS: letter.upper(), CRASH: CRASH}.get(outcome, "")

    def ask_read(self, model, role):
        as_role = self.as_role(model, role)
        # a query runs again for each field that is computed
        fields_to_read = introspection.fields_to_read if as_role._auto else introspection.plain_fields
        specification = {name: {} for name in fields_to_read(as_role)}
        return self.ask_operation(
            model, role, "read", lambda row: self.rpc_answer(role, model, "web_read", row.ids, specification)
        )

    def ask_write(self, model, role):
        """The value the row has, in a field a form would write."""

        def write(row):
            # nobody writes a query, and reading one takes long
            value = self.same_value(row) if row._auto else {"display_name": "Another"}
            return self.rpc_answer(role, model, "write", row.ids, value)

        return self.ask_operation(model, role, "write", write)

    def same_value(self, row):
        fields = [
            field
            for name, field in row._fields.items()
            if field.store and name not in MAGIC_COLUMNS and not field.compute
        ]
        plain = [
            field for field in fields if field.type in ("char", "text", "integer", "boolean", "selection", "float")
        ]
        for field in sorted(plain, key=lambda field: (bool(field.readonly), field.type)):
            return {field.name: row[field.name]}
        return {fields[0].name: fields[0].convert_to_write(row[fields[0].name], row)}

    def ask_unlink(self, model, role):
        return self.ask_operation(model, role, "unlink", lambda row: self.rpc_answer(role, model, "unlink", row.ids))

    def ask_create(self, model, role):
        """A row of the own company, and one of the other company, where rows have one."""
        own = self.places[role]
        values = {"own": self.created_values(model, own)}
        if self.rows.has_company(model) and self.as_role(model, role).has_access("create"):
            abroad = self.abroad(role)._replace(name=own.name, amount=own.amount)  # what one typed oneself is no leak
            values["abroad"] = self.created_values(model, abroad) | self.rows.company_values(model, abroad)
        return {scope: self.rpc_answer(role, model, "create", of_scope) for scope, of_scope in values.items()}

    def created_values(self, model, place):
        values = self.rows.values(model, place, required=True)
        return values | CREATED.get(model, nothing_more)(self.rows, place)

    # ------------------------------------------------------------------ methods

    def test_methods(self):
        self.fingerprints = {role: self.fingerprint(role) for role in CALLERS}
        found = {}
        for model, method in self.public_methods():
            ask = self.ask_of_model if introspection.of_model(self.env, model, method) else self.ask_of_row
            found[f"{model}.{method}"] = {role: self.cell(ask(role, model, method)) for role in CALLERS}
        different = rights_table.differences(self.folder / "rights_of_methods.txt", CALLERS, found)
        self.assertNothingWrong(*different)

    def ask_of_model(self, role, model, method):
        """For the own company and, where something says so, for the other one."""
        places = {"own": self.places[role], "abroad": self.abroad(role)}
        return {scope: self.called(role, model, method, place) for scope, place in places.items()}

    def ask_of_row(self, role, model, method):
        if introspection.is_ours(self.env.registry[model]):
            rows = self.scopes(model, role)
        else:
            rows = {"own": self.document(model, self.places[role]), "abroad": self.document(model, self.abroad(role))}
        return {
            scope: self.called(role, model, method, self.places[role], row) if row else Answer(NOTHING_THERE)
            for scope, row in rows.items()
        }

    def called(self, role, model, method, place, row=None):
        arguments = introspection.arguments(self.env, model, method, place)
        context = introspection.request_context(place, row)
        ids = [] if introspection.of_model(self.env, model, method) else [row.ids]
        what = f"{model}.{method}"
        request = self.request(role, model, method, *ids, context=context, **arguments)
        return self.ask(role, what, self.watched(role, what, request))

    def test_methods_without_a_context(self):
        """What a button sends along is asked for, not presumed."""
        role = "sales_manager"
        for model, method in self.public_methods():
            of_model = introspection.of_model(self.env, model, method)
            row = None if of_model else self.row_of(model, self.places[role])
            if of_model or row:
                arguments = introspection.arguments(self.env, model, method, self.places[role])
                self.rpc_answer(role, model, method, *([row.ids] if row else []), **arguments)
        self.assertNothingWrong()

    def row_of(self, model, place):
        ours = introspection.is_ours(self.env.registry[model])
        return self.rows.get(model, place) if ours else self.document(model, place)

    def document(self, model, place):
        """A record of a model of Odoo that is of the place."""
        if model in KNOWN:
            return KNOWN[model](self.rows, place)
        return self.env[model].sudo().search(self.rows.company_domain(model, place.company), limit=1)

    # ------------------------------------------------------------------ fields

    def test_fields_written(self):
        """Which fields are accepted from whom: what the engine writes is accepted from nobody."""
        found = {}
        for model in introspection.our_models(self.env):
            for role in WRITERS:
                row = self.rows.get(model, self.places[role])
                if row and self.as_role(model, role).has_access("write"):
                    for name in self.written_fields(row):
                        value = row._fields[name].convert_to_write(row[name], row)
                        answer = self.rpc_answer(role, model, "write", row.ids, {name: value})
                        found.setdefault(f"{model}.{name}", {})[role] = answer.outcome
        different = rights_table.differences(self.folder / "rights_of_fields.txt", WRITERS, found)
        self.assertNothingWrong(*different)

    def written_fields(self, row):
        names = introspection.our_fields(type(row), self.addon)
        fields = [row._fields[name] for name in names if name not in MAGIC_COLUMNS]
        return [field.name for field in fields if field.store or field.inverse]

    def test_nothing_moves_to_another_company(self):
        """Nobody makes a row of his lead to what is of a company that is not his."""
        for model in self.our_models():
            for role in self.names:
                row = self.rows.get(model, self.places[role])
                if row and self.is_abroad(role) and self.as_role(model, role).has_access("write"):
                    self.ask_moves(model, role, row)
        self.assertNothingWrong()

    def ask_moves(self, model, role, row):
        for name, field in row._fields.items():
            if field.type not in ("many2one", "many2many") or not (field.store or field.inverse):
                continue
            there = self.of_abroad(field.comodel_name, role)
            if there and name not in MAGIC_COLUMNS:
                value = there.id if field.type == "many2one" else [Command.link(there.id)]
                answer = self.ask(role, f"{model}.write", self.moving(role, row, name, value, there))
                if answer.outcome == GRANTED:
                    self.wrong.append(f"{model}.{name} of {role} is led to the other company")

    def moving(self, role, row, name, value, there):
        """Write, and see whether it leads there now: an author, say, becomes the writer whatever is written."""

        def call():
            self.request(role, row._name, "write", row.ids, {name: value})()
            return [name] if there <= row[name] else []

        return call

    def of_abroad(self, comodel, role):
        """A record of the other company; nothing for models whose records are everybody's."""
        place = self.abroad(role)
        if comodel in KNOWN:
            return KNOWN[comodel](self.rows, place)
        if introspection.is_ours(self.env.registry[comodel]) and self.rows.has_company(comodel):
            return self.rows.get(comodel, place)
        return None
