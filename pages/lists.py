"""The imported lists: which name a channel, and what is new on them."""

from __future__ import annotations

from django.db.models import Q

from channels.models import Listing, ListSource
from channels.names import Names

MOST = 20


def naming(names: Names) -> list[dict[str, str]]:
    """The published lists that name a channel now: `{name, level, since}`, by name."""
    shown = ListSource.objects.published().values("name")
    found = Listing.objects.filter(
        Q(channel_id=names.channel_id, channel_id__isnull=False) | Q(handle__in=names.handles),
        removed_at=None,
        level__in=Listing.LISTED,
        source__in=shown,
    ).order_by("source")[:MOST]
    return [
        {"name": it.source, "level": it.level, "since": it.first_seen.isoformat()} for it in found
    ]
