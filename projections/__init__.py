"""Read models. One module per question; each can be dropped and rebuilt from the feed."""
