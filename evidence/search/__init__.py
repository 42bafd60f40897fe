"""The same pictures and the same sound in other clips."""
