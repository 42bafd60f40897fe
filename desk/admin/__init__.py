"""The pages of the desk, found by Django under this name."""

from desk.admin import service, targets, work

__all__ = ["service", "targets", "work"]
