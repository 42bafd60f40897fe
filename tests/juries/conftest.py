"""What tests of panels begin with."""

from __future__ import annotations

import pytest

from votes.brakes import set_brakes


@pytest.fixture
def juries_confirm():
    """Votes suspect, juries confirm."""
    set_brakes(actor="admin", reason="two levels", changes={"confirms": "juries"})
