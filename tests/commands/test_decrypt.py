"""memcli decrypt"""

from __future__ import annotations

from tests.support.encrypting import own_key


def test_a_decrypted_store_is_as_it_was(run, run_process, sample, tmp_path):
    with own_key(tmp_path):
        before = run("export", "--store", sample).stdout
        run("encrypt", "--store", sample)
        done = run_process("decrypt", "--store", sample)
        assert done.records[0]["counts"]["files"] > 20
        assert run("export", "--store", sample).stdout == before
        assert run("check", "--store", sample).records == []
        assert sorted(p.name for p in sample.iterdir() if p.is_dir()) == ["commits", "tables"]
        assert run("decrypt", "--store", sample).records[0]["counts"]["files"] == 0
