"""Where people and programs come in: command line, importers, exporters. Translates, never decides."""
