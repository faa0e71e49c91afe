"""What every question shares: instants, filters, groups, periods, amounts, and the shape of answers."""
