"""Which ids and handles are one channel.

A handle belongs to one id at most, an id may have several handles. What voters name together
decides nothing here: `channels.ties`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from channels import sql
from common.db import rows


@dataclass(frozen=True)
class Names:
    """What one channel is known by: an id, handles, or both; the handle named last comes last."""

    channel_id: str | None
    handles: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The natural key: the id, or `@handle` while the id is not known."""
        return self.channel_id or f"@{self.handles[-1]}"

    @property
    def keys(self) -> list[str]:
        """Every key that leads to it: the id first, then `@handle`s, the one named last first."""
        found = [f"@{handle}" for handle in reversed(self.handles)]
        return [self.channel_id, *found] if self.channel_id else found


def resolve(keys: Collection[str]) -> list[Names]:
    """The channels of these ids and `@handle`s, and those that hold one of their names until now.

    One statement, for any number of keys.
    """
    handles_of: dict[str, list[str]] = {}
    alone: list[Names] = []
    for channel_id, handle, owner in rows(sql.RESOLVE, arrays(keys)):
        if handle is None:
            handles_of.setdefault(channel_id, [])
        elif owner is None:
            alone.append(Names(None, (handle,)))
        else:
            handles_of.setdefault(owner, []).append(handle)
    known = [Names(channel_id, tuple(handles)) for channel_id, handles in handles_of.items()]
    return sorted([*known, *alone], key=lambda names: names.key)


def same(handles: Collection[str]) -> dict[str, str]:
    """The key of the channel that each of these handles, without `@`, belongs to."""
    return {
        handle: names.key
        for names in resolve([f"@{handle}" for handle in handles])
        for handle in names.handles
    }


def arrays(keys: Collection[str]) -> dict[str, list[str | None]]:
    """Keys as the statements take them: a row each, with an id or with a handle."""
    return {
        "ids": [None if key.startswith("@") else key for key in keys],
        "handles": [key[1:] if key.startswith("@") else None for key in keys],
    }
