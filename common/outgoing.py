"""Connections to hosts that somebody else names, without opening anything inside to them.

The very address that was checked is connected to, so that no name leads inside
(docs/security.md), and all of it ends in time, however slowly the other side goes on.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore

from common import addresses

CONNECT_S = 10.0


class Inside(Exception):
    """There is no such host, or it is none of the public internet; the message says which."""


class Network(httpcore.NetworkBackend):
    """Connects to addresses that it has checked itself, and gives up at `until` (monotonic)."""

    def __init__(self, *, inside: bool, until: float) -> None:
        self._inside = inside
        self._until = until
        self._real = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """The first of the host's addresses that answers. Raises `Inside` if one is."""
        try:
            infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise Inside(f"There is no host {host}.") from error
        found = list(dict.fromkeys(str(info[4][0]) for info in infos))
        for address in found:
            if not (self._inside or addresses.is_public(address)):
                raise Inside(
                    f"{host} leads to {address}, which is no address of the public internet."
                )
        for n, address in enumerate(found, start=1):
            try:
                stream = self._real.connect_tcp(address, port, _left(self._until, CONNECT_S))
                return _Stream(stream, self._until)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if n == len(found):
                    raise
        raise Inside(f"{host} has no address.")


class _Stream(httpcore.NetworkStream):
    """A connection that ends at a time, however slowly the other side goes on sending."""

    def __init__(self, real: httpcore.NetworkStream, until: float) -> None:
        self._real = real
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What there is."""
        return self._real.read(max_bytes, _left(self._until, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send."""
        self._real.write(buffer, _left(self._until, timeout))

    def close(self) -> None:
        """End it."""
        self._real.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """The same, encrypted, with a certificate for the host's name."""
        left = _left(self._until, timeout)
        return _Stream(self._real.start_tls(ssl_context, server_hostname, left), self._until)

    def get_extra_info(self, info: str) -> Any:
        """What httpcore asks of the connection."""
        return self._real.get_extra_info(info)


def _left(until: float, most: float | None) -> float:
    """The seconds that are left, at most `most`. Raises `httpcore.ReadTimeout` if none are."""
    left = until - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time is up")
    return left if most is None else min(left, most)
