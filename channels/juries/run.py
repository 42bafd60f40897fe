"""The scheduler of juries: counts batches that ended, draws the next, asks. One run at a time."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import transaction

from channels.juries import sql
from channels.models import DirtyChannel
from common.db import records, rows
from common.locks import Lock, try_transaction_lock
from votes.juries import facts, panels
from votes.juries.queue import Candidate, Nominator, chosen, payers
from votes.juries.rule import Outcome, Side
from votes.models import CHANNEL_VIDEOS, Case, DirtyVideo, Panel, TargetType
from votes.moderation import cases

log = structlog.get_logger()


@dataclass(frozen=True)
class Ran:
    """What a run did: panels that ended, questions asked. `busy` if another one was at it."""

    ended: int = 0
    asked: int = 0
    busy: bool = False


def run() -> Ran:
    """Do all that is due, in one transaction under an advisory lock.

    Killed anywhere it has done nothing; two at once, late or twice do nothing twice.
    """
    with transaction.atomic():
        if not try_transaction_lock(Lock.JURIES):
            return Ran(busy=True)
        ended = panels.end_batches()
        _tell(ended)
        asked = panels.draw(admit)
        given = facts.give_rounds() + facts.give_secrets()
        facts.forget_unanswered()
    done = Ran(len(ended), asked)
    if ended or asked or given:
        log.info("juries", ended=done.ended, asked=done.asked, gold=given)
    return done


def _tell(ended: Sequence[panels.Ended]) -> None:
    """Have what was decided scored anew, and what nobody could decide looked at by a moderator."""
    decided = [it for it in ended if it.outcome is not Outcome.UNDECIDED]
    DirtyVideo.objects.append(it.target_id for it in decided if it.target_type == TargetType.VIDEO)
    DirtyChannel.objects.append(
        [it.target_id for it in decided if it.target_type == TargetType.CHANNEL]
    )
    for target_type in (TargetType.VIDEO, TargetType.CHANNEL):
        evidence = {
            it.target_id: {
                "sayAi": it.said.get(Side.AI, 0),
                "dispute": it.said.get(Side.HUMAN, 0),
                "unsure": it.said.get(Side.UNSURE, 0),
            }
            for it in ended
            if it.outcome is Outcome.UNDECIDED and it.target_type == target_type
        }
        cases.open_cases(Case.Kind.UNDECIDED, target_type, evidence, rest=cases.REST)


def admit(places: int) -> None:
    """Open up to `places` panels: first on what a jury has to look at again, then by the queue."""
    again = [
        panels.Wanted(kind, target, videos, cause, channel)
        for kind, target, videos, cause, channel in rows(sql.AGAIN, {"limit": places})
    ]
    panels.open_panels(again)
    panels.open_panels(_from_queue(places - len(again)))


def waiting() -> list[Candidate]:
    """What waits in the queue, whoever has called it AI."""
    return [candidate for candidate, _ in _waiting().values()]


def _from_queue(places: int) -> Iterable[panels.Wanted]:
    if places <= 0:
        return []
    found = _waiting()
    picked = chosen([candidate for candidate, _ in found.values()], places, _load())
    return [found[candidate.id][1] for candidate in picked]


def _waiting() -> dict[str, tuple[Candidate, panels.Wanted]]:
    suspects = rows(sql.CANDIDATES)
    named_by = _nominators([videos for _, _, videos, *_ in suspects], ever=False)
    found = {}
    for n, (kind, target, videos, channel, viewers, since) in enumerate(suspects):
        candidate = Candidate(f"{kind} {target}", named_by[n], float(viewers), since.timestamp())
        wanted = panels.Wanted(kind, target, _sample(videos), Panel.Cause.SUSPECTED, channel)
        found[candidate.id] = (candidate, wanted)
    return found


def _sample(videos: Sequence[str]) -> list[str]:
    """The videos that a question shows: all, or so many of them at random, in their order."""
    if len(videos) <= CHANNEL_VIDEOS:
        return list(videos)
    picked = secrets.SystemRandom().sample(range(len(videos)), CHANNEL_VIDEOS)
    return [videos[n] for n in sorted(picked)]


def _load() -> dict[str, float]:
    """What each nominator's questions of late have cost, played again from the facts."""
    asked = [videos for (videos,) in reversed(rows(sql.ASKED_OF_LATE))]
    named_by = _nominators(asked, ever=True)
    load: dict[str, float] = defaultdict(float)
    for n in range(len(asked)):
        for payer in payers(named_by[n], load):
            for label in payer:
                load[label] += 1
    return load


def _nominators(asked: Sequence[Sequence[str]], *, ever: bool) -> dict[int, list[Nominator]]:
    """By number: the labels of those who call these videos AI, or `ever` did."""
    found: dict[int, list[Nominator]] = defaultdict(list)
    if asked:
        numbered = records({"n": n, "videos": videos} for n, videos in enumerate(asked))
        for n, *labels in rows(sql.NAMED_BY, {"asked": numbered, "ever": ever}):
            found[n].append(_nominator(*labels))
    return found


def _nominator(*labels: Any) -> Nominator:
    """Account, cluster, network and /48, each told from the others; those that are known."""
    return tuple(f"{kind}{label}" for kind, label in zip("vcas", labels, strict=True) if label)
