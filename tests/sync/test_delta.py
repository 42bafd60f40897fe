"""The delta: nothing lost whatever the writers do, and old cursors are told so."""

from __future__ import annotations

import random
import threading
import time
from datetime import timedelta

import orjson
import pytest
from django.db import connection, transaction
from django.db.models import F

from channels.models import Channel
from channels.present import channel_object
from sync import delta, pipeline
from sync.models import Change, Revision
from sync.tasks import delete_old_changes, run_pipeline
from tests.conftest import Api
from tests.flow.test_histories import hashed
from tests.thorough import CHANGES
from videos.models import Video
from videos.present import video_object
from videos.store import categories_of
from votes import casting, erasures
from votes.moderation import decisions

pytestmark = pytest.mark.django_db(transaction=True)
VOTERS = [f"{n:032x}" for n in range(300)]
VIDEOS = [f"video{n:03}" for n in range(150)]
CATEGORIES = ["fully_ai", "ai_visuals", "ai_voiceover", "ai_assisted", "not_ai"]


@pytest.fixture(autouse=True)
def _no_limits(settings):
    settings.LIMITS = dict.fromkeys(settings.LIMITS, 10**9)


def server_state():
    """What a lookup of every video and channel says."""
    videos = list(Video.objects.published())
    categories = categories_of(video.pk for video in videos)
    state = {v.pk: video_object(v, categories.get(v.pk, {})) for v in videos}
    return state | {channel.key: channel_object(channel) for channel in Channel.objects.all()}


def as_bytes(state):
    return orjson.dumps(state, option=orjson.OPT_SORT_KEYS)


def beginning():
    """The cursor of a client that came before anything happened."""
    return f"{Revision.objects.create().number}-0"


class Follower:
    """A client; `form` is the query that says which delta it wants."""

    def __init__(self, start, form="", limit=100):
        self.api, self.form, self.limit = Api(), form, limit
        self.cursor, self.state, self.pages = start, {}, 0

    def follow(self):
        more = True
        while more:
            query = f"cursor={self.cursor}&limit={self.limit}{self.form}"
            page = self.api.get(f"/api/sync/delta?{query}").json()
            for entry in [*page["videos"], *page["channels"]]:
                self.take(entry)
            self.cursor, more = page["nextCursor"], page["hasMore"]
            self.pages += 1

    def take(self, entry):
        key = entry.get("key") or entry.get("videoId") or entry["channelId"]
        self.state.pop(key, None)
        if entry.pop("action") == "update":
            self.state[key] = entry


def in_thread(job):
    def run():
        try:
            job()
        except BaseException as error:
            failures.append(error)
            raise
        finally:
            connection.close()

    failures = []
    thread = threading.Thread(target=run)
    thread.failures = failures
    thread.start()
    return thread


def random_changes(rng, count):
    for _ in range(count):
        voter, video = rng.choice(VOTERS), rng.choice(VIDEOS)
        kind = rng.random()
        if kind < 0.82:
            channel = f"UC{VIDEOS.index(video) % 7:022}" if rng.random() < 0.8 else None
            ballot = casting.Ballot(
                voter_id=voter,
                video_id=video,
                category=rng.choice(CATEGORIES),
                channel_id=channel,
                handle=channel and f"maker{VIDEOS.index(video) % 7}",
            )
            casting.cast_vote(ballot, address=f"10.{rng.randrange(250)}.{rng.randrange(250)}.1")
        elif kind < 0.95:
            casting.retract_vote(voter_id=voter, video_id=video)
        elif kind < 0.99:
            action = rng.choice(["hide", "unhide", "lock_ai", "lock_human", "unlock"])
            decisions.decide_video(actor="m", video_id=video, action=action, reason="r")
        else:
            erasures.erase_voter(voter)


def slow_writer(rng, stop):
    """Changes made before, and committed long after, some of the pipeline's runs."""
    while not stop.is_set():
        with transaction.atomic():
            random_changes(rng, 1)
            time.sleep(rng.uniform(0.05, 0.6))


def stepping_clock(rng, stop):
    """As if the database's clock were set forwards, backwards, or stood still."""
    while not stop.is_set():
        with transaction.atomic():
            pipeline.wait_for_transaction_lock(pipeline.Lock.PIPELINE)
            newest = list(Revision.objects.order_by("-number")[:2])
            if len(newest) == 2:
                step = timedelta(microseconds=rng.choice([1, 10**6, 600 * 10**6, -600 * 10**6]))
                at = max(newest[0].created_at + step, newest[1].created_at)
                Revision.objects.filter(pk=newest[0].pk).update(created_at=at)
        time.sleep(0.3)


@pytest.mark.slow
def test_followers_of_concurrent_changes_end_byte_equal_to_the_server(settings):
    # So that there are many cuts, whatever writers and clocks do meanwhile.
    settings.DELTA_EVERY_S = 1
    rng = random.Random(11)
    stop = threading.Event()
    writers = [
        in_thread(lambda seed=seed: random_changes(random.Random(seed), CHANGES // 2))
        for seed in (1, 2)
    ]
    disturbers = [
        in_thread(lambda: slow_writer(random.Random(3), stop)),
        in_thread(lambda: stepping_clock(random.Random(4), stop)),
    ]
    start = beginning()
    plain, everything = Follower(start), Follower(start, "&minScore=0")
    hashes = Follower(start, "&format=compact")
    followers = [plain, everything, hashes]
    try:
        while any(writer.is_alive() for writer in writers):
            pipeline.advance(limit=rng.choice([7, 60, 400]))
            rng.choice(followers).follow()
    finally:
        stop.set()
        for thread in [*writers, *disturbers]:
            thread.join()
    assert [thread.failures for thread in [*writers, *disturbers]] == [[]] * 4
    run_pipeline()
    settings.DELTA_EVERY_S = 0
    for follower in followers:
        follower.follow()
    state = server_state()
    assert len(state) > 100
    assert Revision.objects.count() > CHANGES / 100
    assert plain.pages > CHANGES / 250
    assert as_bytes(everything.state) == as_bytes(state)
    counting = {key: e for key, e in state.items() if e["score"] or e.get("autoFlag")}
    assert as_bytes(plain.state) == as_bytes(counting)
    wanted = {
        f"{key:016x}": {"key": f"{key:016x}", "score": score, "flags": flags}
        for key, score, flags in hashed(state).values()
    }
    assert as_bytes(hashes.state) == as_bytes(wanted)
    # A newcomer who starts from the log's beginning comes to the same.
    newcomer = Follower(start, "&minScore=0", limit=10_000)
    newcomer.follow()
    assert as_bytes(newcomer.state) == as_bytes(state)


def logged(revisions, *, each=1, age=timedelta(0), apart=timedelta(seconds=1)):
    """A change log without a pipeline; the newest revision is `age` old."""
    for n in range(revisions):
        revision = Revision.objects.create()
        at = F("created_at") - age - (revisions - 1 - n) * apart
        Revision.objects.filter(pk=revision.pk).update(created_at=at)
        Change.objects.bulk_create(
            Change(
                revision=revision,
                kind="video",
                key=f"v{n}-{m}",
                bucket="0000",
                payload={"videoId": f"v{n}-{m}", "score": 50.0, "action": "update"},
            )
            for m in range(each)
        )


def test_revisions_of_the_same_microsecond_are_all_delivered(api):
    logged(5, apart=timedelta(0))
    Revision.objects.update(created_at=Revision.objects.first().created_at)
    found = []
    cursor = f"{Revision.objects.first().number - 1}-0"
    for _ in range(5):
        page = api.get(f"/api/sync/delta?cursor={cursor}&limit=1").json()
        found += [entry["videoId"] for entry in page["videos"]]
        cursor = page["nextCursor"]
    assert found == [f"v{n}-0" for n in range(5)]
    assert not page["hasMore"]


def test_following_by_time_goes_on_however_much_happened_in_the_overlap(monkeypatch):
    logged(30, each=4, apart=timedelta(milliseconds=10))
    since, seen = delta.microseconds(Revision.objects.first().created_at), set()
    for _ in range(60):
        page = delta.since(delta.parse_since(since), limit=10)
        seen |= {e["videoId"] for e in orjson.loads(orjson.dumps(page))["videos"]}
        since = page["syncTimestamp"]
        if not page["hasMore"]:
            break
    assert len(seen) == 120


def test_an_object_appears_once_in_its_latest_state(api, crowd):
    start = beginning()
    crowd(3, "twice")
    run_pipeline()
    crowd(3, "twice")
    run_pipeline()
    page = api.get(f"/api/sync/delta?cursor={start}").json()
    assert [(e["videoId"], e["totalVotes"]) for e in page["videos"]] == [("twice", 6)]


def test_what_is_older_than_the_retention_needs_a_full_sync(api):
    logged(2, age=timedelta(hours=60))
    logged(1)
    assert delete_old_changes() == 2
    assert Revision.objects.count() == Change.objects.count() == 1
    old = api.get("/api/sync/delta?since=2020-01-01T00:00:00Z")
    assert (old.status_code, old.json()["fullSyncRequired"]) == (200, True)
    assert (old.json()["videos"], old.json()["channels"]) == ([], [])
    newest = Revision.objects.get().number
    expired = api.get(f"/api/sync/delta?cursor={newest - 2}-0")
    assert (expired.status_code, expired.json()["error"]["code"]) == (410, "SYNC_EXPIRED")
    assert api.get(f"/api/sync/delta?cursor={newest - 1}-0").json()["videos"]
    ahead = api.get(f"/api/sync/delta?cursor={newest + 1}-0")
    assert ahead.status_code == 410


def test_the_newest_revision_is_kept_however_old(api):
    logged(3, age=timedelta(days=9))
    assert delete_old_changes() == 2
    kept = Revision.objects.get()
    page = api.get(f"/api/sync/delta?cursor={kept.number}-0").json()
    assert (page["videos"], page["hasMore"]) == ([], False)
    same = api.get(f"/api/sync/delta?since={delta.microseconds(kept.created_at)}").json()
    assert "fullSyncRequired" not in same


@pytest.mark.parametrize(
    "query",
    [
        "cursor=x",
        "cursor=1",
        "limit=0",
        "limit=10001",
        "limit=1e3",
        "format=xml",
        "minScore=1",
        "minScore=0&format=compact",
    ],
)
def test_what_is_not_a_parameter_of_ours_is_refused(api, query):
    given = query if "cursor" in query else f"cursor=0-0&{query}"
    answer = api.get(f"/api/sync/delta?{given}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "INVALID_PARAM")


def test_a_video_of_score_0_is_a_removal_but_mirrors_get_it_whole(api, crowd):
    start = beginning()
    crowd(3, "cleared")
    decisions.decide_video(actor="m", video_id="cleared", action="lock_human", reason="r")
    run_pipeline()
    usual = api.get(f"/api/sync/delta?cursor={start}").json()["videos"]
    assert usual == [{"videoId": "cleared", "action": "remove"}]
    (whole,) = api.get(f"/api/sync/delta?cursor={start}&minScore=0").json()["videos"]
    assert (whole["verdict"], whole["score"], whole["action"]) == ("human", 0, "update")
    (hashed_entry,) = api.get(f"/api/sync/delta?cursor={start}&format=compact").json()["videos"]
    assert hashed_entry["action"] == "update"  # or its channel would hide it again
    assert hashed_entry["flags"] & 8
