"""A mirror: equal to its source whatever happens in between, and never fooled by it."""

from __future__ import annotations

import hashlib
import threading
from copy import deepcopy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import orjson
import pytest
import zstandard
from django.core.management import call_command
from django.core.management.base import CommandError

from channels.models import Channel
from channels.present import channel_object
from channels.services import decide_channel
from common import ids
from realtube_client import client
from realtube_client.wire import JSON_MAX
from sync import compact, delta
from sync.mirror import copied, mirror
from sync.mirror.mirror import MirrorError, NotNow
from sync.models import Change, Mirror, Revision
from sync.snapshot import snapshot
from sync.tasks import run_pipeline
from tests.conftest import Api, new_user, whole
from tests.sync.test_delta import server_state
from videos.models import Video
from votes.models import DirtyVideo, Vote, Voter
from votes.moderation import decisions

PATHS = {
    "manifest": "/api/sync/manifest",
    "copy": "/api/sync/full.ndjson.zst",
    "delta": "/api/sync/delta",
    "signed": "/api/sync/signed",
}

NOT_FOUND = (404, b'{"error": {"code": "NOT_FOUND", "message": "Nothing is there."}}')


class Recorded:
    """A source that gives a real server's answers again, damaged as a test wishes."""

    def __init__(self):
        self.answers, self.asked, self.cut_after = {}, [], None
        recorded = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                recorded.answer(self)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self.thread.start()

    def record(self):
        """What the service under test says now becomes the source."""
        api = Api()
        signed = api.get(PATHS["signed"])
        self.repeat(
            {
                PATHS["manifest"]: api.get(PATHS["manifest"]).content,
                PATHS["copy"]: whole(api.get(PATHS["copy"])),
                PATHS["signed"]: (signed.status_code, signed.content),
            }
        )

    def repeat(self, answers):
        """What was recorded becomes the source, and nothing has changed since."""
        self.answers = answers
        self.cursor = f"{orjson.loads(self.answers[PATHS['manifest']])['revision']}-0"
        self.set_delta({"videos": [], "channels": []})

    def set_delta(self, page):
        page = {"nextCursor": self.cursor, "hasMore": False, **page}
        self.answers[PATHS["delta"]] = orjson.dumps(page)

    def answer(self, request):
        path = request.path.partition("?")[0]
        self.asked.append((path, request.headers.get("Range")))
        status, body = self.answers.get(path, b"?"), b""
        if isinstance(status, list):  # in turn, the last one again and again
            status = status.pop(0) if len(status) > 1 else status[0]
        status, body = status if isinstance(status, tuple) else (200, status)
        start = 0
        given = request.headers.get("Range")
        if given:
            start, status = int(given.removeprefix("bytes=").rstrip("-")), 206
        request.send_response(status)
        request.send_header("Content-Length", str(len(body) - start))
        if status == 429:
            request.send_header("Retry-After", "1")
        if status == 302:
            request.send_header("Location", "/internal")
        request.end_headers()
        end = None
        if path == PATHS["copy"] and self.cut_after:
            end, self.cut_after = start + self.cut_after, None
        request.wfile.write(body[start:end])
        if end:
            request.close_connection = True


@pytest.fixture
def source():
    recorded = Recorded()
    yield recorded
    recorded.server.shutdown()
    recorded.server.server_close()


# What a server with some facts said, by path, and its state: recorded once by each process.
_said: dict[str, tuple[dict, dict]] = {}


@pytest.fixture
def filled(source, crowd, settings, tmp_path, publish_root):
    """A recorded source and the state it has; the database is empty, as a mirror's is."""
    settings.VAR_DIR = tmp_path
    settings.LIMITS = dict.fromkeys(settings.LIMITS, 10**9)
    if "server" not in _said:
        state = fill(crowd)
        source.record()
        _said["server"] = (source.answers, state)
        empty()
    answers, state = deepcopy(_said["server"])
    source.repeat(answers)
    return state


def fill(crowd):
    """Votes and decisions, scored and in a copy; the state then."""
    crowd(4, "flagged", channelId="UCmaker", channelHandle="@maker")
    crowd(1, "single")
    crowd(3, "cleared")
    decisions.decide_video(actor="m", video_id="cleared", action="lock_human", reason="r")
    decide_channel(actor="m", key="UCmaker", action="flag_channel", reason="r")
    decide_channel(actor="m", key="@innocent", action="clear_channel", reason="r")
    run_pipeline()
    snapshot.build()
    state = server_state()
    assert len(state) == 5
    return state


def empty():
    for model in (Vote, Voter, DirtyVideo, Video, Channel, Change, Revision):
        model.objects.all().delete()


pytestmark = pytest.mark.django_db(transaction=True)


def test_a_new_copy_is_equal_and_a_second_changes_nothing(source, filled):
    first = mirror.step(source.url)
    assert (first.copied, first.changed) == (True, 5)
    assert server_state() == filled
    again = mirror.step(source.url)
    assert (again.copied, again.changed) == (False, 0)
    third = mirror.step(source.url, resync=True)
    assert (third.copied, third.changed) == (True, 0)


def test_lookups_are_served_from_the_copy_and_votes_refused(source, filled, settings, api):
    settings.MIRROR_OF = source.url
    mirror.step(source.url)
    run_pipeline()
    found = api.get(f"/api/videos/{ids.video_hash('flagged')[:4]}").json()
    assert filled["flagged"] in found
    assert api.get("/api/channels/UCmaker").json() == filled["UCmaker"]
    explained = api.get("/api/videos?videoId=cleared&explain=1").json()
    assert explained == filled["cleared"]
    refused = api.vote("flagged")
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "READ_ONLY")
    assert source.url in refused.json()["error"]["message"]
    assert api.delete("/api/users/me", **{"X-User-ID": new_user()}).status_code == 503
    assert api.post("/api/videos/lookup", {"prefixes": ["0000"]}).status_code == 200


def test_the_delta_is_taken_over_with_its_cursor(source, filled):
    mirror.step(source.url)
    changed = {**filled["flagged"], "score": 12.5, "action": "update"}
    source.cursor = "99-0"
    source.set_delta(
        {
            "videos": [changed, {"videoId": "single", "action": "remove"}],
            "channels": [{"channelId": "UCmaker", "action": "remove"}],
        }
    )
    step = mirror.step(source.url)
    assert (step.changed, step.cursor) == (3, "99-0")
    state = server_state()
    assert state["flagged"]["score"] == 12.5
    assert "single" not in state and "UCmaker" not in state
    assert mirror.step(source.url).changed == 0


def test_what_the_source_no_longer_has_goes_with_a_new_copy(source, filled):
    Video.objects.create(
        video_id="stray",
        hash=ids.video_hash("stray"),
        score=70,
        total_votes=3,
        first_reported="2026-01-01T00:00:00Z",
        last_updated="2026-01-01T00:00:00Z",
    )
    Channel.objects.create(handle="stray", score=50)
    mirror.step(source.url)
    assert server_state() == filled
    assert Change.objects.filter(payload__action="remove").count() == 2


def test_an_expired_cursor_leads_to_a_new_copy(source, filled):
    mirror.step(source.url)
    Video.objects.filter(pk="single").delete()
    gone = orjson.dumps({"error": {"code": "SYNC_EXPIRED", "message": "Too old."}})
    fresh = source.answers[PATHS["delta"]]
    source.answers[PATHS["delta"]] = (410, gone)
    served = iter([(410, gone)])
    answer = source.answer

    def once(request):
        if request.path.startswith(PATHS["delta"]) and next(served, None) is None:
            source.answers[PATHS["delta"]] = fresh
        answer(request)

    source.answer = once
    step = mirror.step(source.url)
    assert (step.copied, step.changed) == (True, 1)
    assert server_state() == filled


def test_handles_that_move_between_channels_follow(source, filled):
    mirror.step(source.url)
    maker = {**filled["UCmaker"], "handle": "@maker", "action": "update"}
    new = {**maker, "channelId": "UCother"}
    old = {key: value for key, value in maker.items() if key != "handle"}
    source.cursor = "98-0"
    source.set_delta({"videos": [], "channels": [new]})
    mirror.step(source.url)
    source.cursor = "99-0"
    source.set_delta({"videos": [], "channels": [old]})
    mirror.step(source.url)
    known = Channel.objects.filter(channel_id__isnull=False)
    handles = dict(known.values_list("channel_id", "handle"))
    assert handles == {"UCmaker": None, "UCother": "maker"}


def test_a_source_that_does_not_fold_accents_yet_is_copied_as_it_names_its_channels(source, filled):
    mirror.step(source.url)
    plain = {**filled["UCmaker"], "channelId": "@cafecon", "handle": "@cafecon", "action": "update"}
    accented = {**plain, "channelId": "@cafécon", "handle": "@cafécon"}
    source.cursor = "98-0"
    source.set_delta({"videos": [], "channels": [accented, plain]})
    mirror.step(source.url)
    assert Channel.objects.filter(handle__in=["cafécon", "cafecon"]).count() == 2
    # Once it does, it names one only: the other must not go with it.
    source.cursor = "99-0"
    source.set_delta({"videos": [], "channels": [{"channelId": "@cafécon", "action": "remove"}]})
    mirror.step(source.url)
    assert Channel.objects.get(handle__contains="caf").handle == "cafecon"


def test_every_name_of_a_channel_is_copied_and_those_it_lost_lead_nowhere():
    named = {**CHANNEL, "handle": "@new", "otherHandles": ["@old", "@older"]}
    copied.take_over([named])
    assert channel_object(Channel.objects.known_as("@older")) == named
    position = delta.Position(Revision.objects.latest("number").number)
    renamed = {**named, "handle": "@newest", "otherHandles": ["@new", "@older"]}
    assert copied.take_over([renamed]) > 0
    assert copied.take_over([renamed]) == 0
    assert channel_object(Channel.objects.get()) == renamed
    page = delta.after(position, form="compact")[0]["channels"]
    assert {entry["key"] for entry in page if entry["action"] == "remove"} == {
        f"{compact.key_of('@old'):016x}"
    }


def test_a_handle_is_the_channels_that_was_the_last_to_have_it():
    first = {**CHANNEL, "handle": "@new", "otherHandles": ["@old"]}
    alone = {**CHANNEL, "channelId": "@alone", "handle": "@alone"}
    copied.take_over([first, alone])
    other = {**CHANNEL, "channelId": "UCother", "handle": "@new", "otherHandles": ["@alone"]}
    copied.take_over([{**first, "score": 90}, other])
    assert Channel.objects.known_as("@new").channel_id == "UCother"
    assert Channel.objects.known_as("@alone").channel_id == "UCother"
    maker = Channel.objects.get(channel_id="UCmaker")
    assert (maker.handle, maker.former_handles, maker.score) == ("old", [], 90)
    copied.take_over([{**CHANNEL, "channelId": "UCthird", "handle": "@old"}])
    assert Channel.objects.get(channel_id="UCmaker").names.keys == ["UCmaker"]


def test_a_download_that_is_cut_goes_on_where_it_was(source, filled, monkeypatch):
    monkeypatch.setattr(client.time, "sleep", lambda _: None)
    source.cut_after = 100
    mirror.step(source.url)
    asked = [given for path, given in source.asked if path == PATHS["copy"]]
    assert asked == [None, "bytes=100-"]
    assert server_state() == filled


def test_a_wrong_checksum_is_noticed_and_nothing_taken(source, filled):
    body = bytearray(source.answers[PATHS["copy"]])
    body[-5] ^= 1
    source.answers[PATHS["copy"]] = bytes(body)
    with pytest.raises(NotNow, match="checksum"):
        mirror.step(source.url)
    assert not Video.objects.exists()
    assert not Mirror.objects.exists()


def test_a_source_that_does_not_sign_is_refused_where_a_key_is_given(source, filled, settings):
    settings.MIRROR_KEY = "RWQ" + "A" * 53
    source.answers[PATHS["signed"]] = NOT_FOUND
    with pytest.raises(NotNow, match="signed its files before"):
        mirror.step(source.url)
    assert not Video.objects.exists()
    settings.MIRROR_KEY = "RW"
    with pytest.raises(MirrorError, match="key is none"):
        mirror.step(source.url)


def test_a_busy_source_is_waited_for(source, filled, monkeypatch):
    waited = []
    monkeypatch.setattr(client.time, "sleep", waited.append)
    source.answers[PATHS["manifest"]] = (429, b"{}")
    with pytest.raises(NotNow) as raised:
        mirror.step(source.url)
    assert waited == [1] * (mirror.PATIENCE.tries - 1)
    assert raised.value.retry_after_s == 1


def test_a_source_that_is_away_is_said_to_be(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(client.time, "sleep", lambda _: None)
    with pytest.raises(CommandError, match="ConnectError"):
        call_command("mirror", "--from", "http://127.0.0.1:9")


VIDEO = {
    "videoId": "dQw4w9WgXcQ",
    "score": 77.5,
    "categories": {"fully_ai": {"votes": 3, "weightedScore": 60}},
    "totalVotes": 3,
    "locked": False,
    "lastUpdated": "2026-01-01T00:00:00Z",
}
CHANNEL = {
    "channelId": "UCmaker",
    "score": 80,
    "totalVideos": 4,
    "flaggedVideos": 4,
    "topCategories": ["fully_ai"],
    "locked": False,
    "lastUpdated": "2026-01-01T00:00:00Z",
    "autoFlag": True,
}


def test_a_malformed_delta_leaves_the_mirror_where_it_was(source, filled):
    before = mirror.step(source.url).cursor
    source.cursor = "99-0"
    source.set_delta({"videos": [VIDEO, {**VIDEO, "score": 101}], "channels": []})
    with pytest.raises(MirrorError, match="malformed"):
        mirror.step(source.url)
    assert server_state() == filled
    assert Mirror.objects.get().cursor == before


@pytest.mark.parametrize(
    ("which", "body"),
    [
        ("manifest", b"<html>"),
        ("manifest", b"[]"),
        ("manifest", b'{"files": {}}'),
        ("delta", b'{"videos": {}}'),
        ("delta", b'{"videos": [5], "channels": [], "nextCursor": "1-0"}'),
        ("delta", b'{"videos": [], "channels": [], "nextCursor": "x"}'),
        ("delta", (404, b"{}")),
    ],
)
def test_what_is_no_realtube_server_is_not_mirrored(source, filled, which, body):
    source.answers[PATHS[which]] = body
    with pytest.raises(MirrorError, match=r"RealTube server|understand"):
        mirror.step(source.url)


def test_a_source_cannot_lead_the_mirror_elsewhere(source, filled):
    source.answers["/internal"] = source.answers[PATHS["manifest"]]
    source.answers[PATHS["manifest"]] = (302, b"")
    with pytest.raises(MirrorError, match="302"):
        mirror.step(source.url)
    assert [path for path, _ in source.asked] == [PATHS["manifest"]]


def test_an_endless_answer_is_not_read_to_its_end(source, filled):
    source.answers[PATHS["manifest"]] = b" " * (JSON_MAX + 1)
    with pytest.raises(MirrorError, match="longer than anything"):
        mirror.step(source.url)


@pytest.mark.parametrize("size", [0, -1, 2**50])
def test_a_copy_of_an_impossible_size_is_not_downloaded(source, filled, size):
    manifest = orjson.loads(source.answers[PATHS["manifest"]])
    manifest["files"]["full.ndjson.zst"]["identity"]["bytes"] = size
    source.answers[PATHS["manifest"]] = orjson.dumps(manifest)
    with pytest.raises(MirrorError, match=f"would have {size} bytes"):
        mirror.step(source.url)
    assert PATHS["copy"] not in [path for path, _ in source.asked]


def repacked(source, change):
    """The copy with its lines changed, and a manifest that vouches for it."""
    reader = zstandard.ZstdDecompressor().stream_reader(
        source.answers[PATHS["copy"]], read_across_frames=True
    )
    lines = change(reader.read().splitlines(keepends=True))
    body = zstandard.ZstdCompressor().compress(b"".join(lines))
    manifest = orjson.loads(source.answers[PATHS["manifest"]])
    manifest["files"]["full.ndjson.zst"]["identity"] = {
        "bytes": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    source.answers[PATHS["copy"]] = body
    source.answers[PATHS["manifest"]] = orjson.dumps(manifest)


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: lines[:-1],
        lambda lines: [*lines, lines[-1]],
        lambda lines: lines[1:],
        lambda lines: [*lines[:-1], b"[]\n"],
        lambda lines: [*lines[:-1], b"{" + b" " * 70_000 + b"}\n"],
        lambda lines: [*lines[:-1], lines[-1].rstrip(b"\n")],
    ],
    ids=["short", "long", "no header", "no object", "endless line", "no end"],
)
def test_a_copy_that_does_not_add_up_changes_nothing(source, filled, change):
    repacked(source, change)
    with pytest.raises(MirrorError):
        mirror.step(source.url)
    assert not Video.objects.exists()
    assert not Mirror.objects.exists()


def test_a_database_with_votes_is_never_overwritten(source, filled, crowd):
    crowd(1, "ours")
    with pytest.raises(MirrorError, match="votes of its own"):
        mirror.step(source.url)


@pytest.mark.parametrize("url", ["", "ftp://x", "https://", "https://x/api", "file:///etc/passwd"])
def test_a_source_is_an_origin(url):
    with pytest.raises(MirrorError, match="origin"):
        mirror.check_source(url)


def test_a_mirror_cannot_be_rebuilt_from_facts_it_does_not_have(settings):
    settings.MIRROR_OF = "https://realtube.example"
    with pytest.raises(CommandError, match="no facts"):
        call_command("rebuild")
