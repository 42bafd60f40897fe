"""From videos, lists and decisions to channels: which keys are one channel, and its score."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

import orjson

from channels import scoring, sql
from channels.models import Channel, Measurement
from channels.names import Names, arrays, resolve
from channels.standings import by_key, turned
from channels.sums import Sums, bring_up
from common.db import execute, records, rows
from common.ids import normalise_key
from videos.rows import Change, channel_keys
from videos.scoring import LIST
from votes import brakes
from votes.observations import facts as observations
from votes.observations.rule import NOTICE_HOURS as MEASURED_NOTICE_HOURS
from votes.observations.rule import Measured, Stage, Verdict, strongest


@dataclass(frozen=True)
class RolledUp:
    """What changed: channels written, and keys that no longer name one.

    `channels` are all that were looked at, as they are now, `keys` all names looked at.
    `named` are the channels looked at, whether there is anything to say of them or not.
    `turned` are the videos whose channel starts its videos flagged now, or no longer: they have
    to be scored again. `doubted` are channels, with their numbers, that were measured until others
    saw otherwise.
    """

    channels: list[Channel] = field(default_factory=list)
    keys: frozenset[str] = frozenset()
    changed: list[Channel] = field(default_factory=list)
    removed_keys: frozenset[str] = frozenset()
    turned: list[str] = field(default_factory=list)
    doubted: dict[str, dict[str, int]] = field(default_factory=dict)
    named: list[Names] = field(default_factory=list)


def roll_up(
    keys: Iterable[str],
    changes: Sequence[Change] = (),
    *,
    now: datetime,
    revision: int,
    afresh: bool = False,
    juries: bool = False,
) -> RolledUp:
    """Bring the channels of these keys (ids or `@handle`s), and of these videos, up to their facts.

    What a channel's videos add up to is kept from the changes; `afresh` looks at all videos, as is
    done for channels that older rules have rolled up. `juries`: they confirm, votes suspect.
    Runs inside the pipeline's transaction, a fixed number of statements for any number of keys.
    """
    asked = set(keys)
    wanted = asked | _keys_of(changes)
    if not wanted:
        return RolledUp()
    named = resolve(wanted)
    known = frozenset(key for names in named for key in names.keys)
    found = {channel.names: channel for channel in Channel.objects.named(known)}
    stale = known if afresh else _outdated(found.values(), known)
    facts = _facts(named, bring_up(known, changes, afresh=stale), juries=juries)
    measurements = _Measurements(known)
    before = by_key(found.values())
    alive: dict[Names, Channel] = {}
    changed: list[Channel] = []
    for n, names in enumerate(named):
        channel = _channel(names, facts, n, measurements=measurements, now=now)
        if channel is None:
            continue
        old = found.get(names)
        if old is None or _public(old) != _public(channel):
            if old:
                channel.pk, channel.name = old.pk, old.name
            channel.revision = revision
            changed.append(channel)
        alive[names] = channel
    gone = [names for names in found if names not in alive]
    Channel.objects.filter(pk__in=[found[names].pk for names in gone]).delete()
    _store(changed)
    measurements.store()
    _mark_renamed(found, named, asked)
    keys_turned = turned(before, by_key(alive.values()))
    return RolledUp(
        channels=list(alive.values()),
        keys=known,
        changed=changed,
        removed_keys=_removed(gone, alive),
        turned=[row[0] for row in rows(sql.VIDEOS_NAMED, arrays(keys_turned))]
        if keys_turned
        else [],
        doubted=_doubted(found, named, facts),
        named=named,
    )


def _doubted(
    found: Mapping[Names, Channel], named: Iterable[Names], facts: _Facts
) -> dict[str, dict[str, int]]:
    """The channels that were measured until now, and of which voters see the opposite."""
    return {
        names.key: {"agree": it.agree, "otherwise": it.otherwise}
        for n, names in enumerate(named)
        if (it := facts.measured[n]).verdict is Verdict.SUSPENDED
        and names in found
        and found[names].measured
    }


def _outdated(found: Iterable[Channel], known: Collection[str]) -> set[str]:
    """Those of the known names whose channels older rules have rolled up."""
    return {
        key
        for channel in found
        if channel.rules < scoring.RULES
        for key in channel.names.keys
        if key in known
    }


def _keys_of(changes: Iterable[Change]) -> set[str]:
    return {key for of in changes for stored in of if stored for key in channel_keys(stored.row)}


def _mark_renamed(found: Iterable[Names], named: Iterable[Names], asked: Iterable[str]) -> None:
    """Have votes that name a handle looked at again where it now goes with other handles.

    Nothing says what handles of no channel went with until now: their votes are looked at where
    a list or a moderator spoke of them, which is why somebody `asked`.
    """
    before = {handle: set(names.handles) for names in found for handle in names.handles}
    moved = {key[1:] for key in asked if key.startswith("@")} - before.keys()
    moved |= {
        name
        for names in named
        for handle in names.handles
        if before.get(handle, {handle}) != set(names.handles)
        for name in (*names.handles, *before.get(handle, ()))
    }
    if moved:
        execute(sql.MARK_CLAIMED, {"handles": sorted(moved)})


def _removed(gone: Iterable[Names], alive: Iterable[Names]) -> frozenset[str]:
    """Keys under which clients hold what is no more: channels' own, and names nobody has now."""
    named = {key for names in alive for key in names.keys}
    removed = {key for names in gone for key in names.keys if key not in named}
    return frozenset(removed | {names.key for names in gone}) - {names.key for names in alive}


@dataclass(frozen=True)
class Made:
    """What a channel's score is made of right now: its videos, a list, a moderator's word.

    `flagged_sum` adds up the flagged videos' scores without their channel's prior; `contested`
    of them have voters who disagree about the channel. `steps` are those of `scoring.steps`.
    """

    tracked: int
    flagged: int
    flagged_sum: Decimal
    contested: int
    listing: str | None
    decision: str | None
    steps: list[tuple[str, Decimal]]


def made_of(channel: Channel) -> Made:
    """The facts behind a channel's score; nothing is written."""
    sums_by_key = bring_up(channel.names.keys, ())
    facts = _facts([channel.names], sums_by_key, juries=brakes.juries_confirm())
    sums = facts.sums[0]
    listing = facts.listings.get(0, Listed()).served
    decision = facts.decisions.get(0, (None,))[0]
    steps = scoring.steps(
        score=_score(sums),
        listing=listing,
        decision=decision,
        jury=facts.outcomes.get(0),
        juries=facts.juries,
    )
    return Made(
        sums.tracked, sums.flagged, sums.flagged_sum, sums.contested, listing, decision, steps
    )


class Listed(NamedTuple):
    """What lists say of a channel, `block` or `warn`, and when one was the last to say something.

    `level` is of lists that may be passed on, `here` of those that this site alone may serve,
    which `restricted` names with their licences.
    """

    level: str | None = None
    here: str | None = None
    restricted: str = ""
    at: datetime | None = None

    @property
    def served(self) -> str | None:
        """What both say together."""
        return scoring.stronger(self.level, self.here)


@dataclass
class _Facts:
    """By the number of the channel; each has `sums`. `juries`: they confirm, votes suspect."""

    sums: list[Sums]
    measured: list[Measured]
    listings: dict[int, Listed]
    decisions: dict[int, Any]
    outcomes: dict[int, str]
    juries: bool


def _facts(named: Sequence[Names], by_key: Mapping[str, Sums], *, juries: bool) -> _Facts:
    parameters = _parameters(named)
    sums = [Sums() for _ in named]
    for n, names in enumerate(named):
        for key in names.keys:
            if key in by_key:
                sums[n].add(by_key[key])
    return _Facts(
        sums=sums,
        measured=_measured(named),
        listings={row[0]: Listed(*row[1:]) for row in rows(sql.LISTINGS, parameters)},
        decisions={row[0]: row[1:] for row in rows(sql.DECISIONS, parameters)},
        outcomes=dict(rows(sql.JURIES, parameters)),
        juries=juries,
    )


def _measured(named: Sequence[Names]) -> list[Measured]:
    """What is observed of each channel, under all its names."""
    found = observations.measured([key for names in named for key in names.keys])
    return [strongest(found[key] for key in names.keys if key in found) for names in named]


def _score(sums: Sums) -> Decimal:
    return scoring.rolled_up(
        tracked=sums.tracked, flagged=sums.flagged, flagged_sum=sums.flagged_sum
    )


def _channel(
    names: Names, facts: _Facts, n: int, *, measurements: _Measurements, now: datetime
) -> Channel | None:
    sums = facts.sums[n]
    if names.key != normalise_key(names.key):
        return None  # decisions of old may name it so, which are written down anew under its key
    listed = facts.listings.get(n, Listed())
    action, decided_at = facts.decisions.get(n, (None, None))
    # A moderator's word ends a measurement, and is remembered: later ones do not bring it back.
    is_measured = facts.measured[n].verdict is Verdict.MEASURED and action not in scoring.LOCKING
    measured_since = measurements.since(names, now=now) if is_measured else None
    if not is_measured:
        measurements.withdraw(names)
    jury = facts.outcomes.get(n)
    is_known = bool(sums.videos or listed.level or action or is_measured or jury)
    if not is_known and not listed.here:
        return None
    standing_by = partial(
        scoring.standing,
        score=_score(sums),
        decision=action,
        jury=jury,
        measured=_stage(measured_since, now=now) is Stage.COUNTS,
        juries=facts.juries,
    )
    standing, passed = standing_by(listing=listed.served), standing_by(listing=listed.level)
    restricted = listed.restricted if standing != passed else ""
    return Channel(
        channel_id=names.channel_id,
        handle=names.handles[-1] if names.handles else None,
        former_handles=list(names.handles[:-1]),
        score=standing.score,
        total_videos=sums.tracked,
        flagged_videos=sums.flagged,
        top_categories=sums.top_categories,
        locked=standing.locked,
        auto_flag_new=standing.auto_flag,
        restricted=restricted,
        listed=standing.auto_flag and standing.decided_by == LIST,
        decided_by=standing.decided_by,
        passed_score=passed.score if restricted and is_known else None,
        passed_auto_flag=bool(restricted) and passed.auto_flag,
        measured=_stage(measured_since, now=now),
        measured_since=measured_since,
        last_updated=max(
            filter(None, [sums.last, listed.at, decided_at, measured_since]), default=now
        ),
        rules=scoring.RULES,
        inputs=_inputs(sums, listed.level),
    )


def _inputs(sums: Sums, listing: str | None) -> str:
    """What the export tells of a score beside what is published anyway, as JSON: the scores of the
    flagged videos added up, and what lists that may be passed on say."""
    found = {"flagged_sum": f"{sums.flagged_sum:.2f}", "listing": listing}
    return orjson.dumps(found).decode()


def _stage(since: datetime | None, *, now: datetime) -> Stage | None:
    if since is None:
        return None
    return Stage.COUNTS if since + timedelta(hours=MEASURED_NOTICE_HOURS) <= now else Stage.NOTICE


class _Measurements:
    """Since when channels are measured: rows of `Measurement`, by key."""

    def __init__(self, known: Collection[str]) -> None:
        self._rows = {row.key: row for row in Measurement.objects.filter(key__among=known)}
        self._given = set(self._rows)

    def since(self, names: Names, *, now: datetime) -> datetime:
        """Since when the channel is measured; from now on if it was not before."""
        given = [self._rows[key].since for key in names.keys if key in self._rows]
        if not given:
            self._rows[names.key] = Measurement(key=names.key, since=now)
        return min(given, default=now)

    def withdraw(self, names: Names) -> None:
        """The channel no longer is."""
        for key in names.keys:
            self._rows.pop(key, None)

    def store(self) -> None:
        """Write the rows that are new, delete those that are no more."""
        Measurement.objects.bulk_create(
            [self._rows[key] for key in sorted(self._rows.keys() - self._given)]
        )
        gone = self._given - self._rows.keys()
        if gone:
            Measurement.objects.filter(key__among=sorted(gone)).delete()


def _public(channel: Channel) -> tuple[Any, ...]:
    return (
        channel.names,
        channel.score,
        channel.total_videos,
        channel.flagged_videos,
        channel.top_categories,
        channel.locked,
        channel.auto_flag_new,
        channel.restricted,
        channel.listed,
        channel.decided_by,
        channel.passed_score,
        channel.passed_auto_flag,
        channel.measured,
        channel.measured_since,
        channel.last_updated,
        channel.rules,
        channel.inputs,
    )


def _store(channels: list[Channel]) -> None:
    """Write all columns of these; two statements, without models' one parameter for each value."""
    known = [channel for channel in channels if channel.pk is not None]
    new = [channel for channel in channels if channel.pk is None]
    for statement, keys, found in (
        (sql.UPDATE, ("pk",), known),
        (sql.INSERT, ("channel_id", "handle", "former_handles"), new),
    ):
        if found:
            names = (*keys, *sql.WRITTEN)
            written = ({name: getattr(channel, name) for name in names} for channel in found)
            execute(statement, {"records": records(written)})


def outdated(limit: int) -> set[str]:
    """Channels that older rules have rolled up, whose disputed videos are marked as well."""
    keys = {row[0] for row in rows(sql.OUTDATED, {"rules": scoring.RULES, "limit": limit})}
    if keys:
        execute(
            sql.MARK_DISPUTED,
            _parameters([channel.names for channel in Channel.objects.named(keys)]),
        )
    return keys


def _parameters(named: Sequence[Names]) -> dict[str, Any]:
    """What the statements want to know of these channels."""
    numbered = [(n, key) for n, names in enumerate(named) for key in names.keys]
    return {"numbers": [n for n, _ in numbered], **arrays([key for _, key in numbered])}
