def post_init_hook(env):
    """Give every root company a policy and queue its first run: scores appear without a click."""
    env["customer.segmentation.policy"]._ensure_policies(env["res.company"].search([]))
    env["mail.activity.plan"]._speak_language_of_database()


def uninstall_hook(env):
    """Odoo deletes schemes before the policies that hold on to them, which the database refuses, loudly."""
    env.cr.execute("DELETE FROM customer_segmentation_policy")
    # The same of plans, templates and reasons, which playbooks and their entries hold on to.
    env.cr.execute("DELETE FROM customer_playbook")
