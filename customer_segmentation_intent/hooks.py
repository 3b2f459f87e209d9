from odoo.addons.customer_segmentation.hooks import forget_models, take_off_desks


def uninstall_hook(env):
    """The next steps of intents mean nothing without them."""
    steps = env["mail.activity"].search([("lead_intent", "!=", False)])
    take_off_desks(env, steps, lambda env: env._("Customer Segmentation: Intent was uninstalled"))
    forget_models(env, "customer_segmentation_intent")
