"""What came of one world under one rule, as counts that can be added up over seeds."""

from __future__ import annotations

from collections import Counter, defaultdict
from statistics import median

from benchmarks.juries.court import Life, Verdict
from benchmarks.juries.crowd import Seen
from benchmarks.juries.world import Video, World
from benchmarks.quality.figures import BAND_NAMES, BANDS
from votes.juries.rule import Outcome

Counts = dict[str, float]
AI, HUMAN, UNDECIDED = Outcome.AI, Outcome.HUMAN, Outcome.UNDECIDED


def band(judges: int) -> str:
    """The class of popularity."""
    return next(name for name, (_, high) in zip(BAND_NAMES, BANDS, strict=True) if judges <= high)


def counted(
    world: World,
    seen: dict[str, Seen],
    life: Life,
    *,
    before: dict[str, Seen] | None = None,
) -> Counts:
    """Numbers of videos by what they are and what became of them; hours; questions; standing.

    `before`: what votes flagged before there were juries.
    """
    found: dict[str, float] = defaultdict(float)
    hours = []
    for video in world.videos.values():
        verdict = life.verdicts.get(video.id) or life.verdicts.get(video.channel)
        group = "target" if video.target else "claimed" if video.claimed else "video"
        kind = "ai" if video.ai else "human"
        names = _facts(video, seen[video.id], verdict)
        if video.target and video.id in life.listed and HUMAN.value not in names:
            names.append(AI.value)
        if before and before[video.id].suspected:
            names.append("flagged before")
        for name in names:
            found[f"{group} {kind} {name}"] += 1
            if group == "video":
                found[f"{kind} {band(video.judges)} {name}"] += 1
        if verdict and verdict.decided is not None and group == "video":
            hours.append(verdict.decided - verdict.admitted)
        if verdict and not video.ai and verdict.hours_ai:
            found["wrong hours"] += verdict.hours_ai
            found["wrongly confirmed"] += 1
        if verdict and video.ai and verdict.label:
            found["labels"] += 1
            found["labels right"] += verdict.label == (
                "ai_voiceover" if video.partly else "fully_ai"
            )
    for verdict in life.verdicts.values():
        found["questions"] += 1
        found["questions undecided"] += verdict.outcome is UNDECIDED
        found["drawn"] += verdict.drawn
    plans = {name for name in life.jurors if world.viewers[name].plan}
    found["attackers"] = len(plans)
    found["attackers rooted"] = len(plans & life.rooted)
    found["jurors"] = len(life.jurors - plans)
    found["jurors rooted"] = len(life.rooted - plans)
    found["asked"] = sum(life.asked.values())
    found["juror days"] = len(life.jurors) * life.days
    return dict(found) | ({"hours": median(hours)} if hours else {})


def _facts(video: Video, seen: Seen, verdict: Verdict | None) -> list[str]:
    """What is true of a video, in words that are counted."""
    names = ["all"]
    if seen.suspected:
        names.append("suspected")
    if verdict:
        names.append("admitted")
        names.append(verdict.outcome.value)
        if verdict.decided is not None and verdict.decided - verdict.admitted <= 7 * 24:
            names.append("in a week")
    return names


DAYS = (1, 3, 7, 10, 14, 17, 21, 24, 27, 30)
STATES = ("all", "suspected", "confirmed", "hidden, relaxed", "hidden, balanced", "hidden, strict")


def by_day(world: World, seen: dict[str, Seen], life: Life) -> dict[str, list[int]]:
    """What has appeared, is suspected, is confirmed by a jury, and is hidden by each preset of the
    extension, by each of `DAYS`.

    `relaxed` hides what a jury confirmed, `balanced` also what is of listed channels (and dims what
    is suspected), `strict` also what votes alone bring to `crowd.STRICT`.
    """
    found: dict[str, list[int]] = {
        f"{kind} {state}": [] for kind in ("ai", "human") for state in STATES
    }
    for day in DAYS:
        now: Counter[str] = Counter()
        for video in world.videos.values():
            if video.born > 24 * day:
                continue
            kind, votes = "ai" if video.ai else "human", seen[video.id]
            verdict = life.verdicts.get(video.id)
            decided = verdict.decided if verdict and verdict.outcome is AI else None
            confirmed, listed = _by(decided, day), video.id in life.listed
            now[f"{kind} all"] += 1
            now[f"{kind} suspected"] += _by(votes.first, day)
            now[f"{kind} confirmed"] += confirmed
            now[f"{kind} hidden, relaxed"] += confirmed
            now[f"{kind} hidden, balanced"] += confirmed or listed
            now[f"{kind} hidden, strict"] += confirmed or listed or _by(votes.strict, day)
        for name, counts in found.items():
            counts.append(now[name])
    return found


def _by(hour: float | None, day: int) -> bool:
    return hour is not None and hour <= 24 * day
