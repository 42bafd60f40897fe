"""Every row of `make bench` works, on little data: its figures mean nothing here."""

from __future__ import annotations

import subprocess
import sys

from local.options import REPOSITORY
from tests.tools import needs


@needs("wrk", "nginx", "envsubst", "openssl")
def test_every_row_of_the_benchmark_runs():
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "benchmarks.speed", "--smoke"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for row in ("whole run, Zipf", "change entries", "each published", "snapshot", "admin"):
        assert row.split()[0] in done.stdout
