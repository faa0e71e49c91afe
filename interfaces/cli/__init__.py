"""The command line: words in, tables, JSON or CSV out. Translates, never decides."""
