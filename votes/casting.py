"""Votes: cast, withdrawn, and counted when their delay is over. Each write leaves its marks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from common.db import prepared_rows
from common.telemetry import metrics
from votes import sql
from votes.models import Category
from votes.networks import origin_of

DELAYS_AT_ONCE = 10_000


@dataclass(frozen=True)
class Ballot:
    """What one vote says, validated. `handle` is in its normal form; of `title` and `channel_name`,
    what the voter's page calls the video and its channel, each may be empty. `signs` are seconds,
    or None, by what the voter noticed; None leaves those of before."""

    voter_id: str
    video_id: str
    category: str
    client_name: str = ""
    client_version: str = ""
    channel_id: str | None = None
    handle: str | None = None
    is_short: bool | None = None
    title: str = ""
    channel_name: str = ""
    signs: Mapping[str, int | None] | None = None


@dataclass(frozen=True)
class Receipt:
    """A stored vote: the voter's trust, 0-1, and until when the vote waits before it counts."""

    trust: float
    waits_until: datetime | None


@dataclass(frozen=True)
class Cast:
    """A ballot on its way: the client's `address`, empty if unknown, and the brake's delay."""

    ballot: Ballot
    address: str
    delay_minutes: int | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Whose opinion about what; a statement may hold each once."""
        return self.ballot.voter_id, self.ballot.video_id


def cast_vote(ballot: Ballot, *, address: str, delay_minutes: int | None = None) -> Receipt:
    """Store a voter's opinion; a second vote on the same video replaces the first.

    `address` is the client's, of which only pseudonyms are kept; empty if unknown. A new opinion
    counts after `delay_minutes`, at once if None; repeating one neither hastens nor delays it.
    """
    return cast_votes([Cast(ballot, address, delay_minutes)])[0]


def cast_votes(casts: Sequence[Cast]) -> list[Receipt]:
    """Store several opinions, of different keys, as `cast_vote` does; the receipts in order.

    One statement and one commit; all are stored, or none.
    """
    receipts: dict[tuple[str, str], Receipt] = {}
    missing = list(casts)
    while missing:
        for voter_id, video_id, trust, waits_until in prepared_rows(sql.CAST, _columns(missing)):
            receipts[voter_id, video_id] = Receipt(float(trust), waits_until)
        missing = [cast for cast in missing if cast.key not in receipts]
    for cast in casts:
        metrics.VOTES.labels(category=cast.ballot.category).inc()
    return [receipts[cast.key] for cast in casts]


def _columns(casts: Sequence[Cast]) -> dict[str, list[Any]]:
    origins = [origin_of(c.address, video_id=c.ballot.video_id) for c in casts]
    ballots = [cast.ballot for cast in casts]
    return {
        "voters": [b.voter_id for b in ballots],
        "videos": [b.video_id for b in ballots],
        "categories": [b.category for b in ballots],
        "ips": [o.ip for o in origins],
        "prefixes": [o.prefix for o in origins],
        "site_prefixes": [o.site_prefix for o in origins],
        "voices": [o.voice for o in origins],
        "voices_before": [o.voice_before for o in origins],
        "sites": [o.site for o in origins],
        "sites_before": [o.site_before for o in origins],
        "providers": [o.provider for o in origins],
        "providers_before": [o.provider_before for o in origins],
        "client_names": [b.client_name for b in ballots],
        "client_versions": [b.client_version for b in ballots],
        "channel_ids": [b.channel_id for b in ballots],
        "handles": [b.handle for b in ballots],
        "shorts": [b.is_short for b in ballots],
        "titles": [b.title for b in ballots],
        "channel_names": [b.channel_name for b in ballots],
        "signs": [_signs(b) for b in ballots],
        "delays": [cast.delay_minutes for cast in casts],
    }


def _signs(ballot: Ballot) -> str | None:
    """As JSON what the statement stores. Who says that it is not AI has seen no signs of it."""
    signs = {} if ballot.category == Category.NOT_AI else ballot.signs
    if signs is None:
        return None
    return json.dumps([{"sign": sign, "at": at} for sign, at in signs.items()])


def end_delays() -> int:
    """Let votes count whose delay is over, up to `DELAYS_AT_ONCE`; how many."""
    with connection.cursor() as cursor:
        cursor.execute(sql.END_DELAYS, {"limit": DELAYS_AT_ONCE})
        return int(cursor.fetchone()[0])


def retract_vote(*, voter_id: str, video_id: str) -> bool:
    """Withdraw a voter's vote; False if there is none. The row stays, and weighs nothing."""
    with connection.cursor() as cursor:
        cursor.execute(sql.RETRACT, {"voter": voter_id, "video": video_id})
        return bool(cursor.fetchone()[0])
