"""Indicators and the value score, credit class, satisfaction, potential."""
