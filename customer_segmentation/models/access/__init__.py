"""What may be asked and written, by whom and for which company."""
