"""Who is what: schemes, segments and their ranges."""
