"""memcli serve"""

from __future__ import annotations

import json
import subprocess

from tests.support.program import MEMCLI


def request(method, id_=1, **params):
    return json.dumps({"jsonrpc": "2.0", "id": id_, "method": method, "params": params}) + "\n"


def called(name, id_=1, **arguments):
    return request("tools/call", id_, name=name, arguments=arguments)


def results(done):
    return [json.loads(line)["result"] for line in done.stdout.splitlines()]


def test_it_speaks_on_stdin_and_stdout_until_stdin_ends(run_process, sample):
    talk = request("initialize", protocolVersion="2025-11-25")
    talk += called("memory_search", 2, query="What is Jonas allergic to?")
    done = run_process("serve", "--store", sample, stdin=talk)
    hello, found = results(done)
    assert hello["serverInfo"]["name"] == "memcli"
    assert found["structuredContent"]["hits"]
    assert done.stderr == ""


def test_a_commit_of_another_process_is_seen_at_the_next_question(run, empty_store):
    with subprocess.Popen(
        [*MEMCLI, "serve", "--store", str(empty_store)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:

        def ask(line):
            server.stdin.write(line)
            server.stdin.flush()
            return json.loads(server.stdout.readline())["result"]["structuredContent"]["hits"]

        assert ask(called("memory_search", query="who waters the plants?")) == []
        run("add", "Ida waters the plants.", "--store", empty_store)
        hits = ask(called("memory_search", 2, query="who waters the plants?"))
        assert hits[0]["text"] == "Ida waters the plants."
        server.stdin.close()
        assert server.wait(20) == 0


def test_it_may_only_read(run, sample):
    talk = request("tools/list") + called("memory_add", 2, content="x")
    done = run("serve", "--store", sample, "--read-only", stdin=talk)
    listed, refused = map(json.loads, done.stdout.splitlines())
    assert "memory_add" not in [tool["name"] for tool in listed["result"]["tools"]]
    assert refused["error"]["code"] == -32602


def test_the_user_s_own_store_is_made_at_first_use_and_another_only_when_asked(run, tmp_path):
    home = {"XDG_DATA_HOME": str(tmp_path / "home")}
    done = run("serve", stdin=called("memory_add", content="First note."), env=home)
    assert results(done)[0]["structuredContent"]["text"] == "First note."
    missing = run("serve", "--store", tmp_path / "none", stdin="", status=66)
    assert "no store at" in missing.stderr
    run("serve", "--store", tmp_path / "none", "--create", stdin="")
    assert (tmp_path / "none" / "store.json").is_file()
