"""The command line: words in, tables, JSON or CSV out. Translates, never decides."""

# SQLAlchemy, the event store, the importers and the demo are imported inside the functions that need them:
# `dealtrail --help` and the commands that ask nothing must not wait for what they do not use.
