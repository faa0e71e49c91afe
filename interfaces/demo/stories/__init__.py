"""The told stories of the demo: deals that somebody will want to look at, in a meeting or in a retrospective."""
