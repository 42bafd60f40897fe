"""Lives a world in the database with the service's own code, and measures what came of it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.quality import database
from benchmarks.quality.defences import Defences
from benchmarks.quality.world import (
    FLAGGED,
    HISTORY_DAYS,
    MEASURED_AT,
    World,
    ticks,
)

NIGHTS = 2  # every second one, to save time
EPOCH = datetime(2030, 1, 1, tzinfo=UTC)

# As the view does: a dispute, or a copycat, needs a score that is shown.
CAST = """
WITH tried AS (DELETE FROM lab_cast WHERE cast_at <= %(until)s RETURNING *), stored AS (
  INSERT INTO votes_vote (voter_id, video_id, category, trust_weight, cast_at, changed_at,
    refreshed_at, prefix_pseudonym, voice, claimed_channel_id)
  SELECT t.voter, t.video, t.category, r.trust, t.cast_at, t.cast_at, t.cast_at, t.network,
    md5(t.video || ' ' || t.network), t.channel
  FROM tried t JOIN votes_voter r ON r.public_id = t.voter
  LEFT JOIN videos_video x ON x.video_id = t.video
  WHERE t.least = 0 OR x.score >= t.least
  ORDER BY t.cast_at
  ON CONFLICT DO NOTHING RETURNING video_id, voter_id
)
INSERT INTO votes_dirtyvideo (video_id, voter_id) SELECT * FROM stored
"""
_OF_THE_WORLD = "video_id NOT LIKE 'past%%'"
COUNTS = """
SELECT video_id, count(*) FILTER (WHERE category <> 'not_ai'), count(*)
FROM votes_vote GROUP BY video_id
"""


def live(world: World, defences: Defences) -> dict[str, Any]:
    """Everything that happens in a world, and the figures it leaves."""
    with defences.switched():
        return _Life(world, defences).run()


def voter_id(name: str) -> str:
    """The public id of somebody of a world."""
    return hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()


def advance() -> None:
    """Publish what is due, as the worker and the watch over bursts do."""
    from channels import bursts  # noqa: PLC0415
    from sync import pipeline  # noqa: PLC0415
    from votes import holds  # noqa: PLC0415

    pipeline.advance_until_idle()
    if bursts.detect() + holds.cool():
        pipeline.advance_until_idle()


class _Life:
    def __init__(self, world: World, defences: Defences) -> None:
        self.world, self.defences = world, defences
        self.first_flagged: dict[str, int] = {}
        self.states: dict[str, list[tuple[float, bool]]] = {}

    def run(self) -> dict[str, Any]:
        from common.db import rows  # noqa: PLC0415

        self._fill()
        end, result, night = HISTORY_DAYS * 24.0, {}, 0
        database.set_clock(EPOCH)
        self._night()
        for hour in ticks(self.world):
            self._advance(hour)
            if hour <= end:
                self._note_first_flags()
            if hour // 24 >= night + NIGHTS:
                night = int(hour // 24)
                self._night()
            if hour == end:
                result = self._history_figures()
            elif hour > end:
                self._note_targets(hour - end)
        if self.world.setup.attacks:
            result["attacks"] = self._attack_figures()
            ((cases, votes),) = rows(
                "SELECT (SELECT count(*) FROM votes_case),"
                f" (SELECT count(*) FROM votes_vote WHERE {_OF_THE_WORLD})"
            )
            result["cases_all"] = 1000 * cases / votes
        return result

    def _fill(self) -> None:
        from django.db import connection  # noqa: PLC0415

        database.empty()
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS lab_cast")
            cursor.execute(
                "CREATE TEMP TABLE lab_cast (cast_at timestamptz, voter text, video text,"
                " category text, network text, channel text, least int)"
            )
            with cursor.copy("COPY votes_voter (public_id, first_seen) FROM STDIN") as copy:
                for name, born in self.world.voters.items():
                    copy.write_row((voter_id(name), EPOCH + timedelta(hours=born)))
            self._fill_past(cursor)
            with cursor.copy("COPY lab_cast FROM STDIN") as copy:
                for n, (at, who, video, category, network, channel, least) in enumerate(
                    self.world.casts
                ):
                    prefix = voter_id(network if self.defences.prefixes else str(n))
                    moment = EPOCH + timedelta(hours=at)
                    copy.write_row((moment, voter_id(who), video, category, prefix, channel, least))

    def _fill_past(self, cursor: Any) -> None:
        """Votes of earlier months, a video each, that a jury found to be AI afterwards."""
        before = EPOCH - timedelta(days=31)
        with cursor.copy(
            "COPY votes_vote (voter_id, video_id, category, trust_weight, cast_at, changed_at,"
            " refreshed_at) FROM STDIN"
        ) as copy:
            for n, (name, correct) in enumerate(self.world.past):
                category = "fully_ai" if correct else "not_ai"
                copy.write_row(
                    (voter_id(name), f"past{n}", category, "0.3", before, before, before)
                )
        with cursor.copy(
            "COPY votes_panel (target_type, target_id, videos, cause, outcome, opened_at,"
            " decided_at) FROM STDIN"
        ) as copy:
            for n in range(len(self.world.past)):
                video, decided = f"past{n}", before + timedelta(days=1)
                copy.write_row(("video", video, [video], "suspected", "ai", before, decided))

    def _advance(self, hour: float) -> None:
        from common.db import rows  # noqa: PLC0415

        moment = EPOCH + timedelta(hours=hour)
        database.set_clock(moment)
        rows(CAST + " RETURNING 1", {"until": moment})
        advance()

    def _night(self) -> None:
        from sync import pipeline  # noqa: PLC0415
        from videos import nightly as trust  # noqa: PLC0415
        from votes import covoting  # noqa: PLC0415

        if self.defences.clusters:
            covoting.find_clusters()
        trust.run(restart=True)
        pipeline.advance_until_idle()

    def _flagged(self) -> dict[str, int]:
        """Flagged videos and their votes for AI."""
        from common.db import rows  # noqa: PLC0415

        return dict(
            rows(
                "SELECT video_id, total_votes - disputes FROM videos_video WHERE score >= %(flag)s",
                {"flag": FLAGGED},
            )
        )

    def _note_first_flags(self) -> None:
        for video, votes in self._flagged().items():
            self.first_flagged.setdefault(video, votes)

    def _note_targets(self, hour: float) -> None:
        from common.db import rows  # noqa: PLC0415

        wrong_now = set(self._flagged()) | {
            row[0]
            for row in rows(
                "SELECT channel_id FROM channels_channel WHERE score >= %(flag)s",
                {"flag": FLAGGED},
            )
        }
        for target in self.world.targets:
            wrong = (target.id in wrong_now) == target.flag_is_wrong
            self.states.setdefault(target.id, []).append((hour, wrong))

    def _history_figures(self) -> dict[str, Any]:
        from common.db import rows  # noqa: PLC0415

        flagged = self._flagged()
        counts = {video: (ai, votes) for video, ai, votes in rows(COUNTS)}
        trust = dict(rows("SELECT public_id, trust FROM votes_voter"))
        ((cases, votes),) = rows(
            "SELECT (SELECT count(*) FROM votes_case WHERE target_id NOT LIKE 'ring%%'"
            f" AND kind <> 'cluster'), (SELECT count(*) FROM votes_vote WHERE {_OF_THE_WORLD})"
        )
        videos = []
        for video in self.world.videos:
            ai, total = counts.get(video.id, (0, 0))
            videos.append(
                {
                    "ai": video.ai,
                    "judges": video.judges,
                    "realtube": video.id in flagged,
                    "share": bool(total) and 2 * ai >= total,
                    "three": ai >= 3,
                    "to_flag": self.first_flagged.get(video.id),
                }
            )
        return {
            "videos": videos,
            "votes": votes,
            "cases": 1000 * cases / max(votes, 1),
            "trust": {
                group: sum(float(trust[voter_id(name)]) for name in names) / len(names)
                for group, names in self.world.groups.items()
                if group in ("honest", "farmed", "ring", "copycats")
            },
        }

    def _attack_figures(self) -> list[dict[str, Any]]:
        from common.db import rows  # noqa: PLC0415

        counts = {video: (ai, votes) for video, ai, votes in rows(COUNTS)}
        found = []
        for target in self.world.targets:
            states = self.states[target.id]
            last_wrong = max((hour for hour, wrong in states if wrong), default=None)
            after = next((hour for hour, _ in states if last_wrong and hour > last_wrong), None)
            ai, total = counts.get(target.id, (0, 0))
            found.append(
                {
                    "family": target.family,
                    "k": target.k,
                    "alone": dict(states)[
                        states[-1][0] if target.id.startswith("UC") else MEASURED_AT
                    ],
                    "judged": states[-1][1],
                    "recovery": 0.0 if last_wrong is None else after,
                    "share": (2 * ai >= max(total, 1)) == target.flag_is_wrong,
                    "three": (ai >= 3) == target.flag_is_wrong,
                }
            )
        return found
