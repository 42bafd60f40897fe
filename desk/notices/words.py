"""What notices say: how many cases of which kind, and where; no name of a video or channel."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings

from votes.models import Case


def cases(counts: Mapping[str, int]) -> str:
    """Such as `2 appeals, 1 burst`."""
    return ", ".join(
        f"{n} {Case.Kind(kind).label.lower()}{'' if n == 1 else 's'}"
        for kind, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


def text(new: Mapping[str, int], old: Mapping[str, int], hours: int | None) -> str:
    """A sentence or two, and the address of what waits."""
    parts = []
    if new:
        parts.append(f"New cases: {cases(new)}.")
    if old:
        parts.append(f"Waiting for more than {hours} hours: {cases(old)}.")
    return f"{' '.join(parts) or 'This is a test: notices arrive here.'} {desk()}"


def desk() -> str:
    """The address of the list of cases."""
    return f"{settings.ORIGIN}/admin/votes/case/"
