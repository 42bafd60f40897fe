"""Fingerprints of sound (Chromaprint), and how long two of them are the same. Comparing is pure.

A fingerprint is a 32-bit number for about every eighth of a second, in little endian. Source of
the comparison: L. Lalinsky, "How does Chromaprint work?", and AcoustID's index, which looks for
numbers without their lowest bits and then counts differing bits at one offset.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evidence.media import ffmpeg
from evidence.media.sandbox import Limits

ITEM_S = 4096 / 3 / 11025
"""Seconds from one number to the next."""
LISTENED_S = 600
"""Seconds of a clip of which a fingerprint is taken."""
SAME_BITS = 9
"""Of 32 bits, how many may differ on average where sound is the same; chance has 16."""
LEAST_S = 8.0
"""Shorter than this is no match: a jingle is on many clips."""
_WINDOW = 24
_TERM_BITS = 8
_PRINT = "sound.print"
_LIMITS = Limits(wall_s=600, cpu_s=300, file_bytes=16 * 1024**2)
Numbers = NDArray[np.uint32]


def fingerprint(rendition: Path, *, folder: Path) -> bytes:
    """Of the first ten minutes of a rendition that has sound; empty if there is too little."""
    ffmpeg.convert(
        [
            *ffmpeg.source(rendition, strange=False),
            *("-vn", "-map", "0:a:0", "-t", str(LISTENED_S)),
            *("-f", "chromaprint", "-fp_format", "raw", _PRINT),
        ],
        folder=folder,
        limits=_LIMITS,
    )
    return (folder / _PRINT).read_bytes()


def terms(print_: bytes) -> list[int]:
    """What a fingerprint is looked up by: its distinct numbers without their lowest bits.

    Numbers that stay the same for seconds, as in silence, say nothing and are left out.
    """
    numbers = _numbers(print_)
    short = numbers >> _TERM_BITS
    found, counts = np.unique(short, return_counts=True)
    return [int(it) for it in found[counts <= _WINDOW]]


def same_s(one: bytes, other: bytes) -> float:
    """How many seconds of `one` are in `other`, at the offset at which most are."""
    a, b = _numbers(one), _numbers(other)
    best = 0
    for offset in _offsets(a, b):
        first, last = max(0, -offset), min(len(a), len(b) - offset)
        if last - first >= _WINDOW:
            best = max(best, _same(a[first:last], b[first + offset : last + offset]))
    seconds = best * ITEM_S
    return seconds if seconds >= LEAST_S else 0.0


def _offsets(a: Numbers, b: Numbers, most: int = 3) -> list[int]:
    """By how much `b` lies later than `a`, most likely first: where like numbers meet."""
    of_b: dict[int, list[int]] = {}
    for place, term in enumerate((b >> _TERM_BITS).tolist()):
        of_b.setdefault(term, []).append(place)
    votes: dict[int, int] = {}
    for place, term in enumerate((a >> _TERM_BITS).tolist()):
        places = of_b.get(term, [])
        if len(places) <= _WINDOW:
            for other in places:
                votes[other - place] = votes.get(other - place, 0) + 1
    return sorted(votes, key=lambda offset: -votes[offset])[:most]


def _same(a: Numbers, b: Numbers) -> int:
    """How many places lie in some stretch of about three seconds that is the same in both."""
    wrong = np.bitwise_count(a ^ b).astype(np.int64)
    sums = np.convolve(wrong, np.ones(_WINDOW, dtype=np.int64), "valid")
    moving = np.convolve(np.concatenate([[0], np.diff(a) != 0]), np.ones(_WINDOW), "valid")
    alike = (sums <= SAME_BITS * _WINDOW) & (moving > _WINDOW / 2)
    covered = np.zeros(len(a), dtype=bool)
    for start in np.flatnonzero(alike):
        covered[start : start + _WINDOW] = True
    return int(covered.sum())


def _numbers(print_: bytes) -> Numbers:
    return np.frombuffer(print_[: len(print_) // 4 * 4], dtype="<u4")
