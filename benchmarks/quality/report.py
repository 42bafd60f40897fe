"""Tables and plots of docs/quality.md, all from the figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.plots import pyplot, save
from benchmarks.quality import forging
from benchmarks.quality.figures import BAND_NAMES, RULES
from benchmarks.quality.limit import least_false_positives
from benchmarks.quality.world import CLEARING, TUNED, Setup

LABELS = {"realtube": "RealTube", "share": "AI votes >= 50 %", "three": "three AI votes"}
COLOURS = {"realtube": "#1f6f8b", "share": "#c8553d", "three": "#8a8d91"}
PLOTTED = ("honest 0.9 0.05", "honest 0.9 0.15", "honest 0.9 0.3")
Results = dict[str, Any]


def write(results: Results, root: Path) -> None:
    """`results.json`, `docs/quality.md` and its plots, below `root`."""
    pictures = root / "docs" / "quality"
    pictures.mkdir(parents=True, exist_ok=True)
    figures = root / "benchmarks" / "quality" / "results.json"
    figures.parent.mkdir(parents=True, exist_ok=True)
    figures.write_text(json.dumps(rounded(results), indent=1, sort_keys=True) + "\n")
    plot(results, pictures)
    text = (Path(__file__).parent / "quality.md.in").read_text(encoding="utf-8")
    for name, part in parts(results).items():
        text = text.replace(f"<!-- {name} -->", part)
    (root / "docs" / "quality.md").write_text(text, encoding="utf-8")


def rounded(value: Any) -> Any:
    """Four decimals everywhere."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: rounded(entry) for key, entry in value.items()}
    return [rounded(entry) for entry in value] if isinstance(value, list) else value


def parts(results: Results) -> dict[str, str]:
    """What the page has placeholders for."""
    made, worlds = results["made"], results["worlds"]
    return {
        "made": f"{made['worlds']} worlds, {made['seeds']} seeds",
        "bars": verdicts(results),
        "limits": limits(),
        "quality": quality_table(worlds),
        "attacks": attack_table(worlds["base"]),
        "survived": survived_table(worlds["base"]),
        "forging": forging.table(),
        "without": compared(worlds, "without: "),
        "other": compared(worlds, "other: "),
        "other honest": other_table(worlds),
        "work": work(worlds["base"]),
    }


def verdicts(results: Results) -> str:
    """The bars of the issue, each with what was found."""
    worlds = results["worlds"]
    rows = []
    for name in PLOTTED:
        if name not in worlds:
            continue
        rate = name.split()[-1]
        found = worlds[name]["rules"]["realtube"]
        rows += [
            (
                f"precision >= 99 %, disputes {rate}",
                percent(found["precision"]),
                at_least(found["precision"], 0.99),
            ),
            (
                f"recall >= 95 %, disputes {rate}",
                percent(found["recall"]),
                at_least(found["recall"], 0.95),
            ),
        ]
        rows += [
            (
                f"false positives < 0.5 %, {band} judges, disputes {rate}",
                percent(figure),
                below(figure, 0.005),
            )
            for band, figure in found["false_positives"].items()
        ]
    for family, k, when, text in (
        ("fresh", 50, "alone", "50 fresh accounts keep a human video flagged beyond an hour"),
        ("farmed", 20, "judged", "20 farmed accounts survive 30 later judges"),
        ("not_ai", 30, "alone", "30 fresh `not_ai` clear what 15 flagged"),
    ):
        figure = attack(worlds["base"], family, k)[when]
        rows.append((text, percent(figure), "met" if figure["value"] == 0 else "NOT MET"))
    return table(("bar", "found", ""), rows)


def limits() -> str:
    """What the best conceivable rule would leave in the worse of the two popular classes."""
    rates = [float(name.split()[-1]) for name in PLOTTED]
    found = [least_false_positives(Setup(0, 0.9, rate)) for rate in rates]
    return table(
        ("disputes", *map(str, rates)),
        [("human videos flagged, at least", *(f"{100 * value:.2g} %" for value in found))],
    )


def at_least(figure: Any, bar: float) -> str:
    """Whether a figure reaches a bar, and whether its interval leaves that open."""
    if figure is None:
        return "no data"
    if figure["value"] < bar:
        return "NOT MET"
    return "met" if figure["low"] >= bar else "met, interval too wide to prove it"


def below(figure: Any, bar: float) -> str:
    """The same, the other way round."""
    if figure is None:
        return "no data"
    if figure["value"] >= bar:
        return "NOT MET"
    return "met" if figure["high"] < bar else "met, interval too wide to prove it"


def quality_table(worlds: Any) -> str:
    """Precision, recall and false positives of the three rules, by accuracy and dispute rate."""
    kinds = [(*name.split()[1:3], name) for name in worlds if name.startswith("honest")]
    rows = []
    for accuracy, dispute, name in sorted(kinds):
        if len(name.split()) > 3:
            continue
        for rule in RULES:
            found = worlds[name]["rules"][rule]
            rows.append(
                (
                    accuracy,
                    dispute,
                    worlds[name]["seeds"],
                    LABELS[rule],
                    percent(found["precision"]),
                    percent(found["recall"]),
                    *(percent(found["false_positives"][band]) for band in BAND_NAMES),
                )
            )
    head = (
        "accuracy",
        "disputes",
        "worlds",
        "rule",
        "precision",
        "recall",
        *(f"false, {band} judges" for band in BAND_NAMES),
    )
    return table(head, rows)


def attack_table(base: Any) -> str:
    """Every brigade."""
    return table(
        (
            "attack",
            "k",
            "succeeds",
            "after 30 judges",
            "hours",
            "never",
            "AI votes >= 50 %",
            "three AI votes",
        ),
        [
            (
                row["family"],
                row["k"],
                percent(row["alone"]),
                percent(row["judged"]),
                number(row["hours"]),
                row["never"],
                percent(row["share"], short=True),
                percent(row["three"], short=True),
            )
            for row in base["attacks"]
        ],
    )


def survived_table(base: Any) -> str:
    """The largest brigade that gets its way in at most 5 % and 50 % of the worlds."""
    columns = [
        f"{when} {limit}" for when in ("alone", "judged", "share", "three") for limit in (5, 50)
    ]
    return table(
        (
            "attack",
            "5 %",
            "50 %",
            "5 %, judged",
            "50 %, judged",
            "share 5 %",
            "share 50 %",
            "three 5 %",
            "three 50 %",
        ),
        [(family, *(entry[c] for c in columns)) for family, entry in base["survived"].items()],
    )


def compared(worlds: Any, prefix: str) -> str:
    """Worlds of the same seeds under other rules: false flags, and what attacks achieve."""
    rows = []
    for name, entry in worlds.items():
        if not name.startswith(prefix) and name != "without: ":
            continue
        found = entry["rules"]["realtube"]
        chosen = (
            ("fresh", 10),
            ("fresh, 4 networks", 10),
            ("fresh", 50),
            ("slow", 10),
            ("farmed", 5),
            ("ring", 10),
            ("not_ai", 30),
            ("farmed not_ai", 20),
            ("channel", 20),
            ("farmed channel", 20),
        )
        rows.append(
            (
                name.removeprefix(prefix).removeprefix("without: ") or "as it is",
                entry["seeds"],
                percent(found["recall"], short=True),
                percent(pooled(found["false_positives"]), short=True),
                *(percent(attack(entry, *one)["alone"], short=True) for one in chosen),
                percent(attack(entry, "farmed", 20)["judged"], short=True),
                number(entry["cases_all"]),
            )
        )
    rows.sort(key=lambda row: row[0] != "as it is")
    return table(
        (
            "rules",
            "worlds",
            "recall",
            "false",
            "10 fresh",
            "10 on 4 networks",
            "50 fresh",
            "10 slow",
            "5 farmed",
            "ring of 10",
            "30 not_ai",
            "20 farmed not_ai",
            "20 on a channel",
            "20 farmed on a channel",
            "20 farmed, judged",
            "cases",
        ),
        rows,
    )


def other_table(worlds: Any) -> str:
    """Honest worlds as it is and by other rules."""
    rows = []
    for name, entry in worlds.items():
        if name.startswith("honest 0.9 "):
            dispute, *rules = name.removeprefix("honest 0.9 ").split(maxsplit=1)
            found = entry["rules"]["realtube"]
            rows.append(
                (
                    dispute,
                    *(rules or ["as it is"]),
                    entry["seeds"],
                    percent(found["precision"]),
                    percent(found["recall"]),
                    *(percent(found["false_positives"][band]) for band in BAND_NAMES),
                )
            )
    rows.sort(key=lambda row: (row[0], row[1] != "as it is"))
    return table(("disputes", "rules", "worlds", "precision", "recall", *BAND_NAMES), rows)


def work(base: Any) -> str:
    """Voters to flag, moderators' cases, and trust."""
    trust = ", ".join(f"{group} {number(found)}" for group, found in base["trust"].items())
    return "\n".join(
        (
            f"- AI votes when a video is first seen flagged: {number(base['to_flag'])}.",
            f"- Moderators' cases a 1,000 votes: {number(base['cases'])} before any attack,"
            f" {number(base['cases_all'])} with all attacks.",
            f"- Mean trust before the attacks: {trust}.",
        )
    )


def attack(entry: Any, family: str, k: int) -> Any:
    """One row of a world's attacks."""
    return next(row for row in entry["attacks"] if (row["family"], row["k"]) == (family, k))


def pooled(bands: Any) -> Any:
    """All popularity bands together, without an interval."""
    known = [figure for figure in bands.values() if figure]
    n = sum(figure["n"] for figure in known)
    return {"value": sum(f["value"] * f["n"] for f in known) / n} if n else None


def percent(figure: Any, *, short: bool = False) -> str:
    """`12.3 % (10.1-14.5)`."""
    if figure is None:
        return "-"
    value = f"{100 * figure['value']:.3g} %"
    return value if short else f"{value} ({100 * figure['low']:.3g}-{100 * figure['high']:.3g})"


def number(figure: Any) -> str:
    """`12.3 (10.1-14.5)`."""
    if figure is None:
        return "-"
    return f"{figure['value']:.3g} ({figure['low']:.3g}-{figure['high']:.3g})"


def table(head: tuple[str, ...], rows: Any) -> str:
    """In Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def plot(results: Results, folder: Path) -> None:
    """False positives by popularity; how far brigades get, by size."""
    plt = pyplot()
    worlds = results["worlds"]
    names = [name for name in PLOTTED if name in worlds] or ["base"]
    figure, axes = plt.subplots(1, len(names), figsize=(9, 3.2), sharey=True, squeeze=False)
    for axis, name in zip(axes[0], names, strict=True):
        for n, rule in enumerate(RULES):
            bands = worlds[name]["rules"][rule]["false_positives"]
            spots = [(i + (n - 1) * 0.15, bands[b]) for i, b in enumerate(BAND_NAMES) if bands[b]]
            axis.errorbar(
                [x for x, _ in spots],
                [100 * f["value"] for _, f in spots],
                [
                    [100 * (f["value"] - f["low"]) for _, f in spots],
                    [100 * (f["high"] - f["value"]) for _, f in spots],
                ],
                fmt="o",
                color=COLOURS[rule],
                label=LABELS[rule],
                capsize=2,
            )
        axis.axhline(0.5, color="black", linewidth=0.8, linestyle=":")
        axis.set_xticks(range(len(BAND_NAMES)), BAND_NAMES)
        axis.set_xlabel("judges of a video")
        axis.set_title(f"disputes {name.split()[-1]}")
        axis.set_ylim(-2, 102)
        axis.grid(axis="y", alpha=0.3)
    axes[0][0].set_ylabel("human videos flagged, %")
    axes[0][0].legend(frameon=False, loc="upper left")
    save(figure, folder / "false-positives.svg")
    families = list(dict.fromkeys(row["family"] for row in worlds["base"]["attacks"]))
    figure, axes = plt.subplots(2, 8, figsize=(13, 4.6), sharey=True)
    for axis, family in zip(axes.flat, families, strict=True):
        mine = [row for row in worlds["base"]["attacks"] if row["family"] == family]
        for key, label, style in (
            ("alone", "no later judge", "-o"),
            ("judged", "after 30 judges", "--s"),
        ):
            axis.plot(
                [r["k"] for r in mine],
                [100 * r[key]["value"] for r in mine],
                style,
                markersize=3,
                label=label,
                color=COLOURS["realtube" if key == "alone" else "share"],
            )
        axis.set_title(family + (" *" if family in TUNED else ""), fontsize=8)
        axis.set_ylim(-4, 104)
        axis.grid(alpha=0.3)
        if family in CLEARING:
            axis.set_facecolor("#f4f1ea")
    for axis in axes[:, 0]:
        axis.set_ylabel("succeeded, %")
    for axis in axes[1]:
        axis.set_xlabel("k accounts")
    axes[0][1].legend(frameon=False, fontsize=6.5)  # nothing is in its way there
    save(figure, folder / "attacks.svg")
