"""An export, written to its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from memcli.exports import EXPORTERS, Exporter
from memcli.exports.contents import Contents
from memcli.plugins import blamed
from store.output_files import new_file, new_folder, require_regular


def write_new(contents: Contents, form: str, exporter: Exporter, path: Path, force: bool) -> str:
    """Write a new file, or folder, of any format and return in words what it holds."""
    if form == "duckdb":
        require_regular(path, form)
    if form in EXPORTERS and EXPORTERS[form].makes == "folder":
        with new_folder(path) as place:
            said: Any = exporter.write(contents, place)
    else:
        with new_file(path, force) as place, blamed("exporters", form):
            said = exporter.write(contents, place)
    return said if isinstance(said, str) else contents.summary()
