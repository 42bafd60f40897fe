"""Gold: videos whose truth is settled. Kept, retired, and carried between sites as a kit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import transaction
from django.db.models.functions import Now

from common import ids
from votes.models import AI_CATEGORIES, GoldItem

MEMBERS = frozenset({"videoId", "truth", "kind", "secret"})


class BadKit(Exception):
    """A line of a kit that cannot be taken; the message says which and why."""


@dataclass(frozen=True)
class Item:
    """One line of a kit."""

    video_id: str
    truth: str
    secret: bool
    kind: str | None = None


def read(lines: Iterable[bytes]) -> list[Item]:
    """The items of a kit: JSON lines `{"videoId", "truth", "kind"?, "secret"}`. Raises `BadKit`."""
    found: dict[str, Item] = {}
    for n, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        item = _item(line, n)
        if found.setdefault(item.video_id, item) is not item:
            raise BadKit(f"line {n}: {item.video_id} is there twice")
    return list(found.values())


def _item(line: bytes, n: int) -> Item:
    try:
        said: Any = orjson.loads(line)
    except ValueError:
        raise BadKit(f"line {n}: no JSON") from None
    if not isinstance(said, dict) or not set(said) <= MEMBERS:
        raise BadKit(f"line {n}: an object with {', '.join(sorted(MEMBERS))} is wanted")
    video, truth, kind, secret = (said.get(k) for k in ("videoId", "truth", "kind", "secret"))
    if not isinstance(video, str) or not ids.is_video_id(video):
        raise BadKit(f"line {n}: videoId is no video's id")
    if truth not in ("ai", "human"):
        raise BadKit(f"line {n}: truth is ai or human")
    if kind is not None and (truth != "ai" or kind not in AI_CATEGORIES):
        raise BadKit(f"line {n}: kind is a kind of AI, and goes with ai")
    if not isinstance(secret, bool):
        raise BadKit(f"line {n}: secret is true or false")
    return Item(video, truth, secret, kind)


def write() -> Iterator[bytes]:
    """The lines of a kit of all items in use, as `read` takes them."""
    for item in GoldItem.objects.filter(retired_at=None).order_by("video_id"):
        kind = {"kind": item.kind} if item.kind else {}
        said = {"videoId": item.video_id, "truth": item.truth, **kind, "secret": item.is_secret}
        yield orjson.dumps(said) + b"\n"


@transaction.atomic
def take(items: Iterable[Item]) -> int:
    """Add the items whose videos are no gold yet; how many. What is known stays as it is."""
    before = GoldItem.objects.count()
    GoldItem.objects.bulk_create(
        [
            GoldItem(video_id=it.video_id, truth=it.truth, kind=it.kind, is_secret=it.secret)
            for it in items
        ],
        ignore_conflicts=True,
    )
    return GoldItem.objects.count() - before


def retire(pks: Iterable[int]) -> int:
    """Ask nobody anew about these items; how many. What was answered goes on to count."""
    return GoldItem.objects.filter(pk__in=list(pks), retired_at=None).update(retired_at=Now())


def publish(pks: Iterable[int]) -> int:
    """Use these secret items for training from now on; how many."""
    return GoldItem.objects.filter(pk__in=list(pks), is_secret=True).update(is_secret=False)
