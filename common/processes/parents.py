"""Processes that do not outlive the one that started them. `local` needs it, too: no Django."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(death_signal: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn` that has the kernel send `death_signal` when the calling thread ends.

    None where the kernel cannot (macOS). Linux forgets the wish when the user id changes;
    `subprocess` runs a `preexec_fn` after its own `user=`, so the two can be combined.
    """
    if _LIBC is None:
        return None
    libc, parent = _LIBC, os.getpid()

    def arrange() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:  # it died before the line above: no signal would come
            os._exit(1)

    return arrange
