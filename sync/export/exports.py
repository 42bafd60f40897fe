"""The public export (docs/export.md): everything that is public, in each of `FORMATS`.

All files of a run are one state of the database. They are written into a folder of their own,
read back and counted, and only then take the place of the last ones.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import orjson
import structlog
from django.conf import settings

from channels.models import ListSource
from common import replica
from common.db import one_state, rows
from common.errors import Forbidden, NotFound
from common.processes.bars import Progress
from common.version import VERSION
from sync import sql
from sync.delta import parse_since
from sync.encoded import describe
from sync.export.codebook import Table
from sync.export.formats import FORMATS, Content, Manifest, NotWhole
from sync.export.inputs import RULES
from sync.export.tables import SCHEMA, TABLES
from sync.folders import Generations, remove, write_atomically
from sync.progress import tracked
from sync.signed.statement import File, remember

EVERY = timedelta(hours=24)
log = structlog.get_logger()


@dataclass(frozen=True)
class Published:
    """The newest export in a format: its file and its manifest."""

    path: Path
    manifest: Manifest
    checksum: str

    @property
    def generated_at(self) -> datetime:
        """When the export was made."""
        return parse_since(self.manifest["generatedAt"])


def newest(form: str) -> Published:
    """The newest export in a format. Raises `NotFound`, or `Forbidden` outside the folder."""
    generations = _generations()
    for folder in generations.all():
        manifest = _manifest(folder)
        entry = manifest["files"].get(form) if manifest else None
        if manifest and entry:
            path = (folder / entry["name"]).resolve()
            if not path.is_relative_to(generations.root.resolve()):
                raise Forbidden("The export lies outside its folder.")
            if path.is_file():
                return Published(path, manifest, entry["sha256"])
    raise NotFound("There is no export yet.")


def current() -> Manifest:
    """The manifest of the newest export. Raises `NotFound`."""
    for folder in _generations().all():
        if found := _manifest(folder):
            return found
    raise NotFound("There is no export yet.")


def refresh() -> Manifest | None:
    """Export if the newest export is a day old, empty, or there is none; None if not.

    An empty one was made before the first data, and is made again once there is something.
    """
    try:
        last = current()
    except NotFound:
        return export()
    now = rows(sql.STANDING)[0][3]
    if not timedelta(0) <= now - parse_since(last["generatedAt"]) < EVERY:
        return export()
    if _tells(last["rows"]) or not _tells(_row_counts(TABLES)):
        return None
    return export()


def export(
    formats: Sequence[str] = tuple(FORMATS), *, progress: Progress | None = None
) -> Manifest | None:
    """Write and publish an export; None if another process is at it.

    Memory does not grow with the rows. Raises OSError when the disk is full and `NotWhole` when
    a file does not read back; the last export stays.
    """
    generations = _generations()
    with generations.only_one() as mine:
        if not mine:
            return None
        with generations.building() as folder, tracked("export", progress) as report:
            manifest = write(folder, formats, report)
            revision, files = manifest["revision"], manifest["files"].items()
            remember(
                File(f"export.{FORMATS[form].suffix}", revision, made["bytes"], made["sha256"])
                for form, made in files
            )
            final = generations.publish(folder, manifest["generatedAt"][:10].replace("-", ""))
        _delete_old(generations, keep=final)
    log.info("exported", revision=manifest["revision"], **manifest["rows"])
    return manifest


def write(
    folder: Path,
    formats: Sequence[str],
    progress: Progress,
    *,
    tables: Sequence[Table] = TABLES,
    name: str = "",
    extra: Callable[[Manifest], Mapping[str, bytes]] = lambda manifest: {},
    more: Mapping[str, str] | None = None,
) -> Manifest:
    """Write files of these tables, `manifest.json` and `SHA256SUMS` to a folder; the manifest.

    They are called by `name`, else by their day. `extra` makes small files, which lie beside the
    others and in the archives; `more` are further members of the manifest. Raises `NotWhole`.
    """
    with replica.reading(), one_state():
        _, newest_revision, _, now = rows(sql.STANDING)[0]
        manifest: Manifest = {
            "schema": SCHEMA,
            "generatedAt": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "revision": newest_revision or 0,
            "version": VERSION,
            "licence": settings.DATA_LICENCE,
            "lists": ListSource.objects.passed_on(),
            "rows": _row_counts(tables),
            "files": {},
            **(more or {}),
        }
        content = Content(tables, manifest, progress, extra(manifest))
        for form in formats:
            file = f"realtube-{name or now.strftime('%Y%m%d')}.{FORMATS[form].suffix}"
            FORMATS[form].write(folder / file, content)
            manifest["files"][form] = {"name": file}
    for form, entry in manifest["files"].items():
        path = folder / entry["name"]
        found = FORMATS[form].count(path)
        if found != manifest["rows"]:
            raise NotWhole(f"{path.name} has {found}, not {manifest['rows']}")
        with path.open("rb") as written:
            os.fsync(written.fileno())
        entry.update(describe(path))
    for small, body in content.extra.items():
        write_atomically(folder / small, body)
        manifest["files"][small] = {"name": small, **describe(folder / small)}
    sums = "".join(f"{it['sha256']}  {it['name']}\n" for it in manifest["files"].values())
    write_atomically(folder / "SHA256SUMS", sums.encode())
    write_atomically(folder / "manifest.json", orjson.dumps(manifest))
    return manifest


def _row_counts(tables: Sequence[Table]) -> dict[str, int]:
    return {table.name: rows(table.count)[0][0] for table in tables}


def _tells(counts: Mapping[str, int]) -> bool:
    """Whether there is anything but the rules."""
    return any(count for table, count in counts.items() if table != RULES.name)


def _delete_old(generations: Generations, *, keep: Path) -> None:
    """Remove what is past its days; the newest good file of each format stays."""
    now = parse_since(_manifest(keep)["generatedAt"])  # type: ignore[index]
    have: set[str] = set()
    for folder in generations.all():
        manifest = _manifest(folder)
        if manifest is None:
            remove(folder)
            continue
        old = now - parse_since(manifest["generatedAt"]) > timedelta(days=settings.EXPORT_DAYS)
        same_day = folder.name[:8] == keep.name[:8] and folder != keep
        if (old or same_day) and set(manifest["files"]) <= have:
            remove(folder)
        have |= set(manifest["files"])


def _manifest(folder: Path) -> Manifest | None:
    try:
        found: Manifest = orjson.loads((folder / "manifest.json").read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    return found


def _generations() -> Generations:
    return Generations(settings.PUBLISH_ROOT / "exports")
