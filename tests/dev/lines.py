"""A TCP proxy that breaks lines, as a train's tunnels do."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_BYTES = 64 * 1024
DARK_S = 2.0


class Line:
    """Passes everything on to `port`; `cuts` are after how many bytes sent it breaks each time.

    A cut ends every connection at once, without a word, and for `DARK_S` there is none. `speed` is bytes a second towards the
    server; None is as fast as it goes.
    """

    def __init__(self, port: int, *cuts: int, speed: float | None = None) -> None:
        self._there = port
        self._cuts = list(cuts)
        self._speed = speed
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._sent = 0
        self.broken = 0
        self._dark_until = 0.0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])

    def serve(self) -> None:
        """Until `close`."""
        with suppress(OSError):
            while True:
                here, _ = self._listener.accept()
                if time.monotonic() < self._dark_until:
                    here.close()
                    continue
                try:
                    there = socket.create_connection(("127.0.0.1", self._there), timeout=10)
                except OSError:
                    here.close()
                    continue
                there.settimeout(None)
                with self._lock:
                    self._open |= {here, there}
                for ends in ((here, there, True), (there, here, False)):
                    threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def close(self) -> None:
        """End everything."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._cut()

    def _pass_on(self, source: socket.socket, target: socket.socket, outwards: bool) -> None:
        try:
            while chunk := source.recv(_BYTES):
                if outwards and self._breaks(len(chunk)):
                    self._cut()
                    return
                if outwards and self._speed:
                    threading.Event().wait(len(chunk) / self._speed)
                target.sendall(chunk)
        except OSError:
            pass
        finally:
            for end in (source, target):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()
                with self._lock:
                    self._open.discard(end)

    def _breaks(self, length: int) -> bool:
        with self._lock:
            self._sent += length
            if not self._cuts or self._sent < self._cuts[0]:
                return False
            self._cuts.pop(0)
            self.broken += 1
            self._dark_until = time.monotonic() + DARK_S
            return True

    def _cut(self) -> None:
        with self._lock:
            ends, self._open = self._open, set()
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def line(port: int, *cuts: int, speed: float | None = None) -> Iterator[Line]:
    """A line to `port` of this machine; see `Line`."""
    made = Line(port, *cuts, speed=speed)
    thread = threading.Thread(target=made.serve, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.close()
        thread.join(10)
