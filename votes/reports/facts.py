"""Reports of channels: stored with their votes, taken back, counted, and forgotten in time.

What they do is in docs/scoring.md#reported-channels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction

from common.db import execute, records, rows
from votes import casting
from votes.models import Case, ReportedChannel, TargetType
from votes.moderation import cases
from votes.networks import origin_of
from votes.reports import sql

VOICES_FOR_CASE = 5
"""Independent voices that report a channel before a moderator is asked to look at it."""
AT_ONCE = 10_000


@dataclass
class Reported:
    """Who reports a channel: voices by what they say, and what all weigh together (`trust`)."""

    said: dict[str, int] = field(default_factory=dict)
    weight: Decimal = Decimal(0)

    @property
    def voices(self) -> int:
        """How many independent ones."""
        return sum(self.said.values())


@transaction.atomic
def report(key: str, casts: Sequence[casting.Cast]) -> list[casting.Receipt]:
    """Store a voter's report of the channel `key` with its votes, 1-5 on different videos.

    `casts` are of one voter and category. All is stored, or nothing; the receipts in order. The
    report takes the place of the voter's earlier one, and waits as long as new votes do. Of the
    address only a label of its network is kept.
    """
    receipts = casting.cast_votes(casts)
    first = casts[0]
    origin = origin_of(first.address, video_id=f"report of {key}")
    # All networks of an IPv6 /48 are one voice here: nobody needs more to be heard. Of its /32
    # nothing is kept: reports only have a moderator look.
    network = {
        "key": key,
        "voice": origin.site or origin.voice,
        "voice_before": origin.site_before or origin.voice_before,
    }
    ((number,),) = rows(
        sql.REPORT,
        {
            **network,
            "voter": first.ballot.voter_id,
            "category": first.ballot.category,
            "weight": receipts[0].trust,
            "delay": first.delay_minutes,
        },
    )
    execute(sql.RELABEL, network)
    videos = [cast.ballot.video_id for cast in casts]
    execute(sql.JOIN_VOTES, {"report": number, "voter": first.ballot.voter_id, "videos": videos})
    return receipts


@transaction.atomic
def withdraw(key: str, *, voter_id: str) -> list[str] | None:
    """Take back a voter's report of the channel `key`, and the votes that came with it.

    Returns the videos of these votes, None if there is no report. Votes that were changed by
    themselves since stay.
    """
    # As all who write about a voter's votes do: the voter, the votes, and then the report.
    asked = {"voter": voter_id, "key": key}
    videos = sorted(row[0] for row in rows(sql.RETRACT_VOTES, asked))
    return videos if rows(sql.WITHDRAW, asked)[0][0] else None


def forget_voter(voter_id: str) -> None:
    """Delete a voter's reports; their votes are somebody else's care."""
    execute(sql.FORGET_VOTER, {"voter": voter_id})


def mark_voters(voter_ids: Iterable[str]) -> None:
    """Have the channels looked at again that these voters report."""
    execute(sql.MARK_OF_VOTERS, {"voters": sorted(voter_ids)})


def end_waiting() -> int:
    """Let reports count whose delay is over, up to `AT_ONCE`; how many."""
    return int(rows(sql.END_WAITING, {"limit": AT_ONCE})[0][0])


def forget_old() -> int:
    """Delete reports of 30 days ago, up to `AT_ONCE`; how many. Their votes stay."""
    return int(rows(sql.FORGET_OLD, {"limit": AT_ONCE})[0][0])


def weigh(named: Sequence[Sequence[str]], *, settled: Collection[str] = ()) -> None:
    """Count who reports these channels now, each given by all its names, the main one first.

    Writes the numbers down for the desk's queue, opens a case at `VOICES_FOR_CASE`, and closes one
    that has become pointless, as it is of the channels `settled`. Runs inside the pipeline.
    """
    if not named:
        return
    found = [_loudest(of_names) for of_names in _by_name(named)]
    reported = {
        name: it for names, it in zip(named, found, strict=True) if it.voices for name in names
    }
    execute(
        sql.STORE,
        {
            "keys": [name for names in named for name in names],
            "records": records(
                {"key": name, "voices": it.voices, "weight": it.weight}
                for name, it in reported.items()
            ),
        },
    )
    asked, pointless = {}, []
    for names, it in zip(named, found, strict=True):
        if it.voices >= VOICES_FOR_CASE and names[0] not in settled:
            asked[names[0]] = {"reportedBy": it.voices, "reportedAs": it.said}
        else:
            pointless.append(names[0])
    cases.open_cases(Case.Kind.REPORTS, TargetType.CHANNEL, asked, rest=cases.REST)
    cases.close_pointless_cases(Case.Kind.REPORTS, TargetType.CHANNEL, pointless)


def _by_name(named: Sequence[Sequence[str]]) -> list[dict[str, Reported]]:
    """Of each channel: who reports it under which name."""
    found: list[dict[str, Reported]] = [defaultdict(Reported) for _ in named]
    asked = {
        "numbers": [n for n, names in enumerate(named) for _ in names],
        "keys": [name for names in named for name in names],
    }
    for number, name, category, voices, weight in rows(sql.VOICES, asked):
        of_name = found[number][name]
        of_name.said[category] = voices
        of_name.weight += weight
    return found


def _loudest(of_names: dict[str, Reported]) -> Reported:
    """What is said under one name; a network that uses two of them would count twice."""
    return max(of_names.values(), key=lambda it: (it.voices, it.weight), default=Reported())


def reported(keys: Collection[str]) -> ReportedChannel | None:
    """What is counted of a channel with these names; None where nobody reports it."""
    return ReportedChannel.objects.filter(pk__in=keys).order_by("-voices").first()
