"""What other programs may rely on: the schema of every event on Kafka, its catalogue, and what would break them."""
