"""Figures of tests that measure: requests sent, failed, seconds until recovery, votes lost."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

Figures = Callable[..., None]


@pytest.fixture
def figures(
    request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> Figures:
    """Records named figures of a test, also as a line of the file that FIGURES names."""

    def record(**values: object) -> None:
        for name, value in values.items():
            record_property(name, value)
        if path := os.environ.get("FIGURES"):
            with Path(path).open("a") as file:
                file.write(json.dumps({"test": request.node.name, **values}) + "\n")

    return record
