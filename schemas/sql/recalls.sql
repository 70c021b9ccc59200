-- When each memory was recalled before $1, in microseconds, once each; how many more recalls there
-- were on days of which one time stands for all; and whether what was recalled with it was, too.
WITH folded AS (
    SELECT id, same_day, CASE
        -- Of the last day the time is known.
        WHEN day = CAST(floor(epoch(last) / 86400) AS INTEGER) THEN last
        ELSE to_timestamp(day * 86400 + 43200)
    END AS accessed_at
    FROM (
        SELECT id, times - len(days) AS same_day, accessed_at AS last, unnest(days) AS day
        FROM accesses WHERE days IS NOT NULL
    )
),
recalled AS (
    SELECT id, accessed_at, 0 AS same_day, true AS spreads FROM accesses WHERE days IS NULL
    UNION ALL
    SELECT id, accessed_at, same_day, true FROM folded
    UNION ALL
    -- What somebody brought back by hand was recalled then.
    SELECT id, recorded_at, 0, true FROM strengths
    WHERE stability_days IS NULL AND (state NOT IN ('hidden', 'archived') OR retention IS NOT NULL)
    UNION ALL
    -- The recalls themselves are not in an export, but when the last one was: that has been spread.
    SELECT id, last_access_at, 0, false FROM strengths
)
SELECT id, epoch_us(accessed_at) AS at_us, max(same_day) AS same_day, bool_or(spreads) AS spreads
FROM recalled WHERE accessed_at < $1
GROUP BY id, accessed_at
