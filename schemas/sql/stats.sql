-- One row a namespace: what `memcli stats` shows.
SELECT
    namespace,
    count(*) AS memories,
    count(*) FILTER (level = 0) AS turns,
    count(*) FILTER (level = 1) AS statements,
    count(*) FILTER (level >= 2) AS summaries,
    count(DISTINCT session_id) AS sessions,
    count(DISTINCT speaker) AS speakers,
    min(happened_at) AS first_at,
    max(happened_at) AS last_at
FROM memories
GROUP BY namespace
ORDER BY namespace;
