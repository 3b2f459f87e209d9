"""The two groups that may read a customer's standing."""

LABEL = "base.group_user"

NUMBER = "customer_segmentation.group_user"
