from odoo.addons.customer_segmentation.hooks import forget_models, score_anew
from odoo.fields import Command

ADDON = "customer_segmentation_value"


def post_init_hook(env):
    score_anew(env)


def uninstall_hook(env):
    _stop_playbooks(env)
    _forget_points(env)
    score_anew(env, ADDON)
    forget_models(env, ADDON)


def _stop_playbooks(env):
    """Those that wait for a low satisfaction: nothing brings anybody in any more."""
    waiting = [("trigger", "=", "low_satisfaction")]
    playbooks = env["customer.playbook"].with_context(active_test=False).search(waiting)
    playbooks.write({"started_company_ids": [Command.clear()]})
    env.flush_all()


def _forget_points(env):
    """What runs keep of the value score; limits of classes in points would be read as amounts."""
    env.cr.execute("""
        UPDATE customer_segmentation_run
           SET cut_points = cut_points - 'value' - 'abc_basis'
               || CASE WHEN cut_points ? 'abc_basis' THEN '{"abc": {"a": null, "b": null}}' ELSE '{}' END::jsonb
         WHERE cut_points ?| ARRAY['value', 'abc_basis']
    """)
    env.invalidate_all(flush=False)
