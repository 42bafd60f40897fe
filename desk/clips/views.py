"""Playlists of long clips."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from common.http import NO_STORE
from desk.clips.shown import PLAYED_S
from evidence import store
from evidence.models import Clip, State

NAMES = ("master", "high", "low")
TYPE = "application/vnd.apple.mpegurl"


def playlist(request: HttpRequest, clip_id: UUID, name: str) -> HttpResponse:
    """One playlist of a clip's HLS, in which each file has an address that expires."""
    if not request.user.has_perm("votes.view_case"):
        raise PermissionDenied
    clip = Clip.objects.filter(pk=clip_id, state=State.READY).exclude(hls="").first()
    if clip is None or name not in NAMES:
        raise Http404
    folder = clip.hls.rpartition("/")[0]
    try:
        with store.storage().open(f"{folder}/{name}.m3u8", "rb") as file:
            lines = file.read().decode("ascii").splitlines()
    except FileNotFoundError:
        raise Http404 from None
    text = "\n".join(_addressed(clip, folder, line) for line in lines) + "\n"
    response = HttpResponse(text, content_type=TYPE)
    response["Cache-Control"] = NO_STORE
    return response


def _addressed(clip: Clip, folder: str, line: str) -> str:
    stem, _, kind = line.rpartition(".")
    if kind == "m3u8":
        return reverse("admin:desk_playlist", args=[clip.pk, stem])
    if kind == "ts":
        return store.link(f"{folder}/{line}", content_type="video/mp2t", lasts_s=PLAYED_S)
    return line
