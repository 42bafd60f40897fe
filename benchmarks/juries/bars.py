"""The bars of docs/quality/juries.md, each a row of fixed name, met or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.juries import cells, networks
from benchmarks.quality.figures import BAND_NAMES
from benchmarks.quality.report import at_least, percent, table

Results = dict[str, Any]
RING_BARS = {
    "ring flags, 5 %": 0.0,
    "ring flags, 10 %": 0.02,
    "ring hides, 5 %": 0.1,
    "ring hides, 10 %": 0.25,
}
FLOOD_POINTS = 0.1
COSTS = (
    ("draw processor", 1, "s", "a draw for 1,000 questions among 10,000 jurors in under 1 s"),
    ("minutes", 60, "minutes", "all of this in under an hour"),
    ("quick minutes", 5, "minutes", "a quick run in under 5 minutes"),
)


def cell(results: Results, name: str, rule: str = "") -> dict[str, Any]:
    """The figures of a cell under a rule; empty if it was not lived."""
    return dict(results["worlds"].get(f"{name} | {rule}", {}))


def verdicts(results: Results) -> str:
    """The bars, each with what was found."""
    pooled, rows = results["pooled"], []
    for name in cells.HONEST:
        figure = cell(results, name).get("precision")
        rows.append((f"precision >= 99 %, {name}", percent(figure), at_least(figure, 0.99)))
    for band in BAND_NAMES:
        figure = pooled["disputes"].get(f"false {band}")
        text = f"false flags <= 0.5 %, {band} judges, disputes 0.05-0.3"
        rows.append((text, percent(figure), at_most(figure, 0.005)))
    for band in BAND_NAMES:
        figure = pooled["honest"].get(f"false {band}")
        text = f"false flags <= 0.5 %, {band} judges, all honest worlds"
        rows.append((text, percent(figure), at_most(figure, 0.005)))
    for name in cells.HONEST:
        figure = cell(results, name).get("false")
        rows.append((f"false flags <= 0.5 %, {name}", percent(figure), at_most(figure, 0.005)))
    figure = cell(results, "disputes 0.15").get("recall")
    text = "recall >= 95 % of what was admitted, 40 jurors, response 0.5"
    rows.append((text, percent(figure), at_least(figure, 0.95)))
    for name, it in cells.ACCOUNTS.items():
        if it.setup.attack and it.setup.attack.targets:
            figure = wrong(cell(results, name))
            rows.append((f"nothing wrongly decided, {name}", percent(figure), at_most(figure, 0)))
    for what, key in (("human flagged", "target flagged"), ("AI cleared", "target hidden")):
        figure = pooled["accounts"].get(key)
        text = f"{what} <= 0.5 % of targets, all attacks by accounts but (6) and lists"
        rows.append((text, percent(figure), at_most(figure, 0.005)))
    for name in networks.ATTACKS:
        figure = results.get("networks", {}).get(f"{name} | tree", {}).get("target suspected")
        text = f"nothing human suspected by votes, {name}"
        rows.append((text, percent(figure), at_most(figure, 0)))
    for name, bar in RING_BARS.items():
        figure = wrong(cell(results, name))
        rows.append((f"at most {100 * bar:g} %, {name}", percent(figure), at_most(figure, bar)))
    calm = cell(results, "no flood").get("recall")
    for name in cells.FLOODS:
        if name.startswith("flood"):
            figure = cell(results, name).get("recall")
            bar = calm["value"] - FLOOD_POINTS if calm else 0
            text = f"recall within 10 points of {percent(calm, short=True)}, {name}"
            rows.append((text, percent(figure), at_least(figure, bar)))
    for key, most, unit, text in COSTS:
        found = results["made"].get(key)
        shown = "-" if found is None else f"{found:.2f} {unit}"
        met = "no data" if found is None else "met" if found < most else "NOT MET"
        rows.append((text, shown, met))
    return table(("bar", "found", ""), rows)


def at_most(figure: Any, bar: float) -> str:
    """Whether a figure stays within a bar, and whether its interval leaves that open."""
    if figure is None:
        return "no data"
    if figure["value"] > bar:
        return "NOT MET"
    return "met" if figure["high"] <= bar else "met, interval too wide to prove it"


def wrong(found: Mapping[str, Any]) -> Any:
    """The share of targets that an attack got its way with."""
    return found.get("target flagged") or found.get("target hidden")
