"""One channel has an id and any number of handles, and is one whichever of them is asked for."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from channels.appeals import submit
from channels.models import Channel, DirtyChannel, Listing
from channels.names import Names, resolve
from channels.services import decide_channel
from channels.ties import decide_tie, names_in, target_of
from desk import services as desk
from realtube_client import compact as reader
from realtube_client import key_of
from sync import compact, delta, pipeline
from sync.models import Revision
from sync.snapshot import lists, snapshot
from sync.tasks import watch_bursts
from tests.conftest import Api
from tests.flow.test_attacks import rebuilt_as_it_stands
from videos.models import Video
from votes.models import Case, Hold

pytestmark = pytest.mark.django_db(transaction=True)
A, B = "UC" + "a" * 22, "UC" + "b" * 22
RENAMED = f"handle,channel_id\n@oldname,{A}\n@newname,{A}\n"
KEYS = [A, "@oldname", "@newname"]


@pytest.fixture(autouse=True)
def _no_limits(settings):
    settings.LIMITS = dict.fromkeys(settings.LIMITS, 10**9)


@pytest.fixture
def imported(tmp_path):
    """Import a list that blocks."""

    def of(text, source="list"):
        path = tmp_path / "list"
        path.write_text(text)
        options = ["--level", "block", "--source", source]
        call_command("import_blocklist", str(path), *options, verbosity=0)
        pipeline.advance_until_idle()

    return of


def channel(key):
    cache.clear()
    answer = Api().get(f"/api/channels/{key}")
    return answer.json() if answer.status_code == 200 else None


def names():
    return sorted((c.names for c in Channel.objects.all()), key=lambda found: found.key)


def confirm(channel_id, handle, action="confirm_tie"):
    made = decide_tie(
        actor="mod", action=action, target=target_of(channel_id, handle), reason="looked"
    )
    pipeline.advance_until_idle()
    return made


def test_two_handles_of_one_id_are_one_channel_that_shows_the_one_named_last(imported):
    imported(RENAMED)
    assert names() == [Names(A, ("oldname", "newname"))]
    first, *others = [channel(key) for key in KEYS]
    assert [first, first] == others
    assert (first["channelId"], first["handle"], first["otherHandles"]) == (
        A,
        "@newname",
        ["@oldname"],
    )
    assert (first["score"], first["autoFlag"]) == (80, True)
    assert Api().get("/api/channels/@OldName/history").json()["history"]
    assert rebuilt_as_it_stands()


@pytest.mark.parametrize("key", KEYS)
def test_a_decision_by_any_name_is_about_the_channel(imported, key):
    imported(RENAMED)
    mine = {"target_type": "channel", "reason": "mine", "client": "192.0.2.1", "route": "/appeal"}
    appeals = [submit(target_id=name, **mine)[0] for name in KEYS]
    assert len({appeal.case_id for appeal in appeals}) == 1
    made = desk.decide(
        actor="mod", action="clear_channel", target_type="channel", target_id=key, reason="person"
    )
    pipeline.advance_until_idle()
    assert Case.objects.get().state == "closed"
    for name in KEYS:
        found = channel(name)
        assert (found["score"], found["locked"], found["autoFlag"]) == (0, True, False)
    assert rebuilt_as_it_stands()
    desk.reverse(actor="mod", decision_id=made.pk, reason="mistaken")
    pipeline.advance_until_idle()
    assert channel("@oldname")["score"] == 80


def test_videos_that_name_any_of_its_names_are_its_videos(crowd, imported, lookup):
    imported(RENAMED)
    crowd(8, "byid", channelId=A)
    crowd(8, "byold", channelHandle="@oldname")
    crowd(8, "bynew", channelHandle="@newname")
    pipeline.advance_until_idle()
    assert channel("@oldname")["totalVideos"] == 3
    assert channel(A)["score"] == 80
    assert {Video.objects.get(pk=video).prior for video in ("byid", "byold", "bynew")} == {True}
    decide_channel(actor="mod", action="clear_channel", key="@newname", reason="a person")
    pipeline.advance_until_idle()
    assert not Video.objects.filter(prior=True).exists()
    assert rebuilt_as_it_stands()


def test_who_says_the_old_name_does_not_contradict_who_says_the_new_one(crowd, imported):
    crowd(4, "renamed", channelHandle="@oldname")
    crowd(5, "renamed", channelHandle="@newname")
    pipeline.advance_until_idle()
    assert Video.objects.get().claims_contested
    case = Case.objects.get(kind="claim_conflict")
    assert case.evidence == {"claims": ["@newname", "@oldname"]}
    imported(RENAMED)
    video = Video.objects.get()
    assert (video.channel_handle, video.claims_contested, video.prior) == ("newname", False, True)
    assert channel(A)["totalVideos"] == 1
    assert rebuilt_as_it_stands()
    confirm(A, "oldname", "reject_tie")
    video = Video.objects.get()
    assert (video.channel_handle, video.claims_contested) == (None, True)
    assert channel(A)["totalVideos"] == 0
    assert rebuilt_as_it_stands()


def tied(handle, tied=True):
    """A list says that the handle is A's, or no more."""
    row, _ = Listing.objects.get_or_create(
        source="s", channel_id=A, handle=handle, defaults={"level": "tie"}
    )
    Listing.objects.filter(pk=row.pk).update(removed_at=None if tied else row.first_seen)
    DirtyChannel.objects.append([A, f"@{handle}"])
    pipeline.advance_until_idle()


def test_handles_that_are_no_longer_one_name_contradict_each_other_again(crowd, video_id):
    for voters, handle in ((1, "oldname"), (1, "newname"), (4, "other")):
        crowd(voters, video_id, channelHandle=f"@{handle}")
    contested = Video.objects.values_list("claims_contested", flat=True)
    for handle in ("oldname", "newname"):
        tied(handle)
    assert contested.get()  # two voices say otherwise
    assert not Channel.objects.filter(channel_id=A).exists()
    tied("newname", False)
    assert not contested.get()
    assert rebuilt_as_it_stands()


def test_every_copy_has_every_name(imported):
    start = delta.Position(Revision.objects.create().number)
    imported(RENAMED)
    snapshot.build()
    (whole,) = snapshot.page(min_score=1, limit=0, cursor="")["channels"]
    entry = orjson.loads(orjson.dumps(whole))
    assert compact.channel_names(entry) == [A, "@newname", "@oldname"]
    keys = sorted(key_of(name) for name in KEYS)
    published = snapshot.current().file(snapshot.COMPACT)[0]
    assert [key for key, *_ in reader.read(published.read_bytes()).channels] == keys
    page, _ = delta.after(start, form="compact")
    assert sorted(int(item["key"], 16) for item in page["channels"]) == keys
    wanted = lists.Wanted("channels", "plain", 80)
    source, _, _ = snapshot.text_list(wanted)
    plain = (source.folder / "lists" / wanted.finished_name).read_text()
    assert [line for line in plain.splitlines() if line[0] != "#"] == [
        A,
        "@newname",
        "@oldname",
    ]


def test_a_name_that_a_list_takes_back_leads_nowhere(imported):
    imported(RENAMED)
    before = delta.Position(Revision.objects.latest("number").number)
    imported(f"handle,channel_id\n@newname,{A}\n")
    assert channel("@oldname") is None
    assert channel(A) == channel("@newname")
    changes = {
        item["key"]: item["action"] for item in delta.after(before, form="compact")[0]["channels"]
    }
    assert changes == {
        f"{key_of(name):016x}": action
        for name, action in ((A, "update"), ("@newname", "update"), ("@oldname", "remove"))
    }
    assert rebuilt_as_it_stands()


def test_a_handle_of_two_ids_is_the_one_named_lasts_and_makes_no_channel_of_both(imported):
    imported(f"handle,channel_id\n@shared,{A}\n@own,{A}\n@shared,{B}\n")
    assert names() == [Names(A, ("own",)), Names(B, ("shared",))]
    decide_channel(actor="mod", action="clear_channel", key="@shared", reason="a person")
    pipeline.advance_until_idle()
    assert channel(A)["score"] == 80
    assert channel(B)["score"] == 0
    assert rebuilt_as_it_stands()


def test_an_entry_with_both_names_is_about_the_id(imported):
    imported(f"handle,channel_id\n@maker,{A}\n")
    Listing.objects.update(first_seen=F("first_seen") - timedelta(days=1))
    imported(f"handle,channel_id,level\n@maker,{B},tie\n", source="newer")
    assert names() == [Names(A)]  # nothing is known of the other but its name
    assert channel("@maker") is None
    decide_channel(actor="mod", action="flag_channel", key=B, reason="all of it")
    pipeline.advance_until_idle()
    assert channel("@maker")["channelId"] == B
    assert rebuilt_as_it_stands()


def test_a_list_that_is_imported_again_takes_no_handle_back(imported):
    imported(f"handle,channel_id\n@maker,{A}\n", source="first")
    imported(f"handle,channel_id\n@maker,{B}\n", source="second")
    imported(f"handle,channel_id\n@maker,{A}\n", source="first")
    assert names() == [Names(A), Names(B, ("maker",))]
    assert rebuilt_as_it_stands()


def test_a_moderator_goes_before_lists_and_the_last_one_before_others(imported):
    imported(f"handle,channel_id\n@maker,{A}\n")
    imported(f"channel_id\n{B}\n", source="ids")
    confirmed = confirm(B, "maker")
    assert names() == [Names(A), Names(B, ("maker",))]
    imported(f"handle,channel_id\n@maker,{A}\n", source="a third")
    assert channel("@maker")["channelId"] == B
    confirm(A, "maker")
    assert channel("@maker")["channelId"] == A
    assert rebuilt_as_it_stands()
    confirm(A, "maker", "reject_tie")
    assert channel("@maker")["channelId"] == B
    desk.reverse(actor="mod", decision_id=confirmed.pk, reason="neither")
    pipeline.advance_until_idle()
    assert names() == [Names(A), Names(B)]
    assert rebuilt_as_it_stands()


def test_a_handle_that_moves_in_two_runs_is_never_two_channels(imported):
    """The marks of one change may be taken by different runs."""
    imported(RENAMED)
    Listing.objects.create(source="newer", level="block", handle="oldname", channel_id=B)
    for key in (B, "@oldname", A):
        DirtyChannel.objects.append([key])
        pipeline.advance(limit=1)
        assert names() == [Names(A, ("newname",)), Names(B, ("oldname",))]
    assert rebuilt_as_it_stands()


def test_a_burst_upon_all_names_of_a_channel_is_one(crowd, imported, settings):
    settings.BURST_VOTERS = 5
    imported(RENAMED)
    crowd(4, "one", channelHandle="@oldname")
    crowd(4, "two", channelHandle="@newname")
    crowd(4, "three", channelId=A)
    pipeline.advance_until_idle()
    assert not Hold.objects.exists()
    watch_bursts()
    case = Case.objects.get(kind="burst")
    assert (case.target_id, case.evidence["videos"]) == (A, ["one", "three", "two"])
    desk.decide(
        actor="mod", action="release", target_type="channel", target_id="@oldname", reason="news"
    )
    assert Case.objects.get(kind="burst").state == "closed"
    assert set(Hold.objects.values_list("genuine", flat=True)) == {True}
    watch_bursts()
    assert Hold.objects.count() == 3


def test_as_many_statements_for_a_thousand_names_as_for_one():
    Listing.objects.bulk_create(
        Listing(source="s", level="block", channel_id=f"UC{n}", handle=f"name{n}")
        for n in range(1000)
    )
    for keys in (["@name0"], [f"@name{n}" for n in range(1000)]):
        with CaptureQueriesContext(connection) as seen:
            found = resolve(keys)
        assert len(seen) == 1
        assert len(found) == len(keys)
    assert found[0] == Names("UC0", ("name0",))


@pytest.mark.parametrize("target", ["", A, "@maker", f"{A}@maker", f" @{A}"])
def test_what_is_no_tie_is_refused(target):
    with pytest.raises(ValueError, match="is no tie"):
        names_in(target)
