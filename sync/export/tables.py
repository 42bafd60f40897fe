"""What the public export holds (docs/export.md): its tables, and the statements that read them.

What is not in here is not published. Days instead of times, trust in tenths, no claims, no
clients, no addresses, no reasons; nothing of voters who do not count, nothing of what is hidden.
"""

from __future__ import annotations

from sync.export.codebook import Column, Table
from sync.export.inputs import CHANNEL_INPUTS, RULES, VIDEO_INPUTS
from sync.history import APPEAL, FLAGGED, MODERATOR, UNFLAGGED
from sync.models import StatusChange
from sync.passing import (
    CHANNEL_AUTO_FLAG,
    CHANNEL_DECIDED_BY,
    CHANNEL_MAY,
    CHANNEL_SCORE,
    VIDEO_DECIDED_BY,
    VIDEO_PUBLISHED,
    VIDEO_SCORE,
)
from videos.scoring import JURY, LIST, MEASURED
from votes.models import AI_CATEGORIES, Action, Category, SignKind
from votes.moderation.actions import RULES as ACTIONS
from votes.moderation.actions import names_sql, setting
from votes.signs.sql import PUBLISHED as SIGN_VOICES
from votes.signs.sql import counted
from votes.voices import first_ever

SCHEMA = 1
"""Raised when a reader of an older one would read something wrongly; tables and columns are added
without."""

_COUNTING_VOTES = f"""
  FROM votes_vote f
  JOIN videos_video v ON v.video_id = f.video_id AND {VIDEO_PUBLISHED}
  LEFT JOIN votes_voter r ON r.public_id = f.voter_id
  WHERE f.retracted_at IS NULL AND NOT coalesce(r.is_shadowbanned, false)"""
_DECIDED_BY = Column(
    "text",
    "Whose word the score is.",
    values=(JURY, LIST, MEASURED, MODERATOR),
    null="viewers' votes",
)
_DAY_ONLY = "the day alone, not the time"
_VIDEO = Column("text", "YouTube's id of the video.")
_VOTER = "a keyed hash that cannot act for anybody; the same in every export"
_TENTHS = "in tenths, so that it recognises nobody"
_DECIDABLE = ("video", "channel", "tie")
_TOLD = tuple(
    sorted(
        str(action)
        for action in Action
        if {*ACTIONS[action].targets} & {*_DECIDABLE}
        and str(action) not in setting("shadow_hidden")
    )
)


def _score(about: str) -> Column:
    return Column("numeric(5,2)", about, "points", 0, 100)


def _in(words: tuple[str, ...]) -> str:
    return f"({', '.join(map(repr, words))})"


# Votes are numbered in the order of what they say: the order in which they came is a time.
TABLES = (
    Table(
        "videos",
        "Videos that are published: with votes that count, decided, or of a flagged channel.",
        {
            "video_id": _VIDEO,
            "channel_id": Column("text", "Its channel's id.", null="no id is agreed on"),
            "channel_handle": Column(
                "text", "Its channel's handle, without `@`.", null="no handle is agreed on"
            ),
            "score": _score("How surely it is AI; flagged from 50 on."),
            "primary_category": Column(
                "text", "The heaviest kind.", values=AI_CATEGORIES, null="no kind was named"
            ),
            "total_votes": Column("integer", "Votes that count, disputes too.", "votes", 0),
            "disputes": Column("integer", "Those of them that say it is human.", "votes", 0),
            "verdict": Column(
                "text",
                "A moderator's word.",
                values=("ai", "human"),
                null="no moderator has decided",
            ),
            "decided_by": _DECIDED_BY,
            "preliminary": Column("boolean", "Nobody has voted: the score is the channel's."),
            "first_reported": Column("date", "When it was first spoken of.", privacy=_DAY_ONLY),
            "last_updated": Column("date", "When it last changed.", privacy=_DAY_ONLY),
        },
        "video_id",
        f"""SELECT v.video_id, v.channel_id, v.channel_handle, {VIDEO_SCORE} AS score,
  v.primary_category, v.total_votes, v.disputes, v.verdict,
  {VIDEO_DECIDED_BY} AS decided_by, v.preliminary,
  (v.first_reported AT TIME ZONE 'UTC')::date AS first_reported,
  (v.last_updated AT TIME ZONE 'UTC')::date AS last_updated
  FROM videos_video v WHERE {VIDEO_PUBLISHED} ORDER BY v.video_id""",
    ),
    Table(
        "video_categories",
        "The kinds that a video was called.",
        {
            "video_id": _VIDEO,
            "category": Column("text", "The kind.", values=AI_CATEGORIES),
            "votes": Column("integer", "Votes for it that count.", "votes", 0),
            "weighted_score": _score("How surely it is this kind."),
        },
        "video_id, category",
        f"""SELECT c.video_id, c.category, c.vote_count AS votes, c.weighted_score
  FROM videos_videocategory c JOIN videos_video v ON v.video_id = c.video_id AND {VIDEO_PUBLISHED}
  ORDER BY c.video_id, c.category""",
    ),
    VIDEO_INPUTS,
    Table(
        "video_signs",
        "What gives a video away, as voters name it; no part of a score.",
        {
            "video_id": _VIDEO,
            "sign": Column("text", "What they noticed.", values=tuple(SignKind.values)),
            "voices": Column(
                "integer",
                "Independent voices that name it.",
                "voices",
                SIGN_VOICES,
                privacy="what fewer name is not told",
            ),
            "at": Column(
                "integer",
                "The middle one of the seconds that they name.",
                "seconds",
                0,
                null="fewer than two name one",
            ),
        },
        "video_id, sign",
        f"""SELECT s.video_id, s.sign, s.voices, s.at
  FROM ({counted("true")}) AS s JOIN videos_video v ON v.video_id = s.video_id AND {VIDEO_PUBLISHED}
  ORDER BY s.video_id, s.sign""",
    ),
    Table(
        "channels",
        "Channels that videos, lists, juries or moderators say something of.",
        {
            "channel": Column("text", "The id, or `@handle` while no id is known."),
            "channel_id": Column("text", "YouTube's id.", null="not known"),
            "handle": Column("text", "The handle named last, without `@`.", null="not known"),
            "other_handles": Column("text", "Other handles, a space between.", null="none"),
            "score": _score("How much of it is flagged, and how surely."),
            "total_videos": Column("integer", "Videos with enough voices.", "videos", 0),
            "flagged_videos": Column("integer", "Those of them that are flagged.", "videos", 0),
            "top_category": Column(
                "text", "The heaviest kind.", values=AI_CATEGORIES, null="no kind was named"
            ),
            "locked": Column("boolean", "A moderator has decided."),
            "auto_flag": Column("boolean", "Its videos start flagged."),
            "decided_by": _DECIDED_BY,
            "last_updated": Column("date", "When it last changed.", privacy=_DAY_ONLY),
        },
        "channel",
        f"""SELECT coalesce(h.channel_id, '@' || h.handle) AS channel, h.channel_id, h.handle,
  nullif(array_to_string(h.former_handles, ' '), '') AS other_handles,
  {CHANNEL_SCORE} AS score, h.total_videos, h.flagged_videos, h.top_categories[1] AS top_category,
  h.locked, {CHANNEL_AUTO_FLAG} AS auto_flag, {CHANNEL_DECIDED_BY} AS decided_by,
  (h.last_updated AT TIME ZONE 'UTC')::date AS last_updated
  FROM channels_channel h WHERE {CHANNEL_MAY} ORDER BY 1""",
    ),
    CHANNEL_INPUTS,
    RULES,
    Table(
        "votes",
        "Votes that count.",
        {
            "number": Column(
                "bigint",
                "A number of this export alone.",
                low=1,
                privacy="by what votes say: the order in which they came is a time",
            ),
            "video_id": _VIDEO,
            "voter": Column("text", "Who voted.", null="the voter was erased", privacy=_VOTER),
            "category": Column("text", "What was said.", values=tuple(Category.values)),
            "weight": Column(
                "numeric(2,1)", "Trust when it was cast.", "trust", 0, 1, privacy=_TENTHS
            ),
            "day": Column("date", "When it was cast.", privacy=_DAY_ONLY),
        },
        "number",
        f"""SELECT row_number() OVER (ORDER BY video_id, voter, category, day) AS number, o.*
  FROM (SELECT f.video_id, f.voter_id AS voter, f.category, round(f.trust_weight, 1) AS weight,
    (f.cast_at AT TIME ZONE 'UTC')::date AS day {_COUNTING_VOTES}) AS o ORDER BY 1""",
        of_voters=True,
    ),
    Table(
        "voters",
        "Voters who have votes here.",
        {
            "voter": Column("text", "The voter.", privacy=_VOTER),
            "first_vote": Column(
                "text", "Month of the first vote, such as 2026-11.", privacy="the month alone"
            ),
            "trust": Column("numeric(2,1)", "Trust now.", "trust", 0, 1, privacy=_TENTHS),
        },
        "voter",
        f"""SELECT r.public_id AS voter,
  to_char(min({first_ever("f")}) AT TIME ZONE 'UTC', 'YYYY-MM') AS first_vote,
  round(r.trust, 1) AS trust {_COUNTING_VOTES} AND r.public_id IS NOT NULL
  GROUP BY r.public_id, r.trust ORDER BY 1""",
        of_voters=True,
    ),
    Table(
        "decisions",
        "What moderators decided of videos, channels and ties, oldest first; a channel that was"
        " cleared with its videos is a row, and so is each video.",
        {
            "number": Column("bigint", "A number of this export alone.", low=1),
            "target_type": Column("text", "What it is about.", values=_DECIDABLE),
            "target": Column("text", "A video, a channel, or an id and a handle."),
            "action": Column("text", "What was decided.", values=_TOLD),
            "role": Column(
                "text",
                "Who decided.",
                values=("moderator", "system"),
                privacy="no names, no reasons",
            ),
            "day": Column("date", "When.", privacy=_DAY_ONLY),
            "reversed": Column("boolean", "A later decision takes it back."),
        },
        "number",
        f"""SELECT row_number() OVER (ORDER BY d.id) AS number, d.target_type,
  d.target_id AS target, d.action,
  CASE d.actor WHEN 'system' THEN 'system' ELSE 'moderator' END AS role,
  (d.created_at AT TIME ZONE 'UTC')::date AS day,
  EXISTS (SELECT FROM votes_decision later WHERE later.reverses_id = d.id) AS reversed
  FROM votes_decision d WHERE d.target_type IN {_in(_DECIDABLE)}
  AND d.action NOT IN {names_sql("shadow_hidden")}
  AND (d.target_type <> 'video'
    OR EXISTS (SELECT FROM videos_video v WHERE v.video_id = d.target_id AND {VIDEO_PUBLISHED}))
  ORDER BY 1""",
    ),
    # What stood because of a list that may not be passed on is not told from the rest afterwards.
    Table(
        "history",
        "How the standing of videos and channels changed, oldest first. While a site has lists that"
        " may not be passed on: what moderators and juries changed alone.",
        {
            "number": Column("bigint", "A number of this export alone.", low=1),
            "target_type": Column(
                "text", "What it is about.", values=tuple(StatusChange.Kind.values)
            ),
            "target": Column("text", "A video or a channel."),
            "day": Column("date", "When.", privacy=_DAY_ONLY),
            "before": Column("text", "What it was.", values=(*FLAGGED, *UNFLAGGED)),
            "after": Column("text", "What it was then.", values=(*FLAGGED, *UNFLAGGED)),
            "cause": Column(
                "text",
                "By whose word.",
                values=("votes", JURY, MODERATOR, "channel", LIST, "gone"),
            ),
            "appeal": Column("boolean", "The moderator granted an appeal."),
            "reversal": Column("boolean", "What was called AI is called so no more."),
        },
        "number",
        f"""SELECT row_number() OVER (ORDER BY s.id) AS number, s.kind AS target_type,
  s.key AS target, (s.at AT TIME ZONE 'UTC')::date AS day, s.before, s.after,
  CASE s.cause WHEN '{APPEAL}' THEN '{MODERATOR}' ELSE s.cause END AS cause,
  s.cause = '{APPEAL}' AS appeal,
  s.before IN {_in(FLAGGED)} AND s.after NOT IN {_in(FLAGGED)} AND s.cause <> 'gone' AS reversal
  FROM sync_statuschange s
  WHERE (s.cause IN {_in((MODERATOR, APPEAL, JURY))}
    OR NOT EXISTS (SELECT FROM channels_listsource WHERE use = 'here'))
  AND (EXISTS (SELECT FROM videos_video v
      WHERE s.kind = 'video' AND v.video_id = s.key AND {VIDEO_PUBLISHED})
    OR EXISTS (SELECT FROM channels_channel h WHERE s.kind = 'channel' AND {CHANNEL_MAY}
      AND (h.channel_id = s.key OR (left(s.key, 1) = '@' AND h.handle = substr(s.key, 2)))))
  ORDER BY 1""",
    ),
)
