"""Custom groups and product categories as filters."""
