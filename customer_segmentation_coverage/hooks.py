from odoo.addons.customer_segmentation.hooks import forget_models


def uninstall_hook(env):
    forget_models(env, "customer_segmentation_coverage")
