"""Intent of leads, sales state, product gaps."""
