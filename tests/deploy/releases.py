"""The release before this one, as files: what `git pull` of an operator begins with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.dev.service import REPOSITORY

# Without a tag: before the last so many commits of the main line that brought migrations.
_MIGRATIONS_BACK = 4
_MIGRATIONS = ":(glob)*/migrations/*.py"


def _git(*words: str) -> str:
    done = subprocess.run(
        ["git", *words], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else ""


def previous() -> str:
    """The newest tag before this commit, or a commit that stands for it; empty if there is none.

    REALTUBE_PREVIOUS names another. A clone without history has none.
    """
    if named := os.environ.get("REALTUBE_PREVIOUS"):
        return named
    if tag := _git("describe", "--tags", "--abbrev=0", "--match=v*", "HEAD^"):
        return tag
    form = ("log", "--first-parent", f"-n{_MIGRATIONS_BACK}", "--format=%H", "--", _MIGRATIONS)
    commits = _git(*form).split()
    return _git("rev-parse", "--verify", "--quiet", f"{commits[-1]}^1") if commits else ""


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
