"""`make` on machines that lack something: a sentence that helps, and nothing half made."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from tests.dev.service import REPOSITORY


@pytest.fixture
def folder(tmp_path):
    """A clone in which nothing is installed."""
    for name in ("Makefile", "requirements.txt"):
        shutil.copy(REPOSITORY / name, tmp_path)
    return tmp_path


def make(folder, python, goal=".venv/.run"):
    done = subprocess.run(
        ["make", goal, f"PYTHON={python}"],
        check=False,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stderr


def python_that(folder, does):
    path = folder / "python"
    path.write_text(f'#!/bin/sh\n{does}\nexec "{sys.executable}" "$@"\n')
    path.chmod(0o755)
    return path


def test_without_the_venv_module_nothing_half_made_is_left(folder):
    """Debian's Python without python3-venv: it lays the folder out, without pip, and fails."""
    lacking = f'[ "$2" = venv ] && {{ "{sys.executable}" -m venv --without-pip .venv; exit 1; }}'
    status, said = make(folder, python_that(folder, lacking))
    assert status != 0
    assert "apt-get install python3-venv" in said
    assert not (folder / ".venv").exists()


def test_an_environment_that_lacks_pip_is_mended_or_goes(folder):
    """What an earlier release left behind."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", ".venv"], cwd=folder, check=True)
    (folder / "requirements.txt").write_text("")
    status, said = make(folder, sys.executable)
    assert status == 0, said
    found = subprocess.run([folder / ".venv/bin/python", "-m", "pip", "--version"], check=False)
    assert found.returncode == 0


def test_too_old_a_python_is_named(folder):
    old = python_that(folder, '[ "$1" = -c ] && exit 1')
    status, said = make(folder, old)
    assert status != 0
    assert "Python 3.11" in said and str(old) in said
