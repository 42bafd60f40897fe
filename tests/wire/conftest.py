"""`pytest tests/wire --record` writes the recording anew."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare `--record`."""
    parser.addoption("--record", action="store_true", help="Record the answers of tests/wire anew.")
