"""What a channel's videos add up to, kept from the changes of its videos.

A video adds to one key: its channel's id, or the `@handle` where voters agree on no id. Only who
holds the pipeline's lock may write here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import Q

from channels import sql
from channels.names import arrays
from common.db import execute, records, rows
from videos.models import Video
from videos.rows import Change, Row, Stored
from videos.scoring import FLAGGED
from videos.store import categories_of
from votes.models import AI_CATEGORIES

_ZERO = Decimal(0)
_READ_AT_ONCE = 5000


@dataclass
class Sums:
    """Videos with votes or a lock that are not hidden; of those that enough independent voters
    have spoken about, or a moderator has, the rest.

    `tracked` counts them, `flagged` those at 50 or more without their channel's prior,
    `flagged_sum` adds up these scores, `contested` counts flagged ones about whose channel voters
    disagree, `weights` adds up weighted scores by category (0 or more each). `last` is when any
    of the videos last changed.
    """

    videos: int = 0
    tracked: int = 0
    flagged: int = 0
    flagged_sum: Decimal = _ZERO
    contested: int = 0
    weights: dict[str, Decimal] = field(default_factory=dict)
    last: datetime | None = None

    def add(self, other: Sums, sign: int = 1) -> None:
        """Add what another has, or with `sign` -1 take it away; `last` only ever grows."""
        self.videos += sign * other.videos
        self.tracked += sign * other.tracked
        self.flagged += sign * other.flagged
        self.flagged_sum += sign * other.flagged_sum
        self.contested += sign * other.contested
        for category, weight in other.weights.items():
            self.weights[category] = self.weights.get(category, _ZERO) + sign * weight
        if sign > 0 and other.last and (self.last is None or other.last > self.last):
            self.last = other.last

    @property
    def is_possible(self) -> bool:
        """Whether any videos can add up to it."""
        counts = 0 <= self.contested <= self.flagged <= self.tracked <= self.videos
        return counts and min(self.weights.values(), default=_ZERO) >= 0

    @property
    def top_categories(self) -> list[str]:
        """The categories that weigh anything, the heaviest first."""
        found = sorted((-weight, category) for category, weight in self.weights.items() if weight)
        return [category for _, category in found]


def part_of(stored: Stored | None) -> tuple[str, Sums] | None:
    """What a video adds to its channel, and under which key; None if nothing."""
    if stored is None:
        return None
    row, categories = stored
    if row.hidden or row.shadow_hidden or not (row.total_votes or row.locked):
        return None
    key = row.channel_id or (row.channel_handle and f"@{row.channel_handle}")
    if not key:
        return None
    part = Sums(videos=1, last=row.last_updated)
    voices = row.independent_voters + row.independent_disputers
    # Invented videos have neither.
    if row.locked or voices >= settings.MIN_INDEPENDENT_VOTERS:
        part.tracked = 1
        part.weights = {category: weighted for category, (_, weighted) in categories.items()}
        if row.evidence_score >= FLAGGED:
            part.flagged, part.flagged_sum = 1, row.evidence_score
            part.contested = int(row.claims_contested)
    return key, part


def keys_of(changes: Iterable[Change]) -> set[str]:
    """The keys whose sums these changes move."""
    parts = [(part_of(change.before), part_of(change.after)) for change in changes]
    return {part[0] for old, new in parts if old != new for part in (old, new) if part}


def bring_up(
    keys: Collection[str], changes: Iterable[Change], *, afresh: Collection[str] = ()
) -> dict[str, Sums]:
    """Store what the changes make of these keys' sums; the sums by key, of those that have videos.

    `keys` has every key of the changes' videos. Those in `afresh` are added up anew from all their
    videos, as are those whose video changed last has gone: which is the last then? So are sums
    that changes cannot lead to: they are of before a setting or a table was changed.
    """
    found = {row[0]: _from_row(row[1:]) for row in rows(sql.READ_SUMS, {"keys": sorted(set(keys))})}
    before = set(found)
    touched: set[str] = set()
    anew = set(afresh)
    for change in changes:
        old, new = part_of(change.before), part_of(change.after)
        if old == new:
            continue
        if old:
            key, part = old
            if key not in found:
                anew.add(key)
            sums = found.setdefault(key, Sums())
            stays = new is not None and new[0] == key and _at_least(new[1].last, part.last)
            if not stays and not _at_least(sums.last, part.last, more=True):
                anew.add(key)
            sums.add(part, -1)
            touched.add(key)
        if new:
            found.setdefault(new[0], Sums()).add(new[1])
            touched.add(new[0])
    anew |= {key for key in touched if not found[key].is_possible}
    if anew:
        found |= dict.fromkeys(anew, Sums()) | _add_up(anew)
        touched |= anew
    gone = [key for key in touched if not found[key].videos]
    _store({key: found[key] for key in touched - set(gone)}, sorted(before.intersection(gone)))
    return {key: sums for key, sums in found.items() if sums.videos}


def _at_least(one: datetime | None, other: datetime | None, *, more: bool = False) -> bool:
    """Whether `one` is at least as late as `other`, or later with `more`."""
    if one is None or other is None:
        return False
    return one > other if more else one >= other


def _add_up(keys: Collection[str]) -> dict[str, Sums]:
    """The sums of these keys, from all their videos."""
    names = arrays(list(keys))
    ids, handles = ([name for name in names[kind] if name] for kind in ("ids", "handles"))
    videos = Video.objects.filter(
        Q(channel_id__among=ids) | Q(channel_id=None, channel_handle__among=handles)
    )
    found: dict[str, Sums] = {}
    reader = videos.values_list(*Row._fields).iterator(chunk_size=_READ_AT_ONCE)
    while chunk := list(islice(reader, _READ_AT_ONCE)):
        categories = categories_of(values[0] for values in chunk)
        for values in chunk:
            part = part_of(Stored(Row(*values), categories.get(values[0], {})))
            if part:
                found.setdefault(part[0], Sums()).add(part[1])
    return found


def _from_row(values: tuple[Any, ...]) -> Sums:
    videos, tracked, flagged, flagged_sum, contested, weights, last = values
    by_category = dict(zip(AI_CATEGORIES, weights, strict=False))
    return Sums(videos, tracked, flagged, flagged_sum, contested, by_category, last)


def _store(changed: dict[str, Sums], gone: list[str]) -> None:
    if gone:
        execute(sql.DELETE_SUMS, {"keys": gone})
    if changed:
        execute(
            sql.STORE_SUMS,
            {
                "records": records(
                    {
                        "key": key,
                        **vars(sums),
                        "weights": [sums.weights.get(category, 0) for category in AI_CATEGORIES],
                    }
                    for key, sums in sorted(changed.items())
                )
            },
        )
