"""The pages of the desk, found by Django under this name."""

from desk.admin import juries, lists, many, notes, samples, service, targets, work

__all__ = ["juries", "lists", "many", "notes", "samples", "service", "targets", "work"]
