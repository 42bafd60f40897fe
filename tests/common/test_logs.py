"""Lines of requests may wait a moment for each other; none is lost or out of order."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor

from realtube import logs


def run(body):
    """What a process that gathers its lines writes to stderr until it ends."""
    script = textwrap.dedent(
        """
        import os, structlog
        from realtube import logs
        logs.configure(log_format="json", level="INFO", service="web")
        logs.gather()
        log = structlog.get_logger()
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", script + textwrap.dedent(body)],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    return [line.split('"message":"')[1].split('"')[0] for line in done.stderr.splitlines()]


def test_every_line_is_written_before_the_process_ends():
    assert run("for n in range(1000): log.info(f'line {n}')") == [f"line {n}" for n in range(1000)]


def test_what_is_wrong_is_written_at_once_with_all_that_came_before():
    lines = run("log.info('one'); log.error('two'); log.info('three'); os._exit(1)")
    assert lines == ["one", "two"]


def test_a_line_is_not_kept_for_long():
    slept = "import time; log.info('one'); time.sleep(0.5); os._exit(1)"
    assert run(slept) == ["one"]


def test_lines_of_many_threads_stay_whole(capfd):
    lines = logs._Lines()
    lines.gather()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lines.info, (f"line {n} end" for n in range(5000))))
    lines.flush()
    written = capfd.readouterr().err.splitlines()
    assert sorted(written) == sorted(f"line {n} end" for n in range(5000))
