"""How long the full snapshot takes, how much memory, and how many bytes.

python -m benchmarks.snapshot [--videos 1000000] [--channels 50000]
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from multiprocessing import get_context
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.processes import peak_mb
from benchmarks.servers import servers


def build(results: Any) -> None:
    """In a process of its own, so that its memory is the builder's alone."""
    import django  # noqa: PLC0415

    django.setup()
    from sync.snapshot import snapshot  # noqa: PLC0415

    before = resource.getrusage(resource.RUSAGE_SELF)
    started = time.perf_counter()
    manifest = snapshot.build()
    after = resource.getrusage(resource.RUSAGE_SELF)
    results.put(
        {
            "manifest": manifest,
            "seconds": time.perf_counter() - started,
            "cpu_s": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
            "peak_mb": peak_mb(),
        }
    )


def encode_only(results: Any) -> None:
    """The compact form alone, from items that are there already."""
    import django  # noqa: PLC0415

    django.setup()
    from realtube_client import compact as reader  # noqa: PLC0415
    from sync import compact  # noqa: PLC0415
    from sync.snapshot import snapshot  # noqa: PLC0415

    source = snapshot.published()
    assert source
    path, _ = source.file(snapshot.COMPACT)
    read = reader.read(path.read_bytes())
    started = time.perf_counter()
    compact.encode(
        revision=read.revision,
        generated_at_us=read.generated_at_us,
        categories=read.categories,
        videos=read.videos,
        channels=read.channels,
    )
    results.put(time.perf_counter() - started)


def delta(results: Any) -> None:
    """The answer to a client that missed 10,000 changes; the median of seven, and its size."""
    import django  # noqa: PLC0415

    django.setup()
    from django.test import Client  # noqa: PLC0415

    from sync import pipeline  # noqa: PLC0415
    from sync.models import Revision  # noqa: PLC0415
    from videos.models import Video  # noqa: PLC0415
    from videos.store import read  # noqa: PLC0415

    newest = Revision.objects.order_by("-number").values_list("number", flat=True).first()
    first = newest or 0
    changed = list(Video.objects.values_list("pk", flat=True)[:10_000])
    for start in range(0, len(changed), 2000):
        pipeline.log_changes(read(changed[start : start + 2000]).values(), [], [], [])
    client, seconds, size = Client(), [], 0
    for _ in range(7):
        started = time.perf_counter()
        answer = client.get(f"/api/sync/delta?cursor={first}-0")
        seconds.append(time.perf_counter() - started)
        size = len(answer.content)
        assert len(answer.json()["videos"]) == len(changed)
    results.put((sorted(seconds)[3], size))


def plain_copy(results: Any) -> None:
    """Seconds of what the database and zstd alone take: `COPY` of rows as JSON, compressed."""
    import django  # noqa: PLC0415

    django.setup()
    import zstandard  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    started = time.perf_counter()
    compressor = zstandard.ZstdCompressor(level=9).compressobj()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        statement = "COPY (SELECT row_to_json(v) FROM videos_video v WHERE score > 0) TO STDOUT"
        with cursor.copy(statement) as copy:
            for block in copy:
                compressor.compress(block)
    compressor.flush()
    results.put(time.perf_counter() - started)


def downloads(results: Any) -> None:
    """Each file and its 304 with PostgreSQL stopped: seconds, statuses and bytes by path."""
    import django  # noqa: PLC0415

    django.setup()
    from django.test import Client  # noqa: PLC0415

    client, found = Client(), {}
    for path in ("/api/sync/full", "/api/sync/full.ndjson.zst", "/api/sync/compact"):
        started = time.perf_counter()
        answer = client.get(path, headers={"Accept-Encoding": "gzip, zstd"})
        size = len(b"".join(answer))
        got = time.perf_counter()
        again = client.get(
            path, headers={"Accept-Encoding": "gzip, zstd", "If-None-Match": answer["ETag"]}
        )
        found[path] = (
            answer.status_code,
            size,
            got - started,
            again.status_code,
            time.perf_counter() - got,
        )
    results.put(found)


def in_process(target: Any) -> Any:
    """What `target` puts into its queue, run in a fresh process."""
    context = get_context("spawn")
    results = context.Queue()
    process = context.Process(target=target, args=(results,))
    process.start()
    answer = results.get()
    process.join()
    return answer


def main() -> None:
    """Generate, build, and print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--videos", type=int, default=1_000_000)
    os.environ |= {"REALTUBE_LIMIT_SYNC": "1000"}
    parser.add_argument("--channels", type=int, default=50_000)
    options = parser.parse_args()
    console = Console()
    with servers() as postgres:
        from benchmarks import data  # noqa: PLC0415

        with console.status("generating"):
            data.projections(videos=options.videos, channels=options.channels)
        with console.status("building"):
            built = in_process(build)
            encoding_s = in_process(encode_only)
            delta_s, delta_bytes = in_process(delta)
            postgres.stop()
            served = in_process(downloads)
    files = built["manifest"]["files"]
    counts = built["manifest"]["counts"]
    table = Table("measure", "value", "bar", title=f"snapshot of {counts['videos']:,} videos")
    table.add_row("all files, one pass", f"{built['seconds']:.1f} s", "60 s")
    table.add_row("CPU of the builder", f"{built['cpu_s']:.1f} s", "")
    table.add_row("peak memory of the builder", f"{built['peak_mb']:.0f} MB", "256 MB")
    table.add_row("of it, encoding the compact form", f"{encoding_s:.1f} s", "20 s")
    compact_bytes = {name: entry["bytes"] for name, entry in files["compact.bin"].items()}
    per_video = min(compact_bytes.values()) / (counts["videos"] + counts["channels"])
    table.add_row("compact, an entry on the wire", f"{per_video:.2f} bytes", "9 bytes")
    for name, encodings in files.items():
        for encoding, entry in encodings.items():
            table.add_row(f"{name} {encoding}", f"{entry['bytes'] / 1e6:.1f} MB", "")
    table.add_row("delta after 10,000 changes", f"{delta_s * 1000:.0f} ms", "300 ms")
    table.add_row("its size", f"{delta_bytes / 1e6:.1f} MB", "")
    for path, (status, size, seconds, again, again_s) in served.items():
        took = f"{status} in {seconds * 1000:.0f} ms, {again} in {again_s * 1000:.1f} ms"
        table.add_row(f"{path}, database stopped", f"{size / 1e6:.1f} MB, {took}", "200, 304")
    console.print(table)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "realtube.settings")
    main()
