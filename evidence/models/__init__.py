"""Clips that people bring as proof, and what is found in them. Nothing here is ever published."""

from evidence.models.clips import (
    Clip,
    ClipQuerySet,
    Failure,
    State,
)
from evidence.models.frames import PHASH_BYTES, Frame

__all__ = ["PHASH_BYTES", "Clip", "ClipQuerySet", "Failure", "Frame", "State"]
