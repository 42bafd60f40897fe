"""What followers are told, each in their language: mails, notices in a browser, and events.

Mails are plain text, with no links but to this site and nothing that counts readers. Nothing in
them was written by a stranger but the handle of a channel, which has neither spaces nor signs.
"""

from __future__ import annotations

import textwrap
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from common.fields import timestamp
from following import changes
from following.models import Follower
from pages import words
from post.outbox import line
from sync import history
from sync.models import StatusChange

WIDTH = 72
Letter = tuple[str, str]
"""Subject and body."""


def own_page(follower: Follower) -> str:
    """Where a follower confirms, and ends it; whoever has the address may."""
    query = urlencode({"lang": follower.language})
    return f"{settings.ORIGIN}{reverse('follower', args=[follower.token])}?{query}"


def confirm(follower: Follower) -> Letter:
    """Whether an address is theirs who asked."""
    with translation.override(follower.language):
        asked = _(
            "Somebody, presumably you, wants this address to be told when the verdict about "
            "%(key)s changes. If that was you, confirm it within 48 hours:"
        )
        return _("Confirm that you follow %(key)s") % {"key": follower.key}, _letter(
            asked % {"key": follower.key},
            own_page(follower),
            _(
                "If it was not you, do nothing. You get no further mail, and the address is "
                "deleted after 48 hours."
            ),
        )


def changed(follower: Follower, change: StatusChange) -> Letter:
    """That a verdict is another one now."""
    with translation.override(follower.language):
        return f"{line(change.key, most=100)}: {_now(change)}", _letter(
            said(change),
            page_of(change, follower.language),
            _("You asked to be told when this verdict changes. This ends it:"),
            own_page(follower),
        )


def notice(follower: Follower, change: StatusChange | None) -> dict[str, str]:
    """What a browser shows (`follow-worker.js`); without a change, that it will."""
    with translation.override(follower.language):
        body = said(change) if change else _("You will be told here when its verdict changes.")
        return {
            "title": f"{settings.SITE.name}: {change.key if change else follower.key}",
            "body": body,
            "address": page_of(change or follower, follower.language),
            "tag": f"{follower.kind}/{follower.key}",
            "language": follower.language,
        }


def event(change: StatusChange) -> dict[str, Any]:
    """A change as integrators get it (docs/pages.md#webhooks)."""
    after = changes.verdict(change.after, change.cause)
    return {
        "type": "verdict.changed",
        "timestamp": timestamp(change.at),
        "data": {
            "kind": change.kind,
            "key": change.key,
            "before": changes.verdict(change.before) or "none",
            "verdict": after or "none",
            # What votes merely suspect is told to nobody as a suspicion.
            "standing": change.after if after else "none",
            "cause": history.MODERATOR if change.cause == history.APPEAL else change.cause,
            "url": page_of(change),
        },
    }


def said(change: StatusChange) -> str:
    """A sentence in the language that is spoken now."""
    cause = history.MODERATOR if change.cause == history.APPEAL else change.cause
    source = str(words.SOURCES.get(cause, cause))
    return _("Now: %(standing)s. By: %(source)s.") % {"standing": _now(change), "source": source}


def page_of(target: StatusChange | Follower, language: str = "") -> str:
    """The address of the page of a video or channel."""
    path = reverse(target.kind, args=[target.key])
    query = f"?{urlencode({'lang': language})}" if language else ""
    return f"{settings.ORIGIN}{path}{query}"


def _now(change: StatusChange) -> str:
    return str(words.BANDS.get(change.after, change.after))


def _letter(*parts: str) -> str:
    """Paragraphs, wrapped; links stay as they are."""
    whole = [
        part
        if part.startswith(settings.ORIGIN)
        else textwrap.fill(part, WIDTH, break_long_words=False, break_on_hyphens=False)
        for part in parts
    ]
    return "\n\n".join([*whole, f"--\n{settings.SITE.name}: {settings.ORIGIN}"]) + "\n"
