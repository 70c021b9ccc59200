import pytest

from memcli.ingestion.redacting import CONVERSATIONS, Redactor, redactor_of
from memcli.ingestion.transcripts import Accepted
from memcli.records import from_wire
from store import Store
from tests.support.planted import planted


def accepted(path="in.jsonl", kind="message", **fields):
    return Accepted(from_wire({"kind": kind, **fields}), path, 1)


def kept(redactor, **fields):
    return redactor.item(accepted(**fields)).record


def test_a_turn_is_kept_without_its_secrets_which_are_counted():
    redactor = Redactor()
    record = kept(redactor, content="my pin is 4471, my password is Heron99x", name="Ada", id="t1")
    assert record.content == "my pin is [secret:pin], my password is [secret:password]"
    assert (record.name, record.id) == ("Ada", "t1")
    assert redactor.told() == "2 secrets redacted"


def test_what_goes_with_a_turn_has_none_either():
    record = kept(
        Redactor(),
        content="see there, the wifi password is Heron99x",
        metadata={"db_password": "Zebra12y", "list": [{"note": "it was Heron99x"}], "n": 4},
        attachments=[{"name": "4111 1111 1111 1111.png", "caption": "my pin is 4471"}],
        session_id="ghp_" + "a1B2c3D4e5F6" * 3,
        name="Ada",
        subject="my pin is 9911",
    )
    assert record.metadata == {
        "db_password": "[secret:password]",
        "list": [{"note": "it was [secret:password]"}],
        "n": 4,
    }
    assert record.attachments == [
        {"name": "[secret:card-number].png", "caption": "my pin is [secret:pin]"}
    ]
    assert record.session_id == "[secret:github-token]"
    assert record.extra == {"subject": "my pin is [secret:pin]"}


def test_numbers_by_which_records_name_each_other_stay():
    assert kept(Redactor(), content="hi", id="4111111111111111").id == "4111111111111111"


@pytest.mark.parametrize("between", [0, 3])
def test_a_code_is_judged_with_the_turn_before_it_in_its_conversation(between):
    redactor = Redactor()
    kept(redactor, content="what's the gate code?", session_id="a")
    for n in range(between):
        kept(redactor, content="hello", session_id=f"b{n}")
    assert kept(redactor, content="4471#", session_id="c").content == "4471#"
    assert kept(redactor, content="4471#", session_id="a").content == "[secret:code]"
    assert kept(redactor, content="4471#", session_id="a").content == "4471#"


def test_no_more_conversations_are_remembered_than_a_bound():
    redactor = Redactor()
    for n in range(CONVERSATIONS + 9):
        kept(redactor, content="hello", session_id=str(n))
    assert len(redactor._last) == CONVERSATIONS


def test_memories_of_an_export_lose_what_was_made_of_a_secret_too():
    made = kept(
        Redactor(),
        kind="memory",
        v=1,
        id="abcdabcdabcdabcd",
        namespace="n",
        type="vault",
        level=1,
        text="My password is Heron99x",
        keywords=["Heron99x", "password"],
        recorded_at="2024-01-01T00:00:00Z",
    )
    assert made.text == "My password is [secret:password]"
    assert made.keywords == ["[secret:password]", "password"]
    assert made.id == "abcdabcdabcdabcd"


def test_without_secrets_and_when_it_is_off_a_record_is_the_very_same():
    item = accepted(content="I like plums", name="Ada", metadata={"a": [1, {"b": "c"}]})
    assert Redactor().item(item).record.metadata is item.record.metadata
    secret = accepted(content="my pin is 4471")
    assert Redactor(is_on=False).item(secret) is secret
    assert Redactor(is_on=False).text("my pin is 4471") == "my pin is 4471"


def test_no_planted_secret_is_left_and_a_second_time_changes_nothing():
    turns = list(planted(5))
    for turn in turns:
        redactor = Redactor()
        kept(redactor, content=turn.before)
        once = kept(redactor, content=turn.text, metadata={"copy": turn.text})
        if redactor.n_redacted and not turn.before:
            assert not any(value in str(once) for value in turn.values if len(value) > 3), turn
        assert kept(Redactor(), content=once.content).content == once.content


def test_it_is_asked_for_or_set_in_the_store(empty_store):
    store = Store.open(empty_store)
    assert not redactor_of(store, None).is_on
    assert redactor_of(store, True).is_on
    (empty_store / "config.toml").write_text("[ingest]\nredact = true\n")
    assert redactor_of(store, None).is_on
    assert not redactor_of(store, False).is_on
