"""Everything that is published, a line each: `full.ndjson.zst` (docs/sync.md). No connection."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from realtube_client.errors import Unreadable

NAME = "full.ndjson.zst"
# Beyond any honest source: a copy of a hundred million videos has 5 GB.
COPY_MAX = 16 * 1024**3
LINE_MAX = 64 * 1024


@dataclass(frozen=True)
class Promised:
    """What the manifest says of the file: `bytes` (1 or more) and SHA-256 (hex) as it is sent;
    `cursor` is from where a delta goes on."""

    bytes: int
    sha256: str
    cursor: str

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> Promised:
        """From a manifest. Raises `Unreadable`."""
        try:
            entry = manifest["files"][NAME]["identity"]
            size, checksum = int(entry["bytes"]), str(entry["sha256"])
            cursor = f"{int(manifest['revision'])}-0"
        except (KeyError, TypeError, ValueError, OverflowError):
            raise Unreadable("The server's manifest is not one we understand.") from None
        if not 0 < size <= COPY_MAX:
            raise Unreadable(f"The server's copy would have {size} bytes.")
        return cls(size, checksum, cursor)


class Part:
    """A file on its way here, which goes on where an earlier try ended. A `Sink`."""

    def __init__(
        self, path: Path, promised: Promised, progress: Callable[[int, int], None]
    ) -> None:
        """What is there of another file is removed. `progress` gets bytes here, bytes in all."""
        self.path, self._promised, self._progress = path, promised, progress
        self._file: BinaryIO | None = None
        mark = path.with_name(f"{path.name}.sha256")
        if not mark.exists() or mark.read_text() != promised.sha256:
            path.unlink(missing_ok=True)
            mark.write_text(promised.sha256)
        self._mark = mark

    @property
    def is_whole(self) -> bool:
        """Whether all bytes are here, right or wrong."""
        return self.path.exists() and self.path.stat().st_size >= self._promised.bytes

    def headers(self) -> Mapping[str, str]:
        """See `Sink`."""
        have = self.path.stat().st_size if self.path.exists() else 0
        if not have:
            return {}
        return {"Range": f"bytes={have}-", "If-Range": f'"{self._promised.sha256[:32]}"'}

    def begin(self, status: int) -> None:
        """See `Sink`."""
        self.close()
        self._file = self.path.open("ab" if status == 206 else "wb")

    def write(self, chunk: bytes) -> None:
        """See `Sink`. What is beyond what was promised is dropped: the checksum will say so."""
        assert self._file is not None, "it has begun"  # noqa: S101
        chunk = chunk[: self._promised.bytes - self._file.tell()]
        if chunk:
            self._file.write(chunk)
            self._progress(self._file.tell(), self._promised.bytes)

    def close(self) -> None:
        """Write out what came."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def sha256(self) -> str:
        """Of what is here, hex."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def remove(self) -> None:
        """Forget what is here."""
        self.close()
        self.path.unlink(missing_ok=True)
        self._mark.unlink(missing_ok=True)


@dataclass(frozen=True)
class FullCopy:
    """A copy that has come whole: a file, and from where a delta goes on. The caller removes
    it."""

    path: Path
    cursor: str

    def remove(self) -> None:
        """Remove the file and what was noted of it."""
        self.path.unlink(missing_ok=True)
        self.path.with_name(f"{self.path.name}.sha256").unlink(missing_ok=True)


def objects(stream: BinaryIO) -> Iterator[dict[str, Any]]:
    """The objects of an unpacked copy, videos first; the line of the manifest is read already.

    Raises `Unreadable`: at once for what is none, at the end if there are not as many of each as
    the manifest says.
    """
    lines = _lines(stream)
    header = _decoded(next(lines, b""))
    try:
        counts = {kind: int(header["counts"][kind]) for kind in ("videos", "channels")}
    except (KeyError, TypeError, ValueError, OverflowError):
        raise Unreadable("The copy has no header that we understand.") from None
    return _counted(lines, counts)


def unpacked(file: BinaryIO) -> BinaryIO:
    """The contents of a `full.ndjson.zst`. Needs the extra `full`; reading from it raises
    `Unreadable` for broken data."""
    import zstandard  # noqa: PLC0415 - only who reads this copy needs it

    stream = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)
    return _Unpacked(stream, zstandard.ZstdError)


class _Unpacked(io.BufferedReader):
    """A stream of zstd whose errors are ours."""

    def __init__(self, stream: Any, error: type[Exception]) -> None:
        super().__init__(stream)
        self._error = error

    def readline(self, size: int | None = -1, /) -> bytes:
        try:
            return super().readline(-1 if size is None else size)
        except self._error:
            raise Unreadable("The copy is no zstd stream.") from None


def _counted(lines: Iterator[bytes], counts: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    seen = dict.fromkeys(counts, 0)
    for line in lines:
        entry = _decoded(line)
        seen["videos" if "videoId" in entry else "channels"] += 1
        yield entry
    if seen != counts:
        raise Unreadable(f"The copy promises {counts} and has {seen}.")


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    while line := stream.readline(LINE_MAX):
        if not line.endswith(b"\n"):
            raise Unreadable("The copy has a line that does not end.")
        yield line


def _decoded(line: bytes) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        entry = None
    if not isinstance(entry, dict):
        raise Unreadable("The copy has a line that is no JSON object.")
    return entry
