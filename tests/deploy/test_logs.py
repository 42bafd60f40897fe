"""What the processes of a site write: one JSON object a line, whole, and nothing about anybody."""

from __future__ import annotations

import ipaddress
import json
import re
import secrets
import socket
from contextlib import suppress

import httpx
import pytest
import structlog

from common import ids
from realtube.celery import app
from sync.tasks import advance
from tests.deploy.site import sites
from tests.dev.processes import wait_until
from tests.dev.service import services
from tests.tools import needs

pytestmark = needs("nginx", "envsubst", "openssl")
APPLICATION = ("web", "worker", "beat", "db-exporter", "publisher")
AGENT = "Mozilla/5.0 (SecretOS 7; rv:1.0)"


@pytest.fixture(scope="module")
def site():
    with sites() as running_site:
        yield running_site


def lines(site, service, **wanted):
    """Its lines that have these members."""
    found = [json.loads(line) for line in site.log(service).splitlines()]
    return [line for line in found if wanted.items() <= line.items()]


def ask_web(site, path, *, method="GET", **headers):
    url = f"http://127.0.0.1:{site.ports['web']}{path}"
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.request(method, url, headers=sent, timeout=20)


def test_each_request_is_one_line_that_says_what_it_took(site):
    path = f"/api/users/{secrets.token_hex(32)}"
    answer = ask_web(site, f"{path}?secret=1", X_Request_ID="one-line", User_Agent=AGENT)
    wait_until(lambda: lines(site, "web", request_id="one-line"), timeout_s=10, what="it is logged")
    (line,) = lines(site, "web", request_id="one-line")
    assert line.pop("time")[:2] == "20"
    assert line.pop("duration_ms") > 0
    assert re.fullmatch("[0-9a-f]{12}", line.pop("client"))
    assert line == {
        "level": "info",
        "service": "web",
        "message": "request",
        "method": "GET",
        "path": "/api/users/:userId",
        "status": answer.status_code,
        "bytes": len(answer.content),
        "request_id": "one-line",
    }


def test_each_task_is_one_line_of_whichever_process_ran_it(site):
    task_id = advance_on(site).id
    wait_until(
        lambda: lines(site, "worker", task_id=task_id, message="task"),
        timeout_s=30,
        what="the task has run",
    )
    (line,) = lines(site, "worker", task_id=task_id)
    assert (line["outcome"], line["level"], line["service"]) == ("success", "info", "worker")
    assert line["request_id"] == task_id
    assert line["duration_ms"] > 0


def test_the_id_of_a_request_goes_along_with_the_task_it_starts(site):
    with structlog.contextvars.bound_contextvars(request_id="asked-for"):
        task_id = advance_on(site).id
    wait_until(
        lambda: lines(site, "worker", task_id=task_id, request_id="asked-for"),
        timeout_s=30,
        what="the task has run under the request's id",
    )


def advance_on(site):
    url = f"redis://127.0.0.1:{site.ports['redis']}/0"
    with app.connection_for_write(url) as broker:
        return advance.apply_async(connection=broker)


def test_a_failure_is_an_error_with_its_traceback_on_one_line(site):
    path = site.folder / "publish" / "buckets"
    assert site.vote("fails") == 200  # so there are buckets
    wait_until(path.exists, timeout_s=30, what="something is published")
    # A file where the folder of the bucket belongs.
    video = next(
        video
        for video in iter(lambda: secrets.token_urlsafe(8), None)
        if not (path / ids.video_hash(video)[:2]).exists()
    )
    blocked = path / ids.video_hash(video)[:2]
    blocked.write_text("")
    try:
        assert site.vote(video) == 200

        def told():
            failed = lines(site, "worker", message="task", outcome="failure")
            return failed or lines(site, "publisher", level="error")

        wait_until(told, timeout_s=60, what="a failure is logged")
    finally:
        blocked.unlink()
    told_of = lines(site, "publisher", message="not published, trying again")
    failed = lines(site, "worker", message="task", outcome="failure")
    assert told_of or failed
    assert all("Traceback" in line["exception"] for line in failed)


def test_nothing_in_any_line_leads_to_anybody(site):
    user, video = secrets.token_hex(32), "kJQP7kiw5Fk"
    full = ids.video_hash(video)
    for n in range(12):  # the last ones are refused
        site.vote(f"{video}{n}", user)
    site.vote(video, user)
    for path in (
        f"/api/users/{user}",
        f"/api/users/me/{user}",
        f"/api/videos/{full}",
        f"/api/videos/{full[:8]}",
        f"/api/videos?videoId={video}",
        f"/{full}/{user}",
        f"/api/users/me/data?userId={user}",
    ):
        ask_web(site, path, X_User_ID=user, User_Agent=AGENT, X_Forwarded_For="198.51.100.77")
        ask_web(site, path, method="DELETE", X_User_ID=user, Forwarded="for=198.51.100.77")
    with socket.create_connection(
        ("127.0.0.1", site.ports["web"]), timeout=10, source_address=("127.0.0.7", 0)
    ) as client:
        client.sendall(b"no http at all\r\n\r\n")
        client.recv(1000)
    ask_web(site, "/health/live", X_Request_ID="the-last")
    wait_until(
        lambda: lines(site, "web", request_id="the-last"), timeout_s=10, what="all is logged"
    )
    wait_until(
        lambda: len(lines(site, "worker", message="advanced")) >= 1,
        timeout_s=30,
        what="the votes are scored",
    )
    for service in APPLICATION:
        for line in site.log(service).splitlines():
            said = json.loads(line)
            assert {"time", "level", "service", "message"} <= said.keys(), line
            assert said["service"] == service
            for secret in (user, full, "198.51.100", "SecretOS", "Mozilla"):
                assert secret not in line
            others = str({name: it for name, it in said.items() if name != "request_id"})
            assert not re.search(r"[0-9a-fA-F]{32}", others), line
            assert not addresses_in(line), line


def addresses_in(line):
    """All that reads as an address."""
    found = []
    for word in re.findall(r"[0-9a-fA-F:.]{3,}", line):
        with suppress(ValueError):
            found.append(ipaddress.ip_address(word.rstrip(".:")))
    return found


def test_make_run_shows_lines_for_people():
    with services() as make:
        service = make()
        service.start_and_wait(LOG_LEVEL="INFO")  # tasks are shown to who asks
        assert service.status("/api/videos/0000") in (200, 404)
        wait_until(
            lambda: re.search(
                r"(?m)^web +\| 20\S+Z \[info +\] request .*path=/api/videos/:hashPrefix .*status=",
                service.output,
            ),
            timeout_s=10,
            what="the request is shown",
        )
        wait_until(
            lambda: re.search(r"(?m)^worker +\| 20\S+Z \[info +\] task ", service.output),
            timeout_s=20,
            what="a task is shown",
        )
