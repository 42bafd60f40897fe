"""When a test runs: by `make test`, or, being of a tier named here, by a longer command.

- `slow`: by `make test-all`; seconds by its nature, such as attacks through the whole pipeline.
- `service`: by `make test-all`; needs a whole second service, a browser or another compiler.
- `nightly`: by `make test-nightly`; breaks, kills and upgrades whole sites for minutes.
"""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Folders and files that are of a tier as a whole: the first that names them; others bear its mark.
WHOLE = {
    "nightly": (
        "tests/benchmarks/test_world.py",
        "tests/browser/test_forty.py",
        "tests/browser/test_strangers.py",
        "tests/clients/test_conformance.py",
        "tests/cluster",
        "tests/deploy/test_alerts.py",
        "tests/deploy/test_backup.py",
        "tests/deploy/test_dashboards.py",
        "tests/deploy/test_rolling.py",
        "tests/deploy/test_upgrade.py",
        "tests/dev/test_practice.py",
        "tests/faults",
        "tests/flow/test_ninety_days.py",
        "tests/sync/test_two_servers.py",
    ),
    "service": (
        "tests/browser",
        "tests/clients/test_generated.py",
        "tests/deploy",
        "tests/dev",
        "tests/sync/test_s3.py",
    ),
    "slow": (
        "tests/benchmarks",
        "tests/channels/test_appeals.py",
        "tests/clients",
        "tests/contract/test_openapi.py",
        "tests/desk/test_clearing.py",
        "tests/desk/test_words.py",
        "tests/evidence",
        "tests/flow",
        "tests/post/test_appeals.py",
        "tests/sync/test_exports.py",
        "tests/sync/test_recomputable.py",
        "tests/sync/test_releases.py",
        "tests/wire",
    ),
}


def tier_of(path: Path) -> str | None:
    """The tier of a test file as a whole, or None."""
    for tier, places in WHOLE.items():
        if any(path.is_relative_to(ROOT / place) for place in places):
            return tier
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is of a tier by its file, before tests are chosen by their marks."""
    for item in items:
        if tier := tier_of(item.path):
            item.add_marker(tier)
