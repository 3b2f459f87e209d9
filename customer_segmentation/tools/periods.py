"""How far back purchases are looked at, and how far ahead reviews."""

from dateutil.relativedelta import relativedelta

# How far back: the policy's window, so many months, or everything.
WINDOW = "window"

EVER = "ever"

# How many days ahead the day of a review is looked for.
REVIEWS_AHEAD = 800


def window_start(policy, as_of):
    """The last day before the window of a policy: purchases after it count."""
    return as_of - relativedelta(months=policy.window_months)
