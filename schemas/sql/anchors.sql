-- What the retention of every memory rests on, in the order of ids; until $1 things hold that have
-- an end, and recalls before $2 count.
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
),
statements AS (
    SELECT id, importance, superseded_by, unnest(source_ids) AS turn FROM known WHERE level = 1
),
stated AS (
    SELECT turn AS id, max(importance) AS importance
    FROM statements WHERE superseded_by IS NULL GROUP BY turn
),
extracted AS (
    SELECT DISTINCT unnest(source_ids) AS id FROM known WHERE level = 2
),
tied AS (
    SELECT id, count(*) AS links
    FROM (
        SELECT unnest([source_id, target_id]) AS id
        FROM links
        WHERE relation IN
            ('similar', 'supports', 'contradicts', 'causes', 'depends_on', 'co_recalled')
    )
    GROUP BY id
),
-- What somebody brought back by hand was recalled then.
asked AS (
    SELECT id, accessed_at FROM accesses WHERE accessed_at < $2
    UNION
    SELECT id, recorded_at FROM strengths
    WHERE
        stability_days IS NULL AND recorded_at < $2
        AND (state NOT IN ('hidden', 'archived') OR retention IS NOT NULL)
),
-- A statement and the turn that it was made in are one memory to whoever recalls either.
recalled AS (
    SELECT id, accessed_at FROM asked
    UNION
    SELECT statements.turn, accessed_at FROM asked JOIN statements ON asked.id = statements.id
    UNION
    SELECT statements.id, accessed_at FROM asked JOIN statements ON asked.id = statements.turn
    UNION
    -- The recalls themselves are not in an export, but when the last one was: that has been spread.
    SELECT id, last_access_at FROM strengths WHERE last_access_at < $2
),
recalls AS (
    SELECT
        id, list(epoch(accessed_at) ORDER BY accessed_at) AS recalls_s, count(*) AS n_recalls,
        max(accessed_at) AS last_recall
    FROM recalled GROUP BY id
)
SELECT
    known.id,
    known.namespace,
    known.type,
    known.level,
    known.archived,
    epoch(known.recorded_at) AS made_s,
    -- Of turns that nothing was stated of, long ones say more, and what somebody asked is looked
    -- for later; what was not read yet may say much.
    coalesce(
        known.importance,
        stated.importance,
        CASE
            WHEN known.level > 0 THEN 0.1
            WHEN extracted.id IS NULL OR known.asks THEN 0.4
            ELSE 0.4 * (1 - exp(-known.letters / 25.0))
        END
    ) * CASE
        WHEN known.superseded_by IS NULL THEN 1.0
        -- A summary that was made anew is of no more use; a statement says what once held.
        WHEN known.level > 1 THEN 0.1
        ELSE 0.5
    END AS importance,
    known.attribute IS NOT NULL AS claims,
    coalesce(len(known.source_ids), 1) AS length,
    coalesce(tied.links, 0) AS links,
    coalesce(known.pinned, false)
        OR (
            known.level = 4 AND known.superseded_by IS NULL
            AND coalesce(known.value, '') NOT IN ('done', 'failed')
        )
        -- Who somebody is, and how things are done, is not worn out by time.
        OR (
            known.type IN ('core', 'procedural')
            AND (known.superseded_by IS NULL OR known.level < 2)
        )
        OR coalesce(known.valid_to > $1 AND known.valid_to > known.recorded_at, false)
        OR coalesce(known.valid_from > $1, false)
        -- What no longer holds says so of its turn, which would pass for true without it.
        OR (known.level = 1 AND known.superseded_by IS NOT NULL AND known.valid_to IS NOT NULL)
        AS kept,
    recalls.recalls_s,
    recalls.last_recall,
    coalesce(recalls.n_recalls, 0) AS n_recalls,
    -- Archived by hand, or elsewhere: then no decay brings it back.
    known.archived AND strengths.retention IS NULL AS by_hand,
    CASE WHEN strengths.stability_days IS NULL THEN strengths.recorded_at END AS set_at,
    CASE
        WHEN known.archived THEN 'archived'
        WHEN strengths.state IN ('dormant', 'promoted', 'hidden') THEN strengths.state
        ELSE 'active'
    END AS state,
    coalesce(strengths.n_accesses, 0) AS counted
FROM known
LEFT JOIN stated ON known.id = stated.id
LEFT JOIN extracted ON known.id = extracted.id
LEFT JOIN tied ON known.id = tied.id
LEFT JOIN recalls ON known.id = recalls.id
LEFT JOIN strengths ON known.id = strengths.id
ORDER BY known.id
