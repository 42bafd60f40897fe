"""How long each page for everybody takes on a full database: `python -m benchmarks.pages`.

VOTES (10,000,000) and VIDEOS (1,000,000) set its size. The bar is 50 ms and 7 statements a page,
asked for the first time and again.
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import Any

from benchmarks import admin
from benchmarks.servers import servers

ROUNDS = 5
BAR_MS, BAR_STATEMENTS = 50, 7

# As the pipeline would have it: a line of history for each video, and signs on the popular one.
_HISTORY = """
INSERT INTO sync_statuschange (kind, key, at, before, after, cause)
SELECT 'video', video_id, now() - random() * interval '30 days', 'none', 'flagged', 'votes'
FROM videos_video
"""
_COUNT = """
UPDATE videos_video SET total_votes = (SELECT count(*) FROM votes_vote WHERE video_id = %(video)s)
WHERE video_id = %(video)s
"""
_SIGNS = """
INSERT INTO votes_sign (voter_id, video_id, sign, at)
SELECT voter_id, video_id, 'voice', 12 FROM votes_vote
WHERE video_id = %(video)s AND category <> 'not_ai' LIMIT 20000
"""
_POPULAR = "SELECT left(translate(encode(sha256('1'), 'base64'), '+/', '-_'), 11)"


def main() -> None:
    """Fill a database and time each page."""
    with servers():
        admin.fill()
        show(measure())


def measure() -> list[dict[str, Any]]:
    """First and median time of each page, and its most statements; Django and data are there."""
    from channels.models import Channel  # noqa: PLC0415
    from common.db import execute, rows  # noqa: PLC0415
    from pages import months  # noqa: PLC0415
    from pages.recent import files  # noqa: PLC0415
    from videos.models import Video  # noqa: PLC0415

    ((popular,),) = rows(_POPULAR)
    for statement in (_HISTORY, _COUNT, _SIGNS, "VACUUM ANALYZE sync_statuschange, votes_sign"):
        execute(statement, {"video": popular} if "%(" in statement else {})
    for what, work in (("months", months.bring_up), ("findings", files.write)):
        started = time.perf_counter()
        work()
        sys.stderr.write(f"a worker: {what} in {time.perf_counter() - started:.2f} s\n")
    video = Video.objects.exclude(pk=popular).first()
    channel = Channel.objects.filter(auto_flag_new=True).first()
    assert video and channel
    paths = {
        "home": "/",
        "look-up without a script": f"/?video={video.pk}",
        "look-up": f"/look/{video.hash[:4]}",
        "video": f"/v/{video.pk}",
        "video, 100,000 votes": f"/v/{popular}",
        "channel": f"/c/{channel.key}",
        "recent": "/recent",
        "recent, rising": "/recent?order=rising&kind=fully_ai",
        "feed": "/feeds/recent.atom",
        "feed of a video": f"/feeds/video/{video.pk}.atom",
        "transparency": "/transparency",
        "lists": "/lists",
        "privacy": "/privacy",
        "changelog": "/changelog",
        "status": "/status",
    }
    return [_timed(name, path) for name, path in paths.items()]


def _timed(name: str, path: str) -> dict[str, Any]:
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    client, times, counts = Client(), [], []
    client.get("/about")  # templates and middleware are loaded once
    for _ in range(ROUNDS):
        with CaptureQueriesContext(connection) as seen:
            started = time.perf_counter()
            assert client.get(path).status_code == 200, path
            times.append((time.perf_counter() - started) * 1000)
        counts.append(len(seen))
    return {
        "page": name,
        "first_ms": times[0],
        "median_ms": statistics.median(times),
        "statements": max(counts),
    }


def show(pages: list[dict[str, Any]]) -> None:
    """Print them, and which are over the bar."""
    sys.stdout.write(f"{admin.VOTES:,} votes, {admin.VIDEOS:,} videos\n\n")
    for page in pages:
        sys.stdout.write(
            f"{page['page']:26} first {page['first_ms']:6.1f} ms,"
            f" median {page['median_ms']:6.1f} ms, {page['statements']} statements\n"
        )
    over = [p["page"] for p in pages if p["first_ms"] > BAR_MS or p["statements"] > BAR_STATEMENTS]
    sys.stdout.write(f"over the bar: {', '.join(over) or 'none'}\n")


if __name__ == "__main__":
    main()
