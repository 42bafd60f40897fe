"""What was found lately: gathered by a worker or publisher into a file, which requests read."""
