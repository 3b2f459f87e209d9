"""Churn risk and lifetime value, and the model card that checks them."""
