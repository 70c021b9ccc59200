"""Evidence for a message, which goes on with a project rather than asks: see continuation.py."""

from memcli.algorithms.continuation import (
    kindred_evidence,
    project_evidence,
    recency,
    topic_likeness,
)
from memcli.algorithms.evidence import Candidates
from memcli.algorithms.fusion import Fused, relative, scaled
from memcli.algorithms.weights import Weights


def in_topic(evidence: Fused, candidates: Candidates, weights: Weights) -> Fused:
    """Add what counts for a message, as the shares project, topic, recency and kin [n]."""
    heard = candidates.heard
    best = evidence.score.max(initial=0.0)
    if heard is None or best <= 0.0:
        return evidence
    # Each record is a session by itself, and no part of a project.
    of_projects = not candidates.are_records
    if of_projects:
        told = relative(project_evidence(heard), weights.sharpness)
        shares = evidence.shares | {"project": best * weights.project * told}
        evidence = scaled(shares, 1.0 / (1.0 + weights.project))
        best = evidence.score.max()
    added = {
        "topic": weights.topic * topic_likeness(evidence.score, heard, weights.topic_sessions),
        "recency": weights.recency * recency(heard.age, weights.recency_days),
    }
    most = 1.0 + weights.topic + weights.recency
    shares = evidence.shares | {name: best * part for name, part in added.items()}
    found = scaled(shares, 1.0 / most)
    if not of_projects:
        return found
    kin = weights.kin * kindred_evidence(found.score, heard, weights.kin_sharpness)
    return scaled(found.shares | {"kin": kin}, 1.0 / (1.0 + weights.kin))
