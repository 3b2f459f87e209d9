from odoo.addons.customer_segmentation.hooks import forget_models
from odoo.fields import Command, Domain

CONDITIONS = (
    "customer_group_ids",
    "customer_category_ids",
    "customer_recent_category_ids",
    "customer_past_category_ids",
)


def uninstall_hook(env):
    _stop_playbooks(env)
    forget_models(env, "customer_segmentation_groups")


def _stop_playbooks(env):
    """Those that ask for groups or categories: a later group must not take the place of one that is gone."""
    asking = Domain.OR(Domain("audience_domain", "like", name) for name in CONDITIONS)
    playbooks = env["customer.playbook"].with_context(active_test=False).search(asking)
    playbooks.write({"started_company_ids": [Command.clear()]})
    env.flush_all()
