"""One deal, read from its own story: the audit trail, its fields, a replay."""
