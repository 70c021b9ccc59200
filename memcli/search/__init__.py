"""Search: candidates, signals, ranking, queries, evaluation, feedback."""
