"""One embedded server: a child of this process with a lock on its data and a log."""

from __future__ import annotations

import fcntl
import importlib.metadata
import importlib.util
import os
import re
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from common.processes.parents import die_with_parent
from local.system import (
    START_TIMEOUT_S,
    Account,
    EmbeddedError,
    is_process_with,
    open_log,
    read_pid,
    rotate_log,
    run_as,
)

STOP_TIMEOUT_S = 30.0
ORPHAN_TIMEOUT_S = 30.0
POLL_S = 0.03
_INSTALL_HINT = 'run "pip install -r requirements.txt" in this environment'


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
                **run_as(account),
            )
        finally:
            os.close(log)
        if process.stdin is not None:
            # One that could not start does not read; its exit status says why.
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
        pid = read_pid(pid_file)
        if pid is None or not is_process_with(pid, marker):
            return
        with suppress(ProcessLookupError):
            os.kill(pid, self.stop_signal)
        deadline = time.monotonic() + ORPHAN_TIMEOUT_S
        while is_process_with(pid, marker):
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    f"{self.label} of an earlier run (process {pid}) still uses {self.home} "
                    "and does not stop."
                )
            self._on_wait()
            time.sleep(POLL_S)


def package_dir(package: str, label: str, variable: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            f"{label} is not installed: {_INSTALL_HINT}, or set {variable} to a server you run."
        )
    return Path(spec.submodule_search_locations[0])


def require_binary(path: Path, label: str, variable: str) -> None:
    if not os.access(path, os.X_OK):
        raise EmbeddedError(
            f"{label} has no usable program at {path}: {_INSTALL_HINT}, or set {variable} to a "
            "server you run."
        )
