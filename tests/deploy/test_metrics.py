"""Every metric moves when what it counts happens, in whichever process that is."""

from __future__ import annotations

import os
import secrets
import signal
import socket
from contextlib import contextmanager

import pytest

from tests.deploy.site import sites
from tests.dev.processes import child_with, descendants, running, wait_until
from tests.tools import needs

pytestmark = needs("nginx", "envsubst", "openssl")


@pytest.fixture(scope="module")
def site():
    with sites() as running_site:
        yield running_site


@contextmanager
def grows(site, service, name, by=1, **labels):
    """What happens inside makes a number of a service grow within half a minute."""
    before = site.metrics(service)(name, **labels)
    yield
    wait_until(
        lambda: site.metrics(service)(name, **labels) >= before + by,
        timeout_s=30,
        what=f"{name} grows by {by}",
    )


@contextmanager
def a_request_that_waits(site):
    """A vote whose body does not come."""
    with socket.create_connection(("127.0.0.1", site.ports["web"]), timeout=30) as client:
        client.sendall(
            b"POST /api/votes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: 100\r\n\r\n{"
        )
        yield


def test_a_vote_is_counted_from_the_request_to_the_published_file(site):
    with (
        grows(site, "web", "realtube_votes_total", category="ai_visuals"),
        grows(
            site,
            "web",
            "realtube_api_request_duration_seconds_count",
            endpoint="/api/votes",
            method="POST",
            status="200",
        ),
        grows(site, "worker", "realtube_score_recalculation_duration_seconds_count"),
        grows(
            site,
            "worker",
            "realtube_celery_task_total",
            task="sync.tasks.advance",
            outcome="success",
        ),
        grows(
            site, "worker", "realtube_celery_task_duration_seconds_count", task="sync.tasks.advance"
        ),
        grows(site, "beat", "realtube_celery_task_sent_total", task="sync.tasks.tick"),
    ):
        before = written(site)
        assert site.vote("counted", category="ai_visuals") == 200
    wait_until(lambda: written(site) > before, timeout_s=30, what="a bucket is written")


def written(site):
    """Whoever comes first, worker or publisher, writes a bucket."""
    return sum(
        site.metrics(service)("realtube_buckets_written_total")
        for service in ("worker", "publisher")
    )


def test_lookups_miss_the_cache_first_and_then_hit_it(site):
    misses, asked = site.metrics("web")("realtube_cache_misses_total"), iter(range(1000))

    def miss():
        # Not the first one, where the cache was away just before.
        assert site.ask(f"/api/videos?videoId=nobody{next(asked)}").status_code == 404
        return site.metrics("web")("realtube_cache_misses_total") > misses

    wait_until(miss, timeout_s=30, what="an answer does not come from the cache", every_s=1)
    assert site.vote("cached") == 200
    hits = site.metrics("web")("realtube_cache_hits_total")

    def hit():
        # Other words each time: the proxy keeps answers, too.
        assert site.ask(f"/api/videos?videoId=cached&n={next(asked)}").status_code == 200
        return site.metrics("web")("realtube_cache_hits_total") > hits

    # For a minute after a vote nothing is kept.
    wait_until(hit, timeout_s=100, what="an answer comes from the cache", every_s=2)


def test_what_a_limit_refuses_is_counted_by_route(site):
    user = secrets.token_hex(32)
    with grows(site, "web", "realtube_rate_limited_total", by=2, route="/api/votes"):
        statuses = [site.vote(f"limited{n}", user) for n in range(12)]
        assert statuses[10:] == [429, 429]


def test_unknown_paths_share_one_label(site):
    with grows(
        site, "web", "realtube_api_request_duration_seconds_count", by=3, endpoint="unmatched"
    ):
        for _ in range(3):
            site.ask(f"/{secrets.token_hex(8)}")


def test_requests_and_connections_are_counted_while_they_are_in_use(site):
    at_rest = site.metrics("web")("realtube_requests_in_flight")  # the scrape itself
    with a_request_that_waits(site), a_request_that_waits(site):
        wait_until(
            lambda: site.metrics("web")("realtube_requests_in_flight") == at_rest + 2,
            timeout_s=10,
            what="both requests are in flight",
        )
    wait_until(
        lambda: site.metrics("web")("realtube_db_connection_pool_idle") >= 1,
        timeout_s=10,
        what="the pool is known",
    )
    assert "realtube_db_connection_pool_active" in site.metrics("web").names


def test_a_killed_web_process_takes_its_gauges_along_and_leaves_its_counts(site):
    at_rest = site.metrics("web")("realtube_requests_in_flight")
    for n in range(6):
        assert site.vote(f"before{n}") == 200
    votes = site.metrics("web")("realtube_votes_total")
    seconds = site.metrics("web")(
        "realtube_api_request_duration_seconds_sum", endpoint="/api/votes"
    )
    with a_request_that_waits(site):
        wait_until(
            lambda: site.metrics("web")("realtube_requests_in_flight") == at_rest + 1,
            timeout_s=10,
            what="the request is in flight",
        )
        dead = descendants(child_with(site.process.pid, "gunicorn"))
        for pid in dead:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not running(dead), timeout_s=20, what="they are gone")
    wait_until(lambda: site.ask("/health/live").status_code == 200, timeout_s=30, what="new ones")
    after = site.metrics("web")
    assert after("realtube_requests_in_flight") == at_rest
    assert after("realtube_votes_total") == votes
    assert after("realtube_api_request_duration_seconds_sum", endpoint="/api/votes") == seconds
    files = [path.name for path in (site.folder / "web" / "metrics").glob("*.db")]
    assert not [name for name in files if any(f"_{pid}." in name for pid in dead)], files


def test_what_waits_for_moderators_is_counted_by_kind(site):
    appeal = {"targetType": "video", "targetId": "dQw4w9WgXcQ", "reason": "It is my own song."}
    for n in range(3):  # voices of three networks, so that there is something to appeal
        body = {"videoId": appeal["targetId"], "userId": secrets.token_hex(32)}
        source = f"127.0.{n + 1}.1"
        answer = site.ask("/api/votes", source=source, category="fully_ai", **body)
        assert answer.status_code == 200
    with grows(site, "web", "realtube_moderation_queue_open", kind="appeal"):
        wait_until(
            lambda: site.ask("/api/appeals", **appeal).status_code == 202,
            timeout_s=20,
            what="the appeal is taken, because viewers are shown a suspicion",
            every_s=1,
        )
    assert site.metrics("web")("realtube_moderation_oldest_seconds", kind="appeal") > 0
    assert site.metrics("web")("realtube_moderation_queue_open", kind="burst") == 0


def test_what_is_published_has_its_age_and_size(site):
    for name in (
        "realtube_sync_log_lag_seconds",
        "realtube_snapshot_age_seconds",
        "realtube_snapshot_bytes",
    ):
        wait_until(
            lambda name=name: name in site.metrics("web").names,
            timeout_s=90,
            what=f"{name} is known",
        )
    now = site.metrics("web")
    assert 0 < now("realtube_publish_free_bytes") <= now("realtube_publish_size_bytes")


def test_redis_errors_are_counted_and_readiness_tells_while_it_is_frozen(site):
    redis = child_with(site.process.pid, f":{site.ports['redis-cache']}")
    os.kill(redis, signal.SIGSTOP)
    try:
        with grows(site, "web", "realtube_redis_errors_total"):
            site.ask("/api/videos?videoId=frozen")
        wait_until(
            lambda: site.metrics("web")("realtube_check_up", check="redis") == 0,
            timeout_s=20,
            what="readiness has seen it",
        )
    finally:
        os.kill(redis, signal.SIGCONT)
    wait_until(
        lambda: site.metrics("web")("realtube_check_up") == 3, timeout_s=30, what="all is well"
    )


def test_the_queue_is_told_while_the_worker_is_frozen(site):
    main = child_with(site.process.pid, "worker@")
    workers = {main, *descendants(main)}
    for pid in workers:
        os.kill(pid, signal.SIGSTOP)
    try:
        assert site.vote("waits") == 200
        wait_until(
            lambda: (
                site.metrics("web")("realtube_score_queue_depth") >= 1
                and site.metrics("web")("realtube_score_lag_seconds") >= 1
            ),
            timeout_s=20,
            what="the mark grows old",
        )
    finally:
        for pid in workers:
            os.kill(pid, signal.SIGCONT)
    wait_until(
        lambda: site.metrics("web")("realtube_score_queue_depth") == 0,
        timeout_s=30,
        what="it is worked off",
    )
