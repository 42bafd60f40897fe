"""How long each page for everybody takes on a full database: `python -m benchmarks.pages`.

VOTES (10,000,000) and VIDEOS (1,000,000) set its size. The bar is 50 ms and 7 statements a page,
asked for the first time and again.
"""

from __future__ import annotations

import sys
import time

from benchmarks import admin, timing
from benchmarks.servers import servers

BAR_MS, BAR_STATEMENTS = 50, 7

# As the pipeline would have it: a line of history for each video.
_HISTORY = """
INSERT INTO sync_statuschange (kind, key, at, before, after, cause)
SELECT 'video', video_id, now() - random() * interval '30 days', 'none', 'flagged', 'votes'
FROM videos_video
"""
_COUNT = """
UPDATE videos_video SET total_votes = (SELECT count(*) FROM votes_vote WHERE video_id = %(video)s)
WHERE video_id = %(video)s
"""
_POPULAR = "SELECT left(translate(encode(sha256('1'), 'base64'), '+/', '-_'), 11)"


def main() -> None:
    """Fill a database and time each page."""
    with servers():
        admin.fill()
        pages = measure()
        print(f"{admin.VOTES:,} votes, {admin.VIDEOS:,} videos")
        timing.show(pages, bar_ms=BAR_MS, bar_statements=BAR_STATEMENTS)


def measure() -> list[timing.Timed]:
    """First and median time of each page, and its most statements; Django and data are there."""
    from django.test import Client  # noqa: PLC0415

    from channels.models import Channel  # noqa: PLC0415
    from common.db import execute, rows  # noqa: PLC0415
    from pages import months  # noqa: PLC0415
    from pages.recent import files  # noqa: PLC0415
    from videos.models import Video  # noqa: PLC0415

    ((popular,),) = rows(_POPULAR)
    for statement in (_HISTORY, _COUNT, "VACUUM ANALYZE sync_statuschange"):
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
    client = Client()
    client.get("/about")  # templates are loaded once
    return timing.timed(client, paths)


if __name__ == "__main__":
    main()
