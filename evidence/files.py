"""Files of evidence by signed links, and the frames of a clip as one archive."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from django.core import signing
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views import View
from zipstream import ZIP_STORED, ZipStream

from common.files import file_answer
from common.http import NO_STORE
from evidence import store
from evidence.models import Clip, Frame, State

ARCHIVE_LASTS_S = 3600
LIST_NAME = "frames.txt"
_SALT = "evidence.archive"
_CHUNK_BYTES = 256 * 1024
# No script runs in what is shown, and it is of no origin.
_SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"
# Everything else is a download, whatever it calls itself.
_SHOWN = frozenset(
    {
        *("image/jpeg", "image/png", "image/webp"),
        *("video/mp4", "video/mp2t", "application/vnd.apple.mpegurl"),
    }
)


class FileView(View):
    """A kept file, for whoever has its link."""

    endpoint = "/evidence/files/:link"

    def get(self, request: HttpRequest, link: str) -> HttpResponseBase:
        """The file or a part of it; 404 once the link has expired or the file is gone."""
        found = store.linked(link)
        if found is None or not store.is_files():
            return _gone()
        name, content_type, filename = found
        if content_type not in _SHOWN:
            filename = filename or PurePosixPath(name).name
        try:
            with store.local_copy(name) as path:
                response = _file(request, path, content_type)
        except OSError:
            return _gone()
        if filename:
            response["Content-Disposition"] = content_disposition_header(True, filename)
        return _private(response)


class ArchiveView(View):
    """The frames of a clip as one ZIP, for whoever has its link."""

    endpoint = "/evidence/archives/:link"

    def get(self, request: HttpRequest, link: str) -> HttpResponseBase:
        """The archive, made while it is sent; 404 once the link has expired."""
        try:
            number = signing.loads(link, salt=_SALT, max_age=ARCHIVE_LASTS_S)
        except signing.BadSignature:
            return _gone()
        clip = Clip.objects.filter(pk=number, state=State.READY).first()
        if clip is None:
            return _gone()
        response = StreamingHttpResponse(archive(clip), content_type="application/zip")
        response["Content-Disposition"] = content_disposition_header(
            True, f"frames-{clip.target_id}-{clip.pk.hex[:8]}.zip"
        )
        return _private(response)


def archive_link(clip: Clip) -> str:
    """Where its frames can be had as one ZIP for an hour."""
    return reverse("evidence-archive", args=[signing.dumps(str(clip.pk), salt=_SALT)])


def archive(clip: Clip) -> Iterator[bytes]:
    """A ZIP of a clip's frames in their order and, last, a list of their times and hashes.

    One picture at a time is in memory. One that is gone from the storage is empty, and the list
    says so.
    """
    made = ZipStream(compress_type=ZIP_STORED)
    lines = [
        f"clip {clip.pk}, {clip.target_type} {clip.target_id}",
        f"SHA-256 of the original: {clip.sha256}",
        "",
        "file | seconds | chosen | SHA-256 of the picture | PDQ | PDQ quality",
    ]
    for number, frame in enumerate(clip.frames.order_by("at"), start=1):
        suffix = PurePosixPath(frame.picture).suffix
        name = f"{number:03d}-{frame.at:010.3f}s{suffix}"
        made.add(_picture(frame, name, lines), name)
    made.add(_text(lines), LIST_NAME)
    return iter(made)


def _picture(frame: Frame, name: str, lines: list[str]) -> Iterator[bytes]:
    digest = hashlib.sha256()
    try:
        with store.storage().open(frame.picture, "rb") as file:
            for chunk in file.chunks(_CHUNK_BYTES):
                digest.update(chunk)
                yield chunk
        shown = digest.hexdigest()
    except FileNotFoundError:
        shown = "gone"
    phash = bytes(frame.phash).hex() if frame.phash else "-"
    quality = "-" if frame.quality is None else frame.quality
    lines.append(f"{name} | {frame.at:.3f} | {frame.why} | {shown} | {phash} | {quality}")


def _text(lines: list[str]) -> Iterator[bytes]:
    """Read when all pictures were."""
    yield ("\n".join(lines) + "\n").encode()


def _file(request: HttpRequest, path: Path, content_type: str) -> HttpResponseBase:
    known = path.stat()
    return file_answer(
        request,
        path,
        etag=f"{known.st_mtime_ns:x}-{known.st_size:x}",
        content_type=content_type,
        modified=datetime.fromtimestamp(known.st_mtime, tz=UTC),
    )


def _gone() -> HttpResponseBase:
    text = "This link has expired, or what it led to is gone. Open the page it was on again."
    return _private(HttpResponse(text, status=404, content_type="text/plain"))


def _private(response: HttpResponseBase) -> HttpResponseBase:
    response["Content-Security-Policy"] = _SANDBOX
    response["Cache-Control"] = NO_STORE
    return response
