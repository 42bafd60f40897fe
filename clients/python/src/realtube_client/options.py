"""What both clients are made of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import httpx

from realtube_client.asking import Asking, Patience
from realtube_client.signatures import Pin
from realtube_client.version import VERSION
from realtube_client.wire import Send

TIMEOUT_S = 30.0
USER_AGENT = f"realtube-client/{VERSION}"


class Parts:
    """Whom to ask, and whose signature to believe."""

    def __init__(
        self, origins: str | Sequence[str], patience: Patience | None, pin: Pin | None
    ) -> None:
        self.asking = Asking(origins, patience)
        self.pin = pin or Pin()


def headers(user_agent: str) -> dict[str, str]:
    """Headers of every request: name your program in front, as `player/1.2`."""
    return {"User-Agent": f"{user_agent} {USER_AGENT}".strip(), "Accept": "*/*"}


def timeout(seconds: float) -> httpx.Timeout:
    """The same for connecting, and for each piece that is sent or comes."""
    if not (math.isfinite(seconds) and seconds > 0):
        raise ValueError("A time-out is a number of seconds.")
    return httpx.Timeout(seconds)


def arguments(send: Send) -> dict[str, Any]:
    """What httpx needs to know of a request."""
    request = send.request
    return {
        "method": request.method,
        "url": f"{send.origin}{request.path}",
        "params": list(request.query) or None,
        "headers": request.all_headers,
        "content": request.content,
    }


def unheard(done: int, total: int) -> None:
    """A progress that nobody looks at: bytes here, bytes in all."""
