"""How far back purchases are looked at."""

# How far back: the policy's window, so many months, or everything.
WINDOW = "window"

EVER = "ever"
