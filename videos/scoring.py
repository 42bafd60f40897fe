"""The score of a video (docs/scoring.md#videos). Pure functions on plain numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

FLAGGED = Decimal(50)
STRONGLY_FLAGGED = Decimal(80)
UNFLAGGED_CAP = Decimal("49.90")
DISPUTER_COUNTS = 2
"""Voices that a disputer takes from a flag: most who take a video for human say nothing."""
SUSPECTED_CAP = Decimal("79.90")
"""What votes reach at most where juries confirm (docs/decisions/0020-two-levels.md)."""
LOCKED_AI, LOCKED_HUMAN = Decimal(95), Decimal(0)
JURY_AI, JURY_HUMAN = Decimal(90), Decimal(0)
"""As far above 80 as the viewer's highest threshold of a preset, and below a moderator's 95."""
CHANNEL_PRIOR_WEIGHT = Decimal(6)
CHANNEL_PRIOR_MEAN = Decimal("0.6")
DISPUTABLE = Decimal(20)
CLAIM_VOICES = 3
CONTESTING_VOICES = 2
OTHER_NAME = 2
"""A channel's id counts unless its handle has more than so many times the trust, or the reverse."""
SUSPECTED_VOICES = 2
"""Voices for AI that have a jury look at a video (`votes.juries.queue`)."""
BOTH_SIDES = 3
"""With so many votes on each side a video is one that voters disagree about."""
DISPUTE_SERIOUS = 2
DISPUTE_OVER = 3

CORE = ("fully_ai", "ai_voiceover", "ai_visuals", "ai_music")
THUMBNAILS, ASSISTED, DISPUTE = "ai_thumbnails", "ai_assisted", "not_ai"
_ZERO = Decimal(0)
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a score is made of.

    `weights`: trust by category, each voice once, >= 0. `independent_voters`: voices for AI,
    `disputers`: voices against it. `lock`: a moderator's "ai", "human" or None, and
    `lock_kind` the category that was named with it, if one was. `jury`: the same of a jury, and
    `jury_kind` the category that most of it named, if any. `without_burst`: the
    evidence without the newcomers of a burst, while that is held.
    """

    weights: Mapping[str, Decimal]
    independent_voters: int = 0
    disputers: int = 0
    lock: str | None = None
    lock_kind: str | None = None
    jury: str | None = None
    jury_kind: str | None = None
    held: bool = False
    without_burst: Evidence | None = None


class Rule(StrEnum):
    """What decides a score, in the order in which it is applied."""

    LOCK = "lock"
    JURY = "jury"
    SHARE = "share"
    VOICES = "voices"
    BURST = "burst"
    HOLD = "hold"
    SUSPECTED = "suspected"


class Dispute(StrEnum):
    """Whether a person should look at what voters do not agree about."""

    NONE = "none"
    EBBING = "ebbing"
    SERIOUS = "serious"


LIST, MODERATOR, JURY, MEASURED = "list", "moderator", "jury", "measured"
"""Who confirms; viewers' votes are the empty text."""


@dataclass(frozen=True)
class Standing:
    """What a channel gives its videos: whether new ones start flagged; whether it is `settled`, by
    a moderator's lock or by a jury.

    `restricted` names the lists without which it would not be flagged and that may not be passed
    on; empty if there are none. `by` says whose word flags it (`channels.scoring.decided_by`).
    """

    flagged: bool
    settled: bool
    restricted: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A rule that made the score what it then was, 0-100, not rounded."""

    rule: Rule
    score: Decimal


def rounded(value: Decimal) -> Decimal:
    """Two decimals, half up, never negative zero."""
    return value.quantize(_CENT, ROUND_HALF_UP) + _ZERO


def weight_ai(weights: Mapping[str, Decimal]) -> Decimal:
    """S: the heaviest of core (voiceover, visuals, music, all of it), thumbnails, assisted."""
    core = sum([weights[category] for category in CORE if category in weights], _ZERO)
    return max(core, weights.get(THUMBNAILS, _ZERO), weights.get(ASSISTED, _ZERO))


def voices_needed(*, disputers: int, min_independent: int) -> int:
    """How many independent voters for AI a flag takes: `min_independent`, and two a disputer.

    Source: docs/decisions/0008-voices.md, and 0021 for what a disputer counts.
    """
    return min_independent + DISPUTER_COUNTS * disputers


def dispute(*, ai_voices: int, disputers: int, min_independent: int) -> Dispute:
    """How far people are from agreeing about a video, in voices.

    Serious when either side alone would do: as many voices as a flag takes without disputes, and
    neither twice as many as the other. It is over when one side has three times as many, or either
    too few; what is between stays as it is, so that one vote more or less decides nothing.
    """
    fewer, more = sorted((ai_voices, disputers))
    if fewer < min_independent or more > DISPUTE_OVER * fewer:
        return Dispute.NONE
    return Dispute.SERIOUS if more <= DISPUTE_SERIOUS * fewer else Dispute.EBBING


def score(
    evidence: Evidence,
    *,
    prior: bool,
    prior_weight: Decimal,
    min_independent: int,
    juries: bool = False,
) -> Decimal:
    """The score of a video, 0-100 with two decimals: what the last of its `steps` gives."""
    found = steps(
        evidence,
        prior=prior,
        prior_weight=prior_weight,
        min_independent=min_independent,
        juries=juries,
    )
    return rounded(found[-1].score)


def steps(
    evidence: Evidence,
    *,
    prior: bool,
    prior_weight: Decimal,
    min_independent: int,
    juries: bool = False,
) -> list[Step]:
    """How the score of a video comes about; the share comes first, then what changes it.

    100 S / (S + disputes + K); with the prior of a flagged channel
    100 (S + 0.6 K') / (S + disputes + K') with K' = 6, which is 60 without votes. Capped at 49.9
    below `voices_needed` independent AI voters (not with a prior) and while held. While a burst is
    held: at most 49.9, or what the evidence without the burst gives, so that a brigade cannot clear
    a video by flagging it. Where `juries` confirm, votes and prior reach 79.9 at most. A lock
    decides alone, and without one a jury does: nothing that votes do moves either.

    `prior_weight` is K > 0, in units of trust. Source: a weighted mean with a pseudo-count prior
    (additive smoothing).
    """
    if evidence.lock:
        return [Step(Rule.LOCK, LOCKED_AI if evidence.lock == "ai" else LOCKED_HUMAN)]
    if evidence.jury:
        return [Step(Rule.JURY, JURY_AI if evidence.jury == "ai" else JURY_HUMAN)]
    ai = weight_ai(evidence.weights)
    disputes = evidence.weights.get(DISPUTE, _ZERO)
    result = _share(ai, disputes, prior=prior, prior_weight=prior_weight)
    found = [Step(Rule.SHARE, result)]

    def apply(rule: Rule, value: Decimal) -> None:
        nonlocal result
        if value != result:
            result = value
            found.append(Step(rule, value))

    needed = voices_needed(disputers=evidence.disputers, min_independent=min_independent)
    if not prior and evidence.independent_voters < needed:
        apply(Rule.VOICES, min(result, UNFLAGGED_CAP))
    if evidence.without_burst:
        without_burst = score(
            evidence.without_burst,
            prior=prior,
            prior_weight=prior_weight,
            min_independent=min_independent,
        )
        apply(Rule.BURST, min(result, max(UNFLAGGED_CAP, without_burst)))
    if evidence.held:
        apply(Rule.HOLD, min(result, UNFLAGGED_CAP))
    if juries:
        apply(Rule.SUSPECTED, min(result, SUSPECTED_CAP))
    return found


def has_prior(by_id: Standing | None, by_handle: Standing | None) -> bool:
    """Whether a video starts flagged, by the channels of its id and of its handle.

    Its id's decides; its handle's does where voters give no id, and where that one alone is
    flagged while nobody has settled the other: voters who name a listed handle are heard,
    whatever id they add.
    """
    if by_id and (by_id.flagged or by_id.settled):
        return by_id.flagged
    return bool(by_handle and by_handle.flagged)


def restricted_prior(by_id: Standing | None, by_handle: Standing | None) -> str:
    """The lists that may not be passed on without which the video would not start flagged."""
    if not has_prior(by_id, by_handle):
        return ""
    givers = [it for it in (by_id, by_handle) if it and it.flagged]
    return givers[0].restricted if all(it.restricted for it in givers) else ""


def prior_by(by_id: Standing | None, by_handle: Standing | None) -> str:
    """Whose word gives the video its start, as in `Standing.by`; votes if any giver has them."""
    if not has_prior(by_id, by_handle):
        return ""
    givers = [it for it in (by_id, by_handle) if it and it.flagged]
    return givers[0].by if all(it.by for it in givers) else ""


def decided_by(evidence: Evidence, *, score: Decimal, by: str) -> str:
    """Whose word decides a video's published score, empty for viewers' votes, or for nobody's.

    A moderator's lock, else a jury, else who flags its channel (`prior_by`), as long as that flag
    is not outvoted: a list's word is no less sure because viewers say the same.
    """
    if evidence.lock:
        return MODERATOR
    if evidence.jury:
        return JURY
    return by if score >= FLAGGED else ""


def category_scores(
    weights: Mapping[str, Decimal],
    *,
    prior_weight: Decimal,
    jury_kind: str | None = None,
    lock_kind: str | None = None,
) -> dict[str, Decimal]:
    """Each AI category's 100 w / (w + disputes + K), 0-100 with two decimals.

    The kind that a moderator named has the score of a lock, that which a jury named where none did
    the jury's, and is the highest: others then have 79.9 at most.
    """
    disputes = weights.get(DISPUTE, _ZERO)
    found = {
        category: rounded(100 * weight / (weight + disputes + prior_weight))
        for category, weight in weights.items()
        if category != DISPUTE
    }
    if lock_kind:
        decided = {lock_kind: LOCKED_AI}
    elif jury_kind:
        decided = {jury_kind: JURY_AI}
    else:
        return found
    return {name: min(value, SUSPECTED_CAP) for name, value in found.items()} | decided


def reserve(*, prior: bool, prior_weight: Decimal) -> tuple[Decimal, Decimal]:
    """The reserve for doubt, in units of trust, and how much of it calls the video AI.

    With `prior`, that its channel is flagged, it is the channel's; else `prior_weight`, none of it.
    """
    if prior:
        return CHANNEL_PRIOR_WEIGHT, CHANNEL_PRIOR_MEAN * CHANNEL_PRIOR_WEIGHT
    return prior_weight, Decimal(0)


def _share(ai: Decimal, disputes: Decimal, *, prior: bool, prior_weight: Decimal) -> Decimal:
    weight, of_channel = reserve(prior=prior, prior_weight=prior_weight)
    return 100 * (ai + of_channel) / (ai + disputes + weight)


def agreed_claim(
    claims: Mapping[str, tuple[int, Decimal]], *, min_voices: int = CLAIM_VOICES
) -> str | None:
    """The channel that the voters agree on, or None.

    `claims` maps a claim to its independent voices and their trust. Agreed is what at least
    `min_voices` claim while no other claim has more than a third of the claiming trust.
    """
    best = _best_claim(claims)
    if best is None or claims[best][0] < min_voices or _outweighed(claims, best):
        return None
    return best


def agreed_channel(
    ids: Mapping[str, tuple[int, Decimal]], handles: Mapping[str, tuple[int, Decimal]]
) -> tuple[str | None, str | None]:
    """The id and the handle that voters agree on, each None if they do not; see `agreed_claim`.

    A name that has less than half of the other's trust is a few voters' addition: with it they
    could take a video away from the channel that all the others know by its handle.
    """
    agreed = [(agreed_claim(claims), claims) for claims in (ids, handles)]
    trust = [claims[claim][1] if claim else _ZERO for claim, claims in agreed]
    channel_id, handle = (
        claim if OTHER_NAME * own >= max(trust) else None
        for (claim, _), own in zip(agreed, trust, strict=True)
    )
    return channel_id, handle


def whose(
    *,
    ruled: str | None,
    ids: Mapping[str, tuple[int, Decimal]],
    handles: Mapping[str, tuple[int, Decimal]],
) -> tuple[str | None, str | None, bool]:
    """Whose a video is: its channel's id, its handle, and whether voters disagree about either.

    As a moderator said (`ruled`: an id, an `@handle`, or empty for nobody's), else as voters
    agree.
    """
    if ruled is not None:
        by_handle = ruled.startswith("@")
        return (None, ruled[1:], False) if by_handle else (ruled or None, None, False)
    contested = contested_claim(ids) or contested_claim(handles)
    return (*agreed_channel(ids, handles), contested)


def one_channel(
    handles: Mapping[str, tuple[int, Decimal]], same: Mapping[str, str]
) -> dict[str, tuple[int, Decimal]]:
    """The claims of handles, those of one channel as one: under that which weighs most of them.

    `same` names the channel of a handle. Who still says the old name of a channel that was
    renamed does not contradict who says the new one.
    """
    grouped: dict[str, dict[str, tuple[int, Decimal]]] = {}
    for handle, claim in handles.items():
        grouped.setdefault(same.get(handle, handle), {})[handle] = claim
    return {
        str(_best_claim(claims)): (
            sum(voices for voices, _ in claims.values()),
            sum((weight for _, weight in claims.values()), _ZERO),
        )
        for claims in grouped.values()
    }


def contested_claim(
    claims: Mapping[str, tuple[int, Decimal]], *, min_voices: int = CLAIM_VOICES
) -> bool:
    """Whether a claim that 3 voices make is disputed: by 2 voices, or a third of the trust."""
    best = _best_claim(claims)
    if best is None or claims[best][0] < min_voices:
        return False
    return _outweighed(claims, best) or any(
        voices >= CONTESTING_VOICES for claim, (voices, _) in claims.items() if claim != best
    )


def _best_claim(claims: Mapping[str, tuple[int, Decimal]]) -> str | None:
    return max(claims, key=lambda claim: (claims[claim][1], claims[claim][0], claim), default=None)


def _outweighed(claims: Mapping[str, tuple[int, Decimal]], best: str) -> bool:
    """Whether a rival of the best claim has more than a third of the claiming trust."""
    if len(claims) == 1:
        return False
    total = sum((weight for _, weight in claims.values()), _ZERO)
    return any(3 * weight > total for claim, (_, weight) in claims.items() if claim != best)
