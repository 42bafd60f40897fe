"""Working through cases: their order, the keys, and what a page says of one at a glance."""
