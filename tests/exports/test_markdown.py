"""A folder of Markdown: a page for each session, under names that no file system mixes up."""

from __future__ import annotations

from memcli.exports.markdown import write_folder


def test_each_session_has_a_page_and_the_index_names_all(contents, tmp_path):
    said = write_folder(contents, tmp_path)
    assert said == "6 memories of 4 sessions"
    pages = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.md"))
    # Where case does not count, b-c and B-c would be one file.
    assert pages == [
        "README.md",
        "default/B-c.md",
        "default/b-c-2.md",
        "work/no-session.md",
        "work/stdin.md",
    ]
    index = (tmp_path / "README.md").read_text()
    for page in pages[1:]:
        assert f"({page})" in index
    page = (tmp_path / "default" / "b-c-2.md").read_text()
    assert "- Ida's boat is called Zwaluw. (until 2026-03-05 10:00)" in page
    assert "> It leaks." in page
