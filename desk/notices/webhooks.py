"""Posting a notice to an address that a moderator gave, in the form that the receiver reads."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC, datetime

from django.conf import settings

from desk.models import NoticeChoice
from post import posting
from post.posting import DEADLINE_S, KEY_PREFIX, Post, as_json


def is_secret(form: str, text: str) -> bool:
    """Whether it can be what a receiver of this form wants: a key to sign by, or a token."""
    if form == NoticeChoice.Form.STANDARD and text.startswith(KEY_PREFIX):
        try:
            return bool(base64.b64decode(text.removeprefix(KEY_PREFIX)))
        except ValueError:
            return False
    return text.isascii() and text.isprintable() and " " not in text


def check(url: str) -> None:
    """Raises `NotSent` unless notices may be posted there."""
    posting.check(url, allowed=settings.NOTICE_ORIGINS)


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
        return as_json("POST", url, {"text": escaped})
    if choice.form == form.DISCORD:
        return as_json("POST", url, {"content": text, "allowed_mentions": {"parse": []}})
    if choice.form == form.MATRIX:
        bearer = {"Authorization": f"Bearer {secret}"}
        body = {"msgtype": "m.notice", "body": text}
        return as_json("PUT", f"{url.rstrip('/')}/{name}", body, bearer)
    now = datetime.now(UTC)
    event: dict[str, object] = {
        "type": "cases.waiting",
        "timestamp": now.isoformat(),
        "data": {"text": text, **data},
    }
    return posting.signed(url, name=name, event=event, secrets=[secret], now=now)


def send(post: Post) -> None:
    """Post it. Raises `NotSent` for anything but a 2xx."""
    origins = settings.NOTICE_ORIGINS
    with posting.Sender(allowed=origins, agent="notices", seconds=DEADLINE_S) as sender:
        sender.send(post)
