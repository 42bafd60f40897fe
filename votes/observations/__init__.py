"""Observations of YouTube's label: the facts, what they say of a channel, and their endpoint."""
