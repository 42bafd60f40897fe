"""Which votes count, who is new, and what is one voice: SQL that statements share.

In all of it `v` is a vote and `r` its voter. The rules are in docs/scoring.md.
"""

from votes import trust
from votes.bursts import USUAL_DAYS
from votes.juries.tree import ROOTED, SITE_VOICES

SIDE = "CASE v.category WHEN 'not_ai' THEN 'human' ELSE 'ai' END"
NEWCOMER = f"(v.trust_weight <= {trust.NEW_VOTER_TRUST} AND NOT coalesce(r.is_vip, false))"
COUNTS = "v.retracted_at IS NULL AND NOT coalesce(r.is_shadowbanned, false)"
VOTES_AND_VOTERS = "votes_vote v JOIN votes_voter r ON r.public_id = v.voter_id"


def first_cast(category: str = "v.category") -> str:
    """When the voter first took the side of `category` on the video.

    Repeating, changing or withdrawing a vote makes nobody new again
    (docs/decisions/0006-bursts.md).
    """
    on_side = f"CASE {category} WHEN 'not_ai' THEN v.first_human_at ELSE v.first_ai_at END"
    return f"coalesce({on_side}, v.cast_at)"


FIRST_CAST = first_cast()


def first_ever(vote: str = "v") -> str:
    """When the voter first said anything about the video."""
    return f"least({vote}.cast_at, {vote}.first_ai_at, {vote}.first_human_at)"


# No vote was first cast after `cast_at`, of which there is an index.
IN_THE_HOUR = f"""{COUNTS} AND v.cast_at > now() - interval '1 hour'
      AND {FIRST_CAST} > now() - interval '1 hour'"""
BEFORE_THE_HOUR = f"""{FIRST_CAST} <= now() - interval '1 hour'
      AND {FIRST_CAST} > now() - interval '{USUAL_DAYS} days 1 hour'"""


def voice(account: str, network: str, *groups: str) -> str:
    """The voice of a vote: the cluster of its voter, or the first of these that is not null."""
    return f"coalesce('c' || r.cluster, {', '.join((*groups, network, account))})"


_ACCOUNT, _NETWORK, _SITE = "'v' || v.id", "'a' || v.voice", "'s' || v.site"
VOICE = voice(_ACCOUNT, _NETWORK)
# What hangs together: the voices of one tree are those of one /48, or there is one only.
TREE = voice(_ACCOUNT, _NETWORK, _SITE)
# What trees hang together in; null for those of no /32.
PROVIDER = "CASE WHEN r.cluster IS NULL THEN v.provider END"


def voices_of_tree(one: str = VOICE, *, only: str = "true") -> str:
    """How many voices the votes of a tree have, in a statement that is grouped by it."""
    return f"least(count(DISTINCT {one}) FILTER (WHERE {only}), {SITE_VOICES})"


def of_provider(below: str) -> str:
    """`tree.of_provider` of a number, in SQL."""
    return f"ceil(sqrt(({below})::float8))::bigint"


def of_providers(trees: str, by: str, *counts: str) -> str:
    """The voices of each `by` and `provider`, from rows of their `trees`; the sum counts.

    `counts` are columns of whole numbers.
    """
    each = ", ".join(
        f"CASE WHEN provider IS NULL THEN sum({it}) ELSE {of_provider(f'sum({it})')} END AS {it}"
        for it in counts
    )
    return f"SELECT {by}, {each} FROM ({trees}) AS trees GROUP BY {by}, provider"


# Of the votes of a tree: newcomers' voices and all voices. An IPv4 /24 is one here, whoever is
# rooted in it: a burst is of newcomers.
BURST_COUNTS = f"{voices_of_tree(only=NEWCOMER)} AS newcomers, {voices_of_tree()} AS voices"
# Whether a vote is of a rooted juror, which is looked up for IPv4 alone.
_ROOTED = """v.site IS NULL AND v.voice IS NOT NULL AND NOT coalesce(r.is_paused_juror, false)
      AND EXISTS (SELECT FROM votes_juror j WHERE j.voter_id = v.voter_id AND j.is_rooted)"""
# Which votes of `voiced` speak: the first of a voice, unless too many of its /48 or /32 are
# heavier (`crowd`); of an IPv4 /24 in which rooted jurors vote (`shared`) some more of the first.
_SPEAK = f"""of_site AS (
  SELECT id, video_id, provider, site, voice, weight,
    row_number() OVER (PARTITION BY video_id, site ORDER BY weight DESC, voice) AS place
  FROM voiced WHERE voice_rank = 1 AND site IS NOT NULL
), crowd AS (
  SELECT id FROM of_site WHERE place > {SITE_VOICES}
  UNION ALL
  SELECT id FROM (
    SELECT id, count(*) OVER (PARTITION BY video_id, provider) AS below,
      row_number() OVER (PARTITION BY video_id, provider ORDER BY weight DESC, voice) AS nth
    FROM of_site WHERE place <= {SITE_VOICES} AND provider IS NOT NULL) AS p
  WHERE nth > {of_provider("below")}
), shared AS (
  SELECT video_id, voice,
    1 + width_bucket(count(*), '{{{",".join(map(str, ROOTED))}}}'::bigint[]) AS voices
  FROM voiced WHERE rooted GROUP BY video_id, voice
), active AS (
  SELECT v.*, coalesce(s.voices, 1) AS heard,
    v.voice_rank <= coalesce(s.voices, 1) AND c.id IS NULL AS speaks
  FROM voiced v FULL JOIN crowd c ON c.id = v.id
  FULL JOIN shared s ON s.video_id = v.video_id AND s.voice = v.voice
)"""


def active(extra: str = "", *, videos: str = "%(videos)s") -> str:
    """The votes on `videos`, an array, one row each: as the common table `ballots` all, as `active`
    those that count.

    `speaks`: the heaviest vote of a voice, which counts for all of it; of a network with several
    voices (`heard`) so many of the heaviest. It does not if two voices of its /48 are heavier, or
    too many of its /32 are; such are in the table `crowd`.
    `waiting`: a newcomer's vote of a burst that is being held. Once a burst is over its newcomers
    are one voice, and disputing newcomers are so at once (docs/decisions). `extra` are further
    columns; the window `voice` is there. Voters are looked up one by one: the planner would
    rather read all, a million after a while. To join `FULL` is never done as a loop in a loop.
    """
    burst = "CASE WHEN NOT b.waiting THEN 'b' || b.id END"
    alone = f"r.cluster IS NULL AND {burst} IS NULL"
    return f"""
holds AS (
  SELECT * FROM votes_hold WHERE video_id = ANY({videos}) AND NOT genuine
), ballots AS (
  SELECT v.id, v.voter_id, v.video_id, v.category, v.trust_weight, v.cast_at, v.changed_at,
    v.retracted_at, v.waits_until, v.voice, v.site, v.provider, v.is_short, v.claimed_channel_id,
    v.claimed_handle, {FIRST_CAST} AS first_cast, {first_ever()} AS first_ever, r.*
  FROM votes_vote v
  LEFT JOIN LATERAL (
    SELECT cluster, is_vip, is_shadowbanned, is_paused_juror, standing_changed_at
    FROM votes_voter r WHERE public_id = v.voter_id OFFSET 0) r ON true
  WHERE v.video_id = ANY({videos})
), voiced AS (
  SELECT v.id, v.video_id, v.category, v.is_short, v.claimed_channel_id, v.claimed_handle,
    w.weight, coalesce(b.waiting, false) AS waiting,
    k.voice, k.site, k.provider, k.rooted, row_number() OVER voice AS voice_rank{extra}
  FROM ballots v
  CROSS JOIN LATERAL (
    SELECT v.cluster, v.is_vip, v.is_shadowbanned, v.is_paused_juror) r
  LEFT JOIN LATERAL (
    SELECT h.id, h.until IS NULL AND h.side = 'ai' AS waiting FROM holds h
    WHERE h.video_id = v.video_id AND h.side = {SIDE} AND v.first_cast >= h.since
      AND (h.until IS NULL OR v.first_cast < h.until) AND {NEWCOMER}
    ORDER BY h.id LIMIT 1) b ON true
  CROSS JOIN LATERAL (
    SELECT v.trust_weight * CASE WHEN r.is_vip THEN {trust.VIP_FACTOR} ELSE 1 END AS weight) w
  CROSS JOIN LATERAL (
    SELECT {voice(_ACCOUNT, _NETWORK, burst)} AS voice, CASE WHEN {alone} THEN v.site END AS site,
      CASE WHEN {alone} THEN v.provider END AS provider, {alone} AND {_ROOTED} AS rooted) k
  WHERE {COUNTS} AND v.waits_until IS NULL
  WINDOW voice AS (PARTITION BY v.video_id, k.voice ORDER BY w.weight DESC, v.cast_at, v.id)
), {_SPEAK}"""
