"""Redis away, slow, frozen and full, under load: reads and votes go on, nothing is lost."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import pytest

from benchmarks.load import MIX, NO_LIMITS, Load, failures, percentile
from tests.dev.processes import child_with, wait_until
from tests.faults.servers import answers, frozen, kill, parts, slow_proxy

LOAD = MIX | {"vote": 15, "unvote": 3}


@pytest.fixture(scope="module")
def site():
    with parts() as made:
        yield made


def test_killed_and_back_under_load(site, figures):
    worker = child_with(site.service.process.pid, "--queues=celery,exports")
    with Load(site.service.port, tls=False, mix=LOAD, seed=1).running() as load:
        answers(load)
        kill(site.valkey)
        answers(load)
        wait_until(lambda: site.ready() == "degraded", timeout_s=20, what="it says so")
        answers(load)
        site.valkey.start()
        recovered_s = site.wait_until_healthy()
        answers(load)
    scored_s = site.wait_until_scored()
    sent = site.check(load, figures, recovered_s=recovered_s, scored_s=scored_s)
    assert not failures(sent)
    assert percentile(sent, 0.99) < 2
    assert child_with(site.service.process.pid, "--queues=celery,exports") == worker


def test_absent_at_the_start(site, figures):
    kill(site.valkey)
    try:
        with site.service.gunicorn(**NO_LIMITS) as (port, _):
            with Load(port, tls=False, mix=LOAD, seed=2).running() as load:
                answers(load)
                site.valkey.start()
                answers(load)
    finally:
        if not site.valkey.running:
            site.valkey.start()
    recovered_s = site.wait_until_healthy()
    sent = site.check(load, figures, recovered_s=recovered_s)
    assert not failures(sent)


def test_frozen_under_load(site, figures):
    with Load(site.service.port, tls=False, mix=LOAD, seed=3).running() as load:
        answers(load)
        with frozen(site.valkey):
            started = time.monotonic()
            answers(load, 300)
            rate = 300 / (time.monotonic() - started)
        answers(load)
    recovered_s = site.wait_until_healthy()
    sent = site.check(load, figures, recovered_s=recovered_s, requests_a_second=round(rate))
    assert not failures(sent)
    assert percentile(sent, 0.5) < 0.25  # whoever does not try Redis does not wait for it


def test_half_a_second_slow_opens_the_circuit(site, figures):
    parsed = urlsplit(site.valkey.url)
    with slow_proxy(parsed.port, delay_s=0.5) as (port, connections):
        slow = parsed._replace(netloc=f":{parsed.password}@127.0.0.1:{port}").geturl()
        there = {"REDIS_URL": slow, "REDIS_CACHE_URL": slow.removesuffix("0") + "1"}
        with site.service.gunicorn(**NO_LIMITS, **there) as (web, _):
            started = time.monotonic()
            with Load(web, clients=8, tls=False, mix=LOAD, seed=4).running() as load:
                answers(load, 600)
            seconds = time.monotonic() - started
            tries = len(connections)
    sent = site.check(load, figures, tries=tries, requests_a_second=round(600 / seconds))
    assert not failures(sent)
    assert percentile(sent, 0.5) < 0.25
    # Each of 8 threads may be on its way when a circuit opens, every two seconds.
    assert tries < len(sent) / 4


def test_full_loses_no_message(site, figures):
    with site.redis as valkey:
        with Load(site.service.port, tls=False, mix=LOAD, seed=5).running() as load:
            answers(load)
            valkey.lpush("kept", "message")
            valkey.config_set("maxmemory", 1)
            try:
                answers(load)
                assert valkey.lrange("kept", 0, -1) == [b"message"]
                assert valkey.info("stats")["evicted_keys"] == 0
            finally:
                valkey.config_set("maxmemory", 0)
            answers(load)
        valkey.delete("kept")
    recovered_s = site.wait_until_healthy()
    scored_s = site.wait_until_scored()
    sent = site.check(load, figures, recovered_s=recovered_s, scored_s=scored_s)
    assert not failures(sent)
