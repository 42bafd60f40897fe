"""What a juror may see: their standing, what is open for them, and what became of answers."""

from __future__ import annotations

from typing import Any

from common.db import rows
from common.fields import timestamp
from votes.juries import agreement, sql
from votes.juries.rule import PARAMETERS
from votes.models import Juror, Question
from votes.signs import facts as signs

ANSWERS_SHOWN = 50
# Gold has the last slots of a draw.
_HIDDEN = frozenset({"panel_id", "gold_id", "slot"})


def juror_object(voter_id: str) -> dict[str, Any] | None:
    """A juror as they may see themselves; None for who is none.

    Accuracy is that of last night, so that it does not tell which question was gold.
    """
    juror = Juror.objects.filter(pk=voter_id).select_related("voter").first()
    if juror is None:
        return None
    ((gold, today, given),) = rows(sql.COUNTS, {"juror": voter_id})
    rooted = "rooted" if juror.is_rooted else "training"
    return {
        "state": "paused" if juror.voter.is_paused_juror else rooted,
        "since": timestamp(juror.enrolled_at),
        "questionsLeft": max(0, PARAMETERS.a_day - today),
        "answered": given,
        **(
            {}
            if juror.is_rooted
            else {"training": {"answered": min(gold, PARAMETERS.gold), "of": PARAMETERS.gold}}
        ),
        **(
            {
                "accuracy": {
                    "ai": round(juror.sensitivity, 4),
                    "human": round(juror.specificity or 0, 4),
                    "needed": PARAMETERS.mean,
                }
            }
            if juror.sensitivity is not None
            else {}
        ),
        "answers": _answers(voter_id),
    }


def _answers(voter_id: str) -> list[dict[str, Any]]:
    """What they said, with what others noticed in these videos: a juror learns it afterwards."""
    given = rows(sql.GIVEN, {"juror": voter_id, "limit": ANSWERS_SHOWN})
    noticed = signs.counted({video for videos, *_ in given for video in videos})
    answers = [_given(*row) for row in given]
    for answer in answers:
        found = [
            {"videoId": video, **sign}
            for video in answer["videos"]
            for sign in noticed.get(video, ())
        ]
        if found:
            answer["signs"] = found
    return answers


def _given(
    videos: list[str],
    channel: str | None,
    answer: str,
    kind: str | None,
    at: Any,
    outcome: str | None,
    training: bool,
) -> dict[str, Any]:
    return {
        "videos": videos,
        **({"channel": channel} if channel else {}),
        "answer": answer,
        **({"kind": kind} if kind else {}),
        "answeredAt": timestamp(at),
        **({"outcome": outcome} if outcome else {}),
        **({"training": True} if training else {}),
    }


def questions(voter_id: str) -> dict[str, Any]:
    """The open questions of a juror, and those of their training round."""
    found: dict[str, list[dict[str, Any]]] = {"questions": [], "training": []}
    for number, videos, channel, closes_at, training in rows(
        sql.OPEN_QUESTIONS, {"juror": voter_id}
    ):
        found["questions" if training is None else "training"].append(
            {
                "id": number,
                "videos": videos,
                **({"channel": channel} if channel else {}),
                **({"closesAt": timestamp(closes_at)} if closes_at else {}),
            }
        )
    return found


def stored(voter_id: str) -> dict[str, list[dict[str, Any]]]:
    """All that is stored of a juror, as it is; but not which questions were gold."""
    of_juror = Question.objects.filter(juror_id=voter_id)
    asked = of_juror.order_by("asked_at", "answered_at", "pk").values()
    return {
        "juror": [dict(row) for row in Juror.objects.filter(pk=voter_id).values()],
        "questions": [
            {name: value for name, value in row.items() if name not in _HIDDEN} for row in asked
        ],
        "pairs": agreement.stored(voter_id),
    }
