"""`dealtrail report`: a module a report."""
