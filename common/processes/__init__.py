"""A process and whoever started it: how it ends with them, and what it tells them meanwhile."""
