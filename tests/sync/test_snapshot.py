"""The full copy: whole, of one revision, in every encoding, and served without the database."""

from __future__ import annotations

import gzip
import hashlib
import os
import random
import signal
import threading

import orjson
import pytest
import zstandard
from django.core.management import call_command
from django.db import connection

from channels.services import decide_channel
from common import ids
from common.db import copy
from realtube_client import compact as reader
from sync import compact, pipeline
from sync.models import Revision, Snapshot
from sync.snapshot import snapshot
from sync.tasks import refresh_snapshot, run_pipeline
from tests.conftest import Api, whole
from tests.dev.processes import wait_until
from tests.flow.test_histories import hashed
from tests.sync.test_delta import in_thread, random_changes, server_state
from videos.models import Video
from votes.moderation import decisions

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_limits(settings):
    settings.LIMITS = dict.fromkeys(settings.LIMITS, 10**9)


@pytest.fixture
def some(crowd):
    """A flagged video, one with a single vote, one cleared by a moderator, two channels."""
    crowd(5, "flagged", channelId="UCmaker")
    crowd(1, "single")
    crowd(3, "cleared")
    decisions.decide_video(actor="m", video_id="cleared", action="lock_human", reason="r")
    decide_channel(actor="m", key="UCmaker", action="flag_channel", reason="r")
    decide_channel(actor="m", key="@innocent", action="clear_channel", reason="r")
    run_pipeline()
    return snapshot.build()


def made_up(videos, channels=0):
    """Rows without facts: only their publication is looked at."""
    Revision.objects.create()
    # A model of each row would cost more than all that is tested with them.
    since = "2026-01-01T00:00:00Z"
    copy(
        "COPY videos_video (video_id, hash, score, total_votes, first_reported, last_updated)"
        " FROM STDIN",
        (
            (f"made{n:06}", ids.video_hash(f"made{n:06}"), n % 101, 1, since, since)
            for n in range(videos)
        ),
    )
    copy(
        "COPY channels_channel (channel_id, score, top_categories) FROM STDIN",
        ((f"UC{n}", n % 101, []) for n in range(channels)),
    )


def test_full_has_what_counts_highest_first(api, some):
    full = orjson.loads(whole(api.get("/api/sync/full")))
    assert [v["videoId"] for v in full["videos"]] == ["flagged", "single"]
    assert full["videos"][0] == api.get("/api/videos?videoId=flagged").json()
    assert full["channels"] == [api.get("/api/channels/UCmaker").json()]
    assert full["total"] == {"videos": 2, "channels": 1}
    assert full["truncated"] is False


def test_an_empty_service_has_an_empty_snapshot(api):
    full = orjson.loads(whole(api.get("/api/sync/full")))
    assert (full["videos"], full["channels"]) == ([], [])
    read = reader.read(whole(api.get("/api/sync/compact")))
    assert (list(read.videos), list(read.channels)) == ([], [])


@pytest.mark.parametrize("path", ["/api/sync/full", "/api/sync/compact"])
def test_every_encoding_is_the_same_content_under_its_own_strong_tag(api, some, path):
    plain = api.get(path, **{"Accept-Encoding": "identity"})
    gzipped = api.get(path, **{"Accept-Encoding": "gzip"})
    zstd = api.get(path, **{"Accept-Encoding": "gzip, zstd"})
    body = whole(plain)
    assert gzip.decompress(whole(gzipped)) == body
    assert zstandard.ZstdDecompressor().decompressobj().decompress(whole(zstd)) == body
    assert not plain.has_header("Content-Encoding")
    assert [r["Content-Encoding"] for r in (gzipped, zstd)] == ["gzip", "zstd"]
    tags = {response["ETag"] for response in (plain, gzipped, zstd)}
    assert len(tags) == 3 and not any(tag.startswith("W/") for tag in tags)
    assert "Accept-Encoding" in plain["Vary"]
    assert plain["Cache-Control"] == "public, max-age=900"
    again = api.get(path, **{"If-None-Match": plain["ETag"], "Accept-Encoding": "identity"})
    assert (again.status_code, whole(again)) == (304, b"")
    part = api.get(path, Range="bytes=2-5", **{"Accept-Encoding": "identity"})
    assert (part.status_code, whole(part)) == (206, body[2:6])
    head = api.client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Length"] == plain["Content-Length"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/sync/full",
        "/api/sync/full?limit=2",
        "/api/sync/full.ndjson.zst",
        "/api/sync/compact",
        "/api/sync/manifest",
        "/api/lists/channels.txt",
    ],
)
def test_downloads_and_304s_do_not_touch_the_database(api, some, path, django_assert_num_queries):
    with django_assert_num_queries(0):
        first = api.get(path)
        whole(first)
        again = api.get(path, **{"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)


def test_the_manifest_says_the_truth_about_the_files(api, some):
    manifest = api.get("/api/sync/manifest").json()
    for path, name in (
        ("/api/sync/full", "full.json"),
        ("/api/sync/compact", "compact.bin"),
        ("/api/sync/full.ndjson.zst", "full.ndjson.zst"),
    ):
        for encoding, entry in manifest["files"][name].items():
            body = whole(api.get(path, **{"Accept-Encoding": encoding}))
            assert len(body) == entry["bytes"]
            assert hashlib.sha256(body).hexdigest() == entry["sha256"]
    assert manifest["revision"] == Revision.objects.order_by("-number").first().number
    assert manifest["counts"] == {"videos": 3, "channels": 2}
    assert manifest["licence"] == "ODbL-1.0"
    assert set(manifest["files"]) < {row.format for row in Snapshot.objects.all()}


def lines_of(api):
    body = whole(api.get("/api/sync/full.ndjson.zst"))
    reader = zstandard.ZstdDecompressor().stream_reader(body, read_across_frames=True)
    return [orjson.loads(line) for line in reader.read().splitlines()]


def test_everything_has_everything_that_is_published(api, some):
    header, *entries = lines_of(api)
    assert header["counts"] == {"videos": 3, "channels": 2}
    state = {entry.get("videoId") or entry["channelId"]: entry for entry in entries}
    assert state == server_state()
    assert state["cleared"]["score"] == 0


def test_compact_says_the_same_as_everything(api, some):
    _, *entries = lines_of(api)
    state = {entry.get("videoId") or entry["channelId"]: entry for entry in entries}
    read = reader.read(whole(api.get("/api/sync/compact", **{"Accept-Encoding": "identity"})))
    assert {item[0]: item for item in [*read.videos, *read.channels]} == hashed(state)
    assert read.min_score == compact.MIN_SCORE


def test_more_than_50000_are_cut_by_score_and_say_so(api, monkeypatch):
    monkeypatch.setattr(snapshot, "CAP", 30)
    made_up(500, channels=40)
    full = orjson.loads(whole(api.get("/api/sync/full")))
    assert len(full["videos"]) == len(full["channels"]) == 30
    assert full["truncated"] is True
    assert full["total"] == {"videos": 495, "channels": 39}  # score 0 does not count
    assert [v["score"] for v in full["videos"]] == sorted(
        (float(n % 101) for n in range(500)), reverse=True
    )[:30]


@pytest.mark.parametrize("min_score", [0, 1, 50, 100])
def test_pages_are_all_of_one_revision_and_together_complete(api, min_score):
    made_up(2300, channels=170)
    found, cursor, sizes = {"videos": [], "channels": []}, "", []
    while True:
        query = f"limit=700&minScore={min_score}" + (f"&cursor={cursor}" if cursor else "")
        page = api.get(f"/api/sync/full?{query}").json()
        for kind in found:
            found[kind] += page[kind]
        sizes.append(len(page["videos"]) + len(page["channels"]))
        if not page["hasMore"]:
            break
        cursor = page["nextCursor"]
        # A newer snapshot in between changes nothing for those who are on their way.
        Video.objects.filter(score__gt=90).delete()
        Revision.objects.create()
        if len(sizes) < snapshot.KEPT:
            snapshot.build()
    assert set(sizes[:-1]) <= {700}
    assert sorted(v["videoId"] for v in found["videos"]) == [
        f"made{n:06}" for n in range(2300) if n % 101 >= min_score
    ]
    assert len(found["channels"]) == sum(n % 101 >= min_score for n in range(170))


def test_a_cursor_of_a_snapshot_that_is_gone_is_told_so(api):
    made_up(30)
    page = api.get("/api/sync/full?limit=10").json()
    for _ in range(snapshot.KEPT + 1):
        Revision.objects.create()
        snapshot.build()
    answer = api.get(f"/api/sync/full?limit=10&cursor={page['nextCursor']}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "SYNC_EXPIRED")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=10001",
        "limit=x",
        "minScore=101",
        "minScore=-1",
        "minScore=1.5",
        "cursor=abc&limit=1",
        "cursor=1-2&limit=1",
        "cursor=1-50-0&limit=1",
    ],
)
def test_what_is_not_a_parameter_of_ours_is_refused(api, query):
    answer = api.get(f"/api/sync/full?{query}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "INVALID_PARAM")


@pytest.mark.slow
def test_delta_from_generated_at_misses_nothing_under_writes(api):
    stop = threading.Event()
    rng = random.Random(5)
    random_changes(rng, 200)

    def write():
        while not stop.is_set():
            random_changes(rng, 5)

    writer = in_thread(write)
    copies = []
    try:
        for _ in range(6):
            for _ in range(3):
                pipeline.advance(limit=20)
            snapshot.build()
            # More is written and published before the client comes with what it has.
            full = orjson.loads(whole(api.get("/api/sync/full")))
            copies.append(full)
    finally:
        stop.set()
        writer.join()
    assert writer.failures == []
    run_pipeline()
    state = server_state()
    wanted = {key: e for key, e in state.items() if e["score"] or e.get("autoFlag")}
    for full in copies:
        assert len(full["videos"]) > 5
        have = {e.get("videoId") or e["channelId"]: e for e in [*full["videos"], *full["channels"]]}
        page = api.get(f"/api/sync/delta?since={full['generatedAt']}").json()
        for entry in [*page["videos"], *page["channels"]]:
            key = entry.get("videoId") or entry["channelId"]
            have.pop(key, None)
            if entry.pop("action") == "update":
                have[key] = entry
        assert have == wanted


def test_it_is_rebuilt_when_outdated_but_not_more_often_than_every_15_minutes(
    api, crowd, monkeypatch
):
    crowd(3, "first")
    run_pipeline()
    refresh_snapshot()
    built = snapshot.published().manifest["revision"]
    refresh_snapshot()
    crowd(3, "second")
    run_pipeline()
    refresh_snapshot()
    assert snapshot.published().manifest["revision"] == built
    monkeypatch.setattr(snapshot, "MAX_AGE", snapshot.timedelta(0))
    refresh_snapshot()
    assert snapshot.published().manifest["revision"] > built
    before = snapshot.published().folder
    refresh_snapshot()
    assert snapshot.published().folder == before  # nothing new: nothing built


def test_only_some_old_ones_are_kept_and_leftovers_go(publish_root):
    leftover = publish_root / "snapshots" / ".building-dead"
    leftover.mkdir(parents=True)
    (leftover / "half").write_text("x")
    for _ in range(snapshot.KEPT + 2):
        Revision.objects.create()
        snapshot.build()
    folders = [p.name for p in (publish_root / "snapshots").iterdir() if p.name[0] not in ".c"]
    assert len(folders) == snapshot.KEPT
    assert not leftover.exists()


def test_two_at_once_do_not_meet(publish_root):
    made_up(50)
    results = []
    threads = [in_thread(lambda: results.append(snapshot.build())) for _ in range(4)]
    for thread in threads:
        thread.join()
    assert any(results)
    assert snapshot.published().manifest["counts"]["videos"] == 50
    assert not list((publish_root / "snapshots").glob(".building-*"))


def test_equal_revisions_give_equal_bytes(some):
    first = snapshot.published().manifest["files"]
    snapshot.build()
    second = snapshot.published().manifest["files"]
    for name in ("full.json", "compact.bin"):
        assert first[name] == second[name]
    connection.close()
    assert Api().get("/api/sync/manifest").status_code == 200


def test_a_node_of_its_own_keeps_its_snapshot_and_stats_until_it_is_stopped(some, settings):
    settings.PUBLISH_ROOT /= "node"
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def stop():
        made = [settings.PUBLISH_ROOT / "stats.json", settings.PUBLISH_ROOT / "snapshots/current"]
        wait_until(lambda: all(p.exists() for p in made), timeout_s=30, what="both are made")
        os.kill(os.getpid(), signal.SIGTERM)

    stopper = threading.Thread(target=stop)
    stopper.start()
    try:
        call_command("snapshot", "--follow")
    finally:
        stopper.join()
        for number, handler in before.items():
            signal.signal(number, handler)


def test_nobody_waits_for_the_first_snapshot_of_a_large_site(monkeypatch):
    monkeypatch.setattr(snapshot, "BUILT_AT_ONCE_MAX", 100)
    made_up(0, channels=101)
    for path in ("/api/sync/full", "/api/sync/full?limit=10", "/api/sync/compact"):
        answer = Api().get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "OVERLOADED")
        assert int(answer["Retry-After"]) > 0
    refresh_snapshot()
    assert Api().get("/api/sync/full").status_code == 200


def test_the_first_snapshot_of_a_small_site_is_built_for_who_asks(monkeypatch):
    monkeypatch.setattr(snapshot, "BUILT_AT_ONCE_MAX", 100)
    made_up(100, channels=100)
    assert len(whole(Api().get("/api/sync/full"))) > 0
