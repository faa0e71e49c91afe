"""Tables with one row per deal, read under a mapping; what a later export says otherwise becomes history."""
