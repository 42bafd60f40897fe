"""What administrators hold back at runtime, read on every write and remembered for seconds."""

from __future__ import annotations

import time
from typing import Any

from realtube.common import errors
from votes.models import Brake

MEMORY_S = 5.0
READ_ONLY_RETRY_S = 60
NAMES: tuple[str, ...] = tuple(f.name for f in Brake._meta.concrete_fields if not f.primary_key)


class _Memory:
    """What this process last read, and until when (monotonic seconds) it goes by it."""

    brake = Brake()
    until = 0.0


def current() -> Brake:
    """The brakes as they were at most `MEMORY_S` seconds ago; a statement that often, no Redis."""
    now = time.monotonic()
    if now >= _Memory.until:
        _Memory.brake = Brake.objects.first() or Brake()
        _Memory.until = now + MEMORY_S
    return _Memory.brake


def forget() -> None:
    """Have this process read the brakes anew."""
    _Memory.until = 0.0


def as_dict(brake: Brake) -> dict[str, Any]:
    """Every brake by its name, as JSON has it."""
    return {name: getattr(brake, name) for name in NAMES}


def refuse_writes_while_read_only() -> None:
    """Raise `ReadOnly` while the service is read-only."""
    if current().read_only:
        raise errors.ReadOnly(
            "The service is read-only for the moment; try again later.",
            retry_after_s=READ_ONLY_RETRY_S,
        )
