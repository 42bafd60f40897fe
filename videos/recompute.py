"""From facts to rows: SQL gathers tallies, `videos.scoring` decides, SQL stores what changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from django.conf import settings

from common.db import rows
from videos import scoring, sql
from videos.models import Video
from videos.rows import (
    Categories,
    Change,
    Row,
    Stored,
    Whose,
    category_rows,
    decision_of,
    dispute_of,
    evidence_of,
    row_of,
    rules,
)
from videos.store import read, write
from votes import brakes, tallies
from votes.tallies import Tally

# Scoring a video with its votes takes longer the more there are.
LIVE_VOTES_MAX = 500


class Channels(Protocol):
    """What scoring asks of channels, a floor above videos."""

    def same(self, handles: Collection[str]) -> Mapping[str, str]:
        """What names the channel of each of these handles."""

    def standings(self, keys: Collection[str]) -> Mapping[str, scoring.Standing]:
        """The status of the channels of these ids and `@handles`, of those that are known."""


@dataclass(frozen=True)
class Recomputed:
    """What a recomputation changed.

    Videos written or gone, before and after, those that were decided otherwise than before, the
    rival claims of videos that no channel gets because of them, the voices of videos that are
    seriously disputed, and videos that are not disputed (any more).
    """

    changes: list[Change] = field(default_factory=list)
    decided: set[str] = field(default_factory=set)
    conflicts: dict[str, list[str]] = field(default_factory=dict)
    disputes: dict[str, dict[str, int]] = field(default_factory=dict)
    undisputed: set[str] = field(default_factory=set)

    @property
    def written(self) -> dict[str, Stored]:
        """The videos that were written, by id."""
        return {it.after.row.video_id: it.after for it in self.changes if it.after}

    @property
    def deleted(self) -> set[str]:
        """The videos that are gone."""
        return {it.before.row.video_id for it in self.changes if it.before and not it.after}

    def followed_by(self, later: Recomputed) -> Recomputed:
        """What this and a later one, which may have found votes of meanwhile, changed together."""
        changes = {_video_of(it): it for it in self.changes}
        for it in later.changes:
            first = changes.get(_video_of(it), it)
            changes[_video_of(it)] = Change(first.before, it.after)
        disputes = {pk: of for pk, of in self.disputes.items() if pk not in later.undisputed}
        return Recomputed(
            changes=list(changes.values()),
            decided=self.decided | later.decided,
            conflicts=self.conflicts | later.conflicts,
            disputes=disputes | later.disputes,
            undisputed=(self.undisputed - later.disputes.keys()) | later.undisputed,
        )


def recompute(
    video_ids: Iterable[str], *, revision: int, channels: Channels, juries: bool = False
) -> Recomputed:
    """Bring these videos up to their facts; runs inside the pipeline's transaction.

    `juries`: they confirm, and votes suspect. A fixed number of statements for any number of
    videos.
    """
    done = Recomputed()
    wanted = sorted(set(video_ids))
    if not wanted:
        return done
    facts = tallies.tallies(wanted)
    stored = read(wanted)
    whose = _whose(facts, channels)
    standings = channels.standings(
        {key for it in whose.values() for key in (it.channel_id, _key(it.handle)) if key}
    )
    in_force = rules(juries=juries)
    for video_id in wanted:
        tally, before = facts.get(video_id), stored.get(video_id)
        if tally is None:
            if before:
                done.changes.append(Change(before, None))
                done.undisputed.add(video_id)
            continue
        named = whose[video_id]
        givers = (
            standings.get(named.channel_id or ""),
            standings.get(_key(named.handle) or ""),
        )
        row = row_of(
            video_id,
            tally,
            whose=named,
            prior=scoring.has_prior(*givers),
            restricted=scoring.restricted_prior(*givers),
            by=scoring.prior_by(*givers),
            rules=in_force,
        )
        after = Stored(row, category_rows(tally, prior_weight=in_force["prior_weight"]))
        _note(done, before, after, tally)
    write(done.changes, revision=revision)
    return done


def _note(done: Recomputed, before: Stored | None, after: Stored, tally: Tally) -> None:
    """Add what is another than before, and what somebody should look at."""
    row = after.row
    is_conflict = row.claims_contested and row.channel_id is None and row.channel_handle is None
    is_changed = before != after
    if is_changed:
        done.changes.append(Change(before, after))
    if decision_of(row) != (decision_of(before.row) if before else None):
        done.decided.add(row.video_id)
    if is_conflict:
        done.conflicts[row.video_id] = sorted([*tally.ids, *(f"@{it}" for it in tally.handles)])
    if not (is_changed or is_conflict):
        return
    found = dispute_of(row, tally)
    if found is scoring.Dispute.SERIOUS:
        done.disputes[row.video_id] = {
            "sayAi": tally.ai_voices,
            "dispute": row.independent_disputers,
        }
    elif found is scoring.Dispute.NONE:
        done.undisputed.add(row.video_id)


def _video_of(change: Change) -> str:
    return next(stored.row.video_id for stored in change if stored)


def _key(handle: str | None) -> str | None:
    return f"@{handle}" if handle else None


def _whose(facts: Mapping[str, Tally], channels: Channels) -> dict[str, Whose]:
    """The channel of each video. Handles of one channel are one name."""
    rivals = [tally for tally in facts.values() if len(tally.handles) > 1]
    if rivals:
        same = channels.same({handle for tally in rivals for handle in tally.handles})
        for tally in rivals:
            tally.handles = scoring.one_channel(tally.handles, same)
    return {
        video_id: Whose(*scoring.whose(ruled=tally.ruled, ids=tally.ids, handles=tally.handles))
        for video_id, tally in facts.items()
    }


@dataclass(frozen=True)
class Live:
    """A video as its facts have it right now, and how its score comes about.

    `prior_weight` is the K in force: the setting, or that of a flagged channel. `claims`: what
    voters call its channel, and how many voices do.
    """

    row: Row
    prior_weight: Decimal
    categories: Categories
    votes: dict[str, int]
    evidence: scoring.Evidence
    steps: list[scoring.Step]
    claims: list[tuple[str, int]]

    @property
    def voices_needed(self) -> int:
        """How many independent voters for AI a flag takes."""
        return scoring.voices_needed(
            disputers=self.evidence.disputers,
            min_independent=settings.MIN_INDEPENDENT_VOTERS,
        )


def live(video_id: str, old: Video | None) -> Live | None:
    """One video scored now from its facts, nothing written; None if nobody spoke of it.

    `old` is the stored row, whose channel still holds. One statement.
    """
    tally = tallies.tallies([video_id]).get(video_id)
    if tally is None:
        return None
    in_force = rules(juries=brakes.juries_confirm())
    whose, prior, restricted, by = Whose(), False, "", ""
    if old:
        whose = Whose(old.channel_id, old.channel_handle, old.claims_contested)
        prior = old.prior
    if old and prior:
        restricted, by = old.restricted, old.channel_by or old.decided_by
    row = row_of(
        video_id, tally, whose=whose, prior=prior, restricted=restricted, by=by, rules=in_force
    )
    evidence = evidence_of(tally)
    steps = scoring.steps(evidence, prior=prior, **in_force)
    k, _ = scoring.reserve(prior=prior, prior_weight=in_force["prior_weight"])
    categories = category_rows(tally, prior_weight=in_force["prior_weight"])
    claims = tallies.rival_claims(tally)
    return Live(row, k, categories, tally.votes, evidence, steps, claims)


def is_large(video: Video) -> bool:
    """Whether it has too many votes to score it in a request."""
    return video.total_votes > LIVE_VOTES_MAX


def scores_now(video_ids: Collection[str]) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Scores of those of the videos that somebody spoke of, from every vote; no writes.

    Of those with more than `LIVE_VOTES_MAX` votes the stored scores instead, in the second dict.
    Two statements.
    """
    stored = {video_id: of for video_id, *of in rows(_READ_SCORES, {"videos": list(video_ids)})}
    large = {pk: score for pk, (score, _, votes) in stored.items() if votes > LIVE_VOTES_MAX}
    in_force = rules(juries=brakes.juries_confirm())
    exact = {
        video_id: scoring.score(
            evidence_of(tally), prior=video_id in stored and stored[video_id][1], **in_force
        )
        for video_id, tally in tallies.tallies(set(video_ids) - large.keys()).items()
    }
    return exact, large


_READ_SCORES = sql.read(("video_id", "score", "prior", "total_votes"))
