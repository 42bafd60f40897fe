"""What is done with video files: pure functions and programs. Knows no database and no settings."""
