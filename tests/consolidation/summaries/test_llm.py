"""memcli/consolidation/summaries/llm.py"""

import json

import pytest

from memcli.consolidation.summaries.llm import MAX_TOKENS, SCHEMA, SYSTEM, SummaryWriter
from memcli.models.llm.base import Reply
from memcli.models.llm.cache import Budget, CachedModel, MeteredModel
from memcli.models.llm.opening import open_cached
from memcli.models.llm.settings import settings_from
from store.errors import ServiceUnavailable

TITLE = "3 May 2031, 2 conversations."
SAID = ["Wilma moved to Lund.", "Wilma keeps 3 goats.", "Ugo has no goats."]


class Model:
    name = "fake"

    def __init__(self, *answers, truncated=False):
        self.answers, self.asked, self.truncated = list(answers), [], truncated

    def complete(self, system, user, schema):
        assert (system, schema) == (SYSTEM, SCHEMA)
        self.asked.append(user)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return Reply(answer, 10, 10, is_truncated=self.truncated)


def answer(text):
    return json.dumps({"summary": text})


def test_it_returns_what_the_statements_bear_out():
    model = Model(answer("Wilma, in Lund since\n May 2031, keeps three goats; Ugo has none."))
    writer = SummaryWriter(model)
    assert writer(TITLE, SAID) == "Wilma, in Lund since May 2031, keeps three goats; Ugo has none."
    assert writer.written == 1
    assert [json.loads(line) for line in model.asked[0].splitlines()[3:]] == SAID


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (answer("Wilma moved to Oslo."), "not in the statements: Oslo"),
        (answer("Wilma keeps 4 goats."), "not in the statements: 4"),
        (answer("In July, Wilma moved to Lund."), "July"),
        (answer(""), "not usable"),
        ('{"other": 1}', "not usable"),
        ("nothing of that kind", "no JSON"),
    ],
)
def test_what_is_not_borne_out_is_refused_with_the_reason(text, why):
    told = []
    writer = SummaryWriter(Model(text), note=told.append)
    assert writer(TITLE, SAID) is None
    assert why in told[0]
    assert TITLE in told[0]


def test_an_answer_that_was_cut_off_is_refused():
    told = []
    model = Model(answer("Wilma moved to Lund."), truncated=True)
    assert SummaryWriter(model, note=told.append)(TITLE, SAID) is None
    assert "cut off" in told[0]


def test_secrets_are_not_shown_and_nothing_but_secrets_is_not_asked():
    model = Model(answer("Wilma moved to Lund."))
    secret = "My password is hunter2-Xy77!pq."
    writer = SummaryWriter(model)
    assert writer(TITLE, [secret]) is None
    assert model.asked == []
    writer(TITLE, [secret, *SAID])
    assert "hunter2" not in model.asked[0]


def test_of_a_long_history_the_newest_is_shown():
    model = Model(answer("Goats."))
    said = [f"Fact {'x' * 400} {i}." for i in range(200)]
    SummaryWriter(model)(TITLE, said)
    assert len(model.asked[0]) < 4 * MAX_TOKENS + 2_000
    assert said[-1] in model.asked[0]
    assert said[0] not in model.asked[0]


def test_a_spent_budget_is_told_once_and_asks_no_more():
    told, inner = [], Model(answer("Wilma moved to Lund."))
    model = MeteredModel(inner, Budget(5))
    writer = SummaryWriter(model, note=told.append)
    assert [writer(TITLE, SAID), writer(TITLE, SAID)] == [None, None]
    assert (len(told), inner.asked) == (1, [])


def test_a_service_that_is_down_is_an_error():
    with pytest.raises(ServiceUnavailable):
        SummaryWriter(Model(ServiceUnavailable("down", "up")))(TITLE, SAID)


def test_what_was_answered_once_is_not_asked_again(tmp_path):
    inner = Model(answer("Wilma moved to Lund."))
    writer = SummaryWriter(CachedModel(inner, tmp_path / "llm"))
    assert writer(TITLE, SAID) == writer(TITLE, SAID) == "Wilma moved to Lund."
    assert (len(inner.asked), writer.cached_answers) == (1, 1)


def test_a_command_can_be_the_model(tmp_path):
    script = tmp_path / "model"
    script.write_text("#!/bin/sh\ncat >/dev/null\necho '" + answer("Wilma moved to Lund.") + "'\n")
    script.chmod(0o700)
    model, budget = open_cached(settings_from({}, f"command:{script}"), tmp_path)
    writer = SummaryWriter(model, budget, print)
    assert writer(TITLE, SAID) == "Wilma moved to Lund."
    assert writer.budget.calls == 1
