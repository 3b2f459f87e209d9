from odoo.addons.customer_segmentation.hooks import forget_models
from odoo.addons.customer_segmentation.tools.jobs import start_job


def post_init_hook(env):
    """Lists do not wait for the night."""
    start_job(env, "customer_segmentation_offers.ir_cron_habits")


def uninstall_hook(env):
    """What was done by the playbooks it brings stays, unlike records Odoo takes for its own."""
    playbooks = env["customer.playbook"].with_context(active_test=False)
    playbooks.search([("trigger", "=", "product_lost")])._remove_with_trigger()
    forget_models(env, "customer_segmentation_offers")
