"""Where it is seen: contact, lead, order, sales analysis."""
