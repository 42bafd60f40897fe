"""Writing and reading back the files of an export: SQL, CSV, CSV for spreadsheets, Parquet."""

from __future__ import annotations

import codecs
import gzip
import io
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import orjson
from django.db import connections

from channels.blocklists.text import also_from
from common import replica
from common.processes.bars import Progress
from sync.delta import parse_since
from sync.export.codebook import Table, datapackage

NOTEBOOK = Path(__file__).with_name("recompute.ipynb")
"""Works out every published score from the Parquet files, with none of our code."""
_GZIP_LEVEL = 6
_LICENCES = "https://spdx.org/licenses/{}.html"

Manifest = dict[str, Any]
Counts = dict[str, int]


class NotWhole(Exception):
    """What was written does not read back as it should; nothing was published."""


@dataclass(frozen=True)
class Content:
    """What files are written of: these tables, described by a `manifest` with `rows`, one count a
    table; `extra` are small files that go into every archive."""

    tables: Sequence[Table]
    manifest: Manifest
    progress: Progress
    extra: Mapping[str, bytes]

    def about(self) -> str:
        """The README, and the head of the SQL file."""
        given = self.manifest
        counts = "".join(f"  {name}: {count}\n" for name, count in given["rows"].items())
        lists = "".join(f"  {also_from(it['name'], it['licence'])}\n" for it in given["lists"])
        stated = (
            f"some flags are from lists that have licences of their own:\n{lists}" if lists else ""
        )
        return (
            "RealTube public export\n"
            f"made {given['generatedAt']} at revision {given['revision']}, "
            f"schema {given['schema']}, RealTube {given['version']}\n"
            f"licence: {given['licence']}\n{stated}rows:\n{counts}"
        )

    def package(self, suffix: str, **table: Any) -> bytes:
        """`datapackage.json` of the files with this suffix."""
        given = self.manifest
        described = datapackage(
            self.tables,
            {
                "title": "RealTube public export",
                "description": "Which videos and channels are AI-made, as viewers vote, lists say"
                " and juries and moderators decide.",
                "version": given["generatedAt"][:10],
                "created": given["generatedAt"],
                "licenses": [
                    {"name": given["licence"], "path": _LICENCES.format(given["licence"])}
                ],
                "sources": [
                    {"title": also_from(it["name"], it["licence"])} for it in given["lists"]
                ],
                "schema": given["schema"],
                "rows": given["rows"],
            },
            name="realtube",
            suffix=suffix,
            **table,
        )
        return orjson.dumps(described, option=orjson.OPT_INDENT_2)


def write_sql(path: Path, content: Content) -> None:
    """One script that makes the tables, with the codebook as comments, and fills them."""
    with path.open("wb") as raw, gzip.GzipFile("", "wb", _GZIP_LEVEL, raw, mtime=0) as out:
        about = "".join(f"-- {line}\n" for line in content.about().splitlines())
        out.write(f"{about}\nBEGIN;\nSET client_encoding = 'UTF8';\n".encode())
        for table in content.tables:
            columns = ", ".join(table.columns)
            out.write(f"\n{table.create}COPY {table.name} ({columns}) FROM stdin;\n".encode())
            for data in _copied(table.copy_text, f"sql {table.name}", table, content):
                out.write(data)
            out.write(b"\\.\n")
        out.write(b"\nCREATE INDEX votes_video ON votes (video_id);\nCOMMIT;\n")


def write_csv(path: Path, content: Content) -> None:
    """An archive of CSV files with every value as it is."""
    _write_csv(path, content, "csv", lambda table: table.copy_csv, _CSV_NOTE)


def write_spreadsheets(path: Path, content: Content) -> None:
    """The same for spreadsheets, which would take some cells for formulas."""
    form = "spreadsheets"
    _write_csv(path, content, form, lambda table: table.copy_csv_for_spreadsheets, _SHEETS_NOTE)


def _write_csv(
    path: Path, content: Content, form: str, statement: Callable[[Table], str], note: str
) -> None:
    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", _GZIP_LEVEL, raw, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|") as tar,
    ):
        package = content.package("csv", mediatype="text/csv", encoding="utf-8-sig")
        _add_small(tar, content, note, package)
        for table in content.tables:
            with TemporaryFile(dir=path.parent) as file:
                file.write(codecs.BOM_UTF8)
                _copy(statement(table), file, table, form, content)
                _add(tar, f"{table.name}.csv", file, content)


def write_parquet(path: Path, content: Content) -> None:
    """An archive of Parquet files."""
    from sync.export import columnar  # noqa: PLC0415 - see there

    with path.open("wb") as raw, tarfile.open(fileobj=raw, mode="w|") as tar:
        package = content.package("parquet", mediatype="application/vnd.apache.parquet")
        _add_small(tar, content, _PARQUET_NOTE, package)
        _add(tar, NOTEBOOK.name, NOTEBOOK.read_bytes(), content)
        for table in content.tables:
            # On the same disk: a tar has to know sizes before contents.
            with TemporaryFile(dir=path.parent) as plain, TemporaryFile(dir=path.parent) as columns:
                _copy(table.copy_csv, plain, table, "parquet", content)
                columnar.write(table, plain, columns)
                _add(tar, f"{table.name}.parquet", columns, content)


def count_sql(path: Path) -> Counts:
    """Rows by table, and whether the stream is whole."""
    found: Counts = {}
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


def count_csv(path: Path) -> Counts:
    """Rows by table of either archive of CSV files."""
    found = {}
    with tarfile.open(path, "r|gz") as tar:
        for member in tar:
            file = tar.extractfile(member)
            if file and member.name.endswith(".csv"):
                # No cell has a line break: there is one to a row.
                found[member.name.removesuffix(".csv")] = sum(1 for _ in file) - 1
    return found


def count_parquet(path: Path) -> Counts:
    """Rows by table, all of them read."""
    from sync.export import columnar  # noqa: PLC0415 - see there

    found = {}
    with tarfile.open(path, "r:") as tar:
        for member in tar:
            file = tar.extractfile(member)
            if file and member.name.endswith(".parquet"):
                found[member.name.removesuffix(".parquet")] = columnar.count(file)
    return found


@dataclass(frozen=True)
class Format:
    """A format of the export: how its file is called and served, written and read back."""

    suffix: str
    media_type: str
    write: Callable[[Path, Content], None]
    count: Callable[[Path], Counts]


FORMATS = {
    "sql": Format("sql.gz", "application/gzip", write_sql, count_sql),
    "csv": Format("csv.tar.gz", "application/gzip", write_csv, count_csv),
    "spreadsheets": Format(
        "spreadsheets.tar.gz", "application/gzip", write_spreadsheets, count_csv
    ),
    "parquet": Format("parquet.tar", "application/x-tar", write_parquet, count_parquet),
}


def _copied(statement: str, stage: str, table: Table, content: Content) -> Iterator[bytes]:
    """What COPY gives, piece by piece."""
    done, total = 0, content.manifest["rows"][table.name]
    there = connections[replica.alias()]
    with there.cursor() as cursor, cursor.copy(statement) as copy:
        for data in copy:
            piece = bytes(data)
            done += piece.count(b"\n")
            content.progress(stage, min(done, total), total)
            yield piece


def _copy(statement: str, file: IO[bytes], table: Table, form: str, content: Content) -> None:
    for data in _copied(statement, f"{form} {table.name}", table, content):
        file.write(data)


def _add_small(tar: tarfile.TarFile, content: Content, note: str, package: bytes) -> None:
    _add(tar, "README.txt", (content.about() + note).encode(), content)
    _add(tar, "datapackage.json", package, content)
    for name, body in content.extra.items():
        _add(tar, name, body, content)


def _add(tar: tarfile.TarFile, name: str, body: bytes | IO[bytes], content: Content) -> None:
    file = io.BytesIO(body) if isinstance(body, bytes) else body
    entry = tarfile.TarInfo(name)
    entry.size = file.seek(0, io.SEEK_END)
    entry.mtime = int(parse_since(content.manifest["generatedAt"]).timestamp())
    file.seek(0)
    tar.addfile(entry, file)


_PARQUET_NOTE = """
Every column is described in datapackage.json. The notebook recompute.ipynb works out every score
from the other tables.
"""
_CSV_NOTE = """
Every column is described in datapackage.json. Empty cells are unknown values. The files are UTF-8
and begin with a byte-order mark; programs read them as "utf-8-sig". Do not open them in a
spreadsheet, which may take cells for formulas: there is a file for spreadsheets beside this one.
"""
_SHEETS_NOTE = """
For spreadsheets: cells that begin with = + @, a tab or a carriage return have one apostrophe in
front, without which they could be taken for formulas. Programs read the file without
"spreadsheets" in its name, whose values are those of all other formats.
Every column is described in datapackage.json. Empty cells are unknown values. The files are UTF-8
and begin with a byte-order mark, without which spreadsheets take accents for other letters.
"""
