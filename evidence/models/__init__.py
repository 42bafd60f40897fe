"""Clips that people bring as proof, and what is found in them. Nothing here is ever published."""

from evidence.models.clips import (
    DETAIL_MAX,
    Clip,
    ClipQuerySet,
    Failure,
    Kind,
    State,
)
from evidence.models.frames import PHASH_BYTES, Frame
from evidence.models.matches import Match, Sound

__all__ = [
    "DETAIL_MAX",
    "PHASH_BYTES",
    "Clip",
    "ClipQuerySet",
    "Failure",
    "Frame",
    "Kind",
    "Match",
    "Sound",
    "State",
]
