"""What is lived, by name. Parameters were chosen on seeds below `FIRST_SEED`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from benchmarks.notes.world import APPEAL, COPY, POOR, SLANT, SPAM, Attack, Setup

FIRST_SEED = 1000
BASE = Setup(0)


def _attacked(attack: Attack, jurors: int = 40, *, chosen: bool = False) -> Setup:
    return replace(BASE, jurors=jurors, chosen=chosen, attack=attack)


def _pushed(share: float, appeal: float = SPAM, *, sleeper: bool = False) -> Attack:
    """A ring that counts to both sides, and thirty notes of its own."""
    return Attack(share, writes=30, appeal=appeal, poses=True, sleeper=sleeper)


HONEST: Mapping[str, Setup] = {
    "30 % partisans": BASE,
    "no partisans": replace(BASE, partisans=0),
    "60 % partisans": replace(BASE, partisans=0.6),
    "50 % partisans, three of four on one side": replace(BASE, partisans=0.5, one_sided=True),
    "views half as plain in answers": replace(BASE, tell=0.04),
    "views that answers do not show": replace(BASE, tell=0),
    "12 jurors": replace(BASE, jurors=12),
    "20 jurors": replace(BASE, jurors=20),
    "400 jurors": replace(BASE, jurors=400),
    "a fifth of what is asked is rated": replace(BASE, response=0.2),
}
_POOR = APPEAL[POOR]
ATTACKS: Mapping[str, Setup] = {
    "spam links, ring of 10 %": _attacked(_pushed(0.1)),
    "spam links, ring of 20 %": _attacked(_pushed(0.2)),
    "spam links, 3 of 12 jurors": _attacked(_pushed(0.25), 12),
    "poor notes rated up, 10 %": _attacked(_pushed(0.1, _POOR)),
    "poor notes rated up, 20 %": _attacked(_pushed(0.2, _POOR)),
    "poor notes rated up, 30 %": _attacked(_pushed(0.3, _POOR)),
    "the same, not posing on both sides": _attacked(Attack(0.3, writes=30, appeal=_POOR)),
    "sleepers, 20 %": _attacked(_pushed(0.2, _POOR, sleeper=True)),
    "one text everywhere, 10 %": _attacked(_pushed(0.1, COPY)),
    "one side's mob pushes its own, 20 %": _attacked(
        Attack(0.2, writes=30, appeal=0.0, slant=SLANT, mob=True)
    ),
    "12 of 400, by lot": _attacked(_pushed(0.03, _POOR), 400),
    "40 of 400, by lot": _attacked(_pushed(0.1, _POOR), 400),
    "40 of 400, who rate what they please": _attacked(_pushed(0.1, _POOR), 400, chosen=True),
}
DOWN: Mapping[str, Setup] = {
    "good notes rated down, 10 %": _attacked(Attack(0.1, down=30, poses=True)),
    "good notes rated down, 20 %": _attacked(Attack(0.2, down=30, poses=True)),
    "good notes rated down, 20 %, all on one side": _attacked(Attack(0.2, down=30)),
}
