"""What published scores are made of, as tables of the export (docs/export.md#inputs).

Written with the scores, in the pipeline's transaction: so each score follows from its inputs, also
while votes wait to be counted.
"""

from __future__ import annotations

from django.conf import settings

from channels import scoring as channels
from sync.export.codebook import Column, Table
from sync.passing import CHANNEL_MAY, VIDEO_PUBLISHED
from videos import scoring
from videos.inputs import EXACT
from votes.models import AI_CATEGORIES, Category
from votes.tally_sql import JURIES_CONFIRM

_SIDES = ("ai", "human")
_COARSE = "no digit more than the scores that are published anyway need and tell"


def _weight(category: str) -> str:
    name = f"weight_{category}"
    return f"coalesce((v.inputs::jsonb #>> '{{weights,{category}}}')::numeric, 0) AS {name}"


VIDEO_INPUTS = Table(
    "video_inputs",
    "What the scores of a video are made of: `videos.score`, `video_categories.weighted_score`, and"
    " the score without its channel's start and without the bound of votes, which adds to"
    " the channel's. A video that was last scored before there were inputs has no row.",
    {
        "video_id": Column("text", "The video."),
        "voices": Column("integer", "Independent voices for AI.", "voices", 0),
        "disputers": Column("integer", "Independent voices against it.", "voices", 0),
        **{
            f"weight_{category}": Column(
                f"numeric(14,{EXACT})",
                f"The weight of the voices for `{category}`, each with its heaviest vote.",
                "trust",
                0,
                privacy=_COARSE,
            )
            for category in Category.values
        },
        "prior": Column(
            "boolean",
            "It starts flagged, for its channel's sake; without lists that may not be passed on.",
        ),
        "held": Column("boolean", "A moderator holds it below 50."),
        "lock": Column(
            "text", "A moderator's word.", values=_SIDES, null="no moderator has decided"
        ),
        "lock_kind": Column(
            "text", "The kind that came with the lock.", values=AI_CATEGORIES, null="none did"
        ),
        "jury": Column(
            "text",
            "What a jury decided, as long as juries confirm and no moderator has decided.",
            values=_SIDES,
            null="no jury decides the score",
            privacy="the outcome alone: how many said so could tell what each of them said",
        ),
        "jury_kind": Column(
            "text",
            "The kind that most of the jury named, where no lock names one.",
            values=AI_CATEGORIES,
            null="none was named",
        ),
        "ai_without_burst": Column(
            f"numeric(14,{EXACT})",
            "The weight for AI without the newcomers of a burst that is held.",
            "trust",
            0,
            null="no burst is held",
            privacy=_COARSE,
        ),
        "voices_without_burst": Column(
            "integer", "The voices for AI without them.", "voices", 0, null="no burst is held"
        ),
    },
    "video_id",
    f"""SELECT v.video_id, v.independent_voters AS voices, v.independent_disputers AS disputers,
  {", ".join(map(_weight, Category.values))},
  v.prior AND v.restricted = '' AS prior,
  coalesce((v.inputs::jsonb ->> 'held')::boolean, false) AS held, v.verdict AS lock,
  v.inputs::jsonb ->> 'lock_kind' AS lock_kind, v.inputs::jsonb ->> 'jury' AS jury,
  v.inputs::jsonb ->> 'jury_kind' AS jury_kind,
  (v.inputs::jsonb #>> '{{without_burst,weight_ai}}')::numeric AS ai_without_burst,
  (v.inputs::jsonb #>> '{{without_burst,voices}}')::int AS voices_without_burst
  FROM videos_video v WHERE v.inputs <> '' AND {VIDEO_PUBLISHED} ORDER BY v.video_id""",
)

CHANNEL_INPUTS = Table(
    "channel_inputs",
    "What the score of a channel is made of, beside `channels.total_videos` and"
    " `channels.flagged_videos`. A channel that was last rolled up before there were inputs has no"
    " row.",
    {
        "channel": Column("text", "The channel, as in `channels`."),
        "flagged_sum": Column(
            "numeric(16,2)",
            "The scores of its flagged videos added up, each without the channel's start and"
            " without the bound of votes.",
            "points",
            0,
        ),
        "listing": Column(
            "text",
            "What lists that may be passed on say.",
            values=tuple(channels.LISTED_SCORE),
            null="no list names it",
        ),
        "jury": Column(
            "text",
            "What a jury decided, where no moderator has.",
            values=tuple(channels.JURIES),
            null="no jury decides the score",
            privacy="the outcome alone",
        ),
        "decision": Column(
            "text",
            "A moderator's last word.",
            values=tuple(channels.LOCKING),
            null="no moderator has decided",
        ),
    },
    "channel",
    f"""SELECT coalesce(h.channel_id, '@' || h.handle) AS channel,
  (h.inputs::jsonb ->> 'flagged_sum')::numeric AS flagged_sum,
  h.inputs::jsonb ->> 'listing' AS listing,
  CASE WHEN h.decided_by = '{scoring.JURY}'
    THEN CASE WHEN h.auto_flag_new THEN 'ai' ELSE 'human' END END AS jury,
  CASE WHEN h.locked
    THEN CASE WHEN h.auto_flag_new THEN 'flag_channel' ELSE 'clear_channel' END END AS decision
  FROM channels_channel h WHERE h.inputs <> '' AND {CHANNEL_MAY} ORDER BY 1""",
)


def _rules() -> dict[str, tuple[object, str]]:
    """What the rules have of numbers: value, or an expression of SQL, and what it is."""
    return {
        "prior_weight": (settings.PRIOR_WEIGHT, "K, the reserve for doubt, in units of trust"),
        "min_independent": (settings.MIN_INDEPENDENT_VOTERS, "voices for AI that a flag takes"),
        "disputer_counts": (scoring.DISPUTER_COUNTS, "voices more that it takes for a disputer"),
        "flagged": (scoring.FLAGGED, "from this score on a video is flagged"),
        "unflagged_cap": (scoring.UNFLAGGED_CAP, "the most without these voices, or while held"),
        "suspected_cap": (scoring.SUSPECTED_CAP, "the most that votes reach where juries confirm"),
        "juries_confirm": (f"({JURIES_CONFIRM})::int", "1 if juries confirm, 0 if votes do"),
        "channel_prior_weight": (scoring.CHANNEL_PRIOR_WEIGHT, "K' of a video that starts flagged"),
        "channel_prior_mean": (scoring.CHANNEL_PRIOR_MEAN, "how much of it calls the video AI"),
        "lock_ai": (scoring.LOCKED_AI, "score of a video that a moderator calls AI"),
        "lock_human": (scoring.LOCKED_HUMAN, "score of a video that a moderator calls human"),
        "jury_ai": (scoring.JURY_AI, "score of what a jury calls AI"),
        "jury_human": (scoring.JURY_HUMAN, "score of what a jury calls human"),
        "min_tracked": (channels.MIN_TRACKED, "videos with enough voices that a channel takes"),
        "list_block": (channels.LISTED_SCORE["block"], "least score of a channel lists block"),
        "list_warn": (channels.LISTED_SCORE["warn"], "least score of a channel lists warn of"),
        "flag_channel": (channels.LOCKING["flag_channel"], "score of a channel called AI"),
        "clear_channel": (channels.LOCKING["clear_channel"], "score of a channel called human"),
    }


RULES = Table(
    "rules",
    "The numbers in the rules of scoring, as they were in force.",
    {
        "name": Column("text", "What it is called.", values=tuple(sorted(_rules()))),
        "value": Column("numeric(14,6)", "The number.", low=0),
        "about": Column("text", "What it is."),
    },
    "name",
    "SELECT name, value::numeric, about FROM (VALUES "
    + ", ".join(
        "('{}', {}, '{}')".format(name, value, about.replace("'", "''"))
        for name, (value, about) in sorted(_rules().items())
    )
    + ") AS r(name, value, about) ORDER BY name",
)
