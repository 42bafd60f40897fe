"""Writing below PUBLISH_ROOT so that readers never see half a file, and writers never meet."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def only_one(lock: Path) -> Iterator[bool]:
    """Whether this process is the one that holds `lock` now; the kernel frees it if we die."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def write_atomically(path: Path, body: bytes, *, at_once: bool = True) -> None:
    """Replace a file as a whole: readers see the old or the new one, whatever happens.

    Not `at_once`, a crash of the machine may leave an empty or an old file.
    """
    temporary = f"{path.parent}/.{path.name}.{secrets.token_hex(4)}"
    try:
        try:
            _write(temporary, body, at_once=at_once)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(temporary, body, at_once=at_once)
        _make_newer(temporary, path)
        os.replace(temporary, path)
    except OSError:
        with suppress(OSError):
            os.unlink(temporary)
        raise


# Of files there are thousands a second, so by name: a `Path` takes longer than to write one.
def _write(name: str, body: bytes, *, at_once: bool) -> None:
    with open(name, "wb") as file:
        file.write(body)
        if at_once:
            file.flush()
            os.fsync(file.fileno())


def _make_newer(name: str, than: Path) -> None:
    """Give a file a later second than the one it replaces: nginx makes ETags of second and size,
    and would call two versions of one second, or of a clock set back, the same.
    """
    with suppress(FileNotFoundError):
        replaced_s = int(os.stat(than).st_mtime)
        if os.stat(name).st_mtime < replaced_s + 1:
            os.utime(name, (replaced_s + 1, replaced_s + 1))


class Generations:
    """Folders that take each other's place as a whole; `current` names the newest.

    A folder is built as `.building-*`, and renamed when it is whole; whatever happens to a
    build, `current` stays what it was.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def only_one(self) -> Iterator[bool]:
        """Whether this process may build now; what earlier builds left over is then gone."""
        with only_one(self.root / ".lock") as mine:
            if mine:
                for leftover in self.root.glob(".*-*"):
                    remove(leftover)
            yield mine

    @contextmanager
    def building(self) -> Iterator[Path]:
        """A new folder, which is gone again if the block fails."""
        path = self.root / f".building-{secrets.token_hex(4)}"
        path.mkdir(parents=True)
        try:
            yield path
        except BaseException:
            remove(path)
            raise

    def publish(self, building: Path, name: str) -> Path:
        """Make a finished folder `current`, durably; its final path."""
        for part in (*(path for path in building.iterdir() if path.is_dir()), building):
            fsync_folder(part)
        final = self.root / f"{name}-{secrets.token_hex(4)}"
        building.rename(final)
        link = self.root / f".current-{secrets.token_hex(4)}"
        link.symlink_to(final.name)
        link.replace(self.root / "current")
        fsync_folder(self.root)
        return final

    def all(self) -> list[Path]:
        """The published folders, the newest first."""
        found = [path for path in self.root.glob("[0-9]*-*") if path.is_dir()]
        return sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)


def remove(path: Path) -> None:
    """Delete a folder, or a link itself; what is gone already is no error."""
    if path.is_symlink():
        path.unlink(missing_ok=True)
    else:
        shutil.rmtree(path, ignore_errors=True)


def fsync_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
