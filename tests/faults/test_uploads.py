"""Clips that arrive while the disk fills or their server is killed: kept, and gone on with."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager

import httpx
import pytest
from django.db import connection

from evidence.models import Clip
from evidence.uploads import incoming
from tests.dev.processes import wait_until
from tests.dev.service import free_port
from tests.evidence.conftest import evidence_root  # noqa: F401 - a fixture
from tests.evidence.sending import OCTETS, Tus, appeal, code, film, sha1
from tests.faults import disks

pytestmark = pytest.mark.django_db(transaction=True)
SIZE = 3_000_000
TUS = {"Tus-Resumable": "1.0.0"}


def test_what_a_full_disk_took_of_a_clip_stays_and_the_rest_comes_when_there_is_room(
    settings,
    tmp_path,
    evidence_root,  # noqa: F811
):
    with disks.small(tmp_path / "disk") as disk:
        settings.EVIDENCE_ROOT = disk
        tus, data = Tus(appeal()), film(SIZE)
        path = tus.begin(SIZE)
        disks.fill(disk, 1_000_000)
        assert code(tus.patch(path, data, 0)) == (507, "STORAGE_FULL")
        at = tus.offset(path)
        assert 0 < at <= 1_000_000
        clip = Clip.objects.get()
        assert (clip.state, clip.offset) == ("receiving", at)
        assert incoming.path_of(clip.pk).read_bytes() == data[:at]
        assert code(tus.announce(SIZE)) == (507, "STORAGE_FULL")
        (disk / "filler").unlink()
        assert tus.patch(path, data[at:], at).status_code == 204
        assert Clip.objects.get().state == "received"
        assert incoming.path_of(clip.pk).read_bytes() == data


def test_a_part_with_a_checksum_that_the_disk_cannot_take_leaves_nothing_of_it(
    settings,
    tmp_path,
    evidence_root,  # noqa: F811
):
    with disks.small(tmp_path / "disk") as disk:
        settings.EVIDENCE_ROOT = disk
        tus, data = Tus(appeal()), film(SIZE)
        path = tus.begin(SIZE)
        tus.patch(path, data[:500_000], 0)
        disks.fill(disk, 1_000_000)
        answer = tus.patch(path, data[500_000:], 500_000, Upload_Checksum=sha1(data[500_000:]))
        assert code(answer) == (507, "STORAGE_FULL")
        assert tus.offset(path) == 500_000


@contextmanager
def server(root, port):
    """A real web server that takes clips; killed at the end, with its workers."""
    database = connection.settings_dict
    process = subprocess.Popen(
        [
            *(sys.executable, "-W", "ignore", "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py"),
            *(f"--bind=127.0.0.1:{port}", "--workers=1", "realtube.wsgi:application"),
        ],
        env=os.environ
        | {
            "DATABASE_URL": f"postgresql:///{database['NAME']}?host={database['HOST']}"
            f"&user={database['USER']}&port={database['PORT']}",
            "REALTUBE_EVIDENCE": "on",
            "REALTUBE_EVIDENCE_ROOT": str(root),
            "REALTUBE_EVIDENCE_FREE_MB": "0",
            "LOG_LEVEL": "ERROR",
        },
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def answers():
        try:
            return httpx.get(f"http://127.0.0.1:{port}/health/live").status_code == 200
        except httpx.TransportError:
            return False

    try:
        wait_until(answers, timeout_s=60, what="the server answers")
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_server_that_is_killed_while_a_clip_arrives_goes_on_where_it_was(
    evidence_root,  # noqa: F811
):
    data, port, token = film(SIZE), free_port(), appeal()
    base = f"http://127.0.0.1:{port}"
    path = f"/api/evidence/appeals/{token}/clips"
    with server(evidence_root, port):
        announced = httpx.post(base + path, headers=TUS | {"Upload-Length": str(SIZE)})
        assert announced.status_code == 201, announced.text
        clip = Clip.objects.get()
        path += f"/{clip.pk}"
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(
                (
                    f"PATCH {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nTus-Resumable: 1.0.0\r\n"
                    f"Upload-Offset: 0\r\nContent-Type: {OCTETS}\r\n"
                    f"Content-Length: {SIZE}\r\n\r\n"
                ).encode()
                + data[: SIZE // 2]
            )
            wait_until(
                lambda: incoming.stored(clip.pk) >= 1_000_000, timeout_s=30, what="bytes arrive"
            )
    assert Clip.objects.get().offset == 0  # it had no time to say so
    with server(evidence_root, port):
        answer = httpx.head(base + path, headers=TUS)
        at = int(answer.headers["Upload-Offset"])
        assert 1_000_000 <= at <= SIZE // 2
        sent = TUS | {"Upload-Offset": str(at), "Content-Type": OCTETS}
        answer = httpx.patch(base + path, headers=sent, content=data[at:])
        assert answer.status_code == 204, answer.text
    assert Clip.objects.get().state == "received"
    assert incoming.path_of(clip.pk).read_bytes() == data
