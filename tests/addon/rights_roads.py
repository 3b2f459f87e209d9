"""The roads that lead to the same rows: RPC, files, report pages, dialogs, lists, exports and groups."""

from contextlib import suppress

from odoo.exceptions import AccessError, MissingError
from odoo.tests import HttpCase
from odoo.tools import mute_logger

from . import rights_introspection as introspection
from .rights_asking import AskingCase
from .rights_outcomes import GRANTED, file_text, leaks

ARCHIVED_TOO = {"context": {"active_test": False}}
# The same code answers, whatever the road: a role of each kind is enough.
KINDS = ("employee", "seller", "south_manager")
REFUSALS = (401, 403, 404, 422)


class RoadsCase(AskingCase, HttpCase):
    def test_no_road_gives_more_than_another(self):
        """What `read` refuses is refused, or not found, on all others."""
        for model in self.our_models():
            for role in KINDS:
                rows = self.scopes(model, role).items()
                refused = [(scope, row) for scope, row in rows if row and not self.may_read(role, row)]
                if refused:
                    scopes = " and ".join(scope for scope, _row in refused)
                    self.ask_roads(model, role, scopes, self.env[model].union(*(row for _scope, row in refused)))
        self.assertNothingWrong()

    def may_read(self, role, row):
        with suppress(MissingError):  # read from documents the role does not see
            return self.as_role(row._name, role).browse(row.id).has_access("read")

    def ask_roads(self, model, role, scopes, rows):
        for road, arguments in self.roads(rows).items():
            context = ARCHIVED_TOO if road != "export_data" else {}
            if self.is_given(role, model, road, *arguments, **context):
                self.wrong.append(f"{model}.{road} gives {role} the row of {scopes}, which read refuses")

    def roads(self, rows):
        domain = [("id", "in", rows.ids)]
        if not rows._auto:  # a query is not copied, and each road runs it again
            column = next(name for name, field in rows._fields.items() if field.store and name != "id")
            return {"read": (rows.ids, [column]), "search_count": (domain,)}  # the identifier alone is only given back
        return {
            "read": (rows.ids, ["id", "display_name"]),
            "search_read": (domain, ["display_name"]),
            "search_count": (domain,),
            "export_data": (rows.ids, ["id", "display_name"]),
            "formatted_read_group": (domain, [], ["__count"]),
            "name_search": ("", domain),
            "copy": (rows[:1].ids,),
        }

    def is_given(self, role, model, road, *args, **kwargs):
        answer = self.rpc_answer(role, model, road, *args, **kwargs)
        return answer.outcome == GRANTED and not self.is_none(answer)

    def is_none(self, answer):
        """Whether nothing was found, as each road says it."""
        return answer.text == "0" or any(none in answer.text for none in ('"__count": 0', '"datas": []'))

    def test_a_name_is_told_to_who_may_read_the_row(self):
        """Odoo says the name of a record a request names without asking for rights: in the draft of an e-mail, say."""
        for model in self.our_models():
            for role in KINDS:
                for row in self.scopes(model, role).values():
                    if row and not self.may_read(role, row):
                        self.ask_name(model, role, row)
        self.assertNothingWrong()

    def ask_name(self, model, role, row):
        self.env.invalidate_all()  # what somebody else read is told without asking
        with suppress(AccessError, MissingError):
            for found in leaks(self.as_role(model, role).browse(row.id).display_name or "", self.foreign_text[role]):
                self.wrong.append(f"the name of {model} says {found} to {role}")

    # ------------------------------------------------------------------ forms and lists

    def test_forms_and_lists_say_nothing_of_another_company(self):
        """Lists of everything, summed up, too, and a new form that is given what is of another company."""
        for model in [*self.our_models(), *introspection.extended_models(self.env, self.addon)]:
            for role in KINDS:
                if self.as_role(model, role).has_access("read"):
                    self.ask_list(model, role)
                    self.ask_form(model, role)
        self.assertNothingWrong()

    def test_what_must_not_be_said_is_recognized(self):
        """Where it may be said; otherwise the search would find nothing anywhere."""
        for role in ("sales_manager", "south_manager"):
            profiles = self.rpc_answer(role, "customer.segmentation.profile", "search_read", [], ["partner_id"])
            purchases = self.rpc_answer(role, "customer.transaction", "search_read", [], ["amount"])
            names, amounts = own = self.own_text(role)
            self.assertEqual(leaks(profiles.text + purchases.text, own), names + amounts)
        self.assertNothingWrong()

    def ask_list(self, model, role):
        fields = self.env[model]._fields
        names = introspection.plain_fields(self.as_role(model, role))
        self.rpc_answer(role, model, "web_search_read", [], {name: {} for name in names}, limit=4, **ARCHIVED_TOO)
        self.rpc_answer(role, model, "get_empty_list_help", "<p>Nothing here</p>")
        sums = [f"{name}:sum" for name in names if fields[name].store and fields[name].aggregator == "sum"]
        group = next((name for name in names if fields[name].store and fields[name].type == "many2one"), None)
        groups = [group] if group else []
        self.rpc_answer(role, model, "formatted_read_group", [], groups, ["__count", *sums], **ARCHIVED_TOO)

    def ask_form(self, model, role):
        if not introspection.is_ours(self.env.registry[model]):
            return
        own = self.places[role]
        there = self.abroad(role)._replace(name=own.name, amount=own.amount)  # what one typed oneself is no leak
        names = introspection.fields_to_read(self.as_role(model, role))
        values = {
            name: value
            for name, value in self.rows.values(model, there).items()
            if name in names and not isinstance(value, bytes | list)
        }
        self.rpc_answer(role, model, "onchange", [], values, list(values), {name: {} for name in names})

    # ------------------------------------------------------------------ over HTTP

    def look_at(self, role, what, response):
        if response.status_code != 200 and response.status_code not in REFUSALS:
            self.wrong.append(f"{what} answers {role} {response.status_code}: {response.text[:300]}")
        for found in leaks(file_text(response.content), self.foreign_text[role]):
            self.wrong.append(f"{what} says {found} to {role}")

    @mute_logger("odoo.http")  # a refusal is a warning there
    def test_files_and_pages(self):
        """`/web/content` of every file, and every report of ours, of own rows and of others."""
        for role in (*KINDS, "sales_manager"):
            self.authenticate(self.user[role].login, self.user[role].login)
            for model, name in self.files():
                for scope, row in self.scopes(model, role).items():
                    opened = self.is_opened(role, f"/web/content/{model}/{row.id}/{name}")
                    if opened and scope != "own":
                        self.wrong.append(f"/web/content/{model}/{name} gives {role} the {scope} row")
                    if not opened and scope == "own" and role == "sales_manager":
                        self.wrong.append(f"/web/content/{model}/{name} does not give {role} the own row")
            for report in self.reports():
                for row in self.report_rows(report.model, role).values():
                    self.is_opened(role, f"/report/html/{report.report_name}/{row.id}")
        self.assertNothingWrong()

    def is_opened(self, role, address):
        response = self.url_open(address)
        self.look_at(role, address, response)
        return response.status_code == 200

    def files(self):
        for model in self.our_models():
            for name, field in self.env[model]._fields.items():
                if field.type == "binary":
                    yield model, name

    def reports(self):
        return (
            self.env["ir.actions.report"]
            .sudo()
            .search([])
            .filtered(lambda report: report.report_name.startswith(self.addon))
        )

    def report_rows(self, model, role):
        if model in self.env and introspection.is_ours(self.env.registry[model]):
            return self.scopes(model, role)
        return {"own": self.document(model, self.places[role]), "abroad": self.document(model, self.abroad(role))}
