"""What readers of lists hand on: entries, what was left out, and the count of every line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

BLOCK, WARN, TIE = "block", "warn", "tie"
REJECT_TEXT_MAX = 80
EXAMPLES = 3
# Reasons that quote the file could be as many as its lines.
REASONS_MAX = 40
OTHER_REASONS = "other reasons"
# An entry without a level gets the import's: it flags, which a tie does not.
_STRENGTH = {TIE: 0, None: 1, WARN: 2, BLOCK: 3}


@dataclass(frozen=True, slots=True)
class Entry:
    """A channel by `channel_id`, normal `handle` or both; `level` None is the import's level.

    `cut`: it is on the last line of a file that does not end with a line end.
    """

    channel_id: str | None
    handle: str | None
    level: str | None
    line: int
    cut: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Reject:
    """What was left out and why; `text` is printable and has at most 80 characters."""

    line: int
    text: str
    reason: str


@dataclass(slots=True)
class Read:
    """What one line gave; a rule or a row may take several (`lines`).

    With entries it counts as taken, else with rejects as rejected, else as a comment or blank.
    """

    line: int
    entries: Sequence[Entry] = ()
    rejects: Sequence[Reject] = ()
    comment: bool = False
    lines: int = 1


class UnreadableList(ValueError):
    """The file is in no known format, or nothing in it is a channel."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Refused(Exception):
    """One entry cannot be used; the message is the reason."""


@dataclass
class Tally:
    """Every line of a file, counted once: `lines` = taken + rejected + comments + blank.

    In JSON a line is an element. `reasons` counts rejected lines; `parts` counts what was left
    out of lines that gave an entry all the same. `examples` has the first of each reason.
    """

    taken: int = 0
    rejected: int = 0
    comments: int = 0
    blank: int = 0
    entries: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    parts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[Reject]] = field(default_factory=dict)

    @property
    def lines(self) -> int:
        """How many lines were read, of any kind."""
        return self.taken + self.rejected + self.comments + self.blank

    def add(self, read: Read) -> None:
        """Count what one line gave."""
        if read.entries:
            self.taken += read.lines
            self.entries += len(read.entries)
        elif read.rejects:
            self.rejected += read.lines
        elif read.comment:
            self.comments += read.lines
        else:
            self.blank += read.lines
        # A line is rejected once, for its first reason.
        for reject in read.rejects if read.entries else read.rejects[:1]:
            reason = reject.reason
            if reason not in self.examples and len(self.examples) >= REASONS_MAX:
                reason = OTHER_REASONS
            shown = self.examples.setdefault(reason, [])
            if len(shown) < EXAMPLES:
                shown.append(reject)
            if read.entries:
                self.parts[reason] += 1
            else:
                self.reasons[reason] += read.lines


def read_one(line: int, shown: str, read: Callable[[], Entry], *, lines: int = 1) -> Read:
    """The entry, or a reject that shows `shown`."""
    try:
        return Read(line, (read(),), lines=lines)
    except Refused as refused:
        return Read(line, rejects=(rejected(line, shown, str(refused)),), lines=lines)


def rejected(line: int, shown: str, reason: str) -> Reject:
    """A reject whose text is fit to be shown."""
    return Reject(line, printable(shown.strip()[:REJECT_TEXT_MAX]), reason)


def stronger(one: str | None, other: str | None) -> str | None:
    """The level that wins when a list has a channel twice: block, warn, None, tie."""
    return max(one, other, key=_STRENGTH.__getitem__)


def printable(text: str) -> str:
    """The text with `?` for each character that is not safe on a terminal."""
    return "".join(c if c.isprintable() else "?" for c in text)


Reads = Iterator[Read]
