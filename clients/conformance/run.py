"""Runs both kits against a server: `python run.py ORIGIN [--key RW...]`; see README.md."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "clients/python/src"))

from realtube_client import (  # noqa: E402 - from beside this file
    Client,
    MemoryStore,
    Patience,
    Pin,
    Refused,
    new_identity,
    user_id_of,
)
from realtube_client.full import contents, unpacked  # noqa: E402

INSTALLED = ROOT / "build/typescript/node_modules/realtube-client/dist/index.js"
UNKNOWN = "conformance"  # a video that does not exist, of 11 characters
WITHIN_S = 600
NOTHING = "-"
PICTURE = b"\xff\xd8\xff"  # goes with the vote, before anybody looks at it


@dataclass
class Sample:
    """What a site has for the kits to find: its highest video and channel, if there are any."""

    origin: str
    key: str
    video: dict[str, Any] = field(default_factory=dict)
    channel: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, origin: str, key: str) -> Sample:
        """Asked without a kit."""
        page = fetched(f"{origin}/api/sync/full?limit=1")
        video, channel = (next(iter(page[name]), {}) for name in ("videos", "channels"))
        name = video.get("channelId") or video.get("channelHandle")
        if not channel and name:
            channel = fetched(f"{origin}/api/channels/{name}")
        return cls(origin, key, video, channel)


def fetched(url: str) -> dict[str, Any]:
    """The JSON object there."""
    with urllib.request.urlopen(url, timeout=60) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def expect(is_right: bool, what: str) -> None:
    """Raise what is wrong."""
    if not is_right:
        raise AssertionError(what)


class Python:
    """The checks, with the Python kit. Each returns what it saw, `NOTHING` if there is nothing."""

    def __init__(self, sample: Sample, folder: Path) -> None:
        self.sample, self.folder = sample, folder
        self.pin = Pin(sample.key)
        self.client = Client(
            sample.origin,
            user_agent="conformance/1",
            pin=self.pin,
            patience=Patience(longest_s=90),
        )
        self.store = MemoryStore()

    def look_up(self) -> str:
        """A video by its prefix."""
        video_id = self.sample.video.get("videoId")
        expect(self.client.lookup(UNKNOWN) is None, "there is a video that does not exist")
        if video_id is None:
            return NOTHING
        found = self.client.lookup(video_id)
        expect(found is not None and found.score == self.sample.video["score"], f"{found}")
        return "found"

    def batch(self) -> str:
        """More prefixes than one request takes."""
        ids = [f"v{n}" for n in range(150)]
        if not self.sample.video:
            return NOTHING if self.client.lookup_many(ids) == {} else "others"
        video_id = self.sample.video["videoId"]
        found = self.client.lookup_many([*ids, video_id])
        expect([*found] == [video_id], f"found {[*found]}")
        return "found"

    def direct(self) -> str:
        """A video by its id."""
        expect(self.client.video(UNKNOWN) is None, "there is a video that does not exist")
        if not self.sample.video:
            return NOTHING
        found = self.client.video(self.sample.video["videoId"])
        expect(found is not None and found.score == self.sample.video["score"], f"{found}")
        return "found"

    def channel(self) -> str:
        """A channel by its id or handle."""
        expect(self.client.channel("@nobody-is-called-so") is None, "a channel that is none")
        if not self.sample.channel:
            return NOTHING
        found = self.client.channel(self.sample.channel["channelId"])
        expect(found is not None and found.score == self.sample.channel["score"], f"{found}")
        return "found"

    def snapshot(self) -> str:
        """The compact snapshot, and what changed since."""
        followed = self.client.follow(self.store)
        expect(followed.copied and not followed.refused, followed.refused)
        video = self.sample.video
        held = self.store.video(video["videoId"]) if video else None
        expect(not video or (held is not None and held.score == int(video["score"])), f"{held}")
        return "followed"

    def delta(self) -> str:
        """From there on."""
        followed = self.client.follow(self.store)
        expect(not followed.copied, "took a new copy")
        return "followed"

    def statement(self) -> str:
        """Whether the snapshot was signed."""
        expect(self.pin.time is not None or not self.sample.key, "it is not signed")
        return "signed" if self.pin.time else "unsigned"

    def everything(self) -> str:
        """The copy of whole objects."""
        copy = self.client.download_full(self.folder / "full")
        try:
            with copy.path.open("rb") as file:
                entries = list(contents(unpacked(file)).objects)
        except ImportError:  # zstandard, which an extra of the kit brings
            return "downloaded"
        ids = {entry.get("videoId") for entry in entries}
        expect(not self.sample.video or self.sample.video["videoId"] in ids, "it lacks a video")
        return "downloaded"

    def errors(self) -> str:
        """What is refused, and how."""
        said = [self._refused(lambda: self.client.bucket("xyz"))]
        said.append(self._refused(lambda: self.client.vote("short", UNKNOWN, "fully_ai")))
        expect(said[0] == "INVALID_PREFIX", said[0])
        expect(said[1] in ("INVALID_FIELD", "READ_ONLY"), said[1])
        return "refused"

    def votes(self) -> str:
        """A vote and its withdrawal, where votes are taken."""
        user = user_id_of(new_identity())
        try:
            cast = self.client.vote(user, UNKNOWN, "fully_ai")
        except Refused as error:
            expect(error.code == "READ_ONLY", f"{error.code}: {error}")
            return "read-only"
        expect(cast.pending or 0 <= cast.new_score <= 100, f"{cast}")
        try:
            self.client.show_pictures(user, UNKNOWN, {1.0: PICTURE})
        except Refused as error:
            expect(error.code == "NOT_FOUND" and not cast.shots, f"{error.code}: {error}")
        expect(self.client.withdraw(user, UNKNOWN), "there was no vote")
        expect(not self.client.withdraw(user, UNKNOWN), "it was withdrawn twice")
        return "taken-with-pictures" if cast.shots else "taken"

    @staticmethod
    def _refused(ask: Callable[[], object]) -> str:
        try:
            ask()
        except Refused as error:
            return error.code
        raise AssertionError("it was taken")


CHECKS = (
    "look_up",
    "batch",
    "direct",
    "channel",
    "snapshot",
    "delta",
    "statement",
    "everything",
    "errors",
    "votes",
)
Row = tuple[str, bool, str]


def python(sample: Sample) -> Iterator[Row]:
    """Name, whether it is right, and what was seen, of each check."""
    with tempfile.TemporaryDirectory() as folder:
        kit = Python(sample, Path(folder))
        with kit.client:
            for name in CHECKS:
                try:
                    yield name, True, getattr(kit, name)()
                except Exception as error:
                    yield name, False, f"{type(error).__name__}: {error}"


def typescript(sample: Sample) -> Iterator[Row]:
    """The same with the TypeScript kit; nothing where it is not installed."""
    if not INSTALLED.exists():
        return
    given = json.dumps(vars(sample) | {"unknown": UNKNOWN, "kit": INSTALLED.as_uri()})
    command = ["node", str(HERE / "typescript.mjs"), given]
    done = subprocess.run(  # noqa: S603
        command, capture_output=True, text=True, check=False, timeout=WITHIN_S
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    for line in done.stdout.splitlines():
        name, is_right, seen = json.loads(line)
        yield name, bool(is_right), str(seen)


def main() -> int:
    """Print the table; 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("origin", help="such as https://realtube.example")
    parser.add_argument("--key", default="", help="the public key that it has to sign with")
    given = parser.parse_args()
    sample = Sample.of(given.origin.rstrip("/"), given.key)
    print(f"{sample.origin}: {sample.video.get('videoId', 'nothing is flagged')}")
    rows = {"Python": [*python(sample)], "TypeScript": [*typescript(sample)]}
    for kit, seen in rows.items():
        if not seen:
            print(f"{kit:<12}not run: make check-typescript")
        for name, is_right, what in seen:
            print(f"{kit:<12}{name:<12}{'ok' if is_right else 'WRONG':<7}{what}")
    return int(any(not is_right for seen in rows.values() for _, is_right, _ in seen))


if __name__ == "__main__":
    sys.exit(main())
