"""What a deal is and what may happen to it. Pure: no clock, no ids made here, no I/O, no event store."""
