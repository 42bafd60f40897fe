"""What a clip has in common with all others, worked out once it is processed."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from common.db import rows
from evidence.media import sound
from evidence.models import Clip, Match, Sound
from evidence.search import near, sql

LOOKED_UP = 256
"""Terms of a clip's sound that are looked for."""
LEAST_TERMS = 3
MOST_SOUNDS = 20


def match(clip: UUID) -> int:
    """Store what `clip` shares with others, in place of what was stored; with how many it does."""
    found: dict[UUID, Match] = {}
    back: dict[UUID, Match] = {}
    frames = near.shared(clip)
    counts = near.searchable([clip, *(other for other, _, _ in frames)])
    for other, mine, its in frames:
        found[other] = Match(clip_id=clip, other_id=other, frames=mine, of=counts[clip])
        back[other] = Match(clip_id=other, other_id=clip, frames=its, of=counts[other])
    for other, (mine_s, its_s) in _sounds(clip).items():
        found.setdefault(other, Match(clip_id=clip, other_id=other)).sound_s = mine_s
        back.setdefault(other, Match(clip_id=other, other_id=clip)).sound_s = its_s
    matches = sorted([*found.values(), *back.values()], key=lambda it: (it.clip_id, it.other_id))
    with transaction.atomic():
        # Another clip that is matched at the same moment may store the same pair.
        alive = set(
            Clip.objects.select_for_update(of=("self",), no_key=True)
            .filter(pk__in={clip, *found})
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        Match.objects.filter(Q(clip=clip) | Q(other=clip)).delete()
        Match.objects.bulk_create(
            it for it in matches if it.clip_id in alive and it.other_id in alive
        )
    return len(found)


def store_sound(clip: UUID, fingerprint: bytes) -> None:
    """Have the sound of a clip looked up by its fingerprint."""
    terms = sound.terms(fingerprint)
    Sound.objects.filter(pk=clip).delete()
    if terms:
        Sound.objects.create(clip_id=clip, terms=terms)


def _sounds(clip: UUID) -> dict[UUID, tuple[float, float]]:
    """Clips that have the same sound: seconds of this one, and of theirs."""
    terms = Sound.objects.filter(pk=clip).values_list("terms", flat=True).first() or []
    step = max(1, len(terms) // LOOKED_UP)
    asked = {"clip": clip, "terms": terms[::step], "least": LEAST_TERMS, "most": MOST_SOUNDS}
    others = [other for (other,) in rows(sql.LIKE_SOUND, asked)]
    prints: dict[UUID, bytes] = defaultdict(bytes)
    if others:
        of = Clip.objects.filter(pk__in=[clip, *others]).values_list("pk", "fingerprint")
        prints |= {pk: bytes(print_ or b"") for pk, print_ in of}
    seconds = {
        other: (
            sound.same_s(prints[clip], prints[other]),
            sound.same_s(prints[other], prints[clip]),
        )
        for other in others
    }
    return {other: both for other, both in seconds.items() if any(both)}
