"""The roads that lead to the same rows: RPC, JSON-2, files, report pages, dialogs, lists, exports and groups."""

from datetime import datetime, timedelta

from odoo.tests import HttpCase

from . import rights_introspection as introspection
from .rights_asking import AskingCase
from .rights_outcomes import GRANTED, file_text, leaks

ARCHIVED_TOO = {"context": {"active_test": False}}
# The same code answers, whatever the road: a role of each kind is enough.
HTTP_ROLES = ("portal", "employee", "seller", "sales_manager", "south_manager")
KINDS = (*HTTP_ROLES, "billing", "scores_user", "branch_seller")
REFUSALS = (401, 403, 404, 422)


class RoadsCase(AskingCase, HttpCase):
    def test_no_road_gives_more_than_another(self):
        for model in self.our_models():
            for role in KINDS:
                for scope, row in self.scopes(model, role).items():
                    self.compare_roads(model, role, scope, row)
        self.assertNothingWrong()

    def compare_roads(self, model, role, scope, row):
        """What `read` refuses is refused, or not found, on all others."""
        names = introspection.fields_to_read(self.as_role(model, role))
        if not row or self.is_given(role, model, "read", row.ids, names):
            return
        for road, arguments in self.other_roads(row, names).items():
            context = ARCHIVED_TOO if road != "export_data" else {}
            if self.is_given(role, model, road, *arguments, **context):
                self.wrong.append(f"{model}.{road} gives {role} the {scope} row, which read refuses")

    def other_roads(self, row, names):
        sums = [f"{name}:sum" for name in names if row._fields[name].store and row._fields[name].aggregator == "sum"]
        domain = [("id", "in", row.ids)]
        return {
            "web_read": (row.ids, {name: {} for name in names}),
            "search_read": (domain, names),
            "search_count": (domain,),
            "web_search_read": (domain, {name: {} for name in names}),
            "export_data": (row.ids, ["id", *names]),
            "formatted_read_group": (domain, [], ["__count", *sums]),
            "web_read_group": (domain, ["create_uid" if row._log_access else "id"]),
            "name_search": ("", domain),
            "copy": (row.ids,),
        }

    def is_given(self, role, model, road, *args, **kwargs):
        answer = self.rpc_answer(role, model, road, *args, **kwargs)
        return answer.outcome == GRANTED and not self.is_none(answer)

    def is_none(self, answer):
        """Whether nothing was found, as each road says it."""
        return answer.text == "0" or any(
            none in answer.text for none in ('"__count": 0', '"length": 0', '"datas": []', '"groups": []')
        )

    # ------------------------------------------------------------------ forms and lists

    def test_forms_and_lists_say_nothing_of_another_company(self):
        """Lists of everything, groups by everything, and a new form that is given what is of another company."""
        models = [*self.our_models(), *introspection.extended_models(self.env, self.addon)]
        for model in models:
            for role in HTTP_ROLES:
                if self.as_role(model, role).has_access("read"):
                    self.ask_list(model, role)
                    self.ask_form(model, role)
        self.assertNothingWrong()

    def test_what_must_not_be_said_is_recognized(self):
        """Where it may be said; otherwise the search would find nothing anywhere."""
        for role in ("sales_manager", "south_manager"):
            answer = self.rpc_answer(
                role, "customer.segmentation.profile", "search_read", [], ["partner_id", "revenue"]
            )
            names, amounts = own = self.own_text(role)
            self.assertEqual(leaks(answer.text, own), names + amounts)
        self.assertNothingWrong()

    def ask_list(self, model, role):
        specification = self.specification(model, role)
        self.rpc_answer(role, model, "web_search_read", [], specification, limit=4, **ARCHIVED_TOO)
        self.rpc_answer(role, model, "get_empty_list_help", "<p>Nothing here</p>")
        fields = {
            name: self.env[model]._fields[name] for name in introspection.fields_to_read(self.as_role(model, role))
        }
        sums = [f"{name}:sum" for name, field in fields.items() if field.store and field.aggregator == "sum"]
        for name, field in fields.items():
            if field.store and field.type in ("many2one", "many2many", "selection"):
                self.rpc_answer(role, model, "formatted_read_group", [], [name], ["__count", *sums], **ARCHIVED_TOO)

    def ask_form(self, model, role):
        if not introspection.is_ours(self.env.registry[model]):
            return
        own = self.places[role]
        there = self.abroad(role)._replace(name=own.name, amount=own.amount)  # what one typed oneself is no leak
        values = {
            name: value
            for name, value in self.rows.values(model, there).items()
            if name in self.specification(model, role) and not isinstance(value, bytes | list)
        }
        specification = self.specification(model, role)
        self.rpc_answer(role, model, "onchange", [], values, list(values), specification)

    # ------------------------------------------------------------------ over HTTP

    def test_over_http(self):
        keys = {role: self.key(role) for role in HTTP_ROLES}
        for model in self.our_models():
            for role in HTTP_ROLES:
                self.ask_json(model, role, keys[role])
        self.assertNothingWrong()

    def key(self, role):
        keys = self.env["res.users.apikeys"].with_user(self.user[role]).sudo()
        return keys._generate("rpc", role, datetime.now() + timedelta(days=1))

    def ask_json(self, model, role, key):
        """A list of all rows and the other company's row by its number, with an API key."""
        names = introspection.fields_to_read(self.as_role(model, role))
        rows = self.scopes(model, role)
        foreign = rows.get("abroad")
        self.json(role, key, model, "search_read", {"domain": [], "fields": names, "limit": 20})
        if foreign:
            response = self.json(role, key, model, "read", {"ids": foreign.ids, "fields": names})
            by_json = response.status_code == 200 and response.json() != []
            by_rpc = self.rpc_answer(role, model, "read", foreign.ids, names).outcome
            if by_json != (by_rpc == GRANTED):
                self.wrong.append(f"{model}: read by JSON-2 answers {role} {response.text[:80]}, by RPC {by_rpc}")

    def json(self, role, key, model, method, values):
        headers = {"Authorization": f"Bearer {key}"}
        response = self.url_open(f"/json/2/{model}/{method}", json=values, headers=headers)
        self.look_at(role, f"/json/2/{model}/{method}", response)
        return response

    def look_at(self, role, what, response):
        if response.status_code != 200 and response.status_code not in REFUSALS:
            self.wrong.append(f"{what} answers {role} {response.status_code}: {response.text[:300]}")
        for found in leaks(file_text(response.content), self.foreign_text[role]):
            self.wrong.append(f"{what} says {found} to {role}")

    def test_files_and_pages(self):
        """`/web/content` of every file, and every report of ours, of own rows and of others."""
        for role in HTTP_ROLES:
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
                    for kind in ("html", "text"):
                        self.is_opened(role, f"/report/{kind}/{report.report_name}/{row.id}")
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
