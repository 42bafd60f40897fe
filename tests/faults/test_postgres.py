"""PostgreSQL killed, restarted, read-only and frozen while people vote."""

from __future__ import annotations

import statistics
import time

import pytest

from benchmarks.load import MIX, NO_LIMITS, Client, Load, failures
from tests.conftest import new_user
from tests.deploy.proxy import nginx
from tests.dev.processes import wait_until
from tests.faults.servers import answers, frozen, kill, parts
from tests.tools import needs

LOAD = MIX | {"vote": 30, "unvote": 6}
READS = {"lookup", "search", "snapshot"}
UNSURE = {0, 503}
LONG_S = 16  # in which retries that double their pauses have come to pause for as long


@pytest.fixture(scope="module")
def site():
    with parts() as made:
        yield made


def vote():
    return {"videoId": "whatever", "userId": new_user(), "category": "fully_ai"}


@pytest.mark.parametrize("how", ["killed", "restarted"])
def test_a_client_that_asks_again_has_one_vote(site, figures, how):
    seed = {"killed": 1, "restarted": 2}[how]
    with Load(site.service.port, tls=False, mix=LOAD, seed=seed).running() as load:
        answers(load)
        kill(site.postgres) if how == "killed" else site.postgres.stop()
        refused = site.service.ask("POST", "/api/votes", vote())
        assert (refused.status, refused.json()["error"]["code"]) == (503, "OVERLOADED")
        assert int(refused.headers["Retry-After"]) == refused.json()["error"]["retryAfter"]
        assert site.service.status("/health/ready") == 503
        answers(load)
        site.postgres.start()
        recovered_s = site.wait_until_healthy()
        answers(load)
    scored_s = site.wait_until_scored()
    sent = site.check(load, figures, recovered_s=recovered_s, scored_s=scored_s)
    assert failures(sent)
    assert {status for _, status in failures(sent)} <= UNSURE
    assert not [s for s in sent if s.failed and s.kind in READS]


def test_after_a_long_outage_the_pool_is_back_at_once(site, figures):
    with Load(site.service.port, tls=False, mix=LOAD, seed=5).running() as load:
        answers(load)
        kill(site.postgres)
        away = time.monotonic()
        time.sleep(LONG_S)
        site.postgres.start()
        meanwhile = [s for s in load.sent if s.at > away]
        recovered_s = site.wait_until_healthy()
        back = time.monotonic()
        wait_until(
            lambda: any(s.kind == "vote" and s.status == 200 for s in load.sent if s.at > back),
            timeout_s=20,
            what="a vote is stored",
        )
        voted_s = round(time.monotonic() - back, 1)
    read_s = statistics.median(s.seconds for s in meanwhile if s.kind in READS)
    refused_s = statistics.median(s.seconds for s in meanwhile if s.failed)
    sent = site.check(
        load,
        figures,
        recovered_s=recovered_s,
        voted_s=voted_s,
        read_s=round(read_s, 3),
        refused_s=round(refused_s, 3),
    )
    assert not [s for s in sent if s.failed and s.kind in READS]
    assert recovered_s + voted_s < LONG_S / 3
    # Votes that wait for a connection leave threads for those who need none.
    assert read_s < refused_s / 4


def test_read_only_refuses_votes_and_nothing_else(site, figures):
    with Load(site.service.port, tls=False, mix=LOAD, seed=3).running() as load:
        answers(load)
        site.sql("ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()")
        try:
            wait_until(lambda: site.ready() == "degraded", timeout_s=20, what="it says so")
            refused = site.service.ask("POST", "/api/votes", vote())
            assert (refused.status, refused.json()["error"]["code"]) == (503, "READ_ONLY")
            assert int(refused.headers["Retry-After"]) > 0
            answers(load)
        finally:
            site.sql(
                "SET default_transaction_read_only = off",
                "ALTER SYSTEM RESET default_transaction_read_only",
                "SELECT pg_reload_conf()",
            )
        recovered_s = site.wait_until_healthy()
        answers(load)
    sent = site.check(load, figures, recovered_s=recovered_s)
    assert {kind for kind, _ in failures(sent)} <= {"vote", "unvote"}


def test_frozen_for_a_while_everything_goes_on_afterwards(site, figures):
    with Load(site.service.port, tls=False, mix=LOAD, seed=4).running() as load:
        answers(load)
        with frozen(site.postgres):
            waits = len(load.sent)
            time.sleep(3)  # how long it is frozen is what is tested
            stuck = len(load.sent) - waits
        recovered_s = site.wait_until_healthy()
        answers(load)
    sent = site.check(load, figures, recovered_s=recovered_s, answered_meanwhile=stuck)
    assert {status for _, status in failures(sent)} <= UNSURE


@needs("nginx", "envsubst", "openssl")
def test_frozen_for_long_a_vote_is_refused_in_time_and_files_are_served(site, figures):
    with nginx(site.service.var_dir / "publish", site.service.port, **NO_LIMITS) as proxy:
        with frozen(site.postgres):
            started = time.monotonic()
            refused = proxy.ask("/api/votes", method="POST", body=vote())
            seconds = time.monotonic() - started
            assert (refused.status, refused.error) == (503, "OVERLOADED")
            assert int(refused.headers["Retry-After"]) > 0
            assert proxy.ask("/api/sync/full").status == 200
            assert proxy.ask("/api/videos/0000").status in (200, 404)
        figures(refused_after_s=round(seconds, 1), recovered_s=site.wait_until_healthy())
        assert seconds < 15
        client = Client(proxy.port)
        assert client.ask("POST", "/api/votes", vote())[0] == 200
        client.close()
