"""How deals ended: outcomes with their causes, and win/loss figures."""
