"""Bursts of newcomers: finds them in the facts, writes and ends holds, opens cases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from common.db import rows
from votes import bursts, services, sql
from votes.models import Case, TargetType


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
        services.open_cases(
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
