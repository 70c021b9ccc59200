-- What is kept of the state of a memory: which it is, how many recalls were counted, whether decay
-- had a say in it, and when somebody set it by hand.
SELECT
    id,
    CASE WHEN state IN ('dormant', 'promoted', 'hidden') THEN state ELSE 'active' END AS state,
    n_accesses AS counted,
    retention IS NOT NULL AS faded,
    CASE WHEN stability_days IS NULL THEN recorded_at END AS set_at
FROM strengths
