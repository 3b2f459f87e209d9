"""The ladder: movement, review, benefits."""
