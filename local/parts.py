"""The processes of `make run`, and what starts them again when they die."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from common.processes.parents import die_with_parent
from local.options import REPOSITORY, RunError
from local.system import EmbeddedError, open_log

MAX_DEATHS = 5
DEATHS_WINDOW_S = 60.0
MAX_LINE_BYTES = 64 * 1024
SHOWN_LOG_LINES = 20


class Child:
    """One process of the service, with its log."""

    def __init__(
        self, name: str, command: Sequence[str], *, env: Mapping[str, str], log_dir: Path
    ) -> None:
        self.name = name
        self.log_path = log_dir / f"{name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._command = command
        self._env = env
        self._shown_bytes = 0

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self.process is not None and self.process.poll() is None

    def poll(self) -> int | None:
        """The exit status, None while it runs."""
        return None if self.process is None else self.process.poll()

    def start(self) -> None:
        """Start the process, or start it again. Raises `RunError`."""
        self.kill()
        try:
            log = open_log(self.log_path)
            try:
                self.process = subprocess.Popen(
                    self._command,
                    cwd=REPOSITORY,
                    env=self._env,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,  # Ctrl-C is for us alone
                    preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - no threads
                )
            finally:
                os.close(log)
        except (OSError, subprocess.SubprocessError) as error:
            raise RunError(f"{self.name} cannot be started: {error}.") from error

    def terminate(self) -> None:
        """Ask it to finish what it does and stop."""
        if self.process is not None:
            self.process.terminate()

    def kill(self) -> None:
        """Kill it with all its processes, also those that a dead one left behind."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def new_lines(self) -> Iterator[bytes]:
        """Whole lines written since the last call; the caller may stop asking any time."""
        try:
            with self.log_path.open("rb") as log:
                log.seek(self._shown_bytes)
                while line := log.readline(MAX_LINE_BYTES):
                    if not line.endswith(b"\n") and len(line) < MAX_LINE_BYTES:
                        return
                    self._shown_bytes += len(line)
                    yield line.rstrip(b"\r\n")
        except OSError:
            return

    def last_lines(self) -> list[str]:
        """The end of the log."""
        try:
            text = self.log_path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return []
        return text.splitlines()[-SHOWN_LOG_LINES:]


class Part(Protocol):
    """What a `Keeper` looks after: a `Child` or an embedded server."""

    @property
    def name(self) -> str: ...
    @property
    def running(self) -> bool: ...
    def start(self) -> None: ...


@dataclass
class Keeper:
    """Starts a part of the service again when it has died, until it dies too often."""

    part: Part
    say: Callable[[str], None]
    _deaths_s: deque[float] = field(default_factory=deque)
    _start_again_s: float | None = None

    def tend(self) -> None:
        """Look after it once. Raises `RunError` when it keeps dying."""
        now = time.monotonic()
        if self._start_again_s is not None:
            if now < self._start_again_s:
                return
            self._start_again_s = None
            try:
                self.part.start()
            except (EmbeddedError, RunError) as error:
                self.say(str(error))
        if not self.part.running:
            self._note_death(now)

    def _note_death(self, now_s: float) -> None:
        self._deaths_s.append(now_s)
        while self._deaths_s[0] < now_s - DEATHS_WINDOW_S:
            self._deaths_s.popleft()
        deaths = len(self._deaths_s)
        if deaths > MAX_DEATHS:
            raise RunError(
                f"{self.part.name} stopped {deaths} times within {DEATHS_WINDOW_S:.0f} seconds, "
                "so everything was stopped."
            )
        delay_s = 0.25 * 2**deaths
        self._start_again_s = now_s + delay_s
        self.say(f"{self.part.name} stopped unexpectedly; starting it again in {delay_s:g} s.")
