"""What moderators can do, have done, and are asked to look at."""
