"""Bursts of newcomers: finds them in the facts, writes and ends holds, opens cases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from common.db import rows
from votes import bursts, sql
from votes.models import Action, Case, Decision, Hold, TargetType
from votes.moderation import cases


@dataclass(frozen=True)
class Burst:
    """An hour of newcomers' votes of one side on some videos, and what is usual there."""

    target_type: TargetType
    scope: str
    video_ids: Sequence[str]
    side: str
    newcomers: int
    voices: int
    usual_per_hour: float
    least: int

    @property
    def is_one(self) -> bool:
        """Whether it is a burst at all."""
        return bursts.is_burst(
            newcomers=self.newcomers,
            voices=self.voices,
            least=self.least,
            usual_per_hour=self.usual_per_hour,
        )


def least_newcomers(side: str) -> int:
    """The newcomers within an hour below which nothing is a burst."""
    return settings.BURST_DISPUTERS if side == "human" else settings.BURST_VOTERS


def detect(video_ids: Iterable[str]) -> int:
    """Hold those of the videos upon which newcomers have burst; how many holds that made."""
    least = min(settings.BURST_VOTERS, settings.BURST_DISPUTERS)
    found = rows(sql.LAST_HOUR, {"videos": sorted(set(video_ids)), "least": least})
    return hold(
        Burst(
            TargetType.VIDEO,
            video_id,
            [video_id],
            side,
            newcomers,
            voices,
            float(usual),
            least_newcomers(side),
        )
        for video_id, side, newcomers, voices, usual in found
    )


@transaction.atomic
def hold(suspects: Iterable[Burst]) -> int:
    """Hold the videos of those suspects that are bursts, with a case each; how many new holds."""
    real = [suspect for suspect in suspects if suspect.is_one]
    flat = [(video_id, suspect) for suspect in real for video_id in suspect.video_ids]
    if not flat:
        return 0
    ((held,),) = rows(
        sql.HOLD,
        {
            "videos": [video_id for video_id, _ in flat],
            "sides": [suspect.side for _, suspect in flat],
            "scopes": [suspect.scope for _, suspect in flat],
            "thresholds": [
                bursts.threshold(least=suspect.least, usual_per_hour=suspect.usual_per_hour)
                for _, suspect in flat
            ],
        },
    )
    for target_type in (TargetType.VIDEO, TargetType.CHANNEL):
        cases.open_cases(
            Case.Kind.BURST,
            target_type,
            {
                suspect.scope: {
                    "side": suspect.side,
                    "newcomers": suspect.newcomers,
                    "voices": suspect.voices,
                    "usualPerHour": round(suspect.usual_per_hour, 3),
                    "videos": sorted(suspect.video_ids),
                }
                for suspect in real
                if suspect.target_type == target_type
            },
        )
    return int(held)


@transaction.atomic
def cool() -> int:
    """End the holds whose burst is over; how many. Their cases stay for a moderator."""
    over = [
        (scope, side)
        for scope, side, threshold, newcomers in rows(sql.WARMTH)
        if bursts.has_cooled(newcomers=newcomers, threshold=threshold)
    ]
    if not over:
        return 0
    scopes, sides = zip(*over, strict=True)
    return int(rows(sql.COOL, {"scopes": list(scopes), "sides": list(sides)})[0][0])


@dataclass(frozen=True)
class Change:
    """The bursts that a decision lets count, and those that it holds again, by number."""

    released: Sequence[int] = ()
    held: Sequence[int] = ()
    releases: bool = False

    @property
    def before(self) -> dict[str, list[int]]:
        """Which of them were held before, for the log."""
        return {"bursts": list(self.released)} if self.releases or self.held else {}

    @property
    def after(self) -> dict[str, list[int]]:
        """Which of them are held afterwards, for the log."""
        return {"bursts": list(self.held)} if self.releases or self.held else {}


def changed_by(action: str, scopes: Sequence[str], reverses: Decision | None) -> Change:
    """What a decision about a video, or a channel of these names, does about the bursts upon it.

    A release lets all of them count; to take one back holds these again, and to take that back
    lets them count once more. To take back a hold says nothing about bursts.
    """
    if reverses is None:
        if action != Action.RELEASE:
            return Change()
        concerned = Q(video_id__in=scopes) | Q(scope__in=scopes)
        held = Hold.objects.filter(concerned, genuine=False).order_by("pk")
        return Change(released=list(held.values_list("pk", flat=True)), releases=True)
    again = reverses.after.get("bursts", [])
    return Change(released=again, held=reverses.before.get("bursts", []), releases=bool(again))


def settle(change: Change, scopes: Sequence[str], decision: Decision) -> None:
    """Let the votes of bursts upon `scopes` count, which closes their case, or hold them again.

    The newcomers of a burst that is held again are one voice, as after any.
    """
    with connection.cursor() as cursor:
        if change.held:
            cursor.execute(sql.HOLD_AGAIN, {"holds": list(change.held)})
        if change.released:
            cursor.execute(sql.RELEASE, {"holds": list(change.released)})
    if change.releases:
        cases.close_cases(Case.Kind.BURST, TargetType(decision.target_type), scopes, decision)
