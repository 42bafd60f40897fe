"""The full copy (docs/contract.md#full-copy), its compact form and the text lists, as files.

All are built from one revision in one pass, into a folder of their own that takes the place of
the last one as a whole: `PUBLISH_ROOT/snapshots/current` names it. Whatever happens to a build,
`current` stays what it was. Every node builds its own; equal revisions give equal contents.

| file | what |
| --- | --- |
| `full.json`, `.gz`, `.zst` | the answer of `GET /api/sync/full`: the 50,000 highest scores |
| `full.ndjson.zst` | everything published: a header line, the videos, the channels |
| `compact.bin`, `.gz`, `.zst` | docs/compact-format.md |
| `lists/*` | text lists, see `lists`; with a suffix whole, for nginx |
| `index.json` | where in `full.ndjson.zst` and the lists things are |
| `manifest.json` | revision, time, licence, counts, and checksums of the files |
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

import orjson
import structlog
from django.conf import settings

from channels import standings
from channels.models import Channel, ListSource
from channels.present import channel_object
from common.db import one_state, rows
from common.errors import InvalidParam, Overloaded, SyncExpired
from common.files import ENCODINGS
from common.processes.bars import Progress
from common.telemetry import metrics
from realtube_client.compact import Item
from sync import compact, sql
from sync.delta import microseconds, parse_since
from sync.encoded import EncodedFile, FrameFile, describe, read_lines
from sync.folders import Generations, remove, write_atomically
from sync.progress import tracked
from sync.signed.statement import File, remember
from sync.snapshot import lists
from videos.models import Video
from videos.present import SHOWN, Shown, video_object
from videos.store import categories_of
from votes.models import AI_CATEGORIES

CAP = 50_000
PAGE_MAX = 10_000
LEAST_SCORE = 1
MAX_AGE = timedelta(minutes=15)
# Paging clients and slow downloads go on in the folder they started in.
KEPT = 3
SCHEMA = 1
FULL, EVERYTHING, COMPACT = "full.json", "full.ndjson.zst", "compact.bin"
_CHUNK = 5000
_WithItems = tuple[dict[str, Any], list[int]]
"""A public object, and what of it goes into the compact form."""
_PART_BYTES = 1 << 18
# With more videos or channels nobody waits for the first one.
BUILT_AT_ONCE_MAX = 5000
_BUSY_RETRY_S = 5
_CURSOR = re.compile(r"([0-9]{1,18})-([0-9]{1,3})-([0-9]{1,18})")
log = structlog.get_logger()

Manifest = dict[str, Any]


@dataclass(frozen=True)
class Published:
    """A snapshot that is whole: its folder, under a name that stays, and its manifest."""

    folder: Path
    manifest: Manifest

    def file(self, name: str, encoding: str = "identity") -> tuple[Path, str]:
        """The path and SHA-256 of one of its files."""
        path = self.folder / (name + ENCODINGS.get(encoding, ""))
        return path, self.manifest["files"][name][encoding]["sha256"]

    @property
    def generated_at(self) -> datetime:
        """Time of its revision."""
        return parse_since(self.manifest["generatedAt"])


def published() -> Published | None:
    """The published snapshot; None if there is none."""
    return _read(_generations().root / "current")


def files(found: Published) -> dict[str, Any]:
    """Bytes and SHA-256 of its files by name and encoding, of lists those without parameters."""
    index = _read_json(found.folder / "index.json")
    files: dict[str, Any] = found.manifest["files"]
    return files | {
        f"lists/{wanted.finished_name}": index["lists"][wanted.name]["finished"]
        for wanted in lists.without_parameters()
    }


def current() -> Published:
    """The published snapshot; the first of a small site is built at once.

    Raises `Overloaded` while somebody else builds the first one, as the worker does on a large
    site: nobody waits so long for an answer.
    """
    found = published()
    if not found and not _is_large():
        found = published() if build() else None
    if not found:
        raise Overloaded(
            "The first snapshot is being built; try again soon.", retry_after_s=_BUSY_RETRY_S
        )
    return found


def _is_large() -> bool:
    return any(model.objects.order_by()[BUILT_AT_ONCE_MAX:].exists() for model in (Video, Channel))


def refresh() -> Manifest | None:
    """Build the snapshot if it is missing, or outdated and empty or 15 minutes old; None if not."""
    found = published()
    if found is not None:
        _, newest, _, now = rows(sql.STANDING)[0]
        age = now - parse_since(found.manifest["builtAt"])
        fresh = timedelta(0) <= age < MAX_AGE and any(found.manifest["counts"].values())
        if found.manifest["revision"] == (newest or 0) or fresh:
            return None
    return build()


def build() -> Manifest | None:
    """Write the snapshot of the newest revision; None if another process is at it.

    Memory does not grow with the number of videos, but for one number each. Raises OSError when
    the disk is full; the last snapshot stays.
    """
    generations = _generations()
    with generations.only_one() as mine:
        if not mine:
            return None
        with (
            generations.building() as target,
            metrics.SNAPSHOT_SECONDS.time(),
            tracked("snapshot") as report,
        ):
            manifest, files = _write(target, report)
            # Before anybody can have one of them.
            remember(files)
            generations.publish(target, str(manifest["revision"]))
        for old in generations.all()[KEPT:]:
            remove(old)
    log.info("snapshot built", revision=manifest["revision"], **manifest["counts"])
    return manifest


def page(*, min_score: int, limit: int, cursor: str) -> dict[str, Any]:
    """Part of the full copy: entries from `min_score` (0-100) on, highest first, videos first.

    With `limit` 0 the first 50,000 of each. A `cursor` goes on where its page ended, in the
    same revision. Raises `InvalidParam` for a cursor that is none of ours, `SyncExpired` when
    its revision is no longer kept.
    """
    source, start = _parse_cursor(cursor, min_score) if cursor else (current(), 0)
    manifest, index = source.manifest, _read_json(source.folder / "index.json")
    videos, channels = index["counts"]["videos"][min_score], index["counts"]["channels"][min_score]
    first_channel = index["counts"]["videos"][0]
    end = min(start + limit, videos + channels) if limit else videos + channels
    if limit:
        wanted = (start, min(end, videos)), (max(0, start - videos), max(0, end - videos))
    else:
        wanted = (0, min(videos, CAP)), (0, min(channels, CAP))
    shown = [
        read_lines(source.folder / EVERYTHING, index["frames"], first + begin, first + stop)
        for first, (begin, stop) in zip((0, first_channel), wanted, strict=True)
    ]
    answer: dict[str, Any] = {
        "videos": [orjson.Fragment(line) for line in shown[0]],
        "channels": [orjson.Fragment(line) for line in shown[1]],
        **_closing(manifest, videos, channels, capped=not limit),
    }
    if limit:
        answer["hasMore"] = end < videos + channels
        if answer["hasMore"]:
            answer["nextCursor"] = f"{manifest['revision']}-{min_score}-{end}"
    return answer


def text_list(wanted: lists.Wanted) -> tuple[Published, dict[str, Any], bytes]:
    """A text list of the published snapshot: the files of it by encoding, or else its contents.

    There are files of the lists with the default score.
    """
    source = current()
    place = _read_json(source.folder / "index.json")["lists"][wanted.name]
    if wanted.min_score == lists.DEFAULT_SCORE[wanted.kind] and "finished" in place:
        return source, place["finished"], b""
    return source, {}, b"".join(_rendered(source.folder, place, wanted, source.manifest))


def _write(target: Path, report: Progress) -> tuple[Manifest, list[File]]:
    """All files of a snapshot, in one pass over one state of the database, and what they are."""
    (target / "lists").mkdir()
    with one_state():
        _, newest, newest_at, now = rows(sql.STANDING)[0]
        videos, channels = Video.objects.published(), Channel.objects.all()
        manifest: Manifest = {
            "schema": SCHEMA,
            "revision": newest or 0,
            "generatedAt": microseconds(newest_at or now),
            "builtAt": microseconds(now),
            "licence": settings.DATA_LICENCE,
            "lists": ListSource.objects.passed_on(),
            "counts": {"videos": videos.count(), "channels": channels.count()},
        }
        if restricted := ListSource.objects.restricted():
            manifest["restricted"] = restricted
        found = _video_objects(
            videos.order_by("-score", "video_id")
            .values_list(*SHOWN, named=True)
            .iterator(chunk_size=_CHUNK)
        )
        rest = channels.order_by("-score", "id").iterator(chunk_size=_CHUNK)
        items, index = _write_texts(target, manifest, found, _channel_objects(rest), report)
    with EncodedFile(target / COMPACT) as file:
        file.write(
            compact.encode(
                revision=manifest["revision"],
                generated_at_us=int((newest_at or now).timestamp() * 1_000_000),
                categories=AI_CATEGORIES,
                videos=_unpacked(items["videos"]),
                channels=_unpacked(items["channels"]),
            )
        )
    for name, place in index["lists"].items():
        place["sha256"] = describe(target / "lists" / name)["sha256"]
    finished = _finish_lists(target, index["lists"], manifest)
    write_atomically(target / "index.json", orjson.dumps(index))
    manifest["files"] = {
        FULL: EncodedFile(target / FULL).described(),
        EVERYTHING: {"identity": describe(target / EVERYTHING)},
        COMPACT: EncodedFile(target / COMPACT).described(),
    }
    write_atomically(target / "manifest.json", orjson.dumps(manifest))
    # nginx makes ETags of time and size: the same revision has the same on every node.
    made_s = int((newest_at or now).timestamp())
    for path in target.rglob("*.*"):
        os.utime(path, (made_s, made_s))
    made = manifest["files"] | {f"lists/{name}": encodings for name, encodings in finished.items()}
    return manifest, [
        File(name, manifest["revision"], **encodings["identity"])
        for name, encodings in made.items()
    ]


def _rendered(
    folder: Path, place: Mapping[str, Any], wanted: lists.Wanted, of: Manifest
) -> Iterator[bytes]:
    """A whole list from the lines in `folder`, in parts; `place` is its entry in the index."""
    before, after = lists.around(wanted, place["counts"][wanted.min_score], of)
    yield before
    left = place["ends"][wanted.min_score]
    with (folder / "lists" / wanted.name).open("rb") as file:
        while part := file.read(min(_PART_BYTES, left)):
            left -= len(part)
            yield part
    yield after


def _finish_lists(target: Path, index: dict[str, Any], manifest: Manifest) -> dict[str, Any]:
    """Write the lists that need no parameters whole, so that nginx can serve them; by name."""
    finished = {}
    for wanted in lists.without_parameters():
        with EncodedFile(target / "lists" / wanted.finished_name) as file:
            for part in _rendered(target, index[wanted.name], wanted, manifest):
                file.write(part)
        finished[wanted.finished_name] = file.described()
        index[wanted.name]["finished"] = finished[wanted.finished_name]
    return finished


def _write_texts(
    target: Path,
    manifest: Manifest,
    videos: Iterable[_WithItems],
    channels: Iterable[_WithItems],
    report: Progress,
) -> tuple[dict[str, list[int]], dict[str, Any]]:
    """The JSON files and text lists; what goes into the compact form; the index."""
    counts: dict[str, list[int]] = {}
    items: dict[str, list[int]] = {"videos": [], "channels": []}
    with (
        FrameFile(target / EVERYTHING) as everything,
        EncodedFile(target / FULL) as full,
        lists.ListFiles(target / "lists") as texts,
    ):
        everything.line(orjson.dumps(manifest))
        everything.end_frame()
        opening = b"{"
        for kind, entries in (("videos", videos), ("channels", channels)):
            full.write(opening + b'"%b":[' % kind.encode())
            seen = [0] * 101
            for number, (entry, packed) in enumerate(entries, start=1):
                line = orjson.dumps(entry)
                everything.line(line)
                seen[int(entry["score"])] = number
                if number % _CHUNK == 0:
                    report(kind, number, manifest["counts"][kind])
                if entry["score"] >= LEAST_SCORE and number <= CAP:
                    full.write(line if number == 1 else b"," + line)
                items[kind] += packed
                texts.add(kind, entry)
            counts[kind] = lists.from_above(seen)
            opening = b"],"
        totals = [counts[kind][LEAST_SCORE] for kind in ("videos", "channels")]
        closing = orjson.dumps(_closing(manifest, *totals, capped=True))
        full.write(b"]," + closing[1:])
    # The first frame is the header.
    return items, {"frames": everything.offsets[1:], "counts": counts, "lists": texts.index}


def _closing(manifest: Manifest, videos: int, channels: int, *, capped: bool) -> dict[str, Any]:
    return {
        "generatedAt": manifest["generatedAt"],
        "total": {"videos": videos, "channels": channels},
        "truncated": capped and max(videos, channels) > CAP,
    }


def _video_objects(videos: Iterator[Shown]) -> Iterator[_WithItems]:
    while chunk := list(islice(videos, _CHUNK)):
        categories = categories_of(video.video_id for video in chunk)
        found = [video_object(video, categories.get(video.video_id, {})) for video in chunk]
        of_flagged = standings.of_flagged([it for it in found if compact.is_small(it)])
        for video in found:
            flagged = video["videoId"] in of_flagged
            item = compact.video_item(video, AI_CATEGORIES, of_flagged=flagged)
            yield video, [_packed(item)] if item else []


def _channel_objects(channels: Iterable[Channel]) -> Iterator[_WithItems]:
    for channel in channels:
        found = channel_object(channel)
        yield found, [_packed(item) for item in compact.channel_items(found, AI_CATEGORIES)]


# An item as one number, sorted by key: a million tuples would take five times the memory.
def _packed(item: Item) -> int:
    return item[0] << 16 | item[1] << 8 | item[2]


def _unpacked(numbers: list[int]) -> Iterator[Item]:
    """The items by key. Of two with the same key (docs/compact-format.md) the highest."""
    numbers.sort()
    for number, following in zip_longest(numbers, numbers[1:], fillvalue=0):
        if number >> 16 != following >> 16:
            yield number >> 16, number >> 8 & 0xFF, number & 0xFF


def _parse_cursor(cursor: str, min_score: int) -> tuple[Published, int]:
    """The snapshot and position of a page. Raises `InvalidParam` or `SyncExpired`."""
    match = _CURSOR.fullmatch(cursor)
    if not match:
        raise InvalidParam("cursor is not one of ours.", field="cursor")
    revision, least, start = map(int, match.groups())
    if least != min_score:
        raise InvalidParam("cursor belongs to another minScore.", field="cursor")
    for path in _generations().all():
        found = _read(path) if path.name.startswith(f"{revision}-") else None
        if found:
            return found, start
    raise SyncExpired("This snapshot is no longer kept; start again.")


def _read(path: Path) -> Published | None:
    manifest = _read_json(path / "manifest.json")
    return Published(path.resolve(), manifest) if manifest else None


def _read_json(path: Path) -> Any:
    try:
        return orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None


def _generations() -> Generations:
    return Generations(settings.PUBLISH_ROOT / "snapshots")
