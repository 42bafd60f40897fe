"""The supervisor behind `make run`."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local import demo, options, parts, reach, terminal
from local.options import Options, RunError
from local.parts import Keeper
from local.terminal import Signals, Terminal
from tests.dev.processes import child_with, descendants, running, wait_until
from tests.dev.service import Service, services

REPOSITORY = Path(__file__).resolve().parents[2]
PASSWORD = "hunter2-hunter2"


@pytest.fixture
def service() -> Iterator[Service]:
    with services() as start:
        yield start()


@pytest.mark.timeout(240)
def test_the_service_starts_stops_and_survives_kill_9(service: Service) -> None:
    processes = service.start_and_wait()
    assert len(processes) > 5
    assert service.status("/health/live") == 200
    assert f"http://127.0.0.1:{service.port}/api/docs" in service.output
    assert f"VAR_DIR={service.var_dir} " in service.output
    assert "Listens at" not in service.output
    environment = (service.var_dir / "run.env").read_text()
    assert all(f"{name}=" in environment for name in ("DATABASE_URL", "REDIS_URL", "PORT"))
    secrets = (service.var_dir / "secrets.env").read_text()
    for name in ("run.env", "secrets.env"):
        assert stat.S_IMODE((service.var_dir / name).stat().st_mode) == 0o600

    assert service.stop(signal.SIGTERM) == 0, service.output
    assert running(processes) == set()
    assert not (service.var_dir / "run.env").exists()

    processes = service.start_and_wait()
    assert (service.var_dir / "secrets.env").read_text() == secrets
    assert service.stop(signal.SIGKILL) == -signal.SIGKILL
    wait_until(lambda: not running(processes), timeout_s=60, what="everything followed")

    processes = service.start_and_wait()
    before = (service.var_dir / "run.env").read_text()
    assert service.process is not None
    for name in ("postgres", "valkey-server", "gunicorn", "--queues=celery,exports"):
        os.kill(child_with(service.process.pid, name), signal.SIGKILL)
    wait_until(
        lambda: service.output.count("starting it again") >= 4, timeout_s=60, what="they are missed"
    )
    wait_until(lambda: service.status("/health/ready") == 200, timeout_s=60, what="they are back")
    assert (service.var_dir / "run.env").read_text() == before
    processes |= descendants(service.process.pid)
    assert service.stop(signal.SIGINT) == 0, service.output
    assert running(processes) == set()


def test_the_worker_makes_the_first_snapshot_when_it_starts(service: Service) -> None:
    service.start_and_wait()
    wait_until(
        lambda: list(service.var_dir.rglob("snapshots/current/manifest.json")),
        timeout_s=30,  # the next tick for it comes after a minute
        what="the snapshot is there",
    )
    # The terminal is for requests and for what goes wrong, not for the worker's routine.
    assert service.status("/api/stats") == 200
    wait_until(lambda: "/api/stats" in service.output, timeout_s=10, what="the request is shown")
    assert "outcome=success" not in service.output
    assert "superuser" not in service.output


def test_who_listens_everywhere_is_told_so(service: Service) -> None:
    service.start_and_wait(HOST="0.0.0.0")
    assert f"Listens at 0.0.0.0, port {service.port}" in service.output


def test_a_demo_without_a_list_says_what_to_give(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["demo", "--list", ""])
    assert demo.main() == 2
    assert "make demo LIST=FILE" in capsys.readouterr().out


@pytest.mark.parametrize(
    "reached", ["run.lock", "postgres/lock", "logs/migrate.log", "logs/web.log"]
)
def test_a_signal_while_starting_stops_everything(service: Service, reached: str) -> None:
    process = service.start()
    wait_until(
        lambda: (service.var_dir / reached).exists() or process.poll() is not None,
        timeout_s=90,
        what=reached,
    )
    processes = descendants(process.pid)
    assert service.stop(signal.SIGTERM) == 0, service.output
    assert running(processes) == set()
    assert "error" not in service.output


def test_a_port_in_use_is_one_sentence_and_starts_nothing(service: Service) -> None:
    with socket.create_server(("127.0.0.1", service.port)):
        assert service.start().wait(timeout=10) == 1
    assert service.output == (
        f"error: Port {service.port} is already in use; use another one: "
        f"PORT={service.port + 1} make run\n"
    )
    assert not (service.var_dir / "postgres").exists()


def test_a_second_run_in_the_same_folder_is_one_sentence(service: Service) -> None:
    service.var_dir.mkdir()
    with (service.var_dir / "run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert service.start().wait(timeout=10) == 1
    assert service.output.startswith(f"error: Another `make run` is using {service.var_dir}; ")
    assert service.output.count("\n") == 1


@pytest.mark.parametrize(
    ("variable", "value", "status"),
    [
        ("DATABASE_URL", f"postgresql://me:{PASSWORD}@127.0.0.1:1/realtube", 1),
        ("REDIS_URL", f"redis://:{PASSWORD}@127.0.0.1:1/0", 1),
        ("PORT", "http", 2),
        ("WEB_THREADS", "0", 2),
        ("HOST", "no.such.host.invalid", 1),
    ],
)
def test_a_wrong_variable_is_named_in_one_sentence(
    service: Service, variable: str, value: str, status: int
) -> None:
    assert service.start(**{variable: value}).wait(timeout=20) == status
    assert service.output.startswith("error: ")
    assert variable in service.output
    assert service.output.count("\n") == 1
    assert PASSWORD not in service.output
    assert not (service.var_dir / "postgres").exists()


@pytest.mark.parametrize(
    ("check", "url"),
    [
        (reach.check_database, "realtube"),
        (reach.check_database, f"mysql://me:{PASSWORD}@host/realtube"),
        (reach.check_database, f"postgresql://me:{PASSWORD}@host"),
        (reach.check_database, f"postgresql://me:{PASSWORD}@host:port/realtube"),
        (reach.check_database, f"postgresql://me:a@{PASSWORD}/b@host/realtube"),
        (reach.check_database, f"postgresql://me:a#{PASSWORD}@host/realtube"),
        (reach.check_database, f"postgresql://me:{PASSWORD}@host/realtube?{PASSWORD}=1"),
        (reach.check_redis, "localhost"),
        (reach.check_redis, f"http://:{PASSWORD}@host/0"),
        (reach.check_redis, f"redis://:{PASSWORD}@host:port/0"),
        (reach.check_redis, f"redis://:a@{PASSWORD}/b@host/0"),
    ],
)
def test_an_unreadable_url_is_refused_without_quoting_it(
    check: Callable[[str], None], url: str
) -> None:
    with pytest.raises(RunError, match="_URL must be a URL such as ") as failure:
        check(url)
    assert PASSWORD not in str(failure.value)


def test_the_servers_of_the_tests_are_let_in() -> None:
    reach.check_database(os.environ["DATABASE_URL"])
    reach.check_redis(os.environ["REDIS_URL"])


def test_empty_variables_count_as_unset() -> None:
    options = Options.read({"PORT": "", "HOST": " ", "DATABASE_URL": "", "VAR_DIR": ""})
    assert options == Options(REPOSITORY / "var", "127.0.0.1", 8000, "", "")


def test_the_site_has_an_address_a_browser_understands(tmp_path: Path) -> None:
    def site(host: str) -> str:
        return Options.read({"HOST": host, "VAR_DIR": str(tmp_path)}).site

    assert site("0.0.0.0") == "http://127.0.0.1:8000"
    assert site("::") == "http://[::1]:8000"
    assert site("realtube.example") == "http://realtube.example:8000"


def test_secrets_are_made_once_and_missing_ones_are_added(tmp_path: Path) -> None:
    path = tmp_path / "secrets.env"
    first = options.read_or_create_secrets(path)
    assert first.keys() == set(options.SECRETS)
    assert all(len(bytes.fromhex(secret)) == 32 for secret in first.values())
    assert len(set(first.values())) == len(first)
    assert options.read_or_create_secrets(path) == first

    path.write_text(f"# mine\nREALTUBE_VOTER_KEY={first['REALTUBE_VOTER_KEY']}\n")
    second = options.read_or_create_secrets(path)
    assert second["REALTUBE_VOTER_KEY"] == first["REALTUBE_VOTER_KEY"]
    assert second["DJANGO_SECRET_KEY"] != first["DJANGO_SECRET_KEY"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


class Mortal:
    """A part that dies as soon as it was started."""

    name = "web"
    running = False

    def __init__(self) -> None:
        self.starts = 0

    def start(self) -> None:
        self.starts += 1


def test_a_part_that_keeps_dying_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 1000.0
    monkeypatch.setattr("time.monotonic", lambda: now_s)
    part, said = Mortal(), list[str]()
    keeper = Keeper(part, said.append)

    def tend_for_a_minute() -> None:
        nonlocal now_s
        while now_s < 1060:
            keeper.tend()
            now_s += 0.1

    with pytest.raises(RunError, match=r"^web stopped 6 times within 60 seconds"):
        tend_for_a_minute()
    assert part.starts == 5
    assert [line.rpartition(" in ")[2] for line in said] == [
        "0.5 s.",
        "1 s.",
        "2 s.",
        "4 s.",
        "8 s.",
    ]


def test_a_part_that_dies_now_and_then_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 1000.0
    monkeypatch.setattr("time.monotonic", lambda: now_s)
    part = Mortal()
    keeper = Keeper(part, list[str]().append)
    for _ in range(20):
        part.running = False
        keeper.tend()
        now_s += 10
        part.running = True
        keeper.tend()
        now_s += 10
    assert part.starts == 20


def test_a_reader_that_stops_reading_blocks_nobody() -> None:
    reader, writer = os.pipe()
    terminal = Terminal(writer)
    for number in range(50_000):
        terminal.line(b"%d" % number, name="web")
    assert not terminal.flush()
    received = b""
    while not terminal.flush() or received.count(b"\n") < 50_000:
        received += os.read(reader, 1 << 20)
    os.close(writer)
    os.close(reader)
    assert received.splitlines()[::49_999] == [b"web      | 0", b"web      | 49999"]


def test_a_reader_that_has_gone_is_forgotten() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    terminal = Terminal(writer)
    terminal.line(b"lost")
    assert terminal.flush()
    os.close(writer)


def test_only_whole_lines_of_a_child_are_shown(tmp_path: Path) -> None:
    child = parts.Child("web", ["true"], env={}, log_dir=tmp_path)
    assert list(child.new_lines()) == []
    with child.log_path.open("ab", buffering=0) as log:
        log.write(b"one\ntw")
        assert list(child.new_lines()) == [b"one"]
        log.write(b"o\nthree\n")
        assert next(child.new_lines()) == b"two"  # the reader of the terminal was busy
        assert list(child.new_lines()) == [b"three"]


def test_one_ctrl_c_that_arrives_twice_is_not_two(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 1000.0
    monkeypatch.setattr("time.monotonic", lambda: now_s)
    signals = Signals()
    signals.check()
    signals.note(signal.SIGINT, None)
    signals.note(signal.SIGINT, None)
    assert not signals.hurry
    with pytest.raises(terminal.Interrupted):
        signals.check()
    now_s += 1
    signals.note(signal.SIGTERM, None)
    assert not signals.hurry
    signals.note(signal.SIGINT, None)
    assert signals.hurry
