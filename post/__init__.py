"""Mail that the service sends: written into an outbox, sent by a worker (docs/operations.md#mail)."""
