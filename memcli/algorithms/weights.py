"""Weights: what each signal of a search counts."""

from dataclasses import astuple, dataclass


@dataclass(frozen=True)
class Weights:
    """
    What each signal counts; the fitted values are in memcli/search/weights.toml.

    dense, lexical, interaction, speaker: of the evidence of the turn itself; fact: of a fact that
    says what the question asks for, and of the turn that says it.
    lent_forward, lent_backward, lent_decay, lent_window: what a turn lends of the question's words
    to those after and before it, see `late_interaction.with_neighbours`.
    statement_lexical, segment: of what the keys of a turn say of it, where there are keys.
    sharpness: power on the relative scores of all of these.
    words: scale of the discount on short turns, see `length_factor`; record_words: the same among
    records, see `of_records`.
    forward, backward, decay, window: the contiguity kernel, in parts of the neighbour's evidence.
    exchange: the same within an exchange with an assistant, a turn and its reply, which takes the
    place of that kernel.
    session, session_turns: weight of the mean of the session's best turns, and of how many turns;
    session_again: how much less each further turn of a session counts where a few hold them all.
    elsewhere, elsewhere_hours: weight of what was said at the time in another session, and how fast
    it fades with the time between; records: 1 or more, how many times as much that counts for a
    record, and as little its neighbours and its session.
    documents: how many times as much the meaning of a paragraph of a document counts, see
    `of_documents`.
    asks, answers, dated: factors on a turn that asks, that comes after one that does, and that says
    a time where the question asks for one.
    other_role: factor in [0, 1] on the turns of a chat with an assistant that are not of whom the
    question is about.
    superseded: factor in [0, 1] on statements that a newer one replaced: they stay findable, below
    their equals. restated: the same on what the same speaker said otherwise later, where a question
    asks for what holds now.
    dormant: factor in [0, 1] on what has faded.
    time: how many times as much, less one, what was said at the time asked for counts; latest: the
    same of the latest or first of what answers, where the question asks for that.
    topic, topic_sessions, recency, recency_days: what counts for messages beside their evidence,
    against that of the best candidate, see continuation.py. project: the same of what a session and
    its kin say of the message; kin, kin_sharpness: what the evidence of other sessions counts for
    those that are like them, by likeness to the power of sharpness.
    """

    dense: float
    lexical: float
    interaction: float
    speaker: float
    fact: float
    lent_forward: float
    lent_backward: float
    lent_decay: float
    lent_window: int
    statement_lexical: float
    segment: float
    sharpness: float
    words: float
    record_words: float
    forward: float
    backward: float
    decay: float
    window: int
    exchange: float
    session: float
    session_turns: int
    session_again: float
    elsewhere: float
    elsewhere_hours: float
    records: float
    documents: float
    asks: float
    answers: float
    dated: float
    other_role: float
    superseded: float
    restated: float
    dormant: float
    time: float
    latest: float
    topic: float
    topic_sessions: int
    recency: float
    recency_days: float
    project: float
    kin: float
    kin_sharpness: float

    def __post_init__(self) -> None:
        """Refuse values with which scores would leave [0, 1]."""
        factors = (
            self.session_again,
            self.superseded,
            self.restated,
            self.dormant,
            self.other_role,
        )
        if (
            min(astuple(self)) < 0
            or min(self.session_turns, self.topic_sessions) < 1
            or max(factors) > 1
        ):
            raise ValueError(f"weights out of range: {self}")
        if min(self.recency_days, self.elsewhere_hours) <= 0 or self.records < 1:
            raise ValueError(f"days and hours must be above 0, records 1 or more: {self}")
