from odoo.addons.customer_segmentation.hooks import forget_models, score_anew


def post_init_hook(env):
    score_anew(env)


def uninstall_hook(env):
    """What was done by the playbooks it brings stays, unlike records Odoo takes for its own."""
    playbooks = env["customer.playbook"].with_context(active_test=False)
    playbooks.search([("trigger", "=", "churn_rise")])._remove_with_trigger()
    score_anew(env, leaving="customer_segmentation_prediction")
    forget_models(env, "customer_segmentation_prediction")
