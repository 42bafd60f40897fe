"""Rows of what is read: snapshot, delta, the desk."""

from __future__ import annotations

from dataclasses import asdict

from benchmarks.speed.rows import Row
from benchmarks.speed.site import BACKGROUND, Bench, drain


def snapshots(bench: Bench) -> Row:
    """A whole snapshot: seconds, peak memory, bytes of the compact form a video."""
    from benchmarks import snapshot  # noqa: PLC0415

    drain(bench)
    with bench.paused(*BACKGROUND):
        found = snapshot.in_process(snapshot.build)
        copy_s = snapshot.in_process(snapshot.plain_copy)
    entries = found["manifest"]["counts"]
    number = max(entries["videos"] + entries["channels"], 1)
    per_million = found["seconds"] * 1_000_000 / number
    each = found["manifest"]["files"]["compact.bin"]["gzip"]["bytes"] / number
    met = per_million < 60 and found["peak_mb"] < 256 and each <= 9
    return Row(
        "snapshot",
        "1 M videos < 60 s, < 256 MB; compact <= 9 bytes a video",
        f"{found['seconds']:.1f} s ({per_million:.0f} s a million), {found['peak_mb']:.0f} MB, "
        f"{each:.1f} bytes",
        met,
        copy_s / found["seconds"],
        found["seconds"],
        {"entries": entries, "seconds": found["seconds"], "plain_copy_s": copy_s},
    )


def delta(bench: Bench) -> Row:
    """The answer to who missed 10,000 changes."""
    from benchmarks import snapshot  # noqa: PLC0415

    with bench.paused(*BACKGROUND):
        seconds, size = snapshot.in_process(snapshot.delta)
    return Row(
        "delta after 10,000 changes",
        "< 300 ms",
        f"{seconds * 1000:.0f} ms",
        seconds < 0.3,
        None,
        seconds,
        {"seconds": seconds, "bytes": size},
    )


def desk(bench: Bench) -> Row:
    """Every page of the moderators' desk."""
    from benchmarks import admin  # noqa: PLC0415

    admin.rest()
    found = admin.measure()
    slowest = max(found, key=lambda page: page.worst_ms)
    most = max(page.statements for page in found)
    return Row(
        "admin lists",
        f"< {admin.BAR_MS} ms, at most {admin.BAR_STATEMENTS} statements",
        f"{slowest.worst_ms:.0f} ms ({slowest.name}), {most} statements",
        slowest.worst_ms < admin.BAR_MS and most <= admin.BAR_STATEMENTS,
        None,
        slowest.worst_ms,
        {"pages": [asdict(page) for page in found]},
    )
