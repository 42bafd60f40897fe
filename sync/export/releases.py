"""Monthly releases of the public export: made once, kept, never changed (docs/export.md#releases).

A release is the state when its month had begun, without the tables of single voters: who is erased
is in no copy of ours a week later, and a release stays for ever.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import structlog
from django.conf import settings

from common.db import rows
from common.errors import NotFound
from common.processes.bars import Progress
from sync import sql
from sync.delta import parse_since
from sync.export import exports
from sync.export.formats import FORMATS, Manifest
from sync.export.tables import TABLES
from sync.folders import Generations, fsync_folder
from sync.progress import tracked
from videos.models import Video

RELEASED = tuple(table for table in TABLES if not table.of_voters)
RELEASE_FORMATS = ("csv", "parquet")
"""What archives keep and what programs read fast; the rest can be made of either."""
_TEXT = "text/plain; charset=utf-8"
_ABOUT = {"SHA256SUMS": _TEXT, "manifest.json": "application/json"}
"""Files that the manifest cannot name."""
_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
log = structlog.get_logger()


@dataclass(frozen=True)
class Released:
    """A file of a release, with its SHA-256; `small`: it is about the data and has none."""

    path: Path
    checksum: str
    media_type: str
    made_at: datetime
    small: bool


def all_releases() -> list[Manifest]:
    """The manifests of all releases, the newest first; from files alone."""
    found = (_manifest(folder) for folder in _generations().root.glob("[0-9]*-*"))
    return sorted((it for it in found if it), key=lambda it: it["month"], reverse=True)


def file_of(month: str, name: str) -> Released:
    """A file of a release. Raises `NotFound`."""
    folder = _generations().root / month
    manifest = _manifest(folder) if _MONTH.fullmatch(month) else None
    if manifest is None:
        raise NotFound("There is no such release.")
    made_at = parse_since(manifest["generatedAt"])
    if name in _ABOUT:
        checksum = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        return Released(folder / name, checksum, _ABOUT[name], made_at, small=True)
    for form, entry in manifest["files"].items():
        if entry["name"] == name:
            small = form not in FORMATS
            media_type = _TEXT if small else FORMATS[form].media_type
            return Released(folder / name, entry["sha256"], media_type, made_at, small)
    raise NotFound("The release has no such file.")


def release(*, progress: Progress | None = None) -> Manifest | None:
    """Make this month's release if there is none; None if there is, or nothing to tell of before
    this month, or another process is at it.

    A mirror makes none: its source does. Raises OSError when the disk is full, and
    `formats.NotWhole`; nothing is left then.
    """
    now: datetime = rows(sql.STANDING)[0][3].astimezone(UTC)
    begun = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    month = f"{begun:%Y-%m}"
    generations = _generations()
    final = generations.root / month
    if settings.MIRROR_OF or final.exists():
        return None
    with generations.only_one() as mine:
        # Another process may have made it between the two looks.
        if not mine or final.exists():
            return None
        if not Video.objects.published().filter(first_reported__lt=begun).exists():
            return None
        with generations.building() as folder, tracked("release", progress) as report:
            manifest = exports.write(
                folder,
                RELEASE_FORMATS,
                report,
                tables=RELEASED,
                name=month,
                extra=lambda it: {"CITATION.cff": _citation(month, it)},
                more={"month": month},
            )
            fsync_folder(folder)
            os.rename(folder, final)
            fsync_folder(generations.root)
    log.info("released", month=month, revision=manifest["revision"])
    return manifest


def _citation(month: str, manifest: Mapping[str, Any]) -> bytes:
    """CITATION.cff (citation-file-format.github.io, 1.2.0); texts are JSON, which YAML takes."""
    site = settings.SITE.name
    members = {
        "cff-version": "1.2.0",
        "message": "If you use these data, please cite them.",
        "type": "dataset",
        "title": f"{site}: AI-made videos and channels on YouTube, as viewers say, {month}",
        "authors": [{"name": settings.SITE.operator or site}],
        "version": month,
        "date-released": manifest["generatedAt"][:10],
        "license": manifest["licence"],
        "abstract": "Scores of videos and channels, what they are made of, decisions of juries and "
        f"moderators, and how standings changed, as of {manifest['generatedAt'][:10]}. No voters.",
        "keywords": ["generative AI", "YouTube", "crowdsourcing", "content moderation"],
    }
    return "".join(
        f"{name}: {orjson.dumps(value).decode()}\n" for name, value in members.items()
    ).encode()


def _manifest(folder: Path) -> Manifest | None:
    try:
        found: Manifest = orjson.loads((folder / "manifest.json").read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    return found


def _generations() -> Generations:
    """Beside the exports, which is the volume that every node has."""
    return Generations(settings.PUBLISH_ROOT / "exports" / "releases")
