"""What deltas cost when each client's ends elsewhere, and when all end at cuts (docs/scaling.md).

python -m benchmarks.deltas [--changes 9000]

Starts nginx, gunicorn, PostgreSQL and Valkey as docker-compose.yml has them, over a log of 45
minutes in which so many videos changed every half hour. Clients that were away for about half an
hour ask for the compact form over HTTPS, packed: first with `REALTUBE_DELTA_EVERY_S=0`, then with
what it is by default. Writes what the services used to `results/deltas.json`.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import os
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rich.console import Console
from rich.table import Table

from benchmarks.speed.site import SETTINGS, UNVERIFIED
from benchmarks.speed.wrk import spent, wrk
from benchmarks.stack import Stack, stack

RESULTS = Path(__file__).parent / "results" / "deltas.json"
EVERY_S, POLL_S, LOG_S, REVISION_S = 300, 1800, 2700, 2
# Clients ask after 0.8 to 1.2 times half an hour.
AWAY_S = (0.8 * POLL_S, 1.2 * POLL_S)
OWN, MADE, SENT_S = 150, 30, 10
SMALL = 100
SCRIPT = """
local paths = {PATHS}
request = function()
  return wrk.format("GET", paths[math.random(#paths)], {["Accept-Encoding"] = "gzip"})
end
"""


def log(changes: int) -> tuple[list[str], list[str]]:
    """Write the log; cursors of clients that were away, at any revision and at cuts alone."""
    from common.db import rows  # noqa: PLC0415
    from sync.models import Change, Revision  # noqa: PLC0415

    rng = random.Random(1)
    ((now,),) = rows("SELECT now()")
    ages = range(LOG_S, 0, -REVISION_S)
    made = Revision.objects.bulk_create(
        Revision(created_at=now - timedelta(seconds=age)) for age in ages
    )
    each = changes * REVISION_S // POLL_S
    Change.objects.bulk_create(
        (
            Change(revision=it, kind="video", key=pk, bucket="0000", payload=payload(pk, rng))
            for it in made
            for pk in (f"v{rng.randrange(10**10):010}" for _ in range(each))
        ),
        batch_size=2000,
    )
    periods = [it.created_at.timestamp() // EVERY_S for it in made]
    away = [AWAY_S[0] <= age <= AWAY_S[1] for age in ages]
    anywhere = [f"{it.number}-0" for it, is_away in zip(made, away, strict=True) if is_away]
    cuts = [
        f"{it.number}-0"
        for it, is_away, period, following in zip(made, away, periods, periods[1:], strict=False)
        if is_away and period != following
    ]
    return anywhere, cuts


def payload(video_id: str, rng: random.Random) -> dict[str, Any]:
    """What the pipeline logs of a video; every other one has too little for the compact form."""
    score = round(rng.choice([16.67, rng.uniform(25, 95)]), 2)
    return {
        "videoId": video_id,
        "action": "update",
        "score": score,
        "totalVotes": rng.randrange(1, 9),
        "locked": False,
        "categories": {"fully_ai": {"votes": 1, "weightedScore": score}},
        "channelId": f"UC{rng.randrange(10**6):022}",
        "lastUpdated": "2026-11-21T08:00:00Z",
    }


@contextmanager
def connected(site: Stack) -> Iterator[http.client.HTTPSConnection]:
    """One connection to nginx."""
    there = urlsplit(site.https)
    with closing(
        http.client.HTTPSConnection(
            there.hostname or "", there.port, timeout=60, context=UNVERIFIED
        )
    ) as connection:
        yield connection


def ask(connection: http.client.HTTPSConnection, path: str) -> tuple[bytes, str | None]:
    """The packed body of an answer, and what nginx says of its cache."""
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != HTTPStatus.OK:
        raise RuntimeError(f"{path} was answered with {answer.status}.")
    return body, answer.headers["X-Cache-Status"]


def made_anew(site: Stack, paths: Sequence[str]) -> dict[str, Any]:
    """Ask for each of these once, none of which is kept: CPU in ms, by service and a change."""
    changes = size = 0
    with connected(site) as connection:
        before = site.cpu_s()
        for each in paths:
            body, cached = ask(connection, each)
            if cached == "HIT":
                raise RuntimeError(f"{each} was kept.")
            page = json.loads(gzip.decompress(body))
            changes += len(page["videos"]) + len(page["channels"])
            size += len(body)
        cpu = spent(before, site.cpu_s(), len(paths))
    return {
        "cpu_ms_per_request": cpu,
        "changes_per_request": changes / len(paths),
        "bytes_per_change": size / changes,
        "ms_per_change": sum(cpu.values()) * len(paths) / changes,
    }


def shared(site: Stack, folder: Path, paths: Sequence[str]) -> dict[str, Any]:
    """Many clients that ask for the same few: CPU in ms a request, and its bytes."""
    script = folder / "shared.lua"
    script.write_text(SCRIPT.replace("PATHS", ", ".join(f'"{it}"' for it in paths)))
    with connected(site) as connection:
        sizes = [len(ask(connection, each)[0]) for each in paths]
    before = site.cpu_s()
    found = wrk(site.https, str(script), seconds=SENT_S)
    if found.failed:
        raise RuntimeError(f"{found.failed} of {found.answers} failed.")
    return {
        "cpu_ms_per_request": spent(before, site.cpu_s(), found.answers),
        "requests": found.answers,
        "addresses": len(paths),
        "bytes": sum(sizes) / len(sizes),
    }


def path(cursor: str, more: str = "") -> str:
    """As the extension asks."""
    return f"/api/sync/delta?format=compact&cursor={cursor}{more}"


def measure(site: Stack, folder: Path, extra: dict[str, str], changes: int) -> dict[str, Any]:
    """All of it on a running database."""
    rng = random.Random(2)
    site.start_servers()
    os.environ["DJANGO_SETTINGS_MODULE"] = "realtube.settings"
    os.environ["LOG_LEVEL"] = "WARNING"
    import django  # noqa: PLC0415 - the settings are read on import

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    anywhere, cuts = log(changes)
    extra["REALTUBE_DELTA_EVERY_S"] = "0"
    site.start("web", "nginx")
    made_anew(site, [path(anywhere[0])])
    own = made_anew(site, [path(rng.choice(anywhere)) for _ in range(OWN)])
    web = site.site.processes["web"]
    web.terminate()
    web.wait(timeout=60)
    extra["REALTUBE_DELTA_EVERY_S"] = str(EVERY_S)
    site.start("web")
    made_anew(site, [path(cuts[0], "&limit=9999")])
    # An address of its own makes it an answer of its own.
    made = made_anew(site, [path(rng.choice(cuts), f"&limit={9000 + n}") for n in range(MADE)])
    return {
        "changes": changes,
        "own": own,
        "made": made,
        "sent": shared(site, folder, [path(it) for it in cuts]),
        "sent_small": shared(site, folder, [path(it, f"&limit={SMALL}") for it in cuts]),
    }


def shown(found: Mapping[str, Any]) -> Table:
    """As a table."""
    table = Table("a delta", "changes", "bytes", "CPU, ms", "most of it")
    for name, title in (("own", "each their own"), ("made", "made for all")):
        it = found[name]
        changes = it["changes_per_request"]
        size = it["bytes_per_change"] * changes
        table.add_row(title, f"{changes:,.0f}", f"{size:,.0f}", *used(it["cpu_ms_per_request"]))
    for name, title in (("sent", "sent"), ("sent_small", "sent, a small one")):
        it = found[name]
        asked = f"{title}: {it['requests']:,} asked for {it['addresses']}"
        table.add_row(asked, "", f"{it['bytes']:,.0f}", *used(it["cpu_ms_per_request"]))
    return table


def used(cpu: Mapping[str, float]) -> tuple[str, str]:
    """CPU of all services together, and of the two that took most."""
    most = sorted(cpu.items(), key=lambda it: -it[1])[:2]
    return f"{sum(cpu.values()):.3f}", ", ".join(f"{name} {ms:.2f}" for name, ms in most)


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=9000, help="in half an hour")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="realtube-bench-", dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o711)  # PostgreSQL does not run as root and has to get to its data
        extra = dict(SETTINGS)
        with stack(folder / "site", extra) as site:
            found = measure(site, folder, extra, options.changes)
    RESULTS.write_text(json.dumps(found, indent=2) + "\n")
    Console(width=120).print(shown(found))


if __name__ == "__main__":
    main()
