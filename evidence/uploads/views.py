"""Uploads by tus 1.0, which go on where they were cut (docs/contract.md#evidence)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import http_date
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)
from rest_framework.request import Request

from common import errors
from common.http import ApiView, JsonResponse, user_id_header
from common.schema import answers
from evidence.models import Clip, State
from evidence.owners import Owner, count_network
from evidence.removal import remove
from evidence.serializers import OwnersClipsSerializer, clips_object
from evidence.uploads import arrivals, incoming, protocol
from evidence.uploads.lines import limit_silence

_WHOLE = (State.RECEIVED, State.CHECKING, State.PROCESSING, State.READY)
_BINARY = {(protocol.BODY_TYPE): {"type": "string", "format": "binary"}}


def _header(name: str, text: str, *, required: bool = False) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, required=required, description=text)


_VERSION = _header("Tus-Resumable", "`1.0.0`.", required=True)
_CHECKSUM = _header("Upload-Checksum", "`sha1 <Base64>`; also `sha256` and `md5`.")
_USER = _header("X-User-ID", "The secret user id, of those who send a clip with their vote.")
_SENDING = (
    errors.InvalidField,
    errors.InvalidBody,
    errors.Forbidden,
    errors.NotFound,
    errors.UploadVersion,
    errors.PayloadTooLarge,
    errors.UnsupportedMediaType,
    errors.UploadLocked,
    errors.ChecksumMismatch,
    errors.StorageFull,
)


class _Tus(ApiView):
    """What both kinds of requests have in common."""

    limit = "upload"
    writes = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As usual, but that `X-HTTP-Method-Override` says which method is meant by a POST."""
        meant = request.META.get("HTTP_X_HTTP_METHOD_OVERRIDE", "").upper()
        if request.method == "POST" and meant in ("PATCH", "DELETE", "HEAD"):
            request.method = meant
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Raises `UploadVersion` for another protocol than ours."""
        super().initial(request, *args, **kwargs)
        asks = request.method in ("OPTIONS", "GET")
        if not asks and request.headers.get("Tus-Resumable") != protocol.VERSION:
            raise errors.UploadVersion

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        """What is spoken here."""
        response = super().options(request, *args, **kwargs)
        response["Tus-Resumable"] = response["Tus-Version"] = protocol.VERSION
        response["Tus-Extension"] = protocol.EXTENSIONS
        response["Tus-Max-Size"] = str(settings.EVIDENCE_CLIP_BYTES)
        response["Tus-Checksum-Algorithm"] = ",".join(protocol.CHECKSUMS)
        return response

    def finalize_response(  # type: ignore[override]
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Every answer says which protocol it is in."""
        response["Tus-Resumable"] = protocol.VERSION
        if response.status_code == errors.UploadVersion.status:
            response["Tus-Version"] = protocol.VERSION
        return super().finalize_response(request, response, *args, **kwargs)

    def owner(self, request: HttpRequest, **named: str) -> Owner:
        """Whose clips the address is about. Raises `NotFound`, `Forbidden`."""
        if "token" in named:
            return Owner.by_appeal(named["token"])
        return Owner.by_vote(user_id_header(request), named["video_id"])

    def receive(self, request: HttpRequest, clip: Clip, *, at: int) -> int:
        """Store the body of a request as the bytes of a clip from `at` on; how many there are then.

        What arrives before the line is cut is kept. Raises `UploadLocked`, `UploadConflict`,
        `PayloadTooLarge`, `ChecksumMismatch`, `UnsupportedMediaType`, `StorageFull`, `Overloaded`.
        """
        checksum = protocol.checksum(request.headers.get("Upload-Checksum"))
        length, read = _body(request)
        with arrivals.a_place(), incoming.arriving(clip.pk) as arriving:
            if at != arriving.offset:
                raise errors.UploadConflict
            left = clip.size - at
            if length is not None and length > left:
                raise errors.PayloadTooLarge("This is more than the clip was to have.")
            most = left if length is None else length
            try:
                if checksum:
                    digest = checksum.digest()
                    arriving.take_checked(read, most, digest=digest, wanted=checksum.wanted)
                else:
                    arriving.take(read, most)
            finally:
                is_there = self._note(clip, arriving.offset)
        if not is_there:
            incoming.forget(clip.pk)
            raise errors.UploadGone
        return arriving.offset

    def _note(self, clip: Clip, offset: int) -> bool:
        """Whether the clip is still there."""
        if arrivals.note(clip, offset):
            return True
        # Somebody who asked how far it is may have seen first that it is whole.
        return Clip.objects.filter(pk=clip.pk, state__in=_WHOLE).exists()


class AppealClipsView(_Tus):
    """All clips of an appeal."""

    endpoint: ClassVar[str] = "/api/evidence/appeals/:token/clips"

    @extend_schema(
        responses=answers(
            OwnersClipsSerializer, errors.NotFound, errors.InvalidField, errors.Forbidden
        )
    )
    def get(self, request: HttpRequest, **named: str) -> HttpResponse:
        """The clips and how far each is; whoever has the appeal's token sees them."""
        owner = self.owner(request, **named)
        path = request.path.rstrip("/")
        return JsonResponse(clips_object(owner, path=path))

    @extend_schema(
        request=_BINARY,
        parameters=[
            _VERSION,
            _header("Upload-Length", "Bytes of the clip.", required=True),
            _header("Upload-Metadata", "`filename <Base64>`; other keys are not kept."),
            _CHECKSUM,
        ],
        responses=answers(
            OpenApiResponse(description="Announced; `Location` says where its bytes are to go."),
            *_SENDING,
            errors.TooManyClips,
            status=201,
        ),
    )
    def post(self, request: HttpRequest, **named: str) -> HttpResponse:
        """Announce a clip, by tus 1.0; its first bytes may come with it."""
        owner = self.owner(request, **named)
        size = protocol.number(request.headers, "Upload-Length")
        if size is None:
            raise errors.InvalidField("Upload-Length is required.", field="Upload-Length")
        if size == 0:
            raise errors.InvalidField("This file is empty.", field="Upload-Length")
        name = protocol.file_name(request.headers.get("Upload-Metadata"))
        has_bytes = _has_body(request)
        if has_bytes:
            _check_type(request)
        with transaction.atomic():
            clip = arrivals.announce(owner, name=name, size=size)
            self.usage = count_network(self.client, size=size, route=self.endpoint)
        response = HttpResponse(status=201)
        response["Location"] = f"{request.path.rstrip('/')}/{clip.pk}"
        if has_bytes:
            try:
                response["Upload-Offset"] = str(self.receive(request, clip, at=0))
            except (errors.UnsupportedMediaType, errors.PayloadTooLarge):
                raise
            except errors.ApiError:
                # It is announced all the same: its bytes can come later.
                response["Upload-Offset"] = str(incoming.stored(clip.pk))
        return _expiring(response, timezone.now())


@extend_schema_view(get=extend_schema(parameters=[_USER]), post=extend_schema(parameters=[_USER]))
class VoteClipsView(AppealClipsView):
    """All clips that a voter sent with their vote on a video, where trusted voters may."""

    endpoint: ClassVar[str] = "/api/evidence/votes/:videoId/clips"


class AppealClipView(_Tus):
    """One clip of an appeal."""

    endpoint: ClassVar[str] = "/api/evidence/appeals/:token/clips/:id"

    @extend_schema(exclude=True)
    def head(self, request: HttpRequest, clip: UUID, **named: str) -> HttpResponse:
        """How much of it has arrived."""
        found = arrivals.settle(self.owner(request, **named).find(str(clip)))
        if found.state == State.FAILED:
            raise errors.UploadGone
        whole = found.state != State.RECEIVING
        response = HttpResponse(status=200)
        response["Upload-Offset"] = str(found.size if whole else found.offset)
        response["Upload-Length"] = str(found.size)
        response["Upload-Metadata"] = protocol.metadata(found.name)
        response["Cache-Control"] = "no-store"
        return response if whole else _expiring(response, found.changed_at)

    @extend_schema(
        request=_BINARY,
        parameters=[
            _VERSION,
            _header("Upload-Offset", "The byte from which this goes on.", required=True),
            _CHECKSUM,
        ],
        responses=answers(
            OpenApiResponse(description="Stored; `Upload-Offset` is the byte wanted next."),
            *_SENDING,
            errors.UploadConflict,
            errors.UploadGone,
            status=204,
        ),
    )
    def patch(self, request: HttpRequest, clip: UUID, **named: str) -> HttpResponse:
        """Send the next bytes of a clip."""
        owner = self.owner(request, **named)
        at = protocol.number(request.headers, "Upload-Offset")
        if at is None:
            raise errors.InvalidField("Upload-Offset is required.", field="Upload-Offset")
        _check_type(request)
        found = arrivals.settle(owner.find(str(clip)))
        if found.state == State.FAILED:
            raise errors.UploadGone(found.reason)
        response = HttpResponse(status=204)
        if found.state != State.RECEIVING:
            if at != found.size:
                raise errors.UploadConflict
            response["Upload-Offset"] = str(found.size)
            return response
        if not owner.is_open:
            raise errors.Forbidden("This was decided: no more clips are taken for it.")
        offset = self.receive(request, found, at=at)
        response["Upload-Offset"] = str(offset)
        return response if offset == found.size else _expiring(response, timezone.now())

    @extend_schema(
        parameters=[_VERSION],
        responses=answers(
            OpenApiResponse(description="Removed, with all that was found in it."),
            errors.NotFound,
            errors.InvalidField,
            errors.Forbidden,
            errors.UploadGone,
            errors.UploadVersion,
            status=204,
        ),
    )
    def delete(self, request: HttpRequest, clip: UUID, **named: str) -> HttpResponse:
        """Remove a clip, however far it is."""
        remove(self.owner(request, **named).find(str(clip)))
        return HttpResponse(status=204)


@extend_schema_view(
    patch=extend_schema(parameters=[_USER]), delete=extend_schema(parameters=[_USER])
)
class VoteClipView(AppealClipView):
    """One clip that a voter sent with their vote."""

    endpoint: ClassVar[str] = "/api/evidence/votes/:videoId/clips/:id"


def _has_body(request: HttpRequest) -> bool:
    return request.META.get("CONTENT_LENGTH") not in (None, "", "0") or (
        "HTTP_TRANSFER_ENCODING" in request.META
    )


def _check_type(request: HttpRequest) -> None:
    if request.META.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != protocol.BODY_TYPE:
        raise errors.UnsupportedMediaType(f"Send the bytes as {protocol.BODY_TYPE}.")


def _body(request: HttpRequest) -> tuple[int | None, Callable[[int], bytes]]:
    """The length of the body, None if nobody knows, and how to read at most so many bytes of it.

    A line that is cut, or silent for `lines.SILENCE_S`, is the end of the body.
    """
    stream = request.META["wsgi.input"]
    length: int | None = None
    if "HTTP_TRANSFER_ENCODING" in request.META:
        if not request.META.get("wsgi.input_terminated"):
            raise errors.InvalidBody("What is not known to end is not read.")
    else:
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            raise errors.InvalidBody("Content-Length is not a number.") from None
    limit_silence(request)

    def read(most: int) -> bytes:
        try:
            return bytes(stream.read(most))
        except (OSError, UnreadablePostError):
            return b""

    return length, read


def _expiring(response: HttpResponse, since: datetime) -> HttpResponse:
    """With the time at which what is not whole, and got its last byte then, is given up."""
    response["Upload-Expires"] = http_date(arrivals.given_up_at(since).timestamp())
    return response
