"""When PostgreSQL takes no writes, or is away."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper

from common import ids
from pages.recent import files
from sync.tasks import run_pipeline
from tests.conftest import Api
from votes.models import Vote

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_read_only_database_refuses_votes_and_answers_reads(video_id, lookup):
    Api().vote(video_id)
    lookup(video_id)
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    try:
        refused = Api().vote(video_id)
        ready = Api().get(f"/api/videos?videoId={video_id}")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "READ_ONLY")
    assert int(refused["Retry-After"]) == refused.json()["error"]["retryAfter"]
    assert ready.status_code == 200
    assert Vote.objects.count() == 1


def test_prefix_lookups_go_on_without_a_database(video_id, lookup, monkeypatch):
    Api().vote(video_id)
    lookup(video_id)

    def away(*args, **kwargs):
        from django.db import OperationalError

        raise OperationalError("connection refused")

    monkeypatch.setattr(DatabaseWrapper, "cursor", away)
    assert Api().get(f"/api/videos/{ids.bucket_of(video_id)}").status_code == 200
    refused = Api().vote(video_id)
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "OVERLOADED")
    monkeypatch.undo()
    assert Vote.objects.count() == 1


def test_pages_and_feeds_go_on_without_a_database(crowd, monkeypatch):
    for video_id in ("dQw4w9WgXcQ", "aqz-KE-bpKQ"):
        crowd(9, video_id)
    run_pipeline()
    files.write()
    api = Api()
    assert api.get("/v/dQw4w9WgXcQ").status_code == 200

    def away(*args, **kwargs):
        from django.db import OperationalError

        raise OperationalError("connection refused")

    monkeypatch.setattr(DatabaseWrapper, "cursor", away)
    for path in (
        *("/", "/recent?order=rising", "/transparency", "/lists", "/status", "/v/dQw4w9WgXcQ"),
        *("/feeds/recent.atom", "/feeds/recent.json", "/feeds/video/dQw4w9WgXcQ.atom"),
        # Nobody asked for it before: what the file of findings knows of it.
        "/feeds/video/aqz-KE-bpKQ.atom",
    ):
        assert api.get(path).status_code == 200, path
    assert "aqz-KE-bpKQ: flagged" in api.get("/feeds/video/aqz-KE-bpKQ.atom").content.decode()
    bucket = ids.bucket_of("aqz-KE-bpKQ")
    said = api.get(f"/look/{bucket}").json()["videos"]["aqz-KE-bpKQ"]["said"]
    assert said.startswith("Flagged as fully AI, by 9 votes.")
    page = api.get("/v/aqz-KE-bpKQ")
    assert page.status_code == 503 and "A part of this site is away" in page.content.decode()
