"""The release before this one, as files: what `git pull` of an operator begins with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.dev.service import REPOSITORY

_MIGRATIONS = ":(glob)*/migrations/*.py"


def _git(*words: str) -> str:
    done = subprocess.run(
        ["git", *words], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else ""


def previous() -> str:
    """The newest tag before this commit, or a commit that stands for it; empty if there is none.

    Without a tag it is the oldest commit of the main line since which migrations were only added,
    as after a release. REALTUBE_PREVIOUS names another. A clone without history has none.
    """
    if named := os.environ.get("REALTUBE_PREVIOUS"):
        return named
    if tag := _git("describe", "--tags", "--abbrev=0", "--match=v*", "HEAD^"):
        return tag
    form = ("--first-parent", "-m", "--no-renames", "--diff-filter=MD", "-n1", "--format=%H")
    found = _git("log", *form, "--", _MIGRATIONS)
    found = found or _git("rev-list", "--first-parent", "--max-parents=0", "HEAD")
    return "" if found == _git("rev-parse", "HEAD") else found


def unpack(commit: str, folder: Path) -> None:
    """Write the files of a commit into an empty folder."""
    archive = subprocess.run(
        ["git", "archive", commit], cwd=REPOSITORY, capture_output=True, check=True
    )
    subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)


def main() -> int:
    """Say that there is none; a failure where nothing may be skipped."""
    if previous():
        return 0
    sys.stderr.write(
        "This clone has no earlier release: the test of upgrades (tests/deploy/test_upgrade.py) is "
        "skipped. To run it, too: git fetch --unshallow --tags\n"
    )
    return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
