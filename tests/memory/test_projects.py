from __future__ import annotations

import subprocess

import pytest

from memcli.memory.projects import git_root, normal_remote, project_namespace


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home" / "code").mkdir(parents=True)
    return tmp_path / "home"


def repository(path, remote=None):
    subprocess.run(["git", "init", "-q", str(path)], check=True)
    if remote:
        subprocess.run(["git", "-C", str(path), "remote", "add", "origin", remote], check=True)
    return path


@pytest.mark.parametrize(
    "url",
    [
        "git@Example.org:club/boat-house.git",
        "ssh://git@example.org:2222/club/boat-house.git",
        "https://user:word@example.org/club/boat-house/",
        "https://example.org/club/boat-house.git",
    ],
)
def test_a_remote_is_the_same_however_it_is_written(url):
    assert normal_remote(url) == "example.org/club/boat-house"


def test_a_project_is_the_same_in_its_folders_clones_and_work_trees(home):
    one = repository(home / "code" / "boat", "git@example.org:club/Boat-House.git")
    other = repository(home / "code" / "copy", "https://example.org/club/Boat-House")
    (one / "src").mkdir()
    name = project_namespace(one)
    assert name.startswith("boat-house-")
    assert {project_namespace(one / "src"), project_namespace(other)} == {name}
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    commit = ["git", "-C", str(one), *identity, "commit", "-q", "--allow-empty", "-m", "x"]
    subprocess.run(commit, check=True)
    tree = home / "code" / "tree"
    subprocess.run(["git", "-C", str(one), "worktree", "add", "-q", str(tree)], check=True)
    assert git_root(tree) == tree
    assert project_namespace(tree) == name


def test_without_a_remote_it_is_the_path_and_without_git_the_folder(home):
    one, other = repository(home / "a" / "boat"), repository(home / "b" / "boat")
    assert project_namespace(one) != project_namespace(other)
    assert project_namespace(one).startswith("boat-")
    assert project_namespace(home / "code").startswith("code-")
    assert project_namespace(home / "gone" / "Ä place!").startswith("ä-place-")


def test_the_home_folder_and_what_is_above_are_no_project(home):
    assert project_namespace(home) == project_namespace("/") == "default"


def test_a_broken_file_of_git_is_as_none(home):
    root = repository(home / "code" / "boat", "git@example.org:club/boat.git")
    (root / ".git" / "config").write_text("no sections\n[[[")
    assert project_namespace(root).startswith("boat-")
