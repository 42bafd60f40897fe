"""Posting to an address that somebody else gave, without opening anything inside to it.

The address is https at a public address, or an origin that the operator allows; no redirect is
followed, and little of the answer is read (`common.outgoing`). Events are signed as Standard
Webhooks are (https://www.standardwebhooks.com).
"""

from __future__ import annotations

import base64
import json
import ssl
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes
from types import TracebackType
from typing import Self

import httpcore
import httpx
from standardwebhooks.webhooks import Webhook

from common.outgoing import Inside, Network
from common.version import VERSION

DEADLINE_S = 15.0
"""How long one post may take, if the other side is slow."""
URL_MAX = 1000
ANSWER_MAX = 1000
"""Bytes of an answer that are read."""
AT_ONCE = 128
KEY_PREFIX = "whsec_"
GONE = (404, 410)
_HTTPS_PORT = 443


class NotSent(Exception):
    """It did not arrive; the message is for whoever gave the address, `final` if trying again is
    idle, `status` what was answered, 0 for nothing."""

    def __init__(self, message: str, *, final: bool = False, status: int = 0) -> None:
        super().__init__(message)
        self.final = final
        self.status = status


@dataclass(frozen=True)
class Post:
    """A request."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes


def new_secret() -> str:
    """A key to sign by, as Standard Webhooks writes it."""
    return KEY_PREFIX + base64.b64encode(token_bytes(24)).decode()


def check(url: str, *, allowed: Collection[str]) -> tuple[bool, httpx.URL]:
    """Whether the operator lets it lie inside, as one of the origins `allowed`, and the address.

    Raises `NotSent`.
    """
    try:
        parsed = httpx.URL(url).copy_with(fragment=None)
        origin, host = f"{parsed.scheme}://{parsed.netloc.decode('ascii')}", parsed.host
    except (httpx.InvalidURL, ValueError) as error:
        raise NotSent("This is no address of a webhook.", final=True) from error
    if not host or parsed.userinfo or len(url) > URL_MAX:
        raise NotSent("This is no address of a webhook.", final=True)
    if origin in allowed:
        return True, parsed
    if parsed.scheme != "https" or parsed.port not in (None, _HTTPS_PORT):
        raise NotSent("A webhook has an https address on port 443.", final=True)
    return False, parsed


def as_json(
    method: str, url: str, body: Mapping[str, object], headers: Mapping[str, str] | None = None
) -> Post:
    """A request with a JSON body."""
    given = {"Content-Type": "application/json", **(headers or {})}
    return Post(method, url, given, json.dumps(body).encode())


def signed(
    url: str, *, name: str, event: Mapping[str, object], secrets: Sequence[str], now: datetime
) -> Post:
    """An event as a Standard Webhook: signed at `now` by each of the secrets.

    Tried again it has the same `name`, by which a receiver knows it.
    """
    post = as_json("POST", url, event)
    signatures = [Webhook(secret).sign(name, now, post.body.decode()) for secret in secrets]
    post.headers.update(
        {
            "webhook-id": name,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(signatures),
        }
    )
    return post


class Sender:
    """Posts, from several threads; connections are kept until it is closed.

    `allowed` are origins that may lie inside. Whatever the other sides do, all of it ends after
    `seconds`.
    """

    def __init__(self, *, allowed: Collection[str], agent: str, seconds: float) -> None:
        self._allowed = allowed
        self._agent = f"RealTube-{agent}/{VERSION}"
        self._until = time.monotonic() + seconds
        self._pools: dict[bool, httpcore.ConnectionPool] = {}
        self._lock = threading.Lock()
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, it: BaseException | None, at: TracebackType | None
    ) -> None:
        self._open.close()

    def send(self, post: Post) -> bytes:
        """Post it; the beginning of the answer. Raises `NotSent` for anything but a 2xx."""
        inside, parsed = check(post.url, allowed=self._allowed)
        headers = {"User-Agent": self._agent, **post.headers}
        limits = dict.fromkeys(("connect", "read", "write", "pool"), DEADLINE_S)
        try:
            with self._pool(inside).stream(
                post.method,
                str(parsed),
                headers=list(headers.items()),
                content=post.body,
                extensions={"timeout": limits},
            ) as response:
                status, answer = response.status, _beginning(response)
        except Inside as error:
            raise NotSent("Its host is not one of the public internet.", final=True) from error
        except (
            httpcore.TimeoutException,
            httpcore.ConnectError,
            httpcore.NetworkError,
            httpcore.ProtocolError,
            ssl.SSLError,
            OSError,
        ) as error:
            raise NotSent("Its host does not answer.") from error
        if not 200 <= status < 300:
            raise NotSent(f"It answers {status}.", final=status == 410, status=status)
        return answer

    def _pool(self, inside: bool) -> httpcore.ConnectionPool:
        with self._lock:
            if inside not in self._pools:
                self._pools[inside] = self._open.enter_context(
                    httpcore.ConnectionPool(
                        ssl_context=httpx.create_ssl_context(trust_env=False),
                        network_backend=Network(inside=inside, until=self._until),
                        max_connections=AT_ONCE,
                    )
                )
            return self._pools[inside]


def _beginning(response: httpcore.Response) -> bytes:
    """At most `ANSWER_MAX` bytes of the body; of a longer one the connection is given up."""
    found = b""
    for part in response.iter_stream():
        found += part
        if len(found) > ANSWER_MAX:
            break
    return found[:ANSWER_MAX]
