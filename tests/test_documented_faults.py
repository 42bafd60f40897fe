"""docs/faults.md names tests that exist, and every test of tests/faults."""

from __future__ import annotations

import re

from tests.dev.service import REPOSITORY

NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def defined(path):
    return set(re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE))


def test_every_named_test_exists_and_every_test_of_a_fault_is_named():
    named = set(NAMED.findall((REPOSITORY / "docs" / "faults.md").read_text()))
    for file, test in sorted(named):
        assert test in defined(REPOSITORY / file), f"{file}::{test}"
    folder = REPOSITORY / "tests" / "faults"
    here = {
        (f"tests/faults/{path.name}", test)
        for path in folder.glob("test_*.py")
        for test in defined(path)
    }
    assert here <= named, here - named
