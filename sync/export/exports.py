"""The public export (docs/export.md): everything that is public, as SQL, CSV and Parquet.

All files of a run are one state of the database. They are written into a folder of their own,
read back and counted, and only then take the place of the last ones.
"""

from __future__ import annotations

import codecs
import gzip
import io
import os
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import orjson
import structlog
from django.conf import settings
from django.db import connections

from channels.blocklists.text import also_from
from channels.models import ListSource
from common import replica
from common.db import one_state, rows
from common.errors import Forbidden, NotFound
from common.version import VERSION
from sync import sql
from sync.delta import parse_since
from sync.encoded import describe
from sync.export.tables import SCHEMA, TABLES, Table
from sync.folders import Generations, remove, write_atomically
from sync.progress import Progress, tracked
from sync.signed.statement import File, remember

FORMATS = {"sql": "sql.gz", "csv": "csv.tar.gz", "parquet": "parquet.tar"}
MEDIA_TYPES = {
    "sql": "application/gzip",
    "csv": "application/gzip",
    "parquet": "application/x-tar",
}
EVERY = timedelta(hours=24)
_GZIP_LEVEL = 6
log = structlog.get_logger()

Manifest = dict[str, Any]


class NotWhole(Exception):
    """What was written does not read back as it should; nothing was published."""


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
    if any(last["rows"].values()) or not any(_row_counts().values()):
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
            manifest = _write(folder, formats, report)
            revision, files = manifest["revision"], manifest["files"].items()
            remember(
                File(f"export.{FORMATS[form]}", revision, made["bytes"], made["sha256"])
                for form, made in files
            )
            final = generations.publish(folder, manifest["generatedAt"][:10].replace("-", ""))
        _delete_old(generations, keep=final)
    log.info("exported", revision=manifest["revision"], **manifest["rows"])
    return manifest


def _write(folder: Path, formats: Sequence[str], progress: Progress) -> Manifest:
    with replica.reading(), one_state():
        _, newest_revision, _, now = rows(sql.STANDING)[0]
        day = now.strftime("%Y%m%d")
        manifest: Manifest = {
            "schema": SCHEMA,
            "generatedAt": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "revision": newest_revision or 0,
            "version": VERSION,
            "licence": settings.DATA_LICENCE,
            "lists": ListSource.objects.passed_on(),
            "rows": _row_counts(),
            "files": {},
        }
        for form in formats:
            name = f"realtube-{day}.{FORMATS[form]}"
            _WRITERS[form](folder / name, manifest, progress)
            manifest["files"][form] = {"name": name}
    for form, entry in manifest["files"].items():
        path = folder / entry["name"]
        found = _READERS[form](path)
        if found != manifest["rows"]:
            raise NotWhole(f"{path.name} has {found}, not {manifest['rows']}")
        with path.open("rb") as file:
            os.fsync(file.fileno())
        entry.update(describe(path))
    sums = "".join(f"{e['sha256']}  {e['name']}\n" for e in manifest["files"].values())
    write_atomically(folder / "SHA256SUMS", sums.encode())
    write_atomically(folder / "manifest.json", orjson.dumps(manifest))
    return manifest


def _row_counts() -> dict[str, int]:
    return {table.name: rows(table.count)[0][0] for table in TABLES}


def _write_sql(path: Path, manifest: Manifest, progress: Progress) -> None:
    with path.open("wb") as raw, gzip.GzipFile("", "wb", _GZIP_LEVEL, raw, mtime=0) as out:
        about = "".join(f"-- {line}\n" for line in _about(manifest).splitlines())
        out.write(f"{about}\nBEGIN;\nSET client_encoding = 'UTF8';\n".encode())
        for table in TABLES:
            columns = ", ".join(table.columns)
            out.write(f"\n{table.create}COPY {table.name} ({columns}) FROM stdin;\n".encode())
            total = manifest["rows"][table.name]
            for data in _copied(table.copy_text, f"sql {table.name}", total, progress):
                out.write(data)
            out.write(b"\\.\n")
        out.write(b"\nCREATE INDEX votes_video ON votes (video_id);\nCOMMIT;\n")


def _write_csv(path: Path, manifest: Manifest, progress: Progress) -> None:
    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", _GZIP_LEVEL, raw, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|") as tar,
    ):
        _add(tar, "README.txt", (_about(manifest) + _CSV_NOTE).encode(), manifest)
        for table in TABLES:
            with TemporaryFile(dir=path.parent) as file:
                file.write(codecs.BOM_UTF8)
                _copy(table.copy_csv_for_spreadsheets, file, table, "csv", manifest, progress)
                _add(tar, f"{table.name}.csv", file, manifest)


def _write_parquet(path: Path, manifest: Manifest, progress: Progress) -> None:
    from sync.export import columnar  # noqa: PLC0415 - see there

    with path.open("wb") as raw, tarfile.open(fileobj=raw, mode="w|") as tar:
        _add(tar, "README.txt", _about(manifest).encode(), manifest)
        for table in TABLES:
            # On the same disk: a tar has to know sizes before contents.
            with TemporaryFile(dir=path.parent) as plain, TemporaryFile(dir=path.parent) as columns:
                _copy(table.copy_csv, plain, table, "parquet", manifest, progress)
                columnar.write(table, plain, columns)
                _add(tar, f"{table.name}.parquet", columns, manifest)


def _count_sql(path: Path) -> dict[str, int]:
    """Rows by table, and whether the stream is whole."""
    found: dict[str, int] = {}
    table, last = "", b""
    with gzip.open(path, "rb") as file:
        for line in file:
            if table:
                if line == b"\\.\n":
                    table = ""
                else:
                    found[table] += 1
            elif line.startswith(b"COPY "):
                table = line.split()[1].decode()
                found[table] = 0
            last = line
    if last != b"COMMIT;\n":
        raise NotWhole(f"{path.name} is cut short")
    return found


def _count_csv(path: Path) -> dict[str, int]:
    found = {}
    with tarfile.open(path, "r|gz") as tar:
        for member in tar:
            file = tar.extractfile(member)
            if file and member.name.endswith(".csv"):
                # No cell has a line break: there is one to a row.
                found[member.name.removesuffix(".csv")] = sum(1 for _ in file) - 1
    return found


def _count_parquet(path: Path) -> dict[str, int]:
    from sync.export import columnar  # noqa: PLC0415 - see there

    found = {}
    with tarfile.open(path, "r:") as tar:
        for member in tar:
            file = tar.extractfile(member)
            if file and member.name.endswith(".parquet"):
                found[member.name.removesuffix(".parquet")] = columnar.count(file)
    return found


_WRITERS = {"sql": _write_sql, "csv": _write_csv, "parquet": _write_parquet}
_READERS = {"sql": _count_sql, "csv": _count_csv, "parquet": _count_parquet}


def _copied(statement: str, stage: str, total: int, progress: Progress) -> Iterator[bytes]:
    """What COPY gives, piece by piece."""
    done = 0
    there = connections[replica.alias()]
    with there.cursor() as cursor, cursor.copy(statement) as copy:
        for data in copy:
            piece = bytes(data)
            done += piece.count(b"\n")
            progress(stage, min(done, total), total)
            yield piece


def _copy(
    statement: str,
    file: IO[bytes],
    table: Table,
    form: str,
    manifest: Manifest,
    progress: Progress,
) -> None:
    for data in _copied(statement, f"{form} {table.name}", manifest["rows"][table.name], progress):
        file.write(data)


def _add(tar: tarfile.TarFile, name: str, content: bytes | IO[bytes], manifest: Manifest) -> None:
    file = io.BytesIO(content) if isinstance(content, bytes) else content
    entry = tarfile.TarInfo(name)
    entry.size = file.seek(0, io.SEEK_END)
    entry.mtime = int(parse_since(manifest["generatedAt"]).timestamp())
    file.seek(0)
    tar.addfile(entry, file)


_CSV_NOTE = """
Cells that a spreadsheet could take for a formula (they begin with = + - @, a tab or a carriage
return), and cells that begin with an apostrophe, have one apostrophe in front. Take one away.
Empty cells are unknown values. The files are UTF-8 and begin with a byte-order mark, without which
spreadsheets take accents for other letters; programs read them as "utf-8-sig".
"""


def _about(manifest: Manifest) -> str:
    counts = "".join(f"  {name}: {count}\n" for name, count in manifest["rows"].items())
    lists = "".join(f"  {also_from(it['name'], it['licence'])}\n" for it in manifest["lists"])
    stated = f"some flags are from lists that have licences of their own:\n{lists}" if lists else ""
    return (
        "RealTube public export\n"
        f"made {manifest['generatedAt']} at revision {manifest['revision']}, "
        f"schema {manifest['schema']}, RealTube {manifest['version']}\n"
        f"licence: {manifest['licence']}\n{stated}rows:\n{counts}"
    )


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
