"""Whom a client asks, when, and what it refuses to read."""

from __future__ import annotations

import asyncio
import gzip
import threading
from dataclasses import replace

import pytest
from conftest import packed, vectors
from writer import snapshot

from realtube_client import (
    AsyncClient,
    Cancelled,
    Client,
    Doubt,
    Intercepted,
    MemoryStore,
    Patience,
    Pin,
    Refused,
    Unreachable,
    Untrusted,
    key_of,
    wire,
)
from realtube_client.asking import Asking, limit_of, origin_of
from realtube_client.wire import Answer, Request, Send, Sleep

CHANNEL = {
    "channelId": "UCmaker",
    "score": 80,
    "totalVideos": 4,
    "flaggedVideos": 4,
    "topCategories": ["fully_ai"],
    "locked": False,
    "lastUpdated": "2026-01-01T00:00:00Z",
    "autoFlag": True,
    "later": {"x": 1},
}
PATH = "/api/channels/UCmaker"
IMPATIENT = Patience(tries=1)
QUICK = Patience(tries=3, longest_s=0.2, spread=0)


def busy(seconds):
    error = {"error": {"code": "RATE_LIMITED", "message": "Later.", "retryAfter": seconds}}
    return 429, {"Retry-After": str(seconds)}, error


def effects(asking, *answers):
    """What a flow wants, given these answers, until it ends or raises."""
    flow, given = asking.ask(Request("GET", PATH)), iter(answers)
    effect = next(flow)
    while True:
        yield effect
        try:
            if isinstance(effect, Sleep):
                effect = flow.send(None)
            else:
                status, headers = next(given)
                code = {429: "RATE_LIMITED", 503: "OVERLOADED"}.get(status)
                body = b'{"error": {"code": "%s", "message": "Later."}}' % str(code).encode()
                effect = flow.send(Answer(effect.origin, status, headers, body))
        except StopIteration:
            return


def test_what_a_server_says_is_waited_for():
    asking = Asking("https://a.example", Patience(spread=0), lambda: 0.0)
    seen = list(effects(asking, (503, {"retry-after": "7"}), (200, {})))
    assert seen == [seen[0], Sleep(7.0), seen[0]]


def test_without_a_word_the_waits_double():
    asking = Asking("https://a.example", Patience(spread=0), lambda: 0.0)
    seen = []
    with pytest.raises(Refused):
        for effect in effects(asking, *[(503, {})] * 3):
            seen.append(effect)
    assert [effect.seconds for effect in seen if isinstance(effect, Sleep)] == [2.0, 4.0]


def test_a_long_wait_is_left_to_the_caller_and_not_asked_against(server):
    server.says(PATH, busy(600))
    with Client(server.url) as client:
        for _ in range(2):
            with pytest.raises(Refused) as refused:
                client.channel("UCmaker")
            assert 599 < refused.value.retry_after_s <= 600
        client.lookup("other limits go on")
    assert server.paths().count(PATH) == 1


def test_an_empty_limit_is_waited_for_before_asking():
    clock = [0.0]
    asking = Asking("https://a.example", Patience(spread=0), lambda: clock[0])
    empty = {
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": "1795766420",
        "date": "Fri, 27 Nov 2026 08:00:00 GMT",
    }
    assert all(isinstance(effect, Send) for effect in effects(asking, (200, empty)))
    sleep, _ = effects(asking, (200, {}))
    assert sleep == Sleep(20.0)


def test_what_is_counted_together_is_held_back_together():
    assert limit_of("GET", "/api/sync/compact") == limit_of("GET", "/api/sync/delta")
    assert limit_of("GET", "/api/sync/manifest") != limit_of("GET", "/api/sync/delta")
    assert limit_of("POST", "/api/votes") != limit_of("DELETE", "/api/votes")


@pytest.mark.parametrize("url", ["", "realtube.example", "ftp://x", "https://x/api", "https://"])
def test_an_origin_is_an_origin(url):
    with pytest.raises(ValueError, match="no origin"):
        origin_of(url)


@pytest.mark.parametrize(
    "answer",
    [
        "<html>Sign in</html>",
        [],
        {},
        {**CHANNEL, "score": 101},
        {**CHANNEL, "score": "80"},
        {**CHANNEL, "lastUpdated": "yesterday"},
        {**CHANNEL, "topCategories": [1]},
        b'{"score": NaN}',
        b"[" * 100_000,
        (302, {"Location": "http://portal.example/"}, ""),
        (404, "<html>"),
        (200, {"Content-Encoding": "br"}, b"x"),
        (200, {"Content-Encoding": "gzip"}, b"no gzip"),
    ],
)
def test_what_no_server_says_is_somebody_elses_answer(server, answer):
    server.says(PATH, answer)
    with Client(server.url, patience=QUICK) as client, pytest.raises(Intercepted):
        client.channel("UCmaker")


def test_endless_answers_are_not_read_to_their_end(server, monkeypatch):
    server.says(PATH, gzip.compress(b" " * 1_000_000), packed(b" " * 1_000_000))
    with Client(server.url, patience=IMPATIENT) as client:
        flow = client._asking.ask(Request("GET", PATH, max_bytes=500))
        with pytest.raises(Intercepted, match="longer"):
            client.run(flow)
        flow = client._asking.ask(Request("GET", PATH, max_bytes=5000))
        with pytest.raises(Intercepted, match="longer"):
            client.run(flow)


def test_an_answer_that_breaks_off_is_none(server):
    whole = gzip.compress(b'{"channelId": "UCmaker"}' * 100)
    server.says(PATH, (200, {"Content-Encoding": "gzip"}, whole[:-12]))
    with Client(server.url, patience=IMPATIENT) as client, pytest.raises(Unreachable, match="off"):
        client.channel("UCmaker")


def test_a_slow_answer_is_given_up(server, monkeypatch):
    server.pause = threading.Event()
    with Client(server.url, timeout_s=0.1, patience=IMPATIENT) as client:
        with pytest.raises(Unreachable, match="ReadTimeout"):
            client.channel("UCmaker")
    server.pause.set()
    server.pause = None
    server.says(PATH, CHANNEL)
    times = iter([0.0, 61.0])
    monkeypatch.setattr(wire.time, "monotonic", lambda: next(times, 100.0))
    with Client(server.url, patience=IMPATIENT) as client:
        with pytest.raises(Unreachable, match="longer than 60 s"):
            client.channel("UCmaker")


def test_a_cancelled_client_stops_waiting(server):
    server.says(PATH, busy(30))
    cancelled = threading.Event()
    timer = threading.Timer(0.2, cancelled.set)
    timer.start()
    with Client(server.url, cancelled=cancelled) as client, pytest.raises(Cancelled):
        client.channel("UCmaker")
    timer.join()


def test_a_cancelled_task_stops_waiting(server):
    server.says(PATH, busy(30))

    async def impatient():
        async with AsyncClient(server.url) as client:
            await asyncio.wait_for(client.channel("UCmaker"), 0.2)

    with pytest.raises(TimeoutError):
        asyncio.run(impatient())


def test_a_handle_stays_one_part_of_the_path(server):
    server.says("/api/channels/@a%2F..%2Fb", CHANNEL)
    with Client(server.url, patience=IMPATIENT) as client:
        assert client.channel("@a/../b") is not None


def followed_by(server, pin, store):
    nothing = {"videos": [], "channels": [], "nextCursor": "10-0", "hasMore": False}
    server.says("/api/sync/delta", nothing)
    with Client(server.url, patience=IMPATIENT, pin=pin) as client:
        return client.follow(store)


def test_a_copy_that_is_not_signed_any_more_is_refused_and_what_is_held_goes_on(server):
    server.says("/api/sync/compact", snapshot([(key_of("old"), 90, 0)]))
    store = MemoryStore()
    followed_by(server, Pin(), store)
    pin = Pin(vectors("signatures")["keys"]["first"])
    server.says("/api/sync/compact", snapshot([(key_of("new"), 90, 0)]))
    with pytest.raises(Untrusted) as untrusted:
        followed_by(server, pin, MemoryStore())
    assert untrusted.value.doubt is Doubt.UNSIGNED
    state = store.state()
    store.renew(replace(state, taken_at=0.0))
    found = followed_by(server, pin, store)
    assert "signed its files before" in found.refused
    assert store.video("old") and not store.video("new")


def test_a_pinned_key_is_kept_in_a_file(tmp_path):
    case = vectors("signatures")["cases"][0]
    from realtube_client.shape import parsed_moment
    from realtube_client.signatures import File

    path = tmp_path / "pin.json"
    Pin(path=path, now=lambda: parsed_moment(case["now"])).check(
        case["signed"], File(**case["file"])
    )
    again = Pin(path=path)
    assert (again.key, again.time) == (case["pinnedThen"], parsed_moment("2026-11-27T07:50:00Z"))
    path.write_text("{}")
    with pytest.raises(ValueError, match="pinned key"):
        Pin(path=path)


def test_an_unchanged_copy_is_not_taken_again(server):
    server.says(
        "/api/sync/compact",
        (200, {"ETag": '"a"'}, snapshot([(key_of("held"), 90, 0)])),
        (304, {"ETag": '"a"'}, b""),
    )
    store = MemoryStore()
    followed_by(server, None, store)
    state = store.state()
    store.renew(replace(state, taken_at=0.0))
    assert followed_by(server, None, store).copied is False
    assert store.video("held") and store.state().taken_at > 0
