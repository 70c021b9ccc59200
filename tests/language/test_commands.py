"""Commands of a shell: what was run, without what only surrounds it."""

from __future__ import annotations

import pytest

from memcli.language.commands import run_of, told_command


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("cd /x && uv run pytest -q 2>&1 | tail -5", ("uv", "run", "pytest", "-q")),
        ("pytest > out.txt 2>&1", ("pytest",)),
        ("PGPASS=hunter2 DEBUG=1 make test", ("PGPASS=...", "DEBUG=1", "make", "test")),
        ("git commit -m 'a; b'", ("git", "commit", "-m", "a; b")),
        ("make build && make test", ()),
        ("python - <<'E'\nprint(1)\nE", ()),
        ("echo 'unclosed", ()),
        ("", ()),
    ],
)
def test_a_line_has_the_words_of_its_one_program(line, words):
    assert run_of(line).words == words


@pytest.mark.parametrize(
    ("line", "looks", "checks"),
    [
        ("ls -la; cat x | grep y", True, False),
        ("git status", True, False),
        ("brew info x || echo none", True, False),
        ("uv run pytest", False, True),
        ("make build && git push", False, True),
        ("npm install x", False, False),
        ("./gradlew test", False, True),
    ],
)
def test_looking_teaches_nothing_and_checks_judge(line, looks, checks):
    assert (run_of(line).is_looking, run_of(line).is_check) == (looks, checks)


def test_the_status_of_a_pipe_is_that_of_another_program():
    assert run_of("pytest | tail").is_piped
    assert run_of("pytest || true").is_piped
    assert not run_of("cd x && pytest").is_piped


def test_a_command_is_told_on_one_line_without_the_values_of_its_variables():
    assert told_command("cd /x &&  API=a1b2c3 run\n -v", 40) == "API=... run -v"
    assert told_command("make " + "x" * 50, 20) == "make xxxxxxxxxxxx..."
