"""The monthly blind sample of what juries decided (docs/juries.md); `rule` is pure."""
