"""The monthly sample: drawn, answered, closed. Each write is one transaction (docs/juries.md)."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from channels.samples import rule, sql
from common.db import execute, records, rows
from common.locks import Lock, try_transaction_lock
from votes.juries.draw import shuffled
from votes.juries.facts import kind_of
from votes.juries.panels import SIDES
from votes.juries.rule import Side
from votes.models import Case, ErrorRate, Sample, SampleAnswer, SampleItem, TargetType
from votes.moderation import cases
from votes.moderation.actions import Refused

PUBLISHED = 24
"""Rates that are published: of a year, by side."""
log = structlog.get_logger()


@dataclass(frozen=True)
class Waiting:
    """Items of open samples: without enough answers, of these not answered by oneself, and all."""

    left: int
    own: int
    of: int


@transaction.atomic
def keep(*, moderators: int) -> bool:
    """Draw last month's sample, settle what is answered, close what is due; False if another is
    at it. Killed anywhere it has done nothing, and two at once do nothing twice.

    `moderators`: how many the site has.
    """
    if not try_transaction_lock(Lock.SAMPLES):
        return False
    ((month, is_drawn),) = rows(sql.LAST_MONTH)
    if not is_drawn and settings.SAMPLE:
        draw(month)
    execute(sql.SET_ASIDE)
    settle(moderators=moderators)
    for (due,) in rows(sql.DUE):
        close(due)
    return True


def draw(month: date) -> int:
    """Draw the sample of a month, unless nothing was decided in it; how many were written down.

    Of each side the decisions in the order of their numbers, shuffled by the seed and "sample
    YYYY-MM SIDE" as the log of draws does it; the first of them.
    """
    decided: dict[str, list[int]] = defaultdict(list)
    for side, panel in rows(sql.DECIDED, {"month": month}):
        decided[side].append(panel)
    if not decided:
        return 0
    wanted, seed = rule.sizes(settings.SAMPLE), secrets.token_bytes(32)
    Sample.objects.create(
        month=month,
        seed=seed,
        of_ai=len(decided[Side.AI]),
        of_human=len(decided[Side.HUMAN]),
        wanted_ai=wanted[Side.AI],
        wanted_human=wanted[Side.HUMAN],
    )
    drawn = [
        {"panel": decided[side][n], "place": place}
        for side in (Side.AI, Side.HUMAN)
        for place, n in zip(
            range(rule.RESERVE * wanted[side]),
            shuffled(seed, f"sample {month:%Y-%m} {side}", len(decided[side])),
            strict=False,
        )
    ]
    stored = execute(sql.STORE_ITEMS, {"month": month, "seed": seed, "records": records(drawn)})
    log.info("sample drawn", month=f"{month:%Y-%m}", items=stored)
    return stored


def next_item(moderator: str) -> SampleItem | None:
    """What a moderator is to look at next; None if there is nothing for them.

    Not what they have decided about themselves. What somebody had before the draw is set aside
    first, and replaced.
    """
    execute(sql.SET_ASIDE)
    found = rows(sql.NEXT, {"moderator": moderator})
    return SampleItem.objects.get(pk=found[0][0]) if found else None


def waiting(moderator: str) -> Waiting:
    """How much of the open samples is left."""
    return Waiting(*rows(sql.WAITING, {"moderator": moderator})[0])


@transaction.atomic
def answer(item_id: int, *, moderator: str, said: str, kind: str | None, moderators: int) -> None:
    """Store what a moderator says of an item. To repeat it changes nothing.

    `said` is an `Answer`, `kind` the kind of AI or None. Raises `Refused` where they have said
    otherwise or decided about it, where enough others have answered, and where the item is not
    asked any more.
    """
    locked = rows(sql.LOCK_ITEM, {"item": item_id, "moderator": moderator})
    if not locked:
        raise Refused("There is no such question.")
    kind = kind_of(said, kind)
    before = SampleAnswer.objects.filter(item_id=item_id, moderator=moderator).first()
    if before:
        if (before.answer, before.kind) == (said, kind):
            return
        raise Refused("You have answered this one otherwise. Nothing was changed.")
    is_settled, is_gone, has_decided = locked[0]
    if is_settled:
        raise Refused("Enough others have answered this one meanwhile. Nothing was stored.")
    if is_gone:
        raise Refused("This one is not asked any more. Nothing was stored.")
    if has_decided:
        raise Refused("You have decided about this one, so you are not asked. Nothing was stored.")
    SampleAnswer.objects.create(item_id=item_id, moderator=moderator, answer=said, kind=kind)
    settle(moderators=moderators)


def settle(*, moderators: int) -> int:
    """Settle the items with enough answers; how many. Where moderators disagree with the jury, a
    case opens: it is for one who sees everything to decide, and the answers decide nothing."""
    found = rows(sql.ENOUGH, {"needed": rule.needed(moderators)})
    verdicts = {
        item: rule.verdict(SIDES[answer_] for answer_ in said) for item, _, _, _, said in found
    }
    execute(
        sql.SETTLE, {"records": records({"id": pk, "verdict": v} for pk, v in verdicts.items())}
    )
    evidence = {
        video: {"sampleOf": month, "jurySaid": side, "moderatorsSaid": str(verdicts[item])}
        for item, video, side, month, _ in found
        if verdicts[item] not in (Side.UNSURE, side)
    }
    cases.open_cases(Case.Kind.SAMPLE, TargetType.VIDEO, evidence)
    return len(found)


def close(month: date) -> None:
    """Write down what a sample found, for ever; the names of who answered go."""
    ErrorRate.objects.bulk_create(
        _rate(month, *found) for found in rows(sql.FOUND, {"month": month})
    )
    Sample.objects.filter(pk=month).update(closed_at=Now())
    execute(sql.FORGET_NAMES, {"month": month})
    log.info("sample closed", month=f"{month:%Y-%m}")


def _rate(
    month: date,
    side: str,
    decided: int,
    asked: int,
    aside: int,
    clear: int,
    unclear: int,
    wrong: int,
) -> ErrorRate:
    enough = clear >= rule.LEAST
    low, high = rule.interval(wrong, clear) if enough else (None, None)
    return ErrorRate(
        sample_id=month,
        side=side,
        decided=decided,
        asked=asked,
        set_aside=aside,
        answered=clear,
        unclear=unclear,
        wrong=wrong,
        rate=wrong / clear if enough else None,
        low=low,
        high=high,
    )


def rates() -> list[ErrorRate]:
    """What was written down of the last year, the newest month first, AI before human."""
    return list(ErrorRate.objects.order_by("-sample_id", "side")[:PUBLISHED])


def published() -> list[dict[str, Any]]:
    """The same as `GET /api/stats` has it."""
    return [_public(it) for it in rates()]


def _public(it: ErrorRate) -> dict[str, Any]:
    counts = {
        "month": f"{it.sample_id:%Y-%m}",
        "side": it.side,
        "decided": it.decided,
        "asked": it.asked,
        "setAside": it.set_aside,
        "answered": it.answered,
        "unclear": it.unclear,
        "wrong": it.wrong,
    }
    if it.rate is None or it.low is None or it.high is None:
        return {**counts, "tooFew": True}
    return {**counts, **_rounded({"rate": it.rate, "low": it.low, "high": it.high})}


def _rounded(shares: dict[str, float]) -> dict[str, float]:
    return {name: round(share, 4) for name, share in shares.items()}


def latest_rates() -> Iterable[tuple[str, float, float]]:
    """Of each side the last month that has a rate: side, rate, and the low end of its interval."""
    for side in (Side.AI, Side.HUMAN):
        found = ErrorRate.objects.filter(side=side, rate__isnull=False).order_by("-sample_id")
        if (it := found.first()) and it.rate is not None and it.low is not None:
            yield side, it.rate, it.low


def left() -> tuple[int, float | None]:
    """Items of open samples that wait for answers, and the age in seconds of the oldest sample
    that has any."""
    ((count, age_s),) = rows(sql.LEFT)
    return count, age_s
