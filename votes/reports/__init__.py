"""Channels that viewers report in one step, with votes on some of their videos."""
