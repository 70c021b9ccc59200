-- What the row of each memory of the levels from $2 to $3 says of its retention, in no order; until
-- $1 things hold that have an end. What other rows say of it is put beside it in
-- memcli/retention/anchor_columns.py.
-- Of a text only what is asked of it is kept: all of them would lie in memory at once.
WITH known AS (
    SELECT
        id, namespace, type, level, text LIKE '%?%' AS asks, length(text) AS letters, recorded_at, valid_from, valid_to, importance, pinned,
        source_ids, superseded_by, attribute, value, false AS archived
    FROM memories
    UNION ALL
    SELECT
        id, namespace, type, level, text LIKE '%?%', length(text), recorded_at, valid_from, valid_to, importance, pinned,
        source_ids, superseded_by, attribute, value, true
    FROM archive
)
SELECT
    id,
    namespace,
    type,
    level,
    archived,
    epoch(recorded_at) AS made_s,
    importance,
    -- What a turn matters that nothing was stated of: long ones say more, and what somebody asked
    -- is looked for later.
    CASE WHEN asks THEN 0.4 ELSE 0.4 * (1 - exp(-letters / 25.0)) END AS unstated,
    superseded_by IS NOT NULL AS replaced,
    attribute IS NOT NULL AS claims,
    coalesce(len(source_ids), 1) AS length,
    coalesce(pinned, false)
        OR (
            level = 4 AND superseded_by IS NULL
            AND coalesce(value, '') NOT IN ('done', 'failed')
        )
        -- Who somebody is, and how things are done, is not worn out by time.
        OR (
            type IN ('core', 'procedural')
            AND (superseded_by IS NULL OR level < 2)
        )
        OR coalesce(valid_to > $1 AND valid_to > recorded_at, false)
        OR coalesce(valid_from > $1, false)
        -- What no longer holds says so of its turn, which would pass for true without it.
        OR (level = 1 AND superseded_by IS NOT NULL AND valid_to IS NOT NULL)
        AS kept,
    CASE WHEN level BETWEEN 1 AND 3 THEN source_ids END AS parts
FROM known
WHERE level BETWEEN $2 AND $3
