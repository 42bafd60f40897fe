"""What the extension gets to know about YouTube's pages."""
