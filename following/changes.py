"""What of the histories followers are told, and that each is told once."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import Max, Min

from channels.models import Channel
from common.db import execute
from following import sql
from following.models import Follower, Position
from sync import history
from sync.models import StatusChange

LINES = 5000
"""Lines of the history that are looked at in one transaction."""
AI, HUMAN, NOTHING = "ai", "human", ""


def verdict(band: str, cause: str = "") -> str:
    """What a status says: `ai`, `human`, or nothing, as of what votes merely suspect."""
    if band in history.FLAGGED:
        return AI
    if band in history.CLEARED or (band == "none" and cause == "jury"):
        return HUMAN
    return NOTHING


def latest() -> int:
    """The number of the last line of the history."""
    return StatusChange.objects.aggregate(last=Max("pk"))["last"] or 0


def standing(kind: str, key: str) -> str:
    """The verdict about a video or channel as its history has it."""
    keys = names_of([key]).get(key, [key]) if kind == Follower.Of.CHANNEL else [key]
    lines = StatusChange.objects.filter(kind=kind, key__in=keys)
    last = lines.order_by("-pk").first()
    return verdict(last.after, last.cause) if last else NOTHING


def names_of(keys: Collection[str]) -> dict[str, list[str]]:
    """All that the channels of these keys are known by; nothing of those that are not known."""
    found = {}
    for channel in Channel.objects.named(keys):
        names = channel.names.keys
        found.update(dict.fromkeys(set(names) & set(keys), names))
    return found


def spread() -> int:
    """Write down whom to tell of what has changed since the last time; how many lines that was.

    In one transaction with the position: killed anywhere, it is done again or not at all. Of two
    workers one does nothing.
    """
    total = 0
    while done := _spread():
        total += done
    return total


@transaction.atomic
def _spread() -> int:
    stored = Position.objects.filter(name=Position.FOLLOWERS)
    if not stored.exists():
        Position.objects.get_or_create(name=Position.FOLLOWERS, defaults={"line": _beginning()})
    position = stored.select_for_update(skip_locked=True).first()
    if position is None:
        return 0
    lines = list(StatusChange.objects.filter(pk__gt=position.line).order_by("pk")[:LINES])
    if not lines:
        return 0
    _tell(lines)
    # What is flagged for its channel's sake alone is no news of its own: the channel is told of.
    alone = [it for it in lines if "preliminary" not in (it.before, it.after)]
    turned = [it.pk for it in alone if verdict(it.before) != verdict(it.after, it.cause)]
    if turned:
        execute(sql.TELL_ALL, {"changes": turned})
    position.line = lines[-1].pk
    position.save(update_fields=["line"])
    return len(lines)


def _beginning() -> int:
    """Where the first run begins: nobody who follows has been told of anything after that."""
    confirmed = Follower.objects.filter(confirmed_at__isnull=False)
    first = confirmed.aggregate(first=Min("since"))["first"]
    return latest() if first is None else int(first)


def _tell(lines: Collection[StatusChange]) -> None:
    names = names_of([it.key for it in lines if it.kind == StatusChange.Kind.CHANNEL])
    said: dict[tuple[str, str], tuple[int, str]] = {}
    for it in lines:
        known = names.get(it.key) if it.kind == StatusChange.Kind.CHANNEL else None
        if known and it.cause == "gone":
            continue  # it goes on under another of its names
        for key in known or [it.key]:
            said[it.kind, key] = (it.pk, verdict(it.after, it.cause))
    execute(
        sql.TELL,
        {
            "kinds": [kind for kind, _ in said],
            "keys": [key for _, key in said],
            "changes": [change for change, _ in said.values()],
            "verdicts": [found for _, found in said.values()],
        },
    )
