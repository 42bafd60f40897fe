"""Which jurors are asked: draws that anybody can repeat from their log. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256


def stream(seed: bytes, question: str, below: int) -> Iterator[int]:
    """Endless numbers 0 to `below` - 1, each as likely as the others, the same for the same seed.

    Number i is SHA-256 of the seed, the question's name in UTF-8 and i as 8 bytes, big-endian,
    read as a number and reduced modulo `below`. (Of 2^256 numbers, the last few are cut off by
    that: a bias of less than 2^-200.)
    """
    name = question.encode()
    i = 0
    while True:
        yield int.from_bytes(sha256(seed + name + i.to_bytes(8)).digest()) % below
        i += 1


def panel(
    seed: bytes,
    question: str,
    jurors: Sequence[str],
    *,
    size: int,
    may: Callable[[str], bool],
    voice: Callable[[str], str],
    taken: frozenset[str] = frozenset(),
) -> list[str]:
    """At most `size` jurors for a question: the first of a shuffle who may, one of each voice.

    `jurors` in the order of the log; `may` says whether a juror can be asked (questions left
    today, not a nominator, not of an earlier panel); `taken` are voices already on this panel.
    Source: Fisher-Yates, drawn from `stream`.
    """
    order = list(range(len(jurors)))
    voices = set(taken)
    found: list[str] = []
    for end in range(len(order), 0, -1):
        at = next(stream(seed, f"{question}/{end}", end))
        order[at], order[end - 1] = order[end - 1], order[at]
        juror = jurors[order[end - 1]]
        if voice(juror) not in voices and may(juror):
            voices.add(voice(juror))
            found.append(juror)
            if len(found) == size:
                break
    return found
