"""What a manager sets, and its versions."""
