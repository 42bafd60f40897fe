"""What a juror sees of notes: what to write about, what to rate, and their own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from common.db import rows
from common.fields import timestamp
from votes.models import Note
from votes.notes import sql

TO_WRITE, TO_RATE, OWN = 20, 10, 50


def for_juror(voter_id: str) -> dict[str, list[dict[str, Any]]]:
    """As the API has it; three statements. Who is not rooted, or paused, is asked nothing."""
    writable = rows(sql.WRITABLE, {"juror": voter_id, "limit": TO_WRITE})
    ratable = rows(sql.TO_RATE, {"juror": voter_id, "limit": TO_RATE})
    own = (
        Note.objects.filter(author_id=voter_id)
        .exclude(state=Note.State.WITHDRAWN)
        .select_related("panel")
        .order_by("-written_at", "pk")[:OWN]
    )
    return {
        "write": [
            {**_about(*about), "videos": videos, "until": timestamp(until)}
            for *about, videos, until in writable
        ],
        "rate": [_ratable(*row) for row in ratable],
        "mine": [_own(note) for note in own],
    }


def _about(target_type: str, target_id: str, verdict: str) -> dict[str, Any]:
    return {"targetType": target_type, "targetId": target_id, "verdict": verdict}


def _said(text: str, link: str, at: int | None) -> dict[str, Any]:
    return {
        "text": text,
        **({"link": link} if link else {}),
        **({"at": at} if at is not None else {}),
    }


def _ratable(
    note: str,
    target_type: str,
    target_id: str,
    verdict: str,
    text: str,
    link: str,
    at: int | None,
    closes_at: datetime,
) -> dict[str, Any]:
    return {
        "id": note,
        **_about(target_type, target_id, verdict),
        **_said(text, link, at),
        "closesAt": timestamp(closes_at),
    }


def _own(note: Note) -> dict[str, Any]:
    return {
        "id": note.pk,
        **_about(note.panel.target_type, note.panel.target_id, note.panel.outcome),
        **_said(note.text, note.link, note.at),
        "state": "hidden" if note.is_hidden else note.state,
        "writtenAt": timestamp(note.written_at),
    }
