"""An id and a handle that voters name together: whether they are one channel, a moderator says.

Until then each keeps what it has, its lists, its flag, its lock: else three accounts could give a
flagged channel's flag to anybody, or take a cleared one's lock for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from channels import sql
from channels.models import Channel, DirtyChannel, Tie
from channels.names import arrays
from channels.present import NONE, band, channel_object
from channels.recompute import RolledUp
from common.db import rows
from votes.models import Action, Decision, TargetType
from votes.moderation import cases, decisions
from votes.moderation.actions import RULES, fits

VIDEOS = 3
"""As many have to name both, so that a single mistake asks nobody."""
VIDEOS_SHOWN = 50
FLAGGED_VIDEOS = 20
"""Flagged videos that both together have, where neither has any standing."""
_STANDS = {
    "locked_ai": "locked as AI",
    "cleared": "cleared",
    "auto_flagged": "flagged",
    "flagged": "score of 50 or more",
    NONE: "nothing is said of it",
}


@dataclass(frozen=True)
class Ties:
    """Ties to ask a moderator about, with the evidence, and some that need not be asked about."""

    asked: dict[str, dict[str, Any]]
    pointless: list[str]


def target_of(channel_id: str, handle: str) -> str:
    """What a tie is called in cases and decisions."""
    return f"{channel_id} @{handle}"


def names_in(target: str) -> tuple[str, str]:
    """The id and the handle of a tie. Raises `ValueError` for anything else."""
    channel_id, _, handle = target.partition(" @")
    if not channel_id or not handle:
        raise ValueError(f"{target} is no tie")
    return channel_id, handle


def open_ties(keys: Collection[str]) -> list[int]:
    """The numbers of the open cases about ties of any of these ids and `@handle`s."""
    return [number for _, number in rows(sql.OPEN_TIES, arrays(keys))]


def look_at(rolled: RolledUp) -> Ties:
    """What to ask about the names of these channels, now that they are rolled up.

    Asked is about an id and a handle that are not one channel, that three voters name together,
    on `VIDEOS` videos or more, and that nobody has decided about; if either has any standing, or
    both together have `FLAGGED_VIDEOS`. One at a time for each name: the
    one that most voters speak for.
    """
    opened = {row[0] for row in rows(sql.OPEN_TIES, arrays(list(rolled.keys)))}
    keys = {
        key
        for channel in rolled.channels
        if _stands(channel) != NONE or 2 * channel.flagged_videos >= FLAGGED_VIDEOS
        for key in channel.names.keys
    }
    for channel_id, handle in map(names_in, opened):
        keys |= {channel_id, f"@{handle}"}
    asked = _asked(keys) if keys else {}
    return Ties(asked, sorted(opened - asked.keys()))


@transaction.atomic
def decide_tie(
    *, actor: str, action: str, target: str, reason: str, reverses: Decision | None = None
) -> Decision:
    """Record whether an id and a handle are one channel, and roll both up again.

    `reopen_tie` takes the last word back. Raises `ValueError` for an action or a target that is
    not about ties.
    """
    if not fits(action, TargetType.TIE, "tie"):
        raise ValueError(f"{action} is not a decision about a tie")
    aspect, state = RULES[action].sets
    channel_id, handle = names_in(target)
    decisions.serialise(TargetType.TIE, [target])
    DirtyChannel.objects.append([channel_id, f"@{handle}"])
    decision = Decision.objects.create(
        actor=actor,
        action=action,
        target_type=TargetType.TIE,
        target_id=target,
        reason=reason,
        before={aspect: decisions.standing(TargetType.TIE, [target])[aspect]},
        after={aspect: state},
        reverses=reverses,
    )
    if action == Action.REOPEN_TIE:
        Tie.objects.filter(channel_id=channel_id, handle=handle).delete()
        return decision
    decision.refresh_from_db(fields=["created_at"])
    Tie.objects.update_or_create(
        channel_id=channel_id,
        handle=handle,
        defaults={"confirmed": state == "confirmed", "decided_at": decision.created_at},
    )
    cases.settle(decision, [target])
    return decision


def _asked(keys: Iterable[str]) -> dict[str, dict[str, Any]]:
    asked = {"videos": VIDEOS, "shown": VIDEOS_SHOWN, "flagged": FLAGGED_VIDEOS}
    found = rows(sql.PROPOSED_TIES, {**arrays(list(keys)), **asked})
    named = {key for channel_id, handle, *_ in found for key in (channel_id, f"@{handle}")}
    stands = {
        key: _STANDS[_stands(channel)]
        for channel in (Channel.objects.named(named) if named else ())
        for key in channel.names.keys
    }
    taken: set[str] = set()
    evidence = {}
    for channel_id, handle, voters, count, videos, is_of_these in found:
        both = (channel_id, f"@{handle}")
        if not taken.isdisjoint(both):
            continue
        taken.update(both)
        if is_of_these:
            evidence[target_of(channel_id, handle)] = {
                "channelId": channel_id,
                "idStands": stands.get(channel_id, _STANDS[NONE]),
                "handle": f"@{handle}",
                "handleStands": stands.get(f"@{handle}", _STANDS[NONE]),
                "sayBoth": voters,
                "videosInAll": count,
                "videos": videos,
            }
    return evidence


def _stands(channel: Channel) -> str:
    return band(channel_object(channel))
