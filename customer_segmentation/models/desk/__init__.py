"""My Day: what one person does today, one row a customer."""
