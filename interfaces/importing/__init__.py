"""Real histories in: the canonical history, and tables through a mapping."""
