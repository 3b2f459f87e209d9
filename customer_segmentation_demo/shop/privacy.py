"""Customers who asked not to be profiled."""

EXCLUDED = 2


def exclude(env, words, manager):
    """As the manager did it: nobody of much revenue."""
    customers = env["customer.segmentation.profile"].search(
        [("abc_class", "=", "C"), ("follow_up_stopped", "=", False)], order="partner_id", limit=EXCLUDED
    )
    env["customer.segmentation.exclusion"].with_user(manager).create(
        [
            {"partner_id": customer.partner_id.id, "reason": "objection", "note": words.EXCLUDED_BECAUSE}
            for customer in customers
        ]
    )
