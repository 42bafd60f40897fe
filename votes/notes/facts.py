"""Notes and ratings: each write is one transaction. docs/juries.md#notes tells the rules."""

from __future__ import annotations

import math
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from common import errors
from common.db import execute, rows
from votes import erasures
from votes.juries import facts as jurors
from votes.juries.sql import LOCK_JUROR
from votes.models import Decision, Juror, Note, NoteRating, TargetType
from votes.moderation import decisions
from votes.moderation.actions import RULES, Refused, fits
from votes.networks import Origin, origin_of
from votes.notes import sql
from votes.notes.rule import PARAMETERS, part_asked

ON_PAGE = 3
"""Notes that are shown of a target."""


@dataclass(frozen=True)
class Text:
    """What a note says: `link` or `at`, a second of the video, is where that comes from."""

    text: str
    link: str = ""
    at: int | None = None


@transaction.atomic
def write(juror: str, target: tuple[str, str], said: Text, *, address: str) -> str:
    """Store a juror's note on the verdict about a target, (type, id or key); the note's id.

    To repeat it changes nothing. Raises `NotFound` where they did not sit on the panel that decided
    it in the last 30 days, `Forbidden` for who is not rooted or paused, `AlreadyAnswered` for
    another note than before, `QuestionClosed` where they withdrew it, and `RateLimited`.
    """
    _admit(juror)
    about = {"juror": juror, "target_type": target[0], "target_id": target[1]}
    found = rows(sql.PANEL, about)
    if not found:
        raise errors.NotFound("You were not on the jury that decided this in the last 30 days.")
    panel = found[0][0]
    if before := Note.objects.filter(author_id=juror, panel_id=panel).first():
        if before.state == Note.State.WITHDRAWN:
            raise errors.QuestionClosed("You have withdrawn your note about this.")
        if Text(before.text, before.link, before.at) != said:
            raise errors.AlreadyAnswered("You have written another note about this.")
        return str(before.pk)
    ((wait,),) = rows(sql.WAIT, {"juror": juror, "a_day": PARAMETERS.a_day})
    if wait is not None:
        raise errors.RateLimited(
            f"You have written {PARAMETERS.a_day} notes within a day.",
            retry_after_s=max(1, math.ceil(wait)),
        )
    note = "n" + secrets.token_hex(8)
    execute(
        sql.WRITE,
        {
            "id": note,
            "panel": panel,
            "juror": juror,
            **vars(said),
            "part": part_asked(rows(sql.ROOTED)[0][0]),
            "voice": _voices(origin_of(address, video_id=f"note {note}"))[0],
        },
    )
    return note


@transaction.atomic
def rate(juror: str, note: str, *, helpful: bool, address: str) -> None:
    """Store whether a note helps; a juror's last word counts.

    Raises `NotFound` for a note that they are not asked about, `Forbidden` for who is not rooted or
    paused, `QuestionClosed` when it is too late.
    """
    _admit(juror)
    asked = rows(sql.ASKED, {"note": note, "juror": juror})
    if not asked:
        raise errors.NotFound("You are not asked about this note.")
    if not asked[0][0]:
        raise errors.QuestionClosed("Nobody is asked about this note any more.")
    voice, before = _voices(origin_of(address, video_id=f"note {note}"))
    execute(
        sql.RATE,
        {
            "note": note,
            "juror": juror,
            "helpful": helpful,
            "voice": voice,
            "voice_before": before,
        },
    )


def _admit(juror: str) -> None:
    """Lock the juror. Raises `NotFound` or `Forbidden`."""
    locked = rows(LOCK_JUROR, {"juror": juror})
    if not locked:
        raise errors.NotFound("This user is no juror.")
    if locked[0][0]:
        raise errors.Forbidden("A moderator has paused you as a juror.")
    if not Juror.objects.filter(pk=juror, is_rooted=True).exists():
        raise errors.Forbidden("Notes are written and rated by jurors who have finished training.")


def _voices(origin: Origin) -> tuple[str | None, str | None]:
    """All networks of an IPv6 /48 are one voice, as on a panel."""
    return origin.site or origin.voice, origin.site_before or origin.voice_before


@transaction.atomic
def withdraw(juror: str, note: str) -> bool:
    """Take back a juror's note, what it said and its ratings; False if there is none."""
    if not Note.objects.filter(pk=note, author_id=juror).exists():
        return False
    return bool(_withdraw([note]))


def _withdraw(notes: Sequence[str]) -> int:
    """Empty these notes, and have a backup that brings one back empty it again; how many."""
    gone = [note for (note,) in rows(sql.WITHDRAW, {"notes": list(notes)})]
    NoteRating.objects.filter(note_id__in=gone).delete()
    erasures.remember(*map(_mark, gone))
    return len(gone)


def _mark(note: str) -> str:
    return erasures.mark_of(f"note {note}")


@transaction.atomic
def leave(juror: str) -> bool:
    """`jurors.leave`, and have a backup that brings their notes back empty them again."""
    _withdraw(list(Note.objects.filter(author_id=juror).values_list("pk", flat=True)))
    return jurors.leave(juror)


@transaction.atomic
def forget_again(erased: Mapping[str, datetime]) -> int:
    """Withdraw, after a restore, the notes that were withdrawn: time by mark; how many."""
    stored = Note.objects.exclude(state=Note.State.WITHDRAWN).values_list("pk", flat=True)
    return _withdraw([note for note in stored.iterator() if _mark(note) in erased])


def report(note: str) -> bool:
    """Count that a visitor finds a note out of place; False if there is none to be seen."""
    return bool(execute(sql.REPORT, {"note": note}))


def keep(notes: Sequence[str]) -> int:
    """Moderators have looked at these and leave them; how many."""
    return Note.objects.filter(pk__in=notes, reported__gt=0).update(reported=0)


def shown(target_type: str, keys: Sequence[str], verdict: str) -> list[dict[str, Any]]:
    """The notes that are shown of a target, by all its keys, whose verdict is `ai` or `human`.

    As the API has them; the time is that of the month. One statement; none where notes are off, or
    nothing is decided.
    """
    if not settings.NOTES or not verdict:
        return []
    about = {"target_type": target_type, "keys": list(keys), "verdict": verdict, "limit": ON_PAGE}
    return [
        {
            "id": note,
            "verdict": outcome,
            "text": text,
            **({"link": link} if link else {}),
            **({"at": at} if at is not None else {}),
            "month": f"{month:%Y-%m}",
        }
        for note, text, link, at, outcome, month in rows(sql.SHOWN, about)
    ]


def stored(voter_id: str) -> dict[str, list[dict[str, Any]]]:
    """All that is stored of a juror's notes and ratings, as it is."""
    found: dict[str, QuerySet[Any]] = {
        "notes": Note.objects.filter(author_id=voter_id),
        "noteRatings": NoteRating.objects.filter(juror_id=voter_id),
    }
    return {name: list(those.order_by("pk").values()) for name, those in found.items()}


@transaction.atomic
def decide_note(
    *, actor: str, action: str, key: str, reason: str, reverses: Decision | None = None
) -> Decision:
    """Hide the note of this id, `key`, or show it again.

    Raises `ValueError` for other actions, `Refused` if it is gone or withdrawn.
    """
    if not fits(action, TargetType.NOTE):
        raise ValueError(f"{action} is not a decision about a note")
    decisions.serialise(TargetType.NOTE, [key])
    found = Note.objects.select_for_update().filter(pk=key).first()
    if found is None or found.state == Note.State.WITHDRAWN:
        raise Refused("There is no such note any more.")
    hidden = RULES[action].sets[1]
    decision = Decision.objects.create(
        actor=actor,
        action=action,
        target_type=TargetType.NOTE,
        target_id=key,
        reason=reason,
        before={"is_hidden": found.is_hidden},
        after={"is_hidden": hidden},
        reverses=reverses,
    )
    Note.objects.filter(pk=key).update(is_hidden=hidden, reported=0)
    return decision
