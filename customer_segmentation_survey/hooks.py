from odoo.addons.customer_segmentation.hooks import forget_models


def uninstall_hook(env):
    """Let go of the e-mail of the survey, which policies hold on to, so that Odoo can delete it."""
    env["customer.segmentation.policy"].with_context(active_test=False).search([]).satisfaction_template_id = False
    env.flush_all()
    forget_models(env, "customer_segmentation_survey")
