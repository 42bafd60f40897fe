"""What the extension is told about YouTube's pages."""
