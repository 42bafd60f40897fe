"""What a mirror takes over from its source."""
