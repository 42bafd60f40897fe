"""A mail server as a process of its own: `aiosmtpd -c tests.post.smtp.Server FOLDER`."""

from __future__ import annotations

import mailbox
import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.handlers import Mailbox

from tests.dev.processes import wait_until

ROOT = Path(__file__).resolve().parent.parent.parent


class Server(Mailbox):
    """Keeps mails in a folder. Some addresses are refused, for good or until it is told else."""

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 5.1.1 nobody of that name"
        if address.startswith("busy@") and not (Path(self.mail_dir) / "ready").exists():
            return "451 4.3.0 later"
        envelope.rcpt_tos.append(address)
        return "250 OK"


class Inbox:
    """What has arrived."""

    def __init__(self, folder, port):
        self.folder, self.port = folder, port

    def mails(self, to=""):
        """Oldest first, to one address or all."""
        box = mailbox.Maildir(self.folder, create=False)
        found = [message_from_bytes(m.as_bytes(), policy=policy.default) for m in box]
        found.sort(key=lambda m: [int(part) for part in m["Message-ID"].split(".")[1:2]])
        return [m for m in found if to in m["To"]]

    def last(self, to=""):
        return self.mails(to)[-1]

    def is_ready(self):
        (self.folder / "ready").touch()


@contextmanager
def server(folder):
    """An inbox behind a server that runs inside."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = (
        *(sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}"),
        *("-c", "tests.post.smtp.Server", str(folder)),
    )
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: answers(port), timeout_s=60, what="the mail server")
        yield Inbox(Path(folder), port)
    finally:
        process.terminate()
        process.wait(20)


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
