"""The load of docs/scaling.md for Locust (locust.io, MIT), against a staging site of your own.

    python3 -m venv /tmp/locust && /tmp/locust/bin/pip install locust
    /tmp/locust/bin/locust -f benchmarks/scenarios/locustfile.py --host https://staging.example \\
      --headless --users 200 --spawn-rate 10 --run-time 10m

Each of Locust's users stands for FOR (5,000) people with the extension: 100 look-ups and a vote a
day, a delta every 30 minutes, a compact copy a day; that is 8.7 requests a second. Its votes are by
voters and about videos that do not exist: never aim it at a site that people use. All come from few
addresses, so the site needs limits that let them through (REALTUBE_LIMIT_..., docs/scaling.md).
"""

# Locust has an environment of its own.
# mypy: ignore-errors
from __future__ import annotations

import hashlib
import os
import random
import secrets
from urllib.parse import quote

from locust import FastHttpUser, constant_throughput, events, task

PEOPLE = int(os.environ.get("FOR", "5000"))
DAY_S = 86_400
LOOK_UPS_A_DAY, VOTES_A_DAY, DELTAS_A_DAY, COPIES_A_DAY = 100, 1, 48, 1
REQUESTS_A_DAY = LOOK_UPS_A_DAY + VOTES_A_DAY + DELTAS_A_DAY + COPIES_A_DAY
CATEGORIES = ("fully_ai", "ai_visuals", "ai_voiceover", "ai_thumbnails")
VIDEOS = 1_000_000


@events.init_command_line_parser.add_listener
def _say(parser, **_) -> None:
    parser.epilog = (
        f"One user is {PEOPLE:,} people: {PEOPLE * REQUESTS_A_DAY / DAY_S:.1f} requests/s."
    )


class People(FastHttpUser):
    """Some thousand people with the extension, one after the other."""

    wait_time = constant_throughput(PEOPLE * REQUESTS_A_DAY / DAY_S)

    def on_start(self) -> None:
        """Take the first copy, from which deltas go on."""
        self.since = ""
        self.copy()

    def video(self) -> str:
        """A video: a few are watched by many."""
        return f"load{min(VIDEOS - 1, int(random.paretovariate(0.5))):07d}"

    @task(LOOK_UPS_A_DAY)
    def look_up(self) -> None:
        """Four characters of a video's hash; most have nothing."""
        prefix = hashlib.sha256(self.video().encode()).hexdigest()[:4]
        self._get(f"/api/videos/{prefix}", "/api/videos/:prefix", 200, 404)

    @task(VOTES_A_DAY)
    def vote(self) -> None:
        """Somebody new, or nearly."""
        body = {
            "videoId": self.video(),
            "userId": secrets.token_hex(32),
            "category": random.choice(CATEGORIES),
        }
        with self.client.post("/api/votes", json=body, catch_response=True) as answer:
            if answer.status_code != 200:
                answer.failure(f"status {answer.status_code}")

    @task(DELTAS_A_DAY)
    def delta(self) -> None:
        """What changed since the last one."""
        if not self.since:
            return
        path = f"/api/sync/delta?format=compact&cursor={quote(self.since)}"
        answer = self._get(path, "/api/sync/delta", 200)
        if answer is not None and answer.status_code == 200:
            self.since = answer.json().get("nextCursor") or self.since

    @task(COPIES_A_DAY)
    def copy(self) -> None:
        """The compact copy, after a look at what it is."""
        self._get("/api/sync/compact", "/api/sync/compact", 200)
        answer = self._get("/api/sync/manifest", "/api/sync/manifest", 200)
        if answer is not None and answer.status_code == 200:
            self.since = f"{answer.json()['revision']}-0"

    def _get(self, path: str, name: str, *right: int):
        headers = {"Accept-Encoding": "gzip"}
        with self.client.get(path, name=name, headers=headers, catch_response=True) as answer:
            if answer.status_code in right:
                answer.success()
            else:
                answer.failure(f"status {answer.status_code}")
            return answer
