"""Load that asks again as soon as it is answered: how much a server does, not how fast."""

from __future__ import annotations

import re
import statistics
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks.openloop import ORIGINS

ROUNDS, ROUND_S = 3, 5
CLIENTS = 32
LOOKUPS = """
math.randomseed(os.time() + tonumber(tostring({}):match("0x(%x+)"), 16) % 2^30)
request = function()
  return wrk.format("GET", string.format("/api/videos/%04x", math.random(0, 65535)))
end
"""
# New voters on videos that are known, of channels that are, and one in ten on a new video.
BALLOTS = """
local known = {}
function init()
  math.randomseed(os.time() + tonumber(tostring({}):match("0x(%x+)"), 16) % 2^30)
  for line in io.lines("KNOWN") do known[#known + 1] = line end
end
request = function()
  local user = string.format("%08x%08x%08x%08x", math.random(0, 2^31), math.random(0, 2^31), 7, 9)
  local video, channel = known[math.random(#known)]:match("(%S+) (%S+)")
  if math.random(10) == 1 then video = string.format("v%010d", math.random(0, VIDEOS)) end
  local address = string.format("%d.%d.%d.9", math.random(1, 223), math.random(0, 255),
    math.random(0, 255))
  return wrk.format("POST", "/api/votes",
    {["Content-Type"] = "application/json", ["X-Forwarded-For"] = address,
     ["Origin"] = "ORIGIN"},
    '{"userId":"' .. user .. '","videoId":"' .. video ..
    '","category":"fully_ai","channelId":"' .. channel .. '"}')
end
"""


@dataclass(frozen=True)
class Loaded:
    """What wrk tells: answers a second, the 99th percentile in ms, wrong answers."""

    rate: float
    p99_ms: float
    failed: int
    answers: int


def wrk(url: str, script: str, *, seconds: float = ROUND_S, clients: int = CLIENTS) -> Loaded:
    """Load from two threads of wrk, each on its own connections, as an extension's requests."""
    text = subprocess.run(
        [
            "wrk",
            "-t2",
            f"-c{clients}",
            "-H",
            f"Origin: {ORIGINS[0]}",
            f"-d{seconds:.0f}s",
            "--latency",
            "-s",
            script,
            url,
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", text).groups()  # type: ignore[union-attr]
    failed = sum(
        map(
            int,
            re.findall(r"(?:Non-2xx or 3xx responses|connect|read|write|timeout):? (\d+)", text),
        )
    )
    return Loaded(
        rate=float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]),  # type: ignore[index]
        p99_ms=float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit],
        failed=failed,
        answers=int(re.search(r"(\d+) requests in", text)[1]),  # type: ignore[index]
    )


def side_by_side(
    ours: Callable[[], float], theirs: Callable[[], float], *, rounds: int = ROUNDS
) -> tuple[float, list[float], list[float]]:
    """The median ratio of some turns A B, and what each turn gave."""
    a, b = [], []
    for _ in range(rounds):
        a.append(ours())
        b.append(theirs())
    return statistics.median(x / y for x, y in zip(a, b, strict=True)), a, b


def spent(before: Mapping[str, float], after: Mapping[str, float], n: int) -> dict[str, float]:
    """CPU per request in ms, by service, of those that did anything."""
    each = {name: (after[name] - before[name]) * 1000 / max(n, 1) for name in before}
    return {name: round(ms, 3) for name, ms in each.items() if ms >= 0.001}


def worst(values: list[float], quantile: float) -> float:
    """A quantile, of the values themselves."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(quantile * len(ordered)))]
