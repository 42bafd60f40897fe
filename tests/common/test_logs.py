"""Each event is one whole line, and nobody fails because the log cannot be written."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest


def run(body, stderr=subprocess.PIPE):
    """A process that logs as the service does, having ended."""
    script = textwrap.dedent(
        """
        import logging, structlog
        from concurrent.futures import ThreadPoolExecutor
        from realtube import logs
        logs.configure(log_format="json", level="INFO", service="web")
        log = structlog.get_logger()
        """
    )
    return subprocess.run(
        [sys.executable, "-c", script + textwrap.dedent(body)],
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        check=False,
    )


def test_lines_of_many_threads_stay_whole():
    done = run(
        """
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n: log.info("ours", n=n), range(1000)))
            list(pool.map(lambda n: logging.getLogger("theirs").warning(f"n {n}"), range(1000)))
        """
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert sorted(line["n"] for line in lines if line["message"] == "ours") == list(range(1000))
    assert sum(line["message"].startswith("n ") for line in lines) == 1000
    assert {line["service"] for line in lines} == {"web"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has /dev/full")
def test_nobody_fails_because_the_log_is_full():
    with open("/dev/full", "w") as full:
        done = run("log.info('one'); log.error('two'); print('went on')", stderr=full)
    assert done.stdout == "went on\n"
