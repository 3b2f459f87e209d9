"""What there is to be asked for: our models, our fields on models of Odoo, our public methods and their arguments."""

import inspect
from datetime import date, timedelta
from functools import cache

ODOO_ADDONS = "odoo.addons."
ADDON = "customer_segmentation"  # and what begins so


def is_ours(cls, addon=ADDON):
    return (cls._original_module or "").startswith(addon)


def our_models(env, addon=ADDON):
    """Names of the models our addons define, those without rows excepted."""
    return sorted(name for name, cls in env.registry.items() if is_ours(cls, addon) and not cls._abstract)


def extended_models(env, addon=ADDON):
    """Names of the models of Odoo that carry fields of ours and have rows."""
    return sorted(
        name for name, cls in env.registry.items() if not is_ours(cls) and not cls._abstract and our_fields(cls, addon)
    )


@cache
def our_fields(cls, addon=ADDON):
    """Names of the fields our addons declare on a model."""
    return sorted(
        name for name, field in cls._fields.items() if any(module.startswith(addon) for module in field._modules)
    )


def is_private(cls, name):
    return any(getattr(getattr(parent, name, None), "_api_private", False) for parent in cls.mro())


def public_methods(env, addon=ADDON):
    """(model, method) of everything our addons let be called from outside.

    What every model has, such as `write` and `onchange`, the tests ask for by themselves. Methods of records are asked
    for on the models that have rows, not on the abstract ones they come from.
    """
    for model, cls in sorted(env.registry.items()):
        ours = [parent for parent in cls.mro() if parent.__module__.startswith(f"{ODOO_ADDONS}{addon}")]
        names = {name for parent in ours for name, member in vars(parent).items() if callable(member)}
        for name in sorted(name for name in names if not hasattr(env.registry["base"], name)):
            if name.startswith("_") or is_private(cls, name) or not callable(getattr(cls, name, None)):
                continue
            if not cls._abstract or getattr(getattr(cls, name), "_api_model", False):
                yield model, name


def of_model(env, model, method):
    """Whether the method is called on the model, not on rows."""
    return getattr(getattr(env.registry[model], method), "_api_model", False)


def arguments(env, model, method, place):
    """Plausible values of a method's parameters, for the company and rows of a place."""
    function = getattr(env.registry[model], method)
    names = list(inspect.signature(function).parameters)[1:]
    known = known_arguments(env, place)
    unknown = set(names) - known.keys()
    assert not unknown, f"say in {__name__} what {model}.{method} takes as {sorted(unknown)}"
    return {name: known[name] for name in names}


def known_arguments(env, place):
    today = date.today()
    return {
        "company_id": place.company.id,
        "partner_id": env["res.partner"].sudo().search([("company_id", "=", place.company.id)], limit=1).id,
        "limit": 10,
        "start": str(today.replace(day=1)),
        "end": str((today.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)),
        "day": str(today),
        "as_of": str(today),
        "part": "purchases",
        "scope": "my",
        "playbook_id": False,
        "treatment": "treated",
        "kind": "month",
        "grouping": "segment_id",
        "from_key": False,
        "to_key": False,
        "measure": "segment_id",
        "title": "Whatever it is called",
        "domain": [],
        "opens": {"column": "revenue"},
        "user_id": None,
        "outcome": "later",
        "told": {},
        "activity_id": None,
    }


def request_context(place, row=None):
    """What a web client may send along, and somebody who forges requests, too."""
    context = {
        "default_company_id": place.company.id,
        "ladder": "metals",
        "value_preset": "purchases",
    }
    if row:
        context |= {"active_model": row._name, "active_id": row.id, "active_ids": row.ids}
    return context


def company_path(env, model, seen=()):
    """The fields that lead from a row to its company: `profile_id.company_id`; None for rows of no company."""
    fields = env[model]._fields
    if model == "res.company":
        return "id"
    if "company_id" in fields and fields["company_id"].store:
        return "company_id"
    for name, field in fields.items():
        comodel = field.comodel_name
        if field.type != "many2one" or not field.store or comodel == model or comodel in seen:
            continue
        path = is_ours(env.registry[comodel]) and company_path(env, comodel, (*seen, model))
        if path:
            return f"{name}.{path}"
    return None


def rules_text(env, model):
    return " ".join(rule.domain_force or "" for rule in env["ir.rule"].sudo().search([("model_id.model", "=", model)]))


def is_personal(env, model):
    """Whether it depends on the user which rows of the own company are seen."""
    return env.registry[model]._transient or "user.id" in rules_text(env, model)


def fields_to_read(model):
    """Fields the user may read, of a model of Odoo only ours and what leads to them."""
    names = model._fields if is_ours(type(model)) else [*our_fields(type(model)), "display_name"]
    return sorted(name for name in names if model._has_field_access(model._fields[name], "read"))


def plain_fields(model):
    """Those that take no computing: enough to see whose a row is."""
    fields = ((name, model._fields[name]) for name in fields_to_read(model))
    return [name for name, field in fields if field.store or field.related or name == "display_name"]
