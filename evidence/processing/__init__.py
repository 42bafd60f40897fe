"""What workers make of a clip that has arrived."""
