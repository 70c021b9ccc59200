-- How many links lead to or from each memory that has any.
SELECT id, count(*) AS links
FROM (
    SELECT unnest([source_id, target_id]) AS id
    FROM links
    WHERE relation IN
        ('similar', 'supports', 'contradicts', 'causes', 'depends_on', 'co_recalled')
)
GROUP BY id
