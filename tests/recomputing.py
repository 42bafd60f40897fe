"""The notebook that recomputes published scores, run on a file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

NOTEBOOK = Path(__file__).parents[1] / "sync/export/recompute.ipynb"


def code() -> list[str]:
    """The notebook's cells of code."""
    cells = json.loads(NOTEBOOK.read_text())["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def recomputed(archive: Path) -> dict[str, dict[str, Any]]:
    """Its outcome on a Parquet archive: by kind of score how many are `published` and `recomputed`,
    and some that came out `otherwise`."""
    names: dict[str, Any] = {}
    before = os.environ.get("EXPORT")
    os.environ["EXPORT"] = str(archive)
    try:
        for cell in code():
            exec(compile(cell, str(NOTEBOOK), "exec"), names)
    finally:
        if before is None:
            del os.environ["EXPORT"]
        else:
            os.environ["EXPORT"] = before
    found: dict[str, dict[str, Any]] = names["result"]
    return found


def all_come_out(archive: Path) -> dict[str, int]:
    """How many scores are published by kind; fails unless each comes out as it is published."""
    found = recomputed(archive)
    wrong = {kind: it["otherwise"] for kind, it in found.items() if it["otherwise"]}
    assert not wrong, wrong
    assert all(it["recomputed"] == it["published"] for it in found.values()), found
    return {kind: it["published"] for kind, it in found.items()}
