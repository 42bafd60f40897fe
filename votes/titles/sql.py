"""Every raw statement on the titles that voters claim."""

from votes.voices import COUNTS, PROVIDER, TREE, of_providers, voices_of_tree

KEPT_DAYS = 90
READ = 1000
"""Of a video so many claims are looked at, the newest."""

# As `votes.sql.CAST` has the ballots and their voters: what a page said is stored with its vote.
SAY = """
  INSERT INTO votes_title AS t (voter_id, video_id, title, channel_name)
  SELECT b.voter, b.video, b.title, b.channel_name
  FROM ballot b JOIN voter r ON r.public_id = b.voter
  WHERE b.title <> '' OR b.channel_name <> ''
  ORDER BY b.voter, b.video
  ON CONFLICT (voter_id, video_id) DO UPDATE SET said_at = now(),
    title = coalesce(nullif(excluded.title, ''), t.title),
    channel_name = coalesce(nullif(excluded.channel_name, ''), t.channel_name)
"""

# With the votes `gone` that were withdrawn goes what their pages said.
UNSAY = """
  DELETE FROM votes_title t USING gone
  WHERE t.voter_id = gone.voter_id AND t.video_id = gone.video_id
"""

# Of the tree of networks, as everywhere: a customer's many networks are two voices at most.
_TREES = f"""SELECT c.kind, c.claim, {PROVIDER} AS provider, {voices_of_tree()} AS voices
  FROM said s JOIN votes_vote v ON v.voter_id = s.voter_id AND v.video_id = %(video)s
  JOIN votes_voter r ON r.public_id = s.voter_id
  CROSS JOIN LATERAL (VALUES ('title', s.title), ('channel', s.channel_name)) AS c(kind, claim)
  WHERE {COUNTS} AND v.waits_until IS NULL AND c.claim <> ''
  GROUP BY 1, 2, 3, {TREE}"""

# What most independent voices call a video, and its channel.
AGREED = f"""
WITH said AS (
  SELECT voter_id, title, channel_name FROM votes_title WHERE video_id = %(video)s
  ORDER BY said_at DESC LIMIT {READ}
), counted AS (
  SELECT kind, claim, sum(voices)::bigint AS voices
  FROM ({of_providers(_TREES, "kind, claim", "voices")}) AS providers GROUP BY kind, claim
)
SELECT DISTINCT ON (kind) kind, claim, voices FROM counted
WHERE voices >= %(voices)s ORDER BY kind, voices DESC, claim
"""

FORGET_OLD = f"""
DELETE FROM votes_title WHERE id IN (
  SELECT id FROM votes_title
  WHERE said_at < now() - interval '{KEPT_DAYS} days' OR said_at > now() + interval '2 days'
  LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
"""
