"""Who calls whom, why, and what came of it."""
