"""The relay: what the store records goes to Kafka, each event once and in order."""
