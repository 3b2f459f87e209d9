"""What is kept of a customer, its history, and the contacts with the customer."""
