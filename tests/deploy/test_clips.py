"""Clips through nginx, in front of the real service."""

from __future__ import annotations

import socket
import ssl

import pytest

from tests.deploy.proxy import nginx
from tests.dev.processes import wait_until
from tests.dev.service import services
from tests.tools import needs

pytestmark = needs("nginx", "envsubst", "openssl")


@pytest.fixture
def service():
    """One that takes clips."""
    with services() as make:
        made = make()
        made.start_and_wait(
            REALTUBE_ENVIRONMENT="production",
            REALTUBE_TRUSTED_PROXIES="127.0.0.1",
            REALTUBE_EVIDENCE="on",
            REALTUBE_EVIDENCE_FREE_MB="0",
        )
        yield made


def test_they_pass_through_as_they_come_and_within_a_size_of_their_own(service):
    code = (
        "from votes.moderation.appeals import file_appeal; print(file_appeal("
        "target_type='video', target_id='dQw4w9WgXcQ', reason='I made it').token)"
    )
    token = service.manage("shell", "--verbosity=0", "-c", code).split()[-1]
    clips = f"/api/evidence/appeals/{token}/clips"
    sent = {"Tus_Resumable": "1.0.0", "Content_Type": "application/offset+octet-stream"}
    film = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x01" * (3 * 2**20)
    with nginx(service.var_dir, service.port, REALTUBE_EVIDENCE_CLIP_MB="4") as site:
        begun = site.ask(clips, method="POST", Upload_Length=str(len(film)), **sent)
        assert begun.status == 201, begun
        path = begun.headers["Location"]

        def breaks():
            """A line that breaks in the middle of a part: what came is there, nothing waits."""
            context = ssl._create_unverified_context()
            with socket.create_connection(("127.0.0.1", site.port), timeout=20) as plain:
                line = context.wrap_socket(plain, server_hostname="realtube.example")
                head = (
                    f"PATCH {path} HTTP/1.1\r\nHost: realtube.example\r\nTus-Resumable: 1.0.0\r\n"
                    "Content-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\n"
                    f"Content-Length: {len(film)}\r\n\r\n"
                )
                line.sendall(head.encode() + film[: 2**20])
                line.close()

        def arrived():
            return int(site.ask(path, method="HEAD", **sent).headers["Upload-Offset"])

        def goes_on():
            at = arrived()
            rest = site.ask(path, method="PATCH", body=film[at:], Upload_Offset=str(at), **sent)
            # Who has just gone may not have let go of it yet.
            assert rest.status in (204, 409, 423), rest
            return rest.status == 204 and at

        # A line that is reset takes along what nginx has not read yet, on a busy machine all.
        wait_until(lambda: arrived() or breaks(), timeout_s=60, what="it is kept", every_s=2)
        wait_until(goes_on, timeout_s=30, what="the rest is taken", every_s=1)
        assert arrived() == len(film)
        large = site.ask(path, method="PATCH", body=b"x" * (5 * 2**20), Upload_Offset="0", **sent)
        assert (large.status, large.error) == (413, "PAYLOAD_TOO_LARGE")
        elsewhere = site.ask("/api/votes", method="POST", body=b"x" * 20_000)
        assert (elsewhere.status, elsewhere.error) == (413, "PAYLOAD_TOO_LARGE")
