"""What deals are at an instant: their states over both clocks, lists of them, the pipeline and its waterfall."""
