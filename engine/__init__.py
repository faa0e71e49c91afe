"""Commands in, events out. The only room that records: application, stores, feed, settings."""
