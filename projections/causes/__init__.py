"""Why deals ended as they did: declared causes, measures, autopsies, drivers and retrospectives."""
