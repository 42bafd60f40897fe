"""Limits are counted in Redis for all processes, and by each for itself while Redis is away."""

from __future__ import annotations

import threading

import pytest
import redis
from django.conf import settings

from common import throttling
from common.throttling import Limit, LimitExceeded, count

LIMIT = Limit("lookup", "198.51.100.1", allowed=80)


@pytest.fixture
def server():
    """The Redis that counts."""
    with redis.from_url(settings.REDIS_URL) as connection:
        yield connection


def counted(server, limit=LIMIT):
    return int(server.get(limit.key) or 0)


def refused(limit=LIMIT):
    try:
        count([limit], route="x")
    except LimitExceeded:
        return True
    return False


def test_every_request_is_counted_and_told_what_is_left(server):
    for n in range(5):
        usage = count([LIMIT], route="x")
        assert (usage.limit, usage.remaining) == (80, 79 - n)
        assert counted(server) == n + 1
    assert 0 < server.pttl(LIMIT.key) <= throttling.WINDOW_S * 1000


def test_what_others_have_counted_counts_here(server):
    server.set(LIMIT.key, 79, px=30_000)
    assert not refused()
    with pytest.raises(LimitExceeded) as last:
        count([LIMIT], route="x")
    assert 0 < last.value.retry_after_s <= 31


def test_of_several_limits_the_tightest_is_told(server):
    tight = Limit("stats", "198.51.100.1", allowed=3)
    assert count([LIMIT, tight], route="x").limit == 3
    assert (counted(server), counted(server, tight)) == (1, 1)


def test_many_threads_are_counted_once_each(server):
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.extend(refused() for _ in range(20)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (counted(server), answers.count(True)) == (160, 80)


def test_a_cost_is_counted_whole(server):
    dear = Limit("prefixes", "198.51.100.2", cost=50, allowed=100)
    count([dear], route="x")
    count([dear], route="x")
    with pytest.raises(LimitExceeded):
        count([dear], route="x")
    assert counted(server, dear) == 150


def test_a_connection_that_was_closed_meanwhile_is_made_anew(server):
    count([LIMIT], route="x")
    server.client_kill_filter(_type="normal", skipme=True)
    count([LIMIT], route="x")
    assert counted(server) == 2


def test_a_server_that_forgot_its_scripts_is_given_them_again(server):
    count([LIMIT], route="x")
    server.script_flush()
    count([LIMIT], route="x")
    assert counted(server) == 2


def test_while_redis_is_away_each_process_counts_for_itself_and_votes_more_strictly(
    server, settings, monkeypatch
):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    few = Limit("lookup", "198.51.100.3", allowed=3)
    votes = Limit("vote_user", "198.51.100.3", allowed=9)
    assert [refused(few) for _ in range(4)] == [False, False, False, True]
    assert [refused(votes) for _ in range(4)] == [False, False, False, True]
    monkeypatch.setattr(throttling, "LOCAL_KEYS_MAX", 2)
    assert not refused(few)  # forgotten, as there were too many
    assert counted(server, few) == 0


def test_redis_counts_again_as_soon_as_it_is_back(server, settings, monkeypatch):
    real = settings.REDIS_URL
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert not refused()
    assert counted(server) == 0
    settings.REDIS_URL = real
    monkeypatch.setattr(throttling._breaker, "_closed_again_at", 0.0)
    assert not refused()
    assert counted(server) == 1
