"""Files over HTTP: strong ETags, 304, one byte range, HEAD (RFC 9110), without a database.

In production nginx serves the same files; this is the same behaviour for a node without it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import http_date, parse_etags, parse_http_date_safe

from common.errors import RangeNotSatisfiable
from common.http import error_response

CHUNK_BYTES = 256 * 1024
# The smaller first: what a client takes equally gladly is answered with it.
ENCODINGS: dict[str, str] = {"zstd": ".zst", "gzip": ".gz"}
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


def file_answer(
    request: HttpRequest,
    path: Path,
    *,
    etag: str,
    content_type: str,
    modified: datetime,
    encoding: str = "",
    filename: str = "",
) -> HttpResponseBase:
    """The file at `path`, a part of it, or 304; for GET and HEAD.

    `etag` is the strong tag without quotes, of exactly these bytes. `encoding` is the
    `Content-Encoding` the file already has. `filename` makes it a download. Raises OSError when
    there is no such file.
    """
    file = path.open("rb")
    size = file.seek(0, 2)
    headers = {
        "ETag": f'"{etag}"',
        "Last-Modified": http_date(modified.timestamp()),
        "Accept-Ranges": "bytes",
        "Vary": "Accept-Encoding",
    }
    if filename:
        headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    if _known(request, etag, modified):
        file.close()
        return HttpResponse(status=304, headers=headers, content_type=content_type)
    if encoding:
        headers["Content-Encoding"] = encoding
    part = _part(request, etag, modified, size)
    if part is None:
        file.close()
        refused = error_response(RangeNotSatisfiable())
        refused["Content-Range"] = f"bytes */{size}"
        return refused
    first, last = part
    whole = last - first + 1 == size
    if not whole:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    headers["Content-Length"] = str(last - first + 1)
    status = 200 if whole else 206
    if request.method == "HEAD":
        file.close()
        return HttpResponse(status=status, headers=headers, content_type=content_type)
    response = StreamingHttpResponse(
        _chunks(file, first, last - first + 1),
        status=status,
        headers=headers,
        content_type=content_type,
    )
    response._resource_closers.append(file.close)  # type: ignore[attr-defined]
    return response


def choose_encoding(accept: str, available: Container[str]) -> str:
    """The best of the encodings that exist, by `Accept-Encoding`; empty for none of them."""
    wanted: dict[str, float] = {}
    for item in accept.lower().split(","):
        name, _, parameters = item.partition(";")
        quality = re.fullmatch(r"\s*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*", parameters)
        if name.strip():
            wanted[name.strip()] = float(quality[1]) if quality else 1.0
    best, best_quality = "", 0.0
    for encoding in ENCODINGS:
        quality_of = wanted.get(encoding, wanted.get("*", 0.0))
        if encoding in available and quality_of > best_quality:
            best, best_quality = encoding, quality_of
    return best


def _known(request: HttpRequest, etag: str, modified: datetime) -> bool:
    """Whether the client has these bytes: `If-None-Match`, or else `If-Modified-Since`."""
    given = request.META.get("HTTP_IF_NONE_MATCH")
    if given is not None:
        tags = parse_etags(given)
        return "*" in tags or f'"{etag}"' in {tag.removeprefix("W/") for tag in tags}
    since = parse_http_date_safe(request.META.get("HTTP_IF_MODIFIED_SINCE", ""))
    return since is not None and int(modified.timestamp()) <= since


def _part(request: HttpRequest, etag: str, modified: datetime, size: int) -> tuple[int, int] | None:
    """First and last byte to send; None if the range cannot be satisfied.

    Several ranges, or a range of bytes that have changed since (`If-Range`), give the whole.
    """
    whole = (0, size - 1)
    match = _RANGE.fullmatch(request.META.get("HTTP_RANGE", "").strip())
    if not match or match.groups() == ("", ""):
        return whole
    condition = request.META.get("HTTP_IF_RANGE", "")
    if condition:
        date = parse_http_date_safe(condition)
        same = date == int(modified.timestamp()) if date is not None else condition == f'"{etag}"'
        if not same:
            return whole
    start, end = match.groups()
    if not start:
        length = int(end)
        return (max(0, size - length), size - 1) if length and size else None
    if int(start) >= size:
        return None
    last = min(int(end), size - 1) if end else size - 1
    return (int(start), last) if last >= int(start) else whole


def _chunks(file: BinaryIO, first: int, length: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        while length and (chunk := file.read(min(CHUNK_BYTES, length))):
            length -= len(chunk)
            yield chunk
