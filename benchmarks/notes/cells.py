"""What is lived, by name. Parameters were chosen on seeds below `FIRST_SEED`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from benchmarks.notes.world import APPEAL, COPY, POOR, SLANT, Attack, Setup

FIRST_SEED = 1000
BASE = Setup(0)


def _attacked(jurors: int = 40, *, chosen: bool = False, **attack: object) -> Setup:
    return replace(BASE, jurors=jurors, chosen=chosen, attack=Attack(**attack))  # type: ignore[arg-type]


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
_PUSH = {"writes": 30, "poses": True}
ATTACKS: Mapping[str, Setup] = {
    "spam links, ring of 10 %": _attacked(share=0.1, **_PUSH),
    "spam links, ring of 20 %": _attacked(share=0.2, **_PUSH),
    "spam links, 3 of 12 jurors": _attacked(12, share=0.25, **_PUSH),
    "poor notes rated up, 10 %": _attacked(share=0.1, appeal=APPEAL[POOR], **_PUSH),
    "poor notes rated up, 20 %": _attacked(share=0.2, appeal=APPEAL[POOR], **_PUSH),
    "poor notes rated up, 30 %": _attacked(share=0.3, appeal=APPEAL[POOR], **_PUSH),
    "the same, not posing on both sides": _attacked(share=0.3, appeal=APPEAL[POOR], writes=30),
    "sleepers, 20 %": _attacked(share=0.2, appeal=APPEAL[POOR], sleeper=True, **_PUSH),
    "one text everywhere, 10 %": _attacked(share=0.1, appeal=COPY, **_PUSH),
    "one side's mob pushes its own, 20 %": _attacked(
        share=0.2, writes=30, appeal=0.0, slant=SLANT, mob=True
    ),
    "12 of 400, by lot": _attacked(400, share=0.03, appeal=APPEAL[POOR], **_PUSH),
    "40 of 400, by lot": _attacked(400, share=0.1, appeal=APPEAL[POOR], **_PUSH),
    "40 of 400, who rate what they please": _attacked(
        400, chosen=True, share=0.1, appeal=APPEAL[POOR], **_PUSH
    ),
}
DOWN: Mapping[str, Setup] = {
    "good notes rated down, 10 %": _attacked(share=0.1, down=30, poses=True),
    "good notes rated down, 20 %": _attacked(share=0.2, down=30, poses=True),
    "good notes rated down, 20 %, all on one side": _attacked(share=0.2, down=30),
}
