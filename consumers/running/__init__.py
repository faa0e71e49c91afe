"""How a job runs: its state, what happens to the records of a partition, and the process that polls them."""
