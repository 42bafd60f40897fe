"""How long each page of the desk takes on a full database: `python -m benchmarks.admin`.

VOTES (10,000,000) and VIDEOS (1,000,000) set its size. The bar is 500 ms and 20 statements a page.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

from benchmarks import timing
from benchmarks.servers import servers

VIDEOS = int(os.environ.get("VIDEOS", "1000000"))
VOTES = int(os.environ.get("VOTES", "10000000"))
VOTERS = max(VOTES // 50, 1)
CHANNELS = max(VIDEOS // 10, 1)
BAR_MS, BAR_STATEMENTS = 500, 20

_VOTERS = """
INSERT INTO votes_voter (public_id, trust, vote_count, first_seen, last_active, is_vip,
  is_shadowbanned, cluster)
SELECT md5(n::text), 0.3 + 0.7 * random(), 50, now() - random() * interval '700 days',
  now() - random() * interval '30 days', n %% 5000 = 0, n %% 1000 = 0,
  CASE WHEN n %% 2000 < 3 THEN md5((n / 2000)::text) END
FROM generate_series(0, %(voters)s - 1) AS n
"""
_POPULAR = "left(translate(encode(sha256('1'), 'base64'), '+/', '-_'), 11)"
# A tenth of the votes are of the last day; video 1 has 100,000 of them all.
_VOTES = """
INSERT INTO votes_vote (voter_id, video_id, category, trust_weight, cast_at, prefix_pseudonym,
  voice)
SELECT md5((n %% %(voters)s)::text),
  left(translate(encode(sha256((CASE WHEN n < %(popular)s THEN 1
    ELSE 1 + n / %(voters)s + n * 7919::bigint %% %(videos)s END)::text::bytea), 'base64'),
    '+/', '-_'), 11),
  CASE WHEN n %% 9 = 0 THEN 'not_ai' ELSE 'fully_ai' END, 0.3,
  now() - CASE WHEN n %% 10 = 0 THEN random() * interval '1 day'
    ELSE random() * interval '700 days' END,
  CASE WHEN n %% 10 = 0 THEN md5((n %% 1000)::text) END, md5(n::text)
FROM generate_series(0::bigint, %(votes)s - 1) AS n
ON CONFLICT DO NOTHING
"""
_REST = (
    "UPDATE votes_voter SET cluster = 'first' WHERE public_id IN (SELECT public_id FROM votes_voter"
    " LIMIT 3)",
    "INSERT INTO votes_cluster (key) SELECT DISTINCT cluster FROM votes_voter"
    " WHERE cluster IS NOT NULL",
    "INSERT INTO votes_membership (cluster_id, voter_id) SELECT cluster, public_id"
    " FROM votes_voter WHERE cluster IS NOT NULL",
    "INSERT INTO votes_case (kind, target_type, target_id, evidence)"
    " SELECT 'dispute', 'video', video_id, '{}' FROM videos_video LIMIT 5000",
    "INSERT INTO votes_decision (actor, action, target_type, target_id, reason, before, after)"
    " SELECT 'mod', 'hold', 'video', video_id, 'r', '{}', '{}' FROM videos_video LIMIT 100000",
    "UPDATE videos_video SET held = true WHERE hash < '0002'",
    # People disagree about a quarter of all videos.
    "UPDATE videos_video SET disputes = 3 + total_votes, weight_disputes = random() * 9,"
    " last_updated = now() - random() * interval '30 days' WHERE hash < '4'",
    "UPDATE videos_video SET disputed_at = last_updated WHERE hash < '4'",
    "INSERT INTO channels_listing (source, level, channel_id)"
    " SELECT 'list', 'block', channel_id FROM channels_channel LIMIT 20000",
    "INSERT INTO votes_voterwarning (voter_id, reason)"
    " SELECT public_id, 'r' FROM votes_voter LIMIT 10000",
    # What voters noticed, and what their pages called it: all of the video that has most votes.
    "INSERT INTO votes_sign (voter_id, video_id, sign, at) SELECT voter_id, video_id,"
    " (ARRAY['voice','faces','watermark'])[1 + id % 3], id % 600 FROM votes_vote"
    f" WHERE video_id = {_POPULAR}",
    "INSERT INTO votes_title (voter_id, video_id, title, channel_name) SELECT voter_id, video_id,"
    " 'A title', 'A channel' FROM votes_sign",
    "INSERT INTO votes_juror (voter_id, number, enrolled_at, seen_at, is_rooted, sensitivity,"
    " specificity) SELECT public_id, n, now(), now(), true, 0.9, 0.9 FROM"
    " (SELECT public_id, row_number() OVER () AS n FROM votes_voter LIMIT 10000) AS made",
    "INSERT INTO votes_panel (target_type, target_id, videos, cause, batch, drawn, outcome, label,"
    " said_ai, said_human, decided_at) SELECT 'video', video_id, ARRAY[video_id], 'suspected', 2,"
    " 14, 'ai', 'fully_ai', 12, 2, now() - random() * interval '300 days'"
    " FROM videos_video LIMIT 100000",
    "INSERT INTO votes_question (id, juror_id, panel_id, day, slot, answer, kind, answered_at)"
    " SELECT md5(juror || '.' || panel), juror, panel, current_date - seat, 1, 'ai', 'fully_ai',"
    " now() FROM (SELECT j.voter_id AS juror, p.id AS panel,"
    " row_number() OVER (PARTITION BY j.voter_id)::int AS seat FROM votes_juror AS j"
    " JOIN votes_panel AS p ON p.id % 100 = j.number % 100 LIMIT 1000000) AS made"
    " ON CONFLICT DO NOTHING",
    "INSERT INTO votes_golditem (video_id, truth, is_secret) SELECT video_id, 'human',"
    " row_number() OVER () <= 60 FROM videos_video LIMIT 5000",
    "INSERT INTO votes_question (id, juror_id, gold_id, day, slot, answer, answered_at)"
    " SELECT md5(j.voter_id || 'gold' || g.id), j.voter_id, g.id, current_date - g.id::int, 2,"
    " 'human', now() FROM votes_juror AS j, (SELECT id FROM votes_golditem WHERE is_secret"
    " LIMIT 50) AS g",
    "INSERT INTO votes_sample (month, seed, of_ai, of_human, wanted_ai, wanted_human)"
    " VALUES (date_trunc('month', now()), '\\x00', 90000, 10000, 200, 200)",
    "INSERT INTO votes_sampleitem (sample_id, panel_id, side, place, video_id)"
    " SELECT month, p.id, 'ai', row_number() OVER (), target_id FROM votes_sample,"
    " (SELECT id, target_id FROM votes_panel LIMIT 400) AS p",
    "INSERT INTO votes_jurorpair (first_id, second_id, together, agreed, both_wrong, expected,"
    " excess) SELECT one.voter_id, other.voter_id, 20, 20, 1, 15, 4"
    " FROM votes_juror AS one JOIN votes_juror AS other ON other.number = one.number + 1",
    "INSERT INTO channels_listsource (name, licence) VALUES ('list', '')",
    "INSERT INTO channels_subscription (source, url, level, every_s, licence, paused,"
    " accept_shrink, etag, last_modified, state, error, failures) SELECT 'list ' || n,"
    " 'https://lists.example/' || n, 'block', 86400, '', false, false, '', '', 'new', '', 0"
    " FROM generate_series(1, 200) AS n",
    "INSERT INTO post_mail (kind, message_id, state) SELECT 'receipt', md5(n::text), 'sent'"
    " FROM generate_series(1, 100000) AS n",
    "VACUUM ANALYZE",
)
# Of one owner, with a question each, about the video that has most votes.
_APPEALS = """
WITH made AS (
  INSERT INTO votes_appeal (token, case_id, reason, channel)
  SELECT md5(n::text), %(case)s, 'I drew this.', 'UCowner' FROM generate_series(1, 200) AS n
  RETURNING token)
INSERT INTO votes_appealquestion (appeal_id, text, asked_by) SELECT token, 'How?', 'mod' FROM made
"""


def main() -> None:
    """Fill a database and time each page."""
    with servers():
        fill()
        pages = measure()
        print(f"{VOTES:,} votes, {VIDEOS:,} videos")
        timing.show(pages, bar_ms=BAR_MS, bar_statements=BAR_STATEMENTS)


def fill() -> None:
    """Videos, voters and their votes, and what moderators have."""
    from django.db import connection  # noqa: PLC0415

    from benchmarks import data  # noqa: PLC0415

    data.projections(videos=VIDEOS, channels=CHANNELS)
    sizes = {"videos": VIDEOS, "votes": VOTES, "voters": VOTERS, "popular": min(VOTES, 100_000)}
    with connection.cursor() as cursor:
        for statement in (_VOTERS, _VOTES):
            cursor.execute(statement, sizes)
    rest()


def rest() -> None:
    """What moderators have: clusters, cases, decisions, holds; voters and videos are there."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        for statement in _REST:
            cursor.execute(statement)


def measure() -> list[timing.Timed]:
    """First and median time of each page, and its most statements; Django and data are there."""
    from allauth.mfa.models import Authenticator  # noqa: PLC0415
    from django.contrib.auth.models import Group, User  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from common.db import execute, rows  # noqa: PLC0415
    from desk import batches, dashboard, voters  # noqa: PLC0415
    from videos.models import Video  # noqa: PLC0415
    from votes.juries import wear  # noqa: PLC0415
    from votes.models import Case, Vote  # noqa: PLC0415

    user = User.objects.create_user("bench", is_staff=True)
    user.groups.add(Group.objects.get(name="administrator"))
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={})
    client = Client()
    client.force_login(user)
    ((popular,),) = rows(f"SELECT {_POPULAR}")
    # As the pipeline would have it.
    votes = Vote.objects.filter(video_id=popular).count()
    Video.objects.filter(pk=popular).update(total_votes=votes)
    case = Case.objects.create(kind="appeal", target_type="video", target_id=popular)
    execute(_APPEALS, {"case": case.pk})
    dispute = Case.objects.filter(kind="dispute").order_by("-pk")[0]
    videos = list(Video.objects.order_by("pk").values_list("pk", flat=True)[: batches.MOST])
    batch = batches.draft(actor="bench", action="lock_ai", target_type="video", targets=videos)
    large = {
        "video": f"videos/video/{popular}/change/",
        "case, 100,000 votes": f"votes/case/{case.pk}/change/",
    }
    pages = {
        "dashboard": "",
        "case, dispute": f"votes/case/{dispute.pk}/change/",
        "case, its 200 appeals": f"appeals/{case.pk}/",
        "videos, last page": "videos/video/?p=40",
        "videos, held": "videos/video/?standing=held",
        "videos, flagged": "videos/video/?standing=flagged",
        "videos, hash prefix": "videos/video/?q=abcd",
        "channels, handle": "channels/channel/?q=@handle2",
        "voters, banned": "votes/voter/?is_shadowbanned__exact=1",
        "voters, prefix": "votes/voter/?q=abcde",
        "batch, 10,000 videos": f"desk/batch/{batch.pk}/change/",
        "log, by action": "votes/decision/?action__exact=lock_ai",
        "mails": "mails/",
        "notices": "notices/",
        **large,
        **_lists(),
    }
    _worker("activity of a day", dashboard.count_activity)
    _worker("secret gold left", wear.count)
    client.get("/admin/login/")  # templates and the admin's routes are loaded once
    found = timing.timed(client, _paths(pages))
    _worker("votes on a large video", voters.lay_out)
    again = {f"{name}, laid out": path for name, path in large.items()}
    return found + timing.timed(client, _paths(again))[1:]  # the empty view is there


def _paths(pages: dict[str, str]) -> dict[str, str]:
    return {name: f"/admin/{path}" for name, path in pages.items()}


def _lists() -> dict[str, str]:
    """The list of each model that the desk shows, and one row of it."""
    from django.contrib import admin  # noqa: PLC0415
    from django.contrib.admin.utils import quote  # noqa: PLC0415

    pages = {}
    for model in sorted(admin.site._registry, key=lambda it: it._meta.label_lower):
        name, path = model._meta.verbose_name, model._meta.label_lower.replace(".", "/")
        pages[f"list of {model._meta.verbose_name_plural}"] = f"{path}/"
        row = model._default_manager.order_by("pk").first()
        if row is not None:
            pages[f"one {name}"] = f"{path}/{quote(row.pk)}/change/"
    return pages


def _worker(what: str, work: Callable[[], object]) -> None:
    started = time.perf_counter()
    work()
    print(f"a worker: {what} in {time.perf_counter() - started:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
