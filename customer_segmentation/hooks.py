from .tools.context import Told


def post_init_hook(env):
    """Give every root company a policy and queue its first run: scores appear without a click."""
    env["customer.segmentation.policy"]._ensure_policies(env["res.company"].search([]))
    env["mail.activity.plan"]._speak_language_of_database()


def uninstall_hook(env):
    """End what is on desks and in queues, then make way for Odoo.

    Odoo deletes schemes before the policies that hold on to them, which the database refuses, loudly. The same of
    plans, templates and reasons, which playbooks and their entries hold on to.
    """
    _end_open_work(env)
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


def forget_inheritance(env, addon):
    """Names of what models of an addon inherit bear the addon of the parents, so that Odoo would leave them behind."""
    env.cr.execute(
        """DELETE FROM ir_model_data name USING ir_model_inherit inherited
            WHERE name.model = 'ir.model.inherit' AND name.res_id = inherited.id AND name.module <> %(addon)s
              AND EXISTS (SELECT FROM ir_model_data own
                           WHERE own.model = 'ir.model' AND own.res_id = inherited.model_id AND own.module = %(addon)s)
              AND NOT EXISTS (SELECT FROM ir_model_data other
                               WHERE other.model = 'ir.model' AND other.res_id = inherited.model_id
                                 AND other.module <> %(addon)s)""",
        {"addon": addon},
    )
