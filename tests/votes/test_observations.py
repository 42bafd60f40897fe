"""What viewers saw of YouTube's label, and what it comes to: a measured channel."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from channels.models import Channel, Measurement
from channels.services import decide_channel
from common import ids
from realtube_client import compact as reader
from realtube_client import key_of
from sync.snapshot import snapshot
from sync.tasks import run_pipeline
from tests.conftest import Api, new_user, whole
from votes import networks
from votes.models import Case, Observation, Voter
from votes.moderation import decisions
from votes.observations import facts, rule
from votes.tasks import end_delays, expire_addresses

SLOP = "UCslopslopslopslopslopsl"


def key(n, name="slop"):
    return ids.video_hash(f"{name}{n:06d}")[:16]


def keys(*numbers):
    return [key(n) for n in numbers]


def seen(voice, labelled=(), unlabelled=(), provider=""):
    return rule.Seen(voice, frozenset(labelled), frozenset(unlabelled), provider)


def verdict(*observations):
    return rule.measure(observations).verdict


MEASURED, NONE, SUSPENDED = rule.Verdict.MEASURED, rule.Verdict.NONE, rule.Verdict.SUSPENDED
THREE = [seen("a", ["1", "2"]), seen("b", ["3", "4"]), seen("c", ["5"])]


class TestRule:
    @pytest.mark.parametrize(
        ("observations", "wanted"),
        [
            ([], NONE),
            (THREE, MEASURED),
            (THREE[:2], NONE),
            # Five accounts of one network are one voice.
            ([seen("a", [str(n)]) for n in range(5)], NONE),
            # Of one provider it takes five customers to be three voices.
            ([seen(v, [v], provider="p") for v in "abcd"] + [seen("a", ["5"], provider="p")], NONE),
            ([seen(v, [v], provider="p") for v in "abcde"], MEASURED),
            # Four videos are too few, however many saw them.
            ([seen(v, ["1", "2", "3", "4"]) for v in "abcd"], NONE),
            # Nearly all of a farm's videos are labelled, not each.
            ([seen(v, ["1", "2", "3"], ["4", "5"]) for v in "abc"], MEASURED),
            ([seen(v, ["1", "2"], ["4", "5"]) for v in "abc"], NONE),
            # Two that saw otherwise end it; one does not, nor do glimpses of one video.
            ([*THREE, seen("d", [], ["7", "8", "9"])], MEASURED),
            ([*THREE, seen("d", [], ["7", "8", "9"]), seen("e", [], ["7", "8", "6"])], SUSPENDED),
            ([*THREE, *(seen(v, [], ["7"]) for v in "def")], MEASURED),
            # Of a busy channel some see three unlabelled videos by chance.
            (
                [
                    *(seen(f"v{n}", [f"{n}", f"{n}b"]) for n in range(40)),
                    *(seen(f"w{n}", ["x"], [f"{n}y", f"{n}z"]) for n in range(3)),
                ],
                MEASURED,
            ),
            # Keys of videos cost nothing: one voice with many ends nothing.
            ([*THREE, seen("d", [], [f"x{n}" for n in range(5)])], MEASURED),
            (
                [*THREE, *(seen("d", [], [f"x{n}{k}" for n in range(5)]) for k in range(25))],
                MEASURED,
            ),
        ],
    )
    def test_three_voices_measure_and_two_that_saw_otherwise_suspend(self, observations, wanted):
        assert verdict(*observations) is wanted

    @given(
        st.lists(
            st.builds(
                seen,
                st.sampled_from("abcdefg"),
                st.lists(st.sampled_from("12345678"), max_size=5),
                st.lists(st.sampled_from("12345678"), max_size=5),
            ),
            max_size=12,
        )
    )
    def test_nobody_measures_alone_and_order_says_nothing(self, observations):
        found = rule.measure(observations)
        assert rule.measure(observations[::-1]) == found
        if found.verdict is MEASURED:
            assert found.agree >= rule.NETWORKS
            assert found.otherwise * rule.OUTVOTED < found.agree + found.otherwise
        if len({one.voice for one in observations}) < rule.NETWORKS:
            assert found.verdict is NONE

    @given(st.permutations(list("abcdef")))
    def test_a_doubt_about_one_name_counts_for_all(self, _):
        doubted = rule.Measured(SUSPENDED, 3, 2)
        assert rule.strongest([rule.Measured(MEASURED, 9), doubted, rule.Measured(NONE)]) == doubted
        assert rule.strongest([]).verdict is NONE


pytestmark = pytest.mark.django_db


def share(labelled=(), unlabelled=(), *, api=None, user="", **more):
    body = {
        "userId": user or new_user(),
        "labelled": labelled,
        "unlabelled": unlabelled,
    }
    names = {} if "channelHandle" in more else {"channelId": SLOP}
    return (api or Api()).post("/api/observations", {**body, **names, **more})


def pass_days(days):
    """As if all facts so far were older."""
    past = timedelta(days=days)
    Voter.objects.update(first_seen=F("first_seen") - past)
    Observation.objects.update(
        observed_at=F("observed_at") - past, waits_until=F("waits_until") - past
    )
    Measurement.objects.update(since=F("since") - past)
    Channel.objects.update(measured_since=F("measured_since") - past)


def work():
    end_delays()
    run_pipeline()


def channel(name=SLOP):
    return Api().get(f"/api/channels/{name}")


@pytest.fixture
def measured():
    """A channel of which three voters, now a week old, have shared what they saw."""
    users = [new_user() for _ in range(3)]
    for n, user in enumerate(users):
        assert share(keys(2 * n, 2 * n + 1), user=user).status_code == 200
    pass_days(8)
    work()
    return users


@pytest.mark.django_db(transaction=True)
def test_three_aged_voters_measure_a_channel_which_counts_a_day_later(measured):
    at = (timezone.now() - timedelta(minutes=1)).isoformat().replace("+00:00", "Z")
    found = channel().json()
    assert found["measured"]["counts"] is False
    assert (found["score"], found["autoFlag"], found["totalVideos"]) == (0, False, 0)
    flags = dict(compact_channels())
    assert flags[key_of(SLOP)] & reader.CHANNEL_MEASURED_NOTICE
    pass_days(1)
    work()
    assert channel().json()["measured"]["counts"] is True
    flags = dict(compact_channels())
    assert flags[key_of(SLOP)] & reader.CHANNEL_MEASURED
    delta = Api().get(f"/api/sync/delta?since={at}").json()["channels"]
    assert [entry["measured"]["counts"] for entry in delta if entry["channelId"] == SLOP] == [True]


def compact_channels():
    snapshot.build()
    read = reader.read(whole(Api().get("/api/sync/compact")))
    return [(channel_key, flags) for channel_key, _, flags in read.channels]


def test_a_new_voter_waits_a_week_and_is_told(settings):
    answer = share(keys(1, 2, 3)).json()
    assert answer["success"] and answer["countsFrom"]
    for _ in range(2):
        share(keys(4, 5))
    work()
    assert channel().status_code == 404
    pass_days(8)
    work()
    assert channel().json()["measured"]


def test_one_row_a_voter_and_channel_and_the_last_word_counts(measured):
    share([], keys(1, 2, 3), user=measured[0])
    share([], keys(1, 2, 3), user=measured[0])
    assert Observation.objects.count() == 3
    work()
    assert channel().status_code == 404


def test_who_sees_otherwise_suspends_it_and_a_case_is_opened(measured):
    for _ in range(2):
        share([], keys(11, 12, 13))
    work()
    assert channel().json()["measured"]
    pass_days(8)
    work()
    assert channel().status_code == 404
    case = Case.objects.get(kind=Case.Kind.MEASUREMENT)
    assert (case.target_id, case.evidence) == (SLOP, {"agree": 3, "otherwise": 2})
    decide_channel(actor="m", key=SLOP, action="clear_channel", reason="a person makes these")
    case.refresh_from_db()
    assert case.state == Case.State.CLOSED


def test_what_a_moderator_clears_stays_clear_through_ten_more(measured):
    decide_channel(actor="m", key=SLOP, action="clear_channel", reason="r")
    for n in range(10):
        share(keys(n, n + 1, n + 2))
    pass_days(8)
    work()
    found = channel().json()
    assert found["locked"] and "measured" not in found and found["score"] == 0


def test_a_brigade_of_one_network_or_one_cluster_measures_nothing(settings):
    settings.LIMITS = dict.fromkeys(settings.LIMITS, 10**6)
    one_network, one_site = Api("10.77.1.7"), [Api(f"2001:db8:7:{n}::1") for n in range(5)]
    for n in range(9):
        share(keys(n, n + 1, n + 2), api=one_network)
        share(keys(n, n + 1, n + 2), api=one_site[n % 5])
    pass_days(8)
    work()
    assert channel().status_code == 404


def test_a_provider_is_the_square_root_of_its_customers(settings):
    settings.LIMITS = dict.fromkeys(settings.LIMITS, 10**6)
    for n in range(5):
        assert channel().status_code == 404  # four are two voices
        share(keys(n, n + 1, n + 2), api=Api(f"2001:db8:{n}::1"))
        pass_days(8)
        work()
    assert Observation.objects.values("provider").distinct().count() == 1
    assert channel().status_code == 200


def backdated(rows):
    """Observations of week-old voters, the last one newest."""
    voters = [f"{n:032x}" for n in range(len(rows))]
    Voter.objects.bulk_create(Voter(public_id=voter) for voter in voters)
    Observation.objects.bulk_create(
        Observation(
            voter_id=voter,
            channel_key=SLOP,
            labelled=labelled,
            unlabelled=unlabelled,
            labelled_count=len(labelled),
            unlabelled_count=len(unlabelled),
            voice=voice,
        )
        for voter, (voice, labelled, unlabelled) in zip(voters, rows, strict=True)
    )


def test_one_voice_with_many_accounts_pushes_nobody_out_of_sight():
    honest = [(f"v{n}", keys(n, n + 100), []) for n in range(5)]
    backdated([*honest, *(("crowd", [], keys(n, n + 1, n + 2)) for n in range(300))])
    assert facts.measured([SLOP])[SLOP] == rule.Measured(MEASURED, 5, 1)


def test_who_repeats_what_they_said_pushes_nobody_out_of_sight():
    forgers = [(f"f{n % 3}", keys(n, n + 100), []) for n in range(102)]
    backdated([*forgers, *((f"h{n}", [], keys(1, 2, 3)) for n in range(20))])
    Observation.objects.filter(voice__startswith="f").update(observed_at=timezone.now())
    assert facts.measured([SLOP])[SLOP] == rule.Measured(SUSPENDED, 3, 20)


def test_a_ban_takes_back_what_was_observed(measured):
    voter = Voter.objects.first()
    decisions.decide_voter(actor="m", voter_id=voter.pk, action="shadowban", reason="r")
    work()
    assert channel().status_code == 404
    decisions.decide_voter(actor="m", voter_id=voter.pk, action="unban", reason="r")
    work()
    assert channel().json()["measured"]


def test_it_is_seen_and_erased_with_the_voter(measured):
    api, header = Api(), {"X-User-ID": measured[0]}
    found = api.get("/api/users/me/data", **header).json()["observations"]
    assert [(one["channel_key"], one["labelled"]) for one in found] == [(SLOP, keys(0, 1))]
    assert api.delete("/api/users/me", **header).status_code == 200
    work()
    assert channel().status_code == 404
    assert Observation.objects.count() == 2


def test_who_no_longer_shares_takes_it_back_and_keeps_their_votes(measured, video_id):
    user = measured[0]
    Api().vote(video_id, user=user)
    assert Api().delete("/api/observations", {"userId": user}).json() == {"success": True}
    assert Api().delete("/api/observations", {"userId": user}).status_code == 404
    work()
    assert channel().status_code == 404
    assert Api().get("/api/users/me", **{"X-User-ID": user}).json()["totalVotes"] == 1


def test_what_was_seen_is_forgotten_after_30_days_and_measures_nothing_any_more(measured):
    share(keys(1, 2, 3, 4, 5), user=measured[0])
    pass_days(23)
    expire_addresses()
    work()
    assert Observation.objects.count() == 1
    assert channel().status_code == 404


def test_a_network_is_one_voice_for_as_long_as_it_is_remembered(monkeypatch):
    period = networks.current_period()
    for n, days in enumerate((10, 26, 0)):
        monkeypatch.setattr(networks, "current_period", lambda n=n: period + n)
        share(keys(2 * n, 2 * n + 1), api=Api(f"10.9.113.{n}"))
        share(keys(2 * n, 2 * n + 1), api=Api(f"2001:db8:7:{n}::1"))
        pass_days(days)
        expire_addresses()
    assert Observation.objects.count() == 4  # the first are 36 days old
    assert len(set(Observation.objects.values_list("voice", flat=True))) == 2
    assert len(set(Observation.objects.values_list("provider", flat=True))) == 2  # one is none


def test_a_handle_is_measured_as_an_id_is():
    for _ in range(3):
        share(keys(1, 2, 3, 4, 5), channelHandle="@SLOP", channelId=SLOP)
    pass_days(8)
    work()
    assert channel().json()["measured"] and channel("@slop").json()["measured"]


def test_a_rebuild_says_the_same(measured):
    pass_days(2)
    work()
    before = channel().json()
    call_command("rebuild", verbosity=0)
    assert channel().json() == before


def test_it_is_no_vote_and_moves_no_score(measured, crowd, lookup):
    crowd(2, "slopvideo", channelId=SLOP)
    alone = lookup("slopvideo")
    crowd(2, "othervideo", channelId="UCotherotherotherothero0")
    assert lookup("othervideo")["score"] == alone["score"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"labelled": [], "unlabelled": []}, "INVALID_FIELD"),
        ({"labelled": keys(*range(6))}, "INVALID_FIELD"),
        ({"labelled": keys(1, 2, 3), "unlabelled": keys(4, 5, 6)}, "INVALID_FIELD"),
        ({"labelled": keys(1), "unlabelled": keys(1)}, "INVALID_FIELD"),
        ({"labelled": ["xyz"]}, "INVALID_FIELD"),
        ({"labelled": [7]}, "INVALID_FIELD"),
        ({"labelled": "abc"}, "INVALID_BODY"),
        ({"channelId": None}, "MISSING_FIELDS"),
        ({"channelId": "no id!"}, "INVALID_FIELD"),
        ({"userId": "short"}, "INVALID_FIELD"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(wrong, code):
    answer = share(**{"labelled": keys(1), **wrong})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code), answer.json()
    assert not Observation.objects.exists() and not Voter.objects.exists()


def test_no_more_than_ten_a_minute():
    user = new_user()
    answers = [share(keys(n), user=user).status_code for n in range(11)]
    assert answers == [200] * 10 + [429]


def test_as_many_statements_for_many_observations_as_for_few(measured):
    def cost():
        share(keys(1, 2, 3), user=measured[0])
        with CaptureQueriesContext(connection) as asked:
            run_pipeline()
        return len(asked)

    few = cost()
    Voter.objects.bulk_create(Voter(public_id=f"{n:032x}") for n in range(300))
    Observation.objects.bulk_create(
        Observation(
            voter_id=f"{n:032x}",
            channel_key=SLOP,
            labelled=keys(n),
            unlabelled=[],
            labelled_count=1,
            unlabelled_count=0,
            voice=f"v{n}",
        )
        for n in range(300)
    )
    assert cost() == few
    assert sum(1 for _ in facts.rows(facts.sql.OF_CHANNELS, {"keys": [SLOP]})) == rule.NEWEST


@pytest.mark.django_db(transaction=True)
def test_a_cleared_channel_leaves_every_copy(measured):
    decide_channel(actor="m", key=SLOP, action="clear_channel", reason="r")
    at = (timezone.now() - timedelta(minutes=1)).isoformat().replace("+00:00", "Z")
    work()
    for form in ("", "&format=compact"):
        (entry,) = Api().get(f"/api/sync/delta?since={at}{form}").json()["channels"]
        assert entry["action"] == "remove"
    assert compact_channels() == []
