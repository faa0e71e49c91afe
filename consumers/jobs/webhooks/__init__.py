"""The job `webhooks`: events as signed HTTP requests to the endpoints of others, in order and until they arrive."""
