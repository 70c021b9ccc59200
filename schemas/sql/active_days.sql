-- The days since 1970 on which the store was told or asked something; ? is the present.
SELECT DISTINCT CAST(floor(epoch(moment) / 86400) AS BIGINT) AS day
FROM (
    SELECT DISTINCT date_trunc('day', recorded_at) AS moment FROM memories WHERE level = 0
    UNION
    SELECT DISTINCT date_trunc('day', recorded_at) FROM archive WHERE level = 0
    UNION
    SELECT DISTINCT date_trunc('day', accessed_at) FROM accesses
    UNION
    SELECT to_timestamp(day * 86400) FROM (SELECT DISTINCT unnest(days) AS day FROM accesses)
)
WHERE moment <= CAST(? AS TIMESTAMPTZ)
ORDER BY day
