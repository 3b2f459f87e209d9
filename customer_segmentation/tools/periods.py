"""How far back purchases are looked at, and how far ahead reviews."""

# How far back: the policy's window, so many months, or everything.
WINDOW = "window"

EVER = "ever"

# How many days ahead the day of a review is looked for.
REVIEWS_AHEAD = 800
