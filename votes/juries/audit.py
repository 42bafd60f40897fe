"""Checks draws by their log, without anything of the program that made them (docs/juries.md#draws).

Reads the tables of the log alone and works out anew, from each seed, who had to be asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from common.db import rows

_DRAWS = """
SELECT id, seed, jurors, voices, "left" FROM votes_draw WHERE id > %(after)s ORDER BY id LIMIT 1
"""
_BATCHES = """
SELECT panel_id, batch, size, barred, taken, picks FROM votes_drawnbatch
WHERE draw_id = %(draw)s ORDER BY id
"""
_SAMPLED = """
SELECT s.month, s.seed, i.side, array_agg(i.panel_id ORDER BY i.place),
  CASE i.side WHEN 'ai' THEN s.of_ai ELSE s.of_human END
FROM votes_sample s JOIN votes_sampleitem i ON i.sample_id = s.month
GROUP BY s.month, i.side ORDER BY s.month, i.side
"""
# What a sample had to be drawn from, as it was then.
_TO_SAMPLE = """
SELECT p.id FROM votes_panel p JOIN votes_sample s ON s.month = %(month)s
WHERE p.outcome = %(side)s AND (p.decided_at AT TIME ZONE 'UTC')::date >= s.month
  AND (p.decided_at AT TIME ZONE 'UTC')::date < s.month + interval '1 month'
  AND NOT EXISTS (SELECT FROM votes_panel l
    WHERE l.target_id = p.target_id AND l.target_type = p.target_type AND l.id > p.id
      AND l.outcome IN ('ai', 'human') AND l.decided_at <= s.drawn_at)
ORDER BY p.id
"""
# Questions of panels whose juror no draw has picked.
_UNDRAWN = """
SELECT q.panel_id, count(*) FROM votes_question q JOIN votes_juror j ON j.voter_id = q.juror_id
WHERE q.panel_id IS NOT NULL AND NOT EXISTS (
  SELECT FROM votes_drawnbatch b WHERE b.panel_id = q.panel_id AND j.number = ANY(b.picks))
GROUP BY q.panel_id ORDER BY q.panel_id
"""


def faults() -> Iterator[str]:
    """What is wrong with draws and samples, in words; nothing if all are as their seeds say."""
    after = 0
    while found := rows(_DRAWS, {"after": after}):
        ((after, seed, jurors, voices, left),) = found
        yield from _faults_of(
            after, bytes(seed), jurors, voices, dict(zip(jurors, left, strict=True))
        )
    yield from _faults_of_samples()
    for panel, count in rows(_UNDRAWN):
        yield f"panel {panel}: {count} were asked whom no draw has picked"


def _faults_of_samples() -> Iterator[str]:
    for month, seed, side, items, count in rows(_SAMPLED):
        name = f"sample {month:%Y-%m} {side}"
        found = [row[0] for row in rows(_TO_SAMPLE, {"month": month, "side": side})]
        order = [found[place] for place in _order(bytes(seed), name, len(found))][: len(items)]
        if (order, len(found)) != (items, count):
            yield f"{name}: the seed says {order} of {len(found)}, not {items} of {count}"


def _faults_of(
    draw: int, seed: bytes, jurors: list[int], voices: list[int], left: dict[int, int]
) -> Iterator[str]:
    for panel, batch, size, barred, taken, picks in rows(_BATCHES, {"draw": draw}):
        wanted: list[int] = []
        heard, not_these = set(taken), set(barred)
        for place in _order(seed, f"panel {panel} batch {batch}", len(jurors)):
            if len(wanted) == size:
                break
            juror, voice = jurors[place], voices[place]
            if voice in heard or juror in not_these or left[juror] == 0:
                continue
            heard.add(voice)
            wanted.append(juror)
        for juror in wanted:
            left[juror] -= 1
        if wanted != picks:
            yield f"draw {draw}, panel {panel}, batch {batch}: the seed says {wanted}, not {picks}"


def _order(seed: bytes, name: str, count: int) -> Iterator[int]:
    """A Fisher-Yates shuffle of 0 to `count` - 1 from the front, by SHA-256 of seed, name, step."""
    places = list(range(count))
    for step in range(count):
        digest = hashlib.sha256(seed + name.encode() + step.to_bytes(8, "big"))
        number = int(digest.hexdigest(), 16)
        at = step + number % (count - step)
        places[step], places[at] = places[at], places[step]
        yield places[step]
