"""Customers of low value whose active follow-up the manager stopped; the other candidates are left to decide about."""

STOPPED = 9


def stop(env, manager):
    """Approve some of those whom the search for such customers finds."""
    as_manager = env(user=manager)
    found = as_manager["customer.follow.up.review"].create({}).action_show()
    candidates = as_manager[found["res_model"]].search(found["domain"])
    chosen = candidates[::2][:STOPPED]  # the list begins with those who took the most contacts
    values = {"profile_ids": [(6, 0, chosen.profile_id.ids)], "line_ids": [(6, 0, chosen.ids)]}
    as_manager["customer.follow.up.approval"].create(values).action_approve()
