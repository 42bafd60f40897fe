"""What passes between `make run` and the person at the terminal: output and signals."""

from __future__ import annotations

import logging
import os
import select
import signal
import time
from types import FrameType

_COLOURS = {"web": 32, "worker": 36, "beat": 35, "realtube": 1}
# `make` and `timeout` pass on what we got ourselves; only a person takes longer than this.
_ECHO_S = 0.5


class Interrupted(Exception):
    """Somebody asked us to stop."""


class Signals:
    """Notes the signals that ask us to stop; nothing is interrupted, everybody looks."""

    def __init__(self) -> None:
        self._first_s: float | None = None
        self.hurry = False

    def install(self) -> None:
        """Start listening."""
        signal.signal(signal.SIGINT, self.note)
        signal.signal(signal.SIGTERM, self.note)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup means it
            signal.signal(signal.SIGHUP, self.note)

    def check(self) -> None:
        """Raises `Interrupted` once we were asked to stop."""
        if self._first_s is not None:
            raise Interrupted

    def note(self, number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._first_s is None:
            self._first_s = now
        elif number == signal.SIGINT and now - self._first_s > _ECHO_S:
            self.hurry = True


class Terminal:
    """Our standard output, written without ever waiting for its reader.

    Args:
        fd: where to write; -1 for nowhere.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._pending = b""
        self.coloured = "NO_COLOR" not in os.environ and self._fd >= 0 and os.isatty(self._fd)

    def line(self, text: bytes, *, name: str = "") -> None:
        """Print a line, after the name of who said it."""
        if name:
            prefix = f"{name:<8} | "
            if self.coloured:
                prefix = f"\x1b[{_COLOURS[name]}m{prefix}\x1b[0m"
            text = prefix.encode() + text
        self._pending += text + b"\n"
        self.flush()

    def flush(self) -> bool:
        """Write what the reader takes right now; True when nothing is left."""
        poll = select.poll()
        if self._fd >= 0:
            poll.register(self._fd, select.POLLOUT)
        while self._pending and self._fd >= 0:
            try:
                if not poll.poll(0):
                    return False
                # A pipe that polls as writable takes this much without blocking.
                written = os.write(self._fd, self._pending[: select.PIPE_BUF])
            except BlockingIOError:
                return False
            except OSError:
                self._fd = -1  # the reader has gone; the logs have everything
                break
            self._pending = self._pending[written:]
        if self._fd < 0:
            self._pending = b""
        return not self._pending


class Notes(logging.Handler):
    """Shows log records of our own modules on the terminal."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__()
        self._terminal = terminal

    def emit(self, record: logging.LogRecord) -> None:
        """Show one."""
        self._terminal.line(record.getMessage().encode(), name="realtube")
