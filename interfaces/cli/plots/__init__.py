"""Pictures of answers (`--svg FILE`): what is drawn is decided here, by matplotlib it is only painted."""
