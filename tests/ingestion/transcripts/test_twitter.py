"""The archive of an account of Twitter."""

from __future__ import annotations

import json
import zipfile

import pytest

from memcli.ingestion.transcripts import Intake, find_inputs, read_source
from memcli.ingestion.transcripts.twitter import kind_of, read_twitter

MESSAGES = [{"dmConversation": {"conversationId": "1-2", "messages": [
    {"messageCreate": {"id": "12", "senderId": "2", "createdAt": "2026-03-02T10:01:00.000Z",
                       "text": "In the shed &amp; dry https://t.co/x",
                       "urls": [{"url": "https://t.co/x", "expanded": "https://shed.example"}]}},
    {"joinConversation": {"initiatingUserId": "2"}},
    {"messageCreate": {"id": "11", "senderId": "1", "createdAt": "2026-03-02T10:00:00.000Z",
                       "text": "Where is the oar?"}}]}}]  # fmt: skip
POSTS = [
    {"tweet": {"id_str": "7", "full_text": "Ahoy", "created_at": "Mon Mar 02 10:00:00 +0000 2026"}},
    {"tweet": {"id_str": "8", "full_text": "RT @ben: Hello", "created_at": "x"}},
]
ACCOUNT = [{"account": {"accountId": "1", "username": "ida", "accountDisplayName": "Ida"}}]


def assigned(name, raw):
    return f"window.YTD.{name}.part0 = {json.dumps(raw)}"


FILES = {
    "direct-messages.js": assigned("direct_messages", MESSAGES),
    "tweets.js": assigned("tweets", POSTS),
    "account.js": assigned("account", ACCOUNT),
    "follower.js": assigned("follower", [{"follower": {"accountId": "3"}}]),
}


@pytest.fixture
def archive(tmp_path):
    (tmp_path / "data").mkdir()
    for name, text in FILES.items():
        (tmp_path / "data" / name).write_text(text)
    return tmp_path


def turns(paths):
    intake = Intake()
    items = [item for path in paths for item in read_source(path, intake=intake)]
    found = [(each.name, each.content, each.session_id) for each in (i.record for i in items)]
    return found, dict(intake.left_out)


def test_what_a_folder_says_is_read_and_no_more(archive):
    left = []
    found, left_out = turns(each.path for each in find_inputs([str(archive)], left=left))
    assert left == []
    assert found == [
        ("Ida", "Where is the oar?", "1-2"),
        ("2", "In the shed & dry https://shed.example", "1-2"),
        ("Ida", "Ahoy", "tweets"),
    ]
    assert left_out == {"service lines": 1, "posts of others that were passed on": 1}


def test_so_is_that_of_a_zip_archive(archive, tmp_path):
    path = tmp_path / "twitter.zip"
    with zipfile.ZipFile(path, "w") as pack:
        for name, text in FILES.items():
            pack.writestr(f"data/{name}", text)
    found, _ = turns(each.path for each in find_inputs([str(path)]))
    assert [name for name, _, _ in found] == ["Ida", "2", "Ida"]


def test_other_files_of_it_are_companions(archive):
    found, left_out = turns([str(archive / "data" / "follower.js")])
    assert found == []
    assert left_out == {"files of people, channels and settings": 1}


def test_without_the_account_the_owner_is_the_user(read_with):
    found = read_with(read_twitter, FILES["tweets.js"])
    assert found.turns("who", "content", "timestamp") == [("user", "Ahoy", "2026-03-02T10:00:00Z")]


def test_long_posts_have_another_form(read_with):
    raw = [{"noteTweet": {"noteTweetId": "9", "createdAt": "2026-03-02T10:00:00.000Z",
                          "core": {"text": "A long one"}}}]  # fmt: skip
    assert read_with(read_twitter, assigned("note_tweet", raw)).turns("content") == [
        ("A long one",)
    ]


@pytest.mark.parametrize(
    ("head", "kind"),
    [(b"window.YTD.tweet.part12=[", "tweet"), (b"window.x = [", None), (b"", None)],
)
def test_a_file_is_known_by_its_variable(head, kind):
    assert kind_of(head) == kind
