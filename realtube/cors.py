"""Which headers browsers may send from other sites, and show to them (docs/contract.md#r59)."""

METHODS = ["GET", "HEAD", "POST", "DELETE", "OPTIONS"]
HEADERS = [
    "accept",
    "content-type",
    "idempotency-key",
    "if-none-match",
    "if-range",
    "origin",
    "range",
    "x-request-id",
    "x-user-id",
]
EXPOSED = [
    "Accept-Ranges",
    "Content-Range",
    "ETag",
    "Retry-After",
    "X-API-Version",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "X-Request-ID",
    "X-Truncated",
]
