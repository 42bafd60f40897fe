"""What the public export holds (docs/export.md): its tables, and the statements that read them.

What is not in here is not published. Days instead of times, trust in tenths, no claims, no
clients, no addresses, no reasons; nothing of voters who do not count, nothing of what is hidden.
"""

from __future__ import annotations

from dataclasses import dataclass

from sync.passing import (
    CHANNEL_AUTO_FLAG,
    CHANNEL_DECIDED_BY,
    CHANNEL_MAY,
    CHANNEL_SCORE,
    VIDEO_DECIDED_BY,
    VIDEO_MAY,
    VIDEO_SCORE,
)
from votes.moderation.actions import names_sql
from votes.signs.sql import counted
from votes.voices import first_ever

SCHEMA = 1


@dataclass(frozen=True)
class Table:
    """A table of the export: its columns with their SQL types, its key, and its rows."""

    name: str
    columns: dict[str, str]
    key: str
    rows: str

    @property
    def create(self) -> str:
        """For the SQL file."""
        columns = ",\n".join(f"  {name} {kind}" for name, kind in self.columns.items())
        return f"CREATE TABLE {self.name} (\n{columns},\n  PRIMARY KEY ({self.key})\n);\n"

    @property
    def count(self) -> str:
        """How many rows it has."""
        return f"SELECT count(*) FROM ({self.rows}) AS r"

    @property
    def copy_text(self) -> str:
        """PostgreSQL's own format, for the SQL file."""
        return f"COPY ({self.rows}) TO STDOUT"

    @property
    def copy_csv(self) -> str:
        """CSV as it is, for programs of ours."""
        return f"COPY ({self.rows}) TO STDOUT (FORMAT csv, HEADER)"

    @property
    def copy_csv_for_spreadsheets(self) -> str:
        """CSV whose cells no spreadsheet takes for formulas.

        Text that begins as a formula does, or with an apostrophe, gets an apostrophe in front;
        taking one away gives the value back.
        """
        shown = ", ".join(
            f"CASE WHEN {name} ~ '^[=+@''\\t\\r-]' THEN '''' || {name} ELSE {name} END AS {name}"
            if kind == "text"
            else name
            for name, kind in self.columns.items()
        )
        return f"COPY (SELECT {shown} FROM ({self.rows}) AS r) TO STDOUT (FORMAT csv, HEADER)"


_PUBLISHED = f"""
  NOT v.hidden AND NOT v.shadow_hidden AND (v.total_votes > 0 OR v.locked OR v.preliminary)
  AND {VIDEO_MAY}"""
_COUNTING_VOTES = f"""
  FROM votes_vote f
  JOIN videos_video v ON v.video_id = f.video_id AND {_PUBLISHED}
  LEFT JOIN votes_voter r ON r.public_id = f.voter_id
  WHERE f.retracted_at IS NULL AND NOT coalesce(r.is_shadowbanned, false)"""

# Votes are numbered in the order of what they say: the order in which they came is a time.
TABLES = (
    Table(
        "videos",
        {
            "video_id": "text",
            "channel_id": "text",
            "channel_handle": "text",
            "score": "numeric(5,2)",
            "primary_category": "text",
            "total_votes": "integer",
            "disputes": "integer",
            "verdict": "text",
            "decided_by": "text",
            "preliminary": "boolean",
            "first_reported": "date",
            "last_updated": "date",
        },
        "video_id",
        f"""SELECT v.video_id, v.channel_id, v.channel_handle, {VIDEO_SCORE} AS score,
  v.primary_category, v.total_votes, v.disputes, v.verdict,
  {VIDEO_DECIDED_BY} AS decided_by, v.preliminary,
  (v.first_reported AT TIME ZONE 'UTC')::date AS first_reported,
  (v.last_updated AT TIME ZONE 'UTC')::date AS last_updated
  FROM videos_video v WHERE {_PUBLISHED} ORDER BY v.video_id""",
    ),
    Table(
        "video_categories",
        {
            "video_id": "text",
            "category": "text",
            "votes": "integer",
            "weighted_score": "numeric(5,2)",
        },
        "video_id, category",
        f"""SELECT c.video_id, c.category, c.vote_count AS votes, c.weighted_score
  FROM videos_videocategory c JOIN videos_video v ON v.video_id = c.video_id AND {_PUBLISHED}
  ORDER BY c.video_id, c.category""",
    ),
    Table(
        "video_signs",
        {"video_id": "text", "sign": "text", "voices": "integer", "at": "integer"},
        "video_id, sign",
        f"""SELECT s.video_id, s.sign, s.voices, s.at
  FROM ({counted("true")}) AS s JOIN videos_video v ON v.video_id = s.video_id AND {_PUBLISHED}
  ORDER BY s.video_id, s.sign""",
    ),
    Table(
        "channels",
        {
            "channel": "text",
            "channel_id": "text",
            "handle": "text",
            "other_handles": "text",
            "score": "numeric(5,2)",
            "total_videos": "integer",
            "flagged_videos": "integer",
            "top_category": "text",
            "locked": "boolean",
            "auto_flag": "boolean",
            "decided_by": "text",
            "last_updated": "date",
        },
        "channel",
        f"""SELECT coalesce(h.channel_id, '@' || h.handle) AS channel, h.channel_id, h.handle,
  nullif(array_to_string(h.former_handles, ' '), '') AS other_handles,
  {CHANNEL_SCORE} AS score, h.total_videos, h.flagged_videos, h.top_categories[1] AS top_category,
  h.locked, {CHANNEL_AUTO_FLAG} AS auto_flag, {CHANNEL_DECIDED_BY} AS decided_by,
  (h.last_updated AT TIME ZONE 'UTC')::date AS last_updated
  FROM channels_channel h WHERE {CHANNEL_MAY} ORDER BY 1""",
    ),
    Table(
        "votes",
        {
            "number": "bigint",
            "video_id": "text",
            "voter": "text",
            "category": "text",
            "weight": "numeric(2,1)",
            "day": "date",
        },
        "number",
        f"""SELECT row_number() OVER (ORDER BY video_id, voter, category, day) AS number, o.*
  FROM (SELECT f.video_id, f.voter_id AS voter, f.category, round(f.trust_weight, 1) AS weight,
    (f.cast_at AT TIME ZONE 'UTC')::date AS day {_COUNTING_VOTES}) AS o ORDER BY 1""",
    ),
    Table(
        "voters",
        {"voter": "text", "first_vote": "text", "trust": "numeric(2,1)"},
        "voter",
        f"""SELECT r.public_id AS voter,
  to_char(min({first_ever("f")}) AT TIME ZONE 'UTC', 'YYYY-MM') AS first_vote,
  round(r.trust, 1) AS trust {_COUNTING_VOTES} AND r.public_id IS NOT NULL
  GROUP BY r.public_id, r.trust ORDER BY 1""",
    ),
    Table(
        "decisions",
        {
            "number": "bigint",
            "target_type": "text",
            "target": "text",
            "action": "text",
            "role": "text",
            "day": "date",
        },
        "number",
        f"""SELECT row_number() OVER (ORDER BY d.id) AS number, d.target_type,
  d.target_id AS target, d.action,
  CASE d.actor WHEN 'system' THEN 'system' ELSE 'moderator' END AS role,
  (d.created_at AT TIME ZONE 'UTC')::date AS day
  FROM votes_decision d WHERE d.target_type IN ('video', 'channel', 'tie')
  AND d.action NOT IN {names_sql("shadow_hidden")}
  AND (d.target_type <> 'video'
    OR EXISTS (SELECT FROM videos_video v WHERE v.video_id = d.target_id AND {_PUBLISHED}))
  ORDER BY 1""",
    ),
)
