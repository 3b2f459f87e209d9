"""Drafts of rules."""
