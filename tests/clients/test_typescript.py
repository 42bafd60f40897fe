"""The TypeScript client as it is installed from its archive, with the real server."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from sync.tasks import run_pipeline

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
INSTALLED = ROOT / "build/typescript"
needs_archive = pytest.mark.skipif(
    not (INSTALLED / "node_modules/realtube-client/dist").exists(),
    reason="make check-typescript installs it",
)


def example() -> str:
    """The program of the kit's README."""
    page = (ROOT / "clients/typescript/README.md").read_text()
    found = re.search(r"```js\n(.*?)```", page, re.DOTALL)
    assert found
    return found[1]


def test_the_example_is_short():
    code = [line for line in example().splitlines() if line and not line.startswith("/**")]
    assert len(code) <= 30


@needs_archive
def test_the_example_works_at_the_first_try(live_server, settings, crowd, local_id):
    settings.LIMITS = dict.fromkeys(settings.LIMITS, 10**9)
    crowd(9, "flagged")
    run_pipeline()
    program = INSTALLED / "flagged.mjs"
    program.write_text(example())
    done = subprocess.run(
        ["node", program.name, "flagged", "unknown"],
        cwd=INSTALLED,
        env=os.environ | {"REALTUBE": live_server.url, "IDENTITY": local_id, "REPORT": "new"},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.splitlines() == [
        "flagged is AI, people say",
        "unknown is not flagged",
        "new has a score of 16.67 now",
    ]
    # The list is there or not, as the site has one: a sentence at most.
    assert "at " not in done.stderr
