"""Lua scripts on a connection of each thread's own, on a real server."""

from __future__ import annotations

import threading

import pytest
import redis
from django.conf import settings

from common.scripts import Script

OWN = "15"  # a database that no other test is connected to
ADD = "return redis.call('INCRBY', KEYS[1], ARGV[1])"


def url():
    return settings.REDIS_URL.rsplit("/", 1)[0] + f"/{OWN}"


@pytest.fixture
def server():
    with redis.from_url(url()) as connection:
        connection.delete("scripts:n")
        yield connection
        connection.delete("scripts:n")


@pytest.fixture
def add():
    return Script(ADD, url=url)


def clients(server):
    return {client["id"] for client in server.client_list() if client["db"] == OWN}


def in_thread(work):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join(10)


def test_a_script_the_server_does_not_know_is_sent_to_it(server, add):
    server.script_flush()
    assert [add(["scripts:n"], [2]) for _ in range(3)] == [2, 4, 6]


def test_a_thread_keeps_its_connection_and_connects_anew_once_it_was_closed(server, add):
    results, opened = [], []

    def work():
        before = clients(server)
        results.append(add(["scripts:n"], [1]))
        (mine,) = clients(server) - before
        results.append(add(["scripts:n"], [1]))
        opened.append(clients(server) - before == {mine})
        server.client_kill_filter(_id=mine)
        results.append(add(["scripts:n"], [1]))

    in_thread(work)
    assert (results, opened) == ([1, 2, 3], [True])


def test_what_a_script_refuses_does_not_spoil_the_next_answer(server, add):
    server.set("scripts:n", "no number")
    with pytest.raises(redis.exceptions.ResponseError):
        add(["scripts:n"], [1])
    server.set("scripts:n", 41)
    assert add(["scripts:n"], [1]) == 42


def test_a_server_that_is_away_is_told_as_such():
    nowhere = Script(ADD, url=lambda: "redis://127.0.0.1:1/0")
    with pytest.raises(redis.exceptions.ConnectionError):
        nowhere(["scripts:n"], [1])
