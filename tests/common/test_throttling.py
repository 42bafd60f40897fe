"""Whoever is far below a limit does not wait for Redis, and nobody gets past it for that."""

from __future__ import annotations

import threading

import pytest
import redis
from django.conf import settings

from common import throttling
from common.throttling import Limit, LimitExceeded, count
from tests.dev.processes import wait_until

LIMIT = Limit("lookup", "198.51.100.1", allowed=80)


@pytest.fixture
def server():
    """The Redis that counts."""
    with redis.from_url(settings.REDIS_URL) as connection:
        yield connection


def told(server, limit=LIMIT):
    return int(server.get(limit.key) or 0)


def refused():
    try:
        count([LIMIT], route="x")
    except LimitExceeded:
        return True
    return False


def test_redis_is_told_of_early_requests_soon(server):
    for n in range(5):
        usage = count([LIMIT], route="x")
        assert (usage.limit, usage.remaining) == (80, 79 - n)
    wait_until(lambda: told(server) == 5, timeout_s=5, what="Redis knows of all five")
    assert 0 < server.pttl(LIMIT.key) <= throttling.WINDOW_S * 1000


def test_near_the_limit_every_request_asks_redis(server):
    for _ in range(11):
        count([LIMIT], route="x")
    assert told(server) == 11


def test_what_others_have_counted_counts_here(server):
    server.set(LIMIT.key, 79, px=30_000)
    assert not refused()  # this process knows nothing yet
    wait_until(lambda: told(server) == 80, timeout_s=5, what="Redis has been told")
    wait_until(refused, timeout_s=5, what="this process has heard of the others")
    with pytest.raises(LimitExceeded) as last:
        count([LIMIT], route="x")
    assert 0 < last.value.retry_after_s <= 31


def test_eight_processes_that_know_nothing_of_each_other_let_no_more_through(server):
    for _ in range(8):
        assert not any(refused() for _ in range(10))
        throttling._tell_all()
        throttling.forget()  # as one that has just begun
    assert told(server) == 80


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
    assert (told(server), answers.count(True)) == (160, 80)


def test_a_cost_is_counted_whole(server):
    dear = Limit("prefixes", "198.51.100.2", cost=50, allowed=100)
    count([dear], route="x")
    count([dear], route="x")
    with pytest.raises(LimitExceeded):
        count([dear], route="x")
    assert told(server, dear) == 150


def test_what_redis_missed_while_it_was_away_it_is_told_afterwards(server, monkeypatch):
    with monkeypatch.context() as away:
        away.setattr(settings, "REDIS_URL", "redis://127.0.0.1:1/0")
        for _ in range(15):
            count([LIMIT], route="x")
    assert told(server) == 0
    count([LIMIT], route="x")
    assert told(server) == 16
