"""`python -m benchmarks.hour`: an hour of a busy site in five minutes, on the real services.

95 % lookups, 3 % deltas and snapshots, 2 % votes, more of popular videos than of others (Zipf),
through nginx; a brigade of fresh accounts comes upon one video in the middle. Meanwhile votes are
followed until a lookup shows them. Nothing may fail, 99 of 100 votes are to be out within 5 s,
and memory is to stay flat. Writes benchmarks/results/hour.json; status 1 if anything did not hold.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.soak import Memory, show_memory_and_verdicts
from benchmarks.speed.report import RESULTS
from benchmarks.speed.site import (
    SETTINGS,
    Bench,
    drain,
    fill,
    running,
    seconds_until_published,
)
from benchmarks.speed.wrk import CLIENTS, worst
from benchmarks.stack import stack

PUBLISHED_S = 5.0
BRIGADE_RATE = 20
PROBE_EVERY_S = 1.0
# Not a file of thousands of videos each time: most who follow do so by delta.
SHARES = {"lookup": 0.95, "delta": 0.0295, "snapshot": 0.0005, "vote": 0.02}
VISITORS = """
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init() math.randomseed(os.time()); bad = 0; last = 0; total = 0 end
function zipf(n) return math.floor(math.exp(math.random() * math.log(n))) - 1 end
function address()
  return string.format("%d.%d.%d.9", math.random(1, 223), math.random(0, 255), math.random(0, 255))
end
function ballot(video)
  local user = string.format("%08x%08x%08x%08x", math.random(0, 2^31), math.random(0, 2^31), 7, 9)
  return wrk.format("POST", "/api/votes",
    {["Content-Type"] = "application/json", ["X-Forwarded-For"] = address()},
    '{"userId":"' .. user .. '","videoId":"' .. video .. '","category":"fully_ai"}')
end
response = function(status)
  total = total + 1
  if status ~= 200 and status ~= 304 and status ~= 404 then bad = bad + 1; last = status end
end
done = function(summary)
  local bad, total, last = 0, 0, 0
  for _, thread in ipairs(threads) do
    bad = bad + thread:get("bad"); total = total + thread:get("total"); last = thread:get("last")
  end
  local e = summary.errors
  print(string.format("answers %d refused %d last %d lost %d", total, bad, last,
    e.connect + e.read + e.write + e.timeout))
end
"""
HOUR = """
request = function()
  local kind = math.random()
  if kind < LOOKUP then
    return wrk.format("GET", string.format("/api/videos/%04x", zipf(65536) * 40503 % 65536))
  elseif kind < DELTA then
    local since = os.date("!%Y-%m-%dT%H:%M:%SZ", os.time() - 600)
    return wrk.format("GET", "/api/sync/delta?since=" .. since)
  elseif kind < SNAPSHOT then
    return wrk.format("GET", "/api/sync/full")
  end
  return ballot(string.format("v%010d", zipf(VIDEOS)))
end
"""
# Paces the connections so that all of them send RATE requests a second.
PACED = """
delay = function() return math.floor(-math.log(math.random()) * 1000 * CLIENTS / RATE) end
"""
BRIGADE = 'request = function() return ballot("brigaded01") end'
console = Console()


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--rate", type=float, default=400, help="Requests a second.")
    parser.add_argument("--scale", type=float, default=0.25, help="1 is 200,000 videos.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="realtube-hour-", dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o711)  # PostgreSQL does not run as root and has to get to its data
        with stack(folder / "site", SETTINGS) as site:
            bench = fill(site, folder, options.scale)
            drain(bench)
            result = live(bench, seconds=options.minutes * 60, rate=options.rate)
    show(result)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "hour.json").write_text(json.dumps(result, indent=1) + "\n")
    sys.exit(0 if all(result["holds"].values()) else 1)


def live(bench: Bench, *, seconds: float, rate: float) -> dict[str, Any]:
    """The hour: what came of it."""
    bounds, share = {}, 0.0
    for kind, each in SHARES.items():
        share += each
        bounds[kind.upper()] = f"{share:.4f}"
    text = re.sub("LOOKUP|DELTA|SNAPSHOT", lambda found: bounds[found[0]], HOUR)
    hour = bench.script("hour", VISITORS, text, pace(rate))
    brigade = bench.script("brigade", VISITORS, BRIGADE, pace(BRIGADE_RATE))
    waits: list[float] = []
    memory = Memory(bench.site.site)
    with memory.sampling(), ExitStack() as loads:
        crowd = loads.enter_context(visitors(bench, hour, seconds))
        began, attack = time.monotonic(), None
        while crowd.poll() is None:
            if attack is None and time.monotonic() > began + 0.4 * seconds:
                attack = loads.enter_context(visitors(bench, brigade, 0.2 * seconds))
            waits.append(seconds_until_published(bench))
            time.sleep(PROBE_EVERY_S)
    logs = {name: (bench.folder / f"{name}.log").read_text() for name in ("hour", "brigade")}
    counted = {name: counts(text) for name, text in logs.items()}
    found: dict[str, Any] = {
        "minutes": seconds / 60,
        "rate": rate,
        "videos": bench.videos,
        **counted,
        "published_s": {
            "votes": len(waits),
            "median": round(statistics.median(waits), 2),
            "p99": round(worst(waits, 0.99), 2),
            "longest": round(max(waits), 2),
        },
        "memory": memory.report(),
    }
    found["holds"] = {
        "nothing failed": not any(c["refused"] + c["lost"] for c in counted.values()),
        f"99 of 100 votes published within {PUBLISHED_S:.0f} s": found["published_s"]["p99"]
        <= PUBLISHED_S,
        "memory is flat": all(entry["flat"] for entry in found["memory"].values()),
    }
    return found


@contextmanager
def visitors(bench: Bench, script: str, seconds: float) -> Iterator[subprocess.Popen[bytes]]:
    """wrk with a script, whose last line counts the answers."""
    command = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{seconds:.0f}s", "--latency", "-s", script]
    log = bench.folder / f"{Path(script).stem}.log"
    with running([*command, bench.site.https], log, wait=True) as process:
        yield process


def pace(rate: float) -> str:
    """The part of a wrk script that makes all connections send `rate` requests a second."""
    return PACED.replace("CLIENTS", str(CLIENTS)).replace("RATE", f"{rate:.1f}")


def counts(text: str) -> dict[str, Any]:
    """What a run of wrk printed: answers, those refused or lost, latencies in its words."""
    found = re.search(r"answers (\d+) refused (\d+) last (\d+) lost (\d+)", text)
    if found is None:
        raise SystemExit(f"wrk failed: {text}")
    answers, refused, last, lost = map(int, found.groups())
    latency = dict(re.findall(r"^\s+(\d+)%\s+([\d.]+\w+)$", text, re.M))
    return {
        "answers": answers,
        "refused": refused,
        "last_refusal": last,
        "lost": lost,
        "p50": latency["50"],
        "p99": latency["99"],
    }


def show(result: dict[str, Any]) -> None:
    """Print tables."""
    table = Table("what", "answers", "refused", "lost", "p50", "p99")
    for name in ("hour", "brigade"):
        it = result[name]
        cells = (it[key] for key in ("answers", "refused", "lost", "p50", "p99"))
        table.add_row(name, *map(str, cells))
    console.print(table)
    console.print("vote to lookup, seconds:", result["published_s"])
    show_memory_and_verdicts(result)


if __name__ == "__main__":
    main()
