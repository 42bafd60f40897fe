"""What the server learns and stores of a viewer, a voter and a juror: docs/security.md's table.

Real requests, and then every row of every table, every key of Redis and every line of the log.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
import redis
from django.conf import settings as configured
from django.db import connection
from django.utils import timezone

from channels.juries.run import run as run_juries
from common import ids
from following.models import Follower
from post.tasks import send_mails
from realtube_client import proof
from sync import stats
from sync.export import exports
from sync.snapshot import snapshot
from sync.tasks import run_pipeline
from tests.conftest import Api, new_user
from tests.evidence.test_privacy import bytes_of
from tests.juries import world
from tests.notes import world as notes
from votes import networks
from votes.brakes import JUROR_BITS, set_brakes
from votes.juries import facts
from votes.models import Draw, Juror, Note, Question, Vote
from votes.moderation.decisions import decide_video

pytestmark = pytest.mark.django_db(transaction=True)

REPOSITORY = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
ADDRESSES = ("203.0.113.77", "2001:db8:77:aa01::77")
TRACES = ("203.0.113", "2001:db8:77", "2001:0db8:0077")
AGENT = "RealTube/0.1.0 Mozilla/5.0 (SecretOS)"


def tables():
    """Every row of every table as text."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            found[table] = sorted(row[0] for row in cursor.fetchall())
    return found


def changed(before):
    """Tables with other rows than before. Keys of labels are of nobody, and made when needed."""
    after = tables()
    return {table for table in after if after[table] != before[table]} - {"votes_addresskey"}


def holders(*texts):
    """Tables with rows that have any of these texts."""
    return {
        table for table, rows in tables().items() if any(t in row for row in rows for t in texts)
    }


def redis_text():
    """All keys of Redis and what they hold, of counters and of the cache."""
    texts = []
    for url in {configured.REDIS_URL, configured.REDIS_CACHE_URL}:
        with redis.Redis.from_url(url) as client:
            for key in client.scan_iter(count=1000):
                texts.append(repr(key))
                if client.type(key) == b"string":
                    texts.append(repr(client.get(key)))
    return "\n".join(texts)


@pytest.fixture
def everything(caplog, capfd):
    """What is stored and logged, as one text."""
    caplog.set_level(logging.DEBUG)

    def read():
        logged = caplog.text + "".join(capfd.readouterr())
        rows = "\n".join(row for found in tables().values() for row in found)
        return "\n".join((logged, rows, redis_text()))

    return read


def enrol(api, user):
    asked = api.get("/api/challenge?for=juror", **{"X-User-ID": user}).json()
    body = {"userId": user, "agreed": True}
    body["proof"] = proof.solve(asked["challenge"], JUROR_BITS)
    answer = api.post("/api/jurors", body)
    assert answer.status_code == 200, answer.content


class TestAViewer:
    """Who neither votes nor judges."""

    @pytest.mark.parametrize("address", ADDRESSES)
    def test_looking_up_and_reading_pages_leaves_no_row(self, crowd, address, everything):
        crowd(9, "flagged0001", channelHandle="@maker")
        run_pipeline()
        snapshot.build()
        stats.refresh()
        before, api = tables(), Api(address)
        bucket = ids.bucket_of("flagged0001")
        for path in (
            f"/api/videos/{bucket}",
            "/api/videos/0000",
            "/api/videos?videoId=flagged0001&explain=1",
            "/api/videos?videoId=watched0001",
            "/api/channels/@maker",
            "/api/channels/@maker/history",
            "/api/sync/manifest",
            "/api/sync/compact",
            "/api/sync/delta?since=2026-01-01T00:00:00Z",
            "/api/stats",
            "/",
            "/?video=flagged0001",
            f"/look/{bucket}",
            "/v/flagged0001",
            "/v/watched0001",
            "/c/@maker",
            "/recent?order=rising",
            "/feeds/recent.atom",
            "/feeds/video/flagged0001.json",
            "/transparency",
            "/privacy",
            "/status",
            "/jury",
            "/api/docs",
        ):
            answer = api.get(path)
            assert answer.status_code in (200, 304, 404, 410), path
            assert not answer.cookies, path
        assert api.post("/api/videos/lookup", {"prefixes": [bucket, "00ff"]}).status_code == 200
        assert changed(before) == set()
        # What is counted and logged has pseudonyms alone, and no video that was asked about.
        said = everything()
        assert "/api/videos" in said
        assert not [trace for trace in (*TRACES, "watched0001") if trace in said]

    def test_asking_about_oneself_leaves_no_row(self):
        user, before = new_user(), tables()
        for path in ("/api/users/me", "/api/users/me/data", "/api/jurors/me", "/api/challenge"):
            Api(ADDRESSES[0]).get(path, **{"X-User-ID": user})
        assert changed(before) == set()


class TestAVoter:
    def test_a_vote_is_stored_with_labels_of_the_network_and_nothing_of_juries(
        self, video_id, settings
    ):
        user, before = new_user(), tables()
        Api(ADDRESSES[1]).vote(video_id, user=user, userAgent=AGENT)
        concerned = changed(before)
        assert {table for table in concerned if table.startswith("votes_")} == {
            "votes_voter",
            "votes_vote",
            "votes_dirtyvideo",  # until it is scored
        }
        assert not {table for table in concerned if "jur" in table or "question" in table}
        vote = Vote.objects.get()
        assert vote.voter_id == world.public(user, settings) != user
        assert (vote.client_name, vote.client_version) == ("RealTube", "0.1.0")
        labels = [vote.ip_pseudonym, vote.prefix_pseudonym, vote.site_pseudonym]
        assert all(re.fullmatch("[0-9a-f]{32}", label) for label in (*labels, vote.voice))

    @pytest.mark.parametrize("address", ADDRESSES)
    def test_neither_secret_nor_address_nor_browser_is_stored_or_logged(
        self, video_id, address, everything
    ):
        user, api = new_user(), Api(address)
        assert api.vote(video_id, user=user, userAgent=AGENT).status_code == 200
        api.post("/api/observations", {"userId": user, "channelHandle": "@m", "labelled": []})
        run_pipeline()
        api.delete("/api/votes", {"videoId": video_id, "userId": user})
        said = everything()
        assert "/api/votes" in said
        assert not [trace for trace in (*TRACES, user, "SecretOS", "Mozilla") if trace in said]

    def test_what_recognises_a_network_on_other_videos_goes_after_30_days(self, video_id):
        Api(ADDRESSES[1]).vote(video_id)
        Vote.objects.update(refreshed_at=timezone.now() - timezone.timedelta(days=31))
        networks.expire()
        vote = Vote.objects.get()
        assert (vote.ip_pseudonym, vote.prefix_pseudonym, vote.site_pseudonym) == (None,) * 3

    def test_after_erasure_no_row_has_the_voter(self, video_id, settings):
        user = new_user()
        api, voter = Api(ADDRESSES[0]), world.public(user, settings)
        api.vote(video_id, user=user)
        api.vote("locked00001", user=user)
        run_pipeline()
        decide_video(actor="m", action="lock_ai", video_id="locked00001", reason="r")
        assert {"votes_voter", "votes_vote"} <= holders(voter)
        assert api.delete("/api/users/me", **{"X-User-ID": user}).status_code == 200
        run_pipeline()
        assert holders(voter) == set()
        assert Vote.objects.values_list("video_id", "voter").get() == ("locked00001", None)


class TestAJuror:
    def test_enrolling_stores_that_one_is_and_what_one_is_asked(self, settings):
        world.kit(10, 0)
        user, before = new_user(), tables()
        enrol(Api(ADDRESSES[0]), user)
        assert changed(before) == {"votes_voter", "votes_juror", "votes_question"}
        juror = Juror.objects.get()
        assert juror.voter_id == world.public(user, settings)
        assert not Vote.objects.exists()

    def test_to_ask_stores_when_and_a_label_of_the_network(self):
        world.kit(10, 0)
        user = new_user()
        enrol(Api(ADDRESSES[0]), user)
        was, before = Juror.objects.values().get(), tables()
        api = Api(ADDRESSES[1])
        assert api.get("/api/jurors/me/questions", **{"X-User-ID": user}).status_code == 200
        assert api.get("/api/jurors/me", **{"X-User-ID": user}).status_code == 200
        assert changed(before) == {"votes_juror"}
        now = Juror.objects.values().get()
        assert {name for name in now if now[name] != was[name]} == {
            "seen_at",
            "voice",
            "voice_before",
        }

    def test_an_answer_stores_what_was_said_when_and_a_label_for_this_question_alone(
        self, settings
    ):
        self.asked(settings)
        was = Question.objects.values().first()
        user = next(u for u, voter, _ in self.jurors if voter == was["juror_id"])
        before = tables()
        assert world.say(user, was["id"], "ai", kind="ai_music").status_code == 200
        assert changed(before) == {"votes_question"}
        now = Question.objects.values().get(pk=was["id"])
        assert {name for name in now if now[name] != was[name]} == {
            "answer",
            "kind",
            "answered_at",
            "voice",
        }
        assert holders(now["voice"]) == {"votes_question"}

    @pytest.mark.parametrize("address", ADDRESSES)
    def test_neither_secret_nor_address_is_stored_or_logged(self, address, everything):
        world.kit(10, 0)
        user, api = new_user(), Api(address)
        enrol(api, user)
        for question in world.questions(user)["training"]:
            assert world.say(user, question["id"], "human", address=address).status_code == 200
        said = everything()
        assert "/api/jurors/me/answers" in said
        assert not [trace for trace in (*TRACES, user) if trace in said]

    def test_who_does_not_answer_is_not_remembered_to_have_been_asked(self, settings):
        (user, voter, _), *_ = self.asked(settings)
        Question.objects.update(closes_at="2026-01-01T00:00:00Z")
        facts.forget_unanswered()
        assert not Question.objects.exists()
        told = Api().get("/api/users/me/data", **{"X-User-ID": user}).json()
        assert (told["questions"], told["juror"][0]["voter_id"]) == ([], voter)

    def test_who_left_is_a_number_in_the_log_of_draws_and_nowhere_else(self, settings):
        found = self.asked(settings)
        numbers = {str(number) for number in Juror.objects.values_list("number", flat=True)}
        for user, *_ in found:
            assert Api().delete("/api/jurors/me", **{"X-User-ID": user}).status_code == 200
        voters = [voter for _, voter, _ in found]
        assert holders(*numbers) == {"votes_draw", "votes_drawnbatch"}
        assert holders(*voters) == {"votes_voter"}
        for user, *_ in found:
            Api().delete("/api/users/me", **{"X-User-ID": user})
        assert holders(*voters) == set()

    def asked(self, settings):
        """Rooted jurors, some of whom are asked about a video: user id, public id, address."""
        set_brakes(actor="admin", reason="r", changes={"confirms": "juries"})
        self.jurors = world.rooted(settings, 12)
        world.suspect("suspect0001")
        assert run_juries().asked == 6
        assert Draw.objects.exists()
        return self.jurors


class TestANote:
    """Who writes, rates or reports a note."""

    def test_a_note_is_stored_with_its_author_whom_nobody_is_told(
        self, settings, everything, publish_root
    ):
        author, rater, *_ = notes.jurors(settings, 2)
        notes.decided(author)
        before = tables()
        note = notes.written((author[0], author[1], ADDRESSES[1]), text="unmistakable", at=7)
        assert changed(before) == {"votes_note"}
        assert notes.rate((rater[0], rater[1], ADDRESSES[0]), note).status_code == 200
        assert changed(before) == {"votes_note", "votes_noterating"}
        labels = [*Note.objects.values_list("voice", flat=True)]
        assert holders(*labels) == {"votes_note"}
        Note.objects.update(state="shown")
        run_pipeline()
        snapshot.build()
        assert exports.export()
        published = [bytes_of(path) for path in publish_root.rglob("*") if path.is_file()]
        traces = [it.encode() for it in (note, "unmistakable", author[1], rater[1])]
        assert not [trace for trace in traces for found in published if trace in found]
        seen = Api().get(f"/v/{notes.VIDEO}").content.decode()
        assert not [it for it in (author[1], rater[1], *labels) if it in seen]
        said = everything()
        assert "/api/jurors/me/notes/:id/ratings" in said
        assert not [trace for trace in (*TRACES, author[0], rater[0]) if trace in said]
        for user, *_ in (author, rater):
            assert Api().delete("/api/users/me", **{"X-User-ID": user}).status_code == 200
        assert holders("unmistakable", note, *labels) == set()

    def test_who_reports_a_note_leaves_a_number_of_reports(self, settings, everything):
        author, *_ = notes.jurors(settings, 1)
        notes.decided(author)
        note = notes.written(author)
        before = tables()
        for address in ADDRESSES:
            answer = Api(address).client.post(f"/note/{note}/report")
            assert answer.status_code == 200 and not answer.cookies
        assert changed(before) == {"votes_note"}
        assert Note.objects.values_list("reported", flat=True).get() == 2
        assert not [trace for trace in TRACES if trace in everything()]


class TestAFollower:
    """Who wants to hear of a change, by mail or by webhook."""

    MAIL, HOOK = "unmistakable@example.org", "https://hooks.example/unmistakable"

    @pytest.fixture(autouse=True)
    def site(self, settings, tmp_path):
        settings.MAIL, settings.MAIL_KEY = "folder", "k" * 40
        settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
        settings.ORIGIN = "https://realtube.example"

    def follow(self):
        """Ask by mail and by webhook, from an address; their tokens."""
        api = Api(ADDRESSES[1])
        for way, address in (("mail", self.MAIL), ("webhook", self.HOOK)):
            form = {"way": way, "target": "@maker", "address": address}
            answer = api.client.post("/follow", form)
            assert answer.status_code in (200, 302) and not answer.cookies
        tokens = list(Follower.objects.order_by("pk").values_list("token", flat=True))
        api.client.post(f"/follow/{tokens[0]}", {"confirm": "1"})
        return tokens

    def test_a_follower_is_stored_encrypted_and_goes_when_they_end_it(self, everything):
        before = tables()
        tokens = self.follow()
        assert changed(before) == {"following_follower", "following_delivery", "post_mail"}
        send_mails()
        for token in tokens:
            assert (
                Api(ADDRESSES[0]).client.post(f"/follow/{token}", {"end": "1"}).status_code == 200
            )
        assert changed(before) == {"votes_erasure", "post_mail"}
        assert holders(*tokens, "@maker") == set()
        said = everything()
        assert "/follow/:token" in said
        assert not [trace for trace in (*TRACES, *tokens, "unmistakable") if trace in said]

    def test_nothing_of_a_follower_is_published(self, crowd, publish_root):
        crowd(9, "flagged0001", channelHandle="@maker")
        tokens = self.follow()
        digests = Follower.objects.values_list("digest", flat=True)
        run_pipeline()
        snapshot.build()
        assert exports.export()
        published = [bytes_of(path) for path in publish_root.rglob("*") if path.is_file()]
        assert len(published) > 5
        traces = [it.encode() for it in (*tokens, *digests, "unmistakable", "following_")]
        assert not [trace for trace in traces for found in published if trace in found]


def test_every_test_that_the_table_names_exists():
    text = (REPOSITORY / "docs" / "security.md").read_text()
    table = text[text.index("## What the server learns") : text.index("## Not defended")]
    rows = [row for row in table.splitlines() if row.startswith("| ")][2:]
    assert len(rows) > 12
    for row in rows:
        named = NAMED.findall(row)
        assert named, row
        for file, test in named:
            assert f"def {test}(" in (REPOSITORY / file).read_text(), f"{file}::{test}"
