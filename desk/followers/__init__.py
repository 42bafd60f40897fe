"""How telling followers goes."""
