"""The hash index serves prefix searches under any collation (docs/contract.md#r61)."""

from __future__ import annotations

import pytest
from django.db import connection

from common import ids
from videos.models import Video


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", ["5f6b", "5f6b0b4e", "0000", "ffff", "ffffffff"])
def test_a_prefix_search_reads_the_index_and_finds_just_its_videos(prefix):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO videos_video (video_id, hash, first_reported, last_updated)"
            " SELECT 'v' || n, encode(sha256(('v' || n)::bytea), 'hex'), now(), now()"
            " FROM generate_series(1, 20000) AS n"
        )
        cursor.execute("ANALYZE videos_video")
    Video.objects.create(
        video_id="dQw4w9WgXcQ",
        hash=ids.video_hash("dQw4w9WgXcQ"),
        first_reported="2026-01-01T00:00Z",
        last_updated="2026-01-01T00:00Z",
    )
    found = Video.objects.with_hash_prefix(prefix)
    plan = found.explain()
    assert "video_hash" in plan
    assert "Seq Scan" not in plan
    expected = {v for v in Video.objects.values_list("hash", flat=True) if v.startswith(prefix)}
    assert set(found.values_list("hash", flat=True)) == expected
