"""The raw statement on how juries are."""

from channels.samples.sql import WAITING
from votes.juries.panel_sql import COUNTS
from votes.juries.wear import LEFT

OVERVIEW = f"""
SELECT json_build_object(
  'has_jurors', EXISTS (SELECT FROM votes_juror),
  'pairs', (SELECT count(*) FROM votes_jurorpair),
  'counts', (SELECT row_to_json(c) FROM ({COUNTS}) AS c("open", rooted, response)),
  'gold', (SELECT row_to_json(g) FROM ({LEFT}) AS g),
  'waiting', (SELECT row_to_json(w) FROM ({WAITING}) AS w("left", own, "of")),
  'rates', (SELECT coalesce(json_agg(r), '[]') FROM (
    SELECT sample_id::text AS day, to_char(sample_id, 'YYYY-MM') AS month, side, answered, unclear,
      wrong, rate, low, high
    FROM votes_errorrate ORDER BY sample_id DESC, side LIMIT %(rates)s) r))::text
"""
