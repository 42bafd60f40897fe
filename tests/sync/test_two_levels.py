"""Votes suspect, juries confirm: the switch, there and back, on all that is published."""

from __future__ import annotations

import csv
import io

import orjson
import pytest
from django.core.management import call_command

from channels.services import decide_channel
from sync.export import exports
from sync.models import Revision
from sync.pipeline import advance, rebuild
from sync.tasks import run_pipeline
from tests.conftest import Api, published
from tests.flow.test_histories import projections
from tests.sync.test_by_whose_word import channel, take, video
from tests.sync.test_delta import server_state
from tests.sync.test_exports import members
from videos.models import Video
from votes.brakes import set_brakes
from votes.models import DirtyVideo
from votes.moderation import decisions

pytestmark = pytest.mark.django_db(transaction=True)

SURE, UNSURE, LOCKED = "surelyAI000", "unsureAI000", "lockedAI000"


@pytest.fixture(autouse=True)
def _no_limits(settings):
    settings.LIMITS = dict.fromkeys(settings.LIMITS, 10**9)
    settings.BURST_VOTERS = 10**6


def confirm_by(who):
    return set_brakes(actor="admin", reason="we have jurors", changes={"confirms": who})


@pytest.fixture
def voted(crowd):
    """A video that stands at 80 by votes, one at 66.67, one that a moderator locked."""
    crowd(20, SURE)
    crowd(10, UNSURE)
    crowd(10, LOCKED)
    decisions.decide_video(actor="m", video_id=LOCKED, action="lock_ai", reason="r")
    run_pipeline()


def table(of, name):
    (body,) = [body for path, body in of.items() if path.endswith(f"{name}.csv")]
    return csv.DictReader(io.StringIO(body.decode("utf-8-sig")))


def scores():
    return {pk: float(score) for pk, score in Video.objects.values_list("pk", "score")}


def test_votes_confirm_until_somebody_says_otherwise(voted):
    assert scores() == {SURE: 80, UNSURE: 66.67, LOCKED: 95}
    assert "decidedBy" not in video(SURE)
    assert video(LOCKED)["decidedBy"] == "moderator"


def test_the_switch_bounds_what_votes_say_and_can_be_taken_back(voted):
    before = scores()
    state = projections()
    confirm_by("juries")
    run_pipeline()
    assert scores() == before | {SURE: 79.9}
    assert published(SURE)["score"] == 79.9
    confirm_by("votes")
    run_pipeline()
    assert scores() == before
    assert projections() == state


def test_the_switch_scores_only_what_stands_at_the_bound(voted):
    last = Revision.objects.latest("number").number
    confirm_by("juries")
    advance()
    changed = Revision.objects.get(number__gt=last).changes.values_list("key", flat=True)
    assert list(changed) == [SURE]
    assert not DirtyVideo.objects.exists()


def test_what_is_marked_is_scored_in_turns(voted, crowd):
    crowd(20, "another0000")
    run_pipeline()
    confirm_by("juries")
    assert advance(limit=1).videos == 1
    assert sorted(scores().values())[-3:] == [79.9, 80, 95]
    run_pipeline()
    assert sorted(scores().values())[-3:] == [79.9, 79.9, 95]


def test_a_rebuild_comes_to_the_same(voted):
    confirm_by("juries")
    run_pipeline()
    state = projections()
    rebuild(lambda _: None)
    assert projections() == state


def test_the_answer_to_a_vote_and_the_explanation_say_so_at_once(voted, crowd):
    confirm_by("juries")
    assert Api().vote(SURE).json()["newScore"] == 79.9
    found = Api().get(f"/api/videos?videoId={SURE}&explain=1").json()
    assert found["score"] == 79.9
    assert [step["rule"] for step in found["explain"]["steps"]] == ["share", "suspected"]


def test_moderators_and_lists_go_on_confirming(crowd, tmp_path):
    confirm_by("juries")
    take(tmp_path, "@slop")
    crowd(3, "abcdefghijk", channelHandle="@slop")
    crowd(20, SURE, channelHandle="@slop")
    decide_channel(actor="m", key="@other", action="flag_channel", reason="r")
    run_pipeline()
    listed, by_both = video("abcdefghijk"), video(SURE)
    assert (listed["decidedBy"], listed["channelBy"]) == ("list", "list")
    # Votes that say the same make the list's word no less sure, but reach 79.9 only.
    assert by_both["decidedBy"] == "list" and "channelBy" not in by_both
    assert by_both["score"] <= 79.9
    assert (channel()["score"], channel()["decidedBy"]) == (80, "list")
    assert (channel("@other")["score"], channel("@other")["decidedBy"]) == (95, "moderator")


def test_a_channel_that_votes_alone_roll_up_is_suspected(farm, settings):
    settings.MIN_INDEPENDENT_VOTERS = 5
    confirm_by("juries")
    farm(20, voters=25)
    found = channel("@farm")
    assert (found["score"], found["autoFlag"], "decidedBy" in found) == (79.9, False, False)


def test_copies_and_exports_say_who_decided(voted, crowd, tmp_path, settings):
    settings.PUBLISH_ROOT = tmp_path
    take(tmp_path, "@slop")
    crowd(3, "abcdefghijk", channelHandle="@slop")
    run_pipeline()
    state = server_state()
    assert {key: it.get("decidedBy") for key, it in state.items()} == {
        SURE: None,
        UNSURE: None,
        LOCKED: "moderator",
        "abcdefghijk": "list",
        "@slop": "list",
    }
    exports.export(["csv"])
    of = members(exports.newest("csv").path)
    rows = {row["video_id"]: row for row in table(of, "videos")}
    assert {key: row["decided_by"] for key, row in rows.items()} == {
        SURE: "",
        UNSURE: "",
        LOCKED: "moderator",
        "abcdefghijk": "list",
    }
    (of_channel,) = table(of, "channels")
    assert of_channel["decided_by"] == "list"


def test_operators_switch_it_as_they_set_brakes(voted, capsys):
    call_command("brakes", set=["confirms=juries"], reason="we have jurors")
    assert "confirms=juries" in capsys.readouterr().out
    run_pipeline()
    assert scores()[SURE] == 79.9
    assert orjson.loads(orjson.dumps(confirm_by("votes").before)) == {"confirms": "juries"}
