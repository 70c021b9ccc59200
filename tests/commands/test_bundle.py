"""memcli bundle"""

from __future__ import annotations

import pytest
from pyrage import x25519


@pytest.fixture
def desk(run, tmp_path):
    """A store with a note, and one that was purged."""
    store = tmp_path / "desk"
    run("init", "--store", store)
    run("add", "the kettle is blue", "--store", store)
    kept = run("add", "the combination is 4711", "--store", store).records[0]["id"]
    run("forget", "--purge", kept, "--store", store)
    return store


def test_a_bundle_is_made_verified_and_the_same_for_the_same_content(
    run, run_process, desk, tmp_path
):
    one, other = tmp_path / "one.memcli", tmp_path / "other.memcli"
    done = run_process("bundle", "create", one, "--store", desk)
    assert done.records[0]["counts"]["memories"] == 1
    run("bundle", "create", other, "--store", desk)
    assert one.read_bytes() == other.read_bytes()
    assert run("bundle", "verify", one).records[0]["counts"] == done.records[0]["counts"]
    assert b"4711" not in one.read_bytes()
    run("bundle", "create", one, "--store", desk, status=73)
    run("bundle", "create", one, "--force", "--store", desk)


def test_what_is_not_sound_is_told_in_a_line(run, desk, tmp_path):
    path, bad = tmp_path / "b.memcli", tmp_path / "bad.memcli"
    run("bundle", "create", path, "--store", desk)
    data = path.read_bytes()
    for damaged, said in (
        (data[:700], "cut short"),
        (data[: len(data) // 2], "cut short"),
        (data.replace(b"\x28\xb5\x2f\xfd", b"\x28\xb5\x2f\xfc", 1), "is damaged"),
        (b"", "no bundle"),
        (b"x" * 4096, "there is no manifest.json"),
    ):
        bad.write_bytes(damaged)
        done = run("bundle", "verify", bad, status=65)
        assert said in done.stderr
        assert run("pull", bad, "--mine", "--store", desk, status=65).stderr == done.stderr
    run("bundle", "verify", tmp_path / "none", status=66)


def test_an_encrypted_bundle_is_read_by_its_recipient_alone(run, desk, tmp_path):
    mine, other = x25519.Identity.generate(), x25519.Identity.generate()
    keys = {}
    for name, key in (("mine", mine), ("other", other)):
        keys[name] = tmp_path / name
        keys[name].write_text(f"# a key\n{key}\n")
    path = tmp_path / "b.age"
    run("bundle", "create", path, "-r", mine.to_public(), "--store", desk)
    assert "is encrypted" in run("bundle", "verify", path, status=65).stderr
    wrong = run("bundle", "verify", path, "--identity", keys["other"], status=65)
    assert "is for another key" in wrong.stderr
    run("bundle", "verify", path, "--identity", keys["mine"])
    run("init", "--store", tmp_path / "road")
    run("pull", path, "--mine", "--identity", keys["mine"], "--store", tmp_path / "road")
    assert run("query", "kettle", "-k", 1, "--store", tmp_path / "road").records
    run("bundle", "create", tmp_path / "c", "-r", "age1nonsense", "--store", desk, status=2)


def test_a_bundle_goes_on_from_a_commit_or_a_bundle(run, desk, tmp_path):
    first, second = tmp_path / "1.memcli", tmp_path / "2.memcli"
    road = tmp_path / "road"
    run("init", "--store", road)
    run("bundle", "create", first, "--store", desk)
    run("add", "a new ladder", "--store", desk)
    run("bundle", "create", second, "--since", first, "--store", desk)
    assert run("bundle", "verify", second).records[0]["counts"]["memories"] == 1
    early = run("pull", second, "--mine", "--store", road, status=65)
    assert "none is known (pull the bundle before it" in early.stderr
    run("pull", first, "--mine", "--store", road)
    (known,) = run("bundle", "known", "--store", road).stdout.split()
    assert run("pull", second, "--store", road).records[0]["counts"]["memories"] == 1
    made = run("bundle", "create", tmp_path / "3", "--since", known, "--store", desk)
    assert made.records[0]["counts"]["memories"] == 1
    run("bundle", "create", tmp_path / "4", "--since", 99, "--store", desk, status=66)
    run("bundle", "create", tmp_path / "5", "--since", first, "--store", road, status=2)


def test_tables_of_the_users_own_go_along_but_not_with_a_namespace(run, desk, tmp_path):
    road = tmp_path / "road"
    run("init", "--store", road)
    run("table", "create", "spent", "--store", desk, stdin='{"euros": 3}')
    done = run("bundle", "create", tmp_path / "b", "--store", desk)
    assert "left out" not in done.stderr
    told = run("pull", tmp_path / "b", "--mine", "--store", road)
    assert "1 rows of tables of your own are new" in told.stderr
    assert run("sql", "FROM spent", "--store", road).records[0]["euros"] == 3
    done = run("bundle", "create", tmp_path / "c", "-n", "default", "--store", desk)
    assert "left out: table spent (they go with a whole store only)" in done.stderr
