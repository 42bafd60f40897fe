"""`make run`: databases, web, worker and beat in one terminal (`python -m local.run`).

Environment:
    VAR_DIR: folder of everything that is written, `var` beside the code by default.
    HOST, PORT: where the web server listens, 127.0.0.1 and 8000 by default.
    DATABASE_URL, REDIS_URL: servers to use instead of the embedded ones.

The children write into `VAR_DIR/logs` and this process shows what they wrote: neither a slow
terminal nor the end of this process can block them or lose their last words. Everything happens
in one thread, because on Linux a child is told to stop when the thread that started it ends.
"""

from __future__ import annotations

import errno
import fcntl
import http.client
import importlib.util
import logging
import os
import select
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from types import FrameType
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from local.embedded import (
    EmbeddedError,
    Postgres,
    Server,
    Valkey,
    die_with_parent,
    make_data_root,
    open_log,
    rotate_log,
    write_private,
)

REPOSITORY = Path(__file__).resolve().parent.parent
SECRETS = ("DJANGO_SECRET_KEY", "REALTUBE_VOTER_KEY", "REALTUBE_ADDRESS_KEY")
READY_TIMEOUT_S = 60.0
MIGRATE_TIMEOUT_S = 600.0
# A little more than gunicorn's graceful_timeout, so that it can finish its requests.
STOP_TIMEOUT_S = 35.0
LEFTOVER_PORT_TIMEOUT_S = 5.0
POLL_S = 0.1
MAX_DEATHS = 5
DEATHS_WINDOW_S = 60.0
MAX_LINE_BYTES = 64 * 1024
SHOWN_LOG_LINES = 20
_COLOURS = {"web": 32, "worker": 36, "beat": 35, "realtube": 1}
_PACKAGES = ("django", "gunicorn", "celery", "psycopg", "redis")
_COUNTS = ("WEB_CONCURRENCY", "WEB_THREADS", "WORKER_CONCURRENCY")
_MAX_PORT = 65535
# `make` and `timeout` pass on what we got ourselves; only a person takes longer than this.
_ECHO_S = 0.5


class RunError(Exception):
    """Why the service cannot run, in one sentence for the person at the terminal."""

    def __init__(self, message: str, *, status: int = 1) -> None:
        super().__init__(message)
        self.status = status


class Interrupted(Exception):
    """Somebody asked us to stop."""


@dataclass(frozen=True)
class Options:
    """What the environment asks for; an empty variable counts as unset."""

    var_dir: Path
    host: str
    port: int
    database_url: str
    redis_url: str

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Options:
        """Raises `RunError` with status 2."""
        port = environ.get("PORT", "").strip() or "8000"
        if not port.isdecimal() or not 1 <= int(port) <= _MAX_PORT:
            raise RunError(f"PORT must be a number from 1 to {_MAX_PORT}, not {port!r}.", status=2)
        for name in _COUNTS:
            count = environ.get(name, "").strip() or "1"
            if not count.isdecimal() or int(count) == 0:
                raise RunError(f"{name} must be a number from 1, not {count!r}.", status=2)
        var_dir = Path(environ.get("VAR_DIR", "").strip() or REPOSITORY / "var")
        return cls(
            var_dir=var_dir.expanduser().resolve(),
            host=environ.get("HOST", "").strip() or "127.0.0.1",
            port=int(port),
            database_url=environ.get("DATABASE_URL", "").strip(),
            redis_url=environ.get("REDIS_URL", "").strip(),
        )

    @property
    def reachable_host(self) -> str:
        """Where this machine reaches the web server."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)

    @property
    def site(self) -> str:
        """URL of the site, without a slash at the end."""
        host = self.reachable_host
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


class Signals:
    """Notes the signals that ask us to stop; nothing is interrupted, everybody looks."""

    def __init__(self) -> None:
        self._first_s: float | None = None
        self.hurry = False

    def install(self) -> None:
        """Start listening."""
        signal.signal(signal.SIGINT, self.note)
        signal.signal(signal.SIGTERM, self.note)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup means it
            signal.signal(signal.SIGHUP, self.note)

    def check(self) -> None:
        """Raises `Interrupted` once we were asked to stop."""
        if self._first_s is not None:
            raise Interrupted

    def note(self, number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._first_s is None:
            self._first_s = now
        elif number == signal.SIGINT and now - self._first_s > _ECHO_S:
            self.hurry = True


class Terminal:
    """Our standard output, written without ever waiting for its reader.

    Args:
        fd: where to write; -1 for nowhere.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._pending = b""
        self.coloured = "NO_COLOR" not in os.environ and self._fd >= 0 and os.isatty(self._fd)

    def line(self, text: bytes, *, name: str = "") -> None:
        """Print a line, after the name of who said it."""
        if name:
            prefix = f"{name:<8} | "
            if self.coloured:
                prefix = f"\x1b[{_COLOURS[name]}m{prefix}\x1b[0m"
            text = prefix.encode() + text
        self._pending += text + b"\n"
        self.flush()

    def flush(self) -> bool:
        """Write what the reader takes right now; True when nothing is left."""
        poll = select.poll()
        if self._fd >= 0:
            poll.register(self._fd, select.POLLOUT)
        while self._pending and self._fd >= 0:
            try:
                if not poll.poll(0):
                    return False
                # A pipe that polls as writable takes this much without blocking.
                written = os.write(self._fd, self._pending[: select.PIPE_BUF])
            except BlockingIOError:
                return False
            except OSError:
                self._fd = -1  # the reader has gone; the logs have everything
                break
            self._pending = self._pending[written:]
        if self._fd < 0:
            self._pending = b""
        return not self._pending


class Notes(logging.Handler):
    """Shows log records of our own modules on the terminal."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__()
        self._terminal = terminal

    def emit(self, record: logging.LogRecord) -> None:
        """Show one."""
        self._terminal.line(record.getMessage().encode(), name="realtube")


class Child:
    """One process of the service, with its log."""

    def __init__(
        self, name: str, command: Sequence[str], *, env: Mapping[str, str], log_dir: Path
    ) -> None:
        self.name = name
        self.log_path = log_dir / f"{name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._command = command
        self._env = env
        self._shown_bytes = 0

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self.process is not None and self.process.poll() is None

    def poll(self) -> int | None:
        """The exit status, None while it runs."""
        return None if self.process is None else self.process.poll()

    def start(self) -> None:
        """Start the process, or start it again. Raises `RunError`."""
        self.kill()
        try:
            log = open_log(self.log_path)
            try:
                self.process = subprocess.Popen(
                    self._command,
                    cwd=REPOSITORY,
                    env=self._env,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,  # Ctrl-C is for us alone
                    preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - no threads
                )
            finally:
                os.close(log)
        except (OSError, subprocess.SubprocessError) as error:
            raise RunError(f"{self.name} cannot be started: {error}.") from error

    def terminate(self) -> None:
        """Ask it to finish what it does and stop."""
        if self.process is not None:
            self.process.terminate()

    def kill(self) -> None:
        """Kill it with all its processes, also those that a dead one left behind."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def new_lines(self) -> Iterator[bytes]:
        """Whole lines written since the last call; the caller may stop asking any time."""
        try:
            with self.log_path.open("rb") as log:
                log.seek(self._shown_bytes)
                while line := log.readline(MAX_LINE_BYTES):
                    if not line.endswith(b"\n") and len(line) < MAX_LINE_BYTES:
                        return
                    self._shown_bytes += len(line)
                    yield line.rstrip(b"\r\n")
        except OSError:
            return

    def last_lines(self) -> list[str]:
        """The end of the log."""
        try:
            text = self.log_path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return []
        return text.splitlines()[-SHOWN_LOG_LINES:]


class Part(Protocol):
    """What a `Keeper` looks after: a `Child` or an embedded server."""

    @property
    def name(self) -> str: ...
    @property
    def running(self) -> bool: ...
    def start(self) -> None: ...


@dataclass
class Keeper:
    """Starts a part of the service again when it has died, until it dies too often."""

    part: Part
    say: Callable[[str], None]
    _deaths_s: deque[float] = field(default_factory=deque)
    _start_again_s: float | None = None

    def tend(self) -> None:
        """Look after it once. Raises `RunError` when it keeps dying."""
        now = time.monotonic()
        if self._start_again_s is not None:
            if now < self._start_again_s:
                return
            self._start_again_s = None
            try:
                self.part.start()
            except (EmbeddedError, RunError) as error:
                self.say(str(error))
        if not self.part.running:
            self._note_death(now)

    def _note_death(self, now_s: float) -> None:
        self._deaths_s.append(now_s)
        while self._deaths_s[0] < now_s - DEATHS_WINDOW_S:
            self._deaths_s.popleft()
        deaths = len(self._deaths_s)
        if deaths > MAX_DEATHS:
            raise RunError(
                f"{self.part.name} stopped {deaths} times within {DEATHS_WINDOW_S:.0f} seconds, "
                "so everything was stopped."
            )
        delay_s = 0.25 * 2**deaths
        self._start_again_s = now_s + delay_s
        self.say(f"{self.part.name} stopped unexpectedly; starting it again in {delay_s:g} s.")


class Supervisor:
    """One run of the whole service."""

    def __init__(self, options: Options, signals: Signals, terminal: Terminal) -> None:
        self.options = options
        self.signals = signals
        self.terminal = terminal
        self.log_dir = options.var_dir / "logs"
        self.run_env_path = options.var_dir / "run.env"
        self.servers: list[Server] = []
        self.children: list[Child] = []
        self.keepers: list[Keeper] = []
        self._env: dict[str, str] = {}
        self._lock: int | None = None
        self._announced = False

    def run(self) -> None:
        """Run until somebody asks to stop. Raises `RunError` or `EmbeddedError`."""
        try:
            self._prepare()
            self._start_servers()
            self._migrate()
            self._start_children()
            self._wait_until_ready()
            self._announce()
            while True:
                self.signals.check()
                self._tend()
                self._show_output()
                time.sleep(POLL_S)
        except Interrupted:
            self._say("Stopping.")
        finally:
            self._stop()

    def _prepare(self) -> None:
        for package in _PACKAGES:
            if importlib.util.find_spec(package) is None:
                raise RunError(
                    f"{package} is not installed in {sys.executable}; "
                    'run "pip install -r requirements.txt" in this environment.'
                )
        options = self.options
        try:
            make_data_root(options.var_dir)
            self._take_lock()
            # A run that was killed leaves this file, and web workers that are on their way out.
            killed = self.run_env_path.exists()
            check_port(options, patience_s=LEFTOVER_PORT_TIMEOUT_S if killed else 0.0)
            self.run_env_path.unlink(missing_ok=True)
            secrets = read_or_create_secrets(options.var_dir / "secrets.env")
            metrics_dir = options.var_dir / "prometheus"
            metrics_dir.mkdir(mode=0o700, exist_ok=True)
            for leftover in metrics_dir.glob("*.db"):
                leftover.unlink()
            run_dir = options.var_dir / "run"
            run_dir.mkdir(mode=0o700, exist_ok=True)
            # Beat cannot read a schedule that was being written when it was killed.
            for leftover in run_dir.glob("celerybeat-schedule*"):
                leftover.unlink()
            for name in ("migrate", "web", "worker", "beat"):
                rotate_log(self.log_dir / f"{name}.log")
        except OSError as error:
            raise RunError(
                f"Cannot write to {error.filename or options.var_dir}: {error.strerror}; "
                "VAR_DIR chooses another folder."
            ) from error
        if options.database_url:
            check_database(options.database_url)
        if options.redis_url:
            check_redis(options.redis_url)
        self._env = {
            **os.environ,
            **{name: os.environ.get(name) or value for name, value in secrets.items()},
            "VAR_DIR": str(options.var_dir),
            "HOST": options.host,
            "PORT": str(options.port),
            "REALTUBE_ENVIRONMENT": os.environ.get("REALTUBE_ENVIRONMENT") or "development",
            "LOG_FORMAT": os.environ.get("LOG_FORMAT") or "console",
            "PROMETHEUS_MULTIPROC_DIR": str(metrics_dir),
            "DJANGO_SETTINGS_MODULE": "realtube.settings",
            "PYTHONUNBUFFERED": "1",
        }

    def _take_lock(self) -> None:
        path = self.options.var_dir / "run.lock"
        self._lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunError(
                f"Another `make run` is using {self.options.var_dir}; stop it first, or start this "
                "one with a VAR_DIR and a PORT of its own."
            ) from None

    def _start_servers(self) -> None:
        given = {"DATABASE_URL": self.options.database_url, "REDIS_URL": self.options.redis_url}
        urls = {name: url for name, url in given.items() if url}
        for kind in (Postgres, Valkey):
            if kind.variable not in urls:
                server = kind(self.options.var_dir, on_wait=self.signals.check)
                self.servers.append(server)
                server.start()
                self.keepers.append(Keeper(server, self._say))
                urls[kind.variable] = server.url
        self._env |= urls
        shared = {key: self._env[key] for key in ("PORT", "REALTUBE_ENVIRONMENT")} | urls
        write_private(
            self.run_env_path, "".join(f"{key}={value}\n" for key, value in shared.items())
        )

    def _migrate(self) -> None:
        migration = self._add_child(
            "migrate", [sys.executable, "manage.py", "migrate", "--noinput"]
        )
        deadline = time.monotonic() + MIGRATE_TIMEOUT_S
        while (status := migration.poll()) is None:
            self.signals.check()
            if time.monotonic() > deadline:
                raise RunError(f"The migrations took too long (log: {migration.log_path}).")
            time.sleep(POLL_S / 2)
        if status != 0:
            self._show_end_of_log(migration)
            raise RunError(f"The database could not be migrated (log: {migration.log_path}).")
        self.children.remove(migration)

    def _start_children(self) -> None:
        celery = [sys.executable, "-m", "celery", "-A", "realtube.celery", "--quiet"]
        schedule = self.options.var_dir / "run" / "celerybeat-schedule"
        concurrency = self._env.get("WORKER_CONCURRENCY") or "2"
        commands = {
            "web": [
                *(sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py"),
                "realtube.wsgi:application",
            ],
            "worker": [
                *(*celery, "worker", "--loglevel=WARNING"),
                *(f"--concurrency={concurrency}", "--queues=celery,exports"),
            ],
            "beat": [*celery, "beat", "--loglevel=WARNING", "-s", str(schedule), "--pidfile="],
        }
        for name, command in commands.items():
            self.keepers.append(Keeper(self._add_child(name, command), self._say))

    def _add_child(self, name: str, command: Sequence[str]) -> Child:
        env = self._env | {"REALTUBE_SERVICE": name}
        child = Child(name, command, env=env, log_dir=self.log_dir)
        self.children.append(child)
        child.start()
        return child

    def _wait_until_ready(self) -> None:
        web = self.children[0]
        deadline = time.monotonic() + READY_TIMEOUT_S
        answer = "no answer"
        while time.monotonic() < deadline:
            self.signals.check()
            if not web.running:
                self._show_end_of_log(web)
                raise RunError(f"The web server did not start (log: {web.log_path}).")
            self._tend()
            ready, answer = ask_ready(self.options)
            if ready:
                return
            time.sleep(POLL_S)
        self._show_end_of_log(web)
        raise RunError(
            f"The service was not ready within {READY_TIMEOUT_S:.0f} seconds; "
            f"{self.options.site}/health/ready said: {answer}."
        )

    def _announce(self) -> None:
        options = self.options
        python = Path(sys.executable)
        with suppress(ValueError):
            python = python.relative_to(REPOSITORY)
        administrator = f"{shlex.quote(str(python))} manage.py create_administrator NAME"
        if options.var_dir != REPOSITORY / "var":
            administrator = f"VAR_DIR={shlex.quote(str(options.var_dir))} {administrator}"
        title = "RealTube is ready"
        rows = [
            ("Site", f"{options.site}/"),
            ("API docs", f"{options.site}/api/docs"),
            ("Admin", f"{options.site}/admin/"),
            ("New admin", administrator),
            ("Data", str(options.var_dir)),
        ]
        for server in self.servers:
            if not server.home.is_relative_to(options.var_dir):
                rows.append(("", f"{server.home} ({server.label})"))
        lines = [
            "",
            f"  \x1b[1;32m{title}\x1b[0m" if self.terminal.coloured else f"  {title}",
            "",
            *(f"  {label:<10} {value}" for label, value in rows),
            "",
            "  Ctrl-C stops everything.",
            "",
        ]
        for line in lines:
            self.terminal.line(line.encode())
        self._announced = True

    def _tend(self) -> None:
        for keeper in self.keepers:
            keeper.tend()

    def _show_output(self) -> None:
        """Show what the children wrote, as far as the terminal takes it; the rest keeps."""
        if not self._announced:  # a failed start shows the end of one log instead
            return
        for child in self.children:
            if not self.terminal.flush():
                return
            for line in child.new_lines():
                self.terminal.line(line, name=child.name)
                if not self.terminal.flush():
                    return

    def _show_end_of_log(self, child: Child) -> None:
        for line in child.last_lines():
            print(line, file=sys.stderr)

    def _say(self, text: str) -> None:
        self.terminal.line(text.encode(), name="realtube")

    def _stop(self) -> None:
        """Stop whatever runs: beat, worker and web together, then what they need."""
        try:
            for child in reversed(self.children):
                child.terminate()
            deadline = time.monotonic() + STOP_TIMEOUT_S
            while any(child.running for child in self.children) and time.monotonic() < deadline:
                if self.signals.hurry:
                    break
                self._show_output()
                time.sleep(POLL_S / 2)
        finally:
            for child in self.children:
                child.kill()
            self._show_output()
            for server in reversed(self.servers):
                server.stop(hurry=lambda: self.signals.hurry)
            if self.servers or self.children:
                self.run_env_path.unlink(missing_ok=True)
                self._say("Stopped.")


def read_or_create_secrets(path: Path) -> dict[str, str]:
    """The secrets of this installation; missing ones are made up and kept. Raises `OSError`."""
    secrets: dict[str, str] = {}
    with suppress(FileNotFoundError):
        for line in path.read_text(encoding="utf-8").splitlines():
            name, separator, value = line.partition("=")
            if separator and not name.startswith("#"):
                secrets[name.strip()] = value.strip()
    missing = [name for name in SECRETS if not secrets.get(name)]
    if missing:
        secrets |= {name: token_hex(32) for name in missing}
        write_private(path, "".join(f"{name}={value}\n" for name, value in secrets.items()))
    return secrets


def check_port(options: Options, *, patience_s: float) -> None:
    """Make sure that the web server will be able to listen.

    Args:
        options: the address to try.
        patience_s: seconds to wait for somebody else to leave the port.

    Raises `RunError`.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            options.host, options.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise RunError(f"HOST={options.host} is not an address of this machine.") from error
    deadline = time.monotonic() + patience_s
    while True:
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
            except PermissionError:
                raise RunError(
                    f"Port {options.port} is reserved for root; use another one: PORT=8000 make run"
                ) from None
            except OSError as error:
                if time.monotonic() >= deadline:
                    raise _port_error(options, error) from error
            else:
                return
        time.sleep(POLL_S)


def _port_error(options: Options, error: OSError) -> RunError:
    if error.errno == errno.EADDRINUSE:
        other = options.port + 1 if options.port < _MAX_PORT else 8000
        return RunError(
            f"Port {options.port} is already in use; use another one: PORT={other} make run"
        )
    return RunError(f"Cannot listen on HOST={options.host}: {error.strerror}.")


def check_database(url: str) -> None:
    """Make sure that DATABASE_URL names a PostgreSQL server that lets us in.

    Raises `RunError`, whose message never has the password.
    """
    # These take a while to import, and are not needed with embedded servers.
    import psycopg  # noqa: PLC0415
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415

    invalid = _url_error("DATABASE_URL", "postgresql://user:password@host:5432/name")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise invalid from None
    database = parts.path[1:]
    if parts.scheme not in {"postgres", "postgresql"} or not database or "@" in database:
        raise invalid
    given = {
        "dbname": unquote(database),
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "host": unquote(parts.hostname or ""),
        "port": str(port or ""),
    }
    arguments = dict(parse_qsl(parts.query)) | {key: value for key, value in given.items() if value}
    try:
        psycopg.connect(make_conninfo(**arguments), connect_timeout=5).close()
    except psycopg.OperationalError as error:
        raise _refused("DATABASE_URL", error, arguments.get("password", "")) from None
    except (psycopg.Error, TypeError, ValueError):  # these quote what they cannot parse
        raise invalid from None


def check_redis(url: str) -> None:
    """Make sure that REDIS_URL names a server that lets us in.

    Raises `RunError`, whose message never has the password.
    """
    import redis  # noqa: PLC0415 - as psycopg above

    invalid = _url_error("REDIS_URL", "redis://:password@host:6379/0")
    try:
        parts = urlsplit(url)
        client = redis.Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5)
    except (TypeError, ValueError):  # these quote what they cannot parse
        raise invalid from None
    if "@" in parts.path:
        raise invalid
    try:
        client.ping()
    except (redis.RedisError, OSError, ValueError) as error:
        raise _refused("REDIS_URL", error, unquote(parts.password or "")) from None
    finally:
        client.close()


def _url_error(variable: str, example: str) -> RunError:
    return RunError(
        f"{variable} must be a URL such as {example}, with the special characters of the password "
        "percent-encoded."
    )


def _refused(variable: str, error: Exception, password: str) -> RunError:
    """The line of a driver's message that says what happened, without the password."""
    lines = [line.strip(" \t-.") for line in str(error).splitlines() if line.strip()]
    if len(lines) > 1 and lines[0].startswith("Multiple connection attempts failed"):
        del lines[0]
    reason = lines[0] if lines else type(error).__name__
    if password:
        reason = reason.replace(password, "***")
    return RunError(f"The server of {variable} does not let us in: {reason}.")


def ask_ready(options: Options) -> tuple[bool, str]:
    """Whether `/health/ready` answers 200, and what it said."""
    connection = http.client.HTTPConnection(options.reachable_host, options.port, timeout=2)
    try:
        connection.request("GET", "/health/ready", headers={"Host": "localhost"})
        response = connection.getresponse()
        body = response.read(500).decode(errors="replace").strip()
        return response.status == http.client.OK, f"{response.status} {body}"
    except (OSError, http.client.HTTPException) as error:
        return False, str(error) or type(error).__name__
    finally:
        connection.close()


def main() -> int:
    """Run the service; returns the exit status."""
    signals = Signals()
    signals.install()
    terminal = Terminal(-1 if sys.stdout is None else sys.stdout.fileno())
    logger = logging.getLogger("local.embedded")
    logger.addHandler(Notes(terminal))
    logger.setLevel(logging.INFO)
    try:
        Supervisor(Options.read(os.environ), signals, terminal).run()
    except RunError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.status
    except EmbeddedError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
