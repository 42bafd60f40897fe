"""Why a file cannot be used; `evidence.models.Failure` has the words for each."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Faults of a file itself: trying again would end the same."""

    NOT_VIDEO = "not_video"
    TRUNCATED = "truncated"
    NO_PICTURE = "no_picture"
    TOO_LARGE = "too_large"
    TOO_LONG = "too_long"
    TOO_HEAVY = "too_heavy"


class Unusable(Exception):
    """The file is no good. `detail` is for moderators: what the program said, without paths."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class Broken(Exception):
    """It is not the file's fault: a program is missing or was killed from outside; try again."""
