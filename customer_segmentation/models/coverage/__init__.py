"""Effort, allocation, the salesperson of a tier, stopped follow-up."""
