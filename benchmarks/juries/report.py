"""Tables and plots of docs/quality/juries.md, all from the figures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.juries import cells, networks, plots
from benchmarks.juries.bars import Results, cell, verdicts, wrong
from benchmarks.juries.measures import DAYS
from benchmarks.quality.figures import BAND_NAMES
from benchmarks.quality.report import number, percent, rounded, table

SHOWN = (
    ("ai", "suspected"),
    ("ai", "confirmed"),
    ("ai", "hidden, relaxed"),
    ("ai", "hidden, balanced"),
    ("ai", "hidden, strict"),
    ("human", "suspected"),
    ("human", "confirmed"),
    ("human", "hidden, balanced"),
    ("human", "hidden, strict"),
)


def write(results: Results, root: Path) -> None:
    """`results.json`, `docs/quality/juries.md` and its plots, below `root`."""
    pictures = root / "docs" / "quality"
    pictures.mkdir(parents=True, exist_ok=True)
    figures = root / "benchmarks" / "juries" / "results.json"
    figures.parent.mkdir(parents=True, exist_ok=True)
    figures.write_text(as_lines(rounded(results)))
    plots.draw(results, pictures)
    text = (Path(__file__).parent / "juries.md.in").read_text(encoding="utf-8")
    for name, part in parts(results).items():
        text = text.replace(f"<!-- {name} -->", part)
    (pictures / "juries.md").write_text(text, encoding="utf-8")


def as_lines(results: Results) -> str:
    """JSON with a line for each cell, so that one sees what has changed."""
    blocks = []
    for kind, entries in sorted(results.items()):
        lines = [
            f"  {json.dumps(name)}: {json.dumps(entry, sort_keys=True)}"
            for name, entry in sorted(entries.items())
        ]
        blocks.append(f" {json.dumps(kind)}: {{\n" + ",\n".join(lines) + "\n }")
    return "{\n" + ",\n".join(blocks) + "\n}\n"


def parts(results: Results) -> dict[str, str]:
    """What the page has placeholders for."""
    seeds = [it["seeds"] for it in results["worlds"].values()]
    return {
        "made": f"{sum(seeds)} lives of a world under a rule, {min(seeds)}-{max(seeds)} seeds each",
        "took": took(results["made"]),
        "asked": percent(results["pooled"]["honest"].get("false of asked")),
        "bars": verdicts(results),
        "honest": honest(results),
        "bands": bands(results),
        "suspected": suspected(results),
        "correlated": correlated(results),
        "audiences": audiences(results),
        "accounts": accounts(results),
        "service": service(results),
        "rings": rings(results),
        "floods": floods(results),
        "rules": rules(results),
        "orders": orders(results),
        "parts": compared(results, cells.PARTS),
        "gold": gold(results),
        "fading": fading(results),
        "networks": networks.report(),
        "voices": networks.lived(results),
        "sites": sites(results),
        "grid": grid(results),
    }


def took(made: Mapping[str, Any]) -> str:
    """How long it took, and on what."""
    if "minutes" not in made:
        return "It was not timed"
    busy = made["processor minutes"]
    quick = f"; `QUICK=1` {made['quick minutes']:.1f} minutes" if "quick minutes" in made else ""
    return (
        f"It took {made['minutes']:.0f} minutes on {made['cores']} cores that other work shared"
        f" (load {made['load']:.1f} when it ended), {busy:.0f} minutes of a processor without the"
        f" database's{quick}{made.get('note', '')}"
    )


def honest(results: Results) -> str:
    """Worlds without attacks, at the level of juries."""
    keys = ("precision", "false", "recall", "in a week", "hidden", "undecided", "labels")
    rows = [
        (
            name,
            cell(results, name).get("seeds", 0),
            *(percent(cell(results, name).get(key)) for key in keys),
            number(cell(results, name).get("hours")),
            number(cell(results, name).get("a day")),
        )
        for name in cells.HONEST
    ]
    head = (
        "world",
        "worlds",
        "precision",
        "false flags",
        "recall",
        "decided in a week",
        "AI taken for human",
        "undecided",
        "right kind",
        "hours",
        "questions a day",
    )
    return table(head, rows)


def bands(results: Results) -> str:
    """False flags by popularity, of each world and its popular ones together."""
    pooled = results["pooled"]
    rows = [
        (
            "all" if name == "honest" else name,
            *(percent(pooled.get(name, {}).get(f"false {band}")) for band in BAND_NAMES),
            *(_of(pooled.get(name, {}).get(f"false {band}")) for band in BAND_NAMES[2:]),
        )
        for name in (*cells.HONEST, "honest")
    ]
    videos = (f"of so many videos, {band}" for band in BAND_NAMES[2:])
    return table(("world", *(f"{band} judges" for band in BAND_NAMES), *videos), rows)


def _of(figure: Any) -> str:
    return f"{figure['n']:,.0f}" if figure else "-"


def suspected(results: Results) -> str:
    """The level of votes, beside that of juries and what votes flagged before there were any."""
    rows = []
    for name in cells.HONEST:
        it, pooled = cell(results, name), results["pooled"].get(name, {})
        rows.append(
            (
                name,
                *(percent(it.get(f"{level}precision")) for level in ("before ", "suspected ", "")),
                *(
                    percent(it.get(key), short=True)
                    for key in ("before recall", "suspected recall", "recall of all")
                ),
                *(
                    " / ".join(
                        percent(pooled.get(f"{level} false {band}"), short=True)
                        for level in ("before", "suspected")
                    )
                    for band in BAND_NAMES[2:]
                ),
            )
        )
    levels = ("before", "suspected", "confirmed")
    head = (
        "world",
        *(f"precision, {level}" for level in levels),
        *(f"of all AI, {level}" for level in levels),
        *(f"human, {band} judges, before / suspected" for band in BAND_NAMES[2:]),
    )
    return table(head, rows)


def correlated(results: Results) -> str:
    """Errors that people share."""
    keys = ("precision", "false", "recall", "hidden", "undecided")
    rows = [
        (name, *(percent(cell(results, name).get(key)) for key in keys))
        for name in cells.CORRELATED
    ]
    head = ("world", "precision", "false flags", "recall", "AI taken for human", "undecided")
    return table(head, rows)


def audiences(results: Results) -> str:
    """Videos that so many watch."""
    rows = []
    for name in cells.AUDIENCES:
        it = cell(results, name)
        keys = ("suspected false", "suspected recall", "false", "recall")
        rows.append((name.split()[-1], *(percent(it.get(key)) for key in keys)))
    return table(
        (
            "viewers who judge",
            "human suspected",
            "AI suspected",
            "human confirmed",
            "AI confirmed, of admitted",
        ),
        rows,
    )


def accounts(results: Results) -> str:
    """Attacks by accounts that are no jurors."""
    rows = []
    for name in cells.ACCOUNTS:
        it = cell(results, name)
        keys = ("target suspected", "target undecided", "recall", "undecided")
        shares = (percent(it.get(key)) for key in keys)
        rows.append((name, it.get("seeds", 0), percent(wrong(it)), *shares))
    head = (
        "attack",
        "worlds",
        "targets decided wrongly",
        "targets suspected",
        "targets undecided",
        "recall of honest nominations",
        "undecided",
    )
    return table(head, rows)


def service(results: Results) -> str:
    """The laboratory beside the service, in the same worlds."""
    rows = []
    for name in cells.SERVICE:
        both = results["service"].get(name)
        if both:
            pairs = [
                [percent(found(both[by]), short=True) for by in ("laboratory", "service")]
                for found in (
                    wrong,
                    lambda it: it.get("false"),
                    lambda it: it.get("recall"),
                    lambda it: it.get("undecided"),
                )
            ]
            asked = [f"{both[by]['a day']['value']:.3g}" for by in ("laboratory", "service")]
            cells_ = (" / ".join(pair) for pair in (*pairs, asked))
            rows.append((name, both["service"]["seeds"], *cells_))
    head = (
        "world",
        "worlds",
        "targets decided wrongly",
        "false flags",
        "recall",
        "undecided",
        "questions a day",
    )
    return table(head, rows)


def rings(results: Results) -> str:
    """Attacks from within."""
    rows = []
    for name, it in (cells.RINGS | cells.OWN).items():
        for rule in it.courts:
            found = cell(results, name, rule)
            rows.append(
                (
                    f"{name}{' *' if name in cells.TUNED else ''}{', ' if rule else ''}{rule}",
                    found.get("seeds", 0),
                    percent(wrong(found)),
                    percent(found.get("target undecided")),
                    percent(found.get("false")),
                    percent(found.get("recall")),
                    percent(found.get("attackers rooted")),
                    percent(found.get("jurors rooted"), short=True),
                )
            )
    head = (
        "attack",
        "worlds",
        "targets decided wrongly",
        "targets undecided",
        "other false flags",
        "recall",
        "attackers still rooted",
        "honest still rooted",
    )
    return table(head, rows)


def floods(results: Results) -> str:
    """Recall of honest nominations in a flood."""
    rows = [
        (
            f"{name}{' *' if name in cells.TUNED else ''}",
            cell(results, name).get("seeds", 0),
            percent(cell(results, name).get("recall")),
            percent(cell(results, name).get("in a week")),
            percent(cell(results, name).get("target flagged")),
            number(cell(results, name).get("a day")),
        )
        for name in cells.FLOODS
    ]
    head = ("flood", "worlds", "recall", "decided in a week", "flood confirmed", "questions a day")
    return table(head, rows)


def orders(results: Results) -> str:
    """Recall by the order of the queue."""
    names = [name for name, it in cells.FLOODS.items() if len(it.courts) > 1]
    rows = [
        (
            rule or "turns, with memory and places kept",
            *(
                f"{percent(cell(results, name, rule).get('recall'))};"
                f" {percent(cell(results, name, rule).get('in a week'), short=True)} in a week"
                for name in names
            ),
        )
        for rule in cells.ORDERS
    ]
    return table(("order", *names), rows)


def rules(results: Results) -> str:
    """Rules on single panels: flagged / hidden / undecided in per cent, and jurors drawn."""

    def entry(rule: str, bench: str) -> str:
        found = results["panels"].get(f"{rule} | {bench}")
        if not found:
            return "-"
        shares = " / ".join(
            f"{100 * found[key]['value']:.2g}" for key in ("flagged", "hidden", "undecided")
        )
        return f"{shares}; {found['drawn']['value']:.3g}"

    rows = [(rule, *(entry(rule, bench) for bench in cells.BENCHES)) for rule in cells.RULES]
    return table(("rule", *cells.BENCHES), rows)


def compared(results: Results, of: Mapping[str, cells.Cell]) -> str:
    """Worlds with and without a part of the rule."""
    keys = ("recall", "in a week", "false", "undecided", "target flagged", "attackers rooted")
    rows = []
    for name, it in of.items():
        for rule in it.courts:
            found = cell(results, name, rule)
            rows.append(
                (
                    name,
                    rule or "as it is",
                    *(percent(found.get(key)) for key in keys),
                    number(found.get("hours")),
                    number(found.get("wrong hours")),
                    number(found.get("a day")),
                )
            )
    head = (
        "world",
        "rule",
        "recall",
        "decided in a week",
        "false flags",
        "undecided",
        "targets flagged",
        "attackers still rooted",
        "hours to decide",
        "hours a false flag stood",
        "questions a day",
    )
    return table(head, rows)


def gold(results: Results) -> str:
    """Who passes the training round, by their accuracy."""
    rows = [
        (
            rule,
            *(
                percent(results["gold"].get(f" | {rule} {skill}"), short=True)
                for skill in cells.SKILLS
            ),
        )
        for rule in cells.GOLD
    ]
    return table(("rule", *(f"accuracy {skill}" for skill in cells.SKILLS)), rows)


def fading(results: Results) -> str:
    """Who is rooted still when accuracy falls."""
    found = {name: results["fading"].get(f" | {name}", {}) for name in cells.HALF_LIVES}
    rows = [
        (name, percent(it.get("falls")), percent(it.get("steady"))) for name, it in found.items()
    ]
    head = ("half-life", "below 0.75 and rooted still", "steady at 0.92 and rooted")
    return table(head, rows)


def sites(results: Results) -> str:
    """The first thirty days of a site."""
    rows = []
    for name, it in cells.SITES.items():
        users, begins = name.rsplit(", ", 1)
        for rule in it.courts:
            days = cell(results, name, rule).get("days")
            if not days:
                continue
            for kind, what in SHOWN:
                counts, of = days[f"{kind} {what}"], days[f"{kind} all"]
                shares = (
                    f"{100 * n / all_:.3g}" if all_ else "-"
                    for n, all_ in zip(counts, of, strict=True)
                )
                of_what = f"{'AI' if kind == 'ai' else kind} {what}"
                rows.append((users, f"{rule}, {begins}", of_what, *shares))
    return table(("site", "begins with", "% of", *(f"day {d}" for d in DAYS)), rows)


def grid(results: Results) -> str:
    """Recall and hours by jurors and response."""
    rows = []
    for jurors in (*cells.JURORS, 1000):
        shown = []
        for response in cells.RESPONSES:
            it = cell(results, f"grid {jurors} {response}")
            recall, hours = percent(it.get("recall"), short=True), number(it.get("hours"))
            shown.append(f"{recall}, {hours.split()[0]} h" if it else "-")
        rows.append((jurors, *shown))
    return table(("rooted jurors", *(f"response {it}" for it in cells.RESPONSES)), rows)
