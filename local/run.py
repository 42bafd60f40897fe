"""`make run`: databases, web, worker and beat in one terminal (`python -m local.run`).

Environment:
    VAR_DIR: folder of everything that is written, `var` next to the code by default.
    HOST, PORT: where the web server listens, 127.0.0.1 and 8000 by default.
    DATABASE_URL, REDIS_URL: servers to use instead of the embedded ones.

With `--month` an empty site is filled with an invented month first (`make demo-site`).

The children write into `VAR_DIR/logs` and this process shows what they wrote: neither a slow
terminal nor the end of this process can block them or lose their last words. Everything happens
in one thread, because on Linux a child is signalled to stop when the thread that started it ends.
"""

from __future__ import annotations

import fcntl
import importlib.util
import logging
import os
import shlex
import shutil
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from local.options import POLL_S, REPOSITORY, Options, RunError, read_or_create_secrets
from local.parts import Child, Keeper
from local.postgres import Postgres
from local.reach import ask_ready, check_database, check_port, check_redis
from local.server import Server
from local.system import EmbeddedError, make_data_root, rotate_log, write_private
from local.terminal import Interrupted, Notes, Signals, Terminal
from local.valkey import Valkey

READY_TIMEOUT_S = 60.0
COMMAND_TIMEOUT_S = 600.0
# A little more than gunicorn's graceful_timeout, so that it can finish its requests.
STOP_TIMEOUT_S = 35.0
LEFTOVER_PORT_TIMEOUT_S = 5.0
_PACKAGES = ("django", "gunicorn", "celery", "psycopg", "redis")
# For clips, an extra; the last only where the system has no ffmpeg.
_MEDIA_PACKAGES, _FFMPEG = ("c2pa", "numpy", "PIL"), "imageio_ffmpeg"
# Whoever tries the service in a container is root there, and knows it.
_AS_ROOT = ("-W", "ignore:You're running the worker with superuser privileges")


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
        self._evidence = "off"
        self._lock: int | None = None
        self._announced = False

    def run(self) -> None:
        """Run until somebody asks to stop. Raises `RunError` or `EmbeddedError`."""
        try:
            self._prepare()
            self._start_servers()
            self._finish("migrate", "migrate", "--noinput")
            if self.options.month:
                self._say("An invented month is made, which takes a minute or two.")
                self._finish("month", "demo_site", "--if-empty")
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
        _refuse_missing(_missing(_PACKAGES), "requirements.txt")
        options = self.options
        media = _missing(_MEDIA_PACKAGES if shutil.which("ffmpeg") else (*_MEDIA_PACKAGES, _FFMPEG))
        # Clips are of use where something can look into them.
        self._evidence = options.evidence or ("off" if media else "on")
        if self._evidence == "on":
            _refuse_missing(media, "requirements-evidence.txt")
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
            for name in ("migrate", "month", "web", "worker", "beat", "media"):
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
            # Mails are written to a folder, and shown at the desk.
            "REALTUBE_MAIL": os.environ.get("REALTUBE_MAIL") or "folder",
            "REALTUBE_MAIL_FROM": os.environ.get("REALTUBE_MAIL_FROM")
            or "RealTube <realtube@localhost>",
            # Whoever tries something out waits for no cut.
            "REALTUBE_DELTA_EVERY_S": os.environ.get("REALTUBE_DELTA_EVERY_S") or "0",
            "REALTUBE_EVIDENCE": self._evidence,
            "REALTUBE_ORIGIN": os.environ.get("REALTUBE_ORIGIN") or options.site,
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

    def _finish(self, name: str, *command: str) -> None:
        """Run a command of `manage.py` to its end. Raises `RunError`."""
        child = self._add_child(name, [sys.executable, "manage.py", *command])
        deadline = time.monotonic() + COMMAND_TIMEOUT_S
        while (status := child.poll()) is None:
            self.signals.check()
            if time.monotonic() > deadline:
                raise RunError(f"`{command[0]}` took too long (log: {child.log_path}).")
            time.sleep(POLL_S / 2)
        if status != 0:
            self._show_end_of_log(child)
            raise RunError(f"`{command[0]}` failed (log: {child.log_path}).")
        self.children.remove(child)

    def _start_children(self) -> None:
        celery = [sys.executable, *_AS_ROOT, "-m", "celery", "-A", "realtube.celery", "--quiet"]
        schedule = self.options.var_dir / "run" / "celerybeat-schedule"
        concurrency = self._env.get("WORKER_CONCURRENCY") or "2"
        commands = {
            "web": [
                *(sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py"),
                "realtube.wsgi:application",
            ],
            "worker": [
                *(*celery, "worker", "--loglevel=WARNING"),
                *(f"--concurrency={concurrency}", "--queues=celery,exports,s3"),
            ],
            "beat": [*celery, "beat", "--loglevel=WARNING", "-s", str(schedule), "--pidfile="],
        }
        if self._evidence == "on":
            commands["media"] = [
                *("nice", "-n", "10", *celery, "worker", "--loglevel=WARNING"),
                *("--concurrency=1", "--queues=media", "--hostname=media@%h"),
            ]
        for name, command in commands.items():
            self.keepers.append(Keeper(self._add_child(name, command), self._say))

    def _add_child(self, name: str, command: Sequence[str]) -> Child:
        env = self._env | {"REALTUBE_SERVICE": name}
        if name in ("worker", "media"):  # 100 tasks a minute would hide requests and failures
            env["LOG_LEVEL"] = os.environ.get("LOG_LEVEL") or "WARNING"
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
            *[("Listens at", f"{options.host}, port {options.port}")] * options.everywhere,
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


def _missing(packages: Sequence[str]) -> list[str]:
    return [package for package in packages if importlib.util.find_spec(package) is None]


def _refuse_missing(packages: Sequence[str], file: str) -> None:
    if packages:
        raise RunError(
            f"{packages[0]} is not installed in {sys.executable}; "
            f'run "pip install -r {file}" in this environment.'
        )


def main() -> int:
    """Run the service; returns the exit status."""
    signals = Signals()
    signals.install()
    terminal = Terminal(-1 if sys.stdout is None else sys.stdout.fileno())
    logger = logging.getLogger("local")
    logger.addHandler(Notes(terminal))
    logger.setLevel(logging.INFO)
    try:
        Supervisor(Options.read(os.environ, sys.argv[1:]), signals, terminal).run()
    except RunError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.status
    except EmbeddedError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
