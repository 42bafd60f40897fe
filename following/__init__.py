"""Following a verdict without an account: by mail, by webhook, in the browser (docs/pages.md)."""
