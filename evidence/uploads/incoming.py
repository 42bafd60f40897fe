"""Files of clips that arrive: one a clip, whose length is the offset, whatever was killed when.

All are in `EVIDENCE_ROOT/incoming`, under the clip's number. While a part with a checksum arrives,
a note beside the file says where that part begins: what was not compared to the end does not count.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

from django.conf import settings

from common import errors
from evidence.uploads.protocol import Hash

CHUNK_BYTES = 64 * 1024
NOTE = ".unsure"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
Read = Callable[[int], bytes]


def folder() -> Path:
    """Where they are; made if it is not there."""
    found = Path(settings.EVIDENCE_ROOT) / "incoming"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def path_of(clip: UUID) -> Path:
    """Where the bytes of a clip are until it is kept."""
    return folder() / clip.hex


def stored(clip: UUID) -> int:
    """How many bytes of a clip are stored, those of an unfinished comparison left out."""
    path = path_of(clip)
    try:
        length = path.stat().st_size
    except FileNotFoundError:
        return 0
    sure = _sure(path)
    return length if sure is None else min(sure, length)


def head(clip: UUID, length: int) -> bytes:
    """The first bytes of a clip; none if it was removed."""
    try:
        with path_of(clip).open("rb") as file:
            return file.read(length)
    except FileNotFoundError:
        return b""


def free_bytes() -> int:
    """Room on the disk for clips."""
    return max(0, shutil.disk_usage(folder()).free - settings.EVIDENCE_FREE_BYTES)


def forget(clip: UUID) -> None:
    """Delete what arrived of a clip, if anything did."""
    path = path_of(clip)
    path.unlink(missing_ok=True)
    _note(path).unlink(missing_ok=True)


class Arriving:
    """The file of one clip, open for whoever holds its lock."""

    def __init__(self, path: Path, file: int) -> None:
        self._path = path
        self._file = file
        sure = _sure(path)
        if sure is not None:  # whoever was comparing is gone, or we would not have the lock
            self._cut(sure)
        self.offset = os.lseek(file, 0, os.SEEK_END)

    def take(self, read: Read, most: int, *, sync: bool = True) -> int:
        """Append what `read` gives, at most `most` bytes, until it ends; how many there were.

        With `sync` they are on the disk afterwards. Raises `StorageFull` when the disk is full;
        what was written until then stays, and counts.
        """
        before = self.offset
        try:
            while (left := most - (self.offset - before)) > 0:
                chunk = read(min(CHUNK_BYTES, left))
                if not chunk:
                    break
                self._append(chunk)
            if sync:
                self.sync()
        except OSError as error:
            if error.errno in _FULL:
                raise errors.StorageFull from error
            raise
        return self.offset - before

    def take_checked(self, read: Read, most: int, *, digest: Hash, wanted: bytes) -> int:
        """As `take`, but all or nothing: only if its hash is the wanted one.

        Raises `ChecksumMismatch`, also if the line is cut; nothing of it is kept then.
        """
        before = self.offset

        def hashed(length: int) -> bytes:
            chunk = read(length)
            digest.update(chunk)
            return chunk

        _note(self._path).write_text(str(before), encoding="ascii")
        try:
            took = self.take(hashed, most)
        except BaseException:
            self._cut(before)
            raise
        if digest.digest() != wanted:
            self._cut(before)
            raise errors.ChecksumMismatch
        _note(self._path).unlink()
        return took

    def sync(self) -> None:
        """Wait until all of it is on the disk."""
        os.fsync(self._file)

    def _append(self, chunk: bytes) -> None:
        rest = memoryview(chunk)
        while rest:
            written = os.write(self._file, rest)
            self.offset += written
            rest = rest[written:]

    def _cut(self, length: int) -> None:
        if os.fstat(self._file).st_size > length:
            os.ftruncate(self._file, length)
        self.offset = os.lseek(self._file, 0, os.SEEK_END)
        with suppress(FileNotFoundError):
            _note(self._path).unlink()


@contextmanager
def arriving(clip: UUID) -> Iterator[Arriving]:
    """Go on with the file of a clip; nobody else can meanwhile. Raises `UploadLocked`."""
    path = path_of(clip)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise errors.UploadLocked(retry_after_s=2) from None
        yield Arriving(path, file)
    finally:
        os.close(file)


def _note(path: Path) -> Path:
    return path.with_name(path.name + NOTE)


def _sure(path: Path) -> int | None:
    """How much of a file is sure to be right, if a part of it is still to be compared."""
    try:
        return int(_note(path).read_text(encoding="ascii") or 0)
    except FileNotFoundError:
        return None
    except ValueError:  # killed while it was written, before any byte of the part
        return None
