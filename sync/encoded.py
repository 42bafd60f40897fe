"""Files that are written once and read often: in several encodings, or in frames."""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import zstandard

from common.files import ENCODINGS

FRAME_LINES = 1000
_GZIP_LEVEL, _ZSTD_LEVEL = 6, 9
_FRAME_LEVEL = 3


class EncodedFile:
    """One content as `path`, `path.gz` and `path.zst`; on disk for good when closed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._open = ExitStack()
        self._raw: list[BinaryIO] = []
        self._writers: list[Any] = []

    def __enter__(self) -> Self:
        for suffix in ("", *ENCODINGS.values()):
            raw = self._open.enter_context(self.path.with_name(self.path.name + suffix).open("wb"))
            self._raw.append(raw)
            self._writers.append(self._writer(suffix, raw))
        return self

    def _writer(self, suffix: str, raw: BinaryIO) -> Any:
        if suffix == ".gz":
            # No name and no time: equal contents give equal bytes.
            return self._open.enter_context(
                gzip.GzipFile("", "wb", _GZIP_LEVEL, fileobj=raw, mtime=0)
            )
        if suffix == ".zst":
            compressor = zstandard.ZstdCompressor(level=_ZSTD_LEVEL, write_checksum=True)
            return self._open.enter_context(compressor.stream_writer(raw, closefd=False))
        return raw

    def write(self, data: bytes) -> None:
        """Append to all encodings."""
        for writer in self._writers:
            writer.write(data)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._open:
            for writer, raw in zip(self._writers, self._raw, strict=True):
                if writer is not raw and kind is None:
                    writer.close()
                raw.flush()
                os.fsync(raw.fileno())

    def described(self) -> dict[str, dict[str, Any]]:
        """Bytes and SHA-256 by encoding."""
        return {
            name: describe(self.path.with_name(self.path.name + suffix))
            for name, suffix in {"identity": "", **ENCODINGS}.items()
        }


def encoded(data: bytes, encoding: str) -> bytes:
    """`data` as one of `ENCODINGS`, or as it is for none; equal data give equal bytes."""
    if encoding == "gzip":
        return gzip.compress(data, _GZIP_LEVEL, mtime=0)
    if encoding == "zstd":
        return zstandard.ZstdCompressor(level=_FRAME_LEVEL).compress(data)
    return data


class FrameFile:
    """Lines in zstd frames of 1,000: one `.zst` stream that can be read from any frame on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.offsets: list[int] = []
        self._lines: list[bytes] = []
        self._compressor = zstandard.ZstdCompressor(level=_FRAME_LEVEL, write_checksum=True)

    def __enter__(self) -> Self:
        self._file = self.path.open("wb")
        return self

    def line(self, line: bytes) -> None:
        """Append a line, given without its end."""
        self._lines.append(line)
        if len(self._lines) == FRAME_LINES:
            self.end_frame()

    def end_frame(self) -> None:
        """Begin a new frame with the next line."""
        if self._lines:
            self.offsets.append(self._file.tell())
            self._file.write(self._compressor.compress(b"\n".join(self._lines) + b"\n"))
            self._lines.clear()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._file:
            if kind is None:
                self.end_frame()
                self.offsets.append(self._file.tell())
                self._file.flush()
                os.fsync(self._file.fileno())


def read_lines(path: Path, offsets: Sequence[int], first: int, last: int) -> list[bytes]:
    """Lines `first` to `last` (exclusive) of full frames that begin (and end) at `offsets`."""
    if first >= last:
        return []
    frames = range(first // FRAME_LINES, (last - 1) // FRAME_LINES + 1)
    lines: list[bytes] = []
    with path.open("rb") as file:
        file.seek(offsets[frames[0]])
        for n in frames:
            frame = zstandard.ZstdDecompressor().decompress(file.read(offsets[n + 1] - offsets[n]))
            lines += frame[:-1].split(b"\n")
    start = first - frames[0] * FRAME_LINES
    return lines[start : start + last - first]


def describe(path: Path) -> dict[str, Any]:
    """Bytes and SHA-256 of a file."""
    with path.open("rb") as file:
        return {
            "bytes": os.fstat(file.fileno()).st_size,
            "sha256": hashlib.file_digest(file, "sha256").hexdigest(),
        }
