"""A PgBouncer as deploy/cluster has it, in front of a PostgreSQL that trusts whoever reaches it."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.dev.processes import wait_until
from tests.dev.service import REPOSITORY, free_port


def folder_of_socket(server_url: str) -> str:
    """Where an embedded server has its socket."""
    (folder,) = parse_qs(urlsplit(server_url).query)["host"]
    return folder


@contextmanager
def pgbouncer(server_url: str) -> Iterator[str]:
    """The URL of one, for the embedded server of `server_url`; stopped at the end."""
    host, port = folder_of_socket(server_url), free_port()
    folder = Path(tempfile.mkdtemp(prefix="realtube-pooler-", dir="/tmp"))
    for name in ("postgres", "cluster_superuser", "cluster_replication", "cluster_redis"):
        (folder / f"{name}_password").write_text("unused")
    subprocess.run(
        [REPOSITORY / "deploy" / "cluster" / "configure", folder],
        env={
            "PATH": os.environ["PATH"],
            "CLUSTER_NODE": "a",
            "CLUSTER_NODES": "a=127.0.0.1",
            "CLUSTER_SECRETS": str(folder),
            "CLUSTER_POSTGRES_BIN": "/nowhere",
            "CLUSTER_POSTGRES_HOST": host,
            "CLUSTER_POSTGRES_PORT": "5432",
            "CLUSTER_POOLER_PORT": str(port),
            "CLUSTER_POOLER_AUTH": "trust",
        },
        check=True,
    )
    (folder / "users.txt").write_text('"postgres" ""\n')
    # Only the owner of its folder reaches the socket, and PgBouncer does not run as root.
    owner = Path(host).stat().st_uid
    as_owner = {"user": owner, "group": pwd.getpwuid(owner).pw_gid} if os.geteuid() == 0 else {}
    for path in (folder, *folder.iterdir()):
        os.chown(path, owner, -1)
    process = subprocess.Popen(
        ["pgbouncer", folder / "pgbouncer.ini"],
        env={"PATH": f"{os.environ['PATH']}:/usr/sbin"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **as_owner,
    )
    try:
        wait_until(lambda: _answers(port), timeout_s=20, what="pgbouncer listens")
        yield f"postgresql://postgres@127.0.0.1:{port}{urlsplit(server_url).path}"
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
