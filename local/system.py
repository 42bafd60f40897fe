"""What embedded servers need of the system: accounts, private folders, processes.

It must not import Django, because it has to work before there are settings.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

SYSTEM_ROOT = Path("/var/lib/realtube")
START_TIMEOUT_S = 60.0  # long enough for PostgreSQL to recover from a crash


class EmbeddedError(Exception):
    """A server cannot be started; the message is one sentence for the person at the terminal."""


@dataclass(frozen=True)
class Account:
    """A system user other than our own that a server runs as."""

    name: str
    uid: int
    gid: int


class _RunAs(TypedDict):
    user: int | None
    group: int | None
    extra_groups: list[str | int] | None


def make_data_root(path: Path) -> None:
    """Create `path` and its parents unless they exist, closed to other users.

    For root it lets others pass through (0711): the database's user has to reach its folder, and
    everything secret inside has a mode of its own. Raises `OSError`.
    """
    if not path.is_dir():
        path.mkdir(mode=0o700, parents=True)
        path.chmod(0o711 if os.geteuid() == 0 else 0o700)


def write_private(path: Path, text: str) -> None:
    """Replace the file by `text` in one step, readable by its owner only. Raises `OSError`."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def rotate_log(path: Path) -> None:
    """Begin a new log; the old one becomes `<name>.1`. Raises `OSError`."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        path.replace(path.with_name(path.name + ".1"))


def open_log(path: Path) -> int:
    """A descriptor that appends to the log; the caller closes it. Raises `OSError`."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)


def run_as(account: Account | None) -> _RunAs:
    """The arguments of `subprocess` that start a process as `account`."""
    if account is None:
        return {"user": None, "group": None, "extra_groups": None}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def shell_as(account: Account, script: str, argument: Path) -> bool:
    """Whether a shell script succeeds as that user: the kernel's own answer, not our guess."""
    result = subprocess.run(
        ["/bin/sh", "-c", script, "sh", str(argument)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=tool_env(),
        check=False,
        timeout=START_TIMEOUT_S,
        **run_as(account),
    )
    return result.returncode == 0


def can_enter(account: Account, folder: Path) -> bool:
    return shell_as(account, 'cd -- "$1"', folder)


def tool_env() -> dict[str, str]:
    # Nothing of the user's: PGDATA, PGHOST, PGOPTIONS and the like must not lead us astray.
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def make_shared(folder: Path) -> None:
    """Create a folder that others may read, whatever our umask; its parents must exist."""
    with suppress(FileExistsError):
        folder.mkdir(mode=0o755)
        folder.chmod(0o755)


def make_passage(folder: Path, account: Account | None) -> None:
    """Create a folder of ours that `account`, if any, may pass through but not list.

    It stays ours: root must not work inside folders where an ordinary user could plant links.
    """
    if folder.is_relative_to(SYSTEM_ROOT):
        make_shared(SYSTEM_ROOT)
        with suppress(FileExistsError):
            folder.parent.mkdir(mode=0o711)
            folder.parent.chmod(0o711)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        folder.chmod(0o700 if account is None else 0o711)


def make_private(folder: Path, account: Account | None) -> None:
    """Create a folder only its owner may enter, or make sure that it is one.

    Raises `EmbeddedError` when it is somebody else's, or a link.
    """
    owner = os.geteuid() if account is None else account.uid
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise EmbeddedError(f"{folder} is not a private folder: {error.strerror}.") from error
    try:
        found = os.fstat(descriptor).st_uid
        if found not in (owner, os.geteuid()):
            raise EmbeddedError(
                f"{folder} belongs to the user {user_name(found)}; run as that user, or remove it."
            )
        os.fchmod(descriptor, 0o700)
        if account is not None:
            os.fchown(descriptor, account.uid, account.gid)
    finally:
        os.close(descriptor)


def short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def owner_of(path: Path) -> int | None:
    try:
        return path.lstat().st_uid
    except (FileNotFoundError, PermissionError):
        return None


def user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def read_pid(path: Path) -> int | None:
    try:
        pid = int(path.read_bytes().split(maxsplit=1)[0])
    except (OSError, ValueError, IndexError):
        return None
    return pid if pid > 0 else None


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def has_backends(data: Path) -> bool:
    """Whether any process of PostgreSQL works in the data folder; always False without /proc."""
    folder = os.path.realpath(data)
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            name = (process / "comm").read_text().strip()
            if name == "postgres" and os.readlink(process / "cwd") == folder:
                return True
    return False


def is_process_with(pid: int, argument: str) -> bool:
    """Whether `pid` is alive, no zombie, and was started with this argument."""
    if sys.platform == "linux":
        try:
            arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return os.fsencode(argument) in arguments
    listing = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    return argument in listing.stdout
