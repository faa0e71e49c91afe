"""When and how we speak with buyers: touchpoints, signs of life, silences, rotting deals, the scorecard."""
