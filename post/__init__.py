"""Mail: written into an outbox, sent by a worker (docs/operations.md#mail)."""
