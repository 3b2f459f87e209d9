from odoo.addons.customer_segmentation.hooks import forget_models


def uninstall_hook(env):
    """A draft nobody can apply any more would only be a second policy of its company, and its scheme one with gaps."""
    drafts = [("draft_of_id", "!=", False)]
    env["customer.segmentation.policy"].with_context(active_test=False).search(drafts)._discard()
    env["customer.segment.scheme"].with_context(active_test=False).search(drafts).unlink()
    env.flush_all()
    forget_models(env, "customer_segmentation_preview")
