"""Lines over which clips come."""

from __future__ import annotations

from contextlib import suppress

from django.http import HttpRequest

SILENCE_S = 20
"""A line that says nothing for so long is cut; whoever sends goes on by another request."""


def limit_silence(request: HttpRequest) -> None:
    """Give up the line of a request after `SILENCE_S` without a byte.

    Else a thread would wait for ever for somebody in a tunnel. The socket has gunicorn's own name;
    other servers have limits of their own.
    """
    line = request.META.get("gunicorn.socket")
    if line is not None:
        with suppress(OSError):
            line.settimeout(SILENCE_S)
