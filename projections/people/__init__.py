"""Who decides on the buyer's side and what they need."""
