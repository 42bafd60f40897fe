"""The laboratories, started as their user does: a world of its own, to the figures."""

from __future__ import annotations

import json
import subprocess
import sys


def test_a_tiny_world_from_votes_to_figures(tmp_path):
    subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks.quality", "--quick", "--only", "base"),
            *("--seeds", "1", "--processes", "1", "--output", str(tmp_path)),
        ],
        check=True,
        timeout=200,
    )
    results = json.loads((tmp_path / "benchmarks/quality/results.json").read_text())
    base = results["worlds"]["base"]
    by_attack = {(row["family"], row["k"]): row for row in base["attacks"]}
    # What must hold in any world: the rules ran, and the defences did.
    assert base["rules"]["realtube"]["recall"]["value"] > 0.5
    assert by_attack["fresh", 20]["alone"]["value"] == 1
    assert by_attack["fresh", 50]["alone"]["value"] == 0
    assert by_attack["fresh", 50]["three"]["value"] == 1
    assert by_attack["ring", 10]["alone"]["value"] == 0
    assert by_attack["not_ai", 50]["alone"]["value"] == 0
    assert base["trust"]["farmed"]["value"] > base["trust"]["ring"]["value"] == 0.3
    assert base["cases_all"]["value"] > 0
    page = (tmp_path / "docs/quality.md").read_text()
    assert "<!--" not in page and "| fresh | 50 |" in page
    assert {path.name for path in (tmp_path / "docs/quality").iterdir()} == {
        "attacks.svg",
        "false-positives.svg",
    }


def test_the_service_decides_of_a_world_what_the_laboratory_of_juries_does(tmp_path):
    raw = tmp_path / "raw.json"
    subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks.juries", "--quick", "--seeds", "1"),
            *("--only", "(3) 22 farmed", "--processes", "1", "--raw", str(raw)),
        ],
        check=True,
        timeout=230,
    )
    found = json.loads(raw.read_text())
    ((_, by_seed),) = found["service"].items()
    ((seed, service),) = by_seed.items()
    laboratory = found["world"]["(3) 22 farmed accounts | "][seed]
    for name in ("video ai ai", "video human human", "target human human"):
        assert 0.9 * laboratory[name] <= service[name] <= 1.1 * laboratory[name]
    for name in ("video human ai", "target human ai"):
        assert service.get(name, 0) == laboratory.get(name, 0) == 0
