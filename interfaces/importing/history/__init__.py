"""The canonical history: one event a line, gathered deal by deal, compared with the store, recorded."""
