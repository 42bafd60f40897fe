"""Compact deltas end at cuts: many clients share a few answers, and none misses anything by it."""

from __future__ import annotations

import gzip
import random
import time
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import orjson
import pytest

from common.db import rows
from realtube_client.keys import key_of
from sync import delta
from sync.delta import Position
from sync.models import Change, Revision

pytestmark = pytest.mark.django_db
EVERY_S = 3600
VIDEOS = [f"video{n}" for n in range(30)]


@pytest.fixture(autouse=True)
def _cuts(settings):
    settings.DELTA_EVERY_S = EVERY_S
    settings.LIMITS = dict.fromkeys(settings.LIMITS, 10**9)


def period_began():
    """When the period began that it is now."""
    ((now,),) = rows("SELECT extract(epoch FROM clock_timestamp())::float8")
    if now % EVERY_S > EVERY_S - 9:  # so that it is the same until the test ends
        time.sleep(10)
        return period_began()
    return now // EVERY_S * EVERY_S


def logged(*times_s, videos=1, rng=None):
    """A revision at each of these times, with changes of some videos; their numbers."""
    rng = rng or random.Random(1)
    numbers = []
    for at_s in times_s:
        at = datetime.fromtimestamp(at_s).astimezone()
        revision = Revision.objects.create(created_at=at)
        Change.objects.bulk_create(
            Change(revision=revision, kind="video", key=pk, bucket="0000", payload=state(pk, rng))
            for pk in rng.sample(VIDEOS, videos)
        )
        numbers.append(revision.number)
    return numbers


def state(video_id, rng):
    if rng.random() < 0.2:
        return {"videoId": video_id, "action": "remove"}
    return {
        "videoId": video_id,
        "action": "update",
        "score": rng.randrange(100),
        "locked": False,
        "categories": {},
    }


def as_of(revision):
    """What a compact snapshot of this revision would have: key -> score."""
    held = {}
    for change in Change.objects.filter(revision__lte=revision).order_by("revision", "id"):
        if change.payload.get("score", 0) >= 25:
            held[f"{key_of(change.key):016x}"] = change.payload["score"]
        else:
            held.pop(f"{key_of(change.key):016x}", None)
    return held


def followed(cursor, held, limit):
    """Go on with a copy to its end; the cursor then, and the cursors on the way."""
    more, way = True, []
    while more:
        answer, _ = delta.after(delta.parse_cursor(cursor), limit=limit, form="compact")
        page = orjson.loads(orjson.dumps(answer))
        for entry in page["videos"]:
            held.pop(entry["key"], None)
            if entry["action"] == "update":
                held[entry["key"]] = entry["score"]
        cursor, more = page["nextCursor"], page["hasMore"]
        way.append(cursor)
    return cursor, way


@pytest.mark.parametrize("seed", range(4))
def test_whoever_follows_from_wherever_comes_to_the_state_of_the_newest_cut(seed):
    rng = random.Random(seed)
    began, times, at = period_began(), [], 0.0
    while len(times) < 40:
        times.append(at)
        at += rng.choice([0.5, 2, 500, 2400, 11_000])
    # The last few are of the period that is still open.
    shift = began - times[rng.randrange(30, 40)]
    times = [min(it + shift, began + n * 1e-5) for n, it in enumerate(times)]
    numbers = logged(*times, videos=rng.randrange(1, 9), rng=rng)
    before = [n for n, at in zip(numbers, times, strict=True) if at < began]
    newest_cut = before[-1]
    periods = [int(it // EVERY_S) for it in times]
    cuts = {n for n, at, after in zip(numbers, periods, periods[1:], strict=False) if at != after}
    for start in rng.sample([numbers[0] - 1, *before], 6):
        held = as_of(start)
        cursor, way = followed(f"{start}-0", held, limit=rng.choice([5, 20, 10_000]))
        assert cursor == f"{newest_cut}-0"
        assert held == as_of(newest_cut)
        # Between cuts only where more than a page lies between them.
        for token in way:
            position = delta.parse_cursor(token)
            assert position.revision in cuts or position.change
    # Others who are not at a cut come to the next one, and stand there with everybody.
    starts = [n for n in before if n not in cuts]
    ends = {followed(f"{n}-0", as_of(n), limit=10_000)[1][0] for n in starts}
    assert ends <= {f"{newest_cut}-0"}


def test_full_pages_end_at_the_last_cut_that_is_in_them():
    began = period_began()
    a, b, c, d = logged(*(began - EVERY_S * n + 1 for n in (4, 3, 2, 1)), videos=10)
    for limit, ends in ((10, [a, b, c, d]), (25, [b, d]), (10_000, [d])):
        _, way = followed(f"{a - 1}-0", {}, limit)
        assert way == [f"{n}-0" for n in ends]
    # A period that is larger than a page has cursors of its own, the same from wherever one comes.
    _, way = followed(f"{c}-0", {}, 6)
    assert [delta.parse_cursor(it).revision for it in way] == [d - 1, d]
    assert followed(f"{a}-0", {}, 6)[1][-2:] == way


def test_the_same_answer_is_for_all_until_the_next_cut_and_says_so(api):
    began = period_began()
    first, cut = logged(began - EVERY_S, began - 1)
    path = f"/api/sync/delta?format=compact&cursor={first}-0"
    before = api.get(path)
    logged(began, began + 0.001, videos=5)
    after = api.get(path)
    assert after.content == before.content
    assert after.json()["nextCursor"] == f"{cut}-0"
    assert after["Cache-Control"] == "public, stale-while-revalidate=60"
    kept = parsedate_to_datetime(after["Expires"]) - datetime.now().astimezone()
    assert timedelta(0) < kept < timedelta(seconds=EVERY_S + 2)
    packed = api.get(path, accept_encoding="zstd, gzip")
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == before.content
    again = api.get(path, if_none_match=after["ETag"])
    assert (again.status_code, again.content) == (304, b"")


def test_a_page_that_is_full_is_kept_for_an_hour(api):
    began = period_began()
    first, *_ = logged(began - 2 * EVERY_S, began - EVERY_S, began - 1, videos=5)
    full = api.get(f"/api/sync/delta?format=compact&cursor={first - 1}-0&limit=6")
    assert full.json()["hasMore"]
    kept = parsedate_to_datetime(full["Expires"]) - datetime.now().astimezone()
    assert kept > timedelta(seconds=3500)


@pytest.mark.parametrize("query", ["", "&minScore=0"])
def test_other_forms_go_up_to_the_newest_revision_and_are_nobody_elses(api, query):
    began = period_began()
    first, _, newest = logged(began - EVERY_S, began - 1, began + 0.001)
    answer = api.get(f"/api/sync/delta?cursor={first}-0{query}")
    assert answer.json()["nextCursor"] == f"{newest}-0"
    assert (answer["Cache-Control"], answer.has_header("Expires")) == ("no-store", False)


def test_a_copy_that_is_newer_than_the_cut_stays_where_it_is():
    began = period_began()
    _, newer, newest = logged(began - 1, began + 0.001, began + 0.002, videos=3)
    (some,) = Change.objects.filter(revision=newest).order_by("id").values_list("id", flat=True)[:1]
    for position in (Position(newer), Position(newest), Position(newer, some)):
        page, _ = delta.after(position, form="compact")
        assert (page["videos"], page["hasMore"]) == ([], False)
        assert page["nextCursor"] == position.token()


def test_a_site_that_is_younger_than_a_period_waits_for_no_cut():
    first, newest = logged(period_began() + 0.001, period_began() + 0.002)
    page, _ = delta.after(Position(first), form="compact")
    assert page["nextCursor"] == f"{newest}-0"


def test_a_clock_that_was_set_back_keeps_nothing_from_anybody():
    began = period_began()
    first, _, newest = logged(began - EVERY_S, began + 3 * EVERY_S, began + 3 * EVERY_S + 1e-5)
    page, kept_s = delta.after(Position(first), form="compact")
    assert page["nextCursor"] == f"{newest}-0"
    assert 0 < kept_s <= EVERY_S


def test_after_a_restored_backup_everybody_starts_again_whatever_was_kept(api):
    began = period_began()
    first, cut = logged(began - EVERY_S, began - 1)
    delta.start_over()
    for lost in (first, cut):
        answer = api.get(f"/api/sync/delta?format=compact&cursor={lost}-0")
        assert (answer.status_code, answer["Cache-Control"]) == (410, "no-store")
