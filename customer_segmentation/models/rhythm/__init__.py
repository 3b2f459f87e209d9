"""The customer's own rhythm: stage, expected order, overdue."""
