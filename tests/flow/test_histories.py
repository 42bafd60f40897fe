"""On random histories the increments equal a rebuild, and a follower of the log the server."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.db.models import F
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from benchmarks.quality import database
from channels import standings, ties
from channels.models import Channel, DirtyChannel, Listing, Sums
from channels.present import delta_entry as channel_entry
from channels.services import decide_channel
from common import ids
from sync import compact, delta, pipeline, publish
from sync.models import Change, Revision
from sync.tasks import watch_bursts
from tests.thorough import HISTORIES
from videos import nightly
from videos.models import Video, VideoCategory
from videos.present import delta_entry
from videos.store import categories_of
from votes import casting, covoting, erasures
from votes.brakes import set_brakes
from votes.models import (
    AI_CATEGORIES,
    Category,
    Cluster,
    Decision,
    DirtyVideo,
    Hold,
    Membership,
    Outcome,
    Panel,
    Vote,
    Voter,
)
from votes.moderation import decisions

VOTERS = [f"{n:032x}" for n in range(14)]
VIDEOS = [f"video{n}" for n in range(4)]
HANDLES = [None, "farm", "maker", "maker2"]
IDS = [None, "UCfarm", "UCmaker"]

vote = st.tuples(
    st.just("vote"),
    st.sampled_from(VOTERS),
    st.sampled_from(VIDEOS),
    st.sampled_from(Category.values),
    st.sampled_from(HANDLES),
    st.sampled_from(IDS),
)
few = st.tuples(
    st.just("few"),
    st.integers(0, 10),
    st.sampled_from(VIDEOS),
    st.sampled_from(Category.values),
    st.sampled_from(HANDLES),
    st.sampled_from(IDS),
)
crowd = st.tuples(
    st.just("crowd"),
    st.sampled_from(VIDEOS),
    st.sampled_from(Category.values),
    st.sampled_from(HANDLES),
    st.sampled_from(IDS),
)
retract = st.tuples(st.just("retract"), st.sampled_from(VOTERS), st.sampled_from(VIDEOS))
voter_standing = st.tuples(
    st.just("voter"),
    st.sampled_from(VOTERS),
    st.sampled_from(["shadowban", "unban", "make_vip", "revoke_vip"]),
)
decision = st.tuples(
    st.just("video"),
    st.sampled_from(VIDEOS),
    st.sampled_from(
        [
            *("lock_ai", "lock_human", "unlock", "hide", "unhide", "hold", "release"),
            *("shadow_hide", "shadow_unhide"),
        ]
    ),
)
panel = st.tuples(
    st.just("panel"), st.sampled_from(VIDEOS), st.sampled_from(["ai", "human", "undecided"])
)
confirm = st.tuples(st.just("confirm"), st.sampled_from(["votes", "juries"]))
whose = st.tuples(
    st.just("whose"), st.sampled_from(VIDEOS), st.sampled_from(["@farm", "UCmaker", "", None])
)
about_channel = st.tuples(
    st.just("channel"),
    st.sampled_from(["@farm", "UCmaker"]),
    st.sampled_from(["flag_channel", "clear_channel", "unlock_channel"]),
)
listing = st.tuples(
    st.just("list"), st.sampled_from(HANDLES[1:]), st.sampled_from(["block", "warn"]), st.booleans()
)
# A list that names an id and a handle, and moderators who say whether they are one channel.
listed_tie = st.tuples(
    st.just("list"),
    st.sampled_from(HANDLES[1:]),
    st.sampled_from(["block", "tie"]),
    st.booleans(),
    st.sampled_from(IDS[1:]),
)
tie = st.tuples(
    st.just("tie"),
    st.sampled_from(IDS[1:]),
    st.sampled_from(HANDLES[1:]),
    st.sampled_from(["confirm_tie", "reject_tie", "reopen_tie"]),
)
erase = st.tuples(st.just("erase"), st.sampled_from(VOTERS))
clock = st.tuples(st.just("clock"), st.sampled_from([-600, 600]))
group = st.tuples(st.just("cluster"), st.integers(0, 10), st.booleans())
release = st.tuples(st.just("release"), st.sampled_from(["@farm", "UCmaker"]))
later = st.tuples(st.just("later"))
night = st.tuples(st.just("night"))
upgrade = st.tuples(st.just("upgrade"))
run = st.tuples(st.just("advance"), st.integers(1, 5))
histories = st.lists(
    st.one_of(
        *(vote, few, few, crowd, crowd, retract, voter_standing),
        *(decision, panel, confirm, whose, about_channel),
        *(listing, erase, clock, listed_tie, listed_tie, tie, tie),
        *(group, release, later, night, upgrade, run),
    ),
    max_size=30,
)


def ballot(voter: str, video: str, category: str, handle: Any = None, channel: Any = None) -> None:
    n = int(voter, 16)
    casting.cast_vote(
        casting.Ballot(voter, video, category, handle=handle, channel_id=channel),
        # Pairs of voters share a network, and every other pair a /48.
        address=f"10.0.{n // 2}.{n}" if n % 4 < 2 else f"2001:db8:0:{n // 2:x}00::{n:x}",
    )


def apply(step: tuple[Any, ...]) -> None:
    kind, *rest = step
    if kind == "vote":
        ballot(*rest)
    elif kind == "crowd":
        for voter in VOTERS[2:]:
            ballot(voter, *rest)
    elif kind == "few":
        for voter in VOTERS[rest[0] : rest[0] + 4]:
            ballot(voter, *rest[1:])
    elif kind == "retract":
        casting.retract_vote(voter_id=rest[0], video_id=rest[1])
    elif kind == "voter":
        if Voter.objects.filter(pk=rest[0]).exists():
            decisions.decide_voter(actor="m", voter_id=rest[0], action=rest[1], reason="r")
    elif kind == "video":
        decisions.decide_video(actor="m", video_id=rest[0], action=rest[1], reason="r")
    elif kind == "panel":
        about = {"target_type": "video", "target_id": rest[0], "videos": [rest[0]]}
        now = timezone.now()
        Panel.objects.create(**about, cause="suspected", outcome=rest[1], decided_at=now)
        DirtyVideo.objects.append([rest[0]])
    elif kind == "confirm":
        set_brakes(actor="m", reason="r", changes={"confirms": rest[0]})
    elif kind == "whose":
        video, channel = rest
        action = "name_channel" if channel else "unname_channel"
        decisions.decide_video(
            actor="m",
            video_id=video,
            action="deny_channels" if channel == "" else action,
            channel=channel or "",
            reason="r",
        )
    elif kind == "channel":
        decide_channel(actor="m", key=rest[0], action=rest[1], reason="r")
    elif kind == "list":
        handle, level, remove, *ids_ = rest
        channel_id = ids_[0] if ids_ else None
        row, _ = Listing.objects.get_or_create(
            source="s", handle=handle, channel_id=channel_id, defaults={"level": level}
        )
        row.refresh_from_db()
        row.level = level
        row.removed_at = row.first_seen if remove else None
        row.save()
        DirtyChannel.objects.append([f"@{handle}", *ids_])
    elif kind == "tie":
        channel_id, handle, action = rest
        target = ties.target_of(channel_id, handle)
        ties.decide_tie(actor="m", target=target, action=action, reason="r")
    elif kind == "cluster":
        members = list(Voter.objects.filter(pk__in=VOTERS[rest[0] : rest[0] + 4], cluster=None))
        if members:
            found = Cluster.objects.create(key=secrets.token_hex(16))
            Membership.objects.bulk_create(Membership(cluster=found, voter=m) for m in members)
            covoting.set_cluster([m.pk for m in members], found.key)
            if rest[1]:
                covoting.decide_cluster(
                    actor="m", action="dissolve_cluster", key=found.key, reason="r"
                )
    elif kind == "release":
        decide_channel(actor="m", key=rest[0], action="release", reason="r")
    elif kind == "later":
        # Two hours and eight days pass, so that bursts cool and voters can earn trust.
        for model, fields in (
            (Vote, ["cast_at", "first_ai_at", "first_human_at", "changed_at", "retracted_at"]),
            (Hold, ["since", "until", "created_at"]),
            (Voter, ["first_seen"]),
        ):
            model.objects.update(**{name: F(name) - timedelta(days=8) for name in fields})
        for model in (Vote, Hold):
            DirtyVideo.objects.append(model.objects.values_list("video_id", flat=True).distinct())
        watch_bursts()
    elif kind == "night":
        nightly.run(restart=True)
        watch_bursts()
    elif kind == "upgrade":
        # As an older release leaves it, which keeps no sums.
        Sums.objects.all().delete()
        Channel.objects.update(rules=0)
    elif kind == "erase":
        erasures.erase_voter(rest[0])
    elif kind == "clock":
        # As if the clock had been ahead (or behind) when the latest revision was made.
        latest = Revision.objects.order_by("-number").first()
        latest.created_at += timedelta(seconds=rest[0])
        earlier = Revision.objects.filter(number__lt=latest.number).order_by("-number").first()
        if earlier:
            latest.created_at = max(latest.created_at, earlier.created_at)
        latest.save()
    else:
        pipeline.advance(limit=rest[0])


def outcomes() -> set[tuple[Any, ...]]:
    return set(Outcome.objects.values_list("vote_id", "voter_id", "cast_at", "correct"))


def projections() -> tuple[Any, ...]:
    videos = list(Video.objects.order_by("pk").values())
    channels = list(Channel.objects.order_by("channel_id", "handle").values())
    for row in [*videos, *channels]:
        del row["revision"]
        row.pop("id", None)
    return (
        videos,
        list(
            VideoCategory.objects.order_by("video_id", "category").values_list(
                "video_id", "category", "vote_count", "weighted_score"
            )
        ),
        channels,
        list(Sums.objects.order_by("key").values()),
    )


def server_state() -> dict[str, Any]:
    categories = categories_of(Video.objects.values_list("pk", flat=True))
    entries = {
        video.pk: delta_entry(video, categories.get(video.pk, {})) for video in Video.objects.all()
    }
    entries |= {channel.key: channel_entry(channel) for channel in Channel.objects.all()}
    return {key: entry for key, entry in entries.items() if entry["action"] == "update"}


def counting(state: dict[str, Any]) -> dict[str, Any]:
    """What clients are told: all but what counts for nothing."""
    return {key: e for key, e in state.items() if e["score"] or e.get("autoFlag")}


def hashed(state: dict[str, Any]) -> dict[int, tuple[int, int, int]]:
    """What clients that hold only hashes are told."""
    videos = [entry for entry in state.values() if "videoId" in entry]
    of_flagged = standings.of_flagged(videos)

    def item(video: dict[str, Any]) -> compact.Item | None:
        flagged = video["videoId"] in of_flagged
        return compact.video_item(video, AI_CATEGORIES, of_flagged=flagged)

    items = []
    for entry in counting(state).values():
        if "videoId" in entry:
            items.append(item(entry))
        else:
            items += compact.channel_items(entry, AI_CATEGORIES)
    # Cleared videos count for nothing, but a lock has to be known.
    items += [item(video) for video in videos if not video["score"]]
    return {found[0]: found for found in items if found}


def followed_by_time(state: dict[str, Any], since: str) -> str:
    while True:
        page = decoded(delta.since(delta.parse_since(since), limit=10_000))
        merge(state, page)
        since = page["syncTimestamp"]
        if not page["hasMore"]:
            return since


def merge(state: dict[str, Any], page: dict[str, Any]) -> None:
    for entry in [*page["videos"], *page["channels"]]:
        key = entry.get("videoId") or entry["channelId"]
        if entry["action"] == "remove":
            state.pop(key, None)
        else:
            state[key] = entry


def decoded(page: dict[str, Any]) -> dict[str, Any]:
    return orjson.loads(orjson.dumps(page))


def followed(
    state: dict[str, Any], position: delta.Position, form: delta.Format = "json"
) -> delta.Position:
    while True:
        page = decoded(delta.after(position, limit=3, form=form)[0])
        if form == "compact":
            for entry in [*page["videos"], *page["channels"]]:
                key = int(entry["key"], 16)
                state.pop(key, None)
                if entry["action"] == "update":
                    state[key] = (key, entry["score"], entry["flags"])
        else:
            merge(state, page)
        position = delta.parse_cursor(page["nextCursor"])
        if not page["hasMore"]:
            return position


@pytest.fixture
def few_are_many(settings: Any, monkeypatch: Any) -> None:
    """Crowds of these tests are small."""
    settings.BURST_VOTERS, settings.BURST_DISPUTERS = 5, 3
    settings.MIN_INDEPENDENT_VOTERS = 3
    monkeypatch.setattr(pipeline, "BATCH", 1)  # of a flagged channel's videos


@pytest.mark.django_db(transaction=True)
@settings(
    max_examples=HISTORIES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(
    history=[
        ("vote", VOTERS[0], "video0", "fully_ai", None, None),
        ("advance", 5),
        ("erase", VOTERS[0]),
        ("advance", 5),
    ]
)
@example(
    history=[
        *(("crowd", f"video{n}", "fully_ai", "farm", None) for n in range(4)),
        *(("voter", VOTERS[n], "make_vip") for n in range(2, 9)),
        ("vote", VOTERS[0], "video0", "not_ai", None, None),
        ("advance", 5),
        ("later",),
        ("crowd", "video0", "not_ai", None, None),
        ("advance", 5),
        ("video", "video0", "lock_human"),
        ("advance", 5),
        ("night",),
    ]
)
@example(
    history=[
        *(("crowd", f"video{n}", "fully_ai", "farm", "UCfarm") for n in range(4)),
        ("list", "farm", "block", False),
        ("advance", 5),
        ("advance", 5),
        ("tie", "UCfarm", "farm", "confirm_tie"),
        ("advance", 1),  # sees one name of the two alone
        ("list", "maker", "tie", False, "UCfarm"),
        ("channel", "@farm", "clear_channel"),
        ("advance", 1),
        ("tie", "UCfarm", "farm", "reject_tie"),
        ("list", "maker", "tie", False, "UCmaker"),
        ("advance", 1),
    ]
)
@given(history=histories)
def test_increments_equal_a_rebuild_and_followers_equal_the_server(few_are_many, history):
    database.empty()
    first = Revision.objects.create()
    state: dict[str, Any] = {}
    by_time: dict[str, Any] = {}
    everything: dict[str, Any] = {}
    hashes: dict[int, Any] = {}
    position = start = delta.Position(first.number)
    first.refresh_from_db()
    since = delta.microseconds(first.created_at)
    for step in history:
        apply(step)
        if step[0] == "advance":
            position = followed(state, position)
            since = followed_by_time(by_time, since)
    pipeline.advance_until_idle()
    followed(state, position)
    followed_by_time(by_time, since)
    followed(everything, start, "everything")
    followed(hashes, start, "compact")
    assert everything == server_state()
    assert state == by_time == counting(everything)
    assert hashes == hashed(everything)

    # Counters equal the facts.
    for video in Video.objects.all():
        counted = Vote.objects.filter(video_id=video.pk, retracted_at=None).exclude(
            voter__is_shadowbanned=True
        )
        assert video.total_votes == counted.count()
    for voter in Voter.objects.all():
        assert voter.vote_count == voter.votes.filter(retracted_at=None).count()

    # Votes are judged as a run over all decisions judges them; time that passes moves votes alone.
    if ("later",) not in history:
        judged = outcomes()
        nightly.run(restart=True)
        assert outcomes() == judged

    # A name leads to one channel.
    names = [key for channel in Channel.objects.all() for key in channel.names.keys]
    assert len(names) == len(set(names))

    before = projections()
    VideoCategory.objects.all().delete()
    Video.objects.all().delete()
    Channel.objects.all().delete()
    pipeline.rebuild(lambda _: None, batch=3)
    assert projections() == before
    assert not DirtyVideo.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_every_published_bucket_equals_the_database_after_losses(crowd):
    for n in range(4):
        crowd(2, f"lossy{n}")
    pipeline.advance_until_idle()
    publish.publish()
    paths = [publish.bucket_path(ids.bucket_of(f"lossy{n}")) for n in range(4)]
    bodies = [path.read_bytes() for path in paths]
    paths[0].unlink()
    paths[1].write_bytes(b"")
    paths[2].write_bytes(b"[]")
    stray = publish.bucket_path("0000" if "0000" not in map(str, paths) else "0001")
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"[1]")
    mended = sum(publish.scrub(position) for position in range(256))
    assert mended == 4
    assert [path.read_bytes() for path in paths] == bodies
    assert not stray.exists()
    (publish.bucket_path("0000").parent.parent / "cursor").unlink()
    paths[3].unlink()
    assert publish.publish().rebuilt
    assert paths[3].read_bytes() == bodies[3]


@pytest.mark.django_db(transaction=True)
def test_decisions_can_be_neither_changed_nor_deleted():
    from django.db.utils import IntegrityError

    made = decisions.decide_video(actor="m", video_id="v", action="hide", reason="r")
    with pytest.raises(IntegrityError, match="append-only"):
        Decision.objects.filter(pk=made.pk).update(reason="other")
    with pytest.raises(IntegrityError, match="append-only"):
        Decision.objects.filter(pk=made.pk).delete()
    assert Change.objects.count() == 0
