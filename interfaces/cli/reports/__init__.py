"""`dealtrail report`: a module a report, imported when it is asked for."""
