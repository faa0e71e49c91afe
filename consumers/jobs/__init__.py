"""The jobs that ship: each is useful as it is and an example to copy."""
