"""Handles that were written down with accents become the handles that YouTube takes them for.

They are in their normal form of before (percent-decoded, NFC, case-folded): what is left is to
take the marks off Latin letters, as `common.ids.normalise_handle` does since. Facts of
two spellings become one; the pipeline makes the projections of them, and tells clients. A mirror
has no facts: it follows what its source says.

Decisions cannot be changed. The last word on every channel that it was said of under another
spelling is written down again under the one that counts, with its reason and its time, so that
the release before finds it too. Here, above all apps, since it is one transaction or nothing.
"""

from django.db import migrations

FOLD = (
    r"""
    CREATE FUNCTION pg_temp.folded(key text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
      SELECT normalize(regexp_replace(normalize(key, NFD),
        '([a-z\u00e6\u00f8\u0292])[\u0300-\u036f]+', '\1', 'g'), NFC)
    $$
    """,
    """
    CREATE FUNCTION pg_temp.is_accented(key text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
      SELECT octet_length(key) <> char_length(key) AND pg_temp.folded(key) <> key
    $$
    """,
    "CREATE TEMPORARY TABLE accented (key text) ON COMMIT DROP",
    # Rows in the order in which votes take them, so that neither waits for the other for ever.
    """
    WITH spelled AS (
      SELECT id FROM votes_vote WHERE pg_temp.is_accented(claimed_handle)
      ORDER BY voter_id, video_id FOR NO KEY UPDATE
    ), moved AS (
      UPDATE votes_vote v SET claimed_handle = pg_temp.folded(v.claimed_handle)
      FROM spelled s WHERE v.id = s.id RETURNING v.video_id
    )
    INSERT INTO votes_dirtyvideo (video_id) SELECT DISTINCT video_id FROM moved
    """,
    """
    INSERT INTO accented
    SELECT target_id FROM votes_decision
    WHERE target_type = 'channel' AND pg_temp.is_accented(target_id)
    """,
    """
    INSERT INTO votes_decision
      (actor, action, target_type, target_id, reason, before, after, created_at)
    SELECT actor, action, target_type, key, reason || ' (' || target_id || ' is the same handle.)',
      before, after, created_at
    FROM (
      SELECT DISTINCT ON (k.key, k.aspect) d.*, k.key
      FROM votes_decision d CROSS JOIN LATERAL (
        SELECT pg_temp.folded(d.target_id) AS key,
          CASE WHEN d.action IN ('confirm_claims', 'question_claims') THEN 'claims'
            WHEN d.action = 'release' THEN 'bursts' ELSE 'standing' END AS aspect) AS k
      WHERE d.target_type = 'channel'
        AND d.action IN ('flag_channel', 'clear_channel', 'unlock_channel', 'confirm_claims',
          'question_claims', 'release')
        AND k.key IN (SELECT pg_temp.folded(key) FROM accented)
      ORDER BY k.key, k.aspect, d.id DESC
    ) AS latest
    WHERE target_id <> key AND NOT (action = 'release' AND reverses_id IS NOT NULL)
    ORDER BY id
    """,
    """
    CREATE TEMPORARY TABLE joined ON COMMIT DROP AS
    SELECT id, min(id) OVER (PARTITION BY kind, pg_temp.folded(target_id)) AS kept
    FROM votes_case WHERE target_type = 'channel' AND NOT (state = 'closed')
    """,
    """
    UPDATE votes_appeal a SET case_id = j.kept
    FROM joined j WHERE j.id = a.case_id AND j.id <> j.kept
    """,
    "DELETE FROM votes_case c USING joined j WHERE c.id = j.id AND j.id <> j.kept",
    """
    UPDATE votes_case SET target_id = pg_temp.folded(target_id)
    WHERE target_type = 'channel' AND pg_temp.is_accented(target_id)
    """,
    "UPDATE votes_hold SET scope = pg_temp.folded(scope) WHERE pg_temp.is_accented(scope)",
    # As an import does: two at once would not see what the other writes.
    "LOCK TABLE channels_listing IN SHARE ROW EXCLUSIVE MODE",
    """
    INSERT INTO accented
    SELECT '@' || handle FROM channels_listing WHERE pg_temp.is_accented(handle)
    """,
    # Of a source's entries that are one now: open if any is, with the strongest level of those.
    """
    CREATE TEMPORARY TABLE merged ON COMMIT DROP AS
    SELECT array_agg(id ORDER BY id) AS ids, pg_temp.folded(handle) AS handle,
      min(first_seen) AS first_seen, max(last_seen) AS last_seen,
      CASE WHEN bool_and(removed_at IS NOT NULL) THEN max(removed_at) END AS removed_at,
      (array_agg(level ORDER BY removed_at IS NOT NULL, array_position(
        ARRAY['block', 'warn', 'tie'], level::text)))[1] AS level
    FROM channels_listing WHERE handle IS NOT NULL
    GROUP BY source, channel_id, pg_temp.folded(handle)
    HAVING bool_or(pg_temp.is_accented(handle))
    """,
    "DELETE FROM channels_listing l USING merged m WHERE l.id = ANY(m.ids[2:])",
    """
    UPDATE channels_listing l
    SET (handle, first_seen, last_seen, removed_at, level)
      = ROW(m.handle, m.first_seen, m.last_seen, m.removed_at, m.level)
    FROM merged m WHERE l.id = m.ids[1]
    """,
    """
    WITH gone AS (
      DELETE FROM channels_notice WHERE pg_temp.is_accented(key) RETURNING key, since
    ), named AS (
      INSERT INTO accented SELECT key FROM gone
    )
    INSERT INTO channels_notice AS n (key, since)
    SELECT pg_temp.folded(key), min(since) FROM gone GROUP BY 1
    ON CONFLICT (key) DO UPDATE SET since = least(n.since, excluded.since)
    """,
    """
    UPDATE sync_statuschange SET key = pg_temp.folded(key)
    WHERE kind = 'channel' AND pg_temp.is_accented(key)
    """,
    """
    UPDATE desk_batch SET targets = ARRAY(
      SELECT pg_temp.folded(target) FROM unnest(targets) WITH ORDINALITY AS t(target, place)
      ORDER BY place)
    WHERE target_type = 'channel' AND pg_temp.is_accented(array_to_string(targets, ' '))
    """,
    # Both spellings: clients are to forget the one and to learn of the other.
    """
    INSERT INTO channels_dirtychannel (key)
    SELECT key FROM accented UNION SELECT pg_temp.folded(key) FROM accented
    """,
    "DROP FUNCTION pg_temp.is_accented(text)",
    "DROP FUNCTION pg_temp.folded(text)",
)


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0003_fewer_indexes"),
        ("desk", "0004_names_in_normal_form"),
        ("sync", "0007_change_fewer_indexes"),
        ("videos", "0005_video_of_two_minds"),
        ("votes", "0011_erasure"),
    ]

    operations = [migrations.RunSQL([*FOLD], reverse_sql=migrations.RunSQL.noop)]
