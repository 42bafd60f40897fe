"""Limits hold whatever is rotated, at the edge of a window, and over many processes."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings as django_settings

from benchmarks.load import Client
from common import throttling
from tests.conftest import Api, new_user
from tests.dev.processes import wait_until
from tests.dev.service import services

pytestmark = pytest.mark.django_db(transaction=True)


def allowed(answers):
    return sum(answer.status_code == 200 for answer in answers)


def test_another_header_each_time_is_no_other_client(figures):
    limit, api = django_settings.LIMITS["vote_address"], Api("198.51.100.20")
    answers = [
        api.post(
            "/api/votes",
            {"videoId": f"v{n}", "userId": new_user(), "category": "fully_ai"},
            **{"X-User-ID": new_user(), "X-Forwarded-For": f"8.8.8.{n}", "User-Agent": f"a/{n}"},
        )
        for n in range(limit + 10)
    ]
    figures(sent=len(answers), allowed=allowed(answers))
    assert allowed(answers) == limit


def test_another_address_of_the_same_64_is_no_other_client(figures):
    limit = django_settings.LIMITS["vote_address"]
    answers = [Api(f"2001:db8:5:5::{n + 1:x}").vote(f"v{n}") for n in range(limit + 10)]
    figures(sent=len(answers), allowed=allowed(answers))
    assert allowed(answers) == limit


def test_another_address_of_the_same_24_ends_at_the_prefix(figures):
    limit = django_settings.LIMITS["vote_prefix"]
    answers = [Api(f"198.51.101.{n + 1}").vote(f"v{n}") for n in range(limit + 10)]
    figures(sent=len(answers), allowed=allowed(answers))
    assert allowed(answers) == limit


def test_another_network_of_the_same_48_ends_at_the_prefix(figures):
    limit = django_settings.LIMITS["vote_prefix"]
    answers = [Api(f"2001:db8:7:{n:x}00::1").vote(f"v{n}") for n in range(limit + 10)]
    figures(sent=len(answers), allowed=allowed(answers))
    assert allowed(answers) == limit
    assert Api("2001:db8:8::1").vote("v0").status_code == 200


def test_another_64_of_the_same_56_ends_at_half_of_that(figures):
    limit = django_settings.LIMITS["vote_prefix"] // 2
    answers = [Api(f"2001:db8:7:1{n:02x}::1").vote(f"v{n}") for n in range(limit + 10)]
    figures(sent=len(answers), allowed=allowed(answers))
    assert allowed(answers) == limit


def test_a_44_ends_at_what_its_provider_may(figures):
    """One line with sixteen /48s once cast 2,000 votes in 46 seconds."""
    limit = 4 * django_settings.LIMITS["vote_prefix"]
    answers = [
        Api(f"2001:db8:{site:x}:{n:x}00::1").vote(f"v{n}") for n in range(40) for site in range(16)
    ]
    figures(sent=len(answers), allowed=allowed(answers))
    assert allowed(answers) == limit
    assert Api("2001:db9::1").vote("v0").status_code == 200


def test_what_a_customer_is_refused_takes_nothing_of_their_providers(settings):
    settings.LIMITS = {**settings.LIMITS, "vote_prefix": 4}
    answers = [Api(f"2001:db8:1:{n:x}00::1").vote(f"v{n}") for n in range(20)]
    assert allowed(answers) == 4
    others = [Api(f"2001:db8:{n + 2:x}::1").vote("v0") for n in range(14)]
    assert allowed(others) == 4 * 4 - 4


@pytest.mark.parametrize(
    ("name", "path"),
    [("lookup", "/api/users/" + "ab" * 32), ("stats", "/api/stats"), ("sync", "/api/sync/delta")],
)
def test_a_48_reads_so_many_times_what_an_address_may(settings, name, path):
    settings.LIMITS = {**settings.LIMITS, name: 2}
    most = 2 * throttling.SITE_TIMES
    answers = [Api(f"2001:db8:9:{n:x}00::1").get(path).status_code for n in range(most + 2)]
    assert 429 not in answers[:most]
    assert answers[most:] == [429, 429]
    assert Api("2001:db8:a::1").get(path).status_code == answers[0]
    # Of one line it is no more than before.
    assert [Api("2001:db8:b:0:1::1").get(path).status_code for _ in range(3)][2] == 429


def test_a_48_looks_up_so_many_times_the_prefixes_that_an_address_may(settings):
    settings.LIMITS = {**settings.LIMITS, "prefixes": 10}
    body = {"prefixes": [f"{n:04x}" for n in range(10)]}
    most = throttling.SITE_TIMES
    answers = [
        Api(f"2001:db8:c:{n:x}00::1").post("/api/videos/lookup", body).status_code
        for n in range(most + 1)
    ]
    assert answers == [200] * most + [429]


def test_a_window_begins_with_the_first_request_and_not_with_the_clock(settings, monkeypatch):
    settings.LIMITS = {**settings.LIMITS, "lookup": 5}
    monkeypatch.setattr(throttling, "WINDOW_S", 1)
    for _ in range(5):
        throttling.count([throttling.Limit("lookup", "edge", window_s=1)], route="x")
    with pytest.raises(throttling.LimitExceeded) as refused:
        throttling.count([throttling.Limit("lookup", "edge", window_s=1)], route="x")
    assert refused.value.retry_after_s >= 1

    def again():
        try:
            throttling.count([throttling.Limit("lookup", "edge", window_s=1)], route="x")
        except throttling.LimitExceeded:
            return False
        return True

    wait_until(again, timeout_s=5, what="the window has ended")


def test_many_processes_count_together(figures):
    limit = 40
    with services() as make:
        service = make()
        service.start_and_wait(WEB_CONCURRENCY="3", REALTUBE_LIMIT_LOOKUP=str(limit))
        with service.gunicorn(REALTUBE_LIMIT_LOOKUP=str(limit)) as (port, _):

            def ask(n):
                client = Client((service.port, port)[n % 2], tls=False, address="127.9.9.9")
                status, _ = client.ask("GET", "/api/videos/00000")
                client.close()
                return status

            with ThreadPoolExecutor(8) as pool:
                statuses = Counter(pool.map(ask, range(limit * 2)))
    figures(sent=limit * 2, allowed=statuses[404])
    assert statuses == {404: limit, 429: limit}
