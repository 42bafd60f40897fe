"""Writing and reading observations; each write leaves its marks for the pipeline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from common.db import execute, rows
from votes.networks import origin_of
from votes.observations import sql
from votes.observations.rule import Measured, Seen, measure

AT_ONCE = 10_000


@dataclass(frozen=True)
class Sample:
    """What a voter saw of a channel: keys of its videos with the label and without, 1-5 in all.

    `names` are the channel's id, its `@handle`, or both.
    """

    voter_id: str
    names: Sequence[str]
    labelled: Sequence[str]
    unlabelled: Sequence[str]


@transaction.atomic
def observe(sample: Sample, *, address: str) -> datetime | None:
    """Store a sample in the place of the voter's earlier one of the channel.

    Of `address` only a label of its network is kept. Returns from when on it counts, None for now.
    """
    origins = [origin_of(address, video_id=f"label of {name}") for name in sample.names]
    # All networks of an IPv6 /48 are one voice here, and all homes behind an IPv4 /24, whoever is
    # rooted: nobody needs more to be heard.
    networks = {
        "keys": list(sample.names),
        "voices": [o.site or o.voice for o in origins],
        "providers": [o.provider for o in origins],
        "voices_before": [o.site_before or o.voice_before for o in origins],
    }
    ((waits_until,),) = rows(
        sql.OBSERVE,
        {
            **networks,
            "voter": sample.voter_id,
            "labelled": list(sample.labelled),
            "unlabelled": list(sample.unlabelled),
        },
    )
    execute(sql.RELABEL, networks)
    found: datetime | None = waits_until
    return found


def forget_voter(voter_id: str) -> int:
    """Delete what a voter has observed; how many rows."""
    return int(rows(sql.FORGET_VOTER, {"voter": voter_id})[0][0])


def mark_voters(voter_ids: Iterable[str]) -> None:
    """Have the channels looked at again that these voters have observed."""
    execute(sql.MARK_OF_VOTERS, {"voters": sorted(voter_ids)})


def end_waiting() -> int:
    """Let observations count whose voters are old enough by now, up to `AT_ONCE`; how many."""
    return int(rows(sql.END_WAITING, {"limit": AT_ONCE})[0][0])


def forget_old() -> int:
    """Delete observations of 30 days ago, up to `AT_ONCE`; how many."""
    return int(rows(sql.FORGET_OLD, {"limit": AT_ONCE})[0][0])


def measured(keys: Collection[str]) -> dict[str, Measured]:
    """What is observed of channels, by key (an id or an `@handle`); only of observed ones."""
    seen: dict[str, list[Seen]] = defaultdict(list)
    found = rows(sql.OF_CHANNELS, {"keys": list(keys)})
    for key, voice, provider, labelled, unlabelled in found:
        seen[key].append(Seen(voice, frozenset(labelled), frozenset(unlabelled), provider or ""))
    return {key: measure(those) for key, those in seen.items()}
