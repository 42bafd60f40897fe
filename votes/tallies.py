"""Set-wise reads of what the votes and decisions say about videos."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import connection

from realtube.common.db import rows
from votes import sql
from votes.models import Action, Category

ZERO = Decimal(0)


@dataclass
class Tally:
    """The active votes on one video.

    `votes` counts them by category; `weights` sums them by category, each voice once with its
    heaviest vote; `calm_weights` leaves out those of a burst that is held. `independent_voters`
    are the voices for AI, `voices` all; `proven_disputers` are those against it of voters with
    resolved votes, `disputers` those of others. `verdict` is the outcome as it is written down, and
    `stood` whether votes, other than a burst's, ever carried the video to 80.
    """

    votes: dict[str, int] = field(default_factory=dict)
    weights: dict[str, Decimal] = field(default_factory=dict)
    calm_weights: dict[str, Decimal] = field(default_factory=dict)
    independent_voters: int = 0
    calm_voters: int = 0
    voices: int = 0
    disputers: int = 0
    proven_disputers: int = 0
    resolved_disputes: Decimal = ZERO
    is_short: bool | None = None
    first_reported: datetime | None = None
    last_changed: datetime | None = None
    lock: str | None = None
    hidden: bool = False
    shadow_hidden: bool = False
    held: bool = False
    burst: bool = False
    verdict: str | None = None
    stood: bool = False

    @property
    def exists(self) -> bool:
        """Whether there is any fact about the video."""
        return self.first_reported is not None


Claims = dict[str, tuple[int, Decimal]]


def tally(video_ids: Sequence[str]) -> dict[str, Tally]:
    """The tally of each video, empty for those nobody ever spoke of. One statement."""
    tallies = {video_id: Tally() for video_id in video_ids}
    for kind, video_id, *columns in rows(sql.FACTS, {"videos": list(video_ids)}):
        word, votes, weight, resolved, voices, proven, flag, *rest = columns
        *decided, first, last, calm, calm_voices = rest
        found = tallies[video_id]
        if kind == "tally":
            found.votes[word] = votes
            found.weights[word] = weight
            found.calm_weights[word] = calm
            found.voices += voices
            if flag is not None:
                found.is_short = bool(found.is_short) or flag
            if word == Category.NOT_AI:
                found.resolved_disputes = resolved
                found.proven_disputers = proven
                found.disputers = voices - proven
            else:
                found.independent_voters += voices
                found.calm_voters += calm_voices
            continue
        found.first_reported = min(filter(None, [found.first_reported, first]))
        if kind == "standing":
            found.lock = {Action.LOCK_AI: "ai", Action.LOCK_HUMAN: "human"}.get(word)
            hide, shadow, hold = decided
            found.hidden = hide == Action.HIDE
            found.shadow_hidden = shadow == Action.SHADOW_HIDE
            found.held = hold == Action.HOLD
        if kind == "hold":
            found.burst = flag
        if kind == "label":
            found.verdict, found.stood = word, flag
        else:
            found.last_changed = max(filter(None, [found.last_changed, last]))
    for found in tallies.values():
        found.last_changed = found.last_changed or found.first_reported
    return tallies


def claims(video_ids: Sequence[str]) -> tuple[dict[str, Claims], dict[str, Claims]]:
    """Claimed channel ids, and claimed handles, by video: claim -> (voices, weight)."""
    wanted = list(video_ids)
    by_kind: dict[str, dict[str, Claims]] = {"id": {}, "handle": {}}
    for video_id, kind, claim, voices, weight in rows(sql.CLAIMS, {"videos": wanted}):
        by_kind[kind].setdefault(video_id, {})[claim] = (voices, weight)
    return by_kind["id"], by_kind["handle"]


def count_votes(voter_ids: Iterable[str]) -> None:
    """Bring `vote_count` of these voters up to their active votes."""
    with connection.cursor() as cursor:
        cursor.execute(sql.COUNT_VOTES, {"voters": sorted(set(voter_ids))})


def settle(settled: dict[str, tuple[str | None, bool]]) -> None:
    """Write down how these videos stand: verdict, and whether votes newly carry them to 80."""
    if settled:
        with connection.cursor() as cursor:
            cursor.execute(
                sql.SETTLE,
                {
                    "videos": list(settled),
                    "verdicts": [verdict for verdict, _ in settled.values()],
                    "stood": [stood for _, stood in settled.values()],
                },
            )
