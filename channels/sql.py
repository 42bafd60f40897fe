"""Every raw statement on channels."""

from videos.scoring import CLAIM_VOICES
from votes.bursts import USUAL_DAYS
from votes.juries.tree import SITE_VOICES
from votes.models import Action
from votes.moderation.actions import RULES
from votes.observations.rule import NOTICE_HOURS, Stage
from votes.tally_sql import JURIES_CONFIRM
from votes.voices import (
    BEFORE_THE_HOUR,
    BURST_COUNTS,
    IN_THE_HOUR,
    PROVIDER,
    SIDE,
    TREE,
    VOTES_AND_VOTERS,
    of_providers,
    voice,
)

_STANDING = ", ".join(f"'{a}'" for a, rule in RULES.items() if rule.sets[0] == "standing")


def _known_as(channel: str, channel_id: str, handle: str) -> str:
    """Whether a row of channels has this id or this handle; either may be null."""
    return f"""({channel}.channel_id = {channel_id} OR {channel}.handle = {handle}
      OR {channel}.former_handles @> ARRAY[{handle}]::varchar[])"""


def _handle(key: str) -> str:
    """The handle in a key, null for an id."""
    return f"CASE WHEN left({key}, 1) = '@' THEN substr({key}, 2) END"


# Lists that may not be passed on, and so join no names: all that is passed on is called by them.
_JOINING = """l.source NOT IN (
      SELECT name FROM channels_listsource WHERE use IN ('here', 'nowhere'))"""


def _owner(handle: str) -> str:
    """The one id that a handle belongs to, and when that was said.

    What a moderator said last, else what a list was the last to say; a moderator's no is heard.
    Not when a list was last seen: two that are imported every day would take turns.
    """
    return f"""LATERAL (
      SELECT channel_id, at, place FROM (
        SELECT t.channel_id, true AS decided, t.decided_at AS at, t.id AS place
        FROM channels_tie t WHERE t.handle = {handle} AND t.confirmed
        UNION ALL
        SELECT l.channel_id, false, l.first_seen, l.place FROM channels_listing l
        WHERE l.handle = {handle} AND l.channel_id IS NOT NULL AND l.removed_at IS NULL
          AND {_JOINING}
          AND NOT EXISTS (SELECT FROM channels_tie t
            WHERE t.handle = l.handle AND t.channel_id = l.channel_id AND NOT t.confirmed)
      ) AS said ORDER BY decided DESC, at DESC, place DESC LIMIT 1)"""


# From some keys to all that is one channel with them, by today's facts or in the rows as they
# are: an id has the handles that belong to it, and no others, so that this ends there. Handles in
# the order in which they were named.
RESOLVE = f"""
WITH RECURSIVE reached (id, handle) AS (
  SELECT id COLLATE "C", handle COLLATE "C"
  FROM unnest(%(ids)s::text[], %(handles)s::text[]) AS k(id, handle)
  UNION
  SELECT n.id::text COLLATE "C", n.handle::text COLLATE "C"
  FROM reached r CROSS JOIN LATERAL (
    SELECT k.id, k.handle FROM channels_channel c CROSS JOIN LATERAL (
      SELECT c.channel_id, NULL UNION ALL SELECT NULL, c.handle
      UNION ALL SELECT NULL, unnest(c.former_handles)) AS k(id, handle)
    WHERE {_known_as("c", "r.id", "r.handle")}
    UNION ALL
    SELECT o.channel_id, NULL FROM {_owner("r.handle")} AS o
    UNION ALL
    SELECT NULL, s.handle FROM (
      SELECT l.handle FROM channels_listing l
      WHERE l.channel_id = r.id AND l.handle IS NOT NULL AND l.removed_at IS NULL AND {_JOINING}
      UNION SELECT handle FROM channels_tie WHERE channel_id = r.id AND confirmed) AS s
    CROSS JOIN {_owner("s.handle")} AS o WHERE o.channel_id = r.id
  ) AS n(id, handle)
  WHERE n.id IS NOT NULL OR n.handle IS NOT NULL
)
SELECT r.id, r.handle, o.channel_id FROM reached r LEFT JOIN {_owner("r.handle")} AS o ON true
ORDER BY o.at, o.place, r.handle
"""

# A row for each key of each channel.
_CHANNELS = "unnest(%(numbers)s::int[], %(ids)s::text[], %(handles)s::text[]) AS c(n, id, handle)"

READ_SUMS = """
SELECT key, videos, tracked, flagged, flagged_sum, contested, weights, last
FROM channels_sums WHERE key = ANY(%(keys)s)
"""

_SUMS = {
    "videos": "int",
    "tracked": "int",
    "flagged": "int",
    "flagged_sum": "numeric",
    "contested": "int",
    "weights": "numeric[]",
    "last": "timestamptz",
}

STORE_SUMS = f"""
INSERT INTO channels_sums (key, {", ".join(_SUMS)})
SELECT * FROM json_to_recordset(%(records)s)
  AS n(key text, {", ".join(f"{name} {kind}" for name, kind in _SUMS.items())})
ON CONFLICT (key) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _SUMS)}
"""

DELETE_SUMS = "DELETE FROM channels_sums WHERE key = ANY(%(keys)s)"

_ACCOUNT, _NETWORK, _SITE = (
    "'v' || v.voter_id",
    "'p' || v.prefix_pseudonym",
    "'s' || v.site_pseudonym",
)
# Of a vote, on whichever video: its account, its voice, and what that voice hangs together with.
_CAST = f"""coalesce('c' || r.cluster, {_ACCOUNT}) AS account, {voice(_ACCOUNT, _NETWORK)} AS voice,
    {voice(_ACCOUNT, _NETWORK, _SITE)} AS tree"""


def _independent(by: str, cast: str) -> str:
    """Independent voters on several videos, as `voters`, for each `by` of the rows of `cast`.

    A cluster is one, a network is one, a /48 as many as it has voices, and so is an account, from
    however many networks it votes. Nothing tells the /32 across videos, so that less is known of
    voters: of each of these flagged videos it had its square root of voices at most.
    """
    return f"""(
  SELECT {by}, least(sum(voices), accounts)::int AS voters
  FROM (SELECT {by}, least(count(DISTINCT voice), {SITE_VOICES}) AS voices
        FROM {cast} GROUP BY {by}, tree) AS trees
  JOIN (SELECT {by}, count(DISTINCT account) AS accounts FROM {cast} GROUP BY {by}) AS each
    USING ({by})
  GROUP BY {by}, accounts)"""


_DECISIONS = f"""{_CHANNELS}
JOIN votes_decision d ON d.target_type = 'channel' AND d.target_id = coalesce(c.id, '@' || c.handle)
"""

_BURST_TREES = of_providers(
    f"""SELECT coalesce(x.channel_id, '@' || x.channel_handle) AS key, v.video_id, {SIDE} AS side,
    {PROVIDER} AS provider, {BURST_COUNTS}
    FROM {VOTES_AND_VOTERS} JOIN videos_video x ON x.video_id = v.video_id
    WHERE {IN_THE_HOUR} AND v.prefix_pseudonym IS NOT NULL
    GROUP BY 1, 2, 3, 4, {TREE}""",
    "key, video_id, side",
    "newcomers",
    "voices",
)
# Channels with many newcomers' votes of one side within an hour on any of their videos, under
# whichever of their names, those videos, and the usual rate. Not what a moderator has released
# within a day.
LAST_HOUR = f"""
WITH by_video AS ({_BURST_TREES}), channel AS (
  SELECT k.key, coalesce(c.channel_id, '@' || c.handle, k.key) AS name,
    coalesce(c.channel_id, CASE WHEN left(k.key, 1) <> '@' THEN k.key END) AS id,
    coalesce(c.handles, ARRAY[{_handle("k.key")}]) AS handles
  FROM (SELECT DISTINCT key FROM by_video WHERE key IS NOT NULL) AS k
  LEFT JOIN LATERAL (
    SELECT channel_id, handle, (former_handles || handle)::text[] AS handles
    FROM channels_channel c WHERE {_known_as("c", "k.key", _handle("k.key"))}) AS c ON true
)
SELECT h.name, h.side, h.newcomers, h.voices, h.videos, (
    SELECT count(*) FROM videos_video x JOIN votes_vote v ON v.video_id = x.video_id
    WHERE (x.channel_id = h.id OR (x.channel_id IS NULL AND x.channel_handle = ANY(h.handles)))
      AND {SIDE} = h.side AND {BEFORE_THE_HOUR}
  ) / ({USUAL_DAYS} * 24.0) AS usual
FROM (
  SELECT name, id, handles, side, sum(newcomers)::int AS newcomers, sum(voices)::int AS voices,
    array_agg(DISTINCT video_id ORDER BY video_id) FILTER (WHERE newcomers > 0) AS videos
  FROM by_video JOIN channel USING (key)
  GROUP BY 1, 2, 3, 4 HAVING sum(newcomers) >= %(least)s
) AS h
WHERE NOT EXISTS (
  SELECT FROM votes_decision d WHERE d.target_type = 'channel'
    AND (d.target_id = h.id OR d.target_id IN (SELECT '@' || unnest(h.handles)))
    AND d.action = '{Action.RELEASE}' AND d.created_at > now() - interval '1 day'
    AND d.reverses_id IS NULL
    AND NOT EXISTS (SELECT FROM votes_decision u WHERE u.reverses_id = d.id))
"""

# What lists say that may be passed on, what those say that this site alone may serve, the names and
# licences of the latter, and when any of them was the last to say something. Lists that are not
# published say nothing. An entry with both names is about the id: the handle may be another's by
# now.
LISTINGS = f"""
SELECT n, min(level) FILTER (WHERE listed AND NOT here), min(level) FILTER (WHERE listed AND here),
  coalesce(string_agg(DISTINCT about, '; ' ORDER BY about) FILTER (WHERE listed AND here), ''),
  max(at)
FROM (
  SELECT l.n, l.level, l.removed_at IS NULL AND l.level <> 'tie' AS listed,
    greatest(l.first_seen, l.removed_at) AS at, coalesce(s.use, 'unknown') = 'here' AS here,
    l.source || ', licence ' || coalesce(nullif(s.licence, ''), 'not stated') AS about
  FROM (
    SELECT c.n, l.* FROM {_CHANNELS} JOIN channels_listing l ON l.channel_id = c.id
    UNION ALL
    SELECT c.n, l.* FROM {_CHANNELS} JOIN channels_listing l
      ON l.handle = c.handle AND l.channel_id IS NULL) AS l
  LEFT JOIN channels_listsource s ON s.name = l.source
  WHERE coalesce(s.use, 'unknown') <> 'nowhere') AS said
GROUP BY n
"""

# A name that lists have tied to the channel since the decision, and tie to it no more, or that a
# list ties to it which joins nothing.
_ONCE_TIED = f"""channels_listing l
    ON (l.removed_at IS NOT NULL OR NOT ({_JOINING})) AND {{}}
    AND NOT EXISTS (SELECT FROM channels_tie t
      WHERE t.handle = l.handle AND t.channel_id = l.channel_id AND NOT t.confirmed)
  JOIN votes_decision d ON d.target_type = 'channel' AND d.target_id = {{}}
    AND (d.created_at < l.removed_at OR NOT ({_JOINING}))"""

# What is cleared stays so under each of its names, whatever lists say later of whose they are,
# unless a name is another id's by now. A flag goes with the tie.
DECISIONS = f"""
WITH n AS (SELECT n, bool_or(id IS NOT NULL) AS has_id FROM {_CHANNELS} GROUP BY n),
found AS (
  SELECT c.n, d.id, d.action, d.created_at FROM {_DECISIONS}
  UNION ALL
  SELECT n, id, CASE action WHEN '{Action.FLAG_CHANNEL}'
    THEN '{Action.UNLOCK_CHANNEL}' ELSE action END, created_at
  FROM (
    SELECT c.n, d.id, d.action, d.created_at
    FROM {_CHANNELS} JOIN {_ONCE_TIED.format("l.channel_id = c.id", "'@' || l.handle")}
    UNION ALL
    SELECT c.n, d.id, d.action, d.created_at
    FROM {_CHANNELS} JOIN n ON n.n = c.n AND NOT n.has_id
    JOIN {_ONCE_TIED.format("l.handle = c.handle", "l.channel_id")}) AS once_tied
)
SELECT DISTINCT ON (n) n, action, created_at FROM found
WHERE action IN ({_STANDING})
ORDER BY n, id DESC
"""

# What juries decided last of each under any of its names, as long as they confirm.
JURIES = f"""
SELECT DISTINCT ON (c.n) c.n, p.outcome FROM {_CHANNELS}
JOIN votes_panel p ON p.target_id = coalesce(c.id, '@' || c.handle)
WHERE p.target_type = 'channel' AND p.outcome IN ('ai', 'human')
  AND {JURIES_CONFIRM}
ORDER BY c.n, p.id DESC
"""

# The videos that voters call by any of these names.
VIDEOS_NAMED = """
SELECT v.video_id FROM unnest(%(ids)s::text[]) AS k(id) JOIN videos_video v ON v.channel_id = k.id
UNION
SELECT v.video_id FROM unnest(%(handles)s::text[]) AS k(handle)
JOIN videos_video v ON v.channel_handle = k.handle
ORDER BY 1
"""

# Score again what any voter calls by one of these handles: whose they are has changed.
MARK_CLAIMED = """
INSERT INTO votes_dirtyvideo (video_id)
SELECT DISTINCT video_id FROM votes_vote
WHERE claimed_handle = ANY(%(handles)s) AND retracted_at IS NULL
"""

# Open cases about ties of any of these names.
OPEN_TIES = """
SELECT target_id, id FROM votes_case
WHERE NOT (state = 'closed') AND kind = 'tie'
  AND (split_part(target_id, ' @', 1) = ANY(%(ids)s::text[])
    OR split_part(target_id, ' @', 2) = ANY(%(handles)s::text[]))
"""

# Ties that voters of some videos propose, that nobody has decided about, and that would change
# something, those of which most are sure first: of these names, and rivals of those.
PROPOSED_TIES = f"""
WITH c AS (
  SELECT * FROM unnest(%(ids)s::text[], %(handles)s::text[]) AS c(id, handle)
), of_these AS MATERIALIZED (
  SELECT v.channel_id, v.channel_handle FROM c JOIN videos_video v ON v.channel_id = c.id
  WHERE v.channel_handle IS NOT NULL
  UNION
  SELECT v.channel_id, v.channel_handle FROM c JOIN videos_video v ON v.channel_handle = c.handle
  WHERE v.channel_id IS NOT NULL
), naming AS (
  SELECT v.video_id, v.channel_id, v.channel_handle
  FROM (SELECT DISTINCT channel_id FROM of_these) AS k JOIN videos_video v USING (channel_id)
  WHERE v.channel_handle IS NOT NULL AND NOT v.hidden AND NOT v.shadow_hidden
  UNION
  SELECT v.video_id, v.channel_id, v.channel_handle
  FROM (SELECT DISTINCT channel_handle FROM of_these) AS k
  JOIN videos_video v USING (channel_handle)
  WHERE v.channel_id IS NOT NULL AND NOT v.hidden AND NOT v.shadow_hidden
), tie AS MATERIALIZED (
  SELECT n.channel_id, n.channel_handle, count(*) AS count,
    (array_agg(n.video_id ORDER BY n.video_id))[:%(shown)s::int] AS videos
  FROM naming n
  WHERE NOT EXISTS (SELECT FROM channels_tie t
      WHERE t.handle = n.channel_handle AND t.channel_id = n.channel_id)
    AND NOT EXISTS (SELECT FROM channels_channel c WHERE c.channel_id = n.channel_id
      AND n.channel_handle = ANY(c.former_handles || c.handle))
  GROUP BY 1, 2 HAVING count(*) >= %(videos)s::int
), mattering AS MATERIALIZED (
  SELECT t.* FROM tie t
  LEFT JOIN channels_channel i ON i.channel_id = t.channel_id
  LEFT JOIN channels_channel h ON h.handle = t.channel_handle
    OR h.former_handles @> ARRAY[t.channel_handle]::varchar[]
  WHERE coalesce(i.flagged_videos, 0) + coalesce(h.flagged_videos, 0) >= %(flagged)s::int
    OR coalesce(i.locked OR i.auto_flag_new, false)
    OR coalesce(h.locked OR h.auto_flag_new, false)
    OR EXISTS (SELECT FROM channels_listing l WHERE l.channel_id = t.channel_id
      AND l.removed_at IS NULL AND l.level <> 'tie')
    OR EXISTS (SELECT FROM channels_listing l WHERE l.handle = t.channel_handle
      AND l.channel_id IS NULL AND l.removed_at IS NULL AND l.level <> 'tie')
), cast_votes AS (
  SELECT t.channel_id, t.channel_handle, {_CAST}
  FROM mattering t
  JOIN votes_vote v ON v.video_id = ANY(t.videos) AND v.retracted_at IS NULL
    AND v.waits_until IS NULL AND v.claimed_channel_id = t.channel_id
    AND v.claimed_handle = t.channel_handle
  JOIN votes_voter r ON r.public_id = v.voter_id AND NOT r.is_shadowbanned
), said AS (
  SELECT * FROM {_independent("channel_id, channel_handle", "cast_votes")} AS found
  WHERE voters >= {CLAIM_VOICES}
)
SELECT channel_id, channel_handle, said.voters, t.count, t.videos,
  EXISTS (SELECT FROM of_these o
    WHERE o.channel_id = t.channel_id AND o.channel_handle = t.channel_handle)
FROM mattering t JOIN said USING (channel_id, channel_handle)
ORDER BY said.voters DESC, t.count DESC, channel_id, channel_handle
"""

POP = """
DELETE FROM channels_dirtychannel WHERE id IN (
  SELECT id FROM channels_dirtychannel ORDER BY id LIMIT %(limit)s) RETURNING key
"""

RIPE_MEASUREMENTS = f"""
SELECT coalesce(channel_id, '@' || handle) FROM channels_channel
WHERE measured = '{Stage.NOTICE}'
  AND measured_since <= now() - interval '{NOTICE_HOURS} hours'
LIMIT 1000
"""

# Channels that were rolled up by older rules.
OUTDATED = """
SELECT coalesce(channel_id, '@' || handle) FROM channels_channel WHERE rules < %(rules)s::int
LIMIT %(limit)s
"""

# Of older rules, how many independent voters dispute a video is not known.
MARK_DISPUTED = f"""
INSERT INTO votes_dirtyvideo (video_id)
SELECT DISTINCT v.video_id FROM {_CHANNELS} JOIN videos_video v
  ON v.channel_id = c.id OR (v.channel_handle = c.handle AND v.channel_id IS NULL)
WHERE v.disputes > 0
"""

WRITTEN = {
    "score": "numeric",
    "total_videos": "int",
    "flagged_videos": "int",
    "top_categories": "text[]",
    "locked": "boolean",
    "auto_flag_new": "boolean",
    "restricted": "text",
    "listed": "boolean",
    "decided_by": "text",
    "passed_score": "numeric",
    "passed_auto_flag": "boolean",
    "measured": "text",
    "measured_since": "timestamptz",
    "last_updated": "timestamptz",
    "more": "text",
    "revision": "bigint",
    "rules": "int",
    "inputs": "text",
}
_TYPES = ", ".join(f"{name} {kind}" for name, kind in WRITTEN.items())

# The state of channels that are there, and of new ones.
UPDATE = f"""
UPDATE channels_channel c
SET ({", ".join(WRITTEN)}) = ROW({", ".join(f"n.{name}" for name in WRITTEN)})
FROM json_to_recordset(%(records)s) AS n(pk bigint, {_TYPES})
WHERE c.id = n.pk
"""

INSERT = f"""
INSERT INTO channels_channel (channel_id, handle, former_handles, {", ".join(WRITTEN)})
SELECT * FROM json_to_recordset(%(records)s)
  AS n(channel_id text, handle text, former_handles text[], {_TYPES})
"""

ALL_KEYS = """
SELECT channel_id FROM videos_video WHERE channel_id IS NOT NULL
UNION SELECT '@' || channel_handle FROM videos_video WHERE channel_handle IS NOT NULL
UNION SELECT channel_id FROM channels_listing WHERE channel_id IS NOT NULL
UNION SELECT '@' || handle FROM channels_listing WHERE handle IS NOT NULL
UNION SELECT target_id FROM votes_decision WHERE target_type = 'channel'
UNION SELECT target_id FROM votes_panel WHERE target_type = 'channel'
UNION SELECT channel_id FROM channels_channel WHERE channel_id IS NOT NULL
UNION SELECT '@' || handle FROM channels_channel WHERE handle IS NOT NULL
UNION SELECT '@' || unnest(former_handles) FROM channels_channel
UNION SELECT key FROM channels_sums
UNION SELECT channel_key FROM votes_observation
UNION SELECT channel_key FROM votes_channelreport
UNION SELECT key FROM votes_reportedchannel
UNION SELECT key FROM channels_measurement
"""

# The one statement of an idle run of the pipeline.
HAS_WORK = f"""
SELECT EXISTS (SELECT FROM votes_dirtyvideo) OR EXISTS (SELECT FROM channels_dirtychannel)
  OR EXISTS (SELECT FROM votes_brake WHERE confirms <> in_force)
  OR EXISTS (SELECT FROM votes_observedchannel) OR EXISTS ({RIPE_MEASUREMENTS})
  OR EXISTS (SELECT FROM channels_channel WHERE rules < %(rules)s::int)
"""
