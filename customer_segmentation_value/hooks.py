from odoo.addons.customer_segmentation.hooks import forget_models, score_anew

ADDON = "customer_segmentation_value"


def post_init_hook(env):
    score_anew(env)


def uninstall_hook(env):
    _forget_points(env)
    score_anew(env, ADDON)
    forget_models(env, ADDON)


def _forget_points(env):
    """What runs keep of the value score; limits of classes in points would be read as amounts."""
    env.cr.execute("""
        UPDATE customer_segmentation_run
           SET cut_points = cut_points - 'value' - 'abc_basis'
               || CASE WHEN cut_points ? 'abc_basis' THEN '{"abc": {"a": null, "b": null}}' ELSE '{}' END::jsonb
         WHERE cut_points ?| ARRAY['value', 'abc_basis']
    """)
    env.invalidate_all(flush=False)
