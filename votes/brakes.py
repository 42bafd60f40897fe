"""What administrators hold back at runtime: set by them, read on every write, kept for seconds."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from common import errors
from common.throttling import Limit, LimitExceeded, count
from votes import challenges
from votes.models import Action, Brake, Category, Decision, TargetType, Voter

MEMORY_S = 5.0
READ_ONLY_RETRY_S = 60
JUROR_BITS = 16
"""Zero bits of the proof of work that a juror enrols with: a second of a telephone's time."""
NAMES: tuple[str, ...] = tuple(f.name for f in Brake._meta.concrete_fields if f.editable)
HOLDING = tuple(name for name in NAMES if name not in ("delay_minutes", "confirms"))
"""Those that hold something back while they are set; one says how, one is there to stay."""


class _Memory:
    """What this process last read, and until when (monotonic seconds) it goes by it."""

    brake = Brake()
    until = 0.0


def current() -> Brake:
    """The brakes as they were at most `MEMORY_S` seconds ago; a statement that often, no Redis."""
    now = time.monotonic()
    if now >= _Memory.until:
        _Memory.brake = Brake.objects.first() or Brake()
        _Memory.until = now + MEMORY_S
    return _Memory.brake


def juries_confirm(*, committed: bool = False) -> bool:
    """Whether juries confirm, and votes suspect; as remembered, or as `committed`, which whoever
    writes goes by."""
    brake = (Brake.objects.first() or Brake()) if committed else current()
    return brake.confirms == Brake.Confirms.JURIES


def turn() -> bool:
    """Whether who confirms has changed since this was last asked, so that what it concerns has to
    be marked. Call it in the pipeline's transaction."""
    changed = Brake.objects.exclude(in_force=F("confirms"))
    return bool(changed.update(in_force=F("confirms")))


def forget() -> None:
    """Have this process read the brakes anew."""
    _Memory.until = 0.0


def as_dict(brake: Brake) -> dict[str, Any]:
    """Every brake by its name, as JSON has it."""
    return {name: getattr(brake, name) for name in NAMES}


def refuse_writes_while_read_only() -> None:
    """Raise `ReadOnly` while the service is read-only."""
    if current().read_only:
        raise errors.ReadOnly(
            "The service is read-only for the moment; try again later.",
            retry_after_s=READ_ONLY_RETRY_S,
        )


def admit(*, voter_id: str, category: str, proof: str | None, route: str) -> int | None:
    """Let a vote pass that nothing else is wrong with, or raise what the brakes say of it.

    Returns the minutes before it counts, None if it does at once. Raises `Forbidden` for a new
    voter, one without the `proof` of work that is asked for, or one too new to dispute, and
    `RateLimited` while too many new voters come. `route` names the endpoint in metrics. One
    statement if a brake concerns the vote, else none.
    """
    brake = current()
    disputes = category == Category.NOT_AI and brake.dispute_age_hours > 0
    refuses = brake.new_voters == Brake.NewVoters.REFUSE
    delays = brake.new_voters == Brake.NewVoters.DELAY
    limit = brake.new_voters_per_minute
    if not (disputes or refuses or delays or limit or brake.challenge_bits):
        return None
    age = _age(voter_id)
    if age is None and refuses:
        raise errors.Forbidden(
            "Votes of new voters are not accepted for the moment. Nothing was stored; "
            "please try again another day."
        )
    if disputes and (age is None or age < timedelta(hours=brake.dispute_age_hours)):
        raise errors.Forbidden(
            f"Disputes are accepted from {brake.dispute_age_hours} hours after a voter's first "
            "vote. Nothing was stored."
        )
    if age is None and brake.challenge_bits:
        nonce = _nonce_of(proof, voter_id, bits=0, what="A first vote")
    if age is None and limit:
        # Counted before the proof is spent, so that a voter who must wait can use it afterwards.
        count([Limit("new_voters", "all", allowed=limit)], route=route)
    if age is None and brake.challenge_bits:
        _spend(nonce, route)
    delayed = delays and (age is None or age < timedelta(minutes=brake.delay_minutes))
    return brake.delay_minutes if delayed else None


def admit_juror(*, voter_id: str, proof: str | None, route: str) -> None:
    """Let a voter enrol as a juror who brings the `proof` of work, or raise what speaks against it.

    Who enrols is no new voter afterwards, so what holds new voters back holds here, too. Raises
    `Forbidden` without a right proof, and for new voters while their votes are refused or delayed;
    `RateLimited` while too many of them come.
    """
    brake = current()
    is_new = _age(voter_id) is None
    if is_new and brake.new_voters != Brake.NewVoters.NONE:
        raise errors.Forbidden("New voters are not accepted for the moment. Nothing was stored.")
    nonce = _nonce_of(proof, voter_id, bits=_juror_bits(), what="Enrolling as a juror")
    if is_new and brake.new_voters_per_minute:
        count([Limit("new_voters", "all", allowed=brake.new_voters_per_minute)], route=route)
    _spend(nonce, route)


def juror_challenge(voter_id: str) -> str:
    """The challenge that this voter must answer to enrol as a juror."""
    return _issue(voter_id, _juror_bits())


def _juror_bits() -> int:
    return max(JUROR_BITS, current().challenge_bits)


def challenge_for(voter_id: str) -> str | None:
    """The challenge that this voter's next vote must answer; None if none is asked for."""
    bits = current().challenge_bits
    if not bits or _age(voter_id) is not None:
        return None
    return _issue(voter_id, bits)


def _issue(voter_id: str, bits: int) -> str:
    return challenges.issue(
        voter_id=voter_id,
        bits=bits,
        now=int(time.time()),
        nonce=secrets.token_hex(16),
        key=settings.SECRET_KEY.encode(),
    )


def _nonce_of(proof: str | None, voter_id: str, *, bits: int, what: str) -> str:
    if proof is None or challenges.bits_of(proof) < bits:
        raise errors.Forbidden(
            f"{what} needs a proof of work for the moment: see GET /api/challenge."
        )
    nonce = challenges.accepted(
        proof, voter_id=voter_id, now=int(time.time()), key=settings.SECRET_KEY.encode()
    )
    if nonce is None:
        raise errors.Forbidden("The proof of work is wrong, expired or another voter's.")
    return nonce


def _spend(nonce: str, route: str) -> None:
    """Remember a challenge's nonce for as long as the challenge is valid; once only."""
    once = Limit("challenge", nonce, allowed=1, window_s=challenges.LIFETIME_S)
    try:
        count([once], route=route)
    except LimitExceeded:
        raise errors.Forbidden("The proof of work has been used already.") from None


def _age(voter_id: str) -> timedelta | None:
    """Time since the voter's first accepted vote; None without one."""
    return (
        Voter.objects.filter(pk=voter_id)
        .annotate(age=Now() - F("first_seen"))
        .values_list("age", flat=True)
        .first()
    )


@transaction.atomic
def set_brakes(
    *, actor: str, reason: str, changes: Mapping[str, Any], reverses: Decision | None = None
) -> Decision | None:
    """Change runtime brakes, by their names on `Brake`; None if that changes nothing.

    Every process goes by it within `MEMORY_S` seconds, this one at once. Raises
    `ValidationError` for a value out of range, an unknown name, or without a reason.
    """
    if not reason.strip():
        raise ValidationError({"reason": "A reason is required."})
    unknown = sorted(set(changes) - set(NAMES))
    if unknown:
        raise ValidationError(f"There is no brake named {', '.join(unknown)}.")
    Brake.objects.bulk_create([Brake()], ignore_conflicts=True)
    brake = Brake.objects.select_for_update().get()
    before = as_dict(brake)
    for name, value in changes.items():
        setattr(brake, name, value)
    brake.full_clean()
    after = as_dict(brake)
    changed = [name for name in NAMES if before[name] != after[name]]
    if not changed:
        return None
    brake.save()
    transaction.on_commit(forget)
    return Decision.objects.create(
        actor=actor,
        action=Action.SET_BRAKES,
        target_type=TargetType.SERVICE,
        target_id="brakes",
        reason=reason.strip(),
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
        reverses=reverses,
    )
