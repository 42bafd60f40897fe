"""Which jurors are asked: draws that anybody can repeat from their log. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256


def stream(seed: bytes, question: str) -> Iterator[int]:
    """Endless numbers 0 to 2^256 - 1, each as likely as the others, the same for the same seed.

    Number i, from 0, is SHA-256 of the seed, the question's name in UTF-8 and i as 8 bytes,
    big-endian, read as a big-endian number. Seeds of a log are all of the same length.
    """
    name = seed + question.encode()
    i = 0
    while True:
        yield int.from_bytes(sha256(name + i.to_bytes(8)).digest())
        i += 1


def shuffled(seed: bytes, question: str, count: int) -> Iterator[int]:
    """0 to `count` - 1 in an order that is drawn: as likely as any other, as far as it is read.

    Step i swaps place i with place i + (number i of `stream`) mod (`count` - i), and yields what
    is in place i then. Costs what is read, not `count`. (The remainder's bias is below 2^-200.)
    Source: Fisher-Yates (Durstenfeld 1964), with only the moved places kept.
    """
    moved: dict[int, int] = {}
    for i, number in zip(range(count), stream(seed, question), strict=False):
        at = i + number % (count - i)
        here = moved.pop(i, i)
        yield here if at == i else moved.get(at, at)
        moved[at] = here


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
    """
    voices = set(taken)
    found: list[str] = []
    for n in shuffled(seed, question, len(jurors)):
        if len(found) >= size:
            break
        juror = jurors[n]
        if voice(juror) not in voices and may(juror):
            voices.add(voice(juror))
            found.append(juror)
    return found
