"""The pages of a video and of a channel."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from channels.serializers import channel_key
from common import errors, ids
from pages import cards, channels, plots, verdicts, videos, words
from pages.addresses import origin
from pages.languages import chosen
from pages.views.base import Page
from votes.notes.wire import host_of
from votes.signs.facts import clock

LEVELS = {
    "none": 0,
    "suspected": 0,
    "cleared": 0,
    "locked_human": 0,
    "flagged": 2,
    "preliminary": 2,
    "strongly_flagged": 3,
    "auto_flagged": 3,
    "locked_ai": 3,
}
"""How high a status is drawn; what votes merely suspect is drawn as nothing."""
SETTLED = frozenset({"cleared", "locked_human"})


def address_of(kind: str, key: str, language: str = "") -> str:
    """The path of the page of a `video` or `channel`."""
    path = reverse(kind, args=[key])
    return f"{path}?{urlencode({'lang': language})}" if language else path


class VideoPage(Page):
    """What is said of a video, and how that came about."""

    endpoint = "/v/:videoId"
    limit = "lookup"

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        """The page; 404, as a page of its own, where nobody has spoken of the video."""
        if not ids.is_video_id(key):
            raise errors.NotFound
        found = videos.of(key)
        if found is None:
            context = {"kind": "video", "key": key, "robots": True}
            return _unindexed(self.page(request, "unknown", context, status=404))
        video = found["video"]
        verdict = verdicts.of_video(video)
        said = videos.in_words(found)
        context = {
            **found,
            **_common(request, "video", key, verdict, said, found),
            "kinds": [it for it in verdicts.kinds(video) if it[1]] if verdict.is_flagged else [],
            "signs": [_sign(it, key) for it in found["signs"]] if verdict.is_flagged else [],
            "formula": _formula(found) if verdict.is_flagged else "",
        }
        return _unindexed(self.page(request, "video", context))


class ChannelPage(Page):
    """The same of a channel."""

    endpoint = "/c/:channelId"
    limit = "lookup"

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        """The page, by the channel's id or any `@handle` of it."""
        try:
            normal = channel_key(key, field="channelId")
        except errors.InvalidField:
            raise errors.NotFound from None
        if normal != key:
            return redirect(address_of("channel", normal, chosen(request)))
        found = channels.of(key)
        if found is None:
            unknown = {"kind": "channel", "key": key}
            return _unindexed(self.page(request, "unknown", unknown, status=404))
        verdict = verdicts.of_channel(found["channel"])
        said = channels.in_words(found)
        context = {
            **found,
            **_common(request, "channel", key, verdict, said, found),
            "name": channels.name_of(found),
            "other_names": [name for name in found["names"] if name != channels.name_of(found)],
        }
        return _unindexed(self.page(request, "channel", context))


def _common(
    request: HttpRequest,
    kind: str,
    key: str,
    verdict: verdicts.Verdict,
    said: str,
    found: dict[str, Any],
) -> dict[str, Any]:
    """What both pages show."""
    lines = since_flagged(found["history"])
    here = origin(request)
    return {
        "kind": kind,
        "key": key,
        "verdict": verdict,
        "said": said,
        "lines": lines,
        "plot": _plot(lines),
        "card": f"{here}{cards.address(kind, verdict)}" if here else "",
        "canonical": f"{here}{address_of(kind, key)}" if here else "",
        "notes": [_note(it, key) for it in found["notes"]],
        "feed": reverse("feed-of", args=[kind, key, "atom"]),
        "json_feed": reverse("feed-of", args=[kind, key, "json"]),
    }


def since_flagged(history: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines of a history, the newest first, from the first that says more than a suspicion."""
    said = [n for n, it in enumerate(history) if LEVELS.get(it["after"]) or it["after"] in SETTLED]
    return history[: said[-1] + 1] if said else []


def _plot(lines: list[dict[str, Any]]) -> str:
    points = [
        (
            datetime.fromisoformat(it["at"]),
            LEVELS.get(it["after"], 0),
            f"{it['at'][:10]}: {words.BANDS.get(it['after'], it['after'])}",
        )
        for it in reversed(lines)
    ]
    drawn = plots.steps(points, end=timezone.now(), top=3, label=_("How its standing changed"))
    return mark_safe(drawn)  # noqa: S308 - words are escaped where it is drawn


def _sign(sign: dict[str, Any], key: str) -> dict[str, Any]:
    at = sign.get("at")
    when = {} if at is None else {"clock": clock(at), "seconds": at}
    return {"sign": sign["sign"], "voices": sign["voices"], **when, "video": key}


def _note(note: dict[str, Any], key: str) -> dict[str, Any]:
    at, link = note.get("at"), note.get("link")
    return {
        **note,
        **({"host": host_of(link)} if link else {}),
        **({} if at is None else {"clock": clock(at), "video": key}),
    }


def _formula(found: dict[str, Any]) -> str:
    """The share with its numbers, as in docs/scoring.md#videos; empty if unknown.

    Of what a moderator or a jury decided votes say nothing.
    """
    made, video = found.get("made"), found["video"]
    if not made or video["locked"] or video.get("decidedBy") == "jury":
        return ""
    top = made["ai"] + made["channel"]
    below = made["ai"] + made["disputes"] + made["k"]
    return (
        f"100 × {top:.4g} / ({made['ai']:.4g} + {made['disputes']:.4g} + {made['k']:.4g})"
        f" = {100 * top / below:.4g}"
    )


def _unindexed(response: HttpResponse) -> HttpResponse:
    """Search engines keep it only if the operator wants that, and never what nobody spoke of."""
    if not settings.SITE.indexed or response.status_code != 200:
        response["X-Robots-Tag"] = "noindex"
    return response
