"""How read models are built: projections, the runner that folds pages of the feed, generations, the views database."""
