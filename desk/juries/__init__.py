"""How juries are, for the desk's front page."""
