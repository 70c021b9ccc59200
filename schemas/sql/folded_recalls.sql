-- One row a memory for its recalls before $1, and for those that were folded before: when it was
-- recalled last, how often, and on which days since 1970.
WITH recalled AS (
    SELECT
        id, accessed_at, coalesce(times, 1) AS times,
        coalesce(days, [CAST(floor(epoch(accessed_at) / 86400) AS INTEGER)]) AS days
    FROM accesses
    WHERE days IS NOT NULL OR accessed_at < $1
)
SELECT
    id,
    max(accessed_at) AS accessed_at,
    CAST(NULL AS VARCHAR) AS query,
    CAST(NULL AS INTEGER) AS rank,
    CAST(NULL AS VARCHAR) AS session_id,
    CAST(sum(times) AS INTEGER) AS times,
    list_sort(list_distinct(flatten(list(days)))) AS days
FROM recalled
GROUP BY id
ORDER BY id
