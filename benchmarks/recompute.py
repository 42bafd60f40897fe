"""How many dirty marks a second the pipeline takes, and what of that is scoring.

python -m benchmarks.recompute [--videos 20000] [--batch 1000] [--votes 3 10 30]

Once all videos are new, then each has one more vote. `scoring` is facts to stored score
(`videos.recompute`), `advance` a whole run: also channels, change log and public history.
Ten videos are a channel, marks come in no order. Marks are counted by the seconds computed, here
and by the server's process, which do not wait for other programs of a busy machine.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.processes import cpu_s
from benchmarks.servers import servers

BAR = 10_000
CHANNEL_VIDEOS = 10
VOTERS = 50_000

_VOTERS = """
INSERT INTO votes_voter (public_id, trust, vote_count, first_seen, last_active, resolved_count,
  correct_count, accuracy)
SELECT md5(n::text), 0.6 + 0.4 * random(), 12, now() - random() * interval '700 days', now(),
  20, 18, 0.9
FROM generate_series(0, %(voters)s::int - 1) AS n
"""
# Votes `first` to `last` of every video, all of the past, those of one video apart from each
# other as they are when they come over months.
_VOTES = """
INSERT INTO votes_vote (voter_id, video_id, category, trust_weight, cast_at, changed_at,
  refreshed_at, voice, claimed_channel_id, is_short)
SELECT md5(((n * 7919::bigint + round * 104729) %% %(voters)s::int)::text),
  left(translate(encode(sha256(n::text::bytea), 'base64'), '+/', '-_'), 11),
  (ARRAY['fully_ai','fully_ai','ai_voiceover','ai_visuals','fully_ai','not_ai'])[1 + round %% 6],
  0.6 + 0.4 * random(), at, at, at, md5(n || '.' || round),
  'UC' || left(md5((n %% %(channels)s::int)::text), 22), false
FROM (SELECT n, round, now() - interval '2 hours' - random() * interval '300 days' AS at
      FROM generate_series(%(first)s::int, %(last)s::int) AS round,
        generate_series(0, %(videos)s::int - 1) AS n) AS made
"""
MARKS = """
INSERT INTO votes_dirtyvideo (video_id, voter_id)
SELECT video_id, voter_id FROM (
  SELECT DISTINCT ON (video_id) video_id, voter_id FROM votes_vote
  WHERE %(videos)s::text[] IS NULL OR video_id = ANY(%(videos)s)
  ORDER BY video_id, id DESC) AS v
ORDER BY md5(video_id)
"""
EMPTY_PROJECTIONS = """
TRUNCATE videos_video, videos_videocategory, channels_channel, votes_dirtyvideo,
  channels_sums, sync_change, sync_statuschange, sync_revision
"""


def measure(
    *, votes: Sequence[int] = (3, 10, 30), videos: int = 20_000, batch: int = 1000
) -> dict[str, Any]:
    """Per 1,000 marks by votes a video, case (`new`, `more`) and stage (`scoring`, `advance`).

    Each gives the CPU seconds `here` and in the `server`, and `marks_per_s` of their sum.
    Needs Django on migrated, empty servers of the measurement's own.
    """
    from django.db import connection  # noqa: PLC0415

    def run(statement: str, **parameters: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters or None)

    run("SET statement_timeout = 0")
    run("SET max_parallel_workers_per_gather = 0")  # one process to count the seconds of
    result: dict[str, Any] = {}
    for each in votes:
        sizes = {"videos": videos, "voters": VOTERS, "channels": videos // CHANNEL_VIDEOS}
        result[str(each)] = {"new": {}, "more": {}}
        for stage, work in (("scoring", score_marks), ("advance", take_marks)):
            run("TRUNCATE votes_voter, votes_vote CASCADE")
            run(_VOTERS, **sizes)
            first = 0
            for case, last in (("new", each - 1), ("more", each)):
                run(_VOTES, **sizes, first=first, last=last)
                run("TRUNCATE votes_dirtyvideo")
                run(MARKS, videos=None)
                run("VACUUM ANALYZE")
                result[str(each)][case][stage] = _spent(work, batch, videos)
                first = last + 1
            run(EMPTY_PROJECTIONS)
    return result


def score_marks(batch: int) -> None:
    """Score the videos that are marked, and leave the marks."""
    from django.db import transaction  # noqa: PLC0415

    from common.db import rows  # noqa: PLC0415
    from sync.pipeline import CHANNELS  # noqa: PLC0415
    from videos.recompute import recompute  # noqa: PLC0415

    found = [row[0] for row in rows("SELECT video_id FROM votes_dirtyvideo ORDER BY id")]
    for start in range(0, len(found), batch):
        with transaction.atomic():
            recompute(found[start : start + batch], revision=1, channels=CHANNELS)


def take_marks(batch: int) -> None:
    """Run the pipeline until no mark is left."""
    from sync import pipeline  # noqa: PLC0415

    while not pipeline.advance(batch).idle:
        pass


def _spent(work: Callable[[int], None], batch: int, marks: int) -> dict[str, float]:
    from common.db import rows  # noqa: PLC0415

    pid = rows("SELECT pg_backend_pid()")[0][0]
    started, here, server = time.perf_counter(), time.process_time(), cpu_s(pid)
    work(batch)
    here, server = time.process_time() - here, cpu_s(pid) - server
    return {
        "here": here * 1000 / marks,
        "server": server * 1000 / marks,
        "wall": (time.perf_counter() - started) * 1000 / marks,
        "marks_per_s": marks / (here + server),
    }


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--videos", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=1000)
    parser.add_argument("--votes", type=int, nargs="+", default=[3, 10, 30])
    options = parser.parse_args()
    with servers(durable=True):
        found = measure(votes=options.votes, videos=options.videos, batch=options.batch)
    table = Table("votes a video", "case", "stage", "here", "server", "wall", "marks/s", "")
    for each, cases in found.items():
        for case, stages in cases.items():
            for stage, it in stages.items():
                seconds = (f"{it[name] * 1000:,.0f} ms" for name in ("here", "server", "wall"))
                meets = "meets" if it["marks_per_s"] >= BAR else "misses"
                table.add_row(each, case, stage, *seconds, f"{it['marks_per_s']:,.0f}", meets)
    Console().print(f"CPU per 1,000 marks in batches of {options.batch:,}; the bar is {BAR:,}/s")
    Console().print(table)


if __name__ == "__main__":
    main()
