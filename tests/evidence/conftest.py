"""Evidence switched on, in a folder of each test's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.evidence.cameras import camera  # noqa: F401 - a fixture
from tests.evidence.sending import Tus, appeal


@pytest.fixture(autouse=True)
def evidence_root(settings: Any, tmp_path: Path) -> Path:
    settings.EVIDENCE = True
    settings.EVIDENCE_ROOT = root = tmp_path / "evidence"
    settings.EVIDENCE_FREE_BYTES = 0
    kept = settings.STORAGES["evidence"] | {
        "OPTIONS": settings.STORAGES["evidence"]["OPTIONS"] | {"location": root / "kept"}
    }
    settings.STORAGES = {**settings.STORAGES, "evidence": kept}
    return root


@pytest.fixture
def tus(transactional_db: None) -> Tus:
    """Somebody who has appealed."""
    return Tus(appeal())
