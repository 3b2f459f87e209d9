from odoo.addons.customer_segmentation.hooks import forget_models


def post_init_hook(env):
    """Where customers are scored already, have a run count who bought when; the months before are replayed after it."""
    env["customer.segmentation.policy"]._at_work().filtered("last_run_id")._queue_run()


def uninstall_hook(env):
    """Take the past out of the history of customers, so that it begins with what was seen live, then make way."""
    replays = env["customer.segmentation.run"].search([("kind", "=", "replay")])
    replays.filtered(lambda run: run.state in run._open_states)._cancel()
    for policy in replays.policy_id:
        env["customer.segmentation.transition"]._forget_replays(policy)
        env["customer.segmentation.profile"]._date_back(policy)
    replays.unlink()
    forget_models(env, "customer_segmentation_dashboard")
