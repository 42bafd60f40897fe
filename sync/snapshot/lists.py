"""Text lists for clients that take nothing else (docs/sync.md#text-lists).

Each is kept as lines by falling score, so that a list from any score on is the beginning of its
file. The formats are those of the clients that read them: uBlock Origin (cosmetic filters,
github.com/gorhill/uBlock), BlockTube (JSON export with `//` comments), FreeTube (JSON array).
"""

from __future__ import annotations

import heapq
import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self
from urllib.parse import quote

import orjson

from channels.blocklists.text import also_from
from sync.compact import channel_names
from sync.passing import passed_on

# More rules than this slow a filter engine down; the highest scores are the ones that stay.
CAP = 100_000
LEAST_SCORE = 1
DEFAULT_SCORE = {"channels": 80, "videos": 50}
_CARDS = (
    "ytd-rich-item-renderer,ytd-video-renderer,ytd-compact-video-renderer,"
    "ytd-grid-video-renderer,ytd-playlist-video-renderer,ytd-channel-renderer,"
    "ytd-reel-item-renderer,yt-lockup-view-model,ytm-shorts-lockup-view-model,"
    "ytm-video-with-context-renderer,ytm-compact-video-renderer"
)


@dataclass(frozen=True)
class Form:
    """How a list of a kind is written: one line per object, and what is around the lines."""

    media_type: str
    line: Callable[[Mapping[str, Any]], str]
    comment: str = "# "
    before: str = ""
    after: str = ""
    between: str = "\n"
    in_json: bool = False


def _channel_rule(channel: Mapping[str, Any]) -> str:
    hrefs = []
    for name in channel_names(channel):
        if name.startswith("@"):
            # Ended or followed by a slash: `@ab` must not hide `@abc`. YouTube's own links have
            # other scripts percent-encoded.
            for shown in dict.fromkeys((name, quote(name, safe="@"))):
                hrefs += [f'a[href="/{shown}" i]', f'a[href^="/{shown}/" i]']
        else:
            hrefs.append(f'a[href^="/channel/{name}"]')
    return f"youtube.com##:is({_CARDS}):has({','.join(hrefs)})"


def _video_rule(video: Mapping[str, Any]) -> str:
    name = video["videoId"]
    hrefs = f'a[href="/watch?v={name}"],a[href^="/watch?v={name}&pp="],a[href^="/shorts/{name}"]'
    return f"youtube.com##:is({_CARDS}):has({hrefs})"


def _quoted(text: str) -> str:
    return orjson.dumps(text).decode()


def _blocktube(member: str, name: Callable[[Mapping[str, Any]], list[str]]) -> Form:
    return Form(
        "application/json",
        lambda entry: ",\n".join(map(_quoted, name(entry))),
        comment="// ",
        before=f'{{"filterData":{{"{member}":[\n',
        after="\n]}}\n",
        between=",\n",
        in_json=True,
    )


FORMS: dict[str, dict[str, Form]] = {
    "channels": {
        "plain": Form("text/plain; charset=utf-8", lambda c: "\n".join(channel_names(c))),
        "ublock": Form(
            "text/plain; charset=utf-8", _channel_rule, comment="! ", before="[Adblock Plus 2.0]\n"
        ),
        "blocktube": _blocktube("channelId", channel_names),
        "freetube": Form(
            "application/json",
            lambda c: ",\n".join(
                f'{{"name":{_quoted(name)},"preferredName":{_quoted(name)}}}'
                for name in channel_names(c)
            ),
            comment="",  # FreeTube takes every element for a channel
            before="[\n",
            after="\n]\n",
            between=",\n",
            in_json=True,
        ),
    },
    "videos": {
        "plain": Form("text/plain; charset=utf-8", lambda v: v["videoId"]),
        "ublock": Form(
            "text/plain; charset=utf-8", _video_rule, comment="! ", before="[Adblock Plus 2.0]\n"
        ),
        "blocktube": _blocktube("videoId", lambda v: [v["videoId"]]),
    },
}


class ListFiles:
    """The lines of every list, written while the snapshot is built, and where scores begin."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.index: dict[str, dict[str, Any]] = {}
        self._open = ExitStack()
        self._files: dict[tuple[str, str], BinaryIO] = {}
        self._ends: dict[tuple[str, str], list[int]] = {}
        self._counts = {kind: [0] * 101 for kind in FORMS}
        self._total = dict.fromkeys(FORMS, 0)
        self._number = count()
        self._waiting: dict[str, list[tuple[float, int, Mapping[str, Any]]]] = {
            kind: [] for kind in FORMS
        }

    def __enter__(self) -> Self:
        for kind, forms in FORMS.items():
            for name in forms:
                path = self.folder / f"{kind}-{name}"
                self._files[kind, name] = self._open.enter_context(path.open("wb"))
                self._ends[kind, name] = [0] * 101
        return self

    def add(self, kind: str, entry: Mapping[str, Any]) -> None:
        """Append what of an object may be passed on; call it by falling score."""
        passed = passed_on(entry)
        if passed is None:
            return
        if passed is not entry:  # its place comes later: less may be passed on
            waiting = (-passed["score"], next(self._number), passed)
            heapq.heappush(self._waiting[kind], waiting)
            return
        self._add_waiting(kind, entry["score"])
        self._append(kind, entry)

    def _add_waiting(self, kind: str, score: float) -> None:
        """Append what has waited for its place, if it is above this score."""
        while self._waiting[kind] and -self._waiting[kind][0][0] > score:
            self._append(kind, heapq.heappop(self._waiting[kind])[2])

    def _append(self, kind: str, entry: Mapping[str, Any]) -> None:
        if entry["score"] < LEAST_SCORE or self._total[kind] == CAP:
            return
        self._total[kind] += 1
        score = int(entry["score"])
        self._counts[kind][score] = self._total[kind]
        for name, form in FORMS[kind].items():
            file = self._files[kind, name]
            between = form.between if self._total[kind] > 1 else ""
            file.write((between + form.line(entry)).encode())
            self._ends[kind, name][score] = file.tell()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._open:
            for each in FORMS if error is None else ():
                self._add_waiting(each, 0)
            for file in self._files.values():
                file.flush()
                os.fsync(file.fileno())
        for (name, form), ends in self._ends.items():
            self.index[f"{name}-{form}"] = {
                "ends": from_above(ends),
                "counts": from_above(self._counts[name]),
            }


@dataclass(frozen=True)
class Wanted:
    """Which list: `channels` or `videos`, its form, and the least score, 1-100."""

    kind: str
    form: str
    min_score: int

    @property
    def name(self) -> str:
        """Of its file, and in the index."""
        return f"{self.kind}-{self.form}"

    @property
    def finished_name(self) -> str:
        """Of the whole list with the default score, as nginx serves it."""
        return self.name + (".json" if FORMS[self.kind][self.form].in_json else ".txt")

    @property
    def media_type(self) -> str:
        """For `Content-Type`."""
        return FORMS[self.kind][self.form].media_type


def without_parameters() -> list[Wanted]:
    """The lists that are written whole: in each form, with the score of who asks for none."""
    return [
        Wanted(kind, form, DEFAULT_SCORE[kind]) for kind, forms in FORMS.items() for form in forms
    ]


def around(wanted: Wanted, count: int, manifest: Mapping[str, Any]) -> tuple[bytes, bytes]:
    """What comes before the lines of `count` objects, describing them, and after."""
    form = FORMS[wanted.kind][wanted.form]
    facts = [
        f"Title: RealTube {wanted.kind} with a score of {wanted.min_score} or more",
        f"Count: {count}",
        f"Revision: {manifest['revision']} of {manifest['generatedAt']}",
        f"Licence: {manifest['licence']}",
        # An older snapshot has no such member.
        *(also_from(it["name"], it["licence"]) for it in manifest.get("lists", ())),
    ]
    if count == CAP:
        facts.append(f"Only the {CAP} highest scores are listed.")
    comments = [form.comment + fact for fact in facts] if form.comment else []
    if form.in_json:
        header = ",\n".join(map(_quoted, comments)) + (",\n" if comments and count else "")
    else:
        header = "\n".join(comments) + "\n"
    after = form.after or ("\n" if count else "")
    return (form.before + header).encode(), after.encode()


def from_above(values: list[int]) -> list[int]:
    """At each score what was reached there or, if nothing was, at the next one above."""
    result = list(values)
    for score in range(99, -1, -1):
        result[score] = max(result[score], result[score + 1])
    return result
