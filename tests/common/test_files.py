"""Files over HTTP: tags, encodings, ranges."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from common.files import choose_encoding, file_answer
from tests.conftest import whole

BODY = bytes(range(256)) * 4
MODIFIED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
DATE = "Fri, 02 Jan 2026 03:04:05 GMT"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    file = tmp_path_factory.mktemp("files") / "file"
    file.write_bytes(BODY)
    return file


def answer(path, method="GET", **headers):
    request = RequestFactory().generic(method, "/", headers=headers)
    return file_answer(
        request, path, etag="abc", content_type="application/zstd", modified=MODIFIED, filename="f"
    )


def test_the_whole_file_with_what_a_client_needs_to_ask_again(path):
    response = answer(path)
    assert whole(response) == BODY
    assert (response.status_code, response["Content-Length"]) == (200, "1024")
    assert (response["ETag"], response["Last-Modified"]) == ('"abc"', DATE)
    assert response["Accept-Ranges"] == "bytes"
    assert response["Content-Disposition"] == 'attachment; filename="f"'


def test_head_says_the_same_without_the_bytes(path):
    got, asked = answer(path), answer(path, "HEAD")
    assert asked.content == b""
    assert dict(asked.headers) == dict(got.headers)
    whole(got)


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("If-None-Match", '"abc"', 304),
        ("If-None-Match", 'W/"abc"', 304),
        ("If-None-Match", '"x", "abc"', 304),
        ("If-None-Match", "*", 304),
        ("If-None-Match", '"abcd"', 200),
        ("If-None-Match", "abc", 200),
        ("If-Modified-Since", DATE, 304),
        ("If-Modified-Since", "Thu, 01 Jan 2026 00:00:00 GMT", 200),
        ("If-Modified-Since", "yesterday", 200),
    ],
)
def test_what_the_client_has_is_not_sent_again(path, name, value, status):
    response = answer(path, **{name: value})
    assert response.status_code == status
    assert (b"" if status == 304 else BODY) == whole(response)


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=1000-", 1000, 1023),
        ("bytes=-24", 1000, 1023),
        ("bytes=5-9999", 5, 1023),
        ("bytes=-9999", 0, 1023),
    ],
)
def test_one_range_is_a_part(path, asked, first, last):
    response = answer(path, Range=asked)
    assert whole(response) == BODY[first : last + 1]
    if last - first < 1023:
        assert response.status_code == 206
        assert response["Content-Range"] == f"bytes {first}-{last}/1024"


@pytest.mark.parametrize("asked", ["bytes=1-2,5-6", "items=1-2", "bytes=-", "bytes=9-5", "x"])
def test_other_ranges_give_the_whole(path, asked):
    response = answer(path, Range=asked)
    assert (response.status_code, whole(response)) == (200, BODY)


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=5000-6000", "bytes=-0"])
def test_a_range_behind_the_end_is_refused_with_the_size(path, asked):
    response = answer(path, Range=asked)
    assert (response.status_code, response["Content-Range"]) == (416, "bytes */1024")
    assert b"RANGE_NOT_SATISFIABLE" in response.content


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ('"abc"', 206),
        ('W/"abc"', 200),
        ('"old"', 200),
        (DATE, 206),
        ("Thu, 01 Jan 2026 00:00:00 GMT", 200),
    ],
)
def test_a_download_goes_on_only_in_the_same_bytes(path, condition, status):
    response = answer(path, Range="bytes=10-", **{"If-Range": condition})
    assert response.status_code == status
    whole(response)


@given(st.integers(0, 2000), st.integers(0, 2000))
def test_the_parts_of_any_split_are_the_whole(path, first, second):
    cuts = sorted({0, min(first, 1024), min(second, 1024), 1024})
    parts = [whole(answer(path, Range=f"bytes={start}-{end - 1}")) for start, end in pairwise(cuts)]
    assert b"".join(parts) == BODY


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", ""),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("zstd;q=0.5, gzip;q=0.9", "gzip"),
        ("zstd;q=0, gzip;q=0", ""),
        ("*", "zstd"),
        ("*;q=0.1, gzip", "gzip"),
        ("GZIP", "gzip"),
        ("identity", ""),
        ("gzip;q=nonsense", "gzip"),
    ],
)
def test_the_encoding_is_the_clients_choice(accept, chosen):
    assert choose_encoding(accept, {"identity": None, "gzip": None, "zstd": None}) == chosen
