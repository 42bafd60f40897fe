"""What it takes to grow (docs/scaling.md): costs measured here, and days simulated from them.

python -m benchmarks.scaling measure [--votes 20000]
python -m benchmarks.scaling simulate [--days 200] [--seed 1]
python -m benchmarks.scaling s3
python -m benchmarks.scaling plan
"""

from __future__ import annotations

import argparse
import math
import os
import random
import secrets
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import orjson
from rich.console import Console
from rich.table import Table

DAY_S = 86_400
LOOKUPS_A_DAY, VOTES_A_DAY = 1e9, 1e7
# CPU seconds of a look-up in nginx, measured on 2 cores with 200,000 videos; twice that for TLS,
# HTTP/2 and requests that come over fresh connections.
LOOKUP_CPU_S = 2 * 0.028e-3
# Videos with a score, five million of them, in 65,536 buckets; bytes and nginx's gzip as measured.
BUCKET_BYTES = 5_000_000 / 65_536 * 290
GZIP_RATIO, GZIP_S_A_BYTE = 0.2, 10e-9
CORES_A_NODE, NODE_BYTES_A_S = 4, 1e9 / 8
# A node is away as often as this, and for so long: a crash with its restart, or an upgrade.
DAYS_BETWEEN_FAILURES, REPAIR_S = 10.0, 900
SLOW_S = 0.1
RESULTS = Path(__file__).parent / "results" / "latest.json"
PLANNED = (100_000, 1_000_000, 10_000_000)
# By `benchmarks.deltas`. A page, the change log and half an hour: sync.delta, and the extension.
DELTAS = Path(__file__).parent / "results" / "deltas.json"
PAGE, LOG_S, POLL_S, CUT_S = 10_000, 48 * 3600, 1800, 300
# The copy in S3. Sizes for a million flagged videos: the compact copy (`benchmarks.snapshot`), and
# all files of a snapshot together (docs/sync.md: 8.7, 2.5 and 35 MB; the lists about 10). A CDN
# with a shield asks S3 from one place. Prices are Amazon's list for us-east-1.
BUCKETS, USERS = 65_536, 10_000_000
COMPACT_BYTES, SNAPSHOT_BYTES, SNAPSHOTS_A_DAY = 8.7e6, 60e6, 96
PUT_DOLLARS, GET_DOLLARS = 5e-6, 0.4e-6


def cpu_s(pid: int) -> float:
    """CPU seconds that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(votes: int) -> Table:
    """Cast votes one commit each, score and publish them; what each costs."""
    from benchmarks.servers import servers  # noqa: PLC0415

    table = Table("of one", "CPU here", "CPU of PostgreSQL", "write-ahead log", "disk")
    with servers(durable=True):
        from django.db import connection  # noqa: PLC0415

        from sync import pipeline, publish  # noqa: PLC0415
        from videos.models import Video  # noqa: PLC0415
        from votes.casting import Ballot, cast_vote  # noqa: PLC0415

        def query(statement: str) -> int:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return int(cursor.fetchone()[0])

        size = (
            "SELECT sum(pg_total_relation_size(relid)) FROM pg_stat_user_tables "
            "WHERE relname LIKE '{}%%'"
        )

        @contextmanager
        def row(name: str, tables: str, count: int) -> Iterator[None]:
            backend = query("SELECT pg_backend_pid()")
            log = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')"
            before = cpu_s(os.getpid()), cpu_s(backend), query(log), query(size.format(tables))
            yield
            after = cpu_s(os.getpid()), cpu_s(backend), query(log), query(size.format(tables))
            here, there, written, disk = (
                (b - a) / count for a, b in zip(before, after, strict=True)
            )
            table.add_row(
                name,
                f"{here * 1e3:.2f} ms",
                f"{there * 1e3:.2f} ms",
                f"{written:.0f} B",
                f"{disk:.0f} B",
            )

        voters = [secrets.token_hex(16) for _ in range(max(1, votes // 4))]
        videos = [secrets.token_urlsafe(8)[:11] for _ in range(max(1, votes // 3))]
        with row("vote", "votes_", votes):
            for _ in range(votes):
                cast_vote(
                    Ballot(random.choice(voters), random.choice(videos), "fully_ai"),
                    address=f"10.{random.randrange(256)}.{random.randrange(256)}.7",
                )
        scored = len(videos)
        with row("scored video", "videos_", scored):
            pipeline.advance_until_idle()
        with row("published video", "videos_", Video.objects.count()):
            publish.publish()
        files = publish.bucket_path("0000").parents[1].rglob("*.json")
        entries = b"".join(path.read_bytes() for path in files)
    bucket = entries[:20_000]
    started = time.process_time()
    for _ in range(1000):
        packed = zlib.compress(bucket, 2)
    seconds = (time.process_time() - started) / 1000 / len(bucket)
    table.caption = (
        f"{votes:,} votes; {len(entries) / scored:.0f} B of bucket file a video; gzip as in nginx: "
        f"{len(packed) / len(bucket):.2f} of the bytes, {seconds * 1e9:.0f} ns a byte"
    )
    return table


def day_curve() -> np.ndarray:
    """The load in each second of a day over its mean: evenings of continents overlap."""
    hours = np.arange(DAY_S) / 3600
    curve: np.ndarray = np.maximum(1 + 1.2 * np.cos((hours - 20) / 24 * 2 * np.pi), 0.05)
    return curve / float(curve.mean())


def away(rng: np.random.Generator, nodes: int) -> np.ndarray:
    """How many of the nodes are away in each second of a day."""
    change = np.zeros(DAY_S + 1)
    for _ in range(rng.poisson(nodes / DAYS_BETWEEN_FAILURES)):
        start = int(rng.integers(DAY_S))
        change[start] += 1
        change[min(start + REPAIR_S, DAY_S)] -= 1
    return np.minimum(np.cumsum(change[:-1]), nodes)


def simulate(nodes: int, days: int, rng: np.random.Generator) -> dict[str, float]:
    """Days of look-ups over `nodes`, whose work waits in one line when it is too much."""
    curve = day_curve() * LOOKUPS_A_DAY / DAY_S
    slow = lost = asked = 0.0
    busiest = longest = 0.0
    for _ in range(days):
        # Load comes in waves of minutes, too, which Poisson arrivals alone would not have.
        waves = np.repeat(rng.lognormal(-0.02, 0.2, DAY_S // 60), 60)
        arrivals = rng.poisson(curve * waves)
        there = np.maximum(nodes - away(rng, nodes), 0)
        served = np.where(there > 0, arrivals, 0)
        # Of processors and line, whichever is busier.
        work = served * max(
            (LOOKUP_CPU_S + BUCKET_BYTES * GZIP_S_A_BYTE) / CORES_A_NODE,
            BUCKET_BYTES * GZIP_RATIO / NODE_BYTES_A_S,
        )
        capacity = np.maximum(there, 1)
        # Backlog of the line: what came so far, less what could be done, since it was last empty.
        surplus = np.cumsum(work - capacity)
        backlog = surplus - np.minimum.accumulate(np.minimum(surplus, 0))
        wait = backlog / capacity
        slow += served[wait > SLOW_S].sum()
        lost += (arrivals - served).sum()
        asked += arrivals.sum()
        busiest = max(busiest, float((work / capacity).max()))
        longest = max(longest, float(wait.max()))
    return {"busiest": busiest, "slow": slow / asked, "lost": lost / asked, "longest": longest}


def simulation(days: int, seed: int) -> Table:
    """The simulated days for several numbers of nodes."""
    rng = np.random.default_rng(seed)
    peak = day_curve().max() * LOOKUPS_A_DAY / DAY_S
    table = Table(
        *("nodes", "busiest second", "waited over 0.1 s", "found no node", "longest wait"),
        title=f"{days} days of {LOOKUPS_A_DAY:.0e} look-ups, {peak:,.0f}/s at the curve's peak",
    )
    for nodes in (1, 2, 3, 4, 6):
        found = simulate(nodes, days, rng)
        shares = (f"{found[name]:.4%}" for name in ("slow", "lost"))
        busiest = f"{found['busiest']:.0%}"
        table.add_row(str(nodes), busiest, *shares, f"{found['longest']:,.1f} s")
    return table


def s3_puts(interval_s: float) -> float:
    """Buckets put to S3 a day, in batches of `interval_s` seconds: B(1 - e^(-v t / B)) a batch.

    v videos change a second, each in one of B buckets by chance, and a bucket is put once a batch
    however many of its videos changed. Every vote is taken to change another video: the most there
    can be.
    """
    changes = VOTES_A_DAY / DAY_S * interval_s
    return BUCKETS * -math.expm1(-changes / BUCKETS) * DAY_S / interval_s


def interval_within(requests_a_day: float) -> float:
    """The seconds between batches at which `s3_puts` is so many."""
    low, high = 1.0, float(DAY_S)
    while high - low > 1:
        middle = (low + high) / 2
        low, high = (middle, high) if s3_puts(middle) > requests_a_day else (low, middle)
    return high


def s3_costs() -> tuple[Table, Table]:
    """Requests and bytes a day: what goes into S3, and what readers take from us."""
    packed = BUCKET_BYTES * GZIP_RATIO
    into = Table("batches every", "buckets put a day", "GB a day", "$ a day")
    for interval in (60.0, 300.0, 900.0, 3600.0, interval_within(1_000_000)):
        puts = s3_puts(interval)
        gigabytes = (puts * packed + SNAPSHOTS_A_DAY * SNAPSHOT_BYTES) / 1e9
        into.add_row(
            f"{interval:,.0f} s",
            f"{puts / 1e6:.2f} M",
            f"{gigabytes:,.0f}",
            f"{puts * PUT_DOLLARS:.2f}",
        )
    out = Table(
        "what readers take", "M requests a day of ours", "TB a day of ours", "$ a day at S3"
    )
    look_ups, copies = LOOKUPS_A_DAY * packed / 1e12, USERS * COMPACT_BYTES / 1e12
    out.add_row("no CDN", f"{(LOOKUPS_A_DAY + USERS) / 1e6:,.0f}", f"{look_ups + copies:,.1f}", "-")
    for name, kept_s, extra in (
        ("a CDN, buckets kept 60 s", 60.0, 0.0),
        ("a CDN that is told, kept 1 h", 3600.0, s3_puts(60)),
    ):
        gets = BUCKETS * DAY_S / kept_s + extra
        # Each change is taken once; of a bucket that has not changed only that is asked.
        taken = (s3_puts(60) * packed + SNAPSHOTS_A_DAY * SNAPSHOT_BYTES) / 1e12
        out.add_row(name, f"{gets / 1e6:,.1f}", f"{taken:.2f}", f"{gets * GET_DOLLARS:.2f}")
    return into, out


def measured() -> dict[str, float]:
    """CPU milliseconds of one of each, by the last whole run of `make bench`."""
    rows = {row["name"]: row["details"] for row in orjson.loads(RESULTS.read_bytes())["rows"]}
    return {
        "look-up": rows["4-hex lookup through nginx"]["cpu_ms_per_request"]["nginx"],
        "vote": sum(rows["vote, durable"]["cpu_ms_per_request"].values()),
        "scored video": sum(rows["recompute"]["cpu_ms_per_video"].values()),
    }


def plan() -> Table:
    """Cores at the peak of the day by the number of users, every vote on another video."""
    cost, peak = measured(), float(day_curve().max())
    table = Table("", "CPU, ms", *(f"cores, {users:,} users" for users in PLANNED))
    a_day = {
        "look-up": LOOKUPS_A_DAY / USERS,
        "vote": VOTES_A_DAY / USERS,
        "scored video": VOTES_A_DAY / USERS,
    }
    for name, times in a_day.items():
        # Twice for TLS, as above, and packing.
        one = (
            cost[name] * 2 + BUCKET_BYTES * GZIP_S_A_BYTE * 1e3 if name == "look-up" else cost[name]
        )
        cores = (users * times / DAY_S * peak * one / 1e3 for users in PLANNED)
        table.add_row(name, f"{one:.3f}", *(f"{it:,.2f}" for it in cores))
    of_deltas = [deltas(users, users * a_day["vote"] / DAY_S * peak, peak) for users in PLANNED]
    for name in ("own", "made", "sent"):
        of_it = (f"{it[name]:,.{2 if it[name] < 1 else 0}f}" for it in of_deltas)
        table.add_row(f"delta, {name}", "", *of_it)
    table.add_row("delta, Gbit/s", "", *(f"{it['Gbit/s']:,.2f}" for it in of_deltas))
    return table


def deltas(users: int, changes_a_s: float, peak: float) -> dict[str, float]:
    """Cores for deltas at the peak, and Gbit/s, of clients that ask every half hour.

    `own`, a delta for each: in each second all users together take the changes of it. Shared,
    `made` and `sent`: what is not full yet, that is from the last cuts up to a page, is made anew
    at each cut; what is sent costs something a request, twice for fresh TLS, and a byte.
    """
    cost = orjson.loads(DELTAS.read_bytes())
    a_cut = changes_a_s * CUT_S
    growing = min(LOG_S // CUT_S, math.ceil(PAGE / a_cut))
    made_a_s = a_cut * growing * (growing + 1) / 2 / CUT_S
    (ms, size), (small_ms, small_size) = (
        (sum(it["cpu_ms_per_request"].values()), it["bytes"])
        for it in (cost["sent"], cost["sent_small"])
    )
    ms_a_byte = (ms - small_ms) / (size - small_size)
    ms_a_request = small_ms - small_size * ms_a_byte
    taken = changes_a_s * POLL_S * cost["made"]["bytes_per_change"]
    pages = math.ceil(changes_a_s * POLL_S / PAGE)
    asking_a_s = users / POLL_S * peak
    return {
        "own": users * changes_a_s * cost["own"]["ms_per_change"] / 1e3,
        "made": made_a_s * cost["made"]["ms_per_change"] / 1e3,
        "sent": asking_a_s * (2 * pages * ms_a_request + taken * ms_a_byte) / 1e3,
        "Gbit/s": asking_a_s * taken * 8 / 1e9,
    }


def main() -> None:
    """Measure or simulate, and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("measure", "simulate", "s3", "plan"))
    parser.add_argument("--votes", type=int, default=20_000)
    parser.add_argument("--days", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    console = Console(width=100)
    if options.what == "s3":
        console.print(*s3_costs())
    elif options.what == "plan":
        console.print(plan())
    elif options.what == "measure":
        console.print(measure(options.votes))
    else:
        console.print(simulation(options.days, options.seed))


if __name__ == "__main__":
    main()
