"""The first page, and what its look-up asks for."""

from __future__ import annotations

from typing import Any

import orjson
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from common import errors, ids, throttling, youtube
from common.http import JsonResponse, client_of
from pages import channels, verdicts, videos
from pages.languages import chosen
from pages.recent import files
from pages.views.base import Page
from pages.views.targets import address_of
from sync import publish
from videos.present import is_published, video_object
from videos.store import in_buckets

LATEST = 6


class HomePage(Page):
    """What this is, a look-up, what was flagged lately, and how much."""

    endpoint = "/"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page; with `?video=` the answer to that, without a script."""
        found = files.read()
        context: dict[str, Any] = {
            "latest": files.shown(found.newest[:LATEST]),
            "numbers": found.numbers,
        }
        pasted = request.GET.get("video", "")[:500].strip()
        if not pasted:
            return self.page(request, "home", context)
        throttling.count(throttling.by_address("lookup", client_of(request)), route=self.endpoint)
        meant = youtube.read(pasted)
        if meant and meant.kind == "word":
            meant = youtube.read(pasted, "video")
        context |= {"pasted": pasted, "answer": _answer(meant)}
        return self.page(request, "home", context)


class LookPage(Page):
    """What is said of the videos whose hash begins with four characters, in words.

    For the look-up of the first page: the server does not learn which of them was meant.
    """

    endpoint = "/look/:prefix"
    limit = "lookup"

    def get(self, request: HttpRequest, prefix: str) -> HttpResponse:
        """`{"videos": {id: {said, what, href, score}}}`; from files while the database is away."""
        bucket = ids.normalise_prefix(prefix)
        if bucket is None or len(bucket) != ids.BUCKET_LENGTH:
            raise errors.NotFound
        said = {
            video["videoId"]: {
                "said": videos.sentence(video, voices=voices),
                "what": verdicts.of_video(video).what,
                "href": address_of("video", video["videoId"], chosen(request)),
                "score": video["score"],
            }
            for video, voices in _bucket(bucket)
        }
        return self.kept(request, JsonResponse({"videos": said}))


def _bucket(bucket: str) -> list[tuple[dict[str, Any], int]]:
    """The video objects of a bucket, and the independent voices for AI of each, 0 if unknown."""
    try:
        return [
            (video_object(row, categories), row.independent_voters)
            for row, categories in in_buckets([bucket])
            if is_published(row)
        ]
    except DatabaseError:
        body = publish.read_bucket(bucket)
        return [(video, 0) for video in orjson.loads(body)] if body else []


def _answer(meant: youtube.Meant | None) -> dict[str, Any]:
    """What the page says of what was pasted: `said`, and whose page has more."""
    if meant and meant.kind == "video":
        found = videos.of(meant.key)
        if found is None:
            return {"said": _("Nobody has reported this video."), "kind": "video", "key": meant.key}
        what = verdicts.of_video(found["video"]).what
        return {"said": videos.in_words(found), "what": what, "kind": "video", "key": meant.key}
    if meant and meant.kind == "channel":
        return {"kind": "channel", "key": meant.key, **_channel_answer(meant.key)}
    if meant and meant.kind == "legacy":
        return {"said": _("Only YouTube knows which channel this is. Paste its @handle.")}
    return {"said": _("This is not the address of a YouTube video or channel.")}


def _channel_answer(key: str) -> dict[str, Any]:
    """What is said of a channel, in words."""
    found = channels.of(key)
    if found is None:
        return {"said": _("Nobody has reported this channel.")}
    return {"said": channels.in_words(found), "what": verdicts.of_channel(found["channel"]).what}
