-- Places, in the order of ids, of memories and of what they were made of: see anchors.sql.
WITH known AS (
    SELECT id, level, source_ids FROM memories
    UNION ALL
    SELECT id, level, source_ids FROM archive
),
placed AS (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM known
),
made_of AS (
    SELECT id, unnest(source_ids) AS part FROM known WHERE level BETWEEN 1 AND 3
)
SELECT wholes.place AS whole, parts.place AS part
FROM made_of
JOIN placed AS wholes ON made_of.id = wholes.id
JOIN placed AS parts ON made_of.part = parts.id
ORDER BY whole, part
