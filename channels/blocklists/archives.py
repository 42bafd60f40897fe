"""RealTube's own public export, as it is served: an archive with a table and a licence."""

from __future__ import annotations

import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import BinaryIO

from channels.blocklists.entries import UnreadableList
from channels.blocklists.text import licences

_TABLE, _ABOUT = "channels.csv", "README.txt"
_ABOUT_MAX_BYTES = 64 * 1024
# What a file that an operator has may unpack to: votes of years.
UNPACKED_MAX_BYTES = 16 * 1024**3
_PACKED = (b"\x1f\x8b", b"PK\x03\x04", b"\x28\xb5\x2f\xfd", b"BZh", b"\xfd7zXZ")
_TAR_AT, _TAR = 257, b"ustar"


@contextmanager
def unpacked(file: BinaryIO, *, most_bytes: int) -> Iterator[tuple[BinaryIO, str]]:
    """A file that can be read as text, and the licence that its archive has next to it.

    Raises `UnreadableList` for an archive of anything but channels, and where it unpacks to more
    than `most_bytes`.
    """
    file.seek(0)
    head = file.read(_TAR_AT + len(_TAR))
    file.seek(0)
    if not head.startswith(_PACKED) and head[_TAR_AT:] != _TAR:
        yield file, ""
        return
    with TemporaryFile() as table:
        try:
            licence = _unpack(file, table, most_bytes)
        except (tarfile.TarError, zlib.error, OSError, EOFError):
            raise UnreadableList("packed, or a spreadsheet: unpack it, or save it as CSV") from None
        if not table.tell():
            raise UnreadableList(
                f"an archive without {_TABLE}; of RealTube's exports, import the CSV"
            )
        yield table, licence


def _unpack(archive: BinaryIO, table: BinaryIO, most_bytes: int) -> str:
    licence = ""
    with tarfile.open(fileobj=archive, mode="r:*") as tar:
        for member in tar:
            if member.offset_data + member.size > most_bytes:
                raise UnreadableList("an archive that unpacks to more than any list has")
            content = tar.extractfile(member)
            if content and member.name == _TABLE:
                shutil.copyfileobj(content, table)
            elif content and member.name == _ABOUT:
                lines = content.read(_ABOUT_MAX_BYTES).decode(errors="replace").splitlines()
                licence = licences(lines)
    return licence
