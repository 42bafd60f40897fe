"""Clips that were brought as proof, as moderators see them."""
