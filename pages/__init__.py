"""Pages for everybody: what was found, why, and what was done about it."""
