from odoo.addons.base.models.ir_model import field_xmlid

from .tools.context import Told


def post_init_hook(env):
    """Give every root company a policy and queue its first run: scores appear without a click. Managers are told."""
    env["res.company"].search([])._ensure_policies()
    env["mail.activity.plan"]._speak_language_of_database()
    env["customer.segmentation.setup"]._tell_managers()


def uninstall_hook(env):
    """End what is on desks and in queues, then make way for Odoo.

    Odoo deletes schemes before the policies that hold on to them, which the database refuses, loudly. The same of
    plans, templates and reasons, which playbooks and their entries hold on to.
    """
    _end_open_work(env)
    forget_models(env, "customer_segmentation")
    env.cr.execute("DELETE FROM customer_segmentation_policy")
    env.cr.execute("DELETE FROM customer_playbook")


def _end_open_work(env):
    """Nothing stays on desks, and what waits to be sent is not sent."""
    activities = env["mail.activity"].search([("customer_playbook_entry_id", "!=", False)])
    take_off_desks(env, activities, lambda env: env._("Customer Segmentation was uninstalled"))
    mails = env["customer.playbook.entry"].search([("mail_id.state", "=", "outgoing")]).mail_id
    mails.write({"state": "cancel", "failure_reason": env._("Customer Segmentation was uninstalled")})
    env.flush_all()


def take_off_desks(env, activities, why):
    """Delete activities, amounts and all, with a word to each person; for addons of the family that are uninstalled.

    :param why: the subject of that word, a function of an environment in the language of the person
    """
    for user, of_user in activities.grouped("user_id").items():
        speaking = env["mail.thread"].with_context(lang=user.lang or env.lang)
        speaking.message_notify(
            partner_ids=user.partner_id.ids,
            subject=why(speaking.env),
            body=speaking.env._("Its open activities were taken off your desk: %s", len(of_user)),
        )
    activities.with_context(playbook_engine=Told.BY_CODE).unlink()
    env.flush_all()


def score_anew(env, leaving=None):
    """Score every customer anew, and call nobody for it; for addons of the family that score, coming or leaving.

    What such an addon finds of the customers is news to the columns it brings, not about the customers.

    :param leaving: the addon that is uninstalled; changes of nothing but its labels go with it, and what is staged
    """
    policies = env["customer.segmentation.policy"].with_context(active_test=False).search([])
    env["customer.segmentation.rules"]._scored_anew(env["customer.segmentation.rest"]._live(policies))
    if leaving:
        brought = _brought(env["customer.segmentation.profile"], leaving)
        env["customer.segmentation.transition"]._forget_labels(brought)
        env["customer.segmentation.staging"]._fit_staging(brought)


def forget_models(env, addon):
    """Delete what Odoo leaves of the models of an addon of the family that is uninstalled.

    That is filters somebody saved, what the models inherit through one of ours, which is kept under the addon of that,
    the foreign keys of columns in tables that stay, and columns the addon gives to models of others through one of
    ours.
    """
    _own_fields(env, addon)
    models = [name for name, model in env.registry.items() if model._original_module == addon]
    env["ir.filters"].with_context(active_test=False).search([("model_id", "in", models)]).unlink()
    of_columns = ["&", ("module.name", "=", addon), ("type", "=", "f")]
    kept = {
        "ir.model.inherit": [("model_id.model", "in", models)],
        "ir.model.fields": [("model", "in", models)],
        "ir.model.fields.selection": [("field_id.model", "in", models)],
        "ir.model.constraint": ["|", ("model.model", "in", models), *of_columns],
    }
    for kind, domain in kept.items():
        names = [("model", "=", kind), ("res_id", "in", env[kind].search(domain).ids), ("module", "!=", addon)]
        env["ir.model.data"].search(names).unlink()
    env["ir.model.constraint"].search(kept["ir.model.constraint"]).unlink()


def _own_fields(env, addon):
    """Have Odoo delete, with an addon, the fields it alone brings to the models of others.

    What a model of one addon inherits from one of ours, which another extends, Odoo takes for a field of the first.
    """
    fields, names = env["ir.model.fields"], env["ir.model.data"]
    for name, model in env.registry.items():
        if model._original_module != addon:
            fields |= fields.search([("model", "=", name), ("name", "in", _brought(model, addon))])
    keys = [f"{env[field.model]._table}_{field.name}_fkey" for field in fields]
    constraints = env["ir.model.constraint"].search([("name", "in", keys)])
    for records in (fields, fields.selection_ids, constraints):
        names.search([("model", "=", records._name), ("res_id", "in", records.ids), ("module", "!=", addon)]).unlink()
    constraints.unlink()
    named = set(names.search([("model", "=", fields._name), ("module", "=", addon)]).mapped("res_id"))
    for field in fields.filtered(lambda field: field.id not in named):
        name = field_xmlid(addon, field.model, field.name).partition(".")[2]
        names.create({"module": addon, "name": name, "model": field._name, "res_id": field.id})


def _brought(model, addon):
    """The names of the fields of a model that an addon alone brings."""
    return [name for name, field in model._fields.items() if field._modules == (addon,)]
