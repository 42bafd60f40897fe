"""`python -m local.demo --list FILE`: the main job on real input, over HTTP as a client would.

Imports the list, makes voters, votes on videos of listed and unlisted channels, disputes one,
withdraws one vote, and shows what a viewer's lookup says before and after. Ends with one line
`demo: ok ...` and status 0, or `demo: failed ...` and another status.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import os
import secrets
import statistics
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from rich.console import Console
from rich.table import Table

from channels.blocklists import UnreadableList, parse
from channels.blocklists.entries import BLOCK
from common import addresses, ids

PUBLISHED_WITHIN_S = 15.0
IMPORT_LIMIT_S = 120
NEW_VOTER_TRUST, PRIOR_WEIGHT, VOICES, UNFLAGGED = 0.3, 1.5, 8, 49.9
console = Console()


class Failed(Exception):
    """The demo cannot go on; the message says why."""


@dataclass
class Case:
    """One video of the demo and what became of it."""

    channel: str | None
    voters: int
    category: str
    story: str
    video_id: str = field(default_factory=lambda: secrets.token_urlsafe(9)[:11])
    before: float | None = None
    after: float | None = None
    seconds: float = 0.0


@dataclass
class Voter:
    """A client with an identity and, on loopback, a network of its own."""

    user_id: str
    source: str | None


class Service:
    """A RealTube service, spoken to over HTTP."""

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Failed(f"{base_url} is not a URL such as http://127.0.0.1:8000")
        self.host, self.port, self.tls = parts.hostname, parts.port, parts.scheme == "https"
        address = addresses.parse("127.0.0.1" if self.host == "localhost" else self.host)
        self.loopback = bool(address and address.is_loopback and sys.platform == "linux")

    def request(
        self, method: str, path: str, body: Any = None, *, source: str | None = None
    ) -> tuple[int, Any]:
        """Status and JSON of one request; waits as long as a 429 says."""
        while True:
            kind = http.client.HTTPSConnection if self.tls else http.client.HTTPConnection
            connection = kind(
                self.host,
                self.port,
                timeout=10,
                source_address=(source, 0) if source else None,
            )
            try:
                connection.request(
                    method,
                    path,
                    body=None if body is None else json.dumps(body),
                    headers={"Content-Type": "application/json"},
                )
                response = connection.getresponse()
                answer = json.loads(response.read() or b"null")
            except (OSError, ValueError) as error:
                raise Failed(
                    f"the service at {self.host}:{self.port} did not answer ({error}); "
                    "start it with: make run"
                ) from error
            finally:
                connection.close()
            if response.status != 429:
                return response.status, answer
            wait_s = int(response.headers.get("Retry-After") or 1)
            console.print(f"limit reached, waiting {wait_s} s as the service asks")
            time.sleep(wait_s)


class Demo:
    """The demo, run against one service."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._sources = itertools.count(secrets.randbelow(40_000) + 256)

    def voter(self) -> Voter:
        """Somebody new. Votes of one /24 are one voice, so on loopback each gets a /24."""
        n = next(self._sources)
        source = f"127.{n >> 8 & 255}.{n & 255}.1" if self.service.loopback else None
        return Voter(ids.wire_user_id(str(uuid.uuid4())), source)

    def vote(self, voter: Voter, case: Case, category: str) -> None:
        """Cast a vote; raises `Failed` if it is refused."""
        body = {
            "videoId": case.video_id,
            "userId": voter.user_id,
            "category": category,
            "userAgent": "RealTubeDemo/1.0",
        }
        if case.channel:
            key = "channelHandle" if case.channel.startswith("@") else "channelId"
            body[key] = case.channel
        self._expect(self.service.request("POST", "/api/votes", body, source=voter.source))

    def withdraw(self, voter: Voter, case: Case) -> None:
        """Withdraw a vote; raises `Failed` if it is refused."""
        body = {"videoId": case.video_id, "userId": voter.user_id}
        self._expect(self.service.request("DELETE", "/api/votes", body, source=voter.source))

    def lookup(self, case: Case) -> float | None:
        """The score a viewer's 4-character lookup finds; None for nothing."""
        prefix = ids.bucket_of(case.video_id)
        status, answer = self.service.request("GET", f"/api/videos/{prefix}", source=self._viewer())
        if status == 404:
            return None
        if status != 200:
            raise Failed(f"the lookup of {prefix} was answered {status}: {answer}")
        scores = [v["score"] for v in answer if v["videoId"] == case.video_id]
        return float(scores[0]) if scores else None

    def wait_for(self, case: Case, expected: float) -> float:
        """Seconds until the published score is the expected one; raises `Failed` after 15."""
        started = time.monotonic()
        while (seconds := time.monotonic() - started) < PUBLISHED_WITHIN_S:
            case.after = self.lookup(case)
            if case.after is not None and abs(case.after - expected) < 0.01:
                return seconds
            time.sleep(0.2)
        raise Failed(
            f"{case.video_id} shows {case.after} after {PUBLISHED_WITHIN_S:.0f} s, not {expected}"
        )

    def _viewer(self) -> str | None:
        return f"127.0.{secrets.randbelow(200) + 1}.9" if self.service.loopback else None

    @staticmethod
    def _expect(result: tuple[int, Any]) -> None:
        status, answer = result
        if status != 200:
            raise Failed(f"a vote was answered {status}: {answer}")


def expected_score(ai: int, disputes: int = 0, *, prior: bool = False) -> float:
    """The score of new voters' votes, as docs/scoring.md computes it."""
    s, d = ai * NEW_VOTER_TRUST, disputes * NEW_VOTER_TRUST
    if prior:
        return round(100 * (s + 3.6) / (s + d + 6), 2)
    score = round(100 * s / (s + d + PRIOR_WEIGHT), 2)
    return score if ai >= VOICES + disputes else min(score, UNFLAGGED)


def import_list(path: Path) -> float:
    """Import the list as an operator would; seconds it took."""
    started = time.monotonic()
    result = subprocess.run(
        [
            *(sys.executable, "manage.py", "import_blocklist", str(path)),
            *("--source", "demo", "--level", "block", "--accept-shrink", "--use", "here"),
        ],
        cwd=Path(__file__).resolve().parent.parent,
        env={**os.environ, "LOG_LEVEL": "WARNING", "LOG_FORMAT": "console"},
        check=False,
        timeout=IMPORT_LIMIT_S,
    )
    if result.returncode:
        raise Failed("the list could not be imported (is `make run` running on this VAR_DIR?)")
    return time.monotonic() - started


def wait_for_channel(service: Service, channel: str) -> None:
    """Until the imported channel is published."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        status, answer = service.request("GET", f"/api/channels/{quote(channel, safe='@')}")
        if status == 200 and answer["autoFlag"]:
            return
        time.sleep(1)
    raise Failed(f"the imported channel {channel} is not flagged after 60 s")


def run(list_path: Path, base_url: str) -> str:
    """Run the whole demo; returns the closing line without its `demo: ok`."""
    try:
        entries = parse(list_path.read_bytes()).entries
    except (OSError, UnreadableList) as error:
        raise Failed(f"{list_path} cannot be read: {error}") from error
    service = Service(base_url)
    service.request("GET", "/health/live")
    seconds = import_list(list_path)
    console.print(f"imported {len(entries)} channels in {seconds:.1f} s")
    blocked = [entry for entry in entries if entry.level in (None, BLOCK)]
    if not blocked:
        raise Failed(f"{list_path} blocks no channel")
    listed = [f"@{e.handle}" if e.handle else str(e.channel_id) for e in blocked[-3:]]
    for channel in listed:
        wait_for_channel(service, channel)
    demo = Demo(service)
    cases = [
        *(Case(channel, 3, "fully_ai", "listed channel, 3 voters") for channel in listed),
        Case(None, 9, "fully_ai", "9 voters"),
        Case(None, 9, "ai_voiceover", "9 voters"),
        Case(None, 8, "ai_visuals", "8 voters, one withdraws"),
        Case(None, 9, "fully_ai", "9 voters, 6 dispute"),
    ]
    voters = {case.video_id: [demo.voter() for _ in range(case.voters)] for case in cases}
    times: list[float] = []
    for case in cases:
        case.before = demo.lookup(case)
        for voter in voters[case.video_id]:
            demo.vote(voter, case, case.category)
        expected = expected_score(case.voters, prior=case.channel is not None)
        case.seconds = demo.wait_for(case, expected)
        times.append(case.seconds)
    flagged = sum(1 for case in cases if (case.after or 0) >= 50)
    *_, withdrawn, disputed = cases
    withdrawn.before, disputed.before = withdrawn.after, disputed.after
    demo.withdraw(voters[withdrawn.video_id][0], withdrawn)
    withdrawn.seconds = demo.wait_for(withdrawn, expected_score(7))
    for voter in [demo.voter() for _ in range(6)]:
        demo.vote(voter, disputed, "not_ai")
    disputed.seconds = demo.wait_for(disputed, expected_score(9, 6))
    times += [withdrawn.seconds, disputed.seconds]
    cleared = sum(1 for case in (withdrawn, disputed) if (case.after or 0) < 50)
    _show(cases)
    if flagged != len(cases) or cleared != 2:
        raise Failed(f"{flagged} of {len(cases)} videos flagged, {cleared} of 2 cleared")
    return (
        f"videos={len(cases)} flagged={flagged} cleared={cleared} "
        f"median_seconds={statistics.median(times):.1f}"
    )


def main() -> int:
    """The command line; 0 if every expectation was met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--list", required=True, help="A list of channels.")
    parser.add_argument("--base-url", default=f"http://127.0.0.1:{os.environ.get('PORT') or 8000}")
    options = parser.parse_args()
    if not options.list:  # from `make demo` alone
        console.print("demo: say which list of channels to import: make demo LIST=FILE")
        return 2
    try:
        console.print(f"demo: ok {run(Path(options.list), options.base_url)}", highlight=False)
    except Failed as error:
        console.print(f"demo: failed {error}", highlight=False, markup=False)
        return 1
    return 0


def _show(cases: list[Case]) -> None:
    table = Table("video", "channel", "what happened", "before", "after", "seconds")
    for case in cases:
        table.add_row(
            case.video_id,
            case.channel or "not listed",
            case.story,
            "-" if case.before is None else f"{case.before:.2f}",
            "-" if case.after is None else f"{case.after:.2f}",
            f"{case.seconds:.1f}",
        )
    console.print(table)


if __name__ == "__main__":
    sys.exit(main())
