"""Reports about a period as they were made: kept, printed and exported as of that day."""
