"""`deal replay`: a deal event by event, on a terminal with keys, elsewhere in plain lines."""
