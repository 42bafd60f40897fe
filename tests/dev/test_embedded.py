"""The embedded servers, with real processes."""

from __future__ import annotations

import importlib.util
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import redis

from local import postgres, system, valkey
from local.postgres import Postgres
from local.server import Server
from local.system import EmbeddedError
from local.valkey import Valkey
from tests.dev.processes import descendants, running, wait_until

REPOSITORY = Path(__file__).resolve().parents[2]
AS_ROOT = os.geteuid() == 0
Start = Callable[[Server], Server]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users may enter, unlike those of `tmp_path`."""
    folder = Path(tempfile.mkdtemp(prefix="realtube-dev-", dir="/tmp")).resolve()
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def initialised() -> Iterator[Path]:
    """A data root whose PostgreSQL has been started before."""
    folder = Path(tempfile.mkdtemp(prefix="realtube-dev-", dir="/tmp")).resolve()
    folder.chmod(0o755)
    server = Postgres(folder, durable=False)
    server.start()
    server.stop()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def used_folder(initialised: Path) -> Iterator[Path]:
    """As `open_folder`, with data; shared, because making a new one takes most of a second."""
    yield initialised
    data = initialised / "postgres" / "data"
    (data / "PG_VERSION").write_text("18\n")
    (data / "postgresql.conf").write_text("")


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a server that is stopped after the test."""
    servers: list[Server] = []

    def start_it(server: Server) -> Server:
        servers.append(server)
        server.start()
        return server

    yield start_it
    for server in servers:
        server.stop()


def use_system_root(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    for module in ("postgres", "system"):
        monkeypatch.setattr(f"local.{module}.SYSTEM_ROOT", folder)


def query(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def get(url: str, key: str) -> object:
    with redis.Redis.from_url(url) as client:
        return client.get(key)


def put(url: str, key: str, value: str) -> None:
    with redis.Redis.from_url(url) as client:
        client.set(key, value)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_postgres_is_private_and_keeps_its_data(open_folder: Path, start: Start) -> None:
    server = start(Postgres(open_folder / "var"))
    query(server.url, "CREATE TABLE kept AS SELECT 7 AS n")
    settings = query(
        server.url,
        "SELECT current_setting('listen_addresses'), current_setting('fsync'),"
        " current_setting('max_connections')::int, current_setting('server_encoding'),"
        " current_database(), lower('Ä'), current_setting('server_version_num')::int / 10000",
    )
    assert settings == [("", "on", 200, "UTF8", "realtube", "ä", 18)]
    assert mode(server.home / "socket") == mode(server.home / "data") == 0o700
    url = server.url
    server.stop()
    assert not server.running

    again = start(Postgres(open_folder / "var"))

    assert again.url == url
    assert query(again.url, "SELECT n FROM kept") == [(7,)]


def test_valkey_is_private_and_keeps_its_data(open_folder: Path, start: Start) -> None:
    server = start(Valkey(open_folder / "var"))
    put(server.url, "kept", "7")
    with redis.Redis.from_url(server.url) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("databases") == {"databases": "16"}
        assert client.config_get("bind") == {"bind": "127.0.0.1"}
    address, _, password = server.url.removesuffix("/0").rpartition("@")[::-1]
    with pytest.raises(redis.AuthenticationError), redis.Redis.from_url(f"redis://{address}") as c:
        c.ping()
    assert mode(server.home / "password") == 0o600
    assert server.process is not None
    assert (server.home / "password").read_text().strip() in password
    assert not any(password in str(part) for part in server.process.args)  # type: ignore[union-attr]
    server.stop()

    assert get(start(Valkey(open_folder / "var")).url, "kept") == b"7"


def test_servers_for_tests_do_not_wait_for_the_disk(used_folder: Path, start: Start) -> None:
    postgres = start(Postgres(used_folder, durable=False))
    valkey = start(Valkey(used_folder, durable=False))
    assert query(postgres.url, "SHOW fsync") == query(postgres.url, "SHOW synchronous_commit")
    with redis.Redis.from_url(valkey.url) as client:
        assert client.config_get("appendonly") == {"appendonly": "no"}


@pytest.mark.parametrize("kind", [Postgres, Valkey])
def test_two_run_side_by_side(used_folder: Path, start: Start, kind: type[Server]) -> None:
    one = start(kind(used_folder, durable=False))
    two = start(kind(used_folder / "two", durable=False))
    assert one.url != two.url
    assert one.running
    assert two.running


@pytest.mark.parametrize("kind", [Postgres, Valkey])
def test_data_in_use_is_refused(used_folder: Path, start: Start, kind: type[Server]) -> None:
    first = start(kind(used_folder, durable=False))
    with pytest.raises(EmbeddedError, match=r"^Another running process already uses the .* data "):
        start(kind(used_folder, durable=False))
    assert first.running


def test_a_killed_server_starts_again_at_the_same_address(used_folder: Path, start: Start) -> None:
    postgres, valkey = start(Postgres(used_folder)), start(Valkey(used_folder))
    urls = postgres.url, valkey.url
    query(postgres.url, "CREATE TABLE kept AS SELECT 7 AS n")
    with closing(psycopg.connect(postgres.url)):  # keeps a backend alive for a moment
        for server in (postgres, valkey):
            assert server.process is not None
            server.process.kill()
            server.process.wait()
            server.start()
    assert (postgres.url, valkey.url) == urls
    assert query(postgres.url, "SELECT n FROM kept") == [(7,)]


def test_valkey_starts_on_a_log_cut_short_by_a_crash(open_folder: Path, start: Start) -> None:
    server = start(Valkey(open_folder))
    put(server.url, "kept", "7")
    server.stop()
    (log,) = (server.home / "appendonlydir").glob("*.incr.aof")
    with log.open("ab") as file:
        file.write(b"*3\r\n$3\r\nSET\r\n$4\r\nlo")
    server.start()
    assert get(server.url, "kept") == b"7"


def test_servers_follow_a_parent_that_was_killed(used_folder: Path, start: Start) -> None:
    script = (
        "import sys, time; from pathlib import Path\n"
        "from local.postgres import Postgres; from local.valkey import Valkey\n"
        "for kind in (Postgres, Valkey): kind(Path(sys.argv[1])).start()\n"
        "print('ready', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(used_folder)], cwd=REPOSITORY, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        servers = descendants(parent.pid)
        assert len(servers) > 2
        parent.kill()
    # Without waiting first: a new run finds its predecessors shutting down.
    start(Postgres(used_folder))
    start(Valkey(used_folder))
    wait_until(lambda: not running(servers), timeout_s=10, what="orphans are gone")


def test_lock_files_of_a_stranger_are_ignored(used_folder: Path, start: Start) -> None:
    """After a reboot the number in the file may belong to anybody, also to the same user."""
    server = start(Postgres(used_folder, durable=False))
    server.stop()
    owner = (server.home / "data").stat()
    with subprocess.Popen(["sleep", "60"], user=owner.st_uid if AS_ROOT else None) as stranger:
        for lock in (
            server.home / "data" / "postmaster.pid",
            server.home / "socket" / ".s.PGSQL.5432.lock",
        ):
            lock.write_text(f"{stranger.pid}\n{server.home / 'data'}\n1\n5432\n\n\n\n\n")
        server.start()
        assert query(server.url, "SELECT 1") == [(1,)]
        stranger.kill()


def test_an_interrupted_initdb_is_repeated(open_folder: Path, start: Start) -> None:
    half = open_folder / "postgres" / "data.new-1"
    half.mkdir(parents=True)
    half.parent.chmod(0o711)
    (half / "PG_VERSION").write_text("18\n")
    assert query(start(Postgres(open_folder, durable=False)).url, "SELECT 1") == [(1,)]
    assert not half.exists()


def test_giving_up_while_waiting_leaves_nothing_running(open_folder: Path) -> None:
    def give_up() -> None:
        if (open_folder / "postgres" / "data").exists():
            raise KeyboardInterrupt

    server = Postgres(open_folder, durable=False, on_wait=give_up)
    before = descendants(os.getpid())
    with pytest.raises(KeyboardInterrupt):
        server.start()
    wait_until(
        lambda: descendants(os.getpid()) <= before, timeout_s=5, what="PostgreSQL has stopped"
    )


def test_failures_name_the_reason_and_the_log(used_folder: Path, start: Start) -> None:
    server = start(Postgres(used_folder, durable=False))
    server.stop()
    (server.home / "data" / "postgresql.conf").write_text("nonsense = = 1\n")
    with pytest.raises(EmbeddedError) as failure:
        server.start()
    message = str(failure.value)
    assert message.startswith("PostgreSQL did not start: ")
    assert "postgresql.conf" in message
    assert message.endswith(f"(log: {used_folder}/logs/postgres.log).")
    assert "\n" not in message


def test_data_of_another_release_is_refused(used_folder: Path, start: Start) -> None:
    server = start(Postgres(used_folder, durable=False))
    server.stop()
    (server.home / "data" / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedError, match="belongs to PostgreSQL 17, but this is PostgreSQL 18"):
        server.start()


@pytest.mark.parametrize("kind", [Postgres, Valkey])
def test_a_missing_wheel_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Server]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(EmbeddedError) as failure:
        kind(tmp_path).start()
    assert str(failure.value) == (
        f'{kind.label} is not installed: run "pip install -r requirements.txt" in this '
        f"environment, or set {kind.variable} to a server you run."
    )


@pytest.mark.parametrize("kind", [Postgres, Valkey])
def test_a_missing_program_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Server]
) -> None:
    monkeypatch.setattr(f"local.{kind.name}.package_dir", lambda *_names: tmp_path / "package")
    with pytest.raises(EmbeddedError, match=f"^{kind.label} has no usable program at {tmp_path}"):
        kind(tmp_path).start()


@pytest.mark.parametrize("kind", [Postgres, Valkey])
def test_a_folder_that_cannot_be_written_is_one_sentence(
    tmp_path: Path, kind: type[Server]
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedError, match=f"^{kind.label} cannot use {tmp_path}/file"):
        kind(tmp_path / "file" / "var").start()


def test_sockets_of_long_paths_are_below_the_temp_folder(open_folder: Path, start: Start) -> None:
    root = open_folder / ("x" * 60) / ("y, z" * 15)
    root.mkdir(parents=True, mode=0o755)
    server = start(Postgres(root, durable=False))
    assert query(server.url, "SELECT 1") == [(1,)]
    (name,) = query(server.url, "SHOW unix_socket_directories")[0]
    folder = Path(str(name).strip('"'))
    assert folder.parent == Path(tempfile.gettempdir())
    assert mode(folder) == 0o700
    server.stop()
    assert not folder.exists()


def test_socket_paths_are_measured_in_bytes() -> None:
    room = postgres.SOCKET_PATH_MAX_BYTES - len("/.s.PGSQL.5432")
    assert postgres.fits_socket_path(Path("/" + "x" * (room - 1)))
    assert not postgres.fits_socket_path(Path("/" + "x" * room))
    assert not postgres.fits_socket_path(Path("/" + "ä" * (room - 1)))
    assert not postgres.fits_socket_path(Path("/a,b"))


def test_a_link_in_the_place_of_a_private_folder_is_refused(
    open_folder: Path, start: Start
) -> None:
    (open_folder / "elsewhere").mkdir()
    (open_folder / "valkey").symlink_to(open_folder / "elsewhere")
    with pytest.raises(EmbeddedError, match=f"^{open_folder}/valkey is not a private folder"):
        start(Valkey(open_folder))


def test_root_does_not_run_postgres_as_root_and_others_as_themselves() -> None:
    data = Path("/data")
    assert postgres.server_account(euid=1000, data=data, data_owner=None) is None
    assert postgres.server_account(euid=1000, data=data, data_owner=1000) is None
    with pytest.raises(EmbeddedError, match="belongs to the user root; run as that user"):
        postgres.server_account(euid=1000, data=data, data_owner=0)
    account = postgres.server_account(euid=0, data=data, data_owner=None)
    assert account is not None
    assert account.name == "nobody"
    assert postgres.server_account(euid=0, data=data, data_owner=account.uid) == account
    with pytest.raises(EmbeddedError, match="chown -R nobody /data"):
        postgres.server_account(euid=0, data=data, data_owner=0)
    with pytest.raises(EmbeddedError, match="no user 123456789"):
        postgres.server_account(euid=0, data=data, data_owner=123456789)


def test_a_clone_that_is_closed_to_others_works_and_stays_closed(
    open_folder: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root cannot let `nobody` into /root or into a folder of mktemp."""
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    system = open_folder / "system"
    wheel = _copy_of_wheel(closed)
    monkeypatch.setattr(postgres, "postgres_wheel", lambda: wheel)
    use_system_root(monkeypatch, system)

    server = start(Postgres(closed / "var", durable=False))
    query(server.url, "CREATE TABLE kept AS SELECT 7 AS n")
    server.stop()
    again = start(Postgres(closed / "var", durable=False))

    assert query(again.url, "SELECT n FROM kept") == [(7,)]
    assert mode(closed) == 0o700
    if AS_ROOT:
        (copy,) = system.glob("postgresql-*")
        assert (copy.stat().st_uid, mode(copy)) == (0, 0o755)
        assert again.home.parent == system / "data"
        assert not (closed / "var" / "postgres").exists()
    else:
        assert again.home == closed / "var" / "postgres"
        assert not system.exists()


def test_data_stays_when_a_parent_folder_is_opened_or_closed(
    open_folder: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_system_root(monkeypatch, open_folder / "system")
    parent = open_folder / "parent"
    parent.mkdir(mode=0o700)
    made_closed = start(Postgres(parent / "closed", durable=False))
    first_home = made_closed.home
    made_closed.stop()
    parent.chmod(0o755)
    made_open = start(Postgres(parent / "open", durable=False))
    made_open.stop()

    made_closed.start()
    assert made_closed.home == first_home
    assert made_open.home == parent / "open" / "postgres"
    parent.chmod(0o700)
    if AS_ROOT:
        with pytest.raises(EmbeddedError, match="can no longer reach its data"):
            made_open.start()
    else:
        made_open.start()


def test_an_ordinary_user_runs_servers_as_itself(open_folder: Path) -> None:
    """Root becomes `nobody` after the imports: Python itself may be out of reach for `nobody`."""
    owner = postgres.server_account(euid=os.geteuid(), data=open_folder, data_owner=None)
    uid, gid = (owner.uid, owner.gid) if owner else (os.getuid(), os.getgid())
    wheel = _copy_of_wheel(open_folder)
    program = shutil.copy2(valkey.valkey_binary(), open_folder / "valkey-server")
    root = open_folder / "home" / "var"
    root.parent.mkdir(mode=0o700)
    os.chown(root.parent, uid, gid)
    script = (
        "import os, sys; from pathlib import Path; from local import postgres, valkey\n"
        "'host'.encode('idna')  # imports what getaddrinfo needs\n"
        "uid, gid = int(sys.argv[1]), int(sys.argv[2])\n"
        "root, wheel, program = map(Path, sys.argv[3:])\n"
        "postgres.postgres_wheel, valkey.valkey_binary = lambda: wheel, lambda: program\n"
        "if os.getuid() != uid: os.setgroups([]); os.setgid(gid); os.setuid(uid)\n"
        "for kind in (postgres.Postgres, valkey.Valkey):\n"
        "    server = kind(root, durable=False); server.start()\n"
        "    print(server.home.relative_to(root), server.home.stat().st_uid, server.running)\n"
        "    server.stop()\n"
    )
    arguments = [str(part) for part in (uid, gid, root, wheel, program)]
    result = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stderr == ""
    assert result.stdout == f"postgres {uid} True\nvalkey {uid} True\n"


def test_two_processes_may_copy_the_programs_at_once(tmp_path: Path) -> None:
    install = tmp_path / "site-packages" / "package" / "pginstall18"
    libraries = tmp_path / "site-packages" / "package.libs"
    for file in (install / "bin" / "postgres", install / "include" / "x.h", libraries / "libpq.so"):
        file.parent.mkdir(parents=True)
        file.write_text(file.name)
        file.chmod(0o700)
    target = tmp_path / "system" / "postgresql-1"
    (tmp_path / "system" / ".postgresql-1-killed").mkdir(parents=True)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: postgres.copy_install(install, target), range(8)))

    assert sorted(path.name for path in target.parent.iterdir()) == [".lock", "postgresql-1"]
    files = sorted(str(path.relative_to(target)) for path in target.rglob("*") if path.is_file())
    assert files == ["package.libs/libpq.so", "package/pginstall18/bin/postgres"]
    assert mode(target) == mode(target / files[1]) == 0o755


def test_private_files_are_replaced_in_one_step(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    system.write_private(path, "one")
    system.write_private(path, "two")
    assert path.read_text() == "two"
    assert mode(path) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_log_keeps_one_predecessor(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "web.log"
    for text in (b"first", b"second", b"third"):
        system.rotate_log(log)
        descriptor = system.open_log(log)
        os.write(descriptor, text)
        os.close(descriptor)
    assert log.read_bytes() == b"third"
    assert log.with_name("web.log.1").read_bytes() == b"second"
    assert len(list(log.parent.iterdir())) == 2


def _copy_of_wheel(folder: Path) -> Path:
    """The programs of the wheel that are used, in a folder of the test's choice."""
    wheel = postgres.postgres_wheel()
    site_packages = folder / "site-packages"
    copy = site_packages / wheel.parent.name / wheel.name
    for name in ("postgres", "initdb", "psql"):
        (copy / "bin").mkdir(parents=True, exist_ok=True)
        shutil.copy2(wheel / "bin" / name, copy / "bin")
    for part in ("lib/postgresql", "share/postgresql"):
        shutil.copytree(wheel / part, copy / part, ignore=shutil.ignore_patterns("pgxs"))
    libraries = wheel.parent.with_name(f"{wheel.parent.name}.libs")
    if libraries.exists():  # not on macOS
        shutil.copytree(libraries, site_packages / libraries.name)
    return copy
