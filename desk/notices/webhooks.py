"""Posting a notice to an address that a moderator gave, in the form that the receiver reads.

The address is https at a public address, or an origin that the operator allows; nothing of the
answer but its status is looked at, and no redirect is followed (`common.outgoing`).
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_bytes

import httpcore
import httpx
from django.conf import settings
from standardwebhooks.webhooks import Webhook

from common.outgoing import Inside, Network
from common.version import VERSION
from desk.models import NoticeChoice

DEADLINE_S = 15.0
URL_MAX = 1000
KEY_PREFIX = "whsec_"
_HTTPS_PORT = 443


class NotSent(Exception):
    """It did not arrive; the message is for the moderator, and `final` if trying again is idle."""

    def __init__(self, message: str, *, final: bool = False) -> None:
        super().__init__(message)
        self.final = final


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


def is_secret(form: str, text: str) -> bool:
    """Whether it can be what a receiver of this form wants: a key to sign by, or a token."""
    if form == NoticeChoice.Form.STANDARD and text.startswith(KEY_PREFIX):
        try:
            return bool(base64.b64decode(text.removeprefix(KEY_PREFIX)))
        except ValueError:
            return False
    return text.isascii() and text.isprintable() and " " not in text


def check(url: str) -> tuple[bool, httpx.URL]:
    """Whether the operator lets it lie inside, and the address. Raises `NotSent`."""
    try:
        parsed = httpx.URL(url).copy_with(fragment=None)
        origin, host = f"{parsed.scheme}://{parsed.netloc.decode('ascii')}", parsed.host
    except (httpx.InvalidURL, ValueError) as error:
        raise NotSent("This is no address of a webhook.", final=True) from error
    if not host or parsed.userinfo or len(url) > URL_MAX:
        raise NotSent("This is no address of a webhook.", final=True)
    if origin in settings.NOTICE_ORIGINS:
        return True, parsed
    if parsed.scheme != "https" or parsed.port not in (None, _HTTPS_PORT):
        raise NotSent("A webhook has an https address on port 443.", final=True)
    return False, parsed


def made(
    choice: NoticeChoice,
    *,
    url: str,
    secret: str,
    number: int,
    text: str,
    data: Mapping[str, object],
) -> Post:
    """The request for a notice; tried again it is the same but for the time of its signature."""
    name = f"notice_{number}"
    form = NoticeChoice.Form
    if choice.form == form.SLACK:
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return _json("POST", url, {"text": escaped})
    if choice.form == form.DISCORD:
        return _json("POST", url, {"content": text, "allowed_mentions": {"parse": []}})
    if choice.form == form.MATRIX:
        bearer = {"Authorization": f"Bearer {secret}"}
        body = {"msgtype": "m.notice", "body": text}
        return _json("PUT", f"{url.rstrip('/')}/{name}", body, bearer)
    now = datetime.now(UTC)
    event: dict[str, object] = {
        "type": "cases.waiting",
        "timestamp": now.isoformat(),
        "data": {"text": text, **data},
    }
    post = _json("POST", url, event)
    post.headers.update(
        {
            "webhook-id": name,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret).sign(name, now, post.body.decode()),
        }
    )
    return post


def send(post: Post) -> None:
    """Post it. Raises `NotSent` for anything but a 2xx."""
    inside, parsed = check(post.url)
    network = Network(inside=inside, until=time.monotonic() + DEADLINE_S)
    headers = {"User-Agent": f"RealTube-notices/{VERSION}", **post.headers}
    try:
        with (
            httpcore.ConnectionPool(
                ssl_context=httpx.create_ssl_context(trust_env=False), network_backend=network
            ) as pool,
            pool.stream(
                post.method, str(parsed), headers=list(headers.items()), content=post.body
            ) as response,
        ):
            status = response.status
    except Inside as error:
        raise NotSent("Its host is not one of the public internet.", final=True) from error
    except (
        httpcore.TimeoutException,
        httpcore.ConnectError,
        httpcore.NetworkError,
        httpcore.ProtocolError,
        OSError,
    ) as error:
        raise NotSent("Its host does not answer.") from error
    if not 200 <= status < 300:
        raise NotSent(f"It answers {status}.", final=status == 410)


def _json(
    method: str, url: str, body: Mapping[str, object], headers: Mapping[str, str] | None = None
) -> Post:
    given = {"Content-Type": "application/json", **(headers or {})}
    return Post(method, url, given, json.dumps(body).encode())
