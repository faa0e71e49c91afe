"""What is to be done, by when, and what was forgotten."""
