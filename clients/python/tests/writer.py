"""Writes compact snapshots, for tests: docs/compact-format.md the other way round."""

from __future__ import annotations

import hashlib
import json

import zstandard

from realtube_client import compact

NAMES = ("fully_ai", "ai_voiceover", "ai_visuals", "ai_thumbnails", "ai_assisted", "ai_music")


def snapshot(videos=(), channels=(), *, revision=10, names=NAMES, blocks=b"", more=b""):
    """The bytes; items are (key, score, flags), sorted by key."""
    named = b"".join(bytes([len(name)]) + name.encode() for name in names) + more
    columns = [column for items in (videos, channels) for column in columns_of(items)]
    header = compact.HEADER.pack(
        compact.MAGIC,
        compact.MAJOR,
        compact.MINOR,
        compact.HEADER.size + len(named),
        revision,
        1_700_000_000_000_000,
        len(videos),
        len(channels),
        len(columns[0]),
        len(columns[3]),
        25,
        len(names),
    )
    return sealed(header + named + b"".join(columns) + blocks)


def sealed(body):
    return body + hashlib.sha256(body).digest()[: compact.TRAILER_BYTES]


def columns_of(items):
    keys, last = bytearray(), 0
    for key, _, _ in items:
        rest, last = key - last, key
        while rest > 0x7F:
            keys.append(rest & 0x7F | 0x80)
            rest >>= 7
        keys.append(rest)
    return bytes(keys), bytes(item[1] for item in items), bytes(item[2] for item in items)


def from_vector(given):
    """The snapshot of a vector."""
    items = [[(int(k, 16), s, f) for k, s, f in given[name]] for name in ("videos", "channels")]
    return snapshot(*items, revision=given["revision"])


def whole_copy(given):
    """Manifest and file of a vector's copy of whole objects."""
    objects = given["objects"]
    videos = sum("videoId" in entry for entry in objects)
    header = {"counts": {"videos": videos, "channels": len(objects) - videos}}
    lines = "".join(f"{json.dumps(line)}\n" for line in (header, *objects))
    body = zstandard.ZstdCompressor().compress(lines.encode())
    entry = {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    manifest = {"revision": given["revision"], "files": {"full.ndjson.zst": {"identity": entry}}}
    return manifest, body
