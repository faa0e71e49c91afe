"""Kafka: the relay out of the store, the consumer runtime, and one module per shipped job."""
