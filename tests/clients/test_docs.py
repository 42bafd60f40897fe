"""The client of docs/clients.md, run as it stands there, with the real server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sync.snapshot import snapshot
from sync.tasks import run_pipeline

ROOT = Path(__file__).resolve().parents[2]
LINES_MAX = 30


def program():
    (found,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/clients.md").read_text(), re.DOTALL)
    return found


@pytest.mark.django_db(transaction=True)
def test_the_client_of_the_page_works_as_it_stands_there(live_server, crowd, tmp_path):
    crowd(9, "flagged")
    run_pipeline()
    snapshot.build()
    script = tmp_path / "client.py"
    script.write_text(program())
    home = tmp_path / "home"
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, script, live_server.url, home, "flagged", "unknown"],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        said = done.stdout.splitlines()
        assert said[0].endswith("changes ")
        assert said[1] == "flagged: 9 votes"
        assert said[2].startswith("voted: ")
        assert re.fullmatch(r"flagged [5-9][0-9] fully_ai", said[3])
        assert said[4] == "unknown not flagged"


def test_it_is_short():
    assert len(program().splitlines()) <= LINES_MAX
