"""Programs that some tests need beside Python: what is missing is told before they are skipped."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

# The Debian package of each.
PACKAGES = {
    "chromium": "chromium",
    "nginx": "nginx-light",
    "envsubst": "gettext-base",
    "ffmpeg": "ffmpeg",
    "openssl": "openssl",
    "wrk": "wrk",
    "curl": "curl",
    "minisign": "minisign",
    "initdb": "postgresql",
    "etcd": "etcd-server",
    "patroni": "patroni",
    "pgbouncer": "pgbouncer",
    "haproxy": "haproxy",
    "redis-server": "redis-server",
    "redis-sentinel": "redis-sentinel",
    "pebble": "pebble",
    "lego": "lego",
    "promtool": "prometheus",
    "amtool": "prometheus-alertmanager",
    "prometheus-postgres-exporter": "prometheus-postgres-exporter",
    "prometheus-redis-exporter": "prometheus-redis-exporter",
    "prometheus-blackbox-exporter": "prometheus-blackbox-exporter",
}
# The wheel that other tests use has a pg_verifybackup that crashes.
POSTGRES_BIN = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


def path_of(program: str) -> str | None:
    """Where a program is; None if it is not installed."""
    if program == "chromium" and (chosen := os.environ.get("CHROMIUM")):
        return chosen
    if program == "initdb":
        return str(POSTGRES_BIN / "initdb") if POSTGRES_BIN else None
    return shutil.which(program)


def missing(*programs: str) -> list[str]:
    """Those of `programs`, or of all, that are not installed."""
    return [program for program in programs or PACKAGES if not path_of(program)]


def needs(*programs: str) -> pytest.MarkDecorator:
    """Marks tests that are skipped where a program is missing."""
    lacking = missing(*programs)
    return pytest.mark.skipif(bool(lacking), reason=f"not installed: {', '.join(lacking)}")


def main() -> int:
    """Say what is missing; a failure where nothing may be skipped."""
    lacking = missing()
    if not lacking:
        return 0
    packages = " ".join(dict.fromkeys(PACKAGES[program] for program in lacking))
    sys.stderr.write(
        f"Not installed: {', '.join(lacking)}. Tests that need one are skipped. To run them, too, "
        f"on Debian or Ubuntu: apt-get install {packages}\n"
    )
    return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
