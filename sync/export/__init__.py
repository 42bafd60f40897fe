"""The public export for research."""
