"""Answers about what is published, by what they are about."""
