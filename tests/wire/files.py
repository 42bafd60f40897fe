"""The files that nginx serves: their names and contents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings

from tests.wire.recording import decoded, in_hex, normalised, text_of

_PACKED = {".gz": "gzip", ".zst": "zstd"}
# Where they are, as deploy/nginx/nginx.conf.template names them.
_SERVED = (
    "buckets/*/*.json",
    "snapshots/current/full.json*",
    "snapshots/current/full.ndjson.zst",
    "snapshots/current/compact.bin*",
    "snapshots/current/manifest.json",
    "snapshots/current/lists/*-*.*",
)


def published() -> list[dict[str, Any]]:
    """Name and content of each, by name; of a packed one that it is the other's."""
    root = Path(settings.PUBLISH_ROOT)
    found = sorted({path for pattern in _SERVED for path in root.glob(pattern)})
    return [{"file": str(path.relative_to(root)), "content": _content(path)} for path in found]


def _content(path: Path) -> Any:
    raw = path.read_bytes()
    if path.suffix in _PACKED:
        raw = decoded(raw, _PACKED[path.suffix])
        plain = path.with_suffix("")
        if plain.exists():
            assert raw == plain.read_bytes(), path
            return f"{plain.name}, packed"
        return [normalised(json.loads(line)) for line in raw.splitlines()]
    if path.suffix == ".json":
        return normalised(json.loads(raw))
    return text_of(raw) if path.suffix == ".txt" else in_hex(raw)
