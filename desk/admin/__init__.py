"""The pages of the desk, found by Django under this name."""

from desk.admin import lists, service, targets, work

__all__ = ["lists", "service", "targets", "work"]
