"""`make release` tags what is whole, says what to push, and otherwise says why not."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from common.version import VERSION
from tests.dev.service import REPOSITORY

WHO = {
    f"GIT_{kind}_{part}": "a@example.org"
    for kind in ("AUTHOR", "COMMITTER")
    for part in ("NAME", "EMAIL")
}
CHANGES = (
    "# Changelog\n\n## 1.2.0\n\n- Something new.\n\n# no heading of ours\n\n## 1.1.0\n\n- Old.\n"
)


@pytest.fixture
def clone(tmp_path):
    """A repository in which version 1.2.0 is ready."""
    for name in ("deploy", "common", "docs"):
        (tmp_path / name).mkdir()
    for name in ("make-release", "release"):
        shutil.copy(REPOSITORY / "deploy" / name, tmp_path / "deploy" / name)
    (tmp_path / "common" / "version.py").write_text('VERSION = "1.2.0"\n')
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.0"\n')
    (tmp_path / "docs" / "openapi.yaml").write_text("info:\n  version: 1.2.0\n")
    (tmp_path / "CHANGELOG.md").write_text(CHANGES)
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path)
    return tmp_path


def git(folder, *words):
    return subprocess.run(
        ["git", *words],
        cwd=folder,
        env=os.environ | WHO,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def commit(folder):
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "Change")


def release(folder, version="1.2.0"):
    done = subprocess.run(
        ["deploy/make-release", version],
        cwd=folder,
        env=os.environ | WHO,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_what_is_ready_is_tagged_with_its_changes(clone):
    status, said = release(clone)
    assert status == 0, said
    assert "git push origin main v1.2.0" in said
    message = git(clone, "tag", "-l", "--format=%(contents)", "v1.2.0")
    assert message.startswith("RealTube 1.2.0\n")
    assert "- Something new." in message and "Old." not in message
    # The name that images get.
    name = subprocess.run(["deploy/release"], cwd=clone, capture_output=True, text=True, check=True)
    assert name.stdout.strip() == "v1.2.0"
    again, said = release(clone)
    assert again == 1 and "is there already" in said


@pytest.mark.parametrize(
    ("path", "text", "version", "why"),
    [
        ("note", "x", "1.2.0", None),
        ("common/version.py", 'VERSION = "1.1.9"\n', "1.2.0", "common/version.py"),
        ("pyproject.toml", 'version = "1.2.0-dev"\n', "1.2.0", "pyproject.toml"),
        ("docs/openapi.yaml", "info:\n  version: 1.1.0\n", "1.2.0", "make openapi"),
        ("CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n- New.\n", "1.2.0", 'rename "## Unrel'),
        (
            "CHANGELOG.md",
            "# Changelog\n\n## 1.2.0\n\n## 1.1.0\n\n- Old.\n",
            "1.2.0",
            "says nothing",
        ),
        ("note", "x", "v1.2.0", "Which version"),
        ("note", "x", "1.2", "Which version"),
        ("note", "x", "", "Which version"),
    ],
)
def test_what_is_not_ready_is_not_tagged(clone, path, text, version, why):
    (clone / path).write_text(text)
    if why is None:
        why = "not committed"
    else:
        commit(clone)
    status, said = release(clone, version)
    assert status == 1 and why in said, said
    assert git(clone, "tag") == ""


def test_a_version_before_the_last_one_is_refused(clone):
    git(clone, "tag", "v1.10.0")
    status, said = release(clone)
    assert status == 1 and "v1.10.0 is the last release" in said


def test_the_files_that_have_the_version_agree():
    """So that the first three checks can pass here."""
    assert f'\nversion = "{VERSION}"\n' in (REPOSITORY / "pyproject.toml").read_text()
    assert f"\n  version: {VERSION}\n" in (REPOSITORY / "docs" / "openapi.yaml").read_text()
