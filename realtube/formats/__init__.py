"""How the desk writes dates, by language."""
