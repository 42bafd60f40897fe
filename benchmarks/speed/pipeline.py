"""Rows of the pipeline."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable

from benchmarks.openloop import load
from benchmarks.recompute import BAR, MARKS, score_marks
from benchmarks.speed.rows import Row
from benchmarks.speed.site import BACKGROUND, SHAPES, Bench, drain, seconds_until_idle
from benchmarks.speed.wrk import spent

SCORED = 20_000
RUN_BARS = {"even": 5000, "zipf": 2000}
RUN_MOST_S = 120.0
CAST, CAST_RATE, MOST_ENTRIES = 2000, 100.0, 2.5
BATCH = 1000
SAMPLE = """
SELECT video_id FROM videos_video WHERE (channel_id LIKE 'UCz%%') = %(zipf)s
ORDER BY md5(video_id || 'sample') LIMIT %(limit)s::int
"""
ONE_MORE = """
INSERT INTO votes_vote (voter_id, video_id, category, trust_weight, voice, claimed_channel_id)
SELECT (SELECT public_id FROM votes_voter WHERE public_id > md5(video_id || %(round)s::int)
        ORDER BY public_id LIMIT 1),
  video_id, 'fully_ai', 0.8, md5(video_id || 'voice' || %(round)s::int), channel_id
FROM videos_video WHERE video_id = ANY(%(videos)s) ON CONFLICT DO NOTHING
"""

COPY = """
INSERT INTO bench_copy SELECT video_id, to_jsonb(v) FROM videos_video AS v
WHERE video_id = ANY(%(videos)s)
"""
SHAPE_NAMES = dict(zip(SHAPES, ("ten videos a channel", "Zipf"), strict=True))


def recompute(bench: Bench) -> Row:
    """Videos scored in batches of 1,000: those that are new, and with one more vote each.

    The bar is for scoring, from facts to stored scores; `whole_run` has the rest of the pipeline.
    """
    from common.db import execute, rows  # noqa: PLC0415

    videos = [row[0] for row in rows(SAMPLE, {"limit": SCORED, "zipf": False})]
    sample = {"videos": videos}

    def timed(work: Callable[[int], None]) -> float:
        execute(MARKS, sample)
        execute("VACUUM ANALYZE votes_vote, votes_dirtyvideo, videos_video, videos_videocategory")
        started = time.perf_counter()
        work(BATCH)
        return len(videos) / (time.perf_counter() - started)

    with bench.paused(*BACKGROUND):
        for table in ("videos_videocategory", "videos_video"):
            execute(f"DELETE FROM {table} WHERE video_id = ANY(%(videos)s)", sample)
        new = timed(score_marks)
        execute("TRUNCATE votes_dirtyvideo")
        execute(ONE_MORE, sample | {"round": 1})
        again = timed(score_marks)
        execute("TRUNCATE votes_dirtyvideo")
        peer = plain_copy(bench, videos)
    return Row(
        "recompute",
        f">= {BAR:,} dirty videos/s in batches of {BATCH:,}",
        f"new videos {new:,.0f}/s, with one more vote {again:,.0f}/s; "
        f"{new / peer:.2f} of a plain copy",
        new >= BAR,
        new / BAR,
        1000 * BATCH / new,
        {
            "new_per_s": new,
            "again_per_s": again,
            "plain_copy_per_s": peer,
        },
    )


def whole_run(bench: Bench, shape: str) -> Row:
    """Marks to published files by worker and publisher, change log and history included.

    One more vote for each of many videos; the clock runs from the moment the worker may begin.
    The yardstick copies the same videos into a table and their buckets into a folder, no more.
    """
    from common.db import execute, rows  # noqa: PLC0415
    from sync.tasks import advance  # noqa: PLC0415

    drain(bench)
    limit = {"limit": SCORED, "zipf": shape == "zipf"}
    sample = {"videos": [row[0] for row in rows(SAMPLE, limit)]}
    number = len(sample["videos"])
    rates, peers, used = [], [], dict[str, float]()
    for turn in range(min(2, bench.rounds)):
        with bench.paused(*BACKGROUND):
            execute(ONE_MORE, sample | {"round": 100 + turn})
            execute(MARKS, sample)
            execute("VACUUM ANALYZE votes_vote, votes_dirtyvideo")
            before = bench.site.cpu_s()
            started = time.monotonic()
        advance.delay()
        in_time = seconds_until_idle(RUN_MOST_S) < RUN_MOST_S
        rates.append(number / (time.monotonic() - started) if in_time else 0.0)
        for name, seconds in bench.site.cpu_s().items():
            used[name] = used.get(name, 0.0) + seconds - before[name]
        with bench.paused(*BACKGROUND):
            peers.append(plain_copy(bench, sample["videos"]))
    rate, bar = statistics.median(rates), RUN_BARS[shape]
    shown = f"{rate:,.0f} videos/s" if all(rates) else f"not done in {RUN_MOST_S:.0f} s"
    return Row(
        f"whole run, {SHAPE_NAMES[shape]}",
        f">= {bar:,} videos/s, marks to published files",
        f"{shown}; {rate / statistics.median(peers):.3f} of a plain copy",
        rate >= bar,
        rate / statistics.median(peers),
        1000 / rate if rate else None,
        {
            "videos": number,
            "videos_per_s": rates,
            "plain_copy_per_s": peers,
            "cpu_ms_per_request": spent(dict.fromkeys(used, 0.0), used, number * len(rates)),
        },
    )


def plain_copy(bench: Bench, videos: list[str]) -> float:
    """Videos a second: their rows as JSON into a table, one commit; their buckets into files."""
    from common import ids  # noqa: PLC0415
    from common.db import execute  # noqa: PLC0415
    from sync import publish  # noqa: PLC0415

    folder = bench.folder / "copy"
    folder.mkdir(exist_ok=True)
    buckets = {ids.video_hash(video)[:4] for video in videos}
    bodies = {bucket: publish.read_bucket(bucket) or b"[]" for bucket in buckets}
    execute("CREATE TABLE IF NOT EXISTS bench_copy (video_id text PRIMARY KEY, payload jsonb)")
    execute("TRUNCATE bench_copy")
    started = time.perf_counter()
    execute(COPY, {"videos": videos})
    for bucket, body in bodies.items():
        new = folder / f"{bucket}.new"
        new.write_bytes(body)
        os.replace(new, folder / bucket)
    return len(videos) / (time.perf_counter() - started)


def change_entries(bench: Bench, shape: str) -> Row:
    """What 2,000 votes write into the change log, a vote; the yardstick is one entry a vote."""
    from common.db import rows  # noqa: PLC0415

    drain(bench)
    seconds = bench.seconds(CAST / CAST_RATE)
    ((before,),) = rows("SELECT coalesce(max(id), 0) FROM sync_change")
    sent = load(bench.site.https, "vote", CAST_RATE, seconds, known=bench.known(shape))
    seconds_until_idle(RUN_MOST_S)
    ((entries,),) = rows(
        "SELECT count(*) FROM sync_change WHERE id > %(before)s", {"before": before}
    )
    each = entries / max(len(sent.latencies_ms) - sent.failed, 1)
    return Row(
        f"change entries a vote, {SHAPE_NAMES[shape]}",
        f"<= {MOST_ENTRIES} of {CAST:,} votes",
        f"{each:.2f}" if not sent.failed else f"{sent.failed} votes failed",
        bool(entries) and each <= MOST_ENTRIES and not sent.failed,
        1 / each if each else None,
        None,
        {"entries": entries, "votes": len(sent.latencies_ms), "achieved_per_s": sent.achieved},
    )
