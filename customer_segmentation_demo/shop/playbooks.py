"""Some playbooks at work, so that there are activities on every desk and customers who wait for a place."""

STARTED = ("save_cant_lose", "win_back", "tier_at_risk", "overdue_reorder")
CONTROL_SHARE = 10  # %: so that the proof of a playbook has somebody to compare with


def start(env, manager):
    """The manager starts them, for those who are in the state now as well; the scheduled action does its work."""
    playbooks = env["customer.playbook"].browse(
        [env.ref(f"customer_segmentation.playbook_{name}").id for name in STARTED]
    )
    playbooks.write({"control_share": CONTROL_SHARE, "fallback_user_id": manager})
    playbooks.with_user(manager)._start(env.company, include_now=True)
    list(env["customer.playbook.engine"]._batches())
