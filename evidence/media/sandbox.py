"""Programs that read what strangers sent: niced, with limits, in a folder of their own.

They get no input, an environment without anything of ours, and die with the process that started
them. Whatever they started dies with them.
"""

from __future__ import annotations

import os
import re
import resource
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from common.processes.parents import die_with_parent
from evidence.media.reasons import Broken, Reason, Unusable

NICE = 10
_OUTPUT_BYTES = 4 * 1024 * 1024
_SHOWN_CHARS = 300
_OPEN_FILES = 128
_WAKE_S = 1.0
_READ_BYTES = 64 * 1024
_PATH = re.compile(r"(?:file:)?(?:/[^/\s:'\"]+)+/?")
_NO_MEMORY = ("Cannot allocate memory", "bad_alloc", "memory allocation")


@dataclass(frozen=True)
class Limits:
    """What a program may use: seconds, seconds of CPU, bytes of memory, bytes of any one file."""

    wall_s: float
    cpu_s: int
    memory_bytes: int = 3 * 1024**3
    file_bytes: int = 4 * 1024**3


class Failed(Exception):
    """The program ended with an error: `said` is what it wrote, `shown` the end without paths."""

    def __init__(self, said: str, shown: str) -> None:
        super().__init__(shown)
        self.said = said
        self.shown = shown


def run(
    command: Sequence[str],
    *,
    folder: Path,
    limits: Limits,
    tick: Callable[[str], None] = lambda line: None,
) -> str:
    """Run a program to its end in `folder`; what it wrote to both outputs.

    `tick` gets each line as it is written, and an empty one each second without any; what it
    raises ends the program. Raises `Failed`, `Unusable` (`too_heavy`) when a limit ended it, and
    `Broken` when it cannot be started or something else killed it.
    """
    deadline = time.monotonic() + limits.wall_s
    try:
        process = subprocess.Popen(  # noqa: S603 - the program is ours, only its input is not
            command,
            cwd=folder,
            env={"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "TMPDIR": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_confine(limits),  # noqa: PLW1509 - no threads
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise Broken(f"{Path(command[0]).name} cannot be started: {error}") from error
    written = bytearray()
    try:
        for part in _parts(process, deadline):
            written += part
            if len(written) > _OUTPUT_BYTES:
                raise Unusable(Reason.TOO_HEAVY, "it wrote more than anybody reads")
            for line in part.decode(errors="replace").splitlines() or [""]:
                tick(line)
        process.wait(max(deadline - time.monotonic(), 0.1))
    except subprocess.TimeoutExpired as error:
        raise Unusable(Reason.TOO_HEAVY, f"not done after {limits.wall_s:.0f} s") from error
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout:
            process.stdout.close()
    said = written.decode(errors="replace")
    if process.returncode:
        raise _failure(process.returncode, said)
    return said


def _parts(process: subprocess.Popen[bytes], deadline: float) -> Iterator[bytes]:
    """What it writes, whole lines where it writes any; nothing once a second."""
    assert process.stdout is not None  # noqa: S101 - asked for above
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        rest = b""
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise subprocess.TimeoutExpired(process.args, 0)
            if not selector.select(min(left, _WAKE_S)):
                yield b""
                continue
            part = os.read(process.stdout.fileno(), _READ_BYTES)
            if not part:
                if rest:
                    yield rest
                return
            whole, newline, after = (rest + part).rpartition(b"\n")
            rest = after
            if newline:
                yield whole + newline
            elif len(rest) > _OUTPUT_BYTES:
                raise Unusable(Reason.TOO_HEAVY, "it wrote an endless line")


def _confine(limits: Limits) -> Callable[[], None]:
    """Runs in the child, between fork and exec."""
    die = die_with_parent(signal.SIGKILL)

    def confine() -> None:
        if die:
            die()
        os.nice(NICE)
        # Linux compares sessions first, where it groups by them, and each of ours is one.
        with suppress(OSError), open("/proc/self/autogroup", "w") as group:
            group.write(str(NICE))
        for kind, limit in (
            (resource.RLIMIT_CPU, limits.cpu_s),
            (resource.RLIMIT_AS, limits.memory_bytes),
            (resource.RLIMIT_FSIZE, limits.file_bytes),
            (resource.RLIMIT_NOFILE, _OPEN_FILES),
            (resource.RLIMIT_CORE, 0),
        ):
            _, most = resource.getrlimit(kind)
            least = limit if most == resource.RLIM_INFINITY else min(limit, most)
            resource.setrlimit(kind, (least, least))

    return confine


def _failure(status: int, said: str) -> Exception:
    lines = [line for line in _PATH.sub("file", said).splitlines() if line.strip()]
    shown = " ".join(lines[-3:])[-_SHOWN_CHARS:]
    number = -status if status < 0 else status - 128
    if number == signal.SIGXFSZ:
        return Unusable(Reason.TOO_HEAVY, "it becomes too large a file")
    # The hard limit of CPU time kills; nothing else does but the kernel, short of memory.
    if number in (signal.SIGXCPU, signal.SIGKILL):
        return Unusable(Reason.TOO_HEAVY, "it takes too much time or memory")
    if any(text in said for text in _NO_MEMORY):
        return Unusable(Reason.TOO_HEAVY, "it takes too much memory")
    if number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        return Broken(f"stopped by signal {number}")
    return Failed(said, shown or f"ended with {status}")
