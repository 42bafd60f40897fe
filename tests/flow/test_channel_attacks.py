"""What a few accounts cannot do to a channel, over HTTP and through the real pipeline."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command

from channels.models import Channel
from channels.services import decide_channel
from common import ids
from desk import services as desk
from sync import pipeline
from tests.conftest import Api, new_user
from tests.flow.test_attacks import rebuilt_as_it_stands, trusted, vote
from votes.casting import Ballot, cast_vote
from votes.models import Case, Decision
from votes.moderation.actions import Refused

pytestmark = pytest.mark.django_db(transaction=True)
LISTED = "UC" + "s" * 22
VICTIM = "UC" + "v" * 22
INVENTED = [f"invented{n}" for n in range(3)]


@pytest.fixture(autouse=True)
def _no_limits(settings):
    settings.LIMITS = dict.fromkeys(settings.LIMITS, 10**9)


@pytest.fixture
def blocklist(tmp_path):
    """Import lines as a list that blocks."""

    def listed(*lines, source="list"):
        path = tmp_path / "list.csv"
        path.write_text("\n".join(lines) + "\n")
        options = ["--level", "block", "--source", source]
        call_command("import_blocklist", str(path), *options, verbosity=0)
        pipeline.advance_until_idle()

    return listed


def channel(key):
    """What a lookup says of it; None if nothing is known."""
    cache.clear()
    answer = Api().get(f"/api/channels/{key}")
    return answer.json() if answer.status_code == 200 else None


def nine_votes(channel_id, handle, videos=INVENTED):
    """Three accounts name an id and a handle together, on videos that they invented."""
    accounts = [new_user() for _ in range(3)]
    for video in videos:
        vote(accounts, video, channelId=channel_id, channelHandle=handle)
    pipeline.advance_until_idle()


def tie_case():
    return Case.objects.get(kind="tie")


def decide(action):
    made = desk.decide_case(actor="mod", action=action, case_id=tie_case().pk, reason="looked")
    pipeline.advance_until_idle()
    return made


def reverse(decision):
    desk.reverse(actor="mod", decision_id=decision.pk, reason="mistaken")
    pipeline.advance_until_idle()


def watched(*, trust="0.7", videos=range(20), **names):
    """Videos that ten voters each, who have earned trust, take for AI."""
    voters = [ids.public_id(user, key=settings.VOTER_KEY) for user in trusted(10, trust)]
    for n in videos:
        for k, voter in enumerate(voters):
            cast_vote(Ballot(voter, f"real{n}", "fully_ai", **names), address=f"10.9.{k}.1")
    pipeline.advance_until_idle()


def test_nine_votes_do_not_give_a_listed_channels_flag_to_a_victim(blocklist):
    blocklist("channel_id", LISTED)
    nine_votes(LISTED, "@victim")
    assert channel("@victim") is None
    slop = channel(LISTED)
    assert (slop["score"], slop["autoFlag"], "handle" in slop) == (80, True, False)
    assert rebuilt_as_it_stands()
    case = tie_case()
    assert (case.target_type, case.target_id) == ("tie", f"{LISTED} @victim")
    assert case.evidence == {
        "channelId": LISTED,
        "idStands": "flagged",
        "handle": "@victim",
        "handleStands": "nothing is said of it",
        "sayBoth": 3,
        "videosInAll": 3,
        "videos": INVENTED,
    }


def test_nor_take_a_cleared_channels_lock_for_a_listed_one(blocklist):
    blocklist("channel_id", LISTED)
    decide_channel(actor="mod", action="clear_channel", key="@painter", reason="a person")
    nine_votes(LISTED, "@painter")
    assert channel(LISTED)["score"] == 80
    painter = channel("@painter")
    assert (painter["score"], painter["locked"], painter["channelId"]) == (0, True, "@painter")
    assert tie_case().evidence["handleStands"] == "cleared"
    assert rebuilt_as_it_stands()


def test_nor_free_a_listed_handle_by_an_id_that_a_moderator_cleared(blocklist):
    blocklist("handle", "@slop")
    decide_channel(actor="mod", action="clear_channel", key=VICTIM, reason="a person")
    nine_votes(VICTIM, "@slop")
    slop = channel("@slop")
    assert (slop["score"], slop["autoFlag"], slop["locked"]) == (80, True, False)
    assert channel(VICTIM)["score"] == 0


OTHER = f"UC{'o' * 22},@other"


def test_a_clearing_holds_under_a_name_that_a_list_ties_no_more(blocklist):
    """The maintainers of the one list hear of it, those of the other do not."""
    blocklist("handle", "@painter", source="handles")
    blocklist("channel_id,handle", f"{VICTIM},@painter", OTHER, source="both")
    decide_channel(actor="mod", action="clear_channel", key=VICTIM, reason="a person")
    blocklist("channel_id,handle", OTHER, source="both")
    painter = channel("@painter")
    assert (painter["channelId"], painter["score"], painter["autoFlag"]) == ("@painter", 0, False)
    assert rebuilt_as_it_stands()
    blocklist("channel_id,handle", OTHER, f"{LISTED},@painter", source="both")
    assert channel(LISTED)["autoFlag"]  # who has the handle now is somebody else
    assert rebuilt_as_it_stands()


def test_a_clearing_holds_when_a_list_renames_the_channel(blocklist):
    blocklist("handle", "@painter", source="handles")
    decide_channel(actor="mod", action="clear_channel", key="@painter", reason="a person")
    blocklist("channel_id,handle", f"{VICTIM},@painter", OTHER, source="both")
    blocklist("channel_id,handle", f"{VICTIM},@renamed", OTHER, source="both")
    for key in (VICTIM, "@renamed", "@painter"):
        assert (channel(key)["score"], channel(key)["autoFlag"]) == (0, False)
    assert rebuilt_as_it_stands()


def test_a_flag_does_not_stay_with_a_name_that_a_list_tied_by_mistake(blocklist):
    blocklist("channel_id,handle", f"{LISTED},@victim", OTHER)
    decide_channel(actor="mod", action="flag_channel", key=LISTED, reason="all of it")
    blocklist("channel_id,handle", f"{LISTED},@slop", OTHER)
    victim = channel("@victim")
    assert victim is None or (victim["score"], victim["autoFlag"]) == (0, False)
    assert channel(LISTED)["autoFlag"]
    assert rebuilt_as_it_stands()


@pytest.mark.parametrize("later", ["list", "decision", "votes"])
def test_nor_when_the_standing_comes_after_the_votes(blocklist, later):
    nine_votes(LISTED, "@victim")
    assert not Case.objects.exists()  # nothing to carry yet
    if later == "list":
        blocklist("channel_id", LISTED)
    elif later == "decision":
        decide_channel(actor="mod", action="flag_channel", key=LISTED, reason="all of it")
    else:
        watched(channel_id=LISTED)
    pipeline.advance_until_idle()
    assert channel(LISTED)["score"] >= 80
    assert channel("@victim") is None
    assert tie_case().state == "open"
    assert rebuilt_as_it_stands()


def test_a_moderator_who_confirms_makes_one_channel_and_a_reversal_two(blocklist):
    blocklist("channel_id", LISTED)
    nine_votes(LISTED, "@slop")
    made = decide("confirm_tie")
    assert tie_case().state == "closed"
    assert channel("@slop") == channel(LISTED)
    assert (channel("@slop")["handle"], channel("@slop")["autoFlag"]) == ("@slop", True)
    assert rebuilt_as_it_stands()
    with pytest.raises(Refused, match="is already so"):
        desk.decide(
            actor="mod",
            action="confirm_tie",
            target_type="tie",
            target_id=f"{LISTED} @slop",
            reason="again",
        )
    reverse(made)
    assert channel("@slop") is None
    assert "handle" not in channel(LISTED)
    assert tie_case().state == "open"
    assert rebuilt_as_it_stands()


def test_what_a_moderator_rejects_is_not_asked_again_nor_made_by_a_list(blocklist):
    blocklist("channel_id", LISTED)
    nine_votes(LISTED, "@victim")
    rejected = decide("reject_tie")
    assert rejected.after == {"tie": "rejected"}
    nine_votes(LISTED, "@victim", ["more0", "more1", "more2", "more3"])
    assert tie_case().state == "closed"
    blocklist("channel_id,handle", f"{LISTED},@victim", source="a sloppy list")
    assert channel("@victim") is None
    assert channel(LISTED)["score"] == 80
    assert rebuilt_as_it_stands()
    reverse(rejected)
    assert channel("@victim") == channel(LISTED)  # as the list says
    assert rebuilt_as_it_stands()


def test_many_rivals_of_one_name_are_asked_about_one_at_a_time(blocklist):
    blocklist("channel_id", LISTED)
    nine_votes(LISTED, "@first")
    nine_votes(LISTED, "@second", ["other0", "other1", "other2", "other3"])
    open_cases = Case.objects.filter(kind="tie").exclude(state="closed")
    assert [case.target_id for case in open_cases] == [f"{LISTED} @second"]
    decide_case = open_cases.get().pk
    desk.decide_case(actor="mod", action="reject_tie", case_id=decide_case, reason="no")
    pipeline.advance_until_idle()
    assert [case.target_id for case in open_cases.all()] == [f"{LISTED} @first"]


def test_a_case_goes_when_its_votes_do(blocklist):
    blocklist("channel_id", LISTED)
    accounts = [new_user() for _ in range(3)]
    for video in INVENTED:
        vote(accounts, video, channelId=LISTED, channelHandle="@victim")
    pipeline.advance_until_idle()
    assert tie_case().state == "open"
    Api().delete("/api/votes", {"videoId": INVENTED[0], "userId": accounts[0]})
    pipeline.advance_until_idle()
    assert (tie_case().state, tie_case().outcome) == ("closed", "resolved itself")


def test_two_halves_that_only_together_are_flagged_are_asked_about():
    for n in range(20):
        names = {"channel_id": LISTED} if n < 12 else {}
        if n == 19:
            assert not Case.objects.exists()
        watched(videos=[n], handle="slop", **names)
    assert [channel(key)["flaggedVideos"] for key in (LISTED, "@slop")] == [12, 8]
    assert tie_case().evidence["idStands"] == "score of 50 or more"
    decide("confirm_tie")
    assert channel("@slop")["flaggedVideos"] == 20
    assert rebuilt_as_it_stands()


def test_three_accounts_do_not_take_videos_from_a_channel_by_naming_an_id(crowd, blocklist):
    """A few who add an id do not speak for the many who know the channel by its handle."""
    crowd(8, "video", channelHandle="@slop")
    vote([new_user() for _ in range(3)], "video", channelHandle="@slop", channelId=VICTIM)
    pipeline.advance_until_idle()
    assert channel("@slop")["flaggedVideos"] == 1
    assert channel(VICTIM) is None


def test_voters_who_name_an_id_too_leave_a_listed_handles_videos_flagged(crowd, lookup, blocklist):
    blocklist("handle", "@slop")
    crowd(3, "video", channelHandle="@slop", channelId=LISTED)
    assert lookup("video")["score"] == 65.22  # 100 (0.9 + 3.6) / (0.9 + 6)
    decide_channel(actor="mod", action="clear_channel", key=LISTED, reason="a person")
    assert lookup("video")["score"] == 37.5  # a moderator's word on the id goes first
    assert rebuilt_as_it_stands()


def test_three_votes_on_an_invented_video_do_not_move_a_channel():
    watched(channel_id=LISTED)
    assert channel(LISTED)["score"] == 82.35  # 7 / (7 + 1.5)
    vote([new_user() for _ in range(3)], "invented", channelId=LISTED)
    pipeline.advance_until_idle()
    slop = channel(LISTED)
    assert (slop["score"], slop["totalVideos"]) == (82.35, 20)
    made = Api().get(f"/api/channels/{LISTED}?explain=1").json()["explain"]
    assert (made["trackedVideos"], made["flaggedVideos"]) == (20, 20)
    assert rebuilt_as_it_stands()


def test_voices_of_both_sides_make_a_video_count(crowd):
    watched(channel_id=LISTED)
    vote(trusted(2), "real", channelId=LISTED)
    pipeline.advance_until_idle()
    crowd(5, "real", "not_ai", channelId=LISTED)
    pipeline.advance_until_idle()
    assert channel(LISTED)["totalVideos"] == 20
    crowd(1, "real", "not_ai", channelId=LISTED)
    pipeline.advance_until_idle()
    slop = channel(LISTED)
    assert (slop["totalVideos"], slop["score"]) == (21, 78.43)


def test_votes_of_one_network_do_not_make_a_video_count():
    watched(channel_id=LISTED)
    vote([new_user() for _ in range(3)], "invented", channelId=LISTED)
    for n in range(10):
        answer = Api(f"192.0.2.{n}").vote("invented", "not_ai", channelId=LISTED)
        assert answer.status_code == 200
    pipeline.advance_until_idle()
    assert channel(LISTED)["totalVideos"] == 20


def test_45_votes_do_not_flag_a_victim(crowd):
    """Just under a burst: two invented videos with 21 votes, and a third one with the rest."""
    crowd(21, "invented0", channelId=VICTIM)
    crowd(21, "invented1", channelId=VICTIM)
    crowd(3, "invented2", channelId=VICTIM)
    pipeline.advance_until_idle()
    victim = channel(VICTIM)
    assert (victim["score"], victim["autoFlag"]) == (0, False)


def test_three_votes_do_not_change_what_a_listed_channel_is_flagged_for(blocklist, crowd):
    """Its category decides what viewers' rules do with it."""
    blocklist("channel_id", LISTED)
    crowd(3, "invented", "ai_assisted", channelId=LISTED)
    pipeline.advance_until_idle()
    assert channel(LISTED)["topCategories"] == []
    crowd(8, "real", "fully_ai", channelId=LISTED)
    pipeline.advance_until_idle()
    assert channel(LISTED)["topCategories"] == ["fully_ai"]


def test_a_locked_video_counts_whoever_voted(crowd):
    crowd(3, "locked", channelId=LISTED)
    desk.decide(
        actor="mod", action="lock_ai", target_type="video", target_id="locked", reason="seen"
    )
    pipeline.advance_until_idle()
    assert channel(LISTED)["flaggedVideos"] == 1


def test_an_upgrade_parts_what_votes_had_tied(blocklist, crowd):
    """The release before made one row of both, and has rolled it up since."""
    blocklist("channel_id", LISTED)
    nine_votes(LISTED, "@victim")
    crowd(3, "theirs", channelHandle="@victim")
    pipeline.advance_until_idle()
    decide_channel(actor="mod", action="unlock_channel", key=LISTED, reason="r")
    pipeline.advance_until_idle()
    Channel.objects.filter(handle="victim").delete()
    Channel.objects.filter(channel_id=LISTED).update(handle="victim", rules=0)
    assert not pipeline.advance().idle
    victim = channel("@victim")
    assert (victim["channelId"], victim["score"], victim["autoFlag"]) == ("@victim", 0, False)
    assert channel(LISTED)["autoFlag"]
    assert pipeline.advance().idle
    assert Decision.objects.count() == 1
    assert rebuilt_as_it_stands()
