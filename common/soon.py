"""Work that may wait a moment: done by one more thread, once for all requests that asked."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable


class Soon:
    """Calls `work` at most `within_s` seconds after somebody asked, once for all who did.

    Its thread begins with the first to ask, in every process that does; a fork leaves it behind.
    """

    def __init__(self, work: Callable[[], None], *, name: str, within_s: float) -> None:
        self._work = work
        self._name = name
        self._within_s = within_s
        self._lock = threading.Lock()
        self._asked = threading.Event()
        self._pid: int | None = None

    def ask(self) -> None:
        """Have the work done soon."""
        if self._pid != os.getpid():
            self._start()
        if not self._asked.is_set():
            self._asked.set()

    def _start(self) -> None:
        with self._lock:
            if self._pid == os.getpid():
                return
            self._asked = threading.Event()
            self._pid = os.getpid()
            threading.Thread(target=self._run, name=self._name, daemon=True).start()

    def _run(self) -> None:
        while True:
            self._asked.wait()
            time.sleep(self._within_s)
            self._asked.clear()
            self._work()
