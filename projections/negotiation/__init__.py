"""How deals are negotiated: offers, concessions, objections, discounts, and the ladder of one deal."""
