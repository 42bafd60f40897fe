"""Several servers of one site (docs/clients.md#several-servers), blocking and not."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

import pytest
from conftest import vectors
from writer import snapshot

from realtube_client import (
    AsyncClient,
    Client,
    Doubt,
    MemoryStore,
    Patience,
    Pin,
    Refused,
    Unreachable,
    Untrusted,
    key_of,
)
from realtube_client.asking import Asking
from realtube_client.wire import Answer, Request

VIDEO = {
    "videoId": "dQw4w9WgXcQ",
    "score": 80,
    "categories": {},
    "totalVotes": 4,
    "locked": False,
    "lastUpdated": "2026-01-01T00:00:00Z",
}
PATH = "/api/videos"
USER = "0" * 64
QUICK = Patience(tries=1)


def refusal(status, code, **headers):
    body = {"error": {"code": code, "message": "Ask later."}}
    return status, {name.replace("_", "-"): value for name, value in headers.items()}, body


OWN_TROUBLE = refusal(500, "INTERNAL_ERROR")


class Awaited:
    """An `AsyncClient` as a blocking one. One loop and one client for all calls."""

    def __init__(self, origins, **more):
        self.loop = asyncio.new_event_loop()
        self.client = self.loop.run_until_complete(self.made(origins, **more))

    @staticmethod
    async def made(origins, **more):
        return AsyncClient(origins, **more)

    def __getattr__(self, name):
        method = getattr(self.client, name)
        return lambda *given, **more: self.loop.run_until_complete(method(*given, **more))

    def close(self):
        self.loop.run_until_complete(self.client.aclose())
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()


@pytest.fixture
def servers(make_server):
    return make_server(), make_server()


@pytest.fixture(params=[Client, Awaited], ids=["blocking", "asynchronous"])
def make_client(request, servers):
    made = []

    def make(**more):
        origins = [server.url for server in servers]
        made.append(request.param(origins, **{"patience": QUICK, **more}))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(make_client):
    return make_client()


def test_the_next_server_is_asked_while_the_first_is_away(servers, client):
    first, second = servers
    first.says(PATH, OWN_TROUBLE)
    second.says(PATH, VIDEO)
    assert client.video("dQw4w9WgXcQ").score == 80
    assert client.video("dQw4w9WgXcQ").score == 80
    assert (len(first.asked), len(second.asked)) == (1, 2)


def asked(asking, *answers):
    """Whom a request goes to, given what comes of asking each."""
    flow, given = asking.ask(Request("GET", PATH)), iter(answers)
    effect, origins = next(flow), []
    while True:
        origins.append(effect.origin)
        try:
            answer = next(given)
            if isinstance(answer, Exception):
                effect = flow.throw(answer)
            else:
                effect = flow.send(Answer(effect.origin, 200, {}, b"{}"))
        except (StopIteration, Unreachable):
            return origins


def test_one_that_was_away_has_its_place_again_after_a_while_longer_each_time():
    clock = [0.0]
    asking = Asking(["https://a.example", "https://b.example"], QUICK, lambda: clock[0])
    a, b = asking.origins
    away = Unreachable("away")
    assert asked(asking, away, "there") == [a, b]
    for wait in (30, 60, 120, 240, 480, 960, 1800, 1800):
        clock[0] += wait - 1
        assert asked(asking, "there") == [b]
        clock[0] += 1
        assert asked(asking, away, "there") == [a, b]
    clock[0] += 1800
    assert asked(asking, "there") == [a]
    assert asked(asking, away, "there") == [a, b]
    clock[0] += 30
    assert asking.in_order() == [a, b]


@pytest.mark.parametrize(
    "said",
    [
        (200, "<html>"),
        (502, "<html>"),
        OWN_TROUBLE,
        refusal(503, "OVERLOADED"),
        refusal(429, "RATE_LIMITED", Retry_After="90"),
    ],
)
def test_one_that_cannot_answer_is_passed_over(servers, client, said):
    first, second = servers
    first.says(PATH, said)
    second.says(PATH, VIDEO)
    assert client.video("dQw4w9WgXcQ").score == 80


@pytest.mark.parametrize(
    "said",
    [
        refusal(404, "NOT_FOUND"),
        refusal(400, "INVALID_PARAM"),
        refusal(429, "RATE_LIMITED", Retry_After="50"),
    ],
)
def test_one_that_says_no_has_answered(servers, client, said):
    first, second = servers
    first.says(PATH, said)
    try:
        assert client.video("dQw4w9WgXcQ") is None
    except Refused as error:
        assert error.code in ("INVALID_PARAM", "RATE_LIMITED")
    assert (len(first.asked), len(second.asked)) == (1, 0)


def test_the_first_alone_hears_who_votes_reports_and_observes(servers, client):
    first, second = servers
    for path in ("/api/votes", "/api/channels/@a/reports", "/api/observations", "/api/challenge"):
        first.says(path, refusal(503, "READ_ONLY"))
    calls = [
        partial(client.vote, USER, "dQw4w9WgXcQ", "fully_ai"),
        partial(client.withdraw, USER, "dQw4w9WgXcQ"),
        partial(client.report_channel, USER, "@a", "fully_ai", ["dQw4w9WgXcQ"]),
        partial(client.withdraw_report, USER, "@a"),
        partial(client.observe, USER, channel_handle="@a"),
        partial(client.forget_observations, USER),
        partial(client.challenge, USER),
    ]
    for call in calls:
        with pytest.raises(Refused, match="Ask later"):
            call()
    assert (len(first.asked), len(second.asked)) == (len(calls), 0)


def test_a_voter_is_not_told_to_another_server_while_the_first_is_away(servers, client):
    first, second = servers
    first.says("/api/votes", (502, "<html>"))
    with pytest.raises(Unreachable):
        client.vote(USER, "dQw4w9WgXcQ", "fully_ai")
    assert second.asked == []


def site(server, name, revision):
    """A server with a copy of its own: a video that it alone has, a revision, and its delta."""
    page = {"videos": [], "channels": [], "nextCursor": f"{revision}-0", "hasMore": False}
    body = snapshot([(key_of(name), 90, 0)], revision=revision)
    server.says("/api/sync/compact", (200, {"ETag": f'"{name}"'}, body))
    server.says("/api/sync/delta", page)
    server.says("/api/sync/signed", refusal(404, "NOT_FOUND"))


@pytest.fixture
def sites(servers):
    for server, name, revision in zip(servers, ("first", "second"), (500, 7), strict=True):
        site(server, name, revision)
    return servers


def aged(store):
    """As if the copy had been taken yesterday."""
    store.renew(replace(store.state(), taken_at=0.0))


def away(server):
    for path in server.answers:
        server.says(path, (502, "<html>"))


def test_a_copy_is_of_one_server_and_followed_there(sites, client):
    first, second = sites
    store = MemoryStore()
    client.follow(store)
    client.follow(store)
    assert (store.state().origin, store.state().cursor) == (first.url, "500-0")
    assert second.asked == []


def test_another_servers_copy_is_taken_while_its_own_is_away_until_the_next_snapshot(
    sites, make_client
):
    first, second = sites
    store = MemoryStore()
    client = make_client()
    client.follow(store)
    away(first)
    followed = client.follow(store)
    assert (followed.copied, store.state().origin, store.state().cursor) == (
        True,
        second.url,
        "7-0",
    )
    assert store.video("second") and not store.video("first")
    assert all("cursor=500" not in path for path in second.paths())
    site(first, "first", 600)
    client = make_client()  # which does not know that the first was away
    client.follow(store)
    assert store.state().origin == second.url
    aged(store)
    client.follow(store)
    assert (store.state().origin, store.state().cursor) == (first.url, "600-0")
    assert store.video("first") and not store.video("second")


def test_a_server_that_was_taken_off_the_list_is_not_asked_any_more(sites, make_client):
    first, second = sites
    store = MemoryStore()
    make_client().follow(store)
    count = len(first.asked)
    with Client(second.url, patience=QUICK) as alone:
        alone.follow(store)
    assert (store.state().origin, len(first.asked)) == (second.url, count)


def test_a_server_with_a_bad_copy_is_passed_over(sites, client):
    first, second = sites
    first.says("/api/sync/compact", snapshot([(key_of("first"), 90, 0)])[:-1])
    store = MemoryStore()
    client.follow(store)
    assert store.state().origin == second.url


@pytest.mark.parametrize("says", [refusal(404, "NOT_FOUND"), refusal(403, "FORBIDDEN")])
def test_a_server_that_has_no_copy_is_passed_over(sites, client, says):
    first, second = sites
    first.says("/api/sync/compact", says)
    store = MemoryStore()
    client.follow(store)
    assert store.state().origin == second.url


def test_where_no_server_has_a_copy_to_be_believed_that_is_said_and_what_is_held_stays(
    sites, make_client
):
    store = MemoryStore()
    make_client().follow(store)
    aged(store)
    pin = Pin(vectors("signatures")["keys"]["first"])
    followed = make_client(pin=pin).follow(store)
    assert "signed its files before" in followed.refused
    assert store.video("first")
    with pytest.raises(Untrusted) as untrusted:
        make_client(pin=pin).follow(MemoryStore())
    assert untrusted.value.doubt is Doubt.UNSIGNED
