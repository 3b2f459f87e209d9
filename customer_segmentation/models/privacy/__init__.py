"""Who is left aside, and what is forgotten."""
