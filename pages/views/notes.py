"""Notes of jurors for programs, and the form by which anybody reports one."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import extend_schema

from channels.serializers import channel_key
from common import errors, ids, throttling
from common.http import ApiView, JsonResponse, check_writable, client_of
from common.schema import answers
from pages import channels, videos
from pages.views.base import FormPage
from votes.notes import facts
from votes.notes.views import require_notes
from votes.notes.wire import ShownNotesSerializer


class VideoNotesView(ApiView):
    """The notes on a video's verdict, by its full id, for third parties."""

    endpoint: ClassVar[str] = "/api/videos/:videoId/notes"
    limit = "lookup"
    cache_control = "public, max-age=60"

    @extend_schema(responses=answers(ShownNotesSerializer, errors.InvalidField, errors.NotFound))
    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        """What jurors say of the verdict, the most helpful first; 404 if nothing is known of it."""
        require_notes()
        if not ids.is_video_id(key):
            raise errors.InvalidField("A video id has 1-16 characters.", field="videoId")
        return _notes(videos.of(key))


class ChannelNotesView(ApiView):
    """The notes on a channel's verdict."""

    endpoint: ClassVar[str] = "/api/channels/:channelId/notes"
    limit = "lookup"
    cache_control = "public, max-age=60"

    @extend_schema(responses=answers(ShownNotesSerializer, errors.InvalidField, errors.NotFound))
    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        """The same of a channel, by id or `@handle`."""
        require_notes()
        return _notes(channels.of(channel_key(key, field="channelId")))


def _notes(found: dict[str, Any] | None) -> HttpResponse:
    if found is None:
        raise errors.NotFound("Nothing is known of it.")
    return JsonResponse({"notes": found["notes"]})


class ReportNotePage(FormPage):
    """The form beside a note."""

    endpoint = "/note/:id/report"
    http_method_names = ("post", "options")  # type: ignore[assignment]

    def post(self, request: HttpRequest, note: str) -> HttpResponse:
        """Count it; of who sends it nothing is stored but the counters of limits."""
        check_writable()
        require_notes()
        client = client_of(request)
        throttling.count(
            throttling.by_network("note_report", client, window_s=throttling.DAY_S),
            route=self.endpoint,
        )
        if not facts.report(note):
            raise errors.NotFound
        return self.page(request, "reported")
