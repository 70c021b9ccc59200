"""What an exporter of another package has to hold to, for its own tests: check_exporter."""

from __future__ import annotations

from pathlib import Path

from memcli.exports import Exporter
from memcli.exports.contents import Contents


def check_exporter(exporter: Exporter, contents: Contents, folder: Path) -> None:
    """
    Raise AssertionError, with a sentence, where an exporter breaks its contract.

    contents: of a store with something in it; folder: an empty one. The new file is where it should
    be, with something in it, and nothing else is.
    """
    assert exporter.suffix.startswith("."), "the suffix has its dot"
    path = folder / f"export{exporter.suffix}"
    said = exporter.write(contents, path)
    assert said is None or isinstance(said, str), "write gives nothing, or words"
    assert path.is_file(), "write makes the file that it is told to"
    assert path.stat().st_size, "the file is not empty"
    assert [*folder.iterdir()] == [path], "there is nothing else in the folder"
