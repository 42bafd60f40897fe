"""The Python client with the real server, blocking and asynchronous."""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode
from functools import partial

import pytest

from common import ids
from evidence.models import Clip, State
from evidence.uploads import incoming
from realtube_client import (
    SIGNS,
    AsyncClient,
    Client,
    MemoryStore,
    NamedSign,
    Patience,
    Refused,
    SqliteStore,
    user_id_of,
)
from sync.snapshot import snapshot
from sync.tasks import run_pipeline
from tests.conftest import Api, new_user
from tests.evidence.conftest import evidence_root  # noqa: F401 - a fixture
from tests.juries import world
from votes.brakes import set_brakes
from votes.models import Juror, Panel, Question, Sign, SignKind, Title

pytestmark = pytest.mark.django_db(transaction=True)
IMPATIENT = Patience(tries=1, longest_s=1)


class Awaited:
    """An `AsyncClient` as a blocking one, so that both are tested by the same tests."""

    def __init__(self, origins, **more):
        self.make = partial(AsyncClient, origins, **more)

    def __getattr__(self, name):
        async def call(*given, **more):
            async with self.make() as client:
                return await getattr(client, name)(*given, **more)

        return lambda *given, **more: asyncio.run(call(*given, **more))

    def close(self):
        """Each call has closed its own."""


@pytest.fixture(params=[Client, Awaited], ids=["blocking", "asynchronous"])
def client(request, live_server, settings):
    settings.LIMITS = dict.fromkeys(settings.LIMITS, 10**9)
    client = request.param(live_server.url, patience=IMPATIENT, user_agent="player/1.2")
    yield client
    client.close()


@pytest.fixture
def flagged(crowd):
    crowd(9, "flagged", channelHandle="@Mäker")
    crowd(9, "other", "ai_visuals")
    run_pipeline()


def test_videos_are_found_by_prefix_and_by_id(client, flagged):
    video = client.lookup("flagged")
    assert (video.video_id, video.total_votes) == ("flagged", 9)
    assert video.score >= 50
    assert video.categories["fully_ai"].votes == 9
    assert client.video("flagged").score == video.score
    assert client.video("flagged", explain=True).raw["explain"]["voters"] == 9
    found = client.lookup_many(["flagged", "other", "unknown"])
    assert set(found) == {"flagged", "other"}
    assert client.lookup("unknown") is None
    assert client.video("unknown") is None


def test_more_videos_than_one_request_takes_are_found(client, flagged):
    found = client.lookup_many([*(f"v{n}" for n in range(250)), "flagged"])
    assert set(found) == {"flagged"}


def test_a_bucket_is_filtered(client, flagged):
    prefix = ids.bucket_of("other")
    assert [video.video_id for video in client.bucket(prefix)] == ["other"]
    assert client.bucket(prefix, categories=["fully_ai"]) == []
    assert client.bucket(prefix, min_score=99.5) == []
    assert client.buckets([prefix.upper(), "0000"])[prefix][0].video_id == "other"
    with pytest.raises(Refused) as refused:
        client.bucket("xyz")
    assert refused.value.code == "INVALID_PREFIX"


def test_a_channel_is_found_by_any_spelling_of_its_handle(client, flagged):
    assert client.channel("@maker").channel_id == "@maker"
    assert client.channel("@MÄKER") == client.channel("@m%C3%A4ker") == client.channel("@maker")
    assert client.channel("@nobody") is None


def test_a_vote_is_cast_and_withdrawn(client, local_id):
    user = user_id_of(local_id)
    cast = client.vote(user, "dQw4w9WgXcQ", "fully_ai", channel_handle="@some", is_short=True)
    assert (cast.new_score, cast.user_trust, cast.pending) == (16.67, 0.3, False)
    assert client.withdraw(user, "dQw4w9WgXcQ") is True
    assert client.withdraw(user, "dQw4w9WgXcQ") is False


def test_what_voters_noticed_is_sent_and_read(client):
    client.vote(new_user(), "dQw4w9WgXcQ", "fully_ai", signs={"watermark": None, "voice": 7})
    Api().vote("dQw4w9WgXcQ", signs=[{"sign": "watermark", "at": 12}, {"sign": "voice", "at": 9}])
    found = client.video("dQw4w9WgXcQ", explain=True)
    assert found.signs == (NamedSign("voice", 2, 7), NamedSign("watermark", 2))
    assert client.video("dQw4w9WgXcQ").signs == ()


def test_what_the_voters_page_calls_it_is_sent(client):
    called = {"title": "A title", "channel_name": "A channel"}
    client.vote(new_user(), "dQw4w9WgXcQ", "fully_ai", **called)
    assert Title.objects.values("title", "channel_name").get() == called


def test_pictures_of_what_was_reported_are_shown_and_removed(client, local_id):
    user = user_id_of(local_id)
    cast = client.vote(user, "dQw4w9WgXcQ", "fully_ai")
    pictures = {n + 0.5: b"\xff\xd8\xff" + bytes(n) for n in range(cast.shots)}
    client.show_pictures(user, "dQw4w9WgXcQ", pictures)
    made = Clip.objects.get()
    packed = json.loads(incoming.path_of(made.pk).read_bytes())
    assert {it["at"]: b64decode(it["picture"]) for it in packed} == pictures
    assert len(pictures) == 3
    client.show_pictures(user, "dQw4w9WgXcQ", {})
    assert not Clip.objects.exclude(state=State.EXPIRED).exists()


def test_where_none_are_taken_no_pictures_are_shown(client, local_id, settings):
    settings.EVIDENCE_SHOTS = 0
    user = user_id_of(local_id)
    assert client.vote(user, "dQw4w9WgXcQ", "fully_ai").shots == 0
    with pytest.raises(Refused) as refused:
        client.show_pictures(user, "dQw4w9WgXcQ", {1.0: b"\xff\xd8\xff"})
    assert refused.value.code == "NOT_FOUND"


def test_signs_stay_unless_others_are_sent(client, local_id):
    user = user_id_of(local_id)
    for signs in ({"voice": 7}, None):
        client.vote(user, "dQw4w9WgXcQ", "fully_ai", signs=signs)
    assert Sign.objects.count() == 1
    client.vote(user, "dQw4w9WgXcQ", "fully_ai", signs={})
    assert not Sign.objects.exists()


def test_the_words_are_those_of_the_server():
    assert list(SIGNS) == SignKind.values


def test_a_new_voter_works_where_that_is_asked_for(client):
    user = new_user()
    set_brakes(actor="admin", reason="attack", changes={"challenge_bits": 8})
    assert client.challenge(user).required
    assert client.vote(user, "dQw4w9WgXcQ", "fully_ai").new_score == 16.67


def test_what_is_wrong_with_a_vote_is_said(client):
    with pytest.raises(Refused) as refused:
        client.vote(new_user(), "dQw4w9WgXcQ", "nonsense")
    assert (refused.value.code, refused.value.is_temporary) == ("INVALID_CATEGORY", False)
    with pytest.raises(Refused) as refused:
        client.vote("short", "dQw4w9WgXcQ", "fully_ai")
    assert (refused.value.code, refused.value.field) == ("INVALID_FIELD", "userId")


def test_a_limit_says_how_long_to_wait_and_is_not_asked_against(client, settings):
    settings.LIMITS = {**settings.LIMITS, "vote_user": 1}
    user = new_user()
    client.vote(user, "dQw4w9WgXcQ", "fully_ai")
    with pytest.raises(Refused) as refused:
        client.vote(user, "dQw4w9WgXcQ", "fully_ai")
    assert refused.value.code == "RATE_LIMITED"
    assert 0 < refused.value.retry_after_s <= 62


def test_observations_are_shared_and_forgotten(client):
    user = new_user()
    client.vote(user, "dQw4w9WgXcQ", "fully_ai")
    client.observe(user, channel_handle="@some", labelled=["dQw4w9WgXcQ"], unlabelled=["other"])
    assert client.forget_observations(user) is True
    assert client.forget_observations(user) is False


def test_a_channel_is_reported_and_the_report_taken_back(client):
    user = new_user()
    videos = ["reported001", "reported002"]
    casts = client.report_channel(user, "@Some", "ai_visuals", videos)
    assert [cast.new_score > 0 for cast in casts] == [True, True]
    assert client.withdraw_report(user, "@some") is True
    assert client.withdraw_report(user, "@some") is False
    assert client.withdraw(user, "reported001") is False
    with pytest.raises(Refused) as refused:
        client.report_channel(user, "@some", "ai_visuals", [])
    assert refused.value.code == "INVALID_FIELD"


def test_a_juror_enrols_with_work_practises_answers_and_leaves(client):
    world.kit(10, 0)
    user = new_user()
    assert (client.juror(user), client.questions(user)) == (None, None)
    juror = client.enrol(user)
    assert (juror.state, juror.trained, juror.accuracy) == ("training", (0, 40), None)
    assert client.enrol(user).since == juror.since
    *first, last = client.questions(user).training
    for question in first:
        assert client.answer(user, question.id, "ai", "ai_visuals") == ()
    assert client.answer(user, first[0].id, "ai", "ai_visuals") == ()
    with pytest.raises(Refused) as refused:
        client.answer(user, first[0].id, "human")
    assert refused.value.code == "ALREADY_ANSWERED"
    results = client.answer(user, last.id, "unsure")
    assert len(results) == 10
    assert [it.is_right for it in results if it.answer == "ai"] == [
        it.truth == "ai" for it in results if it.answer == "ai"
    ]
    juror = client.juror(user)
    # That one cannot tell trains nobody.
    assert (juror.answered, juror.trained) == (10, (9, 40))
    assert {(it.answer, it.kind) for it in juror.answers} == {
        ("ai", "ai_visuals"),
        ("unsure", None),
    }
    assert all(it.training and it.outcome in ("ai", "human") for it in juror.answers)
    assert client.leave_jury(user) is True
    assert client.leave_jury(user) is False


def test_a_juror_sees_a_channels_question_and_that_it_was_closed(client):
    user = new_user()
    client.enrol(user)
    panel = Panel.objects.create(
        target_type="channel",
        target_id="@farm",
        videos=["farm1", "farm2"],
        channel="@farm",
        cause="suspected",
    )
    of_day = {"day": "2026-01-01", "slot": 1, "closes_at": "2099-01-01T00:00:00Z"}
    Question.objects.create(juror=Juror.objects.get(), panel=panel, **of_day)
    Juror.objects.update(is_rooted=True, sensitivity=0.9, specificity=0.8)
    (question,) = client.questions(user).questions
    assert (question.videos, question.channel) == (("farm1", "farm2"), "@farm")
    assert question.closes_at.year == 2099
    accuracy = client.juror(user).accuracy
    assert (accuracy.ai, accuracy.human, accuracy.needed) == (0.9, 0.8, 0.75)
    Question.objects.update(closes_at="2026-01-02T00:00:00Z")
    with pytest.raises(Refused) as refused:
        client.answer(user, question.id, "human")
    assert refused.value.code == "QUESTION_CLOSED"


def held(store):
    return list(store.videos()), list(store.channels())


def test_a_copy_is_followed(client, flagged, crowd, tmp_path):
    snapshot.build()
    store, kept = MemoryStore(), SqliteStore(tmp_path / "copy.sqlite")
    for each in (store, kept):
        assert client.follow(each).copied
    assert store.video("flagged").category == "fully_ai"
    assert store.video("unknown") is None
    crowd(9, "later", "ai_visuals")
    run_pipeline()
    for each in (store, kept):
        followed = client.follow(each)
        assert (followed.copied, followed.refused) == (False, "")
        assert followed.changes >= 1
    assert store.video("later").category == "ai_visuals"
    kept.close()
    with SqliteStore(tmp_path / "copy.sqlite") as again:
        assert held(again) == held(store)
        assert again.state() == kept.state()
        assert again.state().origin == client.follow(store).state.origin
    snapshot.build()
    fresh = MemoryStore()
    client.follow(fresh)
    assert held(fresh) == held(store)
    assert client.compact().cursor == fresh.state().cursor


def test_the_manifest_and_the_whole_copy_are_there(client, flagged, tmp_path):
    snapshot.build()
    manifest = client.manifest()
    copy = client.download_full(tmp_path / "full.part")
    assert copy.cursor == f"{manifest['revision']}-0"
    assert copy.path.stat().st_size == manifest["files"]["full.ndjson.zst"]["identity"]["bytes"]
