"""Rows of every model of ours for every place of `rights_world`: found, or made from what the fields say."""

import base64

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.models import MAGIC_COLUMNS
from odoo.tools import SQL

from . import rights_introspection as introspection

# Read from documents: of whom they are stands there. Others of the kind are filled by the world, or stay empty.
FOUND_ONLY = {
    "customer.transaction",
    "customer.interaction",
    "customer.credit.class",
    "customer.segmentation.effort",
    "customer.not.scored",
    "customer.playbook.result",
    "customer.segmentation.policy",
    "customer.segmentation.profile",
}
OWNERS = ("user_id", "create_uid")


class Rows:
    def __init__(self, env, world):
        self.env = env(su=True)
        self.world = world
        self.made = {}
        self.personal, self.paths, self.drafts = {}, {}, {}
        self.failed = {}  # model: why no row could be made

    def make_all(self, places):
        for model in introspection.our_models(self.env):
            for place in places:
                self.get(model, place)
        self.env.flush_all()

    def is_personal(self, model):
        if model not in self.personal:
            self.personal[model] = introspection.is_personal(self.env, model)
        return self.personal[model]

    def has_company(self, model):
        return bool(self.company_path(model))

    def company_path(self, model):
        if model not in self.paths:
            self.paths[model] = introspection.company_path(self.env, model)
        return self.paths[model]

    def get(self, model, place):
        """The row of the model that belongs to a place, without rights of anybody; empty when there is none."""
        owner = place.user.id if self.is_personal(model) else None
        company = place.company.id if self.has_company(model) or owner else None
        key = (model, owner, company)
        if not owner:
            place = place._replace(user=self.maker(place))
        if key not in self.made:
            self.made[key] = self.find(model, place) or self.make(model, place)
        return self.made[key].with_env(self.env)

    def company_domain(self, model, company):
        path = self.company_path(model)
        return [(path, "child_of", company.id)] if path else []

    def find(self, model, place):
        records = self.env[model].with_context(active_test=False)
        if records._transient:
            return records
        domain = self.company_domain(model, place.company)
        if self.is_personal(model):
            domain = [*domain, (self.owner_field(model), "=", place.user.id)]
        return records.search(domain, limit=1)

    def owner_field(self, model):
        text = introspection.rules_text(self.env, model)
        return next((name for name in OWNERS if name in text), "create_uid")

    # ------------------------------------------------------------------ making

    def make(self, model, place):
        records = self.env[model]
        if model in FOUND_ONLY or not records._auto:
            return records
        values = self.values(model, place)
        try:
            with self.env.cr.savepoint():
                made = records.with_user(self.maker(place)).sudo().with_company(place.company).create(values)
                if self.is_personal(model):
                    self.own(made, place.user)
                return made
        except (UserError, IntegrityError) as error:
            self.failed[model] = error
            return records

    def own(self, made, user):
        """The row is the user's, whether this user may make such rows or not."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL("UPDATE %s SET create_uid = %s WHERE id = %s", SQL.identifier(made._table), user.id, made.id)
        )
        made.invalidate_recordset(["create_uid"])

    def maker(self, place):
        """A manager of the company, who may have made anything there."""
        return self.world.user[{"north": "sales_manager", "south": "south_manager"}[self.key(place)]]

    def values(self, model, place, required=False):
        """Values of a new row that lead to nothing but rows of the place."""
        values, records = {}, self.env[model]
        for name, field in records._fields.items():
            if field.store and not field.related and name not in (*MAGIC_COLUMNS, "parent_path"):
                value = self.value(records, field, place, required)
                if value is not None:
                    values[name] = value
        return values | RECIPES.get(model, nothing_more)(self, place)

    def company_values(self, model, place):
        """What makes a new row one of the place's company, also where it might be of none."""
        name = (self.company_path(model) or "id").split(".")[0]
        field = self.env[model]._fields[name]
        return {} if name == "id" or field.compute else {name: self.related(field.comodel_name, place).id}

    def value(self, records, field, place, required):
        if field.type == "many2one":
            return self.link(records, field, place, required)
        if field.type == "many2many" and field.required:
            return [Command.link(self.related(field.comodel_name, place).id)]
        if field.type == "binary" and not required:
            return base64.b64encode(f"{place.name} {place.amount}".encode())
        if not field.required or field.compute:
            return None
        if field.type in ("char", "text") and not field.default:
            return f"{place.name} {field.name}"
        return None if field.default else self.plain(records, field, place)

    def plain(self, records, field, place):
        if field.type == "selection":
            return field.get_values(records.env)[0]
        today = fields.Date.today()
        return {"monetary": place.amount, "date": today, "datetime": fields.Datetime.now()}.get(field.type, 1)

    def link(self, records, field, place, required):
        known = field.comodel_name in KNOWN or introspection.is_ours(self.env.registry[field.comodel_name])
        left_out = required and (not field.required or field.default)  # what is there by itself is not typed
        if field.comodel_name == records._name or field.compute or not known or left_out:
            return None
        return self.related(field.comodel_name, place).id or None

    def related(self, model, place):
        """What a row of the place leads to."""
        return KNOWN[model](self, place) if model in KNOWN else self.get(model, place)

    def key(self, place):
        return next(key for key, company in self.world.company.items() if company == place.company)


KNOWN = {
    "res.company": lambda rows, place: place.company,
    "res.users": lambda rows, place: place.user,
    "res.partner": lambda rows, place: rows.world.marked[rows.key(place)][0],
    "crm.lead": lambda rows, place: rows.world.marked_lead[rows.key(place)],
    "mail.activity": lambda rows, place: rows.world.activity[rows.key(place)],
    "res.config.settings": lambda rows, place: rows.world.settings[rows.key(place)],
}


def nothing_more(_rows, _place):
    return {}


def a_draft(rows, place):
    if place.company not in rows.drafts:
        rows.drafts[place.company] = rows.world.policy[place.company].sudo()._begin_draft()
    return {"draft_id": rows.drafts[place.company].id}


def a_product(rows, _place):
    """Products are everybody's."""
    return {"product_id": rows.world.product.id}


def a_lost_product(rows, place):
    return {**a_product(rows, place), "product_tmpl_id": rows.world.product.product_tmpl_id.id}


def an_order(rows, place):
    key = rows.key(place)
    return {"order_id": rows.world.order[f"{key}_{rows.world.marked[key][0].name}"].id}


def of_nobody_scored(rows, place):
    return {"partner_id": rows.world.marked[rows.key(place)][-1].id}


RECIPES = {
    "customer.segmentation.preview": a_draft,
    "customer.segmentation.exclusion": of_nobody_scored,  # excluding deletes the profile
    "customer.product.lost": a_lost_product,
    "customer.product.offer": an_order,
    "customer.product.offer.line": a_product,
    "customer.satisfaction": lambda _rows, _place: {"rating": "5"},
}

# What a row made beside the first one needs to be another one.
CREATED = {
    "customer.imported.purchase": lambda _rows, place: {"reference": f"{place.name} another"},
    "customer.report.recipient": lambda _rows, _place: {"frequency": "quarter"},
    "customer.segmentation.exclusion": lambda rows, place: {"partner_id": rows.world.marked[rows.key(place)][1].id},
}
