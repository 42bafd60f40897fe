"""What a list's licence keeps from being passed on: served here at most, and named there."""

from __future__ import annotations

import csv
import io
import tarfile
from typing import Any

import orjson
import pytest
import zstandard
from django.core.management import CommandError, call_command
from django.db import transaction

from channels.blocklists import Entry
from channels.imports import import_listings
from channels.models import Channel, Listing, ListSource
from channels.services import decide_channel
from channels.subscriptions import sources
from common.locks import Lock, wait_for_transaction_lock
from realtube_client import compact as reader
from realtube_client import key_of
from sync import delta
from sync.export import exports
from sync.mirror import copied
from sync.models import Revision
from sync.passing import passed_on
from sync.pipeline import rebuild
from sync.snapshot import snapshot
from sync.tasks import run_pipeline
from tests.conftest import Api, published, whole
from videos.models import Video
from votes.models import Vote

pytestmark = pytest.mark.django_db(transaction=True)

NC = "CC BY-NC 4.0"
ABOUT = f"AiSList, licence {NC}"
A = "UC" + "a" * 22


@pytest.fixture(autouse=True)
def _no_limits(settings: Any) -> None:
    settings.LIMITS = dict.fromkeys(settings.LIMITS, 10**9)


def listed(*handles: str, source: str = "AiSList", level: str = "block", **more: Any) -> None:
    """Import a list of these handles, and publish."""
    from django.utils import timezone

    entries = more.pop("entries", [Entry(None, handle, None, 1) for handle in handles])
    import_listings(
        **{"licence": NC, "use": "here", "now": timezone.now(), "dry_run": False}
        | {"source": source, "level": level, "entries": entries, "progress": lambda _: None}
        | more
    )
    run_pipeline()


def answer(use: str, source: str = "AiSList") -> None:
    """What the operator says of the list."""
    sources.state(source, use=use)
    run_pipeline()


def channel(key: str) -> dict[str, Any] | None:
    found = Api().get(f"/api/channels/{key}")
    return found.json() if found.status_code == 200 else None


def in_delta(**more: Any) -> dict[str, dict[str, Any]]:
    """The channels of the whole change log, by key."""
    first = Revision.objects.order_by("number")[0].number
    page, _ = delta.after(delta.Position(first - 1), **more)
    return {it["channelId"]: it for it in orjson.loads(orjson.dumps(page))["channels"]}


def everything() -> list[dict[str, Any]]:
    """The lines of the copy that mirrors begin with."""
    snapshot.build()
    packed = whole(Api().get("/api/sync/full.ndjson.zst"))
    reader = zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True)
    return [orjson.loads(line) for line in reader.read().splitlines()]


def text_list(kind: str = "channels", least: int = 1) -> str:
    snapshot.build()
    return whole(Api().get(f"/api/lists/{kind}.txt?minScore={least}")).decode()


def exported(table: str) -> list[dict[str, str]]:
    """The rows of one table of a new export."""
    exports.export(["csv"])
    with tarfile.open(fileobj=io.BytesIO(whole(Api().get("/api/database/export?format=csv")))) as t:
        text = t.extractfile(f"{table}.csv").read().decode("utf-8-sig")
        about = t.extractfile("README.txt").read().decode()
    assert "AiSList" not in about
    return list(csv.DictReader(io.StringIO(text)))


def mirrored(entries: list[dict[str, Any]]) -> None:
    """Make this database a mirror that has taken over these objects."""
    for model in (Vote, Listing, ListSource, Channel, Video):
        model.objects.all().delete()
    with transaction.atomic():
        wait_for_transaction_lock(Lock.PIPELINE)
        copied.take_over(entries)


def test_what_this_site_alone_may_serve_is_in_look_ups_copies_and_deltas_with_its_licence():
    listed("slop")

    here = {"lists": ABOUT}
    assert channel("@slop") | {"score": 80.0, "autoFlag": True, "restricted": here} == channel(
        "@slop"
    )
    assert in_delta()["@slop"]["restricted"] == here
    manifest, *entries = everything()
    assert manifest["restricted"] == [{"name": "AiSList", "licence": NC}]
    assert manifest["lists"] == []
    assert [it["restricted"] for it in entries] == [here]
    packed = reader.read(whole(Api().get("/api/sync/compact")))
    assert [key for key, _, _ in packed.channels] == [key_of("@slop")]


def test_it_stays_out_of_text_lists_exports_and_mirrors():
    listed("slop")
    listed("other", source="open", licence="CC0-1.0", use="passed_on")

    assert "@other" in text_list() and "@slop" not in text_list()
    assert "Also from open, licence CC0-1.0" in text_list()
    assert "AiSList" not in text_list()
    assert [row["channel"] for row in exported("channels")] == ["@other"]
    _, *entries = everything()
    mirrored(entries)
    assert [it.key for it in Channel.objects.all()] == ["@other"]


def test_a_mirror_that_follows_takes_none_of_it_and_drops_what_became_so():
    listed("slop", use="passed_on")
    before = list(in_delta(form="everything").values())
    answer("here")
    after = list(in_delta(form="everything").values())

    mirrored(before)
    assert Channel.objects.get().key == "@slop"
    with transaction.atomic():
        wait_for_transaction_lock(Lock.PIPELINE)
        copied.take_over(after)
    assert not Channel.objects.exists()


def test_what_is_not_published_is_nowhere_until_the_operator_says_so():
    listed("slop", use="")

    assert ListSource.objects.get().use == "nowhere"
    assert channel("@slop") is None
    assert not Revision.objects.exists()
    assert [it for it in everything() if "channelId" in it] == []
    answer("here")
    assert channel("@slop")["autoFlag"]
    answer("nowhere")
    assert channel("@slop") is None
    assert in_delta()["@slop"] == {"channelId": "@slop", "action": "remove"}
    answer("passed_on")
    assert "restricted" not in channel("@slop")
    assert "@slop" in text_list()


def test_a_list_of_before_is_passed_on_until_somebody_answers():
    listed("slop", source="old", licence="", use="")
    sources.state("old", licence=NC)
    run_pipeline()

    assert ListSource.objects.get().use == "unknown"
    assert "@slop" in text_list() and f"Also from old, licence {NC}" in text_list()
    assert [it.name for it in ListSource.objects.unanswered()] == ["old"]


def test_what_others_say_of_the_channel_is_passed_on_without_it():
    listed("slop", source="open", level="warn", licence="CC0-1.0", use="passed_on")
    listed("slop")
    listed("above", "below", source="open2", level="block", licence="CC0-1.0", use="passed_on")

    found = channel("@slop")
    assert (found["score"], found["autoFlag"]) == (80.0, True)
    assert found["restricted"] == {"lists": ABOUT, "score": 60.0, "autoFlag": False}
    lines = [line for line in text_list().splitlines() if not line.startswith("#")]
    assert sorted(lines[:2]) == ["@above", "@below"]
    assert lines[2:] == ["@slop"]
    assert "@slop" not in text_list(least=61)
    rows = {row["channel"]: (row["score"], row["auto_flag"]) for row in exported("channels")}
    assert rows["@slop"] == ("60.00", "f")
    _, *entries = everything()
    mirrored(entries)
    mirror = channel("@slop")
    assert (mirror["score"], mirror["autoFlag"], "restricted" in mirror) == (60.0, False, False)


def test_a_list_that_adds_nothing_restricts_nothing():
    listed("slop", source="open", licence="CC0-1.0", use="passed_on")
    listed("slop")

    assert "restricted" not in channel("@slop")


def test_a_video_starts_flagged_here_and_is_passed_on_with_its_votes_alone(crowd: Any):
    listed("slop")
    crowd(3, "voted_video", channelHandle="@slop")
    run_pipeline()

    found = published("voted_video")
    assert found["score"] >= 60
    assert found["restricted"] == {"lists": ABOUT, "score": 37.5}
    assert "voted_video" not in text_list("videos", least=50)
    assert "voted_video" in text_list("videos", least=37)
    assert [(row["video_id"], row["score"]) for row in exported("videos")] == [
        ("voted_video", "37.50")
    ]
    _, *entries = everything()
    mirrored(entries)
    assert float(Video.objects.get().score) == 37.5
    assert Video.objects.get().restricted == ""


def test_the_videos_follow_what_the_operator_says(crowd: Any):
    listed("slop")
    crowd(3, "voted_video", channelHandle="@slop")
    run_pipeline()
    answer("passed_on")
    assert "restricted" not in published("voted_video")
    answer("nowhere")
    assert published("voted_video")["score"] == 37.5


def test_another_licence_is_named_once_it_is_stated():
    listed("slop")
    sources.state("AiSList", licence="CC BY-NC-SA 4.0")
    run_pipeline()

    assert channel("@slop")["restricted"] == {"lists": "AiSList, licence CC BY-NC-SA 4.0"}


def test_its_entries_make_no_names_one_channel_and_a_clearing_holds_for_both(crowd: Any):
    listed(entries=[Entry(A, "slop", None, 1)])
    assert "handle" not in channel(A)
    assert channel("@slop") is None
    crowd(3, "voted_video", channelHandle="@slop")
    decide_channel(actor="mo", action="clear_channel", key=A, reason="A person.")
    run_pipeline()

    assert channel("@slop")["locked"]
    assert channel(A)["score"] == 0
    assert "restricted" not in channel(A)


def test_building_everything_again_changes_nothing(crowd: Any):
    listed("slop")
    listed("slop", "other", source="open", level="warn", licence="CC0-1.0", use="passed_on")
    crowd(3, "voted_video", channelHandle="@slop")
    run_pipeline()
    before = [list(model.objects.order_by("pk").values()) for model in (Channel, Video)]
    rebuild(lambda _: None)

    assert [list(model.objects.order_by("pk").values()) for model in (Channel, Video)] == before


def test_the_operator_answers_with_a_command(capsys: pytest.CaptureFixture[str]):
    listed("slop", use="passed_on")
    call_command("lists", source="AiSList", use="nowhere")
    run_pipeline()

    assert f"licence {NC}; not published" in capsys.readouterr().out
    assert channel("@slop") is None
    with pytest.raises(CommandError):
        call_command("lists", "--source", "AiSList", "--use", "everywhere")


@pytest.mark.parametrize(
    ("licence", "use"),
    [
        (NC, "nowhere"),
        ("CC-BY-ND-4.0", "nowhere"),
        ("Non-commercial use only", "nowhere"),
        ("All rights reserved", "nowhere"),
        ("CC0-1.0", "unknown"),
        ("CC BY-SA 4.0", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_new_list_is_not_published_if_its_licence_forbids_it(licence: str, use: str):
    listed("slop", licence=licence, use="")

    assert ListSource.objects.get().use == use


@pytest.mark.parametrize(
    "restricted", [{}, {"lists": "x"}, "x", 7, ["score"], {"lists": "x", "autoFlag": True}]
)
def test_nothing_is_passed_on_of_what_does_not_say_what_is_left(restricted: Any):
    assert passed_on({"videoId": "x", "score": 90, "restricted": restricted}) is None
