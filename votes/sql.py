"""Every raw statement on the tables of votes."""

from votes import clusters, trust
from votes.bursts import USUAL_DAYS
from votes.moderation.actions import names_sql, value_sql
from votes.signs.sql import NAME, RENAME, UNNAME
from votes.titles.sql import SAY, UNSAY
from votes.voices import (
    BEFORE_THE_HOUR,
    BURST_COUNTS,
    COUNTS,
    FIRST_CAST,
    IN_THE_HOUR,
    NEWCOMER,
    PROVIDER,
    SIDE,
    TREE,
    VOTES_AND_VOTERS,
    of_providers,
    voices_of_tree,
)

# When somebody first decided about the video of a vote.
_FIRST_DECIDED = f"""
SELECT least(
  (SELECT min(created_at) FROM votes_decision d WHERE d.target_type = 'video'
     AND d.target_id = v.video_id AND {value_sql("d.action", "lock")} IS NOT NULL),
  (SELECT min(decided_at) FROM votes_panel p WHERE p.target_type = 'video'
     AND p.target_id = v.video_id AND p.outcome IN ('ai', 'human'))) AS at
"""

# One statement, one commit for any number of votes: voters, votes and dirty marks. Rows are taken
# in the order of their keys, and a voter who is known is locked against erasure alone, so that two
# of these cannot wait for each other. A voter that another transaction is adding right now may be
# neither new nor known here: those votes are missing from the answer, and are sent again.
# Repeating the same opinion only refreshes it. Labels that this network already has on this video
# under the previous address key are taken over, so that a key's rotation does not make two voices
# of one network. What a vote said when its video was decided is kept when it says something else
# afterwards, and so is when its voter first took the side that it leaves: `voices.FIRST_CAST`.
CAST = f"""
WITH ballot AS (
  SELECT * FROM unnest(
    %(voters)s::text[], %(videos)s::text[], %(categories)s::text[], %(ips)s::text[],
    %(prefixes)s::text[], %(site_prefixes)s::text[], %(voices)s::text[],
    %(voices_before)s::text[], %(sites)s::text[], %(sites_before)s::text[],
    %(providers)s::text[], %(providers_before)s::text[], %(client_names)s::text[],
    %(client_versions)s::text[], %(channel_ids)s::text[], %(handles)s::text[],
    %(shorts)s::boolean[], %(titles)s::text[], %(channel_names)s::text[],
    %(signs)s::jsonb[], %(delays)s::int[]) AS b(
    voter, video, category, ip, prefix, site_prefix, voice, voice_before, site, site_before,
    provider, provider_before, client_name, client_version, channel_id, handle, is_short, title,
    channel_name, signs, delay)
), added AS (
  INSERT INTO votes_voter (public_id) SELECT DISTINCT voter FROM ballot ORDER BY voter
  ON CONFLICT (public_id) DO NOTHING
  RETURNING public_id, trust
), voter AS (
  SELECT public_id, trust FROM added
  UNION ALL
  -- The foreign key takes the same lock, but only at the end, when it is too late.
  SELECT * FROM (
    SELECT public_id, trust FROM votes_voter WHERE public_id = ANY(%(voters)s::text[])
    ORDER BY public_id FOR KEY SHARE) AS known
  WHERE public_id NOT IN (SELECT public_id FROM added)
), vote AS (
  INSERT INTO votes_vote AS v (
    voter_id, video_id, category, trust_weight, ip_pseudonym, prefix_pseudonym, site_pseudonym,
    voice, site, provider, client_name, client_version, claimed_channel_id, claimed_handle,
    is_short, waits_until)
  SELECT b.voter, b.video, b.category, r.trust, b.ip, b.prefix, b.site_prefix,
    coalesce(k.voice, b.voice), coalesce(k.site, b.site), coalesce(k.provider, b.provider),
    b.client_name, b.client_version, b.channel_id, b.handle, b.is_short,
    now() + b.delay * interval '1 minute'
  FROM ballot b JOIN voter r ON r.public_id = b.voter
  CROSS JOIN LATERAL (
    SELECT max(o.voice) FILTER (WHERE o.voice = b.voice_before) AS voice,
      max(o.site) FILTER (WHERE o.site = b.site_before) AS site,
      max(o.provider) FILTER (WHERE o.provider = b.provider_before) AS provider
    FROM votes_vote o
    WHERE o.video_id = b.video AND (o.voice = b.voice_before OR o.site = b.site_before
      OR o.provider = b.provider_before)) AS k
  ORDER BY b.voter, b.video
  ON CONFLICT (voter_id, video_id) DO UPDATE SET
    refreshed_at = now(),
    (category, trust_weight, cast_at, changed_at, retracted_at, ip_pseudonym, prefix_pseudonym,
     site_pseudonym, voice, site, provider, client_name, client_version, claimed_channel_id,
     claimed_handle, is_short, waits_until, first_ai_at, first_human_at, settled_category,
     report) = (
      SELECT * FROM (VALUES (
        EXCLUDED.category, EXCLUDED.trust_weight, now(), now(), NULL::timestamptz,
        EXCLUDED.ip_pseudonym, EXCLUDED.prefix_pseudonym, EXCLUDED.site_pseudonym,
        EXCLUDED.voice, EXCLUDED.site, EXCLUDED.provider, EXCLUDED.client_name,
        EXCLUDED.client_version, EXCLUDED.claimed_channel_id, EXCLUDED.claimed_handle,
        EXCLUDED.is_short, EXCLUDED.waits_until,
        CASE v.category WHEN 'not_ai' THEN v.first_ai_at ELSE {FIRST_CAST} END,
        CASE v.category WHEN 'not_ai' THEN {FIRST_CAST} ELSE v.first_human_at END,
        coalesce(v.settled_category, (
          SELECT v.category FROM ({_FIRST_DECIDED}) AS d
          WHERE v.cast_at < d.at AND coalesce(v.retracted_at >= d.at, true))),
        NULL::bigint)) AS changed
      WHERE v.category <> EXCLUDED.category OR v.retracted_at IS NOT NULL
      UNION ALL
      SELECT v.category, v.trust_weight, v.cast_at, v.changed_at, v.retracted_at,
        v.ip_pseudonym, v.prefix_pseudonym, v.site_pseudonym, v.voice, v.site, v.provider,
        v.client_name, v.client_version,
        coalesce(v.claimed_channel_id, EXCLUDED.claimed_channel_id),
        coalesce(v.claimed_handle, EXCLUDED.claimed_handle),
        coalesce(v.is_short, EXCLUDED.is_short), v.waits_until, v.first_ai_at,
        v.first_human_at, v.settled_category, v.report
      WHERE v.category = EXCLUDED.category AND v.retracted_at IS NULL)
  RETURNING voter_id, video_id, waits_until
), said AS ({SAY}), named AS ({NAME}), renamed AS ({RENAME}), mark AS (
  INSERT INTO votes_dirtyvideo (video_id, voter_id) SELECT video_id, voter_id FROM vote
)
SELECT voter_id, video_id, r.trust, waits_until FROM vote JOIN voter r ON r.public_id = voter_id
"""

# No clock is so far ahead, and nothing waits for so long: a time behind this was written before the
# clock was corrected, and counts as none.
TOO_FAR = "now() + interval '2 days'"

# Votes whose time has come count; whether one waits is a fact, so that a score never depends on
# the clock. A row that is being written is left for the next run.
END_DELAYS = f"""
WITH due AS (
  SELECT id FROM votes_vote WHERE waits_until <= now() OR waits_until > {TOO_FAR}
  ORDER BY waits_until LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED
), counted AS (
  UPDATE votes_vote v SET waits_until = NULL, changed_at = now()
  FROM due WHERE v.id = due.id RETURNING v.video_id
), marks AS (
  INSERT INTO votes_dirtyvideo (video_id) SELECT DISTINCT video_id FROM counted
)
SELECT count(*) FROM counted
"""

RETRACT = f"""
WITH gone AS (
  UPDATE votes_vote SET retracted_at = now(), changed_at = now(), report = NULL
  WHERE voter_id = %(voter)s AND video_id = %(video)s AND retracted_at IS NULL
  RETURNING video_id, voter_id
), unsaid AS ({UNSAY}), unnamed AS ({UNNAME}), mark AS (
  INSERT INTO votes_dirtyvideo (video_id, voter_id) SELECT video_id, voter_id FROM gone
)
SELECT count(*) FROM gone
"""

POP = """
DELETE FROM votes_dirtyvideo WHERE id IN (
  SELECT id FROM votes_dirtyvideo ORDER BY id LIMIT %(limit)s)
RETURNING video_id, voter_id
"""

# Voter by voter, so that it never pays to read all votes.
COUNT_VOTES = """
UPDATE votes_voter r SET vote_count = facts.votes,
  last_active = greatest(r.last_active, facts.last_active)
FROM unnest(%(voters)s::text[]) AS w(voter) CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE retracted_at IS NULL) AS votes, max(refreshed_at) AS last_active
  FROM votes_vote WHERE voter_id = w.voter OFFSET 0) AS facts
WHERE r.public_id = w.voter
  AND (r.vote_count <> facts.votes OR r.last_active < facts.last_active)
"""

# Voters whose votes are about to be judged are locked first, in one order for all, as a vote locks
# its voter first: no deadlock.
LOCK_VOTERS_OF = """
SELECT public_id FROM votes_voter
WHERE public_id IN (SELECT voter_id FROM votes_vote WHERE video_id = ANY(%(videos)s))
ORDER BY public_id FOR NO KEY UPDATE
"""


def _resolved(voters: str, outcomes: str) -> str:
    """What the trust of the voters that the two conditions choose is made of, and what it is now.

    By voter: id, age in days, votes, resolved and right votes ever and of late, then the stored
    trust, accuracy and counts.
    """
    return f"""
WITH counted AS (
  SELECT voter_id, count(*) AS resolved, count(*) FILTER (WHERE correct) AS correct,
    count(*) FILTER (WHERE recent) AS recent_resolved,
    count(*) FILTER (WHERE recent AND correct) AS recent_correct
  FROM votes_outcome
  CROSS JOIN LATERAL (
    SELECT cast_at > now() - interval '{trust.RECENT_DAYS} days' AS recent) AS age
  WHERE {outcomes} GROUP BY voter_id
)
SELECT r.public_id, (extract(epoch FROM now() - r.first_seen) / 86400)::float8, r.vote_count,
  coalesce(n.resolved, 0), coalesce(n.correct, 0), coalesce(n.recent_resolved, 0),
  coalesce(n.recent_correct, 0), r.trust, r.accuracy, r.resolved_count, r.correct_count
FROM (SELECT * FROM votes_voter WHERE {voters}) AS r LEFT JOIN counted n ON n.voter_id = r.public_id
ORDER BY r.public_id
"""


RESOLVED = _resolved("public_id = ANY(%(voters)s)", "voter_id = ANY(%(voters)s)")

LAST_VOTER_OF_CHUNK = """
SELECT max(public_id) FROM (
  SELECT public_id FROM votes_voter WHERE public_id > %(after)s
  ORDER BY public_id LIMIT %(limit)s) AS chunk
"""

RESOLVED_OF_CHUNK = _resolved(
    "public_id > %(after)s AND public_id <= %(last)s",
    "voter_id > %(after)s AND voter_id <= %(last)s",
)

STORE_TRUST = """
UPDATE votes_voter r SET (trust, accuracy, resolved_count, correct_count)
  = (n.trust, n.accuracy, n.resolved, n.correct)
FROM json_to_recordset(%(records)s) AS n(
  voter text, trust numeric, accuracy numeric, resolved int, correct int)
WHERE r.public_id = n.voter
"""

# Videos about which a moderator or a jury has decided, also where that was taken back.
_DECIDED = f"""
SELECT target_id AS video_id FROM votes_decision
WHERE target_type = 'video' AND action IN {names_sql("lock")}
UNION SELECT target_id FROM votes_panel WHERE target_type = 'video' AND outcome IN ('ai', 'human')
"""

DECIDED_VIDEOS = f"""
SELECT video_id FROM ({_DECIDED}) AS decided WHERE video_id > %(after)s ORDER BY 1 LIMIT %(limit)s
"""

COUNT_DECIDED = f"SELECT count(*) FROM ({_DECIDED}) AS decided"

# Outcomes of votes that are gone, and those that older rules gave to undecided videos.
DROP_LOST_OUTCOMES = f"""
DELETE FROM votes_outcome o
WHERE NOT EXISTS (
  SELECT FROM votes_vote v WHERE v.id = o.vote_id AND v.voter_id = o.voter_id
    AND v.video_id IN ({_DECIDED}))
"""

# A nightly job is due when its latest run began before the last night.
JOB_IS_DUE = """
SELECT NOT EXISTS (SELECT FROM votes_job WHERE name = %(name)s AND (finished_at IS NULL OR
  started_at BETWEEN date_trunc('day', now() - interval '3 hours', 'UTC') + interval '3 hours'
    AND now()))
"""

_BURST_TREES = of_providers(
    f"""SELECT v.video_id, {SIDE} AS side, {PROVIDER} AS provider, {BURST_COUNTS}
    FROM {VOTES_AND_VOTERS} WHERE {IN_THE_HOUR} AND v.video_id = ANY(%(videos)s)
    GROUP BY 1, 2, 3, {TREE}""",
    "video_id, side",
    "newcomers",
    "voices",
)
# Videos with many newcomers' votes of one side within an hour, with their usual rate. Not those
# that are held, nor for a day those that a moderator released.
LAST_HOUR = f"""
SELECT h.video_id, h.side, h.newcomers, h.voices, (
    SELECT count(*) FROM votes_vote v
    WHERE v.video_id = h.video_id AND {SIDE} = h.side AND {BEFORE_THE_HOUR}
  ) / ({USUAL_DAYS} * 24.0) AS usual
FROM (
  SELECT video_id, side, sum(newcomers)::int AS newcomers, sum(voices)::int AS voices
  FROM ({_BURST_TREES}) AS providers
  GROUP BY 1, 2 HAVING sum(newcomers) >= %(least)s
) AS h
WHERE NOT EXISTS (
  SELECT FROM votes_hold o WHERE o.video_id = h.video_id AND o.side = h.side
    AND (o.until IS NULL OR (o.genuine AND o.until > now() - interval '1 day')))
"""

# A hold starts an hour back, but not before the end of an earlier one.
HOLD = """
WITH held AS (
  INSERT INTO votes_hold (video_id, side, since, scope, threshold)
  SELECT n.video_id, n.side, greatest(now() - interval '1 hour', (
      SELECT max(o.until) FROM votes_hold o WHERE o.video_id = n.video_id AND o.side = n.side)),
    n.scope, n.threshold
  FROM unnest(%(videos)s::text[], %(sides)s::text[], %(scopes)s::text[], %(thresholds)s::int[])
    AS n(video_id, side, scope, threshold)
  ON CONFLICT DO NOTHING RETURNING video_id
), marks AS (
  INSERT INTO votes_dirtyvideo (video_id) SELECT video_id FROM held
)
SELECT count(*) FROM held
"""

_WARM_TREES = of_providers(
    f"""SELECT v.video_id, {PROVIDER} AS provider, {voices_of_tree()} AS newcomers
    FROM {VOTES_AND_VOTERS}
    WHERE {IN_THE_HOUR} AND {NEWCOMER} AND {SIDE} = h.side AND v.video_id IN (
      SELECT o.video_id FROM votes_hold o
      WHERE o.until IS NULL AND o.scope = h.scope AND o.side = h.side)
    GROUP BY 1, 2, {TREE}""",
    "video_id",
    "newcomers",
)
# How many newcomers the last hour brought to what is held, by scope.
WARMTH = f"""
SELECT h.scope, h.side, max(h.threshold), (
  SELECT coalesce(sum(newcomers), 0)::int FROM ({_WARM_TREES}) AS providers)
FROM votes_hold h WHERE h.until IS NULL GROUP BY h.scope, h.side
"""

COOL = """
WITH cooled AS (
  UPDATE votes_hold h SET until = now()
  FROM unnest(%(scopes)s::text[], %(sides)s::text[]) AS c(scope, side)
  WHERE h.until IS NULL AND h.scope = c.scope AND h.side = c.side RETURNING h.video_id
), marks AS (
  INSERT INTO votes_dirtyvideo (video_id) SELECT video_id FROM cooled
)
SELECT count(*) FROM cooled
"""

RELEASE = """
WITH released AS (
  UPDATE votes_hold SET genuine = true, until = coalesce(until, now())
  WHERE id = ANY(%(holds)s) AND NOT genuine RETURNING video_id
)
INSERT INTO votes_dirtyvideo (video_id) SELECT DISTINCT video_id FROM released
"""

HOLD_AGAIN = """
WITH held AS (
  UPDATE votes_hold SET genuine = false WHERE id = ANY(%(holds)s) AND genuine RETURNING video_id
)
INSERT INTO votes_dirtyvideo (video_id) SELECT DISTINCT video_id FROM held
"""

# A case is opened once: not again while it is open, nor after it was decided on this evidence, nor
# for `rest_s` seconds after any decision about its target.
OPEN_CASES = """
INSERT INTO votes_case (kind, target_type, target_id, evidence)
SELECT %(kind)s, %(target_type)s, n.target, n.evidence
FROM unnest(%(targets)s::text[], %(evidence)s::jsonb[]) AS n(target, evidence)
WHERE NOT EXISTS (
  SELECT FROM votes_case c
  WHERE c.kind = %(kind)s AND c.target_type = %(target_type)s AND c.target_id = n.target
    AND c.evidence = n.evidence AND (c.state <> 'closed' OR c.decision_id IS NOT NULL)
) AND NOT EXISTS (
  SELECT FROM votes_decision d
  WHERE d.target_type = %(target_type)s AND d.target_id = n.target
    AND d.created_at > now() - %(rest_s)s::float8 * interval '1 second'
    AND d.reverses_id IS NULL
    AND NOT EXISTS (SELECT FROM votes_decision b WHERE b.reverses_id = d.id))
ON CONFLICT (kind, target_type, target_id) WHERE NOT (state = 'closed')
DO UPDATE SET evidence = excluded.evidence
"""

# What nobody has taken yet, and has become pointless.
CLOSE_CASES = """
UPDATE votes_case SET state = 'closed', closed_at = now(), outcome = %(outcome)s
WHERE kind = %(kind)s AND target_type = %(target_type)s AND target_id = ANY(%(targets)s)
  AND NOT (state = 'closed') AND state = 'open'
"""

# The open case of appeals about a target, opened if there is none; locked, so that it is not
# closed before this appeal is in it.
APPEAL_CASE = """
INSERT INTO votes_case (kind, target_type, target_id, evidence)
VALUES ('appeal', %(target_type)s, %(target_id)s, '{}')
ON CONFLICT (kind, target_type, target_id) WHERE NOT (state = 'closed')
DO UPDATE SET target_id = excluded.target_id
RETURNING id
"""

FORGET_CONTACTS = f"""
UPDATE votes_appeal a SET contact = '' FROM votes_case c
WHERE c.id = a.case_id AND a.contact <> ''
  AND (c.closed_at < now() - interval '30 days' OR c.closed_at > {TOO_FAR})
"""

# Of those, and of who has not confirmed an address in two days.
FORGET_ADDRESSES = f"""
DELETE FROM votes_appealaddress d USING votes_appeal a, votes_case c
WHERE a.token = d.appeal_id AND c.id = a.case_id
  AND (c.closed_at < now() - interval '30 days' OR c.closed_at > {TOO_FAR}
    OR d.confirmed_at IS NULL AND d.asked_at < now() - interval '2 days')
"""

# How long appeals took that moderators decided in 30 days: how many, in half of the cases, in nine
# of ten.
APPEALS_TOOK = """
SELECT count(*),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM closed_at - opened_at)),
  percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM closed_at - opened_at))
FROM votes_case
WHERE kind = 'appeal' AND decision_id IS NOT NULL AND closed_at > now() - interval '30 days'
  AND closed_at <= now() AND opened_at <= closed_at
"""

# Pairs of accounts that voted on the same side of the same rare videos within minutes. Videos
# with many votes say little and are left out, which bounds the work: at most 29 pairs a vote.
# The votes that one report brought at one moment are one event, whoever shares them.
CO_VOTES = f"""
WITH recent AS (
  SELECT v.voter_id, v.video_id, {FIRST_CAST} AS first_cast, {SIDE} AS side,
    coalesce('r' || v.report || ' ' || {FIRST_CAST}, 'v' || v.id) AS event
  FROM {VOTES_AND_VOTERS}
  WHERE {COUNTS} AND {FIRST_CAST} > now() - interval '{clusters.WINDOW_DAYS} days'
), rare AS (
  SELECT * FROM recent WHERE video_id IN (
    SELECT video_id FROM recent GROUP BY video_id
    HAVING count(*) BETWEEN 2 AND {clusters.RARE_VOTES})
), counts AS (
  SELECT voter_id, count(DISTINCT event) AS votes FROM rare GROUP BY voter_id
  HAVING count(DISTINCT event) >= {clusters.SHARED_VIDEOS}
), frequent AS (
  SELECT rare.* FROM rare JOIN counts USING (voter_id)
), pairs AS (
  SELECT a.voter_id AS a, b.voter_id AS b,
    least(count(DISTINCT a.event), count(DISTINCT b.event)) AS shared
  FROM frequent a JOIN frequent b
    ON b.video_id = a.video_id AND b.side = a.side AND b.voter_id > a.voter_id
    AND b.first_cast BETWEEN a.first_cast - interval '{clusters.TOGETHER_MINUTES} minutes'
      AND a.first_cast + interval '{clusters.TOGETHER_MINUTES} minutes'
  GROUP BY 1, 2
  HAVING least(count(DISTINCT a.event), count(DISTINCT b.event)) >= {clusters.SHARED_VIDEOS}
)
SELECT p.a, p.b, p.shared, x.votes, y.votes
FROM pairs p JOIN counts x ON x.voter_id = p.a JOIN counts y ON y.voter_id = p.b
WHERE NOT EXISTS (
  SELECT FROM votes_membership m JOIN votes_membership n USING (cluster_id)
  JOIN votes_cluster c ON c.key = m.cluster_id AND c.state = 'dissolved'
  WHERE m.voter_id = p.a AND n.voter_id = p.b)
"""

# Give voters their cluster (null for none) and score again what they voted on.
SET_CLUSTER = """
WITH moved AS (
  UPDATE votes_voter SET cluster = %(cluster)s, standing_changed_at = now()
  WHERE public_id = ANY(%(voters)s) AND cluster IS DISTINCT FROM %(cluster)s RETURNING public_id
), marks AS (
  INSERT INTO votes_dirtyvideo (video_id)
  SELECT DISTINCT v.video_id FROM votes_vote v JOIN moved ON moved.public_id = v.voter_id
)
SELECT count(*) FROM moved
"""

ALL_VIDEOS = """
SELECT video_id FROM votes_vote WHERE video_id > %(after)s
UNION SELECT target_id FROM votes_decision WHERE target_type = 'video' AND target_id > %(after)s
UNION SELECT target_id FROM votes_panel WHERE target_type = 'video' AND target_id > %(after)s
ORDER BY 1 LIMIT %(limit)s
"""

MARK_VIDEOS_OF_VOTER = """
INSERT INTO votes_dirtyvideo (video_id)
SELECT video_id FROM votes_vote WHERE voter_id = %(voter)s
"""

# Where it matters whether these are rooted: of IPv6 a voice is a voice (`votes.juries.tree`).
MARK_SHARED_OF_VOTERS = """
INSERT INTO votes_dirtyvideo (video_id)
SELECT DISTINCT video_id FROM votes_vote
WHERE voter_id = ANY(%(voters)s) AND voice IS NOT NULL AND site IS NULL
"""

# Videos a moderator has locked keep the vote, without its voter.
ANONYMISE_ON_LOCKED = f"""
UPDATE votes_vote v SET voter_id = NULL, ip_pseudonym = NULL, prefix_pseudonym = NULL,
  site_pseudonym = NULL, client_name = '', client_version = ''
WHERE v.voter_id = %(voter)s AND (
  SELECT {value_sql("d.action", "lock")} FROM votes_decision d
  WHERE d.target_type = 'video' AND d.target_id = v.video_id
    AND d.action IN {names_sql("lock")}
  ORDER BY d.id DESC LIMIT 1) IS NOT NULL
"""

# Marks the pipeline holds are being deleted by it; to wait for them, with the voter locked, could
# be to wait for a pipeline that waits for the voter.
FORGET_VOTER_IN_MARKS = """
UPDATE votes_dirtyvideo SET voter_id = NULL WHERE id IN (
  SELECT id FROM votes_dirtyvideo WHERE voter_id = %(voter)s FOR UPDATE SKIP LOCKED)
"""

EXPIRE_ADDRESSES = f"""
UPDATE votes_vote SET ip_pseudonym = NULL, prefix_pseudonym = NULL, site_pseudonym = NULL
WHERE prefix_pseudonym IS NOT NULL
  AND (refreshed_at < now() - interval '30 days' OR refreshed_at > {TOO_FAR})
"""

QUEUE = """
SELECT count(*), coalesce(extract(epoch FROM now() - min(marked_at)), 0)
FROM (SELECT marked_at FROM votes_dirtyvideo ORDER BY id LIMIT 10000) AS head
"""
