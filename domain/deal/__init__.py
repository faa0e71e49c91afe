"""One deal, cut by subject: a module for each section of the vocabulary, and `story` that composes them."""
