"""Lists that a worker fetches by itself (docs/lists.md#lists-by-url)."""
