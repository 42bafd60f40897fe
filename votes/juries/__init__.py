"""Jurors, gold, panels and draws (docs/juries.md); `rule` and `draw` are pure."""
