-- Views over the tables of a snapshot, for `memcli sql`, `stats` and `export`.
CREATE VIEW turns AS SELECT * FROM memories WHERE level = 0;
CREATE VIEW statements AS SELECT * FROM memories WHERE level = 1;
CREATE VIEW sessions AS
SELECT
    namespace,
    session_id,
    count(*) AS turns,
    min(happened_at) AS started_at,
    max(happened_at) AS ended_at,
    list_sort(list_distinct(list(speaker))) AS speakers
FROM memories
WHERE level = 0
GROUP BY namespace, session_id;
