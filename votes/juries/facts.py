"""Jurors and what they answer: each write is one transaction. docs/juries.md tells the rules."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from common import errors
from common.db import execute, records, rows
from votes import sql as votes_sql
from votes.juries import sql
from votes.juries.rule import Record, is_rooted, skill
from votes.models import Answer, Category, Juror, Question, Voter
from votes.networks import Origin, current_period, origin_of

AT_ONCE = 10_000


@dataclass(frozen=True)
class Said:
    """An answer: of which juror to which question, and the kind of AI where it names one."""

    juror: str
    question: str
    answer: str
    kind: str | None = None


@dataclass(frozen=True)
class Result:
    """How a question of a training round went: what was said, and what is the truth."""

    video_id: str
    answer: str
    truth: str
    kind: str | None

    @property
    def is_right(self) -> bool:
        """Whether the answer was. That one is not sure is never wrong, nor right."""
        return self.answer != Answer.UNSURE and (self.answer == Answer.HUMAN) == (
            self.truth == "human"
        )


@transaction.atomic
def enrol(voter_id: str, *, address: str) -> None:
    """Make a voter a juror, with a first round of training; nothing changes for one who is."""
    Voter.objects.bulk_create([Voter(public_id=voter_id)], ignore_conflicts=True)
    execute(sql.ENROL, {"voter": voter_id, "number": secrets.randbits(62)})
    seen(voter_id, address=address)
    give_rounds([voter_id])


def seen(voter_id: str, *, address: str) -> None:
    """Remember that a juror is here, and a label of their network; for 30 days."""
    voice, before = _voices(origin_of(address, video_id="all panels"))
    execute(
        sql.SEEN,
        {
            "voter": voter_id,
            "period": current_period(),
            "voice": voice,
            "voice_before": before,
        },
    )


def _voices(origin: Origin) -> tuple[str | None, str | None]:
    """All networks of an IPv6 /48 are one voice here: nobody needs more to be heard."""
    return origin.site or origin.voice, origin.site_before or origin.voice_before


@transaction.atomic
def leave(voter_id: str) -> bool:
    """Forget that a voter is a juror, and all that they answered; False if they are none.

    Their votes stay, and so do the outcomes that they had a part in.
    """
    juror = Juror.objects.select_for_update().filter(pk=voter_id).first()
    if juror is None:
        return False
    juror.delete()
    execute(votes_sql.MARK_SHARED_OF_VOTERS, {"voters": [voter_id]})
    return True


@transaction.atomic
def answer(said: Said, *, address: str) -> list[Result] | None:
    """Store an answer; of a training round that it ends, the results, else None.

    To repeat an answer changes nothing. Raises `NotFound` for a question that this juror was not
    asked, `Forbidden` while they are paused, `AlreadyAnswered` for another answer than before, and
    `QuestionClosed` when it is too late.
    """
    juror = rows(sql.LOCK_JUROR, {"juror": said.juror})
    asked = Question.objects.filter(pk=said.question, juror_id=said.juror).first()
    if not juror or asked is None:
        raise errors.NotFound("You were not asked this question.")
    if asked.answer is None:
        if juror[0][0]:
            raise errors.Forbidden("A moderator has paused you as a juror.")
        _store(asked, said, address)
    elif (asked.answer, asked.kind) != (said.answer, said.kind):
        raise errors.AlreadyAnswered("You have answered this question otherwise.")
    if asked.round is None:
        return None
    concerned = {"juror": said.juror, "round": asked.round}
    if rows(sql.ROUND_LEFT, concerned)[0][0]:
        return None
    give_rounds([said.juror])
    return [Result(*row) for row in rows(sql.RESULTS, concerned)]


def _store(asked: Question, said: Said, address: str) -> None:
    if asked.panel_id and rows(sql.LOCK_PANEL, {"panel": asked.panel_id})[0][0] != "open":
        raise errors.QuestionClosed("This was decided meanwhile; your answer was not stored.")
    # Gold has a label, too, of no use to anybody: without one it could be told from panels.
    about = f"panel {asked.panel_id}" if asked.panel_id else f"question {asked.pk}"
    voice, before = _voices(origin_of(address, video_id=about))
    stored = execute(
        sql.ANSWER,
        {
            "question": said.question,
            "answer": said.answer,
            "kind": said.kind,
            "voice": voice,
            "voice_before": before,
        },
    )
    if not stored:
        raise errors.QuestionClosed("The time for this question is over; nothing was stored.")
    if asked.gold_id:
        execute(sql.USE_GOLD, {"gold": asked.gold_id})


def give_rounds(jurors: list[str] | None = None) -> int:
    """Give a training round to those of these jurors, or of all, who need one; how many items."""
    return int(rows(sql.GIVE_ROUNDS, {"jurors": jurors})[0][0])


def give_secrets() -> int:
    """Give today's secret items to jurors in training; how many."""
    return int(rows(sql.GIVE_SECRETS)[0][0])


def forget_unanswered() -> int:
    """Delete questions that closed without an answer, up to `AT_ONCE`; how many."""
    return execute(sql.FORGET_UNANSWERED, {"limit": AT_ONCE})


def forget_networks() -> int:
    """Forget the networks of jurors who were not here for 30 days; of how many."""
    return execute(sql.FORGET_NETWORKS)


@transaction.atomic
def weigh() -> int:
    """Reckon anew who is rooted, and how good each juror is; how many that changed.

    Each night for all at once: done at each answer it would tell jurors which questions are gold.
    Where homes share an address, rooted jurors are heard beside the others: what those voted on
    whose standing has turned is scored anew.
    """
    found: list[dict[str, Any]] = []
    turned: list[str] = []
    for juror, was_rooted, *settled in rows(sql.RECORDS):
        record = Record(*settled)
        means, rooted = skill(record), is_rooted(record)
        if rooted != was_rooted:
            turned.append(juror)
        found.append(
            {
                "juror": juror,
                "rooted": rooted,
                "sensitivity": means.sensitivity,
                "specificity": means.specificity,
            }
        )
    execute(votes_sql.MARK_SHARED_OF_VOTERS, {"voters": turned})
    return execute(sql.STORE_STANDINGS, {"records": records(found)})


def kind_of(answer_: str, kind: str | None) -> str | None:
    """The kind of AI that an answer names; what is partly AI is assisted, if nothing is said."""
    return kind or (Category.AI_ASSISTED if answer_ == Answer.PARTLY else None)
